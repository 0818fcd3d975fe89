"""The live side's market: the broker is told the tape's quotes, and has its time, as the executor has."""

import asyncio
import random
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import httpx

from schemas.event import to_micros
from schemas.ticks import Tick
from tests.brokers.alpaca.running import FakeAlpaca
from tests.crash.clocks import Clocks
from tests.crash.feeder import steps_sent
from tests.crash.plan import START
from tests.crash.tape import CENT, STEP_US, steps

ON_THE_TAPE = ("broker", "executor")
"""Processes that go by the wall clock, and trade by the tape."""
_EVERY_S = 0.4
_SIZES = (1, 12)
"""Contracts that a quote offers: fewer than most orders ask for."""
_LOCKED = 0.4
"""The share of quotes whose sides meet, so that an order at the mark is filled."""


def follow_tape(clocks: Clocks, *, steps: int) -> None:
    """Set the clocks of who trades by the tape to where the tape is."""
    at = to_micros(START + timedelta(microseconds=steps * STEP_US)) / 1_000_000
    for name in ON_THE_TAPE:
        clocks.run_ahead(name, seconds=at - time.time())


async def quoted(fake: FakeAlpaca | None, clocks: Clocks, journal: Path, *, seed: int) -> None:
    """Tell a broker the newest quotes of the tape as it is fed, until cancelled; does nothing where there is none."""
    if fake is None:
        return
    rng, tape, read = random.Random(f"quotes {seed}"), steps(seed), 0
    while True:
        sent = steps_sent(journal)
        follow_tape(clocks, steps=sent)
        newest: dict[str, Tick] = {}
        while read < sent:
            newest.update({tick.symbol: tick for tick in next(tape).ticks if min(tick.bid, tick.ask) > 0})
            read += 1
        with suppress(httpx.TransportError):  # it is away for a while; the next quotes come soon
            await fake.asking(fake.post, "quotes", list(_quotes(rng, newest)))
        await asyncio.sleep(_EVERY_S)


def _quotes(rng: random.Random, newest: dict[str, Tick]) -> Iterator[dict[str, str]]:
    for symbol, tick in newest.items():
        bid, ask = tick.bid // CENT, tick.ask // CENT
        if rng.random() < _LOCKED:
            bid = ask = (bid + ask) // 2
        yield {
            "symbol": symbol,
            "bid": str(Decimal(bid) / 100),
            "ask": str(Decimal(ask) / 100),
            "bid_size": str(rng.randrange(*_SIZES)),
            "ask_size": str(rng.randrange(*_SIZES)),
        }
