"""Comparing what a broker has with what the tables have: differences, and what repairs each. Pure.

Nothing is repaired on the strength of one look: what is under way settles in between. What is still at work, or not
worked in by the stages yet, is not compared at all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from schemas.accounts import Account
from schemas.occ import parse_option_symbol, underlying_of
from schemas.positions import Book, Position
from schemas.reconciliation import Difference, DifferenceKind
from sinks.broker import BrokerAccount, BrokerOrder, BrokerPosition, Execution
from sinks.live_orders import LiveOrder

PREFIX = "ts-"
"""Of the client order ids that are ours."""


@dataclass(frozen=True, slots=True)
class Theirs:
    """The broker's side. `executions` are those of late, for the prices of what was traded elsewhere."""

    orders: Sequence[BrokerOrder]
    positions: Sequence[BrokerPosition]
    account: BrokerAccount
    executions: Sequence[Execution] = ()


@dataclass(frozen=True, slots=True)
class Ours:
    """The tables' side.

    unfinished  live orders before the broker was asked, and after it
    is_settled  whether the stages have worked in all that was told to them
    executed    contracts known of each of the broker's orders, the ended ones' too
    """

    unfinished: Sequence[LiveOrder]
    books: Sequence[Book]
    account: Account | None
    is_settled: bool
    executed: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Found:
    """A difference in a form in which two looks can be told to have found the same one."""

    kind: DifferenceKind
    subject: str
    ours: str
    theirs: str

    @property
    def symbol(self) -> str:
        """The underlying of a difference in a contract, else empty."""
        return underlying_of(self.subject) if self.kind.startswith("position") else ""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A position that becomes the broker's quantity, the difference booked at a price."""

    position: Position
    quantity: int
    price: Decimal
    reason: str


def compare(ours: Ours, theirs: Theirs) -> list[Found]:
    """Return all on which the two sides do not agree."""
    return [*_orders(ours, theirs), *_executions(ours, theirs), *_positions(ours, theirs), *_cash(ours, theirs)]


def _orders(ours: Ours, theirs: Theirs) -> Iterable[Found]:
    there = {order.broker_order_id for order in theirs.orders}
    for live in ours.unfinished:
        if live.chain and live.chain[-1] not in there:
            yield Found("order_status", live.order_id, live.state, "not open")
    known = {link for live in ours.unfinished for link in live.chain}
    by_client = {live.order.client_order_id for live in ours.unfinished}
    for order in theirs.orders:
        if order.broker_order_id not in known and order.client_order_id not in by_client:
            yield Found("order_unknown_here", order.client_order_id, "unknown", f"open {order.broker_order_id}")


def is_ours(found: Found) -> bool:
    """Return whether an order that is unknown here bears our name: only we may have placed it."""
    return found.subject.startswith(PREFIX)


def _executions(ours: Ours, theirs: Theirs) -> Iterable[Found]:
    told: dict[str, int] = {}
    for execution in theirs.executions:
        told[execution.broker_order_id] = told.get(execution.broker_order_id, 0) + execution.quantity
    for broker_order_id, known in ours.executed.items():
        if told.get(broker_order_id, 0) > known:
            yield Found("execution_missing", broker_order_id, str(known), str(told[broker_order_id]))


def at_work(ours: Ours) -> frozenset[str]:
    """Return contracts for which an order is under way."""
    working = (order.option_symbol for book in ours.books for order in book.working if order.order_type == "live")
    return frozenset({live.order.option_symbol for live in ours.unfinished} | set(working))


def held(books: Iterable[Book]) -> dict[str, list[Position]]:
    """Return live positions by contract, the youngest first."""
    found: dict[str, list[Position]] = {}
    for book in books:
        for position in book.positions:
            if position.order_type == "live" and not book.is_shadow:
                found.setdefault(position.option_symbol, []).append(position)
    for positions in found.values():
        positions.sort(key=lambda position: (position.entry_timestamp, position.position_id), reverse=True)
    return found


def _positions(ours: Ours, theirs: Theirs) -> Iterable[Found]:
    if not ours.is_settled:
        return
    mine = {symbol: sum(one.quantity for one in positions) for symbol, positions in held(ours.books).items()}
    there = {position.option_symbol: position.quantity for position in theirs.positions}
    busy = at_work(ours)
    for symbol in sorted({*mine, *there} - busy):
        here, has = mine.get(symbol, 0), there.get(symbol, 0)
        if here != has:
            kind: DifferenceKind = "position_quantity" if symbol in mine else "position_unknown_here"
            yield Found(kind, symbol, str(here), str(has))


def _cash(ours: Ours, theirs: Theirs) -> Iterable[Found]:
    """Compare cash where nothing moves: no order, no reservation, and holdings as the books have them."""
    account = ours.account
    if account is None or account.broker is None or not ours.is_settled or at_work(ours) or account.reservations:
        return
    booked = {one.position_id: one.quantity for positions in held(ours.books).values() for one in positions}
    if booked != {one.position_id: one.quantity for one in account.holdings}:
        return
    if account.cash != theirs.account.cash:
        yield Found("cash", "cash", str(account.cash), str(theirs.account.cash))


def adjustments(found: Found, *, ours: Ours, theirs: Theirs, day: date) -> list[Adjustment]:
    """Return what makes the positions of a contract agree with the broker: the youngest gives, or takes, first.

    More is booked at the broker's mean entry price. Less is booked at the price of the newest execution that was not
    ours, else at the position's entry; of a contract that has expired by `day`, at nothing.
    """
    positions = held(ours.books).get(found.subject, [])
    if found.kind != "position_quantity" or not positions:
        return []
    there = next((one for one in theirs.positions if one.option_symbol == found.subject), None)
    wanted = max(there.quantity if there is not None else 0, 0)
    more = wanted - sum(position.quantity for position in positions)
    if more > 0 and there is not None:
        youngest = positions[0]
        return [Adjustment(youngest, youngest.quantity + more, there.entry_price, "bought_elsewhere")]
    contract = parse_option_symbol(found.subject)
    elsewhere = [
        execution.price
        for execution in theirs.executions
        if execution.option_symbol == found.subject and execution.broker_order_id not in ours.executed
    ]
    made = []
    for position in positions:
        gives = min(position.quantity, -more)
        if gives <= 0:
            break
        more += gives
        price, reason = (elsewhere[-1] if elsewhere else position.entry_price), "sold_elsewhere"
        if contract is not None and contract.expiration < day:
            price, reason = Decimal(0), "expired"
        made.append(Adjustment(position, position.quantity - gives, price, reason))
    return made


def standing(first: Iterable[Found], second: Iterable[Found]) -> list[Found]:
    """Return what the second look found and the first had found already."""
    seen = set(first)
    return [found for found in second if found in seen]


def missing_at_broker(live: LiveOrder) -> Difference:
    """Return that the broker does not know an order it had taken."""
    return Difference(
        kind="order_missing_at_broker",
        subject=live.order_id,
        symbol=live.order.symbol,
        ours=live.state,
        theirs="unknown",
        repair="the order has failed: unknown_at_broker",
    )
