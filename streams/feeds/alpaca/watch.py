"""What the platform looks at: books, chains and bias, followed on Kafka; and how far the tape was published."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from aiokafka import TopicPartition

from agents.rules import StrikeRules
from schemas.codec import Undecodable, decode
from schemas.event import to_micros
from schemas.market import BiasState, ListedContract, MarketContextReceived
from schemas.money import to_usd
from schemas.positions import Book
from schemas.records import BookRecord
from schemas.ticks import Tick, TickFrame
from streams.feeds.alpaca.wanted import Limits, Listing, Wanted, wanted
from streams.tail import header
from streams.topics import BOOKS, MARKET_CONTEXT, PARTITIONS, PRICE_TICKS, Topic

CONTEXT_AGE_MAX: Final = timedelta(days=1)
"""Chains from so far back are looked at after a start."""
MOVED: Final = 200
"""A price that has moved by one part in so many has other contracts near it."""

_WAIT_MS: Final = 1_000

Rank = tuple[int, int]


@dataclass(slots=True)
class _Known:
    contracts: dict[str, ListedContract] = field(default_factory=dict)
    chain_at: datetime | None = None
    chain_price: Decimal | None = None
    bias: BiasState | None = None


class Watch:
    """The fold of books, chains and prices that subscriptions follow from. `changed` is set when they may differ."""

    def __init__(self, symbols: Iterable[str], *, rules: StrikeRules, limits: Limits) -> None:
        self._symbols = tuple(symbols)
        self._rules = rules
        self._limits = limits
        self._books: dict[bytes, tuple[Rank, Book]] = {}
        self._known: dict[str, _Known] = {}
        self._prices: dict[str, int] = {}
        """of underlyings, 1e-9 dollars, as the subscriptions were worked out by them"""
        self.changed = asyncio.Event()

    def wanted(self, day: date) -> Wanted:
        """Return what to subscribe to on a date of the exchange."""
        return wanted(
            symbols=self._symbols,
            books=[book for _, book in self._books.values()],
            listings={symbol: self._listing(symbol, known) for symbol, known in self._known.items()},
            day=day,
            rules=self._rules,
            limits=self._limits,
        )

    def book(self, key: bytes, value: bytes | None) -> None:
        """Fold a record of `books`; one that cannot be read is its stage's to answer for."""
        if value is None:
            if self._books.pop(key, None) is not None:
                self.changed.set()
            return
        try:
            record = decode(BookRecord, value)
        except Undecodable:
            return
        before = self._books.get(key)
        rank = (record.epoch, record.version)
        # a late record of a worker that lost its shard is not the newest
        if before is not None and rank < before[0]:
            return
        self._books[key] = rank, record.state
        if before is None or _contracts(before[1]) != _contracts(record.state):
            self.changed.set()

    def context(self, event: MarketContextReceived, *, day: date) -> None:
        """Fold an underlying's chain and bias, as the market stage does."""
        if event.chain is None and event.bias is None:
            return
        known = self._known.setdefault(event.symbol, _Known())
        chain, bias = event.chain, event.bias
        if bias is not None and (known.bias is None or bias.timestamp >= known.bias.timestamp):
            known.bias = bias
        if chain is not None and (known.chain_at is None or chain.timestamp >= known.chain_at):
            known.contracts |= {item.option_symbol: item for item in chain.contracts}
            known.contracts = {name: item for name, item in known.contracts.items() if item.expiration >= day}
            known.chain_at, known.chain_price = chain.timestamp, chain.underlying_price or known.chain_price
        self.changed.set()

    def prices(self, ticks: Iterable[Tick]) -> None:
        """Note prices of underlyings, so that the contracts near them are known."""
        for tick in ticks:
            if tick.symbol not in self._known or (mark := tick.mark) <= 0:
                continue
            before = self._prices.get(tick.symbol, 0)
            if abs(mark - before) * MOVED > before:
                self._prices[tick.symbol] = mark
                self.changed.set()

    def _listing(self, symbol: str, known: _Known) -> Listing:
        price = self._prices.get(symbol)
        return Listing(known.contracts, known.chain_price if price is None else to_usd(price), known.bias)


def _contracts(book: Book) -> tuple[frozenset[str], frozenset[str]]:
    held = frozenset(position.option_symbol for position in book.positions)
    return held, frozenset(order.option_symbol for order in book.working)


async def begin(consumer: Any, *, now: datetime) -> None:
    """Place a consumer (aiokafka's, in no group): books from their beginning, contexts from a day ago."""
    books, contexts = _partitions(BOOKS), _partitions(MARKET_CONTEXT)
    found = await consumer.offsets_for_times(dict.fromkeys(contexts, _millis(now - CONTEXT_AGE_MAX)))
    ends = await consumer.end_offsets(contexts)
    consumer.assign([*books, *contexts])
    await consumer.seek_to_beginning(*books)
    for at in contexts:
        consumer.seek(at, ends[at] if found.get(at) is None else found[at].offset)


async def caught_up(consumer: Any, watch: Watch, *, day: date) -> None:
    """Fold until everything that was there at the call has been read."""
    ends = await consumer.end_offsets(list(consumer.assignment()))
    while any([await consumer.position(at) < end for at, end in ends.items()]):
        await _fold(consumer, watch, day=day)


async def _fold(consumer: Any, watch: Watch, *, day: date) -> None:
    for at, messages in (await consumer.getmany(timeout_ms=_WAIT_MS)).items():
        for message in messages:
            if at.topic == BOOKS.name:
                watch.book(message.key, message.value)
            else:
                try:
                    watch.context(decode(MarketContextReceived, message.value), day=day)
                except Undecodable:
                    continue  # the market stage answers for it
            # a chain takes its time to decode, and the streams go on meanwhile
            await asyncio.sleep(0)


async def follow(consumer: Any, watch: Watch, *, today: Callable[[], date]) -> None:
    """Fold what comes until cancelled. `today` returns the exchange's date."""
    while True:
        await _fold(consumer, watch, day=today())


async def published(consumer: Any, *, source: str, since: datetime) -> list[Tick]:
    """Return the ticks of a source's frames that went to Kafka since an instant, shard by shard, in order."""
    shards = _partitions(PRICE_TICKS)
    found = await consumer.offsets_for_times(dict.fromkeys(shards, _millis(since)))
    begun = {at: place.offset for at, place in found.items() if place is not None}
    if not begun:
        return []
    ends = await consumer.end_offsets(list(begun))
    consumer.assign(list(begun))
    for at, offset in begun.items():
        consumer.seek(at, offset)
    ticks: list[Tick] = []
    while any([await consumer.position(at) < ends[at] for at in begun]):
        for messages in (await consumer.getmany(timeout_ms=_WAIT_MS)).values():
            for message in messages:
                if header(message, "ce_source") != source:
                    continue
                try:
                    ticks += decode(TickFrame, message.value).ticks()
                except (Undecodable, ValueError):
                    continue  # the market stage answers for it
    return ticks


def _partitions(topic: Topic) -> list[TopicPartition]:
    return [TopicPartition(topic.name, number) for number in range(PARTITIONS)]


def _millis(at: datetime) -> int:
    return to_micros(at) // 1000
