"""Facts that were tampered with, to show that the oracle would notice."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import islice

from schemas.records import AccountRecord, BookRecord, MarketRecord
from tests.crash.facts import E, Facts, Kept, R, Told
from tests.crash.oracle import violations
from tests.crash.plan import Limits

CENT = Decimal("0.01")


def unnoticed(facts: Facts, limits: Limits) -> list[str]:
    """Return the names of the tamperings that leave no violation; facts are without violations themselves."""
    return [name for name, tamper in TAMPERINGS.items() if not violations(tamper(facts), limits)]


def _without_first(told: Told[E]) -> Told[E]:
    return replace(told, first=dict(islice(told.first.items(), 1, None)))


def _with_first(told: Told[E], change: Callable[[E], E]) -> Told[E]:
    name, stored = next(iter(told.first.items()))
    return replace(told, first={**told.first, name: replace(stored, record=change(stored.record))})


def _said_twice(told: Told[E]) -> Told[E]:
    """The first event once more, under another id."""
    stored = next(iter(told.first.values()))
    again = stored.record.model_copy(update={"event_id": "again", "sequence": 0})
    return replace(told, first={**told.first, "again": replace(stored, record=again)})


def _with_newest(kept: Kept[R], change: Callable[[R], R]) -> Kept[R]:
    key, record = next(iter(kept.newest.items()))
    return replace(kept, newest={**kept.newest, key: change(record)})


def _back_and_forth(kept: Kept[R]) -> Kept[R]:
    """The versions of one record in another order than they were written in."""
    key, versions = next((key, versions) for key, versions in kept.versions.items() if len(versions) > 1)
    return replace(kept, versions={**kept.versions, key: [*versions[1:], versions[0]]})


def _richer(record: AccountRecord) -> AccountRecord:
    state = record.state.model_copy(update={"cash": record.state.cash + CENT})
    return record.model_copy(update={"state": state})


def _forgetful(record: AccountRecord) -> AccountRecord:
    state = record.state.model_copy(update={"day_trades": record.state.day_trades - 1})
    return record.model_copy(update={"state": state})


def _still_at_work(facts: Facts) -> Facts:
    """A book that still works on an order which was filled or failed."""
    ended = {update.order_id for update in facts.updates.events}
    order = next(order for order in facts.orders.events if order.event_id in ended)

    def working(record: BookRecord) -> BookRecord:
        state = record.state.model_copy(update={"working": (*record.state.working, order)})
        return record.model_copy(update={"state": state})

    return replace(facts, books=_with_newest(facts.books, working))


def _busier(record: MarketRecord) -> MarketRecord:
    """A market that has counted a trade twice."""
    minute = record.state.series["1m"]
    assert minute.bar is not None
    bar = minute.bar.model_copy(update={"volume": minute.bar.volume + 1})
    series = {**record.state.series, "1m": minute.model_copy(update={"bar": bar})}
    return record.model_copy(update={"state": record.state.model_copy(update={"series": series})})


def _asked_later(facts: Facts) -> Facts:
    """An exit that was asked for one tick too late."""
    name, stored = next((name, s) for name, s in facts.orders.first.items() if s.record.side == "sell_to_close")
    later = stored.record.model_copy(update={"occurred_at": stored.record.occurred_at + timedelta(milliseconds=100)})
    orders = replace(facts.orders, first={**facts.orders.first, name: replace(stored, record=later)})
    return replace(facts, orders=orders)


def _greedier(facts: Facts) -> Facts:
    """A partial exit that was asked to sell one contract more."""
    name, stored = next((name, s) for name, s in facts.orders.first.items() if s.record.remaining_quantity)
    order = stored.record.model_copy(
        update={
            "quantity": stored.record.quantity + 1,
            "remaining_quantity": stored.record.remaining_quantity - 1,
        }
    )
    return replace(
        facts, orders=replace(facts.orders, first={**facts.orders.first, name: replace(stored, record=order)})
    )


def _paid_more(facts: Facts) -> Facts:
    """An account that heard of a cent more than a partial exit made."""
    told = facts.account_events
    name, stored = next((name, s) for name, s in told.first.items() if s.record.kind == "position_reduced")
    assert stored.record.realized_pnl is not None
    event = stored.record.model_copy(update={"realized_pnl": stored.record.realized_pnl + CENT})
    return replace(facts, account_events=replace(told, first={**told.first, name: replace(stored, record=event)}))


TAMPERINGS: Mapping[str, Callable[[Facts], Facts]] = {
    "an enrichment is lost": lambda facts: replace(facts, enrichments=_without_first(facts.enrichments)),
    "a proposal is lost": lambda facts: replace(facts, proposals=_without_first(facts.proposals)),
    "a decision is lost": lambda facts: replace(facts, decisions=_without_first(facts.decisions)),
    "a decision is made twice": lambda facts: replace(facts, decisions=_said_twice(facts.decisions)),
    "an order is lost": lambda facts: replace(facts, orders=_without_first(facts.orders)),
    "an order is placed twice": lambda facts: replace(facts, orders=_said_twice(facts.orders)),
    "a fill is lost": lambda facts: replace(facts, fills=_without_first(facts.fills)),
    "an order is filled twice": lambda facts: replace(facts, fills=_said_twice(facts.fills)),
    "a fill is a cent off": lambda facts: replace(
        facts, fills=_with_first(facts.fills, lambda fill: fill.model_copy(update={"price": fill.price + CENT}))
    ),
    "an order update is lost": lambda facts: replace(facts, updates=_without_first(facts.updates)),
    "an account event is lost": lambda facts: replace(facts, account_events=_without_first(facts.account_events)),
    "an outcome is lost": lambda facts: replace(facts, trades=_without_first(facts.trades)),
    "an exit is asked for too late": _asked_later,
    "a partial exit sells too much": _greedier,
    "an account hears of another profit": _paid_more,
    "an account has a cent too much": lambda facts: replace(facts, accounts=_with_newest(facts.accounts, _richer)),
    "an account forgets an order": lambda facts: replace(facts, accounts=_with_newest(facts.accounts, _forgetful)),
    "a book works on what has ended": _still_at_work,
    "a market counts a trade twice": lambda facts: replace(facts, markets=_with_newest(facts.markets, _busier)),
    "a frame is lost": lambda facts: replace(facts, frames=_without_first(facts.frames)),
    "a desk goes back": lambda facts: replace(facts, desks=_back_and_forth(facts.desks)),
    "a record is written by two": lambda facts: replace(facts, books=_back_and_forth(facts.books)),
}
