"""The market stage: the tape of a shard of underlyings, the decisions on their signals, the books that hold them."""

import asyncio
import math
import time
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from agents import book as books
from agents import desk as desks
from agents import market as markets
from agents.controls import on_snapshot
from agents.manual import on_wanted
from agents.market import OpeningWindow
from agents.rules import ExitRules, Rules
from schemas.accounts import AccountSnapshot
from schemas.codec import decode
from schemas.decisions import TradeProposed
from schemas.desks import Desk
from schemas.market import MarketContextReceived
from schemas.operations import ClockAdvanced, ControlChanged
from schemas.orders import OrderRequested
from schemas.records import BookRecord, DeskRecord, StateRecord
from schemas.signals import SignalReceived
from streams.logs import logger
from streams.processors.booking import BOOK_TOPICS, BookEvent, Known, event_of, first_due, place_of, reducer
from streams.processors.controls import RulesInForce, changed
from streams.processors.opening import OpeningWindows
from streams.processors.ticking import BOOKS, Ticking
from streams.sessions import SessionCalendar
from streams.stage import check_place
from streams.topics import (
    ACCOUNT_SNAPSHOTS,
    CLOCK,
    CONTROLS,
    MARKET_CONTEXT,
    ORDER_REQUESTS,
    PARTITIONS,
    PRICE_TICKS,
    SIGNALS,
    Topic,
    partition_of,
)

log = logger(__name__)

CHECKPOINT_IDLE_S = 0.05
"""A pause of the tape after which the markets are written."""
CHECKPOINT_WITHIN_S = 1.0
"""The longest a market goes unwritten while the tape runs."""

DESKS, MARKET_CONTROLS = "desks", "market-controls"


class MarketStage(Ticking):
    """One loop over signals, context, ticks, orders and the clock of a shard."""

    name = "market"

    def __init__(self, *, rules: Rules, calendar: SessionCalendar, **stage: Any) -> None:
        super().__init__(**stage)
        self._rules = RulesInForce(rules, self._tables[MARKET_CONTROLS])
        self._calendar = calendar
        self._windows = OpeningWindows(calendar, minutes=rules.session.opening_range_minutes)
        self._waiting: set[str] = set()
        """Underlyings whose desks the clock concerns: signals wait, or what was said of them may not have been sent."""
        self._held: dict[Any, list[Any]] = defaultdict(list)
        """Messages folded into records that are not written yet, by topic-partition."""
        self._worked = time.monotonic()
        self._checkpointed: dict[int, float] = defaultdict(lambda: self._worked)
        """When the markets of a partition were written last."""

    def _opened(self) -> None:
        self._books_of.clear()
        self._waiting.clear()
        for key in self._tables[BOOKS].keys():  # noqa: SIM118 -- no mapping
            self._books_of[key.split("|")[1]].add(key)
        self._look_for_waiting()

    def _look_for_waiting(self) -> None:
        self._waiting.clear()
        for key in self._tables[DESKS].keys():  # noqa: SIM118 -- no mapping
            # with an outbox too: a clock event delivered again must find the desk whose last signal it has released
            if (record := self._desk(key)).state.waiting or record.outbox:
                self._waiting.add(key)

    def _taken_back(self) -> None:
        super()._taken_back()
        self._look_for_waiting()

    def _ledger(self, partition: int) -> tuple[str, StateRecord]:
        return MARKET_CONTROLS, self._rules.record(partition)

    def _forget(self) -> None:
        super()._forget()
        self._held.clear()

    def _holds(self, topic: Topic) -> bool:
        return topic in (PRICE_TICKS, MARKET_CONTEXT, ACCOUNT_SNAPSHOTS)

    def _hold(self, event: Any) -> None:
        self._held[event.message.tp].append(event)
        self._worked = time.monotonic()

    async def keep_checkpoints(self) -> None:
        """Write the markets when the tape pauses, or once a second; then acknowledge what they have folded.

        One partition's after the other, and spread over the second: an exit waits for those of one partition at most.
        """
        turned = time.monotonic()
        while True:
            await asyncio.sleep(CHECKPOINT_IDLE_S)
            now = time.monotonic()
            due, turned = self._due(now, lasted_s=now - turned), now
            for partition in due:
                async with self._lock:
                    await self._checkpoint((partition,))

    def _due(self, now: float, *, lasted_s: float) -> list[int]:
        """Return the partitions whose markets are written at a turn: in a pause all, else its share of a second's."""
        held = sorted({tp.partition for tp in self._held}, key=lambda partition: self._checkpointed[partition])
        if now - self._worked >= CHECKPOINT_IDLE_S:
            return held
        share = math.ceil(len(held) * lasted_s / CHECKPOINT_WITHIN_S)
        return [each for each in held[:share] if now - self._checkpointed[each] >= CHECKPOINT_WITHIN_S]

    async def _checkpoint(self, partitions: Collection[int] = range(PARTITIONS)) -> None:
        if not self._open:
            return
        for partition in set(partitions) & self._unfolded.keys():
            self._catch_up(partition)
        self._make_own()
        # a market that cannot be stored goes on from its last checkpoint: what it has folded since was mostly prices
        await self._flush_or_leave(checkpoint=partitions)
        for tp in [tp for tp in self._held if tp.partition in partitions]:
            for event in self._held.pop(tp):
                event.ack()
        self._checkpointed |= dict.fromkeys(partitions, time.monotonic())

    def _work(self, topic: Topic, message: Any) -> None:
        if topic is PRICE_TICKS:
            self._on_frame(message)
        elif topic is SIGNALS:
            self._on_wanted(decode(SignalReceived, message.value), message)
        elif topic is ORDER_REQUESTS:
            self._on_wanted(decode(OrderRequested, message.value), message)
        elif topic is MARKET_CONTEXT:
            self._on_context(decode(MarketContextReceived, message.value), message)
        elif topic in BOOK_TOPICS:
            self._into_book(event_of(topic, message), message)
        elif topic is ACCOUNT_SNAPSHOTS:
            self._on_snapshot(decode(AccountSnapshot, message.value), message)
        elif topic is CONTROLS:
            self._on_control(decode(ControlChanged, message.value), message)
        elif topic is CLOCK:
            self._on_clock(decode(ClockAdvanced, message.value), message)

    def _window(self, at: datetime) -> OpeningWindow | None:
        return self._windows.of(at)

    def _exits(self, partition: int, symbol: str) -> ExitRules:
        return self._rules.of(partition, symbol=symbol).exits

    def _on_context(self, event: MarketContextReceived, message: Any) -> None:
        check_place(message, event.symbol)
        day = self._calendar.phase(event.occurred_at).day
        rules = self._rules.of(message.partition, symbol=event.symbol)
        neutral_below = rules.engine.dealer.neutral_below
        self._fold(
            event.symbol,
            message,
            lambda market: markets.on_context(market, event, day=day, neutral_below=neutral_below),
        )
        if event.bias is None:
            return
        quotes = self._market(event.symbol).state.quotes
        told: dict[str, Any] = {"at": event.occurred_at, "rules": rules.exits, "quotes": quotes}
        for key, record in self._books(event.symbol, message):
            with self._isolated(BOOKS, key, record, message):
                state, emitted = books.on_bias(record.state, event.bias, **told)
                self._apply(BOOKS, key, record, message, state=state, emitted=emitted)

    def _seen(self, symbol: str, at: datetime, message: Any) -> desks.Seen:
        def view(account_id: str) -> tuple[Rules, AccountSnapshot | None]:
            rules = self._rules.of(message.partition, symbol=symbol, account_id=account_id)
            return rules, self._rules.snapshot(message.partition, account_id)

        return desks.Seen(
            market=self._market(symbol).state,
            session=self._calendar.phase(at),
            view=view,
            read_positions=dict(self._read[message.partition]),
        )

    def _on_wanted(self, event: SignalReceived | OrderRequested, message: Any) -> None:
        check_place(message, event.symbol)
        record = self._desk(event.symbol)
        if self._is_news(DESKS, event.symbol, record, message):
            with self._isolated(DESKS, event.symbol, record, message):
                seen = self._seen(event.symbol, event.occurred_at, message)
                self._decided(event.symbol, record, message, on_wanted(record.state, event, seen=seen))

    def _decided(self, symbol: str, record: DeskRecord, message: Any, outcome: desks.Outcome) -> None:
        desk, emitted = outcome
        self._apply(DESKS, symbol, record, message, state=desk, emitted=emitted)
        self._note_waiting(symbol, desk)
        for proposal in emitted:
            if isinstance(proposal, TradeProposed) and "processing_failed" in proposal.codes:
                failed = [gate for gate in proposal.gates if gate.code == "processing_failed"]
                log.warning("signal_failed", signal_id=proposal.signal_id, gate=failed[0].gate, **failed[0].inputs)

    def _desk(self, symbol: str) -> DeskRecord:
        record: DeskRecord | None = self._tables[DESKS].get(symbol)
        return record or DeskRecord(state=Desk(symbol=symbol))

    def _note_waiting(self, symbol: str, desk: Desk) -> None:
        (self._waiting.add if desk.waiting else self._waiting.discard)(symbol)

    def _into_book(self, event: BookEvent, message: Any) -> None:
        check_place(message, event.symbol)
        key, empty = place_of(event)
        record: BookRecord = self._tables[BOOKS].get(key) or BookRecord(state=empty)
        if self._is_news(BOOKS, key, record, message, event):
            with self._isolated(BOOKS, key, record, message, event):
                rules = self._rules.of(message.partition, symbol=event.symbol, account_id=event.account_id)
                known = Known(rules, self._market(event.symbol).state.quotes)
                state, emitted = reducer(event, known)(record.state)
                self._apply(BOOKS, key, record, message, state=state, emitted=emitted, heard=event)
            self._books_of[event.symbol].add(key)

    def _on_snapshot(self, event: AccountSnapshot, message: Any) -> None:
        key, record = str(message.partition), self._rules.record(message.partition)
        if self._is_news(MARKET_CONTROLS, key, record, message, event):
            with self._isolated(MARKET_CONTROLS, key, record, message, event):
                state = on_snapshot(record.state, event)
                self._apply(MARKET_CONTROLS, key, record, message, state=state, emitted=(), heard=event, deferred=True)

    def _on_control(self, event: ControlChanged, message: Any) -> None:
        """Take a change in; positions are judged by it from their next tick on, orders of a halted account fail."""
        key, record = str(message.partition), self._rules.record(message.partition)
        if self._is_news(MARKET_CONTROLS, key, record, message, event):
            state = changed(record.state, event)
            self._apply(MARKET_CONTROLS, key, record, message, state=state, emitted=(), heard=event)
        for symbol in self._symbols(message.partition):
            for book in sorted(self._books_of[symbol]):
                held: BookRecord | None = self._tables[BOOKS].get(book)
                if held is None:
                    continue
                # news or not: a book may have been written with the change, and gone on without it before it came again
                self._is_news(BOOKS, book, held, message)
                with self._isolated(BOOKS, book, held, message):
                    rules = self._rules.of(message.partition, symbol=symbol, account_id=held.state.account_id)
                    book_state, emitted = books.on_rules(held.state, at=event.occurred_at, rules=rules)
                    self._apply(BOOKS, book, held, message, state=book_state, emitted=emitted)

    def _symbols(self, partition: int) -> list[str]:
        return sorted(symbol for symbol in self._books_of if partition_of(symbol) == partition)

    def _on_clock(self, clock: ClockAdvanced, message: Any) -> None:
        held = [item for symbol in self._symbols(message.partition) for item in self._books(symbol, message)]
        # what is the latest goes first: after a gap one event may find many that should have been closed in it
        for key, record in sorted(held, key=lambda item: first_due(item[1].state)):
            symbol = record.state.symbol
            rules, market = self._rules.of(message.partition, symbol=symbol).exits, self._market(symbol).state
            with self._isolated(BOOKS, key, record, message):
                state, emitted = books.on_clock(record.state, clock, rules=rules, market=market)
                self._apply(BOOKS, key, record, message, state=state, emitted=emitted)
        for symbol in sorted(self._waiting):
            if partition_of(symbol) != message.partition:
                continue
            desk = self._desk(symbol)
            if self._is_news(DESKS, symbol, desk, message):
                with self._isolated(DESKS, symbol, desk, message):
                    seen = self._seen(symbol, desks.judged_at(clock, self._market(symbol).state), message)
                    self._decided(symbol, desk, message, desks.on_clock(desk.state, clock, seen=seen))
