"""Each cause has its effect once: signals, decisions, orders, fills, outcomes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import TypeVar

from schemas.controls import KillSwitchControl
from schemas.orders import OrderFilled, OrderPlaced, ShadowFilled, TradeClosed
from tests.crash.facts import Facts
from tests.crash.plan import Limits

C = TypeVar("C", OrderPlaced, OrderFilled, ShadowFilled)
Fill = OrderFilled | ShadowFilled
MULTIPLIER = 100
"""Shares behind a contract."""
CONTRACT = ("account_id", "symbol", "option_symbol", "engine", "position_id", "signal_id")
ENDS = ("filled", "failed", "canceled", "expired")
"""Of an order's updates: none comes after it."""
_ALWAYS_ASKED = {"A": ("entry_decision",), "B": ("context", "technical", "risk", "meta_decision")}
"""Agents that speak on every signal which the engines are asked about, by engine."""


def wrong_effects(facts: Facts, limits: Limits) -> Iterator[str]:
    """Yield what is lost, doubled, or contradicts what caused it."""
    for told in (*facts.fed.values(), *facts.emitted.values()):
        yield from told.contradictions
    for letter in facts.dead_letters.events:
        yield f"dead letter of {letter.topic}-{letter.partition}@{letter.offset}: {letter.reason}, {letter.error}"
    yield from _signals(facts)
    yield from _decisions(facts)
    yield from _entries(facts, limits)
    yield from _fills(facts)
    yield from _exits(facts)
    yield from _account_events(facts)


def once(what: str, expected: Iterable[str], found: Iterable[str]) -> Iterator[str]:
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
    yield from once("enrichment of a signal", signals, (event.signal_id for event in facts.enrichments.events))
    yield from once("proposal for a signal", signals, (event.signal_id for event in facts.proposals.events))
    yield from once("decision on a signal", signals, (event.signal_id for event in facts.decisions.events))
    yield from _reports(facts)
    hashes = {event.signal_id: event.context_hash for event in facts.enrichments.events}
    for what, events in (
        ("report", facts.reports.events),
        ("proposal", facts.proposals.events),
        ("decision", facts.decisions.events),
    ):
        for event in events:
            made_on = [event.context_hash, *(made.context_hash for made in getattr(event, "recommendations", ()))]
            if any(digest != hashes.get(event.signal_id) for digest in made_on):
                yield f"{what} {event.event_id} was made on another context than its enrichment's"


def _reports(facts: Facts) -> Iterator[str]:
    """Both engines' agents speak once each, where the underlying has a price: gates of an engine stand there."""
    asked = [event.signal_id for event in facts.decisions.events if any(gate.engine for gate in event.gates)]
    said = [(event.signal_id, event.engine, event.agent_name) for event in facts.reports.events]
    expected = {(name, engine, agent) for name in asked for engine, names in _ALWAYS_ASKED.items() for agent in names}
    optional = {words for words in said if words[0] in set(asked) and words[2] not in _ALWAYS_ASKED[words[1]]}
    yield from once("report of an agent on a signal", map(str, expected | optional), map(str, said))


def _decisions(facts: Facts) -> Iterator[str]:
    entries = {order.event_id: order for order in facts.orders.events if order.side == "buy_to_open"}
    approved = {decision.order_id: decision for decision in facts.decisions.events if decision.status == "approved"}
    yield from once("buy_to_open of an approved decision", map(str, approved), entries)
    yield from once(
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
        if wanted.is_shadow or order.engine != wanted.engine:
            yield f"order {order.event_id} is of engine {order.engine}, and its decision's is not or shadows"
        for name in ("account_id", "signal_id", "symbol"):
            if getattr(order, name) != getattr(decision, name):
                yield f"order {order.event_id} differs in {name} from its decision"


def _entries(facts: Facts, limits: Limits) -> Iterator[str]:
    """An order to open fails when it is too old, or its account is halted, and not before."""
    halted = halts(facts)
    orders = facts.orders.first
    for update in facts.updates.events:
        order = orders[update.order_id].record if update.order_id in orders else None
        if order is None or update.status != "failed" or order.order_type == "live":
            continue
        if order.side == "sell_to_close":
            yield f"order {order.event_id} to close a position failed"
        elif update.reason == "kill_switch":
            if not {"", order.account_id} & set(halted):
                yield f"order {order.event_id} failed for a kill switch that nobody set"
        elif update.occurred_at <= order.occurred_at + timedelta(seconds=limits.order_timeout_s):
            yield f"order {order.event_id} failed at {update.occurred_at}, before its time"


def halts(facts: Facts) -> Mapping[str, str]:
    """Return the event ids of the kill switches that were set, by account; "" is every account."""
    return {
        change.name.partition(".")[2]: change.event_id
        for change in facts.controls.once.events
        if change.name.startswith("kill_switch") and KillSwitchControl.model_validate_json(change.value).halted
    }


def _fills(facts: Facts) -> Iterator[str]:
    orders = facts.orders.first
    ends = [update.order_id for update in facts.updates.events if update.status in ENDS]
    yield from once("order's end", set(ends), ends)
    live = {order.event_id for order in facts.orders.events if order.order_type == "live"}
    filled = {update.order_id for update in facts.updates.events if update.status == "filled"} - live
    yield from once("fill of a filled order", filled, (fill.order_id for fill in on_paper(facts)))
    for update in facts.updates.events:
        if update.order_id not in orders:
            yield f"order update {update.event_id} is about an order nobody placed: {update.order_id}"
    for fill in facts.fills.events:
        if fill.order_id not in orders:
            yield f"fill {fill.event_id} is of an order nobody placed: {fill.order_id}"
            continue
        order = orders[fill.order_id].record
        whole = () if fill.order_type == "live" else ("quantity",)
        # not what remains: of two exits at work, either may be filled first
        for name in (*CONTRACT, "side", "order_type", "exit_reason", *whole):
            if getattr(fill, name) != getattr(order, name):
                yield f"fill {fill.event_id} differs in {name} from its order"
        if whole and order.expires_at is not None and not order.occurred_at <= fill.occurred_at <= order.expires_at:
            yield f"fill {fill.event_id} at {fill.occurred_at} is outside its order's life"


def on_paper(facts: Facts) -> Sequence[OrderFilled]:
    """Return the fills of the paper exchange: one of each order that is filled."""
    return [fill for fill in facts.fills.events if fill.order_type != "live"]


def ended(facts: Facts) -> set[str]:
    """Return the orders that are over."""
    return {update.order_id for update in facts.updates.events if update.status in ENDS}


def opening_fills(facts: Facts) -> Mapping[str, OrderFilled]:
    """Return the opening fill of each position on paper; of several the last, which `_exits` reports."""
    return {fill.position_id: fill for fill in on_paper(facts) if fill.side == "buy_to_open"}


def closing_orders(facts: Facts) -> Mapping[str, Sequence[OrderPlaced]]:
    """Return the closing orders of each position on paper, in the order in which they were placed."""
    orders = (order for order in facts.orders.events if order.order_type != "live")
    return by_position(order for order in orders if order.side == "sell_to_close")


def closing_fills(facts: Facts) -> Mapping[str, Sequence[OrderFilled]]:
    """Return the closing fills of each position on paper, in the order in which they were told."""
    return by_position(fill for fill in on_paper(facts) if fill.side == "sell_to_close")


def by_position(events: Iterable[C]) -> Mapping[str, Sequence[C]]:
    found: dict[str, list[C]] = defaultdict(list)
    for event in events:
        found[event.position_id].append(event)
    return found


def made_by(fill: Fill, entry: Fill) -> Decimal:
    """Return what a closing fill makes, dollars."""
    return ((fill.price - entry.price) * fill.quantity * MULTIPLIER).quantize(Decimal("0.01"))


def _exits(facts: Facts) -> Iterator[str]:
    opened, asked, sold = opening_fills(facts), closing_orders(facts), closing_fills(facts)
    openings = [fill.position_id for fill in on_paper(facts) if fill.side == "buy_to_open"]
    yield from once("opening fill of a position", set(openings), openings)
    for position in sorted((set(asked) | set(sold)) - set(opened)):
        yield f"position {position} was asked to close and never opened"
    whole = set()
    for position, entry in opened.items():
        for what, exits in (("orders", asked.get(position, ())), ("fills", sold.get(position, ()))):
            left = entry.quantity
            for exit_ in exits:
                left -= exit_.quantity
                if left < 0 or exit_.quantity <= 0 or exit_.remaining_quantity != left:
                    yield f"position {position}: its closing {what} leave {left}, and say {exit_.remaining_quantity}"
        if sold.get(position) and not sold[position][-1].remaining_quantity:
            whole.add(position)
    live = {fill.position_id for fill in facts.fills.events if fill.order_type == "live"}
    trades = [trade for trade in facts.outcomes(shadow=False) if trade.position_id not in live]
    yield from once("outcome of a closed position", whole, (trade.position_id for trade in trades))
    for trade in trades:
        if trade.position_id not in whole:
            continue
        entry, exits = opened[trade.position_id], sold[trade.position_id]
        yield from wrong_outcome(trade, entry, exits)
        if (trade.entry_order_id, trade.exit_order_id) != (entry.order_id, exits[-1].order_id):
            yield f"outcome {trade.event_id} of position {trade.position_id} names other orders than its fills"


def wrong_outcome(trade: TradeClosed, entry: Fill, exits: Sequence[Fill]) -> Iterator[str]:
    """Yield where an outcome is not what the fills of its position add up to."""
    value = sum((fill.price * fill.quantity for fill in exits), Decimal(0))
    made = sum((made_by(fill, entry) for fill in exits), Decimal(0))
    mean = (value / entry.quantity).quantize(trade.exit_price)
    said = (trade.quantity, trade.entry_price, trade.exit_price, trade.realized_pnl)
    if said != (entry.quantity, entry.price, mean, made):
        yield f"outcome {trade.event_id} of position {trade.position_id} differs from its fills"
    if (trade.exit_reason, trade.partial_exits) != (exits[-1].exit_reason, len(exits) - 1):
        yield f"outcome {trade.event_id} of position {trade.position_id} names another exit than its last"


def _kind(fill: OrderFilled) -> str:
    if fill.side == "buy_to_open":
        return "order_filled"
    return "position_reduced" if fill.remaining_quantity else "position_closed"


def _account_events(facts: Facts) -> Iterator[str]:
    live = {order.event_id for order in facts.orders.events if order.order_type == "live"}
    expected = {f"{fill.order_id} {_kind(fill)}" for fill in on_paper(facts)}
    failed = {update.order_id for update in facts.updates.events if update.status == "failed"} - live
    expected |= {f"{order_id} order_failed" for order_id in failed}
    told = [f"{event.order_id} {event.kind}" for event in facts.account_events.events if event.order_id not in live]
    yield from once("account event of an order", expected, told)
    opened = opening_fills(facts)
    fills = {fill.order_id: fill for fill in on_paper(facts)}
    for event in facts.account_events.events:
        fill, entry = fills.get(event.order_id), opened.get(event.position_id)
        if fill is None or entry is None:
            continue
        made = made_by(fill, entry) if fill.side == "sell_to_close" else None
        if (event.quantity, event.price, event.realized_pnl) != (fill.quantity, fill.price, made):
            yield f"account event {event.event_id} of order {event.order_id} differs from its fill"
