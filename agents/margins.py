"""How far a gate was from its other verdict, as a number, wherever it holds a number against a bound."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Literal

from schemas.decisions import GateResult

Comparison = Literal["at least", "at most", "fewer than", "under"]


@dataclass(frozen=True, slots=True)
class Measure:
    """What a gate holds against its bound: the sum of some of its inputs."""

    inputs: tuple[str, ...]
    unit: str
    sign: int = 1


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "confluence": Measure(("score",), "points"),
        "entry_tier_2_confidence": Measure(("confidence",), "points"),
        "entry_tier_2_close": Measure(("minutes_to_close",), "minutes"),
        "meta_decision": Measure(("final_confidence",), "points"),
        "position_size": Measure(("quantity",), "contracts"),
        "quantity": Measure(("quantity",), "contracts"),
        "portfolio_guard": Measure(("chop_score",), "points"),
        "open_positions": Measure(("open_positions",), "positions"),
        "positions_per_symbol": Measure(("open_positions",), "positions"),
        "total_exposure": Measure(("exposure", "cost"), "dollars"),
        "exposure_percent": Measure(("exposure_percent",), "percent"),
        "engine_exposure": Measure(("exposure", "cost"), "dollars"),
        "engine_exposure_percent": Measure(("exposure_percent",), "percent"),
        "daily_loss": Measure(("day_realized_pnl",), "dollars", sign=-1),
        "daily_trades": Measure(("day_trades",), "orders"),
        "buying_power": Measure(("cost", "spent_since"), "dollars"),
    }
)
"""By gate; any other gate looks at something that is not a number, or at several things at once."""

_BOUND = re.compile(
    r"(at least|at most|fewer than|under|from confidence)\D*?(-?\d+(?:\.\d+)?)(?: % of \$?(\d+(?:\.\d+)?))?"
)
_COMPARISONS: Mapping[str, Comparison] = MappingProxyType(
    {"at least": "at least", "from confidence": "at least", "at most": "at most", "fewer than": "fewer than"}
)


@dataclass(frozen=True, slots=True)
class Margin:
    """A number, its bound, and what lies between them."""

    value: Decimal
    comparison: Comparison
    bound: Decimal
    unit: str

    @property
    def margin(self) -> Decimal:
        """What there was to spare, in the unit; below zero: what was lacking, or too much."""
        return self.value - self.bound if self.comparison == "at least" else self.bound - self.value

    @property
    def holds(self) -> bool:
        """Whether the number is on the right side of its bound; a bound that must not be reached is wrong itself."""
        return self.margin > 0 if self.comparison in ("fewer than", "under") else self.margin >= 0


def margin_of(gate: GateResult) -> Margin | None:
    """Return how far a gate was from its bound, or None where it holds no number against one."""
    measure, found = MEASURES.get(gate.gate), _BOUND.search(gate.limit or "")
    if measure is None or found is None:
        return None
    values = [_number(gate.inputs.get(name)) for name in measure.inputs]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    how, bound, of = found.groups()
    # a share of a limit: "at most 50 % of $10000", "at most 50 % of 20 % of equity"
    limit = Decimal(bound) if of is None else Decimal(bound) * Decimal(of) / 100
    return Margin(measure.sign * sum(known, Decimal(0)), _COMPARISONS.get(how, "under"), limit, measure.unit)


def _number(text: str | None) -> Decimal | None:
    try:
        value = Decimal(text or "")
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
