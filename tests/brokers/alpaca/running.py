"""The fake broker as a process of its own, for tests: `with fake_alpaca(folder) as fake: ...`."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import httpx

ROOT = Path(__file__).parents[3]
KEY = "PKFAKE"
SECRET = "fake-secret"
_DEADLINE_S = 30.0
_Found = TypeVar("_Found")
_Number = Decimal | int | str


@dataclass(slots=True)
class FakeAlpaca:
    """A running fake: where it answers, and how it is told what to do. Its calls block for about a millisecond."""

    port: int
    pid: int
    key: str = KEY
    secret: str = SECRET
    _client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=_DEADLINE_S, trust_env=False))

    @property
    def rest_url(self) -> str:
        """Return the trading interface's base, without `/v2`."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def data_url(self) -> str:
        """Return the data interface's base, without `/v2`."""
        return self.rest_url

    @property
    def stream_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/stream"

    @property
    def data_stream_url(self) -> str:
        """Return the base of the data streams; feeds are `/v2/iex`, `/v2/sip`, `/v1beta1/indicative`, ..."""
        return f"ws://127.0.0.1:{self.port}"

    @property
    def stock_stream_url(self) -> str:
        return f"{self.data_stream_url}/v2/iex"

    @property
    def option_stream_url(self) -> str:
        return f"{self.data_stream_url}/v1beta1/indicative"

    def quote(
        self,
        symbol: str,
        bid: _Number,
        ask: _Number,
        *,
        bid_size: _Number = 1000,
        ask_size: _Number = 1000,
        at: str | int | None = None,
    ) -> None:
        """Set a quote, in dollars; `at` is RFC 3339 or nanoseconds, now if None."""
        sizes = {"bid_size": str(bid_size), "ask_size": str(ask_size)}
        self.post("quotes", {"symbol": symbol, "bid": str(bid), "ask": str(ask), **sizes, "at": at})

    def trade(self, symbol: str, price: _Number, size: _Number = 1, *, at: str | int | None = None) -> None:
        """Set a trade on the tape."""
        self.post("trades", {"symbol": symbol, "price": str(price), "size": str(size), "at": at})

    def list_contract(self, symbol: str, **facts: object) -> None:
        """List a contract; with `tradable=False` orders for it (or for a stock) are refused."""
        self.post("contracts", {"symbol": symbol, **facts})

    def reset(self) -> None:
        """Begin anew with the opening cash: no orders, quotes or rules. Connections stay."""
        self.post("reset", {})

    def behave(self, kind: str, **settings: object) -> None:
        """Add a rule of misbehaviour (see `behaviour.Rule`): once, unless `next`, or `probability`, says otherwise."""
        self.post("behave", {"kind": kind, **settings})

    def misbehave(self, *, seed: int, probability: float = 0.05, **settings: object) -> None:
        """Add a seeded mix of all kinds; `kinds` takes some only, `settings` their settings by kind."""
        self.post("behave", {"mix": {"seed": seed, "probability": probability, **settings}})

    def vanish(self) -> None:
        """Be gone until `behave_well`: every connection is reset, and so is each new one."""
        self.behave("reset_before", on="*", next=None)
        for on in self.get("streams"):
            self.stream(on, "drop")

    def behave_well(self) -> None:
        """Take all rules back; what they have planned already still happens."""
        self.delete("behave")

    def misbehaved(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Return what went wrong so far."""
        done: list[dict[str, Any]] = self.get("behave")["done"]
        return [each for each in done if kind in (None, each["kind"])]

    def book(self) -> dict[str, Any]:
        """Return the fake's own book; numbers are strings."""
        found: dict[str, Any] = self.get("book")
        return found

    def updates(self) -> list[dict[str, Any]]:
        """Return all trade updates, in the order in which things happened, told or not."""
        found: list[dict[str, Any]] = self.get("updates")
        return found

    def requests(self, method: str = "", path: str = "") -> list[dict[str, Any]]:
        """Return the requests that came in: at, method, path, body, and status (None if it got no answer)."""
        asked: list[dict[str, Any]] = self.get("requests")
        return [each for each in asked if each["method"].startswith(method) and each["path"].startswith(path)]

    def bust(self, execution_id: str) -> None:
        self.post("bust", {"execution_id": execution_id})

    def correct(self, execution_id: str, price: _Number) -> None:
        self.post("correct", {"execution_id": execution_id, "price": str(price)})

    def by_hand(self, order_id: str, what: str, **terms: object) -> dict[str, Any]:
        """Fill (qty, price), replace (qty, limit_price), cancel, expire or reject an order, as somebody else would."""
        found: dict[str, Any] = self.post(f"orders/{order_id}/{what}", terms)
        return found

    def adjust(self, symbol: str, qty: _Number, price: _Number = 0) -> None:
        """Change a position by hand, by `qty` (signed)."""
        self.post("positions", {"symbol": symbol, "qty": str(qty), "price": str(price)})

    def charge(self, amount: _Number, description: str = "fee") -> None:
        """Book cash without a trade; a fee is negative."""
        self.post("fees", {"amount": str(amount), "description": description})

    def stream(self, on: str, what: str, **terms: object) -> int:
        """Drop, silence or replay `trade_updates`, `stocks` or `options` now; return how many listen."""
        return int(self.post(f"streams/{on}/{what}", terms)["connections"])

    def listeners(self, on: str) -> int:
        """Return how many connections listen to a stream (of data: have authenticated)."""
        return int(self.get("streams")[on]["connections"])

    def subscribed(self, on: str) -> set[str]:
        """Return the symbols that anyone has subscribed to on `stocks` or `options`."""
        return set(self.get("streams")[on]["symbols"])

    def set_clock(self, *, now: str | int | None = None, is_open: bool | None = None) -> None:
        given = {"now": now, "is_open": is_open}
        self.post("clock", {name: value for name, value in given.items() if value is not None})

    def open(self) -> None:
        """Open the session; orders that waited for it are routed."""
        self.post("open", {})

    def close(self) -> None:
        """Close the session; orders for the day expire."""
        self.post("close", {})

    async def asking(self, call: Callable[..., _Found], *args: Any, **kwargs: Any) -> _Found:
        """Make one of these calls without blocking the loop: `await fake.asking(fake.quote, "SPY", 1, 2)`."""
        return await asyncio.to_thread(call, *args, **kwargs)

    def get(self, what: str) -> Any:
        return self._answer("GET", what, None)

    def post(self, what: str, body: object) -> Any:
        return self._answer("POST", what, body)

    def delete(self, what: str) -> Any:
        return self._answer("DELETE", what, None)

    def disconnect(self) -> None:
        self._client.close()

    def _answer(self, method: str, what: str, body: object) -> Any:
        response = self._client.request(method, f"{self.rest_url}/fake/{what}", json=body)
        if response.is_error:
            raise ValueError(f"{method} {what}: {response.text}")
        return response.json()


@contextmanager
def fake_alpaca(folder: Path, **options: object) -> Iterator[FakeAlpaca]:
    """Run the fake for the length of a block; `options` are those of `__main__.Options`.

    Its output goes to `folder`. Raises RuntimeError if it does not come up.
    """
    announced = folder / "fake-alpaca.json"
    announced.unlink(missing_ok=True)
    command = [sys.executable, "-m", "tests.brokers.alpaca", "--tethered", "--announce", str(announced)]
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        command += [flag] if value is True else [] if value is False else [flag, str(value)]
    log = folder / "fake-alpaca.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT)
    try:
        fake = FakeAlpaca(
            port=_announced(process, announced, log)["port"],
            pid=process.pid,
            key=str(options.get("key", KEY)),
            secret=str(options.get("secret", SECRET)),
        )
        try:
            yield fake
        finally:
            fake.disconnect()
    finally:
        process.terminate()
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _announced(process: "subprocess.Popen[bytes]", announced: Path, log: Path) -> dict[str, int]:
    """Return what the process says of itself once it answers requests."""
    end = time.monotonic() + _DEADLINE_S
    while time.monotonic() < end and process.poll() is None:
        if announced.exists():
            found: dict[str, int] = json.loads(announced.read_text())
            return found
        time.sleep(0.02)
    raise RuntimeError(f"the fake broker did not come up:\n{log.read_text()}")
