"""The trace of one SPY trade, from its bias snapshot to its closed position, and what must come of it."""

from collections.abc import Callable
from typing import Any

from tests.e2e.running import Platform, until

CONTRACT = "SPY260220C00596000"

BIAS = {
    "event_id_raw": "mtf-20260213-1529-SPY",
    "symbol": "SPY",
    "timestamp": "2026-02-13T15:29:00Z",
    "bias": "bullish",
    "bias_score": 72,
    "confidence": 75,
    "regime_type": "TRENDING",
    "macro_class": "RISK_ON",
    "entry_mode_hint": "BREAKOUT",
    "acceleration": {"state_strength_delta": 0.15},
    "chop_score": 20,
    "trade_suppressed": False,
    "risk_multiplier": 0.8,
    "stale_after_s": 3600,
    "timeframes": {"5m": "bullish", "15m": "bullish", "1h": "neutral", "1d": "bullish"},
}
CHAIN = {
    "symbol": "SPY",
    "timestamp": "2026-02-13T15:29:30Z",
    "underlying_price": 595.40,
    "contracts": [
        {
            "option_symbol": CONTRACT,
            "strike": 596,
            "expiration": "2026-02-20",
            "type": "call",
            "bid": 3.40,
            "ask": 3.50,
            "volume": 1200,
            "open_interest": 5400,
            "implied_volatility": 0.14,
            "delta": 0.48,
            "gamma": 0.03,
            "theta": -0.11,
            "vega": 0.32,
        }
    ],
    "gex": {"net_gex": 250000000, "dealer_position": "long_gamma", "zero_gamma_level": 590},
}
PRICE = {"symbol": "SPY", "timestamp": "2026-02-13T15:30:00Z", "price": 595.42, "size": 100}
ALERT = {
    "symbol": "SPY",
    "direction": "long",
    "timeframe": "5m",
    "timestamp": 1770996600,
    "price": 595.42,
    "confidence": 75,
    "indicators": {"ema8": 595.10, "ema21": 594.80, "atr": 1.25},
}


def quote(timestamp: str, bid: float, ask: float) -> dict[str, Any]:
    """Return a tick of the contract."""
    return {"symbol": CONTRACT, "timestamp": timestamp, "bid": bid, "ask": ask, "bid_size": 10, "ask_size": 12}


def play(platform: Platform, moment: Callable[[str], None] = lambda name: None) -> str:
    """Send the trace and see each step come true; returns the signal's id.

    moment  called with the name of each moment as soon as it has been sent: where a test may do harm
    """
    platform.market("/api/webhooks/mtf-bias", BIAS)
    platform.market("/api/webhooks/chain", CHAIN)
    platform.market("/api/webhooks/price", PRICE)
    moment("prices sent")
    accepted = platform.alert(ALERT)
    assert accepted["status"] == "ACCEPTED"
    signal_id: str = accepted["signal_id"]
    moment("alert sent")
    order = until(lambda: platform.items("/orders/active"), what="the order", within_s=60)[0]
    assert (order["option_symbol"], order["quantity"], order["limit_price"]) == (CONTRACT, 9, 3.45)
    platform.market("/api/webhooks/price", quote("2026-02-13T15:30:10Z", 3.50, 3.54))
    moment("fill sent")
    until(lambda: platform.items("/orders/positions"), what="the position", within_s=60)
    platform.market("/api/webhooks/price", quote("2026-02-13T16:00:00Z", 3.76, 3.80))
    marked = until(
        lambda: [item for item in platform.items("/orders/positions") if item["current_price"] == 3.78],
        what="the mark",
        within_s=60,
    )[0]
    assert (marked["entry_price"], marked["unrealized_pnl"]) == (3.52, 234.0)
    platform.market("/api/webhooks/price", quote("2026-02-13T17:35:00Z", 5.28, 5.32))
    moment("exit called for")
    until(
        lambda: [item for item in platform.items("/orders/positions") if item["status"] == "closing"],
        what="the position closing",
        within_s=60,
    )
    platform.market("/api/webhooks/price", quote("2026-02-13T17:35:05Z", 5.26, 5.30))
    platform.market("/api/webhooks/price", quote("2026-02-13T17:35:06Z", 5.28, 5.32))
    moment("closed")
    until(lambda: platform.items("/history/positions"), what="the closed position", within_s=60)
    return signal_id


def check(platform: Platform, signal_id: str) -> None:
    """See that the trade ended as it must, once."""
    closed = platform.items("/history/positions")
    assert len(closed) == 1
    outcome = {
        name: closed[0][name]
        for name in ("option_symbol", "strike", "expiration", "type", "quantity", "entry_price", "exit_price")
    }
    assert outcome == {
        "option_symbol": CONTRACT,
        "strike": 596.0,
        "expiration": "2026-02-20",
        "type": "call",
        "quantity": 9,
        "entry_price": 3.52,
        "exit_price": 5.28,
    }
    assert closed[0]["exit_reason"] == "profit_target"
    assert closed[0]["realized_pnl"] == 1584.0
    assert (closed[0]["position_pnl_percent"], closed[0]["pnl_r"]) == (50.0, 50.0)
    # the history and the live lists follow Kafka each at its own pace
    until(lambda: platform.items("/orders/positions") == [], what="no open position")
    until(lambda: platform.items("/orders/active") == [], what="no working order")

    def whole() -> dict[str, Any]:
        found: dict[str, Any] = platform.get(f"/signals/{signal_id}")
        return found if found["decision"] and len(found["fills"]) == 2 else {}

    lineage = until(whole, what="the lineage")
    assert lineage["signal"]["status"] == "approved"
    assert [order["side"] for order in lineage["orders"]] == ["buy_to_open", "sell_to_close"]
    assert lineage["decision"]["codes"] == []
    assert {gate["verdict"] for gate in lineage["decision"]["gates"]} == {"pass"}
