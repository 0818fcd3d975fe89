"""Lines to the providers that a test server stands for, and time as a test lets it pass."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from streams.providers.alpaca import Alpaca
from streams.providers.limits import Timing
from streams.providers.market_data_app import MarketDataApp
from streams.providers.provider import Provider
from streams.providers.twelve_data import TwelveData
from tests.streams.provider_server import KEY, NOW, SECRET, SESSIONS

NAMES = ("alpaca", "twelvedata", "marketdata")


class Standing:
    """A clock that stands."""

    def now(self) -> datetime:
        return NOW


@asynccontextmanager
async def line_to(name: str, url: str, *, key: str = KEY, timeout_s: float = 10.0) -> AsyncIterator[Provider]:
    provider: Provider
    match name:
        case "alpaca":
            provider = Alpaca(key=key, secret=SECRET, clock=Standing(), sessions=SESSIONS, url=url, timeout_s=timeout_s)
        case "twelvedata":
            provider = TwelveData(key=key, clock=Standing(), sessions=SESSIONS, url=url, timeout_s=timeout_s)
        case _:
            provider = MarketDataApp(key=key, clock=Standing(), sessions=SESSIONS, url=url, timeout_s=timeout_s)
    try:
        yield provider
    finally:
        await provider.aclose()


class Passing:
    """Seconds that pass only when somebody sleeps: who sleeps takes time along to when they wake."""

    def __init__(self) -> None:
        self.at = 0.0
        self.slept: list[float] = []
        self.timing = Timing(monotonic=lambda: self.at, sleep=self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        wakes = self.at + seconds
        await asyncio.sleep(0)
        self.at = max(self.at, wakes)
