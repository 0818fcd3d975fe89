"""What is told of accounts: the newest snapshot is the account, each outcome is measured once, tunings form a chain."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal

from schemas.accounts import Account, AccountSnapshot
from schemas.performance import Performance
from tests.crash.effects import MULTIPLIER, once
from tests.crash.facts import Facts

Figures = tuple[int, Decimal]
"""Trades, and what they made."""


def wrong_accounts(facts: Facts) -> Iterator[str]:
    """Yield where snapshots, measurements or tunings are not what accounts and outcomes come to."""
    newest = newest_snapshots(facts)
    for account_id, record in sorted(facts.accounts.newest.items()):
        told = newest.get(account_id)
        if told is None and (record.state.reservations or record.state.holdings):
            yield f"account {account_id} holds something and was never told of"
        elif told is not None and _looks(told) != _looks_like(record.state):
            yield f"account {account_id} is {_looks_like(record.state)}, its newest snapshot {_looks(told)}"
    for account_id in sorted(set(newest) - set(facts.accounts.newest)):
        yield f"account {account_id} was told of and has no record"
    trades = facts.trades.events
    yield from once(
        "measurement of an outcome",
        {trade.position_id for trade in trades},
        (measured.position_id for measured in facts.performance.events),
    )
    accounts = {trade.account_id for trade in trades}
    for account_id in sorted(accounts | set(facts.performances.newest)):
        record_of = facts.performances.newest.get(account_id)
        if record_of is None:
            yield f"account {account_id} has outcomes and no performance"
        else:
            yield from _figures(facts, account_id, record_of.state)
            yield from _tunings(facts, account_id, record_of.state)


def newest_snapshots(facts: Facts) -> dict[str, AccountSnapshot]:
    """Return the snapshot of each account that has the highest number."""
    return {told.account_id: told for told in sorted(facts.snapshots.once.events, key=lambda told: told.sequence)}


def _looks(told: AccountSnapshot) -> tuple[object, ...]:
    return dict(told.positions), told.exposure, told.equity, told.halted


def _looks_like(account: Account) -> tuple[object, ...]:
    counts = Counter(held.symbol for held in account.holdings if not held.is_closing)
    held_already = {held.position_id for held in account.holdings}  # in part, by an order at work
    counts.update(order.symbol for order in account.reservations if order.position_id not in held_already)
    cost = sum((held.entry_price * held.quantity for held in account.holdings), Decimal(0))
    cost += sum((order.price * order.quantity for order in account.reservations), Decimal(0))
    exposure = (cost * MULTIPLIER).quantize(Decimal("0.01"))
    return dict(counts), exposure, account.opening_equity + account.realized_pnl + account.adjustments, account.halted


def _figures(facts: Facts, account_id: str, performance: Performance) -> Iterator[str]:
    """By engine, and real and shadow trades apart, the figures are the sums of the outcomes."""
    expected: dict[tuple[str, bool], Figures] = defaultdict(lambda: (0, Decimal(0)))
    for trade in facts.trades.events:
        if trade.account_id == account_id:
            count, made = expected[trade.engine, trade.is_shadow]
            expected[trade.engine, trade.is_shadow] = count + 1, made + trade.realized_pnl
    said = {
        (figures.name, figures.is_shadow): (figures.trades, figures.pnl_won + figures.pnl_lost)
        for figures in performance.figures.values()
        if figures.dimension == "engine"
    }
    if said != expected:
        yield f"account {account_id}: outcomes come to {dict(expected)}, its performance says {said}"


def _tunings(facts: Facts, account_id: str, performance: Performance) -> Iterator[str]:
    """Each tuning starts where the one before has ended, and the last is what the record has."""
    reached: dict[str, Decimal] = {}
    tunings = [tuning for tuning in facts.tunings.events if tuning.account_id == account_id]
    for tuning in sorted(tunings, key=lambda tuning: tuning.sequence):
        if reached.setdefault(tuning.config_key, tuning.old_value) != tuning.old_value:
            yield f"tuning {tuning.event_id} starts at {tuning.old_value}, not at {reached[tuning.config_key]}"
        reached[tuning.config_key] = tuning.new_value
    if reached != performance.tuned:
        yield f"account {account_id}: tunings come to {reached}, its performance says {performance.tuned}"
