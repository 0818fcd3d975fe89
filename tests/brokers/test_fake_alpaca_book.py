"""The fake's book balances, whatever happens to its orders."""

from decimal import Decimal
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agents.strategies import few
from tests.brokers.alpaca.book import Book
from tests.brokers.alpaca.market import Market, Quote
from tests.brokers.alpaca.orders import OPEN, Ticket, Update
from tests.brokers.alpaca.positions import folded
from tests.brokers.alpaca.refusals import Refused

SYMBOLS = ("SPY260220C00596000", "SPY260220P00590000", "SPY")
OPENING = Decimal(100_000)

prices = st.decimals(min_value="0.01", max_value="99.99", places=2)
sizes = st.integers(min_value=1, max_value=20).map(Decimal)
places = st.integers(min_value=0, max_value=50)
"""Which of the orders or executions so far: any number names one."""
steps = st.one_of(
    st.tuples(st.just("order"), st.sampled_from(SYMBOLS), st.sampled_from(("buy", "sell")), sizes, st.none() | prices),
    st.tuples(st.just("quote"), st.sampled_from(SYMBOLS), prices, prices, sizes, sizes),
    st.tuples(st.just("cancel"), places),
    st.tuples(st.just("replace"), places, sizes),
    st.tuples(st.just("fill"), places, sizes, prices),
    st.tuples(st.just("bust"), places),
    st.tuples(st.just("correct"), places, prices),
    st.tuples(st.just("adjust"), st.sampled_from(SYMBOLS), sizes, prices),
    st.tuples(st.just("charge"), prices),
)


class Run:
    """A book and a market, step by step, and all that was told of them."""

    def __init__(self) -> None:
        ids = count(1)
        self.book = Book(OPENING, new_id=lambda: f"id-{next(ids)}")
        self.market = Market()
        self.told: list[Update] = []
        self._moments = count(1_800_000_000_000_000_000, 1_000_000)

    def take(self, step: tuple[object, ...]) -> None:
        what, *rest = step
        try:
            self.told += getattr(self, f"_{what}")(*rest) or []
        except Refused:
            return

    def _order(self, symbol: str, side: str, qty: Decimal, price: Decimal | None) -> list[Update]:
        kind = "market" if price is None else "limit"
        ticket = Ticket(symbol, side, qty, kind, "day", f"c-{len(self.book.orders)}", price)
        order, updates = self.book.accept(ticket, next(self._moments))
        return updates + self.book.route(order, next(self._moments)) + self._work(symbol)

    def _quote(self, symbol: str, one: Decimal, other: Decimal, bid_size: Decimal, ask_size: Decimal) -> list[Update]:
        self.market.quote(Quote(symbol, next(self._moments), min(one, other), max(one, other), bid_size, ask_size))
        return self._work(symbol)

    def _work(self, symbol: str) -> list[Update]:
        told: list[Update] = []
        for order in self.book.open_orders(symbol):
            qty, price = self.market.offered(order)
            if qty > 0:
                self.market.take(order, qty)
                told += self.book.fill(order, qty, price, next(self._moments))
        return told

    def _cancel(self, place: int) -> list[Update]:
        order = list(self.book.orders.values())[place % len(self.book.orders)] if self.book.orders else None
        return self.book.finish("canceled", order, next(self._moments)) if order else []

    def _replace(self, place: int, qty: Decimal) -> list[Update]:
        orders = list(self.book.orders.values())
        if not orders:
            return []
        order = orders[place % len(orders)]
        old = order.ticket
        ticket = Ticket(old.symbol, old.side, qty, old.kind, "day", f"c-{len(orders)}", old.limit_price)
        new, updates = self.book.replace(order, ticket, next(self._moments))
        return updates + self.book.route(new, next(self._moments))

    def _fill(self, place: int, qty: Decimal, price: Decimal) -> list[Update]:
        still_open = self.book.open_orders()
        return (
            self.book.fill(still_open[place % len(still_open)], qty, price, next(self._moments)) if still_open else []
        )

    def _bust(self, place: int) -> list[Update]:
        executions = list(self.book.executions)
        return self.book.bust(executions[place % len(executions)], next(self._moments)) if executions else []

    def _correct(self, place: int, price: Decimal) -> list[Update]:
        executions = list(self.book.executions)
        return self.book.correct(executions[place % len(executions)], price, next(self._moments)) if executions else []

    def _adjust(self, symbol: str, by: Decimal, price: Decimal) -> None:
        self.book.adjust(symbol, by, price, next(self._moments))

    def _charge(self, amount: Decimal) -> None:
        self.book.charge(-amount, "fee", next(self._moments))


def worth_of(update: Update, field: str) -> Decimal:
    return Decimal(str(update.message[field]))


def signed(update: Update) -> Decimal:
    return worth_of(update, "qty") * (1 if update.message["order"]["side"] == "buy" else -1)


@few
@given(st.lists(steps, min_size=5, max_size=60))
def test_cash_and_positions_are_what_the_updates_add_up_to(path: list[tuple[object, ...]]) -> None:
    run = Run()
    for step in path:
        run.take(step)
    standing: dict[str, Update] = {}
    for update in run.told:
        if update.event in ("trade_bust", "trade_correct"):
            del standing[update.message["previous_execution_id"]]
        if update.event in ("partial_fill", "fill", "trade_correct"):
            standing[update.message["execution_id"]] = update
    cash = OPENING + sum(fee.amount for fee in run.book.fees)
    held = dict.fromkeys(SYMBOLS, Decimal(0))
    for update in standing.values():
        cash -= signed(update) * worth_of(update, "price") * (1 if update.symbol == "SPY" else 100)
        held[update.symbol] += signed(update)
    for adjustment in run.book.adjustments:
        held[adjustment.symbol] += adjustment.signed
    assert run.book.cash == cash
    assert {symbol: qty for symbol, qty in held.items() if qty} == {
        symbol: position.qty for symbol, position in run.book.positions.items()
    }


@few
@given(st.lists(steps, min_size=5, max_size=60))
def test_an_order_is_what_its_standing_executions_make_of_it(path: list[tuple[object, ...]]) -> None:
    run = Run()
    for step in path:
        run.take(step)
    for order in run.book.orders.values():
        standing = [each for each in run.book.executions.values() if each.order is order and each.counts]
        assert order.filled_qty == sum(each.qty for each in standing) <= order.ticket.qty
        assert order.filled_cost == sum(each.qty * each.price for each in standing)
        assert (order.status == "new") <= (order.filled_qty == 0)
        assert (order.status == "partially_filled") <= (0 < order.filled_qty < order.ticket.qty)
        assert order.left == (order.ticket.qty - order.filled_qty if order.status in OPEN else 0)


@few
@given(st.lists(steps, min_size=5, max_size=60))
def test_an_order_never_trades_beyond_its_limit_nor_beyond_what_was_offered(path: list[tuple[object, ...]]) -> None:
    run = Run()
    offered = {(symbol, side): Decimal(0) for symbol in SYMBOLS for side in ("buy", "sell")}
    for step in path:
        if step[0] in ("fill", "correct"):
            continue  # by hand, at any price
        run.take(step)
        if step[0] == "quote":
            offered[str(step[1]), "sell"] += Decimal(str(step[4]))
            offered[str(step[1]), "buy"] += Decimal(str(step[5]))
    traded = dict.fromkeys(offered, Decimal(0))
    for execution in run.book.executions.values():
        ticket = execution.order.ticket
        traded[ticket.symbol, ticket.side] += execution.qty
        if ticket.limit_price is not None and ticket.side == "buy":
            assert execution.price <= ticket.limit_price
        elif ticket.limit_price is not None:
            assert execution.price >= ticket.limit_price
    assert all(traded[key] <= offered[key] for key in offered)


@few
@given(st.lists(st.tuples(sizes, prices), min_size=1, max_size=10), st.integers(min_value=1, max_value=100))
def test_the_average_price_is_weighted_and_a_sale_leaves_it_alone(
    bought: list[tuple[Decimal, Decimal]], percent: int
) -> None:
    held = folded(bought)
    total = sum((qty for qty, _ in bought), Decimal(0))
    assert abs(held.average - sum((qty * price for qty, price in bought), Decimal(0)) / total) < Decimal("1e-20")
    kept = folded([*bought, (-total * percent / 100, Decimal("0.01"))])
    assert kept.qty == 0 or abs(kept.average - held.average) < Decimal("1e-20")
    beyond = folded([*bought, (-total - 1, Decimal("7.5"))])
    assert (beyond.qty, beyond.average) == (-1, Decimal("7.5"))


def test_an_open_order_stays_partially_filled_through_a_correction_and_is_new_again_after_a_bust() -> None:
    run = Run()
    run.take(("order", "SPY", "buy", Decimal(3), Decimal(10)))
    run.take(("fill", 0, Decimal(2), Decimal(10)))
    run.take(("correct", 0, Decimal(9)))
    (order,) = run.book.orders.values()
    assert (order.status, order.left, order.average) == ("partially_filled", 1, 9)
    run.take(("bust", 1))
    assert (order.status, order.left, order.average) == ("new", 3, None)


def test_an_order_that_was_replaced_or_has_ended_takes_no_more_executions() -> None:
    run = Run()
    run.take(("order", "SPY", "buy", Decimal(3), Decimal(10)))
    run.take(("replace", 0, Decimal(2)))
    old, new = run.book.orders.values()
    assert run.book.fill(old, Decimal(1), Decimal(10), 1) == []
    assert len(run.book.fill(new, Decimal(9), Decimal(10), 1)) == 1
    assert run.book.finish("canceled", new, 2) == []
    with pytest.raises(Refused, match="cannot replace order in filled status"):
        run.book.replace(new, new.ticket, 3)
