"""What an account was worth over time."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from agents.equity_curve import EquityPoint, Flow, Held, equity_curve, thinned
from tests.agents.strategies import few

AT = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
TIMES = [AT + timedelta(minutes=number) for number in range(10)]
CASH = Decimal(10_000)
instants = st.integers(0, 9 * 60).map(lambda seconds: AT + timedelta(seconds=seconds))
symbols = st.sampled_from(["X", "Y"])
prices = st.integers(0, 500).map(lambda value: Decimal(value) / 100)


def traded_at(at: datetime, symbol: str, quantity: int, price: Decimal) -> Flow:
    return Flow(at, price * quantity * 100, symbol, quantity, price)


flows = st.lists(st.builds(traded_at, instants, symbols, st.integers(-5, 5).filter(bool), prices), max_size=10)
marks = st.lists(st.tuples(instants, symbols, prices), max_size=10)


@few
@given(traded=flows, told=marks)
def test_equity_is_cash_and_what_is_held_at_the_newest_price(
    traded: list[Flow], told: list[tuple[datetime, str, Decimal]]
) -> None:
    begun = {"X": Held(2, Decimal(1))}
    points = equity_curve(TIMES, cash=CASH, held=begun, flows=traded, marks=told)
    assert [point.at for point in points] == TIMES
    for point in points:
        before = [flow for flow in traded if flow.at <= point.at]
        assert point.cash == CASH - sum(flow.price * flow.quantity * 100 for flow in before)
        value = Decimal(0)
        for symbol in ("X", "Y"):
            known = [(AT - timedelta(1), 0, 0, begun[symbol].price)] if symbol in begun else []
            known += [(f.at, 0, place, f.price) for place, f in enumerate(before) if f.option_symbol == symbol]
            known += [
                (at, 1, place, p) for place, (at, name, p) in enumerate(told) if name == symbol and at <= point.at
            ]
            held = (2 if symbol in begun else 0) + sum(f.quantity for f in before if f.option_symbol == symbol)
            value += held * max(known)[3] * 100 if known else 0
        assert point.value == value
        assert point.equity == point.cash + point.value
        highest = max(other.equity for other in points if other.at <= point.at)
        assert point.drawdown == highest - point.equity


def test_a_trade_bought_marked_and_sold() -> None:
    traded = [traded_at(AT, "X", 2, Decimal("1.50")), traded_at(TIMES[3], "X", -2, Decimal("1.20"))]
    told = [(TIMES[1], "X", Decimal("1.80")), (TIMES[2], "X", Decimal("1.10"))]
    points = equity_curve(TIMES, cash=CASH, held={}, flows=traded, marks=told)
    assert [point.equity for point in points[:5]] == [10_000, 10_060, 9_920, 9_940, 9_940]
    assert [point.drawdown for point in points[:5]] == [0, 0, 140, 120, 120]
    assert points[2].drawdown_percent == Decimal("1.3917")
    # the four that follow are flat
    assert [point.at for point in thinned(points)] == [*TIMES[:4], TIMES[9]]


def test_cash_that_is_booked_alone_counts_from_then_on() -> None:
    points = equity_curve(TIMES[:2], cash=CASH, held={}, flows=[Flow(TIMES[1], Decimal(25))], marks=[])
    assert [(point.cash, point.value, point.drawdown) for point in points] == [(10_000, 0, 0), (9_975, 0, 25)]


@few
@given(worths=st.lists(st.integers(1, 3), max_size=20))
def test_thinning_keeps_the_line(worths: list[int]) -> None:
    at = [AT + timedelta(minutes=number) for number in range(len(worths))]
    points = [
        EquityPoint(*(moment, Decimal(0), Decimal(w), Decimal(w), Decimal(0), None))
        for moment, w in zip(at, worths, strict=True)
    ]
    kept = thinned(points)
    assert [point for point in points if point in kept] == kept
    assert {points[0], points[-1]} <= set(kept) if points else kept == []
    for point in points:
        if point not in kept:
            before = max((one for one in kept if one.at < point.at), key=lambda one: one.at)
            after = min((one for one in kept if one.at > point.at), key=lambda one: one.at)
            assert before.equity == point.equity == after.equity
