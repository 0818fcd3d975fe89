"""The stages on real tables, fed by hand: what is written, sent and acknowledged, and when the process may die."""

from collections.abc import Sequence
from typing import Any

from agents.rules import Rules
from schemas.accounts import AccountSnapshot
from schemas.codec import Undecodable, encode
from schemas.decisions import DecisionMade
from schemas.desks import Desk
from schemas.event import Event
from schemas.operations import DeadLettered
from schemas.orders import OrderPlaced
from schemas.records import DeskRecord
from streams.processors.account import AccountStage
from streams.sessions import SessionCalendar
from streams.stage import Stage
from streams.tables import Records
from streams.topics import (
    ACCOUNT_EVENTS,
    ACCOUNT_SNAPSHOTS,
    DEAD_LETTERS,
    DECISIONS,
    DESKS,
    ORDER_UPDATES,
    ORDERS,
    PARTITIONS,
    PROPOSALS,
    SIGNALS,
    Topic,
    partition_of,
)
from tests.agents.strategies import (
    SPY,
    proposal,
    recommendation,
)
from tests.streams.staging import ACCOUNT_TABLES, Delivery, Line, Log, delivery, held, recover, started, tables
from tests.streams.tallying import KEY, Input, reduce

HOME = partition_of(SPY)
ACCOUNT_HOME = partition_of("paper")
XNYS = SessionCalendar("XNYS")


class Tally(Stage):
    """The smallest stage: two topics, one record."""

    name = "tally"

    def __init__(self, *, inputs: dict[tuple[str, int], Input], **stage: Any) -> None:
        super().__init__(**stage)
        self._inputs = inputs

    def _work(self, topic: Topic, message: Any) -> None:
        found = self._inputs[topic.name, message.offset]
        if found.kind == "unreadable":
            raise Undecodable("Input: unreadable")
        if found.kind == "impossible":
            raise ZeroDivisionError("secret")
        record: DeskRecord = self._tables["desks"].get(KEY) or DeskRecord(state=Desk(symbol=KEY))
        if self._is_news("desks", KEY, record, message, found.event):
            state, emitted = reduce(record.state, found.name, found.kind)
            self._apply("desks", KEY, record, message, state=state, emitted=emitted, heard=found.event)


def tally(messages: Sequence[Input], known: dict[str, Records[Any]], line: Line) -> Tally:
    return started(Tally, known, line, inputs={(message.topic, message.offset): message for message in messages})


def delivered(message: Input, *, generation: int = 1) -> Delivery:
    topic = SIGNALS if message.topic == SIGNALS.name else ORDER_UPDATES
    return delivery(topic, b"", partition=HOME, offset=message.offset, generation=generation)


LOUD = [Input(SIGNALS.name, number, f"a{number}", "loud") for number in range(3)]


async def test_what_follows_is_sent_after_the_record_that_decided_it_and_then_acknowledged() -> None:
    log, known = Log(), tables([DESKS])
    stage = tally(LOUD, known, Line(log))
    await stage.open()
    batch = [delivered(message) for message in LOUD]
    await stage._process(batch)
    assert [entry.topic for entry in log.sent] == [DESKS.name, *[ORDER_UPDATES.name] * 3]
    assert all(event.acked for event in batch)


async def test_a_batch_costs_one_write_for_each_record_and_the_next_write_empties_its_outbox() -> None:
    log, known = Log(), tables([DESKS])
    stage = tally([*LOUD, Input(SIGNALS.name, 3, "a3", "noted")], known, Line(log))
    await stage.open()
    await stage._process([delivered(message) for message in LOUD])
    await stage._process([delivery(SIGNALS, b"", partition=HOME, offset=3)])
    written = [entry.value for entry in log.values(DESKS)]
    assert len(written) == 2
    recover(known, log)
    assert held(known, "desks", KEY).outbox == ()


async def test_what_changes_nothing_is_acknowledged_and_writes_nothing() -> None:
    log, known = Log(), tables([DESKS])
    quiet = Input(SIGNALS.name, 0, "a0", "quiet")
    stage = tally([quiet], known, Line(log))
    await stage.open()
    event = delivered(quiet)
    await stage._process([event])
    assert (log.sent, event.acked) == ([], True)


async def test_a_closed_stage_touches_nothing_and_acknowledges_nothing() -> None:
    log, known = Log(), tables([DESKS])
    stage = tally(LOUD, known, Line(log))
    for _ in range(2):
        event = delivered(LOUD[0])
        await stage._process([event])
        assert (log.sent, event.acked) == ([], False)
        await stage.open()
        await stage.close()


async def test_a_message_of_an_earlier_assignment_is_left_to_its_new_owner() -> None:
    log, known = Log(), tables([DESKS])
    stage = tally(LOUD, known, Line(log))
    await stage.open()
    old, new = delivered(LOUD[0], generation=0), delivered(LOUD[1])
    await stage._process([old, new])
    assert (old.acked, new.acked) == (False, True)
    assert held(known, "desks", KEY).state.decided == ("a1",)


async def test_what_cannot_be_read_or_worked_on_becomes_a_dead_letter_and_the_stream_goes_on() -> None:
    log, known = Log(), tables([DESKS])
    messages = [
        Input(SIGNALS.name, 0, "a0", "unreadable"),
        Input(SIGNALS.name, 1, "a1", "impossible"),
        Input(SIGNALS.name, 2, "a2", "loud"),
    ]
    stage = tally(messages, known, Line(log))
    await stage.open()
    batch = [delivered(message) for message in messages]
    await stage._process(batch)
    letters = log.of(DEAD_LETTERS, DeadLettered)
    assert [(letter.offset, letter.reason, letter.error) for letter in letters] == [
        (0, "undecodable", "Input: unreadable"),
        (1, "failed", "ZeroDivisionError"),
    ]
    assert all(letter.topic == SIGNALS.name and letter.reader == "tally" for letter in letters)
    assert len(log.values(ORDER_UPDATES)) == 1
    assert all(event.acked for event in batch)


async def test_the_trace_of_a_message_goes_on_in_what_follows_from_it() -> None:
    log, known = Log(), tables([DESKS])
    stage = tally(LOUD, known, Line(log))
    await stage.open()
    trace = "0af7651916cd43dd8448eb211c80319c"
    headers = [("traceparent", f"00-{trace}-b7ad6b7169203331-01".encode())]
    await stage._process([delivery(SIGNALS, b"", partition=HOME, offset=0, headers=headers)])
    sent = log.values(ORDER_UPDATES)[0].headers
    assert sent["traceparent"].split(b"-")[1] == trace.encode()
    assert sent["ce_type"] == b"tapestream.OrderUpdated"


def account_stage(known: dict[str, Records[Any]], line: Line) -> AccountStage:
    return started(AccountStage, known, line, rules=Rules(), calendar=XNYS)


def numbered(event: Event, source: str, sequence: int) -> Event:
    return event.model_copy(update={"source": source, "sequence": sequence})


async def test_a_proposal_sent_twice_is_decided_once() -> None:
    log, known = Log(), tables(ACCOUNT_TABLES)
    stage = account_stage(known, Line(log))
    await stage.open()
    value = encode(numbered(proposal(), "desks/SPY", 3))
    await stage._process([delivery(PROPOSALS, value, partition=ACCOUNT_HOME, offset=offset) for offset in (5, 6)])
    await stage._process([delivery(PROPOSALS, value, partition=ACCOUNT_HOME, offset=7)])
    assert len(log.of(DECISIONS, DecisionMade)) == 1


async def test_an_account_event_in_another_accounts_place_is_a_dead_letter() -> None:
    log, known = Log(), tables(ACCOUNT_TABLES)
    stage = account_stage(known, Line(log))
    await stage.open()
    elsewhere = (ACCOUNT_HOME + 1) % 8
    event = delivery(PROPOSALS, encode(proposal()), partition=elsewhere, offset=0)
    await stage._process([event, delivery(ACCOUNT_EVENTS, b"\x00broken", partition=ACCOUNT_HOME, offset=0)])
    letters = log.of(DEAD_LETTERS, DeadLettered)
    assert [(letter.topic, letter.reason) for letter in letters] == [
        (PROPOSALS.name, "undecodable"),
        (ACCOUNT_EVENTS.name, "undecodable"),
    ]
    assert event.acked


async def test_a_batch_tells_of_an_account_once_with_all_that_has_happened_to_it() -> None:
    log, known = Log(), tables(ACCOUNT_TABLES)
    stage = account_stage(known, Line(log))
    await stage.open()
    other = recommendation().model_copy(update={"symbol": "QQQ", "option_symbol": "QQQ260220C00596000", "quantity": 1})
    asked = [
        numbered(proposal("one"), "desks/SPY", 1),
        numbered(proposal("two", recommendation=other), "desks/QQQ", 1),
    ]
    await stage._process(
        [delivery(PROPOSALS, encode(one), partition=ACCOUNT_HOME, offset=at) for at, one in enumerate(asked)]
    )
    assert [made.codes for made in log.of(DECISIONS, DecisionMade)] == [(), ()]
    told = log.of(ACCOUNT_SNAPSHOTS, AccountSnapshot)
    assert len(log.values(ACCOUNT_SNAPSHOTS)) == PARTITIONS
    assert {snapshot.positions_in_all for snapshot in told} == {2}
    orders = log.of(ORDERS, OrderPlaced)
    # numbered apart from what was decided, and gone from the outbox with the next record
    recover(known, log)
    kept = held(known, "accounts", "paper")
    assert {(snapshot.source, snapshot.sequence) for snapshot in told} == {("accounts/paper/snapshots", kept.version)}
    assert [order.sequence for order in orders] == [2, 4]
    assert {entry.topic for entry in kept.outbox} >= {ACCOUNT_SNAPSHOTS.name}


async def test_how_a_topic_is_cut_into_batches_changes_no_byte_of_what_follows_from_it() -> None:
    other = recommendation().model_copy(update={"symbol": "QQQ", "option_symbol": "QQQ260220C00596000", "quantity": 1})
    asked = [
        numbered(proposal("one"), "desks/SPY", 1),
        numbered(proposal("two", recommendation=other), "desks/QQQ", 1),
        numbered(proposal("three"), "desks/SPY", 2),
    ]
    messages = [delivery(PROPOSALS, encode(one), partition=ACCOUNT_HOME, offset=at) for at, one in enumerate(asked)]
    outcomes = []
    for cuts in ([3], [1, 2], [2, 1], [1, 1, 1]):
        log, left = Log(), list(messages)
        stage = account_stage(tables(ACCOUNT_TABLES), Line(log))
        await stage.open()
        for size in cuts:
            await stage._process([left.pop(0) for _ in range(size)])
        # an account is told of as often as there are batches, under numbers of its own: what counts is the last word
        told = log.of(ACCOUNT_SNAPSHOTS, AccountSnapshot)[-1].model_copy(update={"sequence": 0})
        decided, ordered = ([sent.value for sent in log.values(topic)] for topic in (DECISIONS, ORDERS))
        assert len(decided) == 3
        outcomes.append((decided, ordered, told))
    assert [outcome == outcomes[0] for outcome in outcomes] == [True] * 4
