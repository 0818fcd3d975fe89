"""What is told of the workers: to a person in a sentence, to Prometheus as figures."""

from datetime import UTC, datetime

from aiokafka import TopicPartition
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from api.groups import WORKED_ON, Found, Member
from api.health import STALLED_AFTER_S, states_of, workers_of
from api.metrics import GroupsCollector, TableState, Told, parsed
from streams.topics import GROUP, SIGNALS
from streams.watch_offsets import Lag

FIRST, SECOND = (Member(f"worker-{number}", frozenset(WORKED_ON[number::2])) for number in range(2))
ALL = (FIRST, SECOND)
AT = TopicPartition(SIGNALS.name, 0)


def found(*members: Member, behind: int = 0, age_s: float = 0.0, group: str = GROUP) -> Found:
    return Found(members, {group: {AT: Lag(5, 5 + behind)}}, {(group, AT): age_s} if behind else {})


def sentence(now: Found | None, **told: Told) -> str:
    check = workers_of(now, told, group=GROUP)
    return "" if check.ok else check.detail


def test_all_is_well_while_each_partition_has_a_worker_that_gets_on() -> None:
    assert sentence(found(*ALL)) == ""
    assert sentence(found(*ALL, behind=900, age_s=STALLED_AFTER_S)) == ""
    assert workers_of(found(*ALL), {}, group=GROUP).detail == "2 in the group"


def test_what_keeps_the_workers_from_their_work_is_said_in_a_sentence() -> None:
    assert sentence(None) == "unknown"
    assert sentence(found()) == "no worker is in the group"
    unowned = WORKED_ON[1]
    missing = sentence(found(FIRST))
    assert missing.startswith(f"nobody works on {len(SECOND.owns)} of {len(WORKED_ON)} partitions yet: ")
    assert f"{unowned.topic}-{unowned.partition}" in missing
    told = {"worker-1": Told(recovering=41_000)}
    assert sentence(found(*ALL), **told) == "worker-1 reads its tables, 41,000 records are left"
    assert (
        sentence(found(*ALL, behind=1_200, age_s=45))
        == "worker-0 makes no progress on signals.v1-0: 1,200 messages behind, not moved for 45 s"
    )


def test_a_sink_that_stands_still_is_none_of_the_workers_business() -> None:
    assert sentence(found(*ALL, behind=7, age_s=90, group=f"{GROUP}-history")) == ""


def test_each_worker_is_told_of_with_its_lag_and_what_it_says_itself() -> None:
    table = TableState(records=3, watermark_at=datetime(2026, 2, 13, tzinfo=UTC), changelog_end=40)
    first, second = states_of(
        found(*ALL, behind=12, age_s=3.04), {"worker-0": Told(tables={"books.v1": table})}, group=GROUP
    )
    assert (first.name, first.partitions, first.behind, first.commit_age_s) == ("worker-0", len(FIRST.owns), 12, 3.0)
    assert first.tables == {"books.v1": table}
    assert (second.name, second.behind, second.commit_age_s, second.recovering) == ("worker-1", 0, 0.0, None)


def test_prometheus_is_told_lag_and_commit_age_of_every_group() -> None:
    registry = CollectorRegistry()
    now: list[Found | None] = [found(*ALL, behind=12, age_s=3.5)]
    registry.register(GroupsCollector(lambda: now[0]))
    labels = {"group": GROUP, "topic": SIGNALS.name, "partition": "0"}
    assert registry.get_sample_value("tapestream_consumer_lag_messages", labels) == 12
    assert registry.get_sample_value("tapestream_commit_age_seconds", labels) == 3.5
    assert registry.get_sample_value("tapestream_group_workers") == 2
    now[0] = None  # the broker does not answer: no figure is better than an old one
    assert registry.get_sample_value("tapestream_consumer_lag_messages", labels) is None


def test_what_a_worker_tells_prometheus_is_read_back() -> None:
    registry = CollectorRegistry()
    Gauge("tapestream_worker_info", "", ["worker"], registry=registry).labels("worker-3").set(1)
    Gauge("tapestream_table_records", "", ["table"], registry=registry).labels("books.v1").set(7)
    ends = Gauge("tapestream_table_changelog_end_offset", "", ["table", "partition"], registry=registry)
    ends.labels("books.v1", "0").set(30)
    ends.labels("books.v1", "5").set(12)
    name, told = parsed(generate_latest(registry).decode())
    assert name == "worker-3"
    assert told.tables["books.v1"] == TableState(records=7, watermark_at=None, changelog_end=42)
