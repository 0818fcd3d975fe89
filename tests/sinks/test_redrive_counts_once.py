"""What a stage set aside and is sent again counts once: whatever crashed, was repeated, or was mended meanwhile."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.codec import Undecodable
from schemas.controls import Controls
from schemas.dead_letters import READER_HEADER, RECORD_HEADER, REDRIVE_HEADER
from schemas.desks import Desk
from schemas.operations import DeadLettered
from schemas.orders import OrderUpdated
from schemas.records import ControlsRecord, DeskRecord, StateRecord
from streams.stage import Stage
from streams.topics import DEAD_LETTERS, DESKS, MARKET_CONTROLS, ORDER_UPDATES, SIGNALS, Topic
from tests.agents.strategies import few
from tests.streams.staging import Delivery, Line, Log, delivery, recover, started, tables
from tests.streams.tallying import KEY, Crashed, Input, Kafka, check_counted_once, expected, inputs, reduce
from tests.streams.test_stage import HOME

LEDGER = "market-controls"
TOPICS = (SIGNALS, ORDER_UPDATES)
Bugs = Mapping[str, str]
"""What goes wrong with an input, by its name: it raises, or cannot be read."""
Headers = list[tuple[str, bytes]]


class Fallible(Stage):
    """The smallest stage that sets aside what it fails on."""

    name = "tally"

    def __init__(self, *, messages: "Messages", bugs: Bugs, **stage: Any) -> None:
        super().__init__(**stage)
        self._messages = messages
        self._bugs = bugs

    def _ledger(self, partition: int) -> tuple[str, StateRecord]:
        known = self._tables[LEDGER].get(str(partition))
        return LEDGER, known or ControlsRecord(state=Controls(partition=partition))

    def _work(self, topic: Topic, message: Any) -> None:
        found, _ = self._messages.by_topic[topic.name][message.offset]
        if self._bugs.get(found.name) == "unreadable":
            raise Undecodable("Input: unreadable")
        record: DeskRecord = self._tables["desks"].get(KEY) or DeskRecord(state=Desk(symbol=KEY))
        if not self._is_news("desks", KEY, record, message, found.event):
            return
        with self._isolated("desks", KEY, record, message, found.event):
            if self._bugs.get(found.name) == "raises":
                raise ZeroDivisionError
            # what has no number is known by its id, as signals and requests are
            if found.sequence or found.name not in record.state.decided:
                state, emitted = reduce(record.state, found.name, found.kind)
                self._apply("desks", KEY, record, message, state=state, emitted=emitted, heard=found.event)


@dataclass
class Messages:
    """What Kafka holds, by topic: inputs with their headers."""

    by_topic: dict[str, list[tuple[Input, Headers]]]
    committed: dict[str, int] = field(default_factory=lambda: dict.fromkeys((topic.name for topic in TOPICS), 0))

    @classmethod
    def of(cls, streams: Mapping[str, Sequence[Input]]) -> "Messages":
        return cls({topic: [(found, _headers(found)) for found in stream] for topic, stream in streams.items()})

    def redrive(self, letter: DeadLettered) -> None:
        stream = self.by_topic[letter.topic]
        found, headers = stream[letter.offset]
        kept = [item for item in headers if item[0].startswith("ce_")]
        address = [
            (REDRIVE_HEADER, letter.event_id.encode()),
            (READER_HEADER, letter.reader.encode()),
            (RECORD_HEADER, letter.record.encode()),
        ]
        stream.append((found, [*kept, *address]))

    def delivered(self, topic: str, offset: int) -> Delivery:
        known = {topic.name: topic for topic in TOPICS}[topic]
        return delivery(known, b"", partition=HOME, offset=offset, headers=self.by_topic[topic][offset][1])


def _headers(found: Input) -> Headers:
    return [("ce_id", found.name.encode()), ("ce_sequence", str(found.sequence).encode())]


Crash = tuple[int, bool]
Turn = tuple[int, int, bool]


async def live(log: Log, messages: Messages, bugs: Bugs, crash: Crash | None, turns: Any) -> bool:
    """Let a process work on what is not committed; returns whether it got through."""
    known = tables([DESKS, MARKET_CONTROLS])
    recover(known, log)
    line = Line(log) if crash is None else Line(log, breaks_at=crash[0], arrives=crash[1])
    stage = started(Fallible, known, line, messages=messages, bugs=bugs)
    at = dict(messages.committed)
    try:
        await stage.open()
        while waiting := sorted(topic for topic, stream in messages.by_topic.items() if at[topic] < len(stream)):
            chosen, size, commits = next(turns)
            topic = waiting[chosen % len(waiting)]
            upto = min(at[topic] + size, len(messages.by_topic[topic]))
            events = [messages.delivered(topic, offset) for offset in range(at[topic], upto)]
            await stage._process(events)
            assert all(event.acked for event in events)
            at[topic] = upto
            if commits:
                messages.committed = dict(at)
    except Crashed:
        return False
    messages.committed = at
    return True


@few
@given(
    streams=inputs((SIGNALS.name, ORDER_UPDATES.name), size_max=6),
    kinds=st.lists(st.sampled_from(("fine", "raises", "unreadable")), min_size=1, max_size=6),
    before=st.lists(st.tuples(st.integers(0, 10), st.booleans()), max_size=3),
    after=st.lists(st.tuples(st.integers(0, 10), st.booleans()), max_size=3),
    again=st.lists(st.integers(0, 30), max_size=6),
    turns=st.lists(st.tuples(st.integers(0, 1), st.integers(1, 4), st.booleans()), min_size=1, max_size=8),
    late=st.sampled_from(("", "before", "after")),
)
def test_each_input_counts_once_though_it_failed_was_repeated_and_sent_again_more_than_once(
    streams: dict[str, list[Input]],
    kinds: list[str],
    before: list[Crash],
    after: list[Crash],
    again: list[int],
    turns: list[Turn],
    late: str,
) -> None:
    """`late`: the senders' repeats come once the causes are gone, before what is sent again or after it."""
    names = sorted({found.name for stream in streams.values() for found in stream})
    bugs = {name: kind for name, kind in zip(names, cycle(kinds), strict=False) if kind != "fine"}
    log, turning = Log(), cycle(turns)
    messages = Messages.of(streams)
    held_back: list[tuple[Input, Headers]] = []
    if late:
        stream = messages.by_topic[ORDER_UPDATES.name]
        names_before = [found.name for found, _ in stream]
        held_back = [item for number, item in enumerate(stream) if item[0].name in names_before[:number]]
        messages.by_topic[ORDER_UPDATES.name] = [item for item in stream if item not in held_back]

    async def lives() -> None:
        for crash in [*before, None]:
            await live(log, messages, bugs, crash, turning)
        messages.by_topic[ORDER_UPDATES.name] += held_back if late == "before" else []
        letters = list({letter.event_id: letter for letter in log.of(DEAD_LETTERS, DeadLettered)}.values())
        for letter in letters:
            messages.redrive(letter)
        for number in again if letters else ():
            messages.redrive(letters[number % len(letters)])
        messages.by_topic[ORDER_UPDATES.name] += held_back if late == "after" else []
        for crash in [*after, None]:
            await live(log, messages, {}, crash, turning)

    asyncio.run(lives())
    kafka = Kafka(changelog=[entry.value for entry in log.values(DESKS) if entry.value is not None])
    kafka.sent += log.of(ORDER_UPDATES, OrderUpdated)
    check_counted_once(kafka, *expected(streams))
