from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.rules import RiskLimits
from api.dashboard_metrics import account_now, curve_of, limit_uses
from api.live_view import LiveView
from schemas.accounts import Account, Holding, Reservation
from schemas.codec import encode
from schemas.records import AccountRecord
from schemas.ticks import Tick, TickFrame
from streams.publisher import Publisher
from streams.topics import ACCOUNTS, partition_of
from tests.agents.strategies import few
from tests.api.rows import AT, insert_decision, insert_order, insert_outcome
from tests.api.serving import serving, until
from tests.api.test_live import Trading
from tests.api.test_live_view import book
from tests.api.test_queries import insert_fill, insert_signal

NOW = datetime.now(UTC)


@pytest.fixture
async def publisher(kafka: str) -> AsyncIterator[Publisher]:
    async with Publisher(kafka) as started:
        yield started


@pytest.fixture
def trading(publisher: Publisher) -> Trading:
    return Trading(publisher)


def account(account_id: str = "paper", **more: Any) -> Account:
    held = Holding(
        position_id="p-1", symbol="SPY", option_symbol="SPY260220C00596000", quantity=9, entry_price=Decimal("3.52")
    )
    fields: dict[str, Any] = {
        "account_id": account_id,
        "opening_equity": Decimal(100_000),
        "cash": Decimal("96600.00"),
        "realized_pnl": Decimal("-232.00"),
        "day": AT.date(),
        "day_realized_pnl": Decimal("-232.00"),
        "day_trades": 2,
        "holdings": (held,),
    }
    return Account.model_validate(fields | more)


def test_an_account_is_worth_its_cash_and_what_it_holds_at_the_mark() -> None:
    view = LiveView()
    view.apply_book("paper|SPY", book())
    unmarked = account_now(account(), view, day=AT.date(), halted=False)
    assert (unmarked.unmarked_positions, unmarked.unrealized_pnl, unmarked.market_value) == (1, 0, 3168)
    view.apply_frame(encode(TickFrame.of([Tick("SPY260220C00596000", 9, price=4_000_000_000)], source="t", sequence=1)))
    told = account_now(account(), view, day=AT.date(), halted=True)
    assert (told.market_value, told.unrealized_pnl, told.net_liquidation) == (3600, 432, Decimal("100200.00"))
    assert (told.equity, told.day_realized_pnl, told.day_trades, told.is_halted) == (99768, -232, 2, True)


def test_on_the_next_day_nothing_has_been_made_or_ordered_yet() -> None:
    tomorrow = AT.date() + timedelta(days=1)
    told = account_now(account(), LiveView(), day=tomorrow, halted=False)
    uses = {use.name: use.used for use in limit_uses(account(), RiskLimits(daily_trades_max=5), day=tomorrow)}
    assert (told.day_realized_pnl, told.day_trades, told.realized_pnl) == (0, 0, -232)
    assert (uses["daily_loss"], uses["daily_trades"]) == (0, 0)


def test_each_limit_tells_what_is_used_of_it() -> None:
    ordered = Reservation(
        order_id="o", position_id="p-2", symbol="QQQ", option_symbol="Q", quantity=1, price=Decimal(10)
    )
    both = account(reservations=(ordered,))
    uses = {use.name: use for use in limit_uses(both, RiskLimits(), day=AT.date())}
    assert (uses["open_positions"].used, uses["open_positions"].used_percent) == (2, 40)
    assert (uses["positions_per_symbol"].used, uses["positions_per_symbol"].limit) == (1, 3)
    assert (uses["total_exposure"].used, uses["total_exposure"].used_percent) == (4168, Decimal("41.68"))
    assert uses["exposure_percent"].used == Decimal("4.18")
    assert (uses["daily_loss"].used, uses["daily_loss"].used_percent) == (232, Decimal("23.20"))
    assert (uses["daily_trades"].limit, uses["daily_trades"].used_percent) == (None, None)


made = st.decimals(min_value=-1000, max_value=1000, places=2)


@few
@given(steps=st.lists(made, max_size=8), before=made)
def test_a_curve_ends_at_all_that_was_made(steps: list[Decimal], before: Decimal) -> None:
    until_ = AT + timedelta(hours=10)
    ended = [(AT + timedelta(hours=number + 1), step) for number, step in enumerate(steps)]
    points = curve_of(ended, since=AT, until=until_, before=before)
    assert (points[0].at, points[0].pnl) == (AT, before)
    assert (points[-1].at, points[-1].pnl) == (until_, before + sum(steps))
    assert [point.at for point in points] == sorted({point.at for point in points})


def test_an_older_record_of_an_account_changes_nothing() -> None:
    view = LiveView()
    view.apply_account("paper", encode(AccountRecord(epoch=2, version=1, state=account(day_trades=7))))
    view.apply_account("paper", encode(AccountRecord(epoch=1, version=9, state=account())))
    found = view.account("paper")
    assert found is not None
    assert found.day_trades == 7
    assert view.account("other") is None
    view.apply_account("paper", None)
    assert view.account("paper") is None


async def metrics(client: httpx.AsyncClient, period: str = "1M") -> dict[str, Any]:
    answer = await until(
        lambda: client.get(f"/dashboard/metrics?period={period}"), lambda found: found.status_code == 200
    )
    told: dict[str, Any] = answer.json()
    return told


@pytest.mark.kafka
@pytest.mark.postgres
async def test_the_dashboard_tells_of_the_callers_account_alone(
    kafka: str, trading: Trading, database: Any, database_url: str
) -> None:
    mine, other = trading.account_id, "other"
    signal_id = uuid4()
    for account_id in (mine, other):
        await insert_outcome(database, account_id=account_id, pnl=Decimal(300), exit_time=NOW - timedelta(hours=3))
        await insert_outcome(database, account_id=account_id, pnl=Decimal(-100), exit_time=NOW - timedelta(days=3))
        await insert_outcome(database, account_id=account_id, pnl=Decimal(50), exit_time=NOW - timedelta(days=400))
        for left_out in ({"is_shadow": True}, {"is_test": True}):
            await insert_outcome(database, account_id=account_id, pnl=Decimal(9), exit_time=NOW, **left_out)
        await insert_decision(database, account_id=account_id, rejection_reason="signal_stale", status="rejected")
        await insert_order(database, account_id=account_id)
        await insert_fill(database, account_id=account_id)
        await insert_signal(database, signal_id if account_id == mine else uuid4(), account_id=account_id)
    state = account(mine, day=None)
    record = AccountRecord(epoch=1, version=1, state=state)
    await trading.send_bytes(ACCOUNTS, mine, encode(record), partition=partition_of(mine))
    await trading.write_book(version=1, positions=(trading.position(),), working=(trading.order(),))
    environment = {"KAFKA_BOOTSTRAP_SERVERS": kafka, "DATABASE_URL": database_url, "ACCOUNT_ID": mine}
    async with serving(**environment) as (_, client):
        month = await metrics(client)
        day, everything = await metrics(client, "1D"), await metrics(client, "ALL")
        unknown = await client.get("/dashboard/metrics?period=2D")
    assert (month["account"]["cash"], month["account"]["net_liquidation"]) == (96_600, 99_768)
    assert (month["active_positions"], month["working_orders"], month["exposure"]) == (1, 1, 3168)
    assert month["all_time"] == {"trades": 3, "wins": 2, "win_rate": 66.6667, "pnl": 250, "profit_factor": 3.5}
    assert month["in_period"] == {"trades": 2, "wins": 1, "win_rate": 50, "pnl": 200, "profit_factor": 3}
    assert (day["in_period"]["trades"], day["in_period"]["profit_factor"]) == (1, None)
    assert everything["in_period"] == everything["all_time"]
    assert (month["curve"][0]["pnl"], month["curve"][-1]["pnl"]) == (50, 250)
    assert [point["pnl"] for point in everything["curve"]][:2] == [0, 50]
    assert everything["curve"][-1]["pnl"] == 250
    kinds = sorted(item["kind"] for item in month["recent"])
    # a test is activity all the same; what the other engine would have done is none
    assert kinds == ["decision", "exit", "exit", "exit", "exit", "fill", "order", "signal"]
    assert [item["what"] for item in month["recent"] if item["kind"] == "decision"] == ["signal_stale"]
    assert [item["id"] for item in month["recent"] if item["kind"] == "signal"] == [str(signal_id)]
    times = [item["at"] for item in month["recent"]]
    assert times == sorted(times, reverse=True)
    assert [error["field"] for error in unknown.json()["errors"]] == ["period"]


@pytest.mark.kafka
@pytest.mark.postgres
async def test_an_account_without_events_has_its_opening_equity(
    kafka: str, trading: Trading, database_url: str
) -> None:
    environment = {"KAFKA_BOOTSTRAP_SERVERS": kafka, "DATABASE_URL": database_url, "ACCOUNT_ID": trading.account_id}
    async with serving(ACCOUNT_EQUITY="25000", **environment) as (_, client):
        told = await metrics(client)
    assert (told["account"]["net_liquidation"], told["account"]["cash"]) == (25_000, 25_000)
    assert told["all_time"] == {"trades": 0, "wins": 0, "win_rate": None, "pnl": 0, "profit_factor": None}
    assert [point["pnl"] for point in told["curve"]] == [0, 0]
    assert told["recent"] == []


async def test_without_kafka_an_account_is_unknown_rather_than_empty() -> None:
    async with serving() as (_, client):
        answer = await client.get("/dashboard/metrics")
    assert answer.status_code == 503
