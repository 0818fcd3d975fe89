"""Performance over a period, of the caller's account alone."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from tests.api.rows import insert_outcome
from tests.api.serving import serving, until

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]

NOW = datetime.now(UTC)


async def test_trades_are_summarised_by_what_they_have_in_common(kafka: str, database: Any, database_url: str) -> None:
    mine = f"test-{uuid4().hex}"
    made: tuple[tuple[int, int, dict[str, Any]], ...] = (
        (300, 3, {}),
        (-100, 50, {"symbol": "QQQ"}),
        (50, 24 * 400, {}),
    )
    for account_id in (mine, "other"):
        for pnl, hours, more in made:
            at = NOW - timedelta(hours=hours)
            fields = {"pnl": Decimal(pnl), "exit_time": at, "entry_time": at, "account_id": account_id}
            outcome_id = await insert_outcome(database, **fields | more)
        await insert_outcome(database, account_id=account_id, pnl=Decimal(7), is_shadow=True, engine="B", exit_time=NOW)
        await insert_outcome(database, account_id=account_id, pnl=Decimal(9), is_test=True, exit_time=NOW)
        regime = {"entry_regime": "trending", "pnl_r": 0, "pnl_percent": 0, "duration_minutes": 1, "symbol": "SPY"}
        regime |= {"id": outcome_id, "account_id": account_id, "position_id": uuid4(), "direction": "long"}
        names = {"source": "simulation", "created_at": NOW, **regime}
        columns, places = ", ".join(names), ", ".join(f"${number + 1}" for number in range(len(names)))
        await database.execute(
            f"INSERT INTO bias_trade_performance ({columns}, exit_reason_codes) VALUES ({places}, '{{}}')",
            *names.values(),
        )
    environment = {"KAFKA_BOOTSTRAP_SERVERS": kafka, "DATABASE_URL": database_url, "ACCOUNT_ID": mine}
    async with serving(**environment) as (_, client):

        async def told(**query: str) -> dict[str, Any]:
            answer = await until(
                lambda: client.get("/performance/summary", params=query), lambda found: found.status_code == 200
            )
            found: dict[str, Any] = answer.json()
            return found

        month, everything = await told(), await told(period="ALL")
        shadow, qqq = await told(is_shadow="true"), await told(symbol="qqq", period="1W")
        bad = await client.get("/performance/summary?period=2D")
    assert (month["opening_equity"], month["equity"], month["total"]["trades"]) == (100_050, 100_250, 2)
    assert month["total"]["profit_factor"] == {"value": 3, "reason": ""}
    assert month["max_drawdown"]["amount"] == 100
    assert sum(day["pnl"] for day in month["days"]) == 200
    assert [row["name"] for row in month["by_symbol"]] == ["QQQ", "SPY"]
    assert sum(row["trades"] for row in month["by_hour"]) == 2
    assert month["by_regime"] == []
    assert (everything["opening_equity"], everything["total"]["trades"]) == (100_000, 3)
    assert [(row["name"], row["pnl"]) for row in everything["by_regime"]] == [("trending", 50)]
    assert len(everything["days"]) > 250
    assert [row["name"] for row in shadow["by_engine"]] == ["B"]
    assert shadow["total"]["profit_factor"] == {"value": None, "reason": "nothing was lost"}
    assert qqq["total"]["pnl"] == -100
    assert bad.status_code == 422
