"""Engine A: a chain of gates, each with its inputs and limit; the first that blocks ends it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from agents.market import newest_price
from agents.rules import Rules
from agents.strikes import nearest_listed, target_contract
from schemas.decisions import EnrichedContext, GateResult, Recommendation
from schemas.event import to_micros
from schemas.market import Market
from schemas.money import to_usd
from schemas.occ import OptionContract
from schemas.session import MarketSession
from schemas.signals import SignalReceived

GAMMA_MULTIPLIERS = {"long_gamma": Decimal("1.25"), "short_gamma": Decimal("0.6"), "neutral": Decimal(1)}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the chain came to: every gate that was asked, and a recommendation when none of them blocked."""

    gates: tuple[GateResult, ...]
    recommendation: Recommendation | None


def judge(
    signal: SignalReceived, context: EnrichedContext, market: Market, session: MarketSession, rules: Rules
) -> Judgement:
    """Return engine A's judgement of a signal."""
    gates: list[GateResult] = []
    for gate in _conditions(signal, context, rules):
        gates.append(gate)
        if gate.verdict == "block":
            return Judgement(tuple(gates), None)
    assert context.price is not None  # the gate market_data has passed
    contract = choose_contract(signal, market, session, price=context.price, rules=rules)
    gates.append(_listed(contract, context))
    if contract is None:
        return Judgement(tuple(gates), None)
    quoted = contract_price(market, contract.symbol)
    gates.append(_contract_price(contract, quoted, context, rules))
    if quoted is None or gates[-1].verdict == "block":
        return Judgement(tuple(gates), None)
    quantity, gamma, risk = size(context, rules)
    recommendation = Recommendation(
        engine="A",
        symbol=signal.symbol,
        direction=signal.direction,
        option_symbol=contract.symbol,
        strike=contract.strike,
        expiration=contract.expiration,
        type=contract.type,
        quantity=quantity,
        entry_price=to_usd(quoted[0]),
        is_shadow=False,
        base_quantity=rules.engine.position_size,
        gamma_multiplier=gamma,
        risk_multiplier=risk,
    )
    return Judgement(tuple(gates), recommendation)


def _conditions(signal: SignalReceived, context: EnrichedContext, rules: Rules) -> Iterator[GateResult]:
    yield _market_data(context, rules)
    yield from _bias(context, rules)
    yield from _entry(signal, context, rules)


def _market_data(context: EnrichedContext, rules: Rules) -> GateResult:
    age_max = rules.session.market_data_age_max
    priced = context.price is not None and context.price > 0
    fresh = priced and context.price_at is not None and context.at - context.price_at <= age_max
    return _gate(
        "market_data",
        blocks=not fresh,
        code="market_data_unavailable",
        inputs={"price": context.price, "price_at": context.price_at},
        limit=f"at most {int(age_max.total_seconds())} s old",
        detail=f"no price of {context.symbol} on the tape that is new enough" if not fresh else "",
    )


def _bias(context: EnrichedContext, rules: Rules) -> Iterator[GateResult]:
    bias, required = context.bias, rules.engine.bias_required
    yield _gate(
        "mtf_bias",
        blocks=bias is None and required,
        code="no_bias_state",
        inputs={"bias": bias and bias.bias, "required": required},
        detail="no multi-timeframe bias has been received for the symbol" if bias is None else "",
    )
    if bias is None:
        return
    yield _gate(
        "bias_suppression",
        blocks=bias.trade_suppressed and required,
        code="trade_suppressed",
        inputs={"trade_suppressed": bias.trade_suppressed},
        detail="the bias state suppresses trades" if bias.trade_suppressed else "",
    )
    yield _gate(
        "bias_staleness",
        blocks=context.bias_stale and rules.engine.stale_bias_blocks and required,
        code="bias_stale",
        inputs={"bias_timestamp": bias.timestamp, "stale": context.bias_stale},
        limit=f"{bias.stale_after_s} s",
        detail="the bias state is too old" if context.bias_stale else "",
    )


def _entry(signal: SignalReceived, context: EnrichedContext, rules: Rules) -> Iterator[GateResult]:
    """Tier 1 blocks, tier 2 delays, tier 3 enters."""
    yield _gate(
        "entry_tier_1",
        blocks=not tradable(context, rules) and not rules.session.decision_only_when_closed,
        code="entry_blocked",
        inputs={"session": context.session},
        detail="the market is closed" if not tradable(context, rules) else "",
    )
    closing = context.minutes_to_close is not None and context.minutes_to_close < rules.session.close_grace_minutes
    yield _gate(
        "entry_tier_2_close",
        blocks=closing,
        code="entry_wait",
        inputs={"minutes_to_close": context.minutes_to_close},
        limit=f"at least {rules.session.close_grace_minutes}",
        detail="the close is near" if closing else "",
    )
    unsure = signal.confidence is not None and signal.confidence < rules.engine.confidence_min
    yield _gate(
        "entry_tier_2_confidence",
        blocks=unsure,
        code="entry_wait",
        inputs={"confidence": signal.confidence},
        limit=f"at least {rules.engine.confidence_min}",
        detail="the alert's confidence is low" if unsure else "",
    )
    yield _gate("entry_tier_3", blocks=False, code="", inputs={"action": "ENTER"})


def tradable(context: EnrichedContext, rules: Rules) -> bool:
    """Return whether orders may be made in this session."""
    return (
        context.session == "regular"
        or (context.session == "premarket" and rules.session.allow_premarket)
        or (context.session == "afterhours" and rules.session.allow_afterhours)
    )


def choose_contract(
    signal: SignalReceived, market: Market, session: MarketSession, *, price: Decimal, rules: Rules
) -> OptionContract | None:
    """Return the contract to trade: the wish where no chain is known, else the nearest that is listed.

    A strike and an expiration that the alert names take the place of the wish.
    """
    wished = target_contract(
        signal.symbol, signal.direction, price=price, day=session.day, hold_days=rules.engine.hold_days_max
    )
    wished = OptionContract(
        root=wished.root,
        expiration=signal.expiration or wished.expiration,
        type=wished.type,
        strike=signal.strike or wished.strike,
    )
    if not market.chain:
        return wished
    return nearest_listed(wished, market.chain.values(), price=price, day=session.day, dte_min=rules.exits.dte_min)


def _listed(contract: OptionContract | None, context: EnrichedContext) -> GateResult:
    return _gate(
        "strike_selection",
        blocks=contract is None,
        code="no_listed_contract",
        inputs={"contract": contract and contract.symbol, "listed_contracts": context.listed_contracts},
        detail="no listed contract of this type lives long enough" if contract is None else "",
    )


def contract_price(market: Market, option_symbol: str) -> tuple[int, int] | None:
    """Return (price in 1e-9 dollars, UTC microseconds) of the contract's newest quote or trade, or None."""
    quote = market.quotes.get(option_symbol)
    return None if quote is None else newest_price(quote)


def _contract_price(
    contract: OptionContract, quoted: tuple[int, int] | None, context: EnrichedContext, rules: Rules
) -> GateResult:
    age_max_us = int(rules.session.market_data_age_max.total_seconds() * 1_000_000)
    fresh = quoted is not None and to_usd(quoted[0]) > 0 and to_micros(context.at) - quoted[1] <= age_max_us
    return _gate(
        "contract_price",
        blocks=not fresh,
        code="market_data_unavailable",
        inputs={"contract": contract.symbol, "mid": quoted and to_usd(quoted[0])},
        limit=f"at most {age_max_us // 1_000_000} s old",
        detail=f"no quote of {contract.symbol} that is new enough" if not fresh else "",
    )


def size(context: EnrichedContext, rules: Rules) -> tuple[int, Decimal, Decimal]:
    """Return (contracts, gamma multiplier, risk multiplier): at least one, rounded down after each multiplier."""
    gamma = GAMMA_MULTIPLIERS[context.gex.dealer_position if context.gex else "neutral"]
    risk = context.bias.risk_multiplier if context.bias else Decimal(1)
    adjusted = (rules.engine.position_size * gamma).to_integral_value(rounding=ROUND_FLOOR)
    return max(1, int((adjusted * risk).to_integral_value(rounding=ROUND_FLOOR))), gamma, risk


def _gate(
    gate: str, *, blocks: bool, code: str, inputs: dict[str, object], limit: str | None = None, detail: str = ""
) -> GateResult:
    return GateResult(
        gate=gate,
        verdict="block" if blocks else "pass",
        inputs={name: str(value) for name, value in inputs.items()},
        limit=limit,
        code=code if blocks else None,
        detail=detail,
    )
