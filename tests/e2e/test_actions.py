"""What a person may do to a running platform: order by hand, halt, close all that is held, and go on."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e import trace
from tests.e2e.running import Platform, platform, until
from tests.e2e.test_controls_in_force import FIRST_ALERT_AT, decision, open_position, price, quote

pytestmark = [pytest.mark.e2e, pytest.mark.kafka, pytest.mark.postgres, pytest.mark.timeout(300)]


def order(running: Platform, key: str, **changes: Any) -> dict[str, Any]:
    wanted = {"side": "buy_to_open", "option_symbol": trace.CONTRACT, "quantity": 2, "limit_price": 3.6, **changes}
    answer = running.client.post("/orders", json=wanted, headers={"Idempotency-Key": key})
    assert answer.status_code == 202, answer.text
    accepted: dict[str, Any] = answer.json()
    return accepted


def judged(running: Platform, accepted: dict[str, Any]) -> dict[str, Any]:
    def found() -> dict[str, Any]:
        outcome: dict[str, Any] = running.get(accepted["url"])
        return {} if outcome["status"] == "pending" else outcome

    return until(found, what="the decision on an order by hand", within_s=60)


def throw(running: Platform, action: str) -> dict[str, Any]:
    answer = running.client.post("/kill-switch", json={"action": action, "reason": "a test"})
    assert answer.status_code == 202, answer.text
    thrown: dict[str, Any] = answer.json()
    return thrown


def alert(running: Platform, seconds: int, timeframe: str) -> str:
    said = {**trace.ALERT, "timestamp": FIRST_ALERT_AT + seconds, "timeframe": timeframe}
    signal_id: str = running.alert(said)["signal_id"]
    return signal_id


def test_a_person_orders_by_hand_and_the_kill_switch_closes_it_and_refuses_the_next(tmp_path: Path) -> None:
    with platform(tmp_path / "home", "--feed", "none", "--clock", "tape") as running:
        running.market("/api/webhooks/mtf-bias", trace.BIAS)
        running.market("/api/webhooks/chain", trace.CHAIN)
        price(running, "15:30:00")
        quote(running, "15:30:00", 3.40, 3.50)
        running.settle()

        accepted = order(running, "one")
        assert order(running, "one") == accepted
        approved = judged(running, accepted)
        assert (approved["status"], approved["codes"]) == ("approved", []), approved
        quote(running, "15:30:10", 3.50, 3.54)
        held = open_position(running, quantity=2)
        assert (held["engine"], held["entry_price"]) == ("manual", 3.52)
        assert judged(running, order(running, "two"))["codes"] == ["duplicate_position"]

        price(running, "15:31:00")
        running.settle()
        thrown = throw(running, "halt_and_close")
        refused = alert(running, 60, "5m")
        assert decision(running, refused)["rejection_reason"] == "kill_switch"
        assert judged(running, order(running, "three"))["codes"][0] == "kill_switch"
        quote(running, "15:31:05", 3.40, 3.44)

        def outcome() -> dict[str, Any]:
            found: dict[str, Any] = running.get(thrown["url"])
            return found if found["complete"] and found["positions"] else {}

        (position,) = until(outcome, what="all that is held is closed", within_s=60)["positions"]
        assert (position["position_id"], position["status"]) == (held["position_id"], "closed")
        assert (position["exit_price"], position["realized_pnl"]) == (3.42, -20.0)

        throw(running, "resume")
        running.settle()
        assert decision(running, alert(running, 66, "15m"))["status"] == "approved"
