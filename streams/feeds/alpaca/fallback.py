"""While a stream is away its newest prices are asked of the market data providers, in the order they are set."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from schemas.event import to_micros
from schemas.ticks import ABSENT, Tick
from streams.feeds.alpaca.gap import Tape
from streams.feeds.alpaca.messages import nanos
from streams.feeds.alpaca.stream import Stream
from streams.logs import logger
from streams.providers.failures import NobodyAnswered
from streams.providers.newest import Newest
from streams.providers.provider import PriceSeen, QuoteSeen

AWAY_S: Final = 3.0
"""A stream that was not heard for so long is away."""

Status = Literal["stream", "polled", "away"]

_log = logger(__name__)


@dataclass(slots=True)
class _Said:
    """What was logged last, so that each change is logged once."""

    stream: str
    status: Status | None = None

    def now(self, status: Status, **details: object) -> None:
        if status != self.status:
            self.status = status
            (_log.info if status == "stream" else _log.warning)(
                "feed_status", stream=self.stream, status=status, **details
            )


async def stand_in(
    stream: Stream,
    *,
    newest: Newest,
    symbols: Callable[[], Sequence[str]],
    tape: Tape,
    publish: Callable[[Sequence[Tick]], Awaitable[None]],
    is_open: Callable[[], bool],
    poll_s: float,
    away_s: float = AWAY_S,
) -> None:
    """Publish the newest prices while a stream is away and the market open; raises what `publish` raises.

    symbols  what is asked for: underlyings for the stock stream, contracts for the option stream
    """
    said = _Said(stream.name)
    loop = asyncio.get_running_loop()
    while True:
        if stream.is_up.is_set():
            said.now("stream", feed=stream.endpoint.feed)
            await stream.is_down.wait()
        if await _is_up_within(stream, stream.down_from + away_s - loop.time()):
            continue
        if not is_open():
            said.now("away", why=stream.why)
        while not stream.is_up.is_set():
            if is_open() and (wanted := symbols()):
                try:
                    seen = await _seen(stream, newest, wanted)
                except NobodyAnswered as failure:
                    said.now("away", why=f"{stream.why}; {failure}")
                else:
                    said.now("polled", why=stream.why, providers=sorted({item.provider for item in seen}))
                    # what comes after the stream does is told by its history
                    if not stream.is_up.is_set() and (fresh := tape.latest(map(tick_of, seen))):
                        await publish(fresh)
            await _is_up_within(stream, poll_s)


def tick_of(seen: PriceSeen | QuoteSeen) -> Tick:
    """Return what a provider saw as a tick without sizes."""
    if isinstance(seen, PriceSeen):
        return Tick(seen.symbol, to_micros(seen.at), price=nanos(seen.price))
    return Tick(seen.option_symbol, to_micros(seen.at), bid=_nanos(seen.bid), ask=_nanos(seen.ask))


async def _seen(stream: Stream, newest: Newest, symbols: Sequence[str]) -> Sequence[PriceSeen | QuoteSeen]:
    if stream.endpoint.name == "stocks":
        return await newest.prices(symbols)
    return await newest.option_quotes(symbols)


async def _is_up_within(stream: Stream, seconds: float) -> bool:
    try:
        async with asyncio.timeout(max(seconds, 0)):
            await stream.is_up.wait()
    except TimeoutError:
        return False
    return True


def _nanos(side: Decimal | None) -> int:
    return ABSENT if side is None else nanos(side)
