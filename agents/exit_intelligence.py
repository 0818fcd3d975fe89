"""What a new bias says of positions that are open: it has turned, lost its confidence, or the market has changed.

Each check compares the bias with what was known at the entry; what was unknown then is not judged. In their order:

- bias_flip: the bias has turned against the position's direction since the entry; closes it
- confidence_collapse and chop_spike: each reduces it once; both in one bias reduce it by one order
- regime_change: tightens the stop once
"""

from collections.abc import Iterator
from datetime import datetime

from agents.closing import Outcome, asked_out, replaced
from agents.exits import REGIME_CHANGE, partial_quantity, rearmed
from agents.rules import ExitRules
from agents.shadows import as_told
from schemas.decisions import EntryContext
from schemas.event import Event
from schemas.market import BiasState
from schemas.positions import Book, Position

_AGAINST = {"long": "bearish", "short": "bullish"}


def on_bias(book: Book, bias: BiasState, *, at: datetime, rules: ExitRules) -> Outcome:
    """Judge open positions by a bias that is newer than their entry and than the last one they were judged by.

    at  the platform's time, at which exits are asked for
    """
    if not rules.intelligence:
        return book, ()
    after, events = book, list[Event]()
    for position in book.positions:
        if position.available and bias.timestamp > (position.bias_seen_at or position.entry_timestamp):
            after, caused = _judged(after, position, bias, at, rules)
            events += caused
    return as_told(book, (after, tuple(events)))


def _judged(book: Book, position: Position, bias: BiasState, at: datetime, rules: ExitRules) -> Outcome:
    seen = position.model_copy(update={"bias_seen_at": bias.timestamp})
    book, position = replaced(book, position, seen), seen
    if _has_flipped(position, bias):
        book, _, order = asked_out(book, position, at=at, reason="exit_intelligence", details=("bias_flip",))
        return book, (order,)
    events: tuple[Event, ...] = ()
    fired = position.fired
    worse = tuple(code for code in _worsened(position.entry, bias, rules) if code not in fired)
    if worse:
        # of one contract it is the one: what worsens is not held for want of a smaller part
        part = partial_quantity(position.available, rules.intelligence_share) if position.available > 1 else None
        book, position, order = asked_out(
            book, position, at=at, reason="exit_intelligence", quantity=part, details=worse
        )
        events, fired = (order,), (*fired, *worse)
    if REGIME_CHANGE not in fired and _has_another_regime(position.entry, bias):
        fired = (*fired, REGIME_CHANGE)
    if fired != position.fired:
        book = replaced(book, position, rearmed(position, rules, fired=fired))
    return book, events


def _has_flipped(position: Position, bias: BiasState) -> bool:
    """Whether the bias is against the position's direction, and was not so at the entry already."""
    known = position.entry.bias
    return known is not None and known != bias.bias == _AGAINST[position.direction]


def _worsened(entry: EntryContext, bias: BiasState, rules: ExitRules) -> Iterator[str]:
    confidence, chop = entry.bias_confidence, entry.chop_score
    if confidence is not None and confidence - bias.confidence >= rules.confidence_collapse_points:
        yield "confidence_collapse"
    if chop is not None and bias.chop_score >= rules.chop_spike_score and bias.chop_score > chop:
        yield "chop_spike"


def _has_another_regime(entry: EntryContext, bias: BiasState) -> bool:
    return None not in (entry.regime_type, bias.regime_type) and entry.regime_type != bias.regime_type
