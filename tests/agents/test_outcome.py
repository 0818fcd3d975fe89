from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.outcome import closed_trade, realized
from schemas.ids import derived_id
from schemas.orders import OrderFilled, TradeClosed
from schemas.positions import Position
from tests.agents.histories import KNOWN, histories, without_repeats
from tests.agents.strategies import AT, few, order
from tests.agents.test_book import EMPTY, Step, of, opened, run

prices = st.decimals(0, 500, places=4)


def sold(price: Decimal, *, quantity: int = 9, minutes: float = 125) -> OrderFilled:
    asked = order("exit", side="sell_to_close", quantity=quantity, exit_reason="stop_loss")
    return OrderFilled(
        **asked.model_dump(include=set(OrderFilled.model_fields) - {"event_id", "occurred_at"}),
        event_id="f-1",
        occurred_at=AT + timedelta(seconds=1, minutes=minutes),
        order_id=asked.event_id,
        price=price,
    )


def reduced(*, quantity: int, exit_value: str, made: str, exit_orders: int) -> Position:
    return (
        opened()
        .positions[0]
        .model_copy(
            update={
                "quantity": quantity,
                "exit_value": Decimal(exit_value),
                "realized_pnl": Decimal(made),
                "exit_orders": exit_orders,
                "exit_codes": ("partial_profit", "stop_loss"),
            }
        )
    )


def test_sold_whole_the_trace_makes_1584_dollars() -> None:
    (position,) = opened().positions
    fill = sold(Decimal("5.28"))
    trade = closed_trade(position, fill)
    assert realized(position, fill) == trade.realized_pnl == Decimal(1584)
    assert (trade.pnl_percent, trade.pnl_r, trade.duration_minutes) == (Decimal(50), Decimal(50), 125)
    assert (trade.quantity, trade.exit_price, trade.partial_exits) == (9, Decimal("5.28"), 0)
    assert (trade.exit_reason, trade.exit_codes) == ("stop_loss", ("stop_loss",))
    assert (trade.entry_order_id, trade.exit_order_id) == (position.entry_order_id, fill.order_id)
    assert (trade.entry_timestamp, trade.exit_timestamp) == (position.entry_timestamp, fill.occurred_at)
    assert trade.occurred_at == fill.occurred_at
    assert trade.event_id == derived_id("trade", position.position_id)


def test_sold_in_parts_each_fill_counts_by_its_contracts() -> None:
    position = reduced(quantity=4, exit_value="23.50", made="590.00", exit_orders=2)
    fill = sold(Decimal("3.61"), quantity=4)
    trade = closed_trade(position, fill)
    assert realized(position, fill) == Decimal(36)
    assert (trade.realized_pnl, trade.exit_price, trade.quantity) == (Decimal(626), Decimal("4.2156"), 9)
    assert (trade.pnl_percent, trade.pnl_r) == (Decimal("19.76"), Decimal("19.76"))
    assert (trade.partial_exits, trade.exit_codes) == (1, ("partial_profit", "stop_loss"))


@pytest.mark.parametrize(("minutes", "counted"), [(0, 0), (0.99, 0), (1, 1), (59.99, 59)])
def test_minutes_are_counted_whole(minutes: float, counted: int) -> None:
    assert closed_trade(opened().positions[0], sold(Decimal(1), minutes=minutes)).duration_minutes == counted


def test_what_cost_nothing_has_no_percentage() -> None:
    free = opened().positions[0].model_copy(update={"entry_price": Decimal(0)})
    trade = closed_trade(free, sold(Decimal(1)))
    assert (trade.realized_pnl, trade.pnl_percent, trade.pnl_r) == (Decimal(900), Decimal(0), Decimal(0))


@few
@given(prices, prices, prices, st.integers(1, 8))
def test_what_is_made_is_exact_to_the_cent(entry: Decimal, first: Decimal, last: Decimal, part: int) -> None:
    position = opened().positions[0].model_copy(update={"entry_price": entry})
    some = realized(position, sold(first, quantity=part))
    position = position.model_copy(
        update={"quantity": 9 - part, "exit_value": first * part, "realized_pnl": some, "exit_orders": 2}
    )
    trade = closed_trade(position, sold(last, quantity=9 - part))
    exact = (Fraction(first) - Fraction(entry)) * part * 100 + (Fraction(last) - Fraction(entry)) * (9 - part) * 100
    assert Fraction(trade.realized_pnl) == exact
    mean = (Fraction(first) * part + Fraction(last) * (9 - part)) / 9
    assert abs(Fraction(trade.exit_price) - mean) <= Fraction(1, 20_000)
    if entry:
        percent = exact / (Fraction(entry) * 9 * 100) * 100
        assert abs(Fraction(trade.pnl_percent) - percent) <= Fraction(1, 200)
        assert trade.pnl_r == trade.pnl_percent


@few
@given(histories())
def test_an_outcome_carries_all_that_is_known_of_its_trade(steps: list[Step]) -> None:
    """Orchestrator property: Trade outcome record completeness"""
    _, events = run(EMPTY, without_repeats(steps))
    fills = of(OrderFilled, events)
    for trade in of(TradeClosed, events):
        entry, *exits = [fill for fill in fills if fill.position_id == trade.position_id]
        for name in ("account_id", "symbol", "option_symbol", "strike", "expiration", "type", "direction", "engine"):
            assert getattr(trade, name) == getattr(entry, name)
        for name in ("experiment_id", "signal_id", "is_test", "position_id", "entry"):
            assert getattr(trade, name) == getattr(entry, name)
        assert (trade.entry_order_id, trade.entry_price, trade.entry_timestamp) == (
            entry.order_id,
            entry.price,
            entry.occurred_at,
        )
        assert (trade.exit_order_id, trade.exit_timestamp) == (exits[-1].order_id, exits[-1].occurred_at)
        assert trade.exit_codes
        assert trade.duration_minutes == (trade.exit_timestamp - trade.entry_timestamp) // timedelta(minutes=1)


def test_the_state_at_entry_goes_with_the_outcome() -> None:
    (position,) = opened(entry=KNOWN).positions
    assert closed_trade(position, sold(Decimal(1))).entry == KNOWN
