"""Totals: what was filled is what books hold, what books hold is what accounts say, to the contract and the cent."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from schemas.accounts import Account
from schemas.positions import Book
from tests.crash.effects import MULTIPLIER, closing_fills, closing_orders, ended, made_by, opening_fills
from tests.crash.facts import Facts
from tests.crash.plan import Limits


def wrong_totals(facts: Facts, limits: Limits) -> Iterator[str]:
    """Yield where books or accounts differ from the sum of orders, fills and outcomes."""
    yield from _books(facts)
    yield from _positions(facts)
    for account_id in sorted({decision.account_id for decision in facts.decisions.events} - set(facts.accounts.newest)):
        yield f"account {account_id} has decisions and no record"
    live = {order.account_id for order in facts.orders.events if order.order_type == "live"}
    for account_id, record in sorted(facts.accounts.newest.items()):
        if account_id in live:
            continue  # `tests.crash.live`
        yield from _account(facts, account_id, record.state, limits)
    yield from _limits(facts, limits)


def _books(facts: Facts) -> Iterator[str]:
    """Contracts held: opening fills less closing fills. Orders at work: those with no end."""
    held: Counter[tuple[str, str]] = Counter()
    for fill in facts.fills.events:
        signed = fill.quantity if fill.side == "buy_to_open" else -fill.quantity
        held[fill.account_id, fill.option_symbol] += signed
    said: Counter[tuple[str, str]] = Counter()
    working: Counter[str] = Counter()
    for book in facts.books_of(shadow=False):
        for position in book.positions:
            said[position.account_id, position.option_symbol] += position.quantity
        sent = (order for order in book.working if order.event_id not in withheld(book))
        working.update(order.event_id for order in sent)
    for contract in sorted(set(held) | set(said)):
        if held[contract] != said[contract]:
            yield f"{contract}: fills come to {held[contract]} contracts, the book holds {said[contract]}"
    expected = set(facts.orders.first) - ended(facts)
    for order_id in sorted(expected ^ set(working)):
        where = "is still in its book's work" if order_id in working else "is not in its book's work"
        yield f"order {order_id} has {'no end' if order_id in expected else 'an end'} and {where}"


def withheld(book: Book) -> set[str]:
    """Return the live exits of a book that wait for the order that opens their position to end."""
    return {order_id for order_id, live in book.live.items() if live.withheld}


def _positions(facts: Facts) -> Iterator[str]:
    opened, asked, sold = opening_fills(facts), closing_orders(facts), closing_fills(facts)
    for book in facts.books_of(shadow=False):
        for position in book.positions:
            if position.order_type == "live":
                continue
            name, fill = f"position {position.position_id}", opened.get(position.position_id)
            if fill is None:
                yield f"{name} has no opening fill"
                continue
            gone = sum(exit_.quantity for exit_ in sold.get(position.position_id, ()))
            said = (position.initial_quantity, position.quantity, position.entry_price)
            if said != (fill.quantity, fill.quantity - gone, fill.price):
                yield f"{name} differs from its fills: {said}"
            left = fill.quantity - sum(order.quantity for order in asked.get(position.position_id, ()))
            if (position.status == "closing") != (left == 0):
                yield f"{name} is {position.status}; {left} of its contracts were not asked for"


def _account(facts: Facts, account_id: str, account: Account, limits: Limits) -> Iterator[str]:
    cash = limits.equity
    for fill in facts.fills.events:
        if fill.account_id == account_id:
            amount = fill.price * fill.quantity * MULTIPLIER
            cash += amount if fill.side == "sell_to_close" else -amount
    opened = opening_fills(facts)
    realized = sum(
        (
            made_by(fill, opened[fill.position_id])
            for fill in facts.fills.events
            if fill.account_id == account_id and fill.side == "sell_to_close" and fill.position_id in opened
        ),
        Decimal(0),
    )
    entries = [o for o in facts.orders.events if o.side == "buy_to_open" and o.account_id == account_id]
    over = ended(facts)
    books = [book for book in facts.books_of(shadow=False) if book.account_id == account_id]
    for what, expected, said in (
        ("cash", cash, account.cash),
        ("realized_pnl", realized, account.realized_pnl),
        ("day_realized_pnl", realized, account.day_realized_pnl),
        ("day_trades", len(entries), account.day_trades),
        (
            "reservations",
            sorted(order.event_id for order in entries if order.event_id not in over),
            sorted(held.order_id for held in account.reservations),
        ),
        (
            "holdings",
            sorted((p.position_id, p.quantity, p.entry_price) for book in books for p in book.positions),
            sorted((held.position_id, held.quantity, held.entry_price) for held in account.holdings),
        ),
    ):
        if expected != said:
            yield f"account {account_id}: {what} should be {expected}, is {said}"


def _limits(facts: Facts, limits: Limits) -> Iterator[str]:
    """No version of an account ever held more than it may, or one contract twice."""
    for account_id, versions in facts.accounts.versions.items():
        for stored in versions:
            account = stored.record.state
            contracts = [held.option_symbol for held in account.holdings]
            held_already = {held.position_id for held in account.holdings}  # in part, by an order at work
            contracts += [o.option_symbol for o in account.reservations if o.position_id not in held_already]
            if len(contracts) > limits.open_positions_max:
                yield f"account {account_id} had {len(contracts)} positions and orders at {stored.place}"
            if len(contracts) != len(set(contracts)):
                yield f"account {account_id} had one contract twice at {stored.place}"
