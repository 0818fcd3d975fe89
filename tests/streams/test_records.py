"""The recipe of the state record, tried on paper: crashes at any step, redelivery over two topics."""

from collections.abc import Callable, Iterator, Sequence
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.accounts import AccountEvent
from schemas.codec import decode, encode
from schemas.desks import Desk
from schemas.event import Event
from schemas.operations import ClockAdvanced
from schemas.orders import OrderUpdated
from schemas.records import DeskRecord
from streams.records import advance, confirmed, has_heard, has_seen, route
from streams.topics import ACCOUNT_EVENTS, ORDER_UPDATES, partition_of
from tests.agents.strategies import AT, few
from tests.streams.tallying import (
    KEY,
    NAME,
    Crashed,
    Input,
    Kafka,
    check_counted_once,
    expected,
    inputs,
    reduce,
    reduce_in_turn,
    update,
)

TOPICS = ("a-0", "b-0")
Reduce = Callable[[Desk, str, str], tuple[Desk, tuple[Event, ...]]]


class Process:
    """One life of a reader that follows the recipe; it ends at the step it is told to crash at."""

    def __init__(self, kafka: Kafka, *, crash_at: int | None, reducer: Reduce = reduce) -> None:
        self._kafka = kafka
        self._steps_left = crash_at
        self._reduce = reducer
        self._read: dict[str, int] = {}
        self.record = kafka.recovered() or DeskRecord(state=Desk(symbol=KEY))

    def recover(self) -> None:
        """Send what a life before this one may not have sent: before anything new, so that numbers stay in order."""
        self._send()

    def work(self, batch: Sequence[Input]) -> None:
        before = self.record
        for message in batch:
            self._offer(message)
        if self.record is not before:
            self._step()
            self._kafka.changelog.append(encode(self.record))
        self._send()
        for message in batch:
            self._step()
            self._kafka.committed[message.topic] = message.offset + 1

    def _offer(self, message: Input) -> None:
        self._read[message.topic] = message.offset
        seen = has_seen(self.record, source=message.topic, offset=message.offset)
        if seen or has_heard(self.record, message.event):
            return
        state, emitted = self._reduce(self.record.state, message.name, message.kind)
        if state is not self.record.state or emitted:
            self.record = advance(
                self.record, name=NAME, state=state, emitted=emitted, heard=message.event, read=self._read, epoch=1
            )

    def _send(self) -> None:
        sent = self.record.outbox
        for entry in sent:
            self._step()
            self._kafka.keep(entry)
        self._step()  # gone before the acknowledgement
        self.record = confirmed(self.record, sent)

    def _step(self) -> None:
        if self._steps_left is not None:
            self._steps_left -= 1
            if self._steps_left < 0:
                raise Crashed


def lives(
    kafka: Kafka, crashes: Sequence[int], turns: Callable[[dict[str, int]], Iterator[list[Input]]], reducer: Reduce
) -> None:
    """Let one process after the other work on what is not acknowledged, the last one to the end."""
    for crash_at in [*crashes, None]:
        process = Process(kafka, crash_at=crash_at, reducer=reducer)
        try:
            process.recover()
            for batch in turns(dict(kafka.committed)):
                process.work(batch)
        except Crashed:
            continue


def in_any_order(
    messages: dict[str, list[Input]], turns: Sequence[tuple[int, int]]
) -> Callable[[dict[str, int]], Iterator[list[Input]]]:
    """Deliver in batches, each topic in its order, the topics in an order that changes with every life."""
    turning = cycle(turns)

    def batches(committed: dict[str, int]) -> Iterator[list[Input]]:
        left = {topic: list(stream[committed.get(topic, 0) :]) for topic, stream in messages.items()}
        while waiting := sorted(topic for topic in left if left[topic]):
            chosen, size = next(turning)
            topic = waiting[chosen % len(waiting)]
            batch, left[topic] = left[topic][:size], left[topic][size:]
            yield batch

    return batches


@few
@given(
    inputs(TOPICS),
    st.lists(st.integers(0, 30), max_size=6),
    st.lists(st.tuples(st.integers(0, 1), st.integers(1, 4)), min_size=1, max_size=8),
)
def test_whatever_crashes_each_input_counts_once_and_each_output_is_accepted_once_and_in_order(
    messages: dict[str, list[Input]], crashes: list[int], turns: list[tuple[int, int]]
) -> None:
    kafka = Kafka()
    lives(kafka, crashes, in_any_order(messages, turns), reduce)
    check_counted_once(kafka, *expected(messages))


@few
@given(
    inputs(TOPICS),
    st.lists(st.integers(0, 30), max_size=6),
    st.lists(st.integers(1, 4), min_size=1, max_size=5),
)
def test_redelivered_in_the_same_order_a_run_with_crashes_says_what_one_without_says(
    messages: dict[str, list[Input]], crashes: list[int], sizes: list[int]
) -> None:
    order = sorted(
        (message for stream in messages.values() for message in stream),
        key=lambda message: (message.offset, message.topic),
    )

    def turns(committed: dict[str, int]) -> Iterator[list[Input]]:
        left = [message for message in order if message.offset >= committed.get(message.topic, 0)]
        number = 0
        while left:
            size = sizes[number % len(sizes)]
            number += 1
            batch, left = left[:size], left[size:]
            yield batch

    whole, broken = Kafka(), Kafka()
    lives(whole, [], turns, reduce_in_turn)
    lives(broken, crashes, turns, reduce_in_turn)
    assert broken.accepted() == whole.accepted() == whole.sent
    assert state(broken) == state(whole)


def state(kafka: Kafka) -> Desk | None:
    found = kafka.recovered()
    return None if found is None else found.state


def record() -> DeskRecord:
    return DeskRecord(state=Desk(symbol=KEY))


def step(
    before: DeskRecord,
    *emitted: Event,
    heard: Event | None = None,
    read: dict[str, int] | None = None,
    epoch: int = 1,
) -> DeskRecord:
    changed = before.state.model_copy(update={"decided": (*before.state.decided, "x")})
    return advance(before, name=NAME, state=changed, emitted=emitted, heard=heard, read=read or {}, epoch=epoch)


@few
@given(st.lists(st.dictionaries(st.sampled_from(["a-0", "b-0"]), st.integers(0, 50)), max_size=8))
def test_what_has_been_read_never_goes_back(reads: list[dict[str, int]]) -> None:
    after = record()
    for read in reads:
        after = step(after, read=read)
    for source in ("a-0", "b-0"):
        newest = max((read[source] for read in reads if source in read), default=-1)
        for offset in range(52):
            assert has_seen(after, source=source, offset=offset) == (offset <= newest)


@few
@given(st.lists(st.integers(0, 3), max_size=8))
def test_what_a_record_emits_is_numbered_without_gaps_under_its_own_name(counts: list[int]) -> None:
    after = record()
    for number, count in enumerate(counts):
        after = step(after, *[update(f"{number}-{item}") for item in range(count)])
    events = [decode(OrderUpdated, entry.value) for entry in after.outbox]
    assert [event.sequence for event in events] == list(range(1, sum(counts) + 1))
    assert {event.source for event in events} <= {NAME}
    assert after.version == len(counts)
    assert decode(DeskRecord, encode(after)) == after


def test_a_numbered_event_is_a_repeat_up_to_the_newest_of_its_source() -> None:
    after = step(record(), heard=update("e", source="books/1", sequence=5))
    assert [has_heard(after, update("f", source="books/1", sequence=number)) for number in (4, 5, 6)] == [
        True,
        True,
        False,
    ]
    assert not has_heard(after, update("f", source="books/2", sequence=1))


def test_what_comes_from_outside_is_not_known_by_a_number() -> None:
    after = step(record(), heard=update("e", source="executor", sequence=0))
    assert after.heard == {}
    assert not has_heard(after, update("e", source="executor", sequence=0))


def test_only_what_kafka_has_leaves_the_outbox() -> None:
    after = step(record(), update("one"), update("two"))
    first, second = after.outbox
    assert confirmed(after, [first]).outbox == (second,)
    assert confirmed(after, []) is after
    assert confirmed(confirmed(after, [first]), [first, second]).outbox == ()
    again = step(confirmed(after, [first, second]), update("three"))
    assert [decode(OrderUpdated, entry.value).sequence for entry in again.outbox] == [3]


def test_an_entry_says_where_it_goes() -> None:
    (entry,) = step(record(), update("one")).outbox
    assert (entry.topic, entry.key, entry.partition) == (ORDER_UPDATES.name, KEY, partition_of(KEY))
    assert (entry.event_id, entry.occurred_at) == ("one", AT)


def test_an_event_of_an_account_goes_by_its_account() -> None:
    told = AccountEvent(
        event_id="t",
        occurred_at=AT,
        account_id="paper",
        kind="order_failed",
        order_id="o",
        position_id="p",
        symbol=KEY,
        option_symbol="SPY260220C00596000",
        quantity=1,
    )
    assert route(told) == (ACCOUNT_EVENTS, "paper")


def test_what_no_stage_emits_has_no_route() -> None:
    with pytest.raises(TypeError, match="ClockAdvanced"):
        route(ClockAdvanced(event_id="c", occurred_at=AT, kind="minute"))
