"""A reducer of the smallest kind on two topics, and what a crash leaves behind: to try the state record's recipe."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import strategies as st

from schemas.codec import decode
from schemas.desks import Desk
from schemas.event import Event
from schemas.ids import derived_id
from schemas.orders import OrderUpdated
from schemas.records import DeskRecord, OutboxEntry
from tests.agents.strategies import AT

KEY = "SPY"
NAME = f"desks/{KEY}"
KINDS = ("quiet", "noted", "loud", "louder")
"""What an input does: nothing, a change of state, the same with one event, or with two."""


class Crashed(BaseException):
    """The process is gone: nothing in it may catch this."""


@dataclass(frozen=True)
class Input:
    """A message. `sequence` numbers what its source emitted; 0 is unnumbered."""

    topic: str
    offset: int
    name: str
    kind: str
    sequence: int = 0

    @property
    def event(self) -> OrderUpdated:
        return update(self.name, source="executor" if self.sequence else "", sequence=self.sequence)


def update(event_id: str, *, source: str = "", sequence: int = 0) -> OrderUpdated:
    return OrderUpdated(
        event_id=event_id,
        occurred_at=AT,
        source=source,
        sequence=sequence,
        account_id="paper",
        order_id=event_id,
        symbol=KEY,
        status="filled",
    )


def reduce(desk: Desk, name: str, kind: str) -> tuple[Desk, tuple[Event, ...]]:
    """Note the names that count, and say so as loudly as the kind asks for."""
    if kind == "quiet":
        return desk, ()
    emitted = tuple(update(derived_id("said", name, number)) for number in range(max(0, KINDS.index(kind) - 1)))
    return desk.model_copy(update={"decided": (*desk.decided, name)}), emitted


def reduce_in_turn(desk: Desk, name: str, kind: str) -> tuple[Desk, tuple[Event, ...]]:
    """As `reduce`, but a loud one says how many came before it; one that comes first is not noted at all."""
    if kind == "quiet" or (not desk.decided and kind != "noted"):
        return desk, ()
    emitted = tuple(
        update(derived_id("said", name, number, len(desk.decided))) for number in range(max(0, KINDS.index(kind) - 1))
    )
    return desk.model_copy(update={"decided": (*desk.decided, name)}), emitted


@st.composite
def inputs(draw: st.DrawFn, topics: Sequence[str], *, size_max: int = 8) -> dict[str, list[Input]]:
    """Return messages by topic; those of the second are numbered, and some come again under new offsets."""
    first, second = topics
    plain = draw(st.lists(st.sampled_from(KINDS), max_size=size_max))
    numbered = draw(st.lists(st.sampled_from(KINDS), max_size=size_max))
    found = [Input(first, offset, f"a{offset}", kind) for offset, kind in enumerate(plain)]
    stream: list[tuple[int, str]] = []
    for sequence, kind in enumerate(numbered, start=1):
        stream.append((sequence, kind))
        back = draw(st.integers(0, 3))
        # its sender crashed, and sends the last ones again, in their order
        if back:
            stream += stream_of(stream, sequence - back)
    return {
        first: found,
        second: [
            Input(second, offset, f"b{sequence}", kind, sequence) for offset, (sequence, kind) in enumerate(stream)
        ],
    }


def stream_of(stream: Sequence[tuple[int, str]], after: int) -> list[tuple[int, str]]:
    """Return each numbered message past `after` once, in order."""
    return sorted({entry for entry in stream if entry[0] > after})


@dataclass
class Kafka:
    """What outlives a process: the changelog, what was sent, what was acknowledged."""

    changelog: list[bytes] = field(default_factory=list)
    sent: list[Event] = field(default_factory=list)
    committed: dict[str, int] = field(default_factory=dict)
    """Next offset by topic."""

    def recovered(self) -> DeskRecord | None:
        return decode(DeskRecord, self.changelog[-1]) if self.changelog else None

    def accepted(self) -> list[Event]:
        """Return what a reader keeps that drops what is not newer than the newest by its source."""
        kept: list[Event] = []
        for event in self.sent:
            assert event.source == NAME
            if not kept or event.sequence > kept[-1].sequence:
                kept.append(event)
        return kept

    def keep(self, entry: OutboxEntry) -> None:
        self.sent.append(decode(OrderUpdated, entry.value))


def check_counted_once(kafka: Kafka, expected_names: Sequence[str], expected_ids: Sequence[str]) -> None:
    """Assert that each input has counted once and each output is accepted once, whatever happened on the way."""
    record = kafka.recovered()
    accepted = kafka.accepted()
    assert sorted(record.state.decided if record else ()) == sorted(expected_names)
    assert [event.sequence for event in accepted] == list(range(1, len(accepted) + 1))
    assert sorted(event.event_id for event in accepted) == sorted(expected_ids)
    assert (record.emitted if record else 0) == len(accepted)


def expected(messages: dict[str, list[Input]]) -> tuple[list[str], list[str]]:
    """Return the names that count and the ids of what is said, by a plain look at the distinct inputs."""
    kinds = {message.name: message.kind for stream in messages.values() for message in stream}
    return (
        [name for name, kind in kinds.items() if kind != "quiet"],
        [
            derived_id("said", name, number)
            for name, kind in kinds.items()
            for number in range({"loud": 1, "louder": 2}.get(kind, 0))
        ],
    )
