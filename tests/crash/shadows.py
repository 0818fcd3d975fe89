"""Shadow trades: filled, held and closed like any other, and never an order."""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from schemas.event import to_micros
from schemas.orders import ShadowFilled, ShadowTrade
from tests.crash.effects import CONTRACT, by_position, once, wrong_outcome
from tests.crash.exits import ExitRules, exits, switches
from tests.crash.facts import Facts
from tests.crash.prices import Tape, middle_of, usd

Sale = tuple[int, str | None, Decimal | None, int, int]
"""Instant, reason, price, contracts, contracts left."""


def wrong_shadows(facts: Facts, tape: Tape, rules: ExitRules) -> Iterator[str]:
    """Yield shadow trades that are lost, doubled, ordered, or sold otherwise than the tape calls for."""
    trades = facts.shadow_trades.events
    yield from _proposed(facts)
    yield from _never_ordered(facts)
    for fill in facts.shadow_fills.events:
        told = facts.shadow_trades.first.get(fill.shadow_trade_id)
        if told is None:
            yield f"shadow fill {fill.event_id} is of a trade nobody proposed: {fill.shadow_trade_id}"
        elif any(getattr(fill, name) != getattr(told.record, name) for name in CONTRACT):
            yield f"shadow fill {fill.event_id} differs from its trade {fill.shadow_trade_id}"
    fills = by_position(facts.shadow_fills.events)
    whole = set()
    for trade in trades:
        own = fills.get(trade.position_id, ())
        opened = [fill for fill in own if fill.side == "buy_to_open"]
        sold = [fill for fill in own if fill.side == "sell_to_close"]
        yield from _opened(facts, tape, trade, opened)
        if not opened:
            if sold:
                yield f"shadow trade {trade.event_id} was sold and never opened"
            continue
        yield from _sold(tape, trade, opened[0], sold, rules)
        if sold and not sold[-1].remaining_quantity:
            whole.add(trade.position_id)
    outcomes = facts.outcomes(shadow=True)
    yield from once("outcome of a closed shadow", whole, (outcome.position_id for outcome in outcomes))
    for outcome in outcomes:
        own = fills.get(outcome.position_id, ())
        if outcome.position_id in whole:
            entry = next(fill for fill in own if fill.side == "buy_to_open")
            yield from wrong_outcome(outcome, entry, [fill for fill in own if fill.side == "sell_to_close"])
            if (outcome.outcome_source, outcome.entry_order_id) != ("simulation", entry.shadow_trade_id):
                yield f"outcome {outcome.event_id} of a shadow is not told as one, or as another's"
    yield from _held(facts)


def _proposed(facts: Facts) -> Iterator[str]:
    """A shadow trade is what its proposal's idle engine recommends, once."""
    proposals = {event.signal_id: event for event in facts.proposals.events}
    said = [f"{trade.signal_id} {trade.engine}" for trade in facts.shadow_trades.events]
    yield from once("shadow trade of an engine on a signal", set(said), said)
    for trade in facts.shadow_trades.events:
        proposal = proposals.get(trade.signal_id)
        wanted = [made for made in proposal.recommendations if made.is_shadow] if proposal else []
        if (trade.engine, trade.option_symbol, trade.quantity) not in {
            (made.engine, made.option_symbol, made.quantity) for made in wanted
        }:
            yield f"shadow trade {trade.event_id} is not what an idle engine recommends"


def _never_ordered(facts: Facts) -> Iterator[str]:
    shadows = {trade.position_id for trade in facts.shadow_trades.events}
    shadows |= {trade.event_id for trade in facts.shadow_trades.events}
    for order in facts.orders.events:
        if order.order_type == "shadow" or not shadows.isdisjoint((order.position_id, order.event_id)):
            yield f"order {order.event_id} is a shadow's"


def _opened(facts: Facts, tape: Tape, trade: ShadowTrade, opened: Sequence[ShadowFilled]) -> Iterator[str]:
    """It is opened at most once, in whole and in time; else it waits in its book, or its time is over."""
    name = f"shadow trade {trade.event_id}"
    if len(opened) > 1:
        yield f"{name} was opened {len(opened)} times"
    waits = any(order.event_id == trade.event_id for book in facts.books_of(shadow=True) for order in book.working)
    if opened and waits:
        yield f"{name} is open and still waits to be opened"
    assert trade.expires_at is not None
    newest = max((tick.at for tick in tape.after(trade.symbol, to_micros(trade.occurred_at))[-1:]), default=0)
    if not opened and not waits and newest <= to_micros(trade.expires_at):
        yield f"{name} was neither opened nor forgotten, and is not in its book"
    for fill in opened:
        if (fill.quantity, fill.remaining_quantity) != (trade.quantity, 0):
            yield f"{name} was opened with {fill.quantity} contracts, not {trade.quantity}"
        if not trade.occurred_at <= fill.occurred_at <= trade.expires_at:
            yield f"{name} was opened at {fill.occurred_at}, outside its life"


def _sold(
    tape: Tape, trade: ShadowTrade, entry: ShadowFilled, sold: Sequence[ShadowFilled], rules: ExitRules
) -> Iterator[str]:
    """It is sold at the next quote after each tick that calls for it, never more than is held."""
    said = [(to_micros(s.occurred_at), s.exit_reason, s.price, s.quantity, s.remaining_quantity) for s in sold]
    if sum(fill.quantity for fill in sold) > entry.quantity:
        yield f"shadow trade {trade.event_id} sold more than its {entry.quantity} contracts"
    expected: list[Sale] = []
    for switch in switches(tape, entry, rules):
        expected = list(_sales(tape, entry, rules, switch=switch))
        if said == expected:
            return
    yield f"shadow trade {trade.event_id} should be sold by {expected}, was by {said}"


def _sales(tape: Tape, entry: ShadowFilled, rules: ExitRules, *, switch: int) -> Iterator[Sale]:
    left = entry.quantity
    for at, reason, _, quantity in exits(tape, entry, rules, switch=switch):
        quote = tape.quoted_after(entry.option_symbol, at)
        middle = None if quote is None else middle_of(quote)
        if quote is None or middle is None:
            return
        left -= quantity
        yield quote.at, reason, usd(middle), quantity, left


def _held(facts: Facts) -> Iterator[str]:
    """Shadow books hold what was opened less what was sold, and work on shadow orders only."""
    expected: Counter[str] = Counter()
    for fill in facts.shadow_fills.events:
        expected[fill.position_id] += fill.quantity if fill.side == "buy_to_open" else -fill.quantity
    said: Counter[str] = Counter()
    trades = set(facts.shadow_trades.first)
    for book in facts.books_of(shadow=True):
        for position in book.positions:
            said[position.position_id] += position.quantity
        for order in book.working:
            if order.order_type != "shadow" or (order.side == "buy_to_open" and order.event_id not in trades):
                yield f"a shadow book of {book.account_id} works on order {order.event_id}, which is no shadow"
    for position_id in sorted(set(expected) | set(said)):
        if expected[position_id] != said[position_id]:
            yield f"shadow {position_id}: fills come to {expected[position_id]}, its book holds {said[position_id]}"
