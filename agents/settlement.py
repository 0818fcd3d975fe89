"""What becomes of a contract that has expired while nobody quoted it: it is settled at its intrinsic value."""

from datetime import date
from decimal import Decimal

from agents.bars import DAY, MINUTE_US
from agents.closing import Outcome, asked_out
from agents.facts import EXCHANGE
from agents.market import newest_price
from agents.paper_exchange import filled, is_fillable
from agents.rules import ExitRules
from schemas.event import Event, from_micros
from schemas.market import Market
from schemas.money import to_usd
from schemas.operations import ClockAdvanced
from schemas.positions import Book, Position

_HALF_A_DAY_US = 720 * MINUTE_US
"""Into a bar of a day, whether it starts at New York's midnight or at that of UTC, it is its date in New York."""


def expirations_settled(book: Book, clock: ClockAdvanced, *, market: Market, rules: ExitRules) -> Outcome:
    """Close what is held in contracts that are over; a live position is its broker's to settle.

    A contract is over with the session of its expiration date, and is worth what its underlying's price makes of it
    then; where nobody looked at that moment, the last price that is known of that date. Without one it stays.
    """
    at, events = clock.occurred_at, list[Event]()
    today = at.astimezone(EXCHANGE).date()
    for position in book.positions:
        is_over = today > position.expiration or (today == position.expiration and clock.kind == "session_close")
        if position.order_type == "live" or not is_over:
            continue
        underlying = _price_on(position.expiration, market)
        if underlying is None:
            continue
        if position.available:
            book, _, asked = asked_out(book, position, at=at, reason="expired")
            events.append(asked)
        worth = intrinsic_value(position, underlying)
        for order in book.working:
            # on paper what opened it has been filled whole: only its exits are left
            if order.position_id == position.position_id and is_fillable(order, at=at, price=worth):
                book, caused = filled(book, order, at=at, price=worth, rules=rules)
                events += caused
    return book, tuple(events)


def intrinsic_value(position: Position, underlying: Decimal) -> Decimal:
    """Return what exercising a position's contract brings, dollars a share, at a price of its underlying."""
    gain = underlying - position.strike if position.type == "call" else position.strike - underlying
    return max(gain, Decimal(0))


def _price_on(day: date, market: Market) -> Decimal | None:
    """Return the underlying's last known price of an exchange's date, dollars."""
    newest = newest_price(market.last)
    if newest is not None and _date_of(newest[1]) == day:
        return to_usd(newest[0])
    known = market.series.get(DAY)
    if known is None:
        return None
    bars = (*known.bars, known.bar) if known.bar is not None else known.bars
    return next((to_usd(bar.close) for bar in reversed(bars) if _date_of(bar.start + _HALF_A_DAY_US) == day), None)


def _date_of(at_us: int) -> date:
    return from_micros(at_us).astimezone(EXCHANGE).date()
