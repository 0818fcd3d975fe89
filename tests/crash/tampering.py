"""Facts that were tampered with, to show that the oracle would notice."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from schemas.orders import OrderPlaced
from schemas.records import AccountRecord, BookRecord, MarketRecord
from tests.crash.changing import back_and_forth, said_twice, with_first, with_newest, without_first
from tests.crash.facts import Facts
from tests.crash.oracle import violations
from tests.crash.plan import Limits
from tests.crash.tampering_further import FURTHER
from tests.crash.tampering_history import OF_HISTORY
from tests.crash.tampering_live import OF_LIVE

CENT = Decimal("0.01")


def unnoticed(facts: Facts, limits: Limits) -> list[str]:
    """Return the names of the tamperings that leave no violation; facts are without violations themselves."""
    of_live = OF_LIVE if facts.broker is not None else {}
    tamperings = {**TAMPERINGS, **FURTHER, **OF_HISTORY, **of_live}
    return [name for name, tamper in tamperings.items() if not any(violations(tamper(facts), limits))]


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

    return replace(facts, books=with_newest(facts.books, working))


def _busier(record: MarketRecord) -> MarketRecord:
    """A market that has counted a trade twice."""
    minute = record.state.series["1m"]
    assert minute.bar is not None
    bar = minute.bar._replace(volume=minute.bar.volume + 1)
    series = {**record.state.series, "1m": minute.model_copy(update={"bar": bar})}
    return record.model_copy(update={"state": record.state.model_copy(update={"series": series})})


def _is_paper_exit(order: OrderPlaced) -> bool:
    return order.side == "sell_to_close" and order.order_type == "paper"


def _asked_later(facts: Facts) -> Facts:
    """An exit that was asked for one tick too late."""
    name, stored = next((name, s) for name, s in facts.orders.first.items() if _is_paper_exit(s.record))
    later = stored.record.model_copy(update={"occurred_at": stored.record.occurred_at + timedelta(milliseconds=100)})
    orders = replace(facts.orders, first={**facts.orders.first, name: replace(stored, record=later)})
    return replace(facts, orders=orders)


def _greedier(facts: Facts) -> Facts:
    """A partial exit that was asked to sell one contract more."""
    exits = ((name, s) for name, s in facts.orders.first.items() if _is_paper_exit(s.record))
    name, stored = next((name, s) for name, s in exits if s.record.remaining_quantity)
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
    "an enrichment is lost": lambda facts: replace(facts, enrichments=without_first(facts.enrichments)),
    "a proposal is lost": lambda facts: replace(facts, proposals=without_first(facts.proposals)),
    "a decision is lost": lambda facts: replace(facts, decisions=without_first(facts.decisions)),
    "a decision is made twice": lambda facts: replace(facts, decisions=said_twice(facts.decisions)),
    "an order is lost": lambda facts: replace(facts, orders=without_first(facts.orders)),
    "an order is placed twice": lambda facts: replace(facts, orders=said_twice(facts.orders)),
    "a fill is lost": lambda facts: replace(facts, fills=without_first(facts.fills)),
    "an order is filled twice": lambda facts: replace(facts, fills=said_twice(facts.fills)),
    "a fill is a cent off": lambda facts: replace(
        facts, fills=with_first(facts.fills, lambda fill: fill.model_copy(update={"price": fill.price + CENT}))
    ),
    "an order update is lost": lambda facts: replace(facts, updates=without_first(facts.updates)),
    "an account event is lost": lambda facts: replace(facts, account_events=without_first(facts.account_events)),
    "an outcome is lost": lambda facts: replace(facts, trades=without_first(facts.trades)),
    "an exit is asked for too late": _asked_later,
    "a partial exit sells too much": _greedier,
    "an account hears of another profit": _paid_more,
    "an account has a cent too much": lambda facts: replace(facts, accounts=with_newest(facts.accounts, _richer)),
    "an account forgets an order": lambda facts: replace(facts, accounts=with_newest(facts.accounts, _forgetful)),
    "a book works on what has ended": _still_at_work,
    "a market counts a trade twice": lambda facts: replace(facts, markets=with_newest(facts.markets, _busier)),
    "a frame is lost": lambda facts: replace(facts, frames=without_first(facts.frames)),
    "a desk goes back": lambda facts: replace(facts, desks=back_and_forth(facts.desks)),
    "a record is written by two": lambda facts: replace(facts, books=back_and_forth(facts.books)),
}
