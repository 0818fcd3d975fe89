"""The market stage: the tape of a shard of underlyings, the decisions on their signals, the books that hold them."""

import asyncio
import time
from collections import defaultdict, deque
from functools import lru_cache
from typing import Any

from agents import book as books
from agents import desk as desks
from agents import market as markets
from agents.rules import Rules
from schemas.codec import Undecodable, decode
from schemas.desks import Desk
from schemas.event import Event
from schemas.market import Market, MarketContextReceived
from schemas.occ import underlying_of
from schemas.operations import ClockAdvanced
from schemas.orders import OrderPlaced, OrderUpdated
from schemas.positions import Book
from schemas.records import BookRecord, DeskRecord, MarketRecord
from schemas.signals import SignalReceived
from schemas.ticks import Tick, TickFrame
from streams.sessions import SessionCalendar
from streams.stage import Stage, check_place
from streams.topics import (
    CLOCK,
    MARKET_CONTEXT,
    ORDER_UPDATES,
    ORDERS,
    PRICE_TICKS,
    SIGNALS,
    Topic,
    book_key,
    partition_of,
)

CHECKPOINT_IDLE_S = 0.05
"""A pause of the tape after which the markets are written."""
CHECKPOINT_WITHIN_S = 1.0
"""The longest a market goes unwritten while the tape runs."""

MARKETS, DESKS, BOOKS = "markets", "desks", "books"


class MarketStage(Stage):
    """One loop over signals, context, ticks, orders and the clock of a shard."""

    name = "market"

    def __init__(self, *, rules: Rules, calendar: SessionCalendar, **stage: Any) -> None:
        super().__init__(**stage)
        self._rules = rules
        self._calendar = calendar
        self._books_of: dict[str, set[str]] = defaultdict(set)
        self._held: dict[Any, deque[Any]] = defaultdict(deque)
        """Messages folded into markets that are not written yet, by topic-partition."""
        self._checkpointed = self._worked = time.monotonic()

    def _opened(self) -> None:
        self._books_of.clear()
        for key in self._tables[BOOKS].keys():  # noqa: SIM118 -- no mapping
            self._books_of[key.split("|", 1)[1]].add(key)

    def _forget(self) -> None:
        super()._forget()
        self._held.clear()

    def _written_now(self, table: str) -> bool:
        return table != MARKETS

    def _holds(self, topic: Topic) -> bool:
        return topic in (PRICE_TICKS, MARKET_CONTEXT)

    def _hold(self, event: Any) -> None:
        self._held[event.message.tp].append(event)
        self._worked = time.monotonic()

    async def keep_checkpoints(self) -> None:
        """Write the markets when the tape pauses, or once a second; then acknowledge what they have folded."""
        while True:
            await asyncio.sleep(CHECKPOINT_IDLE_S)
            now = time.monotonic()
            idle = now - self._worked >= CHECKPOINT_IDLE_S
            if self._held and (idle or now - self._checkpointed >= CHECKPOINT_WITHIN_S):
                async with self._lock:
                    await self._checkpoint()

    async def _checkpoint(self) -> None:
        if not self._open:
            return
        await self._flush_or_leave(checkpoint=True)
        for held in self._held.values():
            while held:
                held.popleft().ack()
        self._held.clear()
        self._checkpointed = time.monotonic()

    def _work(self, topic: Topic, message: Any) -> None:
        if topic is PRICE_TICKS:
            self._on_frame(decode(TickFrame, message.value), message)
        elif topic is SIGNALS:
            self._on_signal(decode(SignalReceived, message.value), message)
        elif topic is MARKET_CONTEXT:
            self._on_context(decode(MarketContextReceived, message.value), message)
        elif topic is ORDERS:
            self._on_order(decode(OrderPlaced, message.value), message)
        elif topic is ORDER_UPDATES:
            self._on_order_update(decode(OrderUpdated, message.value), message)
        elif topic is CLOCK:
            self._on_clock(decode(ClockAdvanced, message.value), message)

    def _market(self, symbol: str) -> MarketRecord:
        record: MarketRecord | None = self._tables[MARKETS].get(symbol)
        return record or MarketRecord(state=Market(symbol=symbol))

    def _on_frame(self, frame: TickFrame, message: Any) -> None:
        by_underlying: dict[str, list[Tick]] = {}
        try:
            for tick in frame.ticks():
                by_underlying.setdefault(_underlying(tick.symbol), []).append(tick)
        except ValueError as error:
            raise Undecodable(f"TickFrame: {error}") from error
        for symbol in by_underlying:
            check_place(message, symbol)
        for symbol, ticks in by_underlying.items():
            self._fold(symbol, message, lambda market, ticks=ticks: markets.on_ticks(market, ticks))
            for key in sorted(self._books_of.get(symbol, ())):
                record: BookRecord | None = self._tables[BOOKS].get(key)
                if record is None or not self._is_news(BOOKS, key, record, message):
                    continue
                if record.state.positions or record.state.working:
                    state, emitted = books.on_ticks(record.state, ticks, rules=self._rules.exits)
                    self._apply(BOOKS, key, record, message, state=state, emitted=emitted)

    def _on_context(self, event: MarketContextReceived, message: Any) -> None:
        check_place(message, event.symbol)
        day = self._calendar.phase(event.occurred_at).day
        self._fold(event.symbol, message, lambda market: markets.on_context(market, event, day=day))

    def _fold(self, symbol: str, message: Any, fold: Any) -> None:
        record = self._market(symbol)
        if self._is_news(MARKETS, symbol, record, message):
            self._apply(MARKETS, symbol, record, message, state=fold(record.state), emitted=())

    def _on_signal(self, signal: SignalReceived, message: Any) -> None:
        check_place(message, signal.symbol)
        record: DeskRecord = self._tables[DESKS].get(signal.symbol) or DeskRecord(state=Desk(symbol=signal.symbol))
        if not self._is_news(DESKS, signal.symbol, record, message):
            return
        state, emitted = desks.on_signal(
            record.state,
            signal,
            market=self._market(signal.symbol).state,
            session=self._calendar.phase(signal.occurred_at),
            rules=self._rules,
            read_positions=dict(self._read[message.partition]),
        )
        self._apply(DESKS, signal.symbol, record, message, state=state, emitted=emitted)

    def _on_order(self, order: OrderPlaced, message: Any) -> None:
        check_place(message, order.symbol)
        key = book_key(order.account_id, order.symbol)
        self._into_book(key, message, order, lambda book: books.on_order(book, order))

    def _on_order_update(self, update: OrderUpdated, message: Any) -> None:
        check_place(message, update.symbol)
        key = book_key(update.account_id, update.symbol)
        self._into_book(key, message, update, lambda book: books.on_order_update(book, update))

    def _into_book(self, key: str, message: Any, event: Event, reduce: Any) -> None:
        account_id, symbol = key.split("|", 1)
        record: BookRecord = self._tables[BOOKS].get(key) or BookRecord(
            state=Book(account_id=account_id, symbol=symbol)
        )
        if self._is_news(BOOKS, key, record, message, event):
            state, emitted = reduce(record.state)
            self._apply(BOOKS, key, record, message, state=state, emitted=emitted, heard=event)
            self._books_of[symbol].add(key)

    def _on_clock(self, clock: ClockAdvanced, message: Any) -> None:
        for symbol, keys in self._books_of.items():
            if partition_of(symbol) != message.partition:
                continue
            for key in sorted(keys):
                record = self._tables[BOOKS].get(key)
                if record is not None and self._is_news(BOOKS, key, record, message):
                    state, emitted = books.on_clock(record.state, clock)
                    self._apply(BOOKS, key, record, message, state=state, emitted=emitted)


@lru_cache(maxsize=100_000)
def _underlying(symbol: str) -> str:
    return underlying_of(symbol)
