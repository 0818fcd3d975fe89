"""How many contracts: a base, scaled by what is known, and an engine's share of it."""

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from agents.confluence import multiplier as confluence_multiplier_of
from agents.dealer import GAMMA_MULTIPLIERS
from agents.rules import Rules
from schemas.decisions import EnrichedContext
from schemas.money import CONTRACT_MULTIPLIER


@dataclass(frozen=True, slots=True)
class Sizing:
    """A quantity and how it came about: base_quantity times each multiplier, rounded down after each."""

    quantity: int
    base_quantity: int
    gamma_multiplier: Decimal
    risk_multiplier: Decimal
    """of the bias"""
    regime_multiplier: Decimal
    """as learnt; rounded down together with the bias's"""
    confluence_multiplier: Decimal


def size(*, entry_price: Decimal, context: EnrichedContext, rules: Rules, share: int = 100) -> Sizing:
    """Return how many contracts to trade: at least the smallest order, or none where not even one is affordable.

    entry_price  dollars a share of the contract
    share        percent of the capital that is the engine's; its part of the quantity may come to nothing
    """
    engine, bias = rules.engine, context.bias
    gamma = GAMMA_MULTIPLIERS[context.gex.dealer_position if context.gex else "neutral"]
    risk = bias.risk_multiplier if bias else Decimal(1)
    regime = engine.regime_multipliers.get(bias.regime_type, Decimal(1)) if bias and bias.regime_type else Decimal(1)
    confluence = confluence_multiplier_of(context.confluence, engine.confluence)
    base = _base(entry_price, context, rules)
    scaled = _floor(_floor(_floor(base * gamma) * (risk * regime)) * confluence)
    whole = max(engine.position_size_min, scaled) if base > 0 else 0
    return Sizing(
        quantity=whole * share // 100,
        base_quantity=base,
        gamma_multiplier=gamma,
        risk_multiplier=risk,
        regime_multiplier=regime,
        confluence_multiplier=confluence,
    )


def _base(entry_price: Decimal, context: EnrichedContext, rules: Rules) -> int:
    """Return the contracts asked for, or those that a percent of the equity pays for."""
    percent = rules.engine.position_size_pct
    if percent is None:
        return rules.engine.position_size
    if entry_price <= 0:
        return 0
    equity = rules.limits.opening_equity if context.account is None else context.account.equity
    return max(0, int(equity * percent // (entry_price * CONTRACT_MULTIPLIER * 100)))


def _floor(value: Decimal) -> int:
    return int(value.to_integral_value(rounding=ROUND_FLOOR))
