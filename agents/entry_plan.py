"""From a direction to a trade: which contract, at what price, how many."""

from dataclasses import dataclass
from decimal import Decimal

from agents.gates import result
from agents.rules import Rules
from agents.sizing import size
from agents.strikes import Choice, choose
from schemas.decisions import AgentVote, ContractSeen, Engine, EnrichedContext, GateResult, Recommendation
from schemas.signals import Direction, SignalReceived


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an engine came to: every gate that was asked, and a recommendation when none of them blocked."""

    engine: Engine
    gates: tuple[GateResult, ...]
    recommendation: Recommendation | None = None


def plan(
    engine: Engine,
    signal: SignalReceived,
    context: EnrichedContext,
    rules: Rules,
    *,
    gates: tuple[GateResult, ...],
    direction: Direction,
    context_hash: str,
    share: int,
    confidence: int,
    agents: tuple[AgentVote, ...],
) -> Judgement:
    """Return the judgement of an engine that would trade in a direction, gates so far included.

    share  percent of the capital that is the engine's; its recommendation may come to no contract at all
    """
    assert context.price is not None  # the gate market_data has passed
    assert context.day is not None
    choice = choose(
        context.contracts,
        direction=direction,
        price=context.price,
        day=context.day,
        signal=signal,
        bias=context.bias,
        rules=rules.engine.strikes,
        at=context.at,
        price_age_max=rules.session.market_data_age_max,
    )
    gates = (*gates, _strike_selection(engine, choice, context))
    contract = choice.contract
    if contract is None:
        return Judgement(engine, gates)
    gates = (*gates, _contract_price(engine, contract, context, rules))
    if contract.price is None or gates[-1].verdict == "block":
        return Judgement(engine, gates)
    sizing = size(entry_price=contract.price, context=context, rules=rules, share=share)
    recommendation = Recommendation(
        engine=engine,
        symbol=signal.symbol,
        direction=direction,
        option_symbol=contract.option_symbol,
        strike=contract.strike,
        expiration=contract.expiration,
        type=contract.type,
        quantity=sizing.quantity,
        entry_price=contract.price,
        is_shadow=False,
        base_quantity=sizing.base_quantity,
        gamma_multiplier=sizing.gamma_multiplier,
        risk_multiplier=sizing.risk_multiplier,
        confluence_multiplier=sizing.confluence_multiplier,
        capital_share=share,
        context_hash=context_hash,
        confidence=confidence,
        agents=agents,
        selection=choice.selection,
        gamma_overridden=direction != signal.direction,
    )
    return Judgement(engine, gates, recommendation)


def _strike_selection(engine: Engine, choice: Choice, context: EnrichedContext) -> GateResult:
    contract, selection = choice.contract, choice.selection
    refused = ", ".join(f"{count} by {name}" for name, count in sorted(selection.refused.items()))
    return result(
        "strike_selection",
        blocks=contract is None,
        code="no_listed_contract",
        inputs={
            "contract": contract and contract.option_symbol,
            "listed_contracts": context.listed_contracts,
            "mode": selection.mode,
        },
        detail="" if contract else f"no listed contract of this type will do ({refused or 'none is near'})",
        engine=engine,
    )


def _contract_price(engine: Engine, contract: ContractSeen, context: EnrichedContext, rules: Rules) -> GateResult:
    age_max = rules.session.market_data_age_max
    priced = contract.price is not None and contract.price > Decimal(0)
    fresh = priced and contract.price_at is not None and context.at - contract.price_at <= age_max
    return result(
        "contract_price",
        blocks=not fresh,
        code="market_data_unavailable",
        inputs={"contract": contract.option_symbol, "price": contract.price, "price_at": contract.price_at},
        limit=f"at most {int(age_max.total_seconds())} s old",
        detail="" if fresh else f"no quote of {contract.option_symbol} that is new enough",
        engine=engine,
    )
