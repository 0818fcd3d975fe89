"""The day after the recorded session, as a test tells it: each underlying with one contract."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.e2e import trace
from tests.e2e.running import Platform

OPENED_AT = datetime(2021, 1, 5, 15, 0, tzinfo=UTC)
SPOT, STRIKE = 371.2, 372


@dataclass
class Tape:
    """What is sent to a running platform, and when by the tape's clock: each thing a second after the one before."""

    running: Platform
    at: datetime = field(default=OPENED_AT)

    def list(self, symbol: str) -> str:
        """Make an underlying known with its bias, a chain of one call and a price; returns the call."""
        contract = f"{symbol}210115C{STRIKE * 1000:08d}"
        (listed,) = _contracts(trace.CHAIN)
        chained = {**listed, "option_symbol": contract, "strike": STRIKE, "expiration": "2021-01-15"}
        bias = {**trace.BIAS, "symbol": symbol, "event_id_raw": f"mtf-{symbol}", "timestamp": self._next()}
        chain = {"symbol": symbol, "timestamp": self._next(), "underlying_price": SPOT, "contracts": [chained]}
        self.running.market("/api/webhooks/mtf-bias", bias)
        self.running.market("/api/webhooks/chain", {**trace.CHAIN, **chain})
        self.price(symbol)
        self.quote(contract, 3.40, 3.50)
        self.running.settle()
        return contract

    def price(self, symbol: str) -> None:
        """Tell a trade of an underlying."""
        self.running.market("/api/webhooks/price", {"symbol": symbol, "timestamp": self._next(), "price": SPOT})

    def quote(self, contract: str, bid: float, ask: float) -> None:
        """Tell a quote of a contract: orders that wait for one fill at its middle."""
        self.running.market("/api/webhooks/price", {**trace.quote(self._next(), bid, ask), "symbol": contract})

    def alert(self, symbol: str, *, timeframe: str = "5m", confidence: int = 75) -> str:
        """Send an alert; returns the signal's id."""
        self.price(symbol)
        self.running.settle()  # prices and alerts travel on topics of their own
        at = int(self.at.timestamp())
        said = {"symbol": symbol, "timeframe": timeframe, "confidence": confidence, "timestamp": at}
        accepted = self.running.alert({**trace.ALERT, **said, "price": SPOT})
        assert accepted["status"] == "ACCEPTED", accepted
        signal_id: str = accepted["signal_id"]
        return signal_id

    def _next(self) -> str:
        self.at += timedelta(seconds=1)
        return self.at.isoformat().replace("+00:00", "Z")


def _contracts(chain: dict[str, Any]) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = chain["contracts"]
    return listed
