"""The ladder of gates that a signal climbs, and the rungs that it has not reached.

An engine's chain ends at the first gate that blocks, and where the market stage stops a signal the account is not
asked. What follows from a decision on its topic is told: nothing is judged again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from agents.limits import executing
from schemas.decisions import DecisionMade, Engine

_BEFORE: tuple[str, ...] = ("mtf_bias", "bias_suppression", "bias_staleness")
_CONTRACT: tuple[str, ...] = ("strike_selection", "contract_price")
CHAINS: Mapping[Engine, tuple[str, ...]] = MappingProxyType(
    {
        "A": (
            *_BEFORE,
            "entry_tier_1",
            "entry_tier_2_close",
            "entry_tier_2_confidence",
            "entry_tier_3",
            *_CONTRACT,
        ),
        "B": (*_BEFORE, "entry_tier_2_close", "meta_decision", "gamma_override", *_CONTRACT),
    }
)
"""What each engine asks, in order. Gates that are met in some cases only, like a turn by the dealers, are not here."""

ACCOUNT: tuple[str, ...] = (
    "kill_switch",
    "quantity",
    "open_positions",
    "positions_per_symbol",
    "duplicate_position",
    "total_exposure",
    "exposure_percent",
    "daily_loss",
    "daily_trades",
)
"""What every account asks, in order; a live one, and some settings, ask more."""


@dataclass(frozen=True, slots=True)
class Unreached:
    """A gate that was not asked, as something before it had stopped the signal."""

    gate: str
    engine: Engine | None
    """whose chain it belongs to; None: the account's"""


def unreached(decision: DecisionMade) -> tuple[Unreached, ...]:
    """Return the gates that were not asked: of engines that held, in their order, then the account's."""
    asked = {*executing(decision.policy), decision.policy.shadow_engine}
    left = [Unreached(gate, engine) for engine in CHAINS if engine in asked for gate in _left(engine, decision)]
    is_by_hand = decision.policy.execution_mode == "MANUAL"
    if not is_by_hand and all(gate.gate not in ACCOUNT for gate in decision.gates):
        left += [Unreached(gate, None) for gate in ACCOUNT]
    return tuple(left)


def _left(engine: Engine, decision: DecisionMade) -> tuple[str, ...]:
    chain = CHAINS[engine]
    met = [gate.gate for gate in (*decision.gates, *decision.shadow_gates) if gate.engine == engine]
    if not met:
        return chain
    known = [chain.index(gate) for gate in met if gate in chain]
    # an engine that failed has no chain: its one gate says so
    return chain[max(known) + 1 :] if known else ()
