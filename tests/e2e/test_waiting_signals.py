"""A signal of the evening waits for the open, and is decided on there."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e import trace
from tests.e2e.running import Platform, platform, until

pytestmark = [pytest.mark.e2e, pytest.mark.kafka, pytest.mark.postgres, pytest.mark.timeout(300)]

EVENING = 1770933600
"""2026-02-12T22:00:00Z, an hour after the close"""


def row(platform: Platform, signal_id: str) -> dict[str, Any]:
    found = [item for item in platform.items("/signals") if item["signal_id"] == signal_id]
    return found[0] if found else {}


def once(platform: Platform, signal_id: str, column: str) -> dict[str, Any]:
    """Return a signal as soon as a column of its row says something."""

    def told() -> dict[str, Any]:
        found = row(platform, signal_id)
        return found if found.get(column) else {}

    return until(told, what=f"{column} of {signal_id}", within_s=60)


def test_a_signal_sent_after_the_close_waits_through_a_crash_and_is_decided_at_the_open(home: Path) -> None:
    settings = {"DECISION_ONLY_WHEN_MARKET_CLOSED": "false", "ENABLE_VARIANT_B": "true"}
    with platform(home, "--feed", "none", "--clock", "tape", **settings) as running:
        running.market("/api/webhooks/price", {**trace.PRICE, "timestamp": "2026-02-12T22:00:00Z"})
        signal_id = running.alert({**trace.ALERT, "timestamp": EVENING})["signal_id"]
        old = {"timeframe": "15m", "timestamp": EVENING - 31 * 60}
        old_id = running.alert({**trace.ALERT, **old})["signal_id"]
        waits = once(running, signal_id, "queued_at")
        assert (waits["status"], waits["processed"]) == ("pending", False)
        assert waits["queue_reason"] == "queued_market_closed"
        assert waits["queued_at"].startswith("2026-02-12T22:00:00")
        assert waits["queued_until"].startswith("2026-02-13T14:30:00")
        told = once(running, old_id, "processed")
        assert (told["status"], told["rejection_reason"], told["queued_at"]) == ("rejected", "signal_stale", None)

        running.kill("streams.worker")
        morning = {"timestamp": "2026-02-13T14:29:00Z", "event_id_raw": "mtf-20260213-1429-SPY"}
        running.market("/api/webhooks/mtf-bias", {**trace.BIAS, **morning})
        running.market("/api/webhooks/chain", {**trace.CHAIN, "timestamp": "2026-02-13T14:29:30Z"})
        running.market("/api/webhooks/price", {**trace.PRICE, "timestamp": "2026-02-13T14:29:50Z"})
        # a second one proves that the worker is back, and has read the tape as far as here
        late = {"direction": "short", "timestamp": EVENING + 59_390}
        late_id = running.alert({**trace.ALERT, **late})["signal_id"]
        assert once(running, late_id, "queued_at")["queued_at"].startswith("2026-02-13T14:29:50")
        assert not row(running, signal_id)["processed"]
        running.market("/api/webhooks/price", {**trace.PRICE, "timestamp": "2026-02-13T14:30:00Z"})
        [order] = until(lambda: running.items("/orders/active"), what="the order", within_s=60)
        assert (order["signal_id"], order["quantity"]) == (signal_id, 9)
        assert order["created_at"].startswith("2026-02-13T14:30:00")
        running.market("/api/webhooks/price", trace.quote("2026-02-13T14:30:05Z", 3.50, 3.54))
        [held] = until(lambda: running.items("/orders/positions"), what="the position")
        assert (held["signal_id"], held["entry_price"]) == (signal_id, 3.52)
        lineage = until(
            lambda: (found := running.get(f"/signals/{signal_id}"))["decision"] and found, what="the decision"
        )
        assert lineage["signal"]["status"] == "approved"
        assert lineage["enrichment"]["enriched_data"]["session"] == "regular"
        assert lineage["enrichment"]["processed_at"].startswith("2026-02-13T14:30:00")
        assert {said["engine"] for said in lineage["agent_outputs"]} == {"A", "B"}
        assert once(running, late_id, "processed")["rejection_reason"] == "no_recommendation"  # no put is listed
        assert running.items("/signals", status="pending") == []
