"""alpaca-py's own clients at work on the fake, for the fake's tests."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from alpaca.data.live import OptionDataStream, StockDataStream
from alpaca.trading.client import TradingClient
from alpaca.trading.stream import TradingStream

from tests.brokers.alpaca.running import FakeAlpaca

DEADLINE_S = 60.0
_Found = TypeVar("_Found")


def eventually(look: Callable[[], _Found], *, what: str) -> _Found:
    """Return what `look` gives once it is true of something; fails after 60 s."""
    end = time.monotonic() + DEADLINE_S
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.01)
    raise AssertionError(f"{what}: not within {DEADLINE_S:g} s")


def trading(fake: FakeAlpaca) -> Any:
    """Return alpaca-py's client (without its types: each of its answers may also be raw data)."""
    return TradingClient(fake.key, fake.secret, url_override=fake.rest_url)


@contextmanager
def following(fake: FakeAlpaca, **settings: Any) -> Iterator[list[Any]]:
    """Yield the list to which alpaca-py's stream appends the trade updates it hears, once it listens."""
    heard: list[Any] = []
    stream = TradingStream(fake.key, fake.secret, url_override=fake.stream_url, **settings)

    async def hear(update: Any) -> None:
        heard.append(update)

    stream.subscribe_trade_updates(hear)
    with _running(fake, stream, "trade_updates"):
        eventually(lambda: fake.listeners("trade_updates"), what="a listener")
        yield heard


@contextmanager
def watching(fake: FakeAlpaca, stream: StockDataStream | OptionDataStream, *symbols: str) -> Iterator[list[Any]]:
    """Yield the list to which alpaca-py's stream appends quotes and trades, once it has subscribed to symbols."""
    heard: list[Any] = []

    async def hear(point: Any) -> None:
        heard.append(point)

    stream.subscribe_quotes(hear, *symbols)
    stream.subscribe_trades(hear, *symbols)
    on = "options" if isinstance(stream, OptionDataStream) else "stocks"
    with _running(fake, stream, on):
        eventually(lambda: set(symbols) <= fake.subscribed(on), what="a subscription")
        yield heard


@contextmanager
def _running(fake: FakeAlpaca, stream: Any, on: str) -> Iterator[None]:
    """Run a stream of alpaca-py in a thread of its own; it ends once its connection is cut."""
    stream._reconnect_min_backoff = stream._reconnect_max_backoff = 0.01
    thread = threading.Thread(target=stream.run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stream.stop()
        while thread.is_alive():
            fake.stream(on, "drop")
            thread.join(timeout=0.05)
