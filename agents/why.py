"""Why a signal was traded or not: every gate with what it lacked, what each engine wanted, and one sentence to read.

Everything here follows from the decision as it stands on its topic: nothing is judged again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from agents.limits import executing
from agents.margins import Margin, margin_of
from schemas.decisions import DecisionMade, Engine, GateResult, Recommendation

POLICY = "execution_policy"
"""The gate that blocks where no engine that trades has recommended anything."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A gate, and how far it was from its bound."""

    gate: GateResult
    margin: Margin | None


@dataclass(frozen=True, slots=True)
class EngineSaid:
    """What an engine wanted on the same context, and whether that is what was done."""

    engine: Engine
    trades: bool
    """whether the policy lets it trade; otherwise it shadows"""
    recommendation: Recommendation | None
    blocked_by: tuple[Weighed, ...]
    """its own gates that block, and those of both"""
    wants_trade: bool
    is_other: bool
    """whether alone it would have come to something else than what was done"""
    difference: str
    """what it would have done, and how far it was from that; empty where it is what was done"""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a decision was what it was."""

    summary: str
    gates: tuple[Weighed, ...]
    shadow_gates: tuple[Weighed, ...]
    deciding: tuple[Weighed, ...]
    """the gates that blocked, the one that gave the reason first"""
    engines: tuple[EngineSaid, ...]


def explained(decision: DecisionMade) -> Explanation:
    """Return why a decision was what it was."""
    gates = tuple(Weighed(gate, margin_of(gate)) for gate in decision.gates)
    shadows = tuple(Weighed(gate, margin_of(gate)) for gate in decision.shadow_gates)
    deciding = tuple(Weighed(gate, margin_of(gate)) for gate in refusing(decision.gates, decision.rejection_reason))
    engines = tuple(_said(decision, engine, (*gates, *shadows)) for engine in _engines(decision))
    return Explanation(_summary(decision, deciding, engines), gates, shadows, deciding, engines)


def refusing(gates: Iterable[GateResult], reason: str | None) -> list[GateResult]:
    """Return the gates that block, the one that gave the reason first."""
    return sorted((gate for gate in gates if gate.verdict == "block"), key=lambda gate: gate.code != reason)


def said_of(weighed: Weighed) -> str:
    """Return what a gate said, in a few words: what it saw, what it needed, and what was lacking."""
    gate, margin = weighed.gate, weighed.margin
    name = gate.gate.replace("_", " ")
    if margin is None:
        return f"{name}: {gate.detail or gate.code or gate.verdict}"
    needed = f"{name} {_plain(margin.value)}, needed {margin.comparison} {_plain(margin.bound)} {margin.unit}"
    if margin.holds:
        return f"{needed} ({_plain(margin.margin)} to spare)"
    far = "at its bound" if margin.margin == 0 else f"{_plain(abs(margin.margin))} {_wrong_way(margin)}"
    return f"{needed} ({far})"


def _engines(decision: DecisionMade) -> list[Engine]:
    known = {item.engine for item in decision.recommendations}
    known |= {gate.engine for gate in (*decision.gates, *decision.shadow_gates) if gate.engine is not None}
    known |= {decision.recommendation.engine} if decision.recommendation else set()
    known |= set(executing(decision.policy))
    return sorted(known)


def _said(decision: DecisionMade, engine: Engine, gates: Iterable[Weighed]) -> EngineSaid:
    made = [*decision.recommendations, *((decision.recommendation,) if decision.recommendation else ())]
    wanted = next((item for item in made if item.engine == engine), None)
    blocked = tuple(item for item in gates if item.gate.verdict == "block" and item.gate.engine in (None, engine))
    own = [item for item in blocked if item.gate.engine == engine]
    # what stops everybody stops this one too; the policy only says whose recommendation counts
    stopped = any(item.gate.engine is None and item.gate.gate != POLICY for item in blocked)
    wants = wanted is not None and not own
    trades = engine in executing(decision.policy)
    was_traded = decision.status == "approved"
    leading = decision.recommendation
    is_other = not trades and (wants and not stopped) != was_traded
    if wants and was_traded and wanted is not None and leading is not None and leading.engine != engine:
        is_other = (wanted.direction, wanted.option_symbol, wanted.quantity) != (
            leading.direction,
            leading.option_symbol,
            leading.quantity,
        )
    difference = _difference(engine, wanted if wants else None, own, leading) if is_other else ""
    return EngineSaid(engine, trades, wanted, blocked, wants, is_other, difference)


def _difference(
    engine: Engine, wanted: Recommendation | None, own: list[Weighed], leading: Recommendation | None
) -> str:
    if wanted is None:
        return f"engine {engine} would not have traded" + (f": {said_of(own[0])}" if own else "")
    sure = "" if wanted.confidence is None else f" at confidence {wanted.confidence}"
    text = f"engine {engine} would have bought {wanted.quantity} {wanted.option_symbol} ({wanted.direction}){sure}"
    if leading is not None and leading.engine != engine:
        more = wanted.quantity - leading.quantity
        if wanted.option_symbol == leading.option_symbol and more:
            text += f", {abs(more)} contracts {'more' if more > 0 else 'fewer'}"
    return text


def _summary(decision: DecisionMade, deciding: tuple[Weighed, ...], engines: tuple[EngineSaid, ...]) -> str:
    subject = f"{decision.direction} {decision.symbol} on {decision.timeframe}"
    if decision.status == "approved":
        bought = [
            f"{said.recommendation.quantity} {said.recommendation.option_symbol} by engine {said.engine}"
            for said in engines
            if said.trades and said.recommendation is not None and said.wants_trade
        ]
        text = f"Traded {subject}: ordered {' and '.join(bought) or 'as recommended'}; no gate blocked all of it"
    else:
        reasons = "; ".join(dict.fromkeys(said_of(item) for item in deciding[:3]))
        rest = len(deciding) - 3
        more = f"; and {rest} more" if rest > 0 else ""
        text = f"Not traded, {subject}: {reasons or decision.rejection_reason or 'no reason was given'}{more}"
    others = [said.difference for said in engines if said.is_other]
    return text + "".join(f"; {other}" for other in others) + "."


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _wrong_way(margin: Margin) -> str:
    return "short" if margin.comparison == "at least" else "too much"
