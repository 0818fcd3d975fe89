"""Each cause has its effect once: signals, decisions, orders, fills, outcomes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from schemas.orders import OrderFilled, OrderPlaced
from tests.crash.facts import Facts
from tests.crash.plan import Limits

MULTIPLIER = 100
"""Shares behind a contract."""
_CONTRACT = ("account_id", "symbol", "option_symbol", "position_id", "signal_id")


def wrong_effects(facts: Facts, limits: Limits) -> Iterator[str]:
    """Yield what is lost, doubled, or contradicts what caused it."""
    for told in (*facts.fed, *facts.emitted):
        yield from told.contradictions
    for letter in facts.dead_letters.events:
        yield f"dead letter of {letter.topic}-{letter.partition}@{letter.offset}: {letter.reason}, {letter.error}"
    yield from _signals(facts)
    yield from _decisions(facts)
    yield from _entries(facts, limits)
    yield from _fills(facts)
    yield from _exits(facts)
    yield from _account_events(facts)


def _once(what: str, expected: Iterable[str], found: Iterable[str]) -> Iterator[str]:
    """Yield what differs from exactly one of each that is expected."""
    counted, wanted = Counter(iter(found)), set(expected)
    for name in sorted(wanted - set(counted)):
        yield f"{what}: none for {name}"
    for name in sorted(set(counted) - wanted):
        yield f"{what}: {name} is not what caused one"
    for name, count in sorted(counted.items()):
        if count > 1:
            yield f"{what}: {count} for {name}"


def _signals(facts: Facts) -> Iterator[str]:
    signals = list(facts.signals.first)
    yield from _once("enrichment of a signal", signals, (event.signal_id for event in facts.enrichments.events))
    yield from _once("report on a signal", signals, (event.signal_id for event in facts.reports.events))
    yield from _once("proposal for a signal", signals, (event.signal_id for event in facts.proposals.events))
    yield from _once("decision on a signal", signals, (event.signal_id for event in facts.decisions.events))
    hashes = {event.signal_id: event.context_hash for event in facts.enrichments.events}
    for decision in facts.decisions.events:
        if hashes.get(decision.signal_id, decision.context_hash) != decision.context_hash:
            yield f"decision {decision.event_id} was made on another context than its enrichment's"


def _decisions(facts: Facts) -> Iterator[str]:
    entries = {order.event_id: order for order in facts.orders.events if order.side == "buy_to_open"}
    approved = {decision.order_id: decision for decision in facts.decisions.events if decision.status == "approved"}
    yield from _once("buy_to_open of an approved decision", map(str, approved), entries)
    yield from _once(
        "signal of a buy_to_open",
        {*(order.signal_id for order in entries.values())},
        [order.signal_id for order in entries.values()],
    )
    for decision in facts.decisions.events:
        if (decision.status == "approved") == bool(decision.codes):
            yield f"decision {decision.event_id} is {decision.status} with codes {decision.codes}"
        if decision.status == "rejected" and decision.order_id is not None:
            yield f"decision {decision.event_id} is rejected and names order {decision.order_id}"
        order = entries.get(decision.order_id or "")
        wanted = decision.recommendation
        if order is None or wanted is None:
            continue
        for name in ("option_symbol", "quantity"):
            if getattr(order, name) != getattr(wanted, name):
                yield f"order {order.event_id} differs in {name} from its decision"
        for name in ("account_id", "signal_id", "symbol"):
            if getattr(order, name) != getattr(decision, name):
                yield f"order {order.event_id} differs in {name} from its decision"


def _entries(facts: Facts, limits: Limits) -> Iterator[str]:
    """An order to open fails when it is too old, and not before."""
    orders = facts.orders.first
    for update in facts.updates.events:
        order = orders[update.order_id].record if update.order_id in orders else None
        if order is None or update.status != "failed":
            continue
        if order.side == "sell_to_close":
            yield f"order {order.event_id} to close a position failed"
        elif update.occurred_at <= order.occurred_at + timedelta(seconds=limits.order_timeout_s):
            yield f"order {order.event_id} failed at {update.occurred_at}, before its time"


def _fills(facts: Facts) -> Iterator[str]:
    orders = facts.orders.first
    yield from _once(
        "order's end",
        {update.order_id for update in facts.updates.events},
        [update.order_id for update in facts.updates.events],
    )
    filled = {update.order_id for update in facts.updates.events if update.status == "filled"}
    yield from _once("fill of a filled order", filled, (fill.order_id for fill in facts.fills.events))
    for update in facts.updates.events:
        if update.order_id not in orders:
            yield f"order update {update.event_id} is about an order nobody placed: {update.order_id}"
    for fill in facts.fills.events:
        if fill.order_id not in orders:
            yield f"fill {fill.event_id} is of an order nobody placed: {fill.order_id}"
            continue
        order = orders[fill.order_id].record
        for name in (*_CONTRACT, "side", "quantity", "exit_reason"):
            if getattr(fill, name) != getattr(order, name):
                yield f"fill {fill.event_id} differs in {name} from its order"
        if order.expires_at is not None and not order.occurred_at <= fill.occurred_at <= order.expires_at:
            yield f"fill {fill.event_id} at {fill.occurred_at} is outside its order's life"


def opening_fills(facts: Facts) -> Mapping[str, OrderFilled]:
    """Return each position's opening fill; of several the last, which `_exits` reports."""
    return {fill.position_id: fill for fill in facts.fills.events if fill.side == "buy_to_open"}


def closing_orders(facts: Facts) -> Mapping[str, OrderPlaced]:
    """Return each position's closing order."""
    return {order.position_id: order for order in facts.orders.events if order.side == "sell_to_close"}


def _exits(facts: Facts) -> Iterator[str]:
    opened, closing = opening_fills(facts), closing_orders(facts)
    for what, positions in (
        ("opening fill of a position", [fill.position_id for fill in facts.fills.events if fill.side == "buy_to_open"]),
        ("sell_to_close of a position", [o.position_id for o in facts.orders.events if o.side == "sell_to_close"]),
    ):
        yield from _once(what, set(positions), positions)
    for position in sorted(set(closing) - set(opened)):
        yield f"position {position} was asked to close and never opened"
    closed = {fill.event_id: fill for fill in facts.fills.events if fill.side == "sell_to_close"}
    by_order = {fill.order_id: fill for fill in closed.values()}
    yield from _once("outcome of a closing fill", by_order, (trade.exit_order_id for trade in facts.trades.events))
    for trade in facts.trades.events:
        entry, exit_ = opened.get(trade.position_id), by_order.get(trade.exit_order_id)
        if entry is None or exit_ is None:
            continue  # said already
        realized = ((exit_.price - entry.price) * entry.quantity * MULTIPLIER).quantize(trade.realized_pnl)
        said = (trade.quantity, trade.entry_price, trade.exit_price, trade.realized_pnl, trade.entry_order_id)
        if said != (entry.quantity, entry.price, exit_.price, realized, entry.order_id):
            yield f"outcome {trade.event_id} of position {trade.position_id} differs from its fills"


def _account_events(facts: Facts) -> Iterator[str]:
    kinds = {"buy_to_open": "order_filled", "sell_to_close": "position_closed"}
    expected = {f"{fill.order_id} {kinds[fill.side]}" for fill in facts.fills.events}
    expected |= {f"{update.order_id} order_failed" for update in facts.updates.events if update.status == "failed"}
    told = [f"{event.order_id} {event.kind}" for event in facts.account_events.events]
    yield from _once("account event of an order", expected, told)
