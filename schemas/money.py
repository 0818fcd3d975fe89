"""Money and prices: `Decimal` for people and books, fixed-point integers of 1e-9 dollars on the tape."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field

NANOS = 1_000_000_000
CONTRACT_MULTIPLIER = 100
"""Shares behind one option contract."""

_CENT = Decimal("0.01")
_PRICE = Decimal("0.0001")
_NANO = Decimal("0.000000001")


class Scale:
    """Marks a `Decimal` field with the number of decimals that Avro stores."""

    def __init__(self, digits: int) -> None:
        self.digits = digits


def rounded(quantum: Decimal) -> BeforeValidator:
    def quantize(value: object) -> object:
        if isinstance(value, int | str | Decimal) and not isinstance(value, bool):
            return Decimal(value).quantize(quantum, rounding=ROUND_HALF_EVEN)
        if isinstance(value, float):
            return Decimal(repr(value)).quantize(quantum, rounding=ROUND_HALF_EVEN)
        return value

    return BeforeValidator(quantize)


PriceUsd = Annotated[Decimal, Field(max_digits=18), rounded(_PRICE), Scale(4)]
"""Dollars a share or a contract's share, four decimals."""

MoneyUsd = Annotated[Decimal, Field(max_digits=18), rounded(_CENT), Scale(2)]
"""An amount of dollars, to the cent."""

Ratio = Annotated[Decimal, Field(max_digits=18), rounded(_PRICE), Scale(4)]
"""A plain number (percent, multiple, score, greek), four decimals."""


def to_nanos(price: Decimal) -> int:
    """Return a price in dollars as 1e-9 dollars; raises ValueError when it has more than nine decimals."""
    scaled = price / _NANO
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{price} has more than nine decimals")
    return int(scaled)


def to_usd(price_nanos: int) -> Decimal:
    """Return 1e-9 dollars as dollars with four decimals, rounded half to even."""
    return (Decimal(price_nanos) * _NANO).quantize(_PRICE, rounding=ROUND_HALF_EVEN)


def cents(amount: Decimal) -> Decimal:
    """Return an amount of dollars to the cent, rounded half to even."""
    return amount.quantize(_CENT, rounding=ROUND_HALF_EVEN)


def ratio(value: Decimal) -> Decimal:
    """Return a plain number with four decimals, rounded half to even."""
    return value.quantize(_PRICE, rounding=ROUND_HALF_EVEN)
