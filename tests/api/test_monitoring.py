import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import TopicPartition

from agents.rules import AgentRules
from api.agents import characters
from api.auth import PERMISSIONS, Caller, caller
from api.groups import Found
from api.last_events import LastEvent
from api.monitoring import group_states, topic_states
from streams.publisher import Publisher
from streams.topics import BOOKS, TOPICS
from streams.watch_offsets import Lag
from tests.api.rows import insert_agent_decision, insert_webhook_event
from tests.api.serving import serving, until
from tests.api.test_live import Trading
from tests.api.test_queries import AT


def test_lag_and_commit_age_are_told_by_group_and_topic() -> None:
    at = [TopicPartition("signals.v1", number) for number in range(2)]
    lags = {"tapestream": {at[0]: Lag(3, 5), at[1]: Lag(1, 2)}, "tapestream-history": {at[0]: Lag(5, 5)}}
    ages = {("tapestream", at[0]): 1.5, ("tapestream", at[1]): 7.25}
    told = [state.model_dump() for state in group_states(Found(lags=lags, ages_s=ages))]
    assert told == [
        {"group": "tapestream", "topic": "signals.v1", "behind": 3, "commit_age_s": 7.2},
        {"group": "tapestream-history", "topic": "signals.v1", "behind": 0, "commit_age_s": 0.0},
    ]
    assert group_states(None) == []


def test_a_topic_that_is_empty_has_no_age() -> None:
    wall = datetime.now(UTC)
    ends = [LastEvent("a", 0, None, None, None), LastEvent("b", 2, 1, 7, wall - timedelta(seconds=3))]
    empty, written = topic_states(ends, wall=wall)
    assert (empty.age_s, empty.offset) == (None, None)
    assert (written.age_s, written.offset, written.messages) == (3.0, 7, 2)


@pytest.mark.kafka
@pytest.mark.postgres
async def test_the_whole_line_is_told(kafka: str, database: Any, database_url: str) -> None:
    now = datetime.now(UTC)
    for status, account_id, age in (
        ("accepted", "paper", 1),
        ("accepted", "paper", 59),
        ("duplicate", "paper", 2),
        ("accepted", "paper", 61),
        ("error", "other", 1),
    ):
        await insert_webhook_event(
            database, status=status, account_id=account_id, created_at=now - timedelta(minutes=age)
        )
    for status in ("open", "open", "redriven"):
        await database.execute(
            """INSERT INTO dead_letters (dead_letter_id, reader, topic, partition, "offset", reason, error, status,
                                         created_at)
               VALUES ($1, 'market', 'signals.v1', 0, 3, 'failed', 'x', $2, $3)""",
            uuid4(),
            status,
            AT,
        )
    async with Publisher(kafka) as publisher:
        trading = Trading(publisher)
        began = time.time()
        await trading.write_book(version=1, positions=(trading.position(),))
    environment = {
        "KAFKA_BOOTSTRAP_SERVERS": kafka,
        "DATABASE_URL": database_url,
        "GUARD_METRICS": "executor=127.0.0.1:9",
    }
    async with serving(**environment) as (_, client):

        async def ready() -> Any:
            return await client.get("/monitoring")

        await until(ready, lambda found: found.status_code == 200 and found.json()["live_view"] == "current")
        for path in ("/monitoring", "/monitoring/e2e"):
            answer = await client.get(path)
            assert answer.status_code == 200
            told = answer.json()
            topics = {topic["topic"]: topic for topic in told["topics"]}
            assert list(topics) == [topic.name for topic in TOPICS]
            newest = topics[BOOKS.name]
            assert newest["messages"] >= 1
            assert datetime.fromisoformat(newest["written_at"]).timestamp() >= began - 1
            assert newest["age_s"] < 600
            assert told["webhooks_last_hour"] == {"accepted": 2, "duplicate": 1}
            assert told["dead_letters_open"] == {"market": 2}
            # no worker runs here, and the answer says so rather than failing
            assert told["is_ready"] is False
            assert "worker" in told["detail"] or "groups" in told["detail"]
            assert set(told["feed"]) == {"last_frame_at", "age_s", "session", "is_stale"}
            assert told["intake"]["spooled"] == 0
            here, executor = told["guards"]
            assert executor == {"process": "executor", "answers": False, "breakers": {}, "limiters": {}}
            assert (here["process"], here["answers"]) == ("api", True)
            assert here["limiters"]["reads by account"]["limit"] == 10_000


async def test_without_kafka_or_postgres_monitoring_is_unavailable_and_says_nothing_of_the_inside() -> None:
    async with serving() as (_, client):
        answer = await client.get("/monitoring")
    assert answer.status_code == 503
    assert "retry-after" in answer.headers
    assert "127.0.0.1" not in answer.text


@pytest.mark.postgres
async def test_figures_for_prometheus_are_for_who_administers(database_url: str) -> None:
    async with serving(DATABASE_URL=database_url) as (app, client):
        answer = await client.get("/metrics")
        app.dependency_overrides[caller] = lambda: Caller("viewer", "paper", "viewer", PERMISSIONS["viewer"])
        refused = await client.get("/metrics")
        allowed = await client.get("/agents")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert "# TYPE tapestream_consumer_lag_messages gauge" in answer.text
    assert refused.status_code == 403
    assert allowed.status_code == 503  # it may ask, and Kafka is away


def test_agents_are_on_by_engine_b_and_by_their_own_switch() -> None:
    on = {row.agent_name: row.is_enabled for row in characters(AgentRules(orb=True), engine_b=True, words={})}
    off = {row.agent_name: row.is_enabled for row in characters(AgentRules(orb=True), engine_b=False, words={})}
    assert [name for name, enabled in on.items() if not enabled] == ["strat", "ttm", "satyland"]
    assert not any(off.values())
    assert list(on)[-1] == "meta_decision"


@pytest.mark.kafka
@pytest.mark.postgres
async def test_agents_tell_their_last_word_on_the_callers_signals(kafka: str, database: Any, database_url: str) -> None:
    await insert_agent_decision(database, confidence=40, created_at=AT)
    await insert_agent_decision(database, confidence=80, created_at=AT + timedelta(minutes=1))
    await insert_agent_decision(database, account_id="other", confidence=11, created_at=AT + timedelta(hours=1))
    await insert_agent_decision(database, account_id="other", agent_name="ttm", confidence=12)
    environment = {"ENABLE_VARIANT_B": "true", "KAFKA_BOOTSTRAP_SERVERS": kafka, "DATABASE_URL": database_url}
    async with serving(**environment) as (_, client):
        answer = await until(lambda: client.get("/agents"), lambda found: found.status_code == 200)
    rows = {row["agent_name"]: row for row in answer.json()["items"]}
    assert rows["context"]["last_word"]["confidence"] == 80
    assert rows["ttm"]["last_word"] is None
    assert (rows["risk"]["is_enabled"], rows["satyland"]["agent_type"]) == (True, "subagent")
    assert rows["satyland"]["switches"] == ["enable_variant_b", "enable_satyland_subagent"]
