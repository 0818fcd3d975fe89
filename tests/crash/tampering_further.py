"""Facts tampered with: shadows, contexts, exits by hand, and what is told of accounts and controls."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from schemas.orders import OrderPlaced
from schemas.records import BookRecord, ControlsRecord, PerformanceRecord
from tests.crash.changing import (
    said_twice,
    swapped,
    with_first,
    with_newest,
    with_one,
    with_partition,
    without_first,
)
from tests.crash.effects import halts
from tests.crash.facts import Facts
from tests.crash.requests import manual_exits

CENT = Decimal("0.01")


def _shadow_ordered(facts: Facts) -> Facts:
    """A closing of a shadow that went out as an order."""
    shadow = next(fill.position_id for fill in facts.shadow_fills.events if fill.side == "sell_to_close")
    order = facts.orders.events[0].model_copy(update={"event_id": "shadow", "position_id": shadow})
    stored = replace(next(iter(facts.orders.first.values())), record=order)
    return replace(facts, orders=replace(facts.orders, first={**facts.orders.first, "shadow": stored}))


def _shadow_sells_more(facts: Facts) -> Facts:
    sold = next(fill for fill in facts.shadow_fills.events if fill.side == "sell_to_close")
    return replace(
        facts,
        shadow_fills=with_one(facts.shadow_fills, lambda fill: fill is sold, quantity=sold.quantity + 100),
    )


def _shadow_sold_off(facts: Facts) -> Facts:
    sold = next(fill for fill in facts.shadow_fills.events if fill.side == "sell_to_close")
    return replace(facts, shadow_fills=with_one(facts.shadow_fills, lambda fill: fill is sold, price=sold.price + CENT))


def _better_outcome(facts: Facts, *, shadow: bool) -> Facts:
    """The outcome of a position that was sold in parts, a cent too good."""
    trade = next(trade for trade in facts.outcomes(shadow=shadow) if trade.partial_exits)
    return replace(
        facts, trades=with_one(facts.trades, lambda told: told is trade, realized_pnl=trade.realized_pnl + CENT)
    )


def _fewer_sold(facts: Facts) -> Facts:
    """The outcome of a position that was sold in parts, of its last part alone."""
    trade = next(trade for trade in facts.outcomes(shadow=False) if trade.partial_exits)
    return replace(facts, trades=with_one(facts.trades, lambda told: told is trade, quantity=trade.quantity - 1))


def _asked_out_twice(facts: Facts) -> Facts:
    """A close request that came to two exits."""
    asked = manual_exits(facts)[0]
    name, stored = asked.event_id, facts.orders.first[asked.event_id]
    again = replace(stored, record=stored.record.model_copy(update={"event_id": "again"}))
    return replace(facts, orders=replace(facts.orders, first={**facts.orders.first, name: stored, "again": again}))


def _exit_nobody_asked_for(facts: Facts) -> Facts:
    asked = manual_exits(facts)[0]
    first = {
        name: stored
        for name, stored in facts.close_requests.first.items()
        if (stored.record.position_id, stored.record.occurred_at) != (asked.position_id, asked.occurred_at)
    }
    return replace(facts, close_requests=replace(facts.close_requests, first=first))


def _armed_otherwise(facts: Facts) -> Facts:
    """Open positions whose targets are not by their rules."""

    def higher(record: BookRecord) -> BookRecord:
        positions = tuple(
            held.model_copy(update={"target_at_or_above": held.target_at_or_above + 10**7})
            for held in record.state.positions
        )
        return record.model_copy(update={"state": record.state.model_copy(update={"positions": positions})})

    return _with_all_books(facts, higher)


def _with_all_books(facts: Facts, change: Callable[[BookRecord], BookRecord]) -> Facts:
    versions = {
        key: [replace(stored, record=change(stored.record)) for stored in written]
        for key, written in facts.books.versions.items()
    }
    return replace(facts, books=replace(facts.books, versions=versions))


def _rules_never_changed(facts: Facts) -> Facts:
    """Exit rules that, by the topic, nobody ever changed."""
    changed = {name for name, stored in facts.controls.once.first.items() if "exit_rules" in stored.record.name}
    spread = facts.controls
    for number in spread.by_partition:
        spread = with_partition(
            spread,
            number,
            lambda told: replace(told, first={name: s for name, s in told.first.items() if name not in changed}),
        )
    return replace(facts, controls=spread)


def _control_forgotten(record: ControlsRecord) -> ControlsRecord:
    values = dict(list(record.state.values.items())[1:])
    return record.model_copy(update={"state": record.state.model_copy(update={"values": values})})


def _snapshot_forgotten(record: ControlsRecord) -> ControlsRecord:
    accounts = dict(list(record.state.accounts.items())[1:])
    return record.model_copy(update={"state": record.state.model_copy(update={"accounts": accounts})})


def _counted_twice(record: PerformanceRecord) -> PerformanceRecord:
    figures = {
        key: known.model_copy(update={"trades": known.trades + 1}) if known.dimension == "engine" else known
        for key, known in record.state.figures.items()
    }
    return record.model_copy(update={"state": record.state.model_copy(update={"figures": figures})})


def _newest_snapshot_off(facts: Facts) -> Facts:
    """The newest snapshot of an account with a cent too much, in every partition."""
    newest = facts.snapshots.once.events[-1]
    spread = facts.snapshots
    for number in spread.by_partition:
        spread = with_partition(
            spread,
            number,
            lambda told: with_one(told, lambda event: event.event_id == newest.event_id, equity=newest.equity + CENT),
        )
    return replace(facts, snapshots=spread)


def _recommended_on_another(facts: Facts) -> Facts:
    """A decision on the right context, with a recommendation that was made on another."""
    decision = next(decision for decision in facts.decisions.events if decision.recommendations)
    made = tuple(wanted.model_copy(update={"context_hash": "another"}) for wanted in decision.recommendations)
    return replace(facts, decisions=with_one(facts.decisions, lambda told: told is decision, recommendations=made))


def _opened_while_halted(facts: Facts) -> Facts:
    """Accounts that are halted from the first snapshot on."""
    halted = halts(facts)
    change = next(c for c in facts.controls.once.events if c.event_id in halted.values())
    versions = {
        key: [
            replace(
                stored,
                record=stored.record.model_copy(
                    update={
                        "state": stored.record.state.model_copy(
                            update={"values": {**stored.record.state.values, change.name: change}}
                        )
                    }
                ),
            )
            for stored in written
        ]
        for key, written in facts.market_controls.versions.items()
    }
    return replace(facts, market_controls=replace(facts.market_controls, versions=versions))


def _passed_over(facts: Facts) -> Facts:
    """Books that have never noted a close request."""

    def deaf(record: BookRecord) -> BookRecord:
        positions = tuple(held.model_copy(update={"close_requests": ()}) for held in record.state.positions)
        return record.model_copy(update={"state": record.state.model_copy(update={"positions": positions})})

    return _with_all_books(facts, deaf)


def _is_entry(order: OrderPlaced) -> bool:
    return order.side == "buy_to_open"


FURTHER: Mapping[str, Callable[[Facts], Facts]] = {
    "a shadow trade is lost": lambda facts: replace(facts, shadow_trades=without_first(facts.shadow_trades)),
    "a shadow trade is made twice": lambda facts: replace(facts, shadow_trades=said_twice(facts.shadow_trades)),
    "a shadow fill is lost": lambda facts: replace(facts, shadow_fills=without_first(facts.shadow_fills)),
    "a shadow is opened twice": lambda facts: replace(facts, shadow_fills=said_twice(facts.shadow_fills)),
    "a shadow sells more than it has": _shadow_sells_more,
    "a shadow is sold a cent off": _shadow_sold_off,
    "a shadow orders": _shadow_ordered,
    "an order is a shadow's": lambda facts: replace(
        facts, orders=with_one(facts.orders, _is_entry, order_type="shadow")
    ),
    "an outcome is a cent too good": lambda facts: _better_outcome(facts, shadow=False),
    "a shadow's outcome is a cent too good": lambda facts: _better_outcome(facts, shadow=True),
    "an outcome leaves a contract out": _fewer_sold,
    "a shadow's outcome is taken for a real one": lambda facts: replace(
        facts, trades=with_one(facts.trades, lambda trade: trade.is_shadow, is_shadow=False)
    ),
    "a measurement is lost": lambda facts: replace(facts, performance=without_first(facts.performance)),
    "an outcome is measured twice": lambda facts: replace(facts, performance=said_twice(facts.performance)),
    "a performance counts a trade twice": lambda facts: replace(
        facts, performances=with_newest(facts.performances, _counted_twice)
    ),
    "a tuning is lost": lambda facts: replace(facts, tunings=without_first(facts.tunings)),
    "a snapshot is lost in one partition": lambda facts: replace(
        facts, snapshots=with_partition(facts.snapshots, 3, without_first)
    ),
    "snapshots change places in one partition": lambda facts: replace(
        facts, snapshots=with_partition(facts.snapshots, 5, swapped)
    ),
    "the newest snapshot is a cent off": _newest_snapshot_off,
    "a partition forgets a snapshot": lambda facts: replace(
        facts, market_controls=with_newest(facts.market_controls, _snapshot_forgotten)
    ),
    "a control is lost in one partition": lambda facts: replace(
        facts, controls=with_partition(facts.controls, 6, without_first)
    ),
    "the market stage forgets a control": lambda facts: replace(
        facts, market_controls=with_newest(facts.market_controls, _control_forgotten)
    ),
    "the account stage forgets a control": lambda facts: replace(
        facts, account_controls=with_newest(facts.account_controls, _control_forgotten)
    ),
    "a change of exit rules is ignored": _rules_never_changed,
    "a position is armed by other rules": _armed_otherwise,
    "a close request comes to two exits": _asked_out_twice,
    "a close request is passed over": _passed_over,
    "a halted account opens positions": _opened_while_halted,
    "an exit was not asked for": _exit_nobody_asked_for,
    "a report is on another context": lambda facts: replace(
        facts, reports=with_first(facts.reports, lambda event: event.model_copy(update={"context_hash": "another"}))
    ),
    "a recommendation is on another context": _recommended_on_another,
    "a report is lost": lambda facts: replace(facts, reports=without_first(facts.reports)),
    "decisions change places": lambda facts: replace(facts, decisions=swapped(facts.decisions)),
}
