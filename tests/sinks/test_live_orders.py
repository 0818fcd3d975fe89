"""A live order as a fold of what its broker says: any looks, in any order, tell each execution once and in order."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.orders import OrderUpdated
from sinks.broker import BrokerOrder, Execution, State
from sinks.live_orders import LiveOrder, failed, follow, request_of
from tests.agents.strategies import few
from tests.sinks.executing import order
from tests.sinks.virtual_time import START

ENDS: list[State] = ["filled", "canceled", "expired", "rejected"]


def seen(live: LiveOrder, filled: int, state: State = "working") -> BrokerOrder:
    return BrokerOrder("b1", live.order.client_order_id, live.order.option_symbol, state, live.order.quantity, filled)


def parts(sizes: list[int], *, named: bool = True) -> list[Execution]:
    """Return executions of such sizes, one a second."""
    made, filled = [], 0
    for number, size in enumerate(sizes):
        filled += size
        name = f"e{number}" if named else None
        price = Decimal("2.40") + number
        made.append(Execution("b1", "x", size, price, filled, START + timedelta(seconds=number), name))
    return made


@given(data=st.data())
@few
def test_whatever_is_said_in_whatever_order_each_execution_is_told_once_and_in_order(data: st.DataObject) -> None:
    sizes = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=5))
    rest = data.draw(st.integers(0, 2))
    live = LiveOrder(order(quantity=sum(sizes) + rest), START)
    executions = parts(sizes)
    end: State = "filled" if not rest else data.draw(st.sampled_from(ENDS[1:]))
    filled = sum(sizes)
    looks: list[tuple[BrokerOrder, list[Execution]]] = [(seen(live, one.filled_quantity), [one]) for one in executions]
    looks += [(seen(live, filled, end), data.draw(st.sampled_from([[], executions]))) for _ in range(2)]
    said = data.draw(st.permutations([*looks, *looks[: data.draw(st.integers(0, len(looks)))]]))
    updates: list[OrderUpdated] = []
    for look, news in [*said, (seen(live, filled, end), parts(sizes, named=False))]:
        followed = follow(live, look, news, at=START)
        live = followed.order
        updates += followed.updates
        known = live.executed_in("b1")
        assert followed.is_incomplete == (live.state != "ended" and known < look.filled_quantity)
    assert live.state == "ended"
    told = [update for update in updates if update.quantity]
    assert [(update.quantity, update.filled_quantity, update.price) for update in told] == [
        (one.quantity, one.filled_quantity, one.price) for one in executions
    ]
    assert [update.status for update in updates].count("accepted") <= 1
    ends = [update for update in updates if update.status in ("canceled", "expired", "failed")]
    assert len(ends) == (1 if rest else 0)
    if ends:
        assert updates[-1] is ends[0]
        assert ends[0].filled_quantity == filled
    else:
        assert updates[-1].status == "filled"
    assert len({update.event_id for update in updates}) == len(updates)


@given(sizes=st.lists(st.integers(1, 4), min_size=1, max_size=6), again=st.integers(0, 6))
@few
def test_a_fold_that_is_repeated_tells_the_same_events(sizes: list[int], again: int) -> None:
    live = LiveOrder(order(quantity=sum(sizes)), START)
    executions = parts(sizes)
    look = seen(live, sum(sizes), "filled")
    whole = follow(live, look, executions, at=START)
    some = follow(live, seen(live, 0), executions[:again], at=START)
    rest = follow(some.order, look, executions, at=START + timedelta(seconds=9))
    assert [update.event_id for update in (*some.updates, *rest.updates)] == [
        update.event_id for update in whole.updates
    ]
    assert rest.order == whole.order


def test_an_execution_told_without_its_id_is_known_by_count_and_time() -> None:
    live = LiveOrder(order(), START)
    (unnamed,), (named,) = parts([1], named=False), parts([1])
    first = follow(live, seen(live, 1), [unnamed], at=START)
    again = follow(
        first.order, seen(live, 1), [replace(named, executed_at=START + timedelta(microseconds=400))], at=START
    )
    assert again.updates == ()
    assert again.order.executions[0].execution_id == "e0"


def test_news_of_another_order_or_of_one_that_is_over_changes_nothing() -> None:
    live = LiveOrder(order(), START)
    working = follow(live, seen(live, 0), at=START).order
    assert follow(working, replace(seen(live, 3, "filled"), broker_order_id="b2"), at=START).order is working
    over = failed(working, "unknown_at_broker", at=START).order
    assert follow(over, seen(live, 3, "filled"), parts([3]), at=START) == follow(over, seen(live, 0), at=START)


@pytest.mark.parametrize(
    ("closes", "price", "limit"),
    [(False, "2.451", "2.46"), (True, "2.459", "2.45"), (False, "2.45", "2.45"), (True, "0.001", "0.01")],
)
def test_a_limit_is_whole_cents_rounded_towards_a_fill(closes: bool, price: str, limit: str) -> None:
    assert request_of(order(closes=closes, limit_price=Decimal(price))).limit_price == Decimal(limit)


def test_a_market_order_has_no_limit() -> None:
    assert request_of(order(pricing="market")).limit_price is None
