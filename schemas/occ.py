"""Option symbols in OCC form without padding: root, yymmdd, C or P, strike in thousandths (`SPY260220C00596000`)."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

OptionType = Literal["call", "put"]

_FORM = re.compile(r"^([A-Z]{1,6})(\d{6})([CP])(\d{8})$")
_UNDERLYING_OF_ROOT = {"SPXW": "SPX", "NDXP": "NDX", "RUTW": "RUT", "VIXW": "VIX"}
"""Roots that differ from their underlying: weekly index options."""


@dataclass(frozen=True, slots=True)
class OptionContract:
    """One listed contract."""

    root: str
    expiration: date
    type: OptionType
    strike: Decimal

    @property
    def symbol(self) -> str:
        """The contract's OCC symbol, without padding."""
        thousandths = int(self.strike * 1000)
        return f"{self.root}{self.expiration:%y%m%d}{'C' if self.type == 'call' else 'P'}{thousandths:08d}"

    @property
    def underlying(self) -> str:
        return _UNDERLYING_OF_ROOT.get(self.root, self.root)


def parse_option_symbol(symbol: str) -> OptionContract | None:
    """Return the contract a symbol names, padded or not, or None when it names none (an underlying)."""
    match = _FORM.match(symbol.replace(" ", "").upper())
    if match is None:
        return None
    root, day, kind, thousandths = match.groups()
    try:
        expiration = datetime.strptime(day, "%y%m%d").date()  # noqa: DTZ007 -- a date has no zone
    except ValueError:
        return None
    return OptionContract(root, expiration, "call" if kind == "C" else "put", Decimal(thousandths) / 1000)


def underlying_of(symbol: str) -> str:
    """Return the underlying of a contract, or the symbol itself when it is one."""
    contract = parse_option_symbol(symbol)
    return symbol.upper() if contract is None else contract.underlying
