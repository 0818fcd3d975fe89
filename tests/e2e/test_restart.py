"""The same home, started again: it goes on where it was."""

import stat
from pathlib import Path

import pytest

from tests.e2e import trace
from tests.e2e.running import platform, until

pytestmark = [pytest.mark.e2e, pytest.mark.kafka, pytest.mark.postgres, pytest.mark.timeout(300)]


def test_a_position_and_its_exit_survive_a_stop_and_a_second_start(home: Path) -> None:
    with platform(home, "--feed", "none", "--clock", "tape") as running:
        running.market("/api/webhooks/mtf-bias", trace.BIAS)
        running.market("/api/webhooks/chain", trace.CHAIN)
        running.market("/api/webhooks/price", trace.PRICE)
        signal_id = running.alert(trace.ALERT)["signal_id"]
        until(lambda: running.items("/orders/active"), what="the order")
        running.market("/api/webhooks/price", trace.quote("2026-02-13T15:30:10Z", 3.50, 3.54))
        [held] = until(lambda: running.items("/orders/positions"), what="the position")
        first = dict(running.endpoints)
        assert stat.S_IMODE((home / "endpoints.json").stat().st_mode) == 0o600
    with platform(home, "--feed", "none", "--clock", "tape") as running:
        secrets = ("username", "password", "webhook_token", "hmac_secret")
        assert {name: running.endpoints[name] for name in secrets} == {name: first[name] for name in secrets}
        [again] = until(lambda: running.items("/orders/positions"), what="the position, again")
        assert (again["position_id"], again["entry_price"], again["status"]) == (held["position_id"], 3.52, "open")
        assert (again["current_price"], again["unrealized_pnl"]) == (3.52, 0)
        running.market("/api/webhooks/price", trace.quote("2026-02-13T17:35:00Z", 5.28, 5.32))
        running.market("/api/webhooks/price", trace.quote("2026-02-13T17:35:05Z", 5.26, 5.30))
        until(lambda: running.items("/history/positions"), what="the closed position")
        trace.check(running, signal_id)
