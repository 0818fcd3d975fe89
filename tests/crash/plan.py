"""What a round goes by: its limits, its accounts, and what the feed trades."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from itertools import product
from string import ascii_uppercase

from schemas.occ import OptionContract, underlying_of
from streams.topics import PARTITIONS, partition_of

START = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
"""The first tick, within a regular session."""
EXPIRATION = date(2026, 2, 20)
STRIKES = (Decimal(99), Decimal(100), Decimal(101))
ACCOUNTS = ("crash-a", "crash-b", "crash-c", "crash-d")
LIVE_ACCOUNT = ACCOUNTS[0]
"""Its orders go to a broker, where the machine lets one have the tape's time; the others trade on paper."""
WEBHOOK_ACCOUNT = "crash-w"
"""Of the alerts that come through the API."""
WORKERS = 2
FEED = "crash"
"""The source of what the feeder does by hand."""
WEBHOOK = "api/webhook"
"""The source of what the API has taken in."""

UNDERLYINGS_MIN = 12


EVERYTHING = {
    "ENABLE_VARIANT_B": "true",
    "AB_SPLIT_PERCENTAGE": "25",
    "ENABLE_SHADOW_EXECUTION": "true",
    "ENABLE_ORB_SPECIALIST": "true",
    "ENABLE_STRAT_SPECIALIST": "true",
    "ENABLE_TTM_SPECIALIST": "true",
    "ENABLE_SATYLAND_SUBAGENT": "true",
    "ENABLE_ADAPTIVE_TUNER": "true",
}
"""Both engines trade, each shadows the other, every agent speaks, and the tuner learns."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers that the workers go by and the oracle judges by."""

    equity: Decimal = Decimal(10_000_000)
    open_positions_max: int = 40
    exit_pct: Decimal = Decimal(5)
    """profit target and stop loss alike"""
    changed_exit_pct: Decimal = Decimal(4)
    """the same, once they are changed for an underlying"""
    part_pct: Decimal = Decimal(3)
    """gain and loss from which half of a position goes, once each"""
    order_timeout_s: int = 9

    def environment(self) -> Mapping[str, str]:
        """Return them as the workers' settings."""
        return {
            "ACCOUNT_EQUITY": str(self.equity),
            "MAX_OPEN_POSITIONS": str(self.open_positions_max),
            "MAX_POSITIONS_PER_SYMBOL": "1000",
            "MAX_TOTAL_EXPOSURE": str(self.equity),
            "MAX_EXPOSURE_PERCENT": "100",
            "MAX_DAILY_LOSS": str(self.equity),
            "PROFIT_TARGET_PCT": str(self.exit_pct),
            "STOP_LOSS_PCT": str(self.exit_pct),
            "PARTIAL_PROFIT_PCT": str(self.part_pct),
            "DEEP_LOSS_PCT": str(self.part_pct),
            "PAPER_ORDER_TIMEOUT_S": str(self.order_timeout_s),
            **EVERYTHING,
        }


def underlyings() -> list[str]:
    """Return symbols of which each partition has at least one."""
    names = _names()
    by_partition: dict[int, list[str]] = {}
    count = 0
    while len(by_partition) < PARTITIONS or count < UNDERLYINGS_MIN:
        name = next(names)
        held = by_partition.setdefault(partition_of(name), [])
        if len(held) < 2:
            held.append(name)
            count += 1
    return sorted(name for held in by_partition.values() for name in held)


def _names() -> Iterator[str]:
    return ("CR" + "".join(letters) for letters in product(ascii_uppercase, repeat=2))


def contracts(underlying: str) -> list[OptionContract]:
    """Return what is listed of an underlying."""
    return [
        OptionContract(root=underlying, expiration=EXPIRATION, type=kind, strike=strike)
        for strike in STRIKES
        for kind in ("call", "put")
    ]


@cache
def underlying(symbol: str) -> str:
    """Return the underlying of an instrument, read once: a round asks for each tick."""
    return underlying_of(symbol)
