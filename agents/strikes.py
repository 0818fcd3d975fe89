"""Which contract to trade: at the money, the Friday after the holding time, and really listed where that is known."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction

from schemas.market import ListedContract
from schemas.occ import OptionContract, OptionType, parse_option_symbol
from schemas.signals import Direction

_FRIDAY = 4


def target_contract(symbol: str, direction: Direction, *, price: Decimal, day: date, hold_days: int) -> OptionContract:
    """Return the contract wished for, listed or not.

    price  dollars a share of the underlying: the strike is the next whole dollar above for a call, below for a put
    day    the exchange's date; the expiration is the first Friday on or after day + hold_days
    """
    kind: OptionType = "call" if direction == "long" else "put"
    rounding = ROUND_CEILING if direction == "long" else ROUND_FLOOR
    return OptionContract(
        root=symbol,
        expiration=first_friday(day + timedelta(days=hold_days)),
        type=kind,
        strike=price.to_integral_value(rounding=rounding),
    )


def first_friday(day: date) -> date:
    """Return the first Friday on or after a day."""
    return day + timedelta(days=(_FRIDAY - day.weekday()) % 7)


def nearest_listed(
    wished: OptionContract, listed: Iterable[ListedContract], *, price: Decimal, day: date, dte_min: int
) -> OptionContract | None:
    """Return the listed contract nearest to the one wished for, or None when none of its type lives long enough.

    A percent of the underlying's price in the strike weighs as much as a week in the expiration. Contracts that a
    time rule would close at once (dte_min days or less) are left out.
    """

    def distance(item: ListedContract) -> tuple[Fraction, int, Decimal, str]:
        days = abs((item.expiration - wished.expiration).days)
        strikes = abs(Fraction(item.strike) - Fraction(wished.strike))
        return strikes * 100 / Fraction(price) + Fraction(days, 7), days, item.strike, item.option_symbol

    living = [item for item in listed if item.type == wished.type and item.expiration > day + timedelta(days=dte_min)]
    return parse_option_symbol(min(living, key=distance).option_symbol) if living else None
