"""Symbols: stocks, and options as OCC writes them without padding (`SPY260220C00596000`)."""

import re
import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

_OPTION = re.compile(r"([A-Z]{1,5}\d?)(\d{2})(\d{2})(\d{2})([CP])(\d{8})")
_STOCK = re.compile(r"[A-Z]{1,6}(\.[A-Z])?")
_ASSETS = uuid.UUID("5b5d3d67-06ad-4ffa-af65-a117d0fc5a59")


@dataclass(frozen=True, slots=True)
class Contract:
    """What an option's symbol says."""

    symbol: str
    root: str
    expiration: date
    kind: str
    """`call` or `put`."""
    strike: Decimal

    @property
    def underlying(self) -> str:
        """Return the underlying: SPXW and the like belong to the index they are named after."""
        return {"SPXW": "SPX", "NDXP": "NDX", "RUTW": "RUT", "VIXW": "VIX"}.get(self.root, self.root)


def contract_of(symbol: str) -> Contract | None:
    """Return the contract a symbol names, or None if it names none."""
    if not (found := _OPTION.fullmatch(symbol)):
        return None
    root, year, month, day, kind, strike = found.groups()
    try:
        expiration = date(2000 + int(year), int(month), int(day))
    except ValueError:
        return None
    return Contract(symbol, root, expiration, "call" if kind == "C" else "put", Decimal(strike) / 1000)


def is_stock(symbol: str) -> bool:
    """Say whether a symbol has the form of a stock's."""
    return bool(_STOCK.fullmatch(symbol))


def multiplier(symbol: str) -> int:
    """Return how many dollars a price of 1 stands for."""
    return 100 if contract_of(symbol) else 1


def asset_id(symbol: str) -> str:
    """Return the id of an asset: always the same for a symbol."""
    return str(uuid.uuid5(_ASSETS, symbol))


def asset_class(symbol: str) -> str:
    return "us_option" if contract_of(symbol) else "us_equity"


def text(number: Decimal) -> str:
    """Return a number as Alpaca writes it: plain, without trailing zeros."""
    return format(number.normalize(), "f") if number else "0"
