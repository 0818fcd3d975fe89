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
    # conditions where max() and min() would read better: it is done at each change of a book, for all it holds
    for position in book.positions:
        available = position.available
        if not available:
            continue
        retry_at = position.retry_at
        if retry_at is not None and (at is None or at < retry_at):
            instants.append(retry_at)
            continue
        low, high = position.stop_at_or_below, position.target_at_or_above
        below, above = position.band_at_or_below, position.band_at_or_above
        if below > low:
            low = below
        if above < high:
            high = above
        if (above := position.peak_at_or_above) < high:
            high = above
        if available > 1:
            if (below := position.deep_loss_at_or_below) > low:
                low = below
            if (above := position.partial_profit_at_or_above) < high:
                high = above
        instants.append(position.due_at)
        near = position.near_expiration_at
        if near is not None:
            if at is not None and at >= near:
                low = max(low, to_nanos(position.entry_price) - 1)
            else:
                instants.append(near)
        low = max(low, 0)
        known = quiet.get(position.option_symbol)
        quiet[position.option_symbol] = (low, high) if known is None else (max(known[0], low), min(known[1], high))
    for order in filled_here:
        quiet[order.option_symbol] = NEVER_ABOVE, NEVER_BELOW
    return Quiet(quiet, to_micros(min(instants)) if instants else NEVER_ABOVE)
