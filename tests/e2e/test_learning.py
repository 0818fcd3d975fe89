"""What closed trades come to, real and shadow, and what the tuner makes of them while the platform runs."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.e2e import trace
from tests.e2e.running import Platform, platform, until
from tests.e2e.test_controls_in_force import BOTH_ENGINES, decision, working

pytestmark = [pytest.mark.e2e, pytest.mark.kafka, pytest.mark.postgres, pytest.mark.timeout(300)]

TRADES = 20
"""as many as the tuner wants to see"""
BEGIN = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
STEP = timedelta(seconds=61)
"""past the time in which an alert like the one before is a duplicate"""


def alert(platform: Platform, at: datetime, **changes: Any) -> str:
    """Send prices as they are before each trade, and an alert."""
    platform.market("/api/webhooks/price", trace.quote(at.isoformat(), 3.40, 3.50))
    platform.market("/api/webhooks/price", {**trace.PRICE, "timestamp": at.isoformat()})
    platform.settle()  # prices and alerts travel on topics of their own
    accepted = platform.alert({**trace.ALERT, "timestamp": int(at.timestamp()), **changes})
    assert accepted["status"] == "ACCEPTED"
    signal_id: str = accepted["signal_id"]
    return signal_id


def win(platform: Platform, at: datetime) -> str:
    """Let a trade make fifty percent; returns its signal's id."""
    signal_id = alert(platform, at)
    working(platform, 9)
    for seconds, bid, ask in ((5, 3.50, 3.54), (10, 5.26, 5.30), (15, 5.26, 5.30)):
        time = (at + timedelta(seconds=seconds)).isoformat()
        platform.market("/api/webhooks/price", trace.quote(time, bid, ask))
    return signal_id


def figures(platform: Platform) -> dict[tuple[str, str, bool], dict[str, Any]]:
    return {
        (item["dimension"], item["name"], item["is_shadow"]): item for item in platform.get("/performance")["items"]
    }


def counted(platform: Platform, **trades: int) -> None:
    """Wait until so many real trades of engine A and shadow trades of engine B are in the figures."""

    def told() -> bool:
        made = figures(platform)
        found = {name: made.get(("engine", name, name == "B"), {}).get("trades") for name in trades}
        return found == trades

    until(told, what=f"{trades} in the figures", within_s=60)


def test_outcomes_of_both_engines_are_counted_and_compared_and_tune_what_comes_next(home: Path) -> None:
    settings = {**BOTH_ENGINES, "ENABLE_ADAPTIVE_TUNER": "true"}
    with platform(home, "--feed", "none", "--clock", "tape", **settings) as running:
        running.market("/api/webhooks/mtf-bias", trace.BIAS)
        running.market("/api/webhooks/chain", trace.CHAIN)
        unsure = alert(running, BEGIN, confidence=47)
        assert decision(running, unsure)["codes"] == ["no_recommendation", "entry_wait"]
        at = BEGIN + STEP
        for count in range(1, TRADES + 1):
            win(running, at)
            if count == TRADES // 2:
                running.kill("streams.worker")
            # engine B would also have traded what engine A was too unsure of
            counted(running, A=count, B=count + 1)
            at += STEP

        # (5.28 - 3.52) x 9 x 100
        made = figures(running)
        # and (5.28 - 3.45) x 9 x 100 of the shadow that stood alone
        for key, count, expectancy in (
            (("engine", "A", False), TRADES, 1584.0),
            (("engine", "B", True), TRADES + 1, 1587.0),
            (("regime", "TRENDING", False), TRADES, 1584.0),
        ):
            assert (made[key]["wins"], made[key]["win_rate"], made[key]["expectancy"]) == (count, 100, expectancy), key
        agents = {item["agent_name"]: item for item in running.get("/agents/performance")["items"]}
        assert agents["entry_decision"]["real"]["trades"] == TRADES
        assert agents["technical"]["shadow"]["expectancy"] == 1587.0
        assert agents["technical"]["total_signals"] == TRADES + 1
        shadows = running.items("/shadow-positions")
        assert {shadow["status"] for shadow in shadows} == {"closed"}
        assert sorted(shadow["realized_pnl"] for shadow in shadows) == [1584.0] * TRADES + [1647.0]
        assert all("technical" in trade["contributing_agents"] for trade in running.items("/shadow-trades"))
        compared = running.get("/experiments/results")
        assert (compared["a"]["n"], compared["b"]["n"], compared["difference"]) == (TRADES, TRADES, 0)
        assert compared["readable"] is False

        tuned = until(
            lambda: [item for item in running.get("/controls")["items"] if item["name"] == "tuning"], what="tuning"
        )
        assert [item["changed_by"] for item in tuned] == ["adaptive_tuner"]
        value = tuned[0]["value"]
        assert Decimal(str(value["confidence_min"])) == 45
        assert {regime: Decimal(str(times)) for regime, times in value["regime_multipliers"].items()} == {
            "TRENDING": Decimal("1.1")
        }
        # 12 x 0.8 x 1.1
        now_sure = decision(running, alert(running, at, confidence=47))
        assert (now_sure["status"], now_sure["recommendation"]["quantity"]) == ("approved", 10)
