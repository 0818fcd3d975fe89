"""How much of each limit an account has used: the figures that its gates look at, beside what they may come to."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from agents.limits import equity, exposure, positions
from agents.rules import RiskLimits
from schemas.accounts import Account
from schemas.money import cents

Unit = Literal["positions", "contracts", "dollars", "percent", "orders"]


@dataclass(frozen=True, slots=True)
class Usage:
    """One limit."""

    limit: str
    used: Decimal | None
    """None where it bounds an order, and nothing is used up"""
    allowed: Decimal | None
    """None where there is no limit"""
    unit: Unit
    symbol: str | None = None
    is_reached: bool = False
    """an order that adds to it is refused"""

    @property
    def left(self) -> Decimal | None:
        """What is not used of it, never below zero; None where that has no meaning."""
        if self.used is None or self.allowed is None:
            return None
        return max(self.allowed - self.used, Decimal(0))


def used(account: Account, limits: RiskLimits) -> Iterator[Usage]:
    """Yield each limit of an account; when limits are disabled none of them is reached."""
    for usage in _used(account, limits):
        yield usage if limits.enabled else Usage(usage.limit, usage.used, usage.allowed, usage.unit, usage.symbol)


def _used(account: Account, limits: RiskLimits) -> Iterator[Usage]:
    counts, worth, carried = positions(account), equity(account), exposure(account)
    everywhere = sum(counts.values())
    yield _counted("max_open_positions", everywhere, limits.open_positions_max, "positions")
    for symbol in sorted(counts):
        yield _counted("max_positions_per_symbol", counts[symbol], limits.positions_per_symbol_max, "positions", symbol)
    if not counts:
        yield _counted("max_positions_per_symbol", 0, limits.positions_per_symbol_max, "positions")
    size = limits.position_size_max
    yield Usage("max_position_size", None, None if size is None else Decimal(size), "contracts")
    yield Usage(
        "max_total_exposure", carried, limits.exposure_max, "dollars", is_reached=carried >= limits.exposure_max
    )
    share = cents(carried / worth * 100) if worth > 0 else None
    is_full = carried * 100 >= limits.exposure_pct_max * worth
    yield Usage("max_exposure_percent", share, limits.exposure_pct_max, "percent", is_reached=is_full)
    lost = max(Decimal("0.00"), -account.day_realized_pnl)
    is_lost = 0 < lost >= limits.daily_loss_max
    yield Usage("max_daily_loss", lost, limits.daily_loss_max, "dollars", is_reached=is_lost)
    most = limits.daily_trades_max
    yield Usage(
        "max_daily_trades",
        Decimal(account.day_trades),
        Decimal(most) if most else None,
        "orders",
        is_reached=0 < most <= account.day_trades,
    )


def _counted(name: str, count: int, most: int, unit: Unit, symbol: str | None = None) -> Usage:
    return Usage(name, Decimal(count), Decimal(most), unit, symbol, is_reached=count >= most)
