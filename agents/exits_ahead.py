"""What would take a position out from here: the armed levels, and how far a mark is from each."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from schemas.money import cents, ratio, to_usd
from schemas.positions import NEVER_ABOVE, NEVER_BELOW, Position

Side = Literal["at_or_below", "at_or_above"]
Takes = Literal["all", "part", "nothing"]


@dataclass(frozen=True, slots=True)
class ExitAhead:
    """A mark of the contract at which something happens to a position."""

    reason: str
    """of the exit; trail: the stop begins to follow the mark, or follows it further"""
    side: Side
    price: Decimal
    """dollars a share of the contract"""
    takes: Takes
    pnl_percent: Decimal
    """the gain at that mark, of the entry price"""
    distance: Decimal | None
    """from the newest mark to it, dollars a share, not negative before it is called; None without a mark"""
    distance_percent: Decimal | None
    """of the mark; None without a mark above 0"""


def exits_ahead(position: Position, *, mark: Decimal | None) -> tuple[ExitAhead, ...]:
    """Return the levels that a position is armed with, the lowest first; none while it is closing.

    mark  dollars a share of the contract; None: unknown
    """
    if position.status == "closing":
        return ()
    found = [
        ExitAhead(
            reason=reason,
            side=side,
            price=to_usd(level),
            takes=takes,
            pnl_percent=position.pnl_percent(to_usd(level)),
            distance=(gap := _gap(to_usd(level), side, mark)),
            distance_percent=None if gap is None or not mark else cents(gap / mark * 100),
        )
        for reason, side, level, takes in _levels(position)
        if NEVER_BELOW < level < NEVER_ABOVE
    ]
    return tuple(sorted(found, key=lambda ahead: (ahead.price, ahead.reason)))


def underlying_at(
    level: Decimal, *, mark: Decimal, underlying: Decimal, delta: Decimal | None, gamma: Decimal | None
) -> Decimal | None:
    """Return about where the underlying would stand when its contract is worth `level`, all else unchanged.

    The root nearest to today's price of  level - mark = delta x move + gamma x move^2 / 2, the Taylor series that
    desks reckon with (Hull, Options, Futures and Other Derivatives, "The Greek letters"). Dollars a share; None
    without a delta, where no move leads there, or where that would be a price of 0 or below.
    """
    if not delta:
        return None
    change = level - mark
    if not gamma:
        move = change / delta
    else:
        under_root = delta * delta + 2 * gamma * change
        if under_root < 0:
            return None
        # written so that a small gamma does not cancel: 2c / (b + sqrt(b^2 + 2ac)), by the sign of b
        root = under_root.sqrt()
        move = 2 * change / (delta + root if delta > 0 else delta - root)
    price = underlying + move
    return ratio(price) if price > 0 else None


def _levels(position: Position) -> Iterator[tuple[str, Side, int, Takes]]:
    yield position.stop_reason, "at_or_below", position.stop_at_or_below, "all"
    yield "profit_target", "at_or_above", position.target_at_or_above, "all"
    if position.available > 1:
        yield "deep_loss", "at_or_below", position.deep_loss_at_or_below, "part"
        yield "partial_profit", "at_or_above", position.partial_profit_at_or_above, "part"
    yield "trail", "at_or_above", position.peak_at_or_above, "nothing"


def _gap(level: Decimal, side: Side, mark: Decimal | None) -> Decimal | None:
    if mark is None:
        return None
    return ratio(mark - level if side == "at_or_below" else level - mark)
