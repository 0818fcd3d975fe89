"""A position whose market is silent is closed by the clock."""

from pathlib import Path

import pytest

from tests.e2e import trace
from tests.e2e.running import platform, until

pytestmark = [pytest.mark.e2e, pytest.mark.kafka, pytest.mark.postgres, pytest.mark.timeout(300)]


def test_a_contract_near_its_expiration_is_closed_by_the_clock_while_its_market_is_silent(home: Path) -> None:
    with platform(home, "--feed", "none", "--clock", "tape", MAX_HOLD_TIME_HOURS="400") as running:
        running.market("/api/webhooks/mtf-bias", trace.BIAS)
        running.market("/api/webhooks/chain", trace.CHAIN)
        running.market("/api/webhooks/price", trace.PRICE)
        running.alert(trace.ALERT)
        until(lambda: running.items("/orders/active"), what="the order")
        running.market("/api/webhooks/price", trace.quote("2026-02-13T15:30:10Z", 3.50, 3.54))
        until(lambda: running.items("/orders/positions"), what="the position")
        # the tape goes on elsewhere: a day before the expiration's midnight in New York, then a minute past it
        elsewhere = {"symbol": "QQQ", "price": 500.0, "size": 1}
        running.market("/api/webhooks/price", {**elsewhere, "timestamp": "2026-02-19T04:58:30Z"})
        running.market("/api/webhooks/price", {**elsewhere, "timestamp": "2026-02-19T05:01:00Z"})
        [closing] = until(
            lambda: [item for item in running.items("/orders/positions") if item["status"] == "closing"],
            what="the position closing",
        )
        assert closing["exit_reason"] == "min_dte_exit"
        running.market("/api/webhooks/price", trace.quote("2026-02-19T14:30:00Z", 1.00, 1.10))
        [closed] = until(lambda: running.items("/history/positions"), what="the closed position")
        assert (closed["exit_reason"], closed["exit_price"]) == ("min_dte_exit", 1.05)
        assert closed["realized_pnl"] == (105 - 352) * 9
