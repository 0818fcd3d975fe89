"""Live orders: what the platform tells of them is what their broker has, to the contract and the cent."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from schemas.accounts import Account
from schemas.orders import OrderFilled, OrderPlaced, OrderUpdated, TradeClosed
from tests.crash.broker import OVER, TheirBook, TheirOrder
from tests.crash.effects import ENDS, MULTIPLIER, by_position, once
from tests.crash.facts import Facts
from tests.crash.plan import LIVE_ACCOUNT, Limits
from tests.crash.totals import withheld

_CENT = Decimal("0.01")
_PRICE = Decimal("0.0001")
_EXECUTED = ("partially_filled", "filled")
_END_OF = {"filled": ("filled",), "canceled": ("canceled",), "expired": ("expired",), "failed": ("rejected",)}
"""By how an order was told to have ended: what its broker may say of it."""


def wrong_live(facts: Facts, limits: Limits) -> Iterator[str]:
    """Yield where live orders differ from what their broker has done, or positions and cash from both."""
    for order in facts.orders.events:
        if (order.order_type == "live") != (facts.broker is not None and order.account_id == LIVE_ACCOUNT):
            yield f"order {order.event_id} of account {order.account_id} is a {order.order_type} one"
    if facts.broker is None:
        return
    for adjusted in facts.position_adjustments.events:
        yield f"position {adjusted.position_id} was set to {adjusted.quantity}: {adjusted.reason}"
    orders = {order.event_id: order for order in facts.orders.events if order.order_type == "live"}
    fills = [fill for fill in facts.fills.events if fill.order_type == "live"]
    yield from _placed(facts.broker, orders)
    yield from _executed(facts, facts.broker, orders, fills)
    yield from _ended(facts, facts.broker, orders)
    yield from _cancelled(facts, orders)
    made: dict[str, Decimal] = {}
    for position_id, own in by_position(fills).items():
        yield from _position(facts, position_id, own, made)
    yield from _outcomes(facts, fills)
    yield from _account_events(facts, orders, fills, made)
    yield from _held(facts, facts.broker)
    if (record := facts.accounts.newest.get(LIVE_ACCOUNT)) is not None:
        yield from _account(facts, facts.broker, record.state, limits, sum(made.values(), Decimal(0)))


def _placed(broker: TheirBook, orders: Mapping[str, OrderPlaced]) -> Iterator[str]:
    """The broker has each order at most once, as it was asked for, and none that nobody placed."""
    ours = {order.client_order_id: order for order in orders.values()}
    for name, count in Counter(order.client_order_id for order in broker.orders).items():
        if count > 1:
            yield f"the broker has {count} orders under {name}"
    for theirs in broker.orders:
        order = ours.get(theirs.client_order_id)
        if order is None:
            yield f"the broker has order {theirs.client_order_id}, which nobody placed"
            continue
        said = (theirs.symbol, theirs.side, theirs.quantity)
        if said != (order.option_symbol, order.side.partition("_")[0], order.quantity):
            yield f"the broker has order {order.event_id} as {said}"


def _executed(
    facts: Facts, broker: TheirBook, orders: Mapping[str, OrderPlaced], fills: Sequence[OrderFilled]
) -> Iterator[str]:
    """Each execution at the broker is told once, in order and without holes, and is a fill once."""
    theirs: dict[str, Counter[tuple[Decimal, Decimal]]] = defaultdict(Counter)
    for execution in broker.executions:
        theirs[execution.client_order_id][execution.quantity, execution.price] += 1
    told: dict[str, list[OrderUpdated]] = defaultdict(list)
    for update in facts.updates.events:
        if update.status in _EXECUTED:
            told[update.order_id].append(update)
    filled: dict[str, list[OrderFilled]] = defaultdict(list)
    for fill in fills:
        filled[fill.order_id].append(fill)
    for order_id, order in orders.items():
        at_broker = theirs[order.client_order_id]
        said = Counter((Decimal(update.quantity), update.price) for update in told[order_id])
        booked = Counter((Decimal(fill.quantity), fill.price) for fill in filled[order_id])
        if said != at_broker:
            yield f"order {order_id}: the broker executed {dict(at_broker)}, told is {dict(said)}"
        if booked != at_broker:
            yield f"order {order_id}: the broker executed {dict(at_broker)}, its fills are {dict(booked)}"
        so_far = 0
        for update in told[order_id]:
            so_far += update.quantity
            if update.filled_quantity != so_far or so_far > order.quantity:
                yield f"order {order_id}: {so_far} contracts executed are told as {update.filled_quantity}"
            if (update.status == "filled") != (so_far == order.quantity):
                yield f"order {order_id}: {so_far} of {order.quantity} executed contracts are told as {update.status}"


def _ended(facts: Facts, broker: TheirBook, orders: Mapping[str, OrderPlaced]) -> Iterator[str]:
    """An order has ended here as it has at the broker, or is at work in both."""
    theirs: Mapping[str, TheirOrder] = {order.client_order_id: order for order in broker.orders}
    ends = {update.order_id: update for update in facts.updates.events if update.status in ENDS}
    for order_id, order in orders.items():
        end, at_broker = ends.get(order_id), theirs.get(order.client_order_id)
        if end is None and at_broker is None:
            yield f"order {order_id} has no end, and the broker does not know it"
        elif end is None and at_broker is not None and at_broker.status in OVER:
            yield f"order {order_id} has no end, and is {at_broker.status} at the broker"
        elif end is not None and at_broker is not None and at_broker.status not in _END_OF[end.status]:
            yield f"order {order_id} is {end.status} ({end.reason}), and {at_broker.status} at the broker"
        elif end is not None and at_broker is None and end.status not in ("failed", "canceled"):
            yield f"order {order_id} is {end.status}, and the broker does not know it"
        if end is not None and end.status == "failed" and order.side == "sell_to_close":
            yield f"order {order_id} to close position {order.position_id} failed: {end.reason}"


def _cancelled(facts: Facts, orders: Mapping[str, OrderPlaced]) -> Iterator[str]:
    """What was cancelled here, somebody asked to cancel, once."""
    requests = [request.order_id for request in facts.cancel_requests.events]
    yield from once("cancel request of an order", set(requests), requests)
    for order_id in sorted(set(requests) - set(orders)):
        yield f"order {order_id} is to be cancelled, and nobody placed it"
    cancelled = {update.order_id for update in facts.updates.events if update.status == "canceled"}
    for order_id in sorted((cancelled & set(orders)) - set(requests)):
        yield f"order {order_id} was cancelled, and nobody asked for it"


def _position(facts: Facts, position_id: str, fills: Sequence[OrderFilled], made: dict[str, Decimal]) -> Iterator[str]:
    """No more is sold than was bought; what a sale makes, which goes into `made`, is that of the oldest contracts."""
    lots: list[tuple[int, Decimal]] = []
    for fill in fills:
        if fill.side == "buy_to_open":
            lots.append((fill.quantity, fill.price))
            continue
        cost, wanted = Decimal(0), fill.quantity
        while wanted and lots:
            quantity, price = lots.pop(0)
            taken = min(quantity, wanted)
            wanted, cost = wanted - taken, cost + price * taken
            if quantity > taken:
                lots.insert(0, (quantity - taken, price))
        if wanted:
            yield f"position {position_id}: fill {fill.event_id} sells {wanted} contracts more than were bought"
        made[fill.event_id] = ((fill.price * fill.quantity - cost) * MULTIPLIER).quantize(_CENT)
        left = sum(quantity for quantity, _ in lots)
        if fill.remaining_quantity != left:
            yield f"position {position_id}: {left} are left after fill {fill.event_id}: {fill.remaining_quantity}"
    left = sum(quantity for quantity, _ in lots)
    trades = [trade for trade in facts.outcomes(shadow=False) if trade.position_id == position_id]
    if len(trades) != (0 if left else 1):
        yield f"position {position_id}: {left} contracts are left, and it has {len(trades)} outcomes"
    for trade in trades:
        yield from _outcome(trade, fills, made)


def _outcome(trade: TradeClosed, fills: Sequence[OrderFilled], made: Mapping[str, Decimal]) -> Iterator[str]:
    bought = [fill for fill in fills if fill.side == "buy_to_open"]
    sold = [fill for fill in fills if fill.side == "sell_to_close"]
    quantity = sum(fill.quantity for fill in bought)
    if not quantity:
        yield f"outcome {trade.event_id} is of position {trade.position_id}, which nothing was bought for"
        return
    paid, received = (sum((fill.price * fill.quantity for fill in side), Decimal(0)) for side in (bought, sold))
    expected = (
        quantity,
        (paid / quantity).quantize(_PRICE, rounding=ROUND_HALF_EVEN),
        (received / quantity).quantize(_PRICE, rounding=ROUND_HALF_EVEN),
        sum((made[fill.event_id] for fill in sold), Decimal(0)),
        bought[0].order_id,
        sold[-1].order_id if sold else None,
    )
    said = (
        trade.quantity,
        trade.entry_price,
        trade.exit_price,
        trade.realized_pnl,
        trade.entry_order_id,
        trade.exit_order_id,
    )
    if said != expected:
        yield f"outcome {trade.event_id} of position {trade.position_id} is {said}, its fills come to {expected}"


def _outcomes(facts: Facts, fills: Sequence[OrderFilled]) -> Iterator[str]:
    known = {fill.position_id for fill in fills}
    for trade in facts.outcomes(shadow=False):
        if trade.account_id == LIVE_ACCOUNT and trade.position_id not in known:
            yield f"outcome {trade.event_id} is of position {trade.position_id}, which nothing was bought for"


def _account_events(
    facts: Facts, orders: Mapping[str, OrderPlaced], fills: Sequence[OrderFilled], made: Mapping[str, Decimal]
) -> Iterator[str]:
    """An account hears of each fill once, and of what was never filled."""
    expected: Counter[tuple[object, ...]] = Counter()
    so_far: Counter[str] = Counter()
    for fill in fills:
        so_far[fill.order_id] += fill.quantity
        if fill.side == "buy_to_open":
            whole = so_far[fill.order_id] == orders[fill.order_id].quantity if fill.order_id in orders else True
            kind = "order_filled" if whole else "order_partially_filled"
        else:
            kind = "position_reduced" if fill.remaining_quantity else "position_closed"
        expected[fill.order_id, kind, fill.quantity, fill.price, made.get(fill.event_id)] += 1
    ends = {update.order_id for update in facts.updates.events if update.status in ENDS and update.status != "filled"}
    for order_id in ends & set(orders):
        if orders[order_id].side == "buy_to_open":
            expected[order_id, "order_failed", orders[order_id].quantity - so_far[order_id], None, None] += 1
    said: Counter[tuple[object, ...]] = Counter()
    for event in facts.account_events.events:
        if event.order_id not in orders or event.kind == "position_banded":
            continue
        if event.kind == "order_failed" and orders[event.order_id].side == "sell_to_close":
            if event.order_id not in ends:
                yield f"account event {event.event_id}: exit {event.order_id} came to nothing, and has no such end"
            continue
        price = None if event.kind == "order_failed" else event.price
        said[event.order_id, event.kind, event.quantity, price, event.realized_pnl] += 1
    for what in sorted((expected - said) + (said - expected), key=str):
        yield f"account event {what}: {said[what]} told, {expected[what]} called for"


def _held(facts: Facts, broker: TheirBook) -> Iterator[str]:
    """The broker holds what the books hold, and has at work what they work on."""
    held: Counter[str] = Counter()
    working: set[str] = set()
    for book in facts.books_of(shadow=False):
        for position in book.positions:
            if position.order_type == "live":
                held[position.option_symbol] += position.quantity
        sent = (order for order in book.working if order.event_id not in withheld(book))
        working.update(order.client_order_id for order in sent if order.order_type == "live")
    for symbol in sorted(set(held) | set(broker.positions)):
        if held[symbol] != broker.positions.get(symbol, 0):
            yield f"{symbol}: the broker holds {broker.positions.get(symbol, 0)}, the books {held[symbol]}"
    at_work = {order.client_order_id for order in broker.orders if order.status not in OVER}
    for name in sorted(working ^ at_work):
        yield f"order {name} is at work {'here and not at the broker' if name in working else 'at the broker only'}"


def _account(facts: Facts, broker: TheirBook, account: Account, limits: Limits, realized: Decimal) -> Iterator[str]:
    entries = [o for o in facts.orders.events if o.side == "buy_to_open" and o.account_id == LIVE_ACCOUNT]
    over = {update.order_id for update in facts.updates.events if update.status in ENDS}
    filled: Counter[str] = Counter()
    for fill in facts.fills.events:
        filled[fill.order_id] += fill.quantity
    books = [book for book in facts.books_of(shadow=False) if book.account_id == LIVE_ACCOUNT]
    booked = sum((report.cash_difference for report in facts.broker_reports.events), Decimal(0))
    for what, expected, said in (
        ("cash", broker.cash, account.cash),
        ("opening_equity", limits.equity, account.opening_equity),
        ("adjustments", booked, account.adjustments),
        ("realized_pnl", realized, account.realized_pnl),
        ("day_realized_pnl", realized, account.day_realized_pnl),
        ("day_trades", len(entries), account.day_trades),
        (
            "reservations",
            sorted((o.event_id, o.quantity - filled[o.event_id]) for o in entries if o.event_id not in over),
            sorted((held.order_id, held.quantity) for held in account.reservations),
        ),
        (
            "holdings",
            sorted((p.position_id, p.quantity) for book in books for p in book.positions),
            sorted((held.position_id, held.quantity) for held in account.holdings),
        ),
    ):
        if expected != said:
            yield f"account {LIVE_ACCOUNT}: {what} should be {expected}, is {said}"
