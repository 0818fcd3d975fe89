"""The broker at work: orders go through the book against the market, and go wrong where a rule says so."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from decimal import Decimal
from functools import partial

from tests.brokers.alpaca import account
from tests.brokers.alpaca.behaviour import Behaviour, Rule
from tests.brokers.alpaca.book import Book
from tests.brokers.alpaca.instruments import contract_of
from tests.brokers.alpaca.market import Market, Quote
from tests.brokers.alpaca.moments import SECOND, Clock
from tests.brokers.alpaca.orders import OPEN, Order, Ticket, Update
from tests.brokers.alpaca.placing import replaced
from tests.brokers.alpaca.refusals import Refused, day_trade, forbidden, malformed, not_found, unprocessable

_AFTER_NEW = ("unsolicited_cancel", "unsolicited_expiry", "replaced_by_other")
_PENNY = Decimal("0.01")


class Desk:
    """Does what requests, quotes and rules ask for, and tells the stream of it. All calls are synchronous."""

    def __init__(
        self, book: Book, market: Market, clock: Clock, behaviour: Behaviour, tell: Callable[[list[Update]], None]
    ) -> None:
        self.book = book
        self.market = market
        self.clock = clock
        self.behaviour = behaviour
        self.untradable: set[str] = set()
        self._tell = tell
        self._hidden: dict[str, int] = {}
        self._planned: list[asyncio.TimerHandle] = []

    def clear(self) -> None:
        """Forget everything, and what was planned."""
        self.book.clear()
        self.market.clear()
        self.behaviour.clear()
        self.behaviour.done.clear()
        self.untradable.clear()
        self._hidden.clear()
        for planned in self._planned:
            planned.cancel()
        self._planned.clear()
        self.clock.reset()

    def place(self, ticket: Ticket) -> Order:
        """Accept an order; it is routed when the answer has been made. Raises Refused."""
        if ticket.client_order_id in self.book.by_client_id:
            raise malformed("client_order_id must be unique")
        if self._rule("refuse_buying_power", ticket.symbol):
            kind = "options buying power" if contract_of(ticket.symbol) else "buying power"
            raise forbidden(f"insufficient {kind}", buying_power="0", cost_basis="0")
        if self._rule("refuse_day_trade", ticket.symbol):
            raise day_trade()
        if ticket.symbol in self.untradable:
            raise unprocessable(f'asset "{ticket.symbol}" is not tradable')
        if not self.clock.is_open and ticket.kind == "market" and contract_of(ticket.symbol):
            raise unprocessable("options market orders are only allowed during market hours")
        account.check(ticket, self.book, self.market)
        status = "pending_new" if self.clock.is_open else "accepted"
        order, updates = self.book.accept(ticket, self.clock.now(), status=status)
        if rule := self._rule("invisible", ticket.symbol):
            self._hidden[ticket.client_order_id] = self.clock.now() + int(rule.seconds * SECOND)
        self._tell(updates)
        return order

    def send(self, order: Order) -> None:
        """Route an order that was accepted, at once or as late as a rule says."""
        if not self.clock.is_open:
            return
        if rule := self._rule("slow_routing", order.symbol):
            self._later(rule.seconds, lambda: self.route(order))
        else:
            self.route(order)

    def route(self, order: Order) -> None:
        """Have an order reach the exchange, which executes what it can."""
        self._tell(self.book.route(order, self.clock.now()))
        if rule := self._rule("reject", order.symbol):
            self._later(rule.seconds, lambda: self._tell(self.book.finish("rejected", order, self.clock.now())))
            return
        self.work([order])
        for kind in _AFTER_NEW:
            if order.status in OPEN and (rule := self._rule(kind, order.symbol)):
                self._later(rule.seconds, partial(self.by_somebody_else, kind, order))

    def work(self, orders: Iterable[Order]) -> None:
        """Execute what the market allows of orders, each in turn."""
        for order in orders:
            if order.status not in ("new", "partially_filled", "pending_cancel"):
                continue
            qty, price = self.market.offered(order)
            if qty > 0:
                self.market.take(order, qty)
                self.execute(order, qty, price)

    def execute(self, order: Order, qty: Decimal, price: Decimal) -> None:
        """Execute a part of an order at a price, in one piece unless a rule says otherwise."""
        rule = self._rule("partial_fills", order.symbol)
        for piece in self._pieces(qty, rule):
            updates = self.book.fill(order, piece, price, self.clock.now())
            self._tell(updates)
            for each in updates:
                self._after_execution(each)

    def cancel(self, order: Order) -> None:
        """Cancel an order; raises Refused if it cannot be, or lost the race against a fill."""
        if order.status in OPEN and self._rule("cancel_loses", order.symbol):
            self.fill_regardless(order)
        asked = self.book.begin_cancel(order, self.clock.now())
        if rule := self._rule("cancel_then_filled", order.symbol):
            self._tell(asked)
            self._later(rule.seconds, lambda: self._fill_in_spite(order))
        elif rule := self._rule("slow_cancel", order.symbol):
            self._tell(asked)
            self._later(rule.seconds, lambda: self._tell(self.book.finish("canceled", order, self.clock.now())))
        else:
            self._tell(self.book.finish("canceled", order, self.clock.now()))

    def replace(self, order: Order, ticket: Ticket) -> Order:
        """Put a new order in the place of one that is open; raises Refused."""
        if order.status in OPEN:
            account.check(ticket, self.book, self.market, besides=order)
        new, updates = self.book.replace(order, ticket, self.clock.now())
        self._tell(updates)
        return new

    def fill_regardless(self, order: Order) -> None:
        """Execute all that is left of an order: at the quote, or at its limit."""
        _, price = self.market.offered(order)
        self.execute(order, order.left, order.ticket.limit_price or price or _PENNY)

    def by_somebody_else(self, kind: str, order: Order) -> None:
        """Do to an order what nobody here asked for, if it is still open."""
        now = self.clock.now()
        if kind == "unsolicited_cancel":
            self._tell(self.book.finish("canceled", order, now))
        elif kind == "unsolicited_expiry":
            self._tell(self.book.finish("expired", order, now))
        elif order.status in ("new", "partially_filled"):
            with suppress(Refused):  # the account may no longer afford it
                self.route(self.replace(order, replaced(order.ticket, {"qty": order.left})))

    def quote(self, quote: Quote) -> None:
        """Take a new quote; what it crosses is executed."""
        self.market.quote(quote)
        if self.clock.is_open:
            self.work(self.book.open_orders(quote.symbol))

    def open(self) -> None:
        """Open the session: what was accepted before it is routed."""
        self.clock.is_open = True
        for order in self.book.open_orders():
            if order.status == "accepted":
                self.send(order)

    def close(self) -> None:
        """Close the session: orders for the day expire."""
        self.clock.is_open = False
        for order in self.book.open_orders():
            if order.ticket.time_in_force == "day":
                self._tell(self.book.finish("expired", order, self.clock.now()))

    def bust(self, execution_id: str) -> None:
        """Undo an execution; raises Refused if there is none that counts."""
        self._tell(self.book.bust(execution_id, self.clock.now()))

    def correct(self, execution_id: str, price: Decimal) -> None:
        """Correct an execution's price; raises Refused if there is none that counts."""
        self._tell(self.book.correct(execution_id, price, self.clock.now()))

    def by_client_id(self, client_order_id: str) -> Order:
        """Return an order by its client's id, unless it is still hidden; raises Refused."""
        order = self.book.by_client_id.get(client_order_id)
        if order is None or self._hidden.get(client_order_id, 0) > self.clock.now():
            raise not_found(f"order not found for {client_order_id}")
        return order

    def _fill_in_spite(self, order: Order) -> None:
        """Fill an order whose cancellation was accepted."""
        if order.status == "pending_cancel":
            self._tell(self.book.cancel_refused(order, self.clock.now()))
            self.fill_regardless(order)

    def _after_execution(self, executed: Update) -> None:
        """Plan what rules have in store for an execution."""
        execution_id, symbol = str(executed.message["execution_id"]), executed.symbol
        execution = self.book.executions[execution_id]
        if rule := self._rule("bust", symbol):
            self._later(rule.seconds, lambda: self._if_it_counts(execution_id, None))
        elif rule := self._rule("correct", symbol):
            price = execution.price + Decimal(str(rule.by))
            self._later(rule.seconds, lambda: self._if_it_counts(execution_id, price))
        if rule := self._rule("position_by_hand", symbol):
            by = Decimal(str(rule.by))
            self._later(rule.seconds, lambda: self.book.adjust(symbol, by, execution.price, self.clock.now()))
        if rule := self._rule("fee", symbol):
            amount = Decimal(str(rule.by))
            self._later(rule.seconds, lambda: self.book.charge(amount, f"fee for {symbol}", self.clock.now()))

    def _if_it_counts(self, execution_id: str, price: Decimal | None) -> None:
        if not self.book.executions[execution_id].counts:
            return
        if price is None:
            self.bust(execution_id)
        else:
            self.correct(execution_id, price)

    def _pieces(self, qty: Decimal, rule: Rule | None) -> list[Decimal]:
        """Return a quantity in whole pieces of any size."""
        if rule is None or qty < 2 or qty != qty.to_integral_value():
            return [qty]
        whole = int(qty)
        cuts = sorted(self.behaviour.chance.sample(range(1, whole), min(rule.pieces, whole) - 1))
        return [Decimal(end - start) for start, end in zip([0, *cuts], [*cuts, whole], strict=True)]

    def _rule(self, kind: str, symbol: str) -> Rule | None:
        return self.behaviour.take(kind, symbol, at=self.clock.now())

    def _later(self, seconds: float, work: Callable[[], object]) -> None:
        loop = asyncio.get_running_loop()
        self._planned = [each for each in self._planned if each.when() > loop.time()]
        self._planned.append(loop.call_later(seconds, work))
