"""The marks of a book's contracts between which no tick changes it."""

from datetime import datetime
from typing import NamedTuple

from agents.live_exits import awaited
from schemas.event import to_micros
from schemas.money import to_nanos
from schemas.positions import NEVER_ABOVE, NEVER_BELOW, Book


class Quiet(NamedTuple):
    """What a tick cannot change.

    levels  by watched contract the marks (1e-9 dollars) strictly between which nothing happens
    due     the first instant (UTC microseconds) from which time alone, or a level that comes with time, may change
            something
    """

    levels: dict[str, tuple[int, int]]
    due: int


def quiet_marks(book: Book, at: datetime | None) -> Quiet:
    """Return what a tick cannot change, so that most of them cost two comparisons.

    at  an instant up to which levels that come with time lie in the marks; None: they are awaited. For ticks of before
        it the marks hold as well: less is quiet between them.
    """
    quiet: dict[str, tuple[int, int]] = {}
    filled_here = [order for order in book.working if order.order_type != "live"]
    instants = [order.expires_at for order in filled_here if order.expires_at is not None]
    instants += awaited(book)
    for position in book.positions:
        if not position.available:
            continue
        retry_at = position.retry_at
        if retry_at is not None and (at is None or at < retry_at):
            instants.append(retry_at)
            continue
        low = max(0, position.stop_at_or_below, position.band_at_or_below)
        high = min(position.target_at_or_above, position.peak_at_or_above, position.band_at_or_above)
        if position.available > 1:
            low = max(low, position.deep_loss_at_or_below)
            high = min(high, position.partial_profit_at_or_above)
        instants.append(position.due_at)
        near = position.near_expiration_at
        if near is not None and at is not None and at >= near:
            low = max(low, to_nanos(position.entry_price) - 1)
        elif near is not None:
            instants.append(near)
        known = quiet.get(position.option_symbol, (NEVER_BELOW, NEVER_ABOVE))
        quiet[position.option_symbol] = max(known[0], low), min(known[1], high)
    for order in filled_here:
        quiet[order.option_symbol] = NEVER_ABOVE, NEVER_BELOW
    return Quiet(quiet, to_micros(min(instants)) if instants else NEVER_ABOVE)
