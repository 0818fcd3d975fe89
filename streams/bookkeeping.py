"""What a message does to a stage's records, and what is kept of a batch until Kafka has it."""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from schemas.codec import Undecodable
from schemas.dead_letters import Redrive, redrive_of
from schemas.event import Event
from schemas.records import StateRecord
from streams.letters import Before, Name, letter_of, numbered_id, set_aside_at
from streams.logs import logger
from streams.outgoing import Outgoing
from streams.publisher import Publisher, child_traceparent
from streams.records import ASIDE, REDRIVEN, Unstorable, advance, has_heard, has_seen
from streams.tables import Records
from streams.topics import BY_NAME, Topic

log = logger(__name__)


class Bookkeeping(ABC):
    """A stage's records while a batch is worked into them: each message changes them once, or is set aside."""

    name: str
    """market or account"""

    def __init__(self, *, app: Any, publisher: Publisher, tables: Mapping[str, Records[Any]]) -> None:
        self._app = app
        self._tables = tables
        self._outgoing = Outgoing(publisher, tables)
        self._read: dict[int, dict[str, int]] = defaultdict(dict)
        self._touched: set[Name] = set()
        """(table, key) of the records looked at since recovery: what their outboxes held has been sent again."""
        self._taken_up: set[Name] = set()
        """Those of them that have been looked at first in this batch."""
        self._before = Before(tables)
        self._refused: set[Name] = set()
        """Records that could not be stored with what the message at work does to them."""
        self._aside: set[Name] = set()
        """Records that have set an event aside in this batch."""
        self._redrive: Redrive | None = None
        """Of the message at work, when it is sent again from a dead letter."""
        self._trace: Mapping[str, bytes] | None = None
        """Headers of the message at work, where its trace is gone on with."""

    @abstractmethod
    def _work(self, topic: Topic, message: Any) -> None:
        """Reduce one message into the records it concerns; raises Undecodable."""

    def _answers_for(self, topic: Topic) -> bool:
        """Return whether what cannot be read of a topic is dead-lettered here; else another reader of it does."""
        return True

    def _ledger(self, partition: int) -> tuple[str, StateRecord] | None:
        """Return the table and the record that note what is set aside of a partition and concerns no record."""
        return None

    def _taken_back(self) -> None:  # noqa: B027 -- not every stage has something to look up again
        """Called when records have been put back to what they were before a batch."""

    def _offer(self, message: Any) -> None:
        topic = BY_NAME[message.topic]
        self._read[message.partition][source_of(message)] = message.offset
        headers = {name: content for name, content in message.headers or () if content is not None}
        self._trace = headers
        self._redrive = redrive_of(headers)
        if self._redrive is not None and not self._is_meant(self._redrive, topic):
            return
        try:
            if self._redrive is None and self._was_set_aside(message, headers):
                return
            self._work(topic, message)
        except Undecodable as error:
            if self._answers_for(topic):
                self._dead_letter(message, headers, "undecodable", str(error))
        except Exception as error:
            log.exception("reducer_failed", stage=self.name, topic=topic.name, offset=message.offset)
            self._dead_letter(message, headers, "failed", type(error).__name__)

    def _is_meant(self, redrive: Redrive, topic: Topic) -> bool:
        """Return whether a redriven message is for this stage: by name, or as one that it left to another to report."""
        return redrive.reader == self.name or (not redrive.record and not self._answers_for(topic))

    def _was_set_aside(self, message: Any, headers: Mapping[str, bytes]) -> bool:
        """Return whether a message repeats an event that only its redriving can bring; raises Undecodable as it did."""
        ledger = self._ledger(message.partition)
        offset = None if ledger is None else set_aside_at(ledger[1], numbered_id(headers))
        if offset == message.offset:
            raise Undecodable("it was set aside when it came first")  # its letter may not have been sent
        return offset is not None and message.offset > offset

    def _is_aside(self, message: Any) -> bool:
        """Return whether a message is of an event that was set aside, whether or not it repeats it."""
        ledger = self._ledger(message.partition)
        if ledger is None or not any(name.startswith(ASIDE) for name in ledger[1].heard):
            return False
        return set_aside_at(ledger[1], numbered_id(dict(message.headers or ()))) is not None

    def _dead_letter(
        self, message: Any, headers: Mapping[str, bytes], reason: Literal["undecodable", "failed"], error: str
    ) -> None:
        """Send a message away that no record has taken; a numbered one may be sent again, and is noted."""
        log.warning("dead_letter", topic=message.topic, offset=message.offset, reason=reason, error=error)
        self._outgoing.letters.append(letter_of(message, reader=self.name, reason=reason, error=error))
        event_id, ledger = numbered_id(headers), self._ledger(message.partition)
        if self._redrive is None and ledger is not None and event_id is not None:
            table, record = ledger
            self._put(table, str(message.partition), record, message, mark=(ASIDE + event_id, message.offset))

    @contextmanager
    def _isolated(
        self, table: str, key: str, record: StateRecord, message: Any, event: Event | None = None
    ) -> Iterator[None]:
        """Keep a failure on one record from the others that a message concerns: the event is set aside in it."""
        try:
            yield
        except Undecodable:
            raise
        except Exception as error:
            log.exception("reducer_failed", stage=self.name, record=f"{table}/{key}", offset=message.offset)
            if (known := self._tables[table].get(key)) is not None and known is not record:
                return  # what failed came after the record had taken it
            self._aside.add((table, key))
            name = f"{table}/{key}"
            letter = letter_of(message, reader=self.name, reason="failed", error=type(error).__name__, record=name)
            self._put(table, key, record, message, heard=event, letters=(letter,))

    def _apply(
        self,
        table: str,
        key: str,
        record: StateRecord,
        message: Any,
        *,
        state: object,
        emitted: Sequence[Event],
        apart: Sequence[Event] = (),
        heard: Event | None = None,
        deferred: bool = False,
    ) -> None:
        """Put a record after an event; nothing is written when nothing has changed.

        apart     emitted too, under sources and numbers of their own
        deferred  it is written at a checkpoint: the message is held until then (`Stage._holds`), and nothing emitted
        """
        mark = None if self._redrive is None else (REDRIVEN + self._redrive.event_id, 1)
        if state is record.state and not emitted and not apart and mark is None:
            return
        if (table, key) in self._refused:
            raise Unstorable(table)
        change = {"state": state, "emitted": emitted, "apart": apart, "heard": heard, "mark": mark}
        self._put(table, key, record, message, deferred=deferred, **change)

    def _put(
        self, table: str, key: str, record: StateRecord, message: Any, *, deferred: bool = False, **change: Any
    ) -> None:
        after = advance(
            record,
            name=f"{table}/{key}",
            read=self._read[message.partition],
            epoch=self._app.consumer_generation_id,
            **{"state": record.state, "emitted": (), "heard": None, **change},
        )
        if emitted := after.outbox[len(record.outbox) :]:
            trace = None if self._trace is None else child_traceparent(self._trace)
            self._outgoing.emit(table, key, emitted, trace=trace)
        self._before.note(table, key)
        self._tables[table].change(key, after, partition=message.partition, deferred=deferred)

    def _is_news(self, table: str, key: str, record: StateRecord, message: Any, event: Event | None = None) -> bool:
        """Return whether a record has yet to see a message.

        At the first look after recovery what stands in its outbox goes out again, before anything new: readers take
        a lower number than the newest for a repeat.
        """
        if (table, key) not in self._touched:
            self._touched.add((table, key))
            self._taken_up.add((table, key))
            if record.outbox:
                self._outgoing.emit(table, key, record.outbox)
        redrive = self._redrive
        if redrive is not None:
            # by its letter, not by its number: later ones have been heard meanwhile
            if not redrive.concerns(f"{table}/{key}") or REDRIVEN + redrive.event_id in record.heard:
                return False
        elif event is not None and has_heard(record, event):
            return False
        return not has_seen(record, source=source_of(message), offset=message.offset)

    def _make_own(self) -> None:
        """Have what was looked at first in this batch written, changed or not, before anything is done about it.

        A worker that owned a partition in between may have written behind what this one has recovered, under an epoch
        that is newer: without a record of this owner's epoch that one would be the newest once it arrives.
        """
        epoch = self._app.consumer_generation_id
        for table, key in sorted(self._taken_up):
            record = self._tables[table].get(key)
            if record is not None and record.epoch != epoch:
                self._tables[table].write_again([key], epoch=epoch)
        self._taken_up.clear()

    def _forget(self) -> None:
        for records in self._tables.values():
            records.forget()
        self._read.clear()
        self._before.clear()
        self._drop_outputs()
        self._touched.clear()
        self._taken_up.clear()

    def _drop_outputs(self) -> None:
        self._outgoing.drop()
        self._aside.clear()

    def _take_back(self, events: Sequence[Any]) -> None:
        """Put everything back to what it was before a batch, from which nothing has been written or sent."""
        self._before.restore()
        self._touched -= self._outgoing.emitting  # what stood in their outboxes goes out again
        self._drop_outputs()
        for event in reversed(events):
            self._read[event.message.partition][source_of(event.message)] = event.message.offset - 1
        self._taken_back()


def source_of(message: Any) -> str:
    """Return a message's topic-partition, as records name it."""
    return f"{message.topic}-{message.partition}"
