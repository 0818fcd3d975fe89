"""Closing by hand, and rules that change while the platform runs, as a user meets them."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e import trace
from tests.e2e.running import Platform, platform, until

pytestmark = [pytest.mark.e2e, pytest.mark.kafka, pytest.mark.postgres, pytest.mark.timeout(300)]

BOTH_ENGINES = {"ENABLE_VARIANT_B": "true", "ENABLE_SHADOW_EXECUTION": "true"}
FIRST_ALERT_AT = 1770996600
"""2026-02-13T15:30:00Z"""


def price(platform: Platform, clock: str, value: float = 595.42) -> None:
    platform.market("/api/webhooks/price", {**trace.PRICE, "timestamp": f"2026-02-13T{clock}Z", "price": value})


def quote(platform: Platform, clock: str, bid: float, ask: float) -> None:
    platform.market("/api/webhooks/price", trace.quote(f"2026-02-13T{clock}Z", bid, ask))


def alert(platform: Platform, clock: str, **changes: Any) -> str:
    """Send the alert of the trace at another time, with a price to go with it; returns the signal's id."""
    price(platform, clock)
    hours, minutes, seconds = map(int, clock.split(":"))
    later = (hours - 15) * 3600 + (minutes - 30) * 60 + seconds
    platform.settle()  # prices, controls and alerts travel on topics of their own
    accepted = platform.alert({**trace.ALERT, "timestamp": FIRST_ALERT_AT + later, **changes})
    assert accepted["status"] == "ACCEPTED"
    signal_id: str = accepted["signal_id"]
    return signal_id


def put(platform: Platform, name: str, value: dict[str, Any]) -> None:
    answer = platform.client.put(f"/controls/{name}", json=value)
    assert answer.status_code == 200, answer.text


def close(platform: Platform, position_id: str, quantity: int | None = None) -> dict[str, Any]:
    body = None if quantity is None else {"quantity": quantity}
    answer = platform.client.post(f"/orders/positions/{position_id}/close", json=body)
    assert answer.status_code == 202, answer.text
    accepted: dict[str, Any] = answer.json()
    return accepted


def working(platform: Platform, *quantities: int) -> list[dict[str, Any]]:
    """Return the orders that wait for a price, once they are of so many contracts."""

    def found() -> list[dict[str, Any]]:
        orders = platform.items("/orders/active")
        return orders if sorted(order["quantity"] for order in orders) == sorted(quantities) else []

    return until(found, what=f"orders of {quantities}", within_s=60)


def open_position(platform: Platform, **said: Any) -> dict[str, Any]:
    def found() -> dict[str, Any]:
        for position in platform.items("/orders/positions"):
            if all(position[name] == value for name, value in said.items()):
                return position
        return {}

    return until(found, what=f"a position with {said}", within_s=60)


def closed(platform: Platform, count: int) -> dict[str, Any]:
    """Return the newest closed position, once there are so many."""

    def found() -> list[dict[str, Any]]:
        items = platform.items("/history/positions")
        return items if len(items) == count else []

    return until(found, what=f"{count} closed positions", within_s=60)[0]


def decision(platform: Platform, signal_id: str) -> dict[str, Any]:
    """Return how a signal ended, as soon as the history has it."""

    def made() -> dict[str, Any]:
        answer = platform.client.get(f"/signals/{signal_id}")
        found: dict[str, Any] | None = answer.json()["decision"] if answer.status_code == 200 else None
        return found or {}

    return until(made, what=f"the decision on {signal_id}", within_s=60)


def test_what_a_trader_does_by_hand_and_changes_at_run_time_counts_from_then_on(home: Path) -> None:
    with platform(home, "--feed", "none", "--clock", "tape", **BOTH_ENGINES) as running:
        # before the first tick the clock is the wall's: what is said then must not outrank what is said later
        put(running, "kill_switch", {"halted": True})
        running.market("/api/webhooks/mtf-bias", trace.BIAS)
        running.market("/api/webhooks/chain", trace.CHAIN)
        halted = alert(running, "15:30:00", timeframe="15m")
        assert decision(running, halted)["rejection_reason"] == "kill_switch"
        until(lambda: running.get("/controls")["items"], what="the control")
        put(running, "kill_switch", {"halted": False})

        first = alert(running, "15:30:05")
        [order] = working(running, 9)
        quote(running, "15:30:10", 3.50, 3.54)
        held = open_position(running, quantity=9)
        assert (held["signal_id"], held["entry_price"], order["side"]) == (first, 3.52, "buy_to_open")

        accepted = close(running, held["position_id"], 2)
        assert accepted["quantity"] == 2
        [selling] = working(running, 2)
        assert (selling["side"], selling["exit_reason"], selling["remaining_quantity"]) == (
            "sell_to_close",
            "manual",
            7,
        )
        quote(running, "15:31:00", 3.60, 3.64)
        reduced = open_position(running, quantity=7)
        assert (reduced["status"], reduced["realized_pnl"], reduced["initial_quantity"]) == ("open", 20.0, 9)

        quote(running, "15:32:00", 3.76, 3.80)
        open_position(running, current_price=3.78, status="open")
        put(running, "exit_rules.SPY", {"profit_target_percent": 5})
        assert open_position(running, quantity=7)["status"] == "open"
        quote(running, "15:32:30", 3.76, 3.80)
        closing = open_position(running, status="closing")
        assert (closing["exit_reason"], closing["exit_codes"]) == ("profit_target", ["manual", "profit_target"])
        quote(running, "15:32:35", 3.78, 3.82)
        done = closed(running, 1)
        # 2 x 0.10 by hand, 7 x 0.28 at the target
        assert (done["quantity"], done["realized_pnl"], done["exit_price"]) == (9, 216.0, 3.76)
        assert done["exit_codes"] == ["manual", "profit_target"]

        second = alert(running, "15:33:00")
        working(running, 9)
        quote(running, "15:33:10", 3.80, 3.84)
        held = open_position(running, signal_id=second)
        part, rest = close(running, held["position_id"], 4), close(running, held["position_id"])
        assert part["requested_at"] == rest["requested_at"]  # the tape stands still
        assert {order["exit_reason"] for order in working(running, 4, 5)} == {"manual"}
        again = running.client.post(f"/orders/positions/{held['position_id']}/close")
        assert again.status_code == 409
        quote(running, "15:33:20", 3.84, 3.88)
        done = closed(running, 2)
        assert (done["exit_reason"], done["realized_pnl"], done["exit_codes"]) == ("manual", 36.0, ["manual"])

        put(running, "kill_switch", {"halted": True})
        halted = alert(running, "15:34:00")
        stopped = decision(running, halted)
        assert (stopped["rejection_reason"], stopped["codes"], stopped["order_ids"]) == (
            "kill_switch",
            ["kill_switch"],
            [],
        )
        assert {gate["gate"]: gate["verdict"] for gate in stopped["gates"]}["kill_switch"] == "block"
        assert "kill_switch" in {gate["code"] for gate in stopped["shadow_gates"]}
        put(running, "kill_switch", {"halted": False})
        let_through = alert(running, "15:35:00")
        assert decision(running, let_through)["status"] == "approved"
        values = {item["name"]: item["value"] for item in running.get("/controls")["items"]}
        assert values == {"kill_switch": {"halted": False}, "exit_rules.SPY": {"profit_target_percent": 5}}

        # the other engine's shadows go by the same rules, and nobody's hand is on them
        shadows = running.items("/shadow-positions")
        of_signal = {shadow["signal_id"]: shadow for shadow in shadows}
        assert {signal: shadow["status"] for signal, shadow in of_signal.items()} == {first: "closed", second: "open"}
        shadow = of_signal[first]
        assert (shadow["exit_reason"], shadow["realized_pnl"], shadow["engine"]) == ("profit_target", 252.0, "B")
        traded = {trade["signal_id"] for trade in running.items("/shadow-trades")}
        assert traded >= {first, second}
        assert halted not in traded
