"""The oracle itself, checked against lines of the raw files by hand."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from schemas.event import from_micros, to_micros
from schemas.ticks import ABSENT
from streams.feeds.plan import Boundaries
from streams.feeds.recorded import open_session, ticks_of
from streams.feeds.replay import plan_for
from tests.e2e.oracle import Prediction, predict
from tests.e2e.oracle_tape import LAYOUTS, SESSIONS, clock_times, read_tape


def whole(session: str, *, max_hold_hours: int = 120) -> Prediction:
    """Return what is predicted when positions are closed whole only, for a price or for time."""
    return predict(session, max_hold_hours=max_hold_hours, intelligence=0, decision_engine=0)


def test_spx_closes_for_profit_loss_and_time_and_refuses_alerts() -> None:
    day = whole("spx-2021-01-04", max_hold_hours=3)
    assert [item.exit_reason for item in day.closed] == ["profit_target", "stop_loss", "profit_target", "max_hold_time"]
    assert [item.codes[0] for item in day.rejected] == [
        "duplicate_position",
        "no_recommendation",
        "exposure_exceeded",
        "no_recommendation",
    ]
    assert [item.status for item in day.held] == ["open"]
    assert day.realized_pnl == Decimal("2705.00")


def test_twx_closes_for_profit_and_time_and_refuses_alerts() -> None:
    day = whole("twx-2014-06-05", max_hold_hours=3)
    assert [item.exit_reason for item in day.closed] == ["profit_target", "max_hold_time", "max_hold_time"]
    assert [item.codes[0] for item in day.rejected] == [
        "market_data_unavailable",
        "no_recommendation",
        "duplicate_position",
        "max_positions_per_symbol_exceeded",
        "no_recommendation",
    ]
    assert day.realized_pnl == Decimal("412.50")


def test_twx_reduces_for_profit_and_for_a_deep_loss() -> None:
    # of ten calls bought at 1.31 five go at 25 % and more, the rest at 50 % and more; of ten puts bought at 0.805 five
    # go at -40 % and less: 0.48 is under 0.483
    day = predict("twx-2014-06-05", max_hold_hours=3, intelligence=0)
    call, put, *_ = day.closed
    assert [(sold.reason, sold.quantity, sold.trigger_price, sold.price) for sold in call.fills] == [
        ("partial_profit", 5, Decimal("1.6400"), Decimal("1.6400")),
        ("profit_target", 5, Decimal("1.9650"), Decimal("1.9550")),
    ]
    assert (call.exit_price, call.realized_pnl) == (Decimal("1.7975"), Decimal("487.50"))
    assert [(sold.reason, sold.quantity, sold.trigger_price, sold.price) for sold in put.fills] == [
        ("deep_loss", 5, Decimal("0.4800"), Decimal("0.4850")),
        ("max_hold_time", 5, None, Decimal("0.5050")),
    ]
    assert (put.exit_price, put.realized_pnl) == (Decimal("0.4950"), Decimal("-310.00"))
    (held,) = day.held
    assert (held.quantity, held.remaining, held.realized_pnl) == (8, 4, None)


def test_a_bias_that_turns_closes_what_was_bought_on_the_other() -> None:
    # the put of 09:31:30 goes by the bias of 09:33:30, at the next quote of its contract: 537000 and 542000
    put = predict("spx-2021-01-04").alerts[0]
    assert put.exit_codes == ("exit_intelligence", "bias_flip")
    assert (put.triggered_at, put.trigger_price) == (datetime(2021, 1, 4, 14, 33, 30, tzinfo=UTC), None)
    assert (put.exit_at, put.exit_price) == (datetime(2021, 1, 4, 14, 33, 59, tzinfo=UTC), Decimal("53.9500"))


def test_the_first_put_is_bought_and_sold_at_prices_of_the_file() -> None:
    # the alert comes at 09:31:30; the file of SPXW put 3800, 8 January, has then and on the way out
    # 34260000,488000,504000,466000,499000,30,511000,534000,501000,521000,30 and
    # 38160000,762000,...,769000,1,767000,...,775000,1 and 38220000,769000,...
    put = whole("spx-2021-01-04", max_hold_hours=3).alerts[0]
    assert put.option_symbol == "SPXW210108P03800000"
    assert put.entry_at == datetime(2021, 1, 4, 14, 31, 59, tzinfo=UTC)
    assert put.entry_price == Decimal("51.0000")
    assert (put.triggered_at, put.trigger_price) == (
        datetime(2021, 1, 4, 15, 36, 59, tzinfo=UTC),
        Decimal("77.2000"),
    )
    assert put.exit_at == datetime(2021, 1, 4, 15, 37, 0, tzinfo=UTC)
    assert put.realized_pnl == (Decimal("77.20") - Decimal("51.00")) * 100


def test_without_the_time_rule_nothing_closes_for_time() -> None:
    assert all(item.exit_reason != "max_hold_time" for item in whole("spx-2021-01-04").alerts)


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_the_oracle_and_the_feed_see_one_tape(name: str) -> None:
    underlying, day, files = LAYOUTS[name]
    raw, contracts = read_tape(SESSIONS / name, underlying, files)
    session = open_session(name)
    ticks = ticks_of(session)
    hours = 4 if name.startswith("twx") else 5
    midnight = to_micros(datetime(day.year, day.month, day.day, hours, tzinfo=UTC))
    assert [
        (midnight + at * 1000, symbol, *(ABSENT if value is None else value for value in prices))
        for at, symbol, *prices in raw
    ] == [(tick.at, tick.symbol, tick.price, tick.bid, tick.ask) for tick in ticks]
    assert len(contracts) == {"TWX": 184, "SPX": 18}[underlying]
    told = {
        event.occurred_at
        for part in plan_for(session, demo=True).parts
        if isinstance(part, Boundaries)
        for event in part.events
    }
    assert {from_micros(midnight + at * 1000) for at in clock_times([tick[0] for tick in raw])} == told
