"""Fetches bars and chains from market data providers and publishes them as market context.

At its start it fetches bars of all timeframes and the chain of each symbol; at each open the daily bars and the chain;
in regular hours the chain every few minutes. Time comes from clock.v1. What failed is asked for again with the next
minute; what no provider has, or lets us have, with the next open.
"""

import argparse
import asyncio
import hashlib
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from aiokafka import TopicPartition

from schemas.codec import Undecodable, decode
from schemas.event import Record
from schemas.ids import derived_id
from schemas.market import MarketContextReceived
from schemas.operations import ClockAdvanced
from streams import logs, metrics
from streams.clocks import Clock, TapeClock, WallClock
from streams.providers.candles import TIMEFRAMES
from streams.providers.failures import NobodyAnswered
from streams.providers.fallback import Access, MarketData, asking_order, guarded_providers
from streams.providers.guarded import Guarded
from streams.publisher import Publisher
from streams.readiness import ready
from streams.sessions import SessionCalendar
from streams.settings import InvalidSettings, Settings, load_settings
from streams.stopping import run_until_stopped
from streams.tail import newest_times, reader
from streams.topics import CLOCK, MARKET_CONTEXT

SOURCE: Final = "feeds/history"
BARS: Final = 250
"""Bars of each timeframe: enough for an average over 200."""
CHAIN: Final = "chain"
CHAIN_REFRESH_MINUTES: Final = 5

_AT_ONCE: Final = 4
_WAIT_MS: Final = 1_000
_FETCH_WAIT_MS: Final = 500

_log = logs.logger(__name__)


class Wanted(NamedTuple):
    """A timeframe of a symbol's bars, or its chain."""

    symbol: str
    part: str


def everything(symbols: Iterable[str]) -> set[Wanted]:
    """Return what is fetched at the start."""
    return {Wanted(symbol, part) for symbol in symbols for part in (*TIMEFRAMES, CHAIN)}


def wanted_at(event: ClockAdvanced, *, symbols: Iterable[str], sessions: SessionCalendar) -> set[Wanted]:
    """Return what a boundary of time asks to be fetched."""
    at = event.occurred_at
    if event.kind == "session_open":
        return {Wanted(symbol, part) for symbol in symbols for part in ("1d", CHAIN)}
    refresh = at.minute % CHAIN_REFRESH_MINUTES == 0 and sessions.phase(at).phase == "regular"
    return {Wanted(symbol, CHAIN) for symbol in symbols} if event.kind == "minute" and refresh else set()


def context_of(wanted: Wanted, learnt: Record, *, clock: Clock) -> MarketContextReceived:
    """Return what was fetched as an event, whose id derives from its content."""
    digest = hashlib.sha256(learnt.model_dump_json().encode()).hexdigest()
    part = "chain" if wanted.part == CHAIN else "history"
    return MarketContextReceived.model_validate(
        {
            "event_id": derived_id(part, SOURCE, *wanted, digest),
            "occurred_at": clock.now(),
            "source": SOURCE,
            "symbol": wanted.symbol,
            part: learnt,
        }
    )


@dataclass(frozen=True, slots=True)
class Lines:
    """What this feed talks to, and the newest event that it published of each thing."""

    market: MarketData
    publisher: Publisher
    clock: Clock
    published: dict[Wanted, str] = field(default_factory=dict)


class Failed(NamedTuple):
    """What could not be fetched: in passing, or because nobody has it or serves us."""

    passing: set[Wanted]
    final: set[Wanted]


async def fetch(wanted: Iterable[Wanted], lines: Lines) -> Failed:
    """Fetch and publish, a few at a time; what has not changed is not published again.

    raises   aiokafka.errors.KafkaError
    """
    slots = asyncio.Semaphore(_AT_ONCE)
    failed = Failed(set(), set())

    async def one(item: Wanted) -> None:
        async with slots:
            try:
                learnt = await _asked(item, lines.market)
            except NobodyAnswered as failure:
                _log.warning("not fetched", symbol=item.symbol, part=item.part, reason=str(failure))
                (failed.final if failure.is_final else failed.passing).add(item)
                return
            event = context_of(item, learnt, clock=lines.clock)
            if lines.published.get(item) != event.event_id:
                await lines.publisher.publish(MARKET_CONTEXT, event, key=item.symbol)
                lines.published[item] = event.event_id

    await asyncio.gather(*(one(item) for item in sorted(wanted)))
    return failed


async def _asked(wanted: Wanted, market: MarketData) -> Record:
    if wanted.part == CHAIN:
        return await market.chain(wanted.symbol)
    return await market.candles(wanted.symbol, wanted.part, BARS)


async def run(settings: Settings) -> None:
    """Fetch and publish until cancelled; raises aiokafka.errors.KafkaError. Providers' failures do not end it."""
    servers = settings.kafka.bootstrap_servers
    sessions = SessionCalendar(settings.session.calendar)
    clock: Clock = WallClock() if settings.server.clock == "wall" else TapeClock()
    providers = guarded_providers(access_of(settings), clock=clock, sessions=sessions)
    if not providers:
        _log.warning("nothing is fetched, as no market data provider has a key")
        ready()
        await asyncio.Event().wait()
    async with (
        _opened(providers) as market,
        Publisher(servers, client_id="market-history") as publisher,
        reader(servers, fetch_wait_ms=_FETCH_WAIT_MS) as consumer,
    ):
        lines = Lines(market, publisher, clock)
        await follow(consumer, lines, symbols=settings.feeds.symbols, sessions=sessions)


async def follow(consumer: Any, lines: Lines, *, symbols: tuple[str, ...], sessions: SessionCalendar) -> None:
    """Fetch everything, then what the boundaries of time ask for.

    consumer  aiokafka's, in no group
    lines     a clock of the tape is moved on here; as long as it has told nothing, nothing is fetched
    """
    clock = lines.clock
    # all partitions of the clock say the same
    shard = TopicPartition(CLOCK.name, 0)
    if isinstance(clock, TapeClock):
        for at in (await newest_times(consumer, CLOCK)).values():
            clock.advance(at)
    end = (await consumer.end_offsets([shard]))[shard]
    consumer.assign([shard])
    consumer.seek(shard, end)
    ready()
    pending = everything(symbols)
    put_off: set[Wanted] = set()
    if not isinstance(clock, TapeClock) or clock.started:
        pending, put_off = await _fetched(pending, lines)
    while True:
        messages = (await consumer.getmany(shard, timeout_ms=_WAIT_MS)).get(shard, [])
        events = [event for message in messages if (event := _boundary(message)) is not None]
        for event in events:
            if isinstance(clock, TapeClock):
                clock.advance(event.occurred_at)
            pending |= wanted_at(event, symbols=symbols, sessions=sessions)
            if event.kind == "session_open":
                pending |= put_off
                put_off = set()
        if pending and any(event.kind != "second" for event in events):
            pending, final = await _fetched(pending, lines)
            put_off |= final


async def _fetched(pending: set[Wanted], lines: Lines) -> Failed:
    failed = await fetch(pending, lines)
    hits = lines.market.hits
    _log.info(
        "fetched",
        wanted=len(pending),
        failed=len(failed.passing),
        failed_until_next_open=len(failed.final),
        requests=lines.market.attempts,
        cache_hits=hits.hits + hits.shared,
        cache_rate=round(hits.rate, 2),
    )
    return failed


def _boundary(message: Any) -> ClockAdvanced | None:
    try:
        return decode(ClockAdvanced, message.value)
    except Undecodable:
        return None  # the market stage answers for it


@asynccontextmanager
async def _opened(providers: Sequence[Guarded]) -> AsyncIterator[MarketData]:
    market = MarketData(providers)
    try:
        yield market
    finally:
        await market.aclose()


def access_of(settings: Settings) -> Access:
    """Return the providers' addresses and keys, and their order, as they are set."""
    given = settings.providers
    return Access(
        order=asking_order(given.market_data_provider, given.market_data_provider_priority),
        alpaca_key=given.alpaca_api_key.get_secret_value(),
        alpaca_secret=given.alpaca_secret_key.get_secret_value(),
        alpaca_url=given.alpaca_data_url,
        twelve_data_key=given.twelve_data_api_key.get_secret_value(),
        twelve_data_url=given.twelve_data_url,
        market_data_key=given.market_data_api_key.get_secret_value(),
        market_data_url=given.market_data_url,
    )


def main() -> None:
    """Run until SIGTERM."""
    argparse.ArgumentParser(prog="python -m streams.feeds.history", description=__doc__).parse_args()
    try:
        settings = load_settings()
    except InvalidSettings as error:
        sys.exit(str(error))
    logs.configure(settings.server.log_level, process="market-history")
    metrics.serve(settings.server.metrics_host, settings.server.metrics_port)
    run_until_stopped(run(settings))


if __name__ == "__main__":
    main()
