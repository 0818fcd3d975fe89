"""Facts tampered with: live orders, and their broker's own book."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from schemas.event import Event
from schemas.orders import OrderFilled, OrderPlaced, OrderUpdated
from schemas.records import AccountRecord
from tests.crash.broker import OVER, TheirBook
from tests.crash.changing import with_one
from tests.crash.facts import Facts, Told
from tests.crash.plan import LIVE_ACCOUNT

E = TypeVar("E", bound=Event)
Tampering = Callable[[Facts], Facts]
CENT = Decimal("0.01")


def _with_broker(change: Callable[[TheirBook], Mapping[str, Any]]) -> Tampering:
    def tamper(facts: Facts) -> Facts:
        assert facts.broker is not None
        return replace(facts, broker=replace(facts.broker, **change(facts.broker)))

    return tamper


def _doubled(broker: TheirBook) -> Mapping[str, Any]:
    return {"orders": [*broker.orders, broker.orders[0]]}


def _nobodys(broker: TheirBook) -> Mapping[str, Any]:
    return {"orders": [*broker.orders, replace(broker.orders[0], client_order_id="ts-nobody")]}


def _dearer(broker: TheirBook) -> Mapping[str, Any]:
    first, *others = broker.executions
    return {"executions": [replace(first, price=first.price + CENT), *others]}


def _reopened(broker: TheirBook) -> Mapping[str, Any]:
    at = next(number for number, order in enumerate(broker.orders) if order.status in OVER)
    return {"orders": _with(broker.orders, at, replace(broker.orders[at], status="new"))}


def _larger(broker: TheirBook) -> Mapping[str, Any]:
    return {"orders": _with(broker.orders, 0, replace(broker.orders[0], quantity=broker.orders[0].quantity + 1))}


def _with(items: Sequence[Any], at: int, item: Any) -> list[Any]:
    return [*items[:at], item, *items[at + 1 :]]


def _without_one(told: Told[E], wanted: Callable[[E], bool]) -> Told[E]:
    name = next(name for name, stored in told.first.items() if wanted(stored.record))
    return replace(told, first={key: stored for key, stored in told.first.items() if key != name})


def _executes(update: OrderUpdated) -> bool:
    return update.source.startswith("executor/") and update.status in ("partially_filled", "filled")


def _is_end(update: OrderUpdated) -> bool:
    return update.source.startswith("executor/") and update.status == "canceled"


def _is_live(event: OrderFilled | OrderPlaced) -> bool:
    return event.order_type == "live"


def _sold_off(facts: Facts) -> Facts:
    """The outcome of a live position, a cent too good."""
    trade = next(trade for trade in facts.outcomes(shadow=False) if trade.account_id == LIVE_ACCOUNT)
    pnl = trade.realized_pnl + CENT
    return replace(facts, trades=with_one(facts.trades, lambda told: told is trade, realized_pnl=pnl))


def _one_more(facts: Facts) -> Facts:
    """A live account's book with a contract that its broker does not have."""
    books = facts.books.newest
    live = [
        (key, book) for key, book in books.items() if book.state.account_id == LIVE_ACCOUNT and not book.state.is_shadow
    ]
    key, record = max(live, key=lambda item: len(item[1].state.positions))
    # where none is held live any more, another account's is put in
    held = record.state.positions or next(book.state.positions for book in books.values() if book.state.positions)
    more = held[0].model_copy(
        update={"account_id": LIVE_ACCOUNT, "order_type": "live", "quantity": held[0].quantity + 1}
    )
    positions = (more, *record.state.positions[1:])
    changed = record.model_copy(update={"state": record.state.model_copy(update={"positions": positions})})
    return replace(facts, books=replace(facts.books, newest={**books, key: changed}))


def _richer(facts: Facts) -> Facts:
    record: AccountRecord = facts.accounts.newest[LIVE_ACCOUNT]
    state = record.state.model_copy(update={"cash": record.state.cash + CENT})
    changed = record.model_copy(update={"state": state})
    return replace(facts, accounts=replace(facts.accounts, newest={**facts.accounts.newest, LIVE_ACCOUNT: changed}))


OF_LIVE: Mapping[str, Tampering] = {
    "the broker has an order twice": _with_broker(_doubled),
    "the broker has an order that nobody placed": _with_broker(_nobodys),
    "the broker has an order for more": _with_broker(_larger),
    "the broker still works on what has ended": _with_broker(_reopened),
    "the broker does not know its orders": _with_broker(lambda _: {"orders": []}),
    "an execution was never told": _with_broker(
        lambda broker: {"executions": [*broker.executions, broker.executions[0]]}
    ),
    "an execution is told that never was": _with_broker(lambda broker: {"executions": broker.executions[1:]}),
    "an execution is a cent off": _with_broker(_dearer),
    "the broker has a cent less": _with_broker(lambda broker: {"cash": broker.cash - CENT}),
    "the broker holds another position": _with_broker(lambda broker: {"positions": {**broker.positions, "X": 1}}),
    "an execution's update is lost": lambda facts: replace(facts, updates=_without_one(facts.updates, _executes)),
    "a live order's end is lost": lambda facts: replace(facts, updates=_without_one(facts.updates, _is_end)),
    "a live fill is lost": lambda facts: replace(facts, fills=_without_one(facts.fills, _is_live)),
    "a live fill is a contract too large": lambda facts: replace(
        facts, fills=with_one(facts.fills, _is_live, quantity=1_000)
    ),
    "a live order goes to paper": lambda facts: replace(
        facts, orders=with_one(facts.orders, _is_live, order_type="paper")
    ),
    "a live account event is lost": lambda facts: replace(
        facts,
        account_events=_without_one(
            facts.account_events, lambda event: event.account_id == LIVE_ACCOUNT and event.kind == "order_filled"
        ),
    ),
    "a live outcome is a cent too good": _sold_off,
    "a book has a contract more than the broker": _one_more,
    "a live account has a cent more than the broker": _richer,
}
