"""An account's limits: gates that a wanted trade passes, one after the other, each with its inputs and its bound."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from agents.carried import carried
from agents.rules import RiskLimits
from schemas.accounts import Account, Holding, Reservation
from schemas.decisions import Engine, EntryContext, ExecutionPolicy, GateResult, Recommendation
from schemas.money import CONTRACT_MULTIPLIER, cents

CHOP_BLOCKS = Decimal(80)
"""Chop score from which the portfolio guard adds nothing to what is held."""
CHOP_REDUCES = Decimal(60)
"""Chop score from which the portfolio guard halves the quantity."""

_DISABLED = "limits are disabled"


def executing(policy: ExecutionPolicy) -> tuple[Engine, ...]:
    """Return the engines that trade under a policy, the assigned one first."""
    if policy.executed_engines:
        return policy.executed_engines
    return () if policy.executed_engine is None else (policy.executed_engine,)


def equity(account: Account) -> Decimal:
    """Return opening equity and what was made since, or booked by a reconciliation, in dollars."""
    return cents(account.opening_equity + account.realized_pnl + account.adjustments)


def exposure(account: Account, *, engine: Engine | None = None) -> Decimal:
    """Return what is held and reserved, at cost, in dollars; of one engine, or of all."""
    costs = carried(account).costs
    total = sum((cost for whose, cost in costs.items() if engine in (None, whose)), Decimal(0))
    return cents(total * CONTRACT_MULTIPLIER)


def positions(account: Account) -> dict[str, int]:
    """Return positions held and ordered by underlying; one that was asked to close for its capacity has freed it."""
    return dict(carried(account).counts)


def nothing_trades(made: tuple[Recommendation, ...]) -> GateResult:
    """Block a proposal in which no engine that trades has recommended anything."""
    return gate_of(
        "execution_policy",
        "shadow_only" if made else "no_recommendation",
        {"recommendations": len(made)},
        "a recommendation of an engine that trades",
        "no engine that trades has recommended anything",
    )


def kill_switch(limits: RiskLimits) -> GateResult:
    """Block everything while the account is halted."""
    return gate_of(
        "kill_switch",
        "kill_switch" if limits.halted else None,
        {"halted": limits.halted},
        "not halted",
        "the account is halted: nothing is opened",
    )


def paused(limits: RiskLimits, symbol: str) -> tuple[GateResult, ...]:
    """Block everything in an underlying that is paused; there is no gate where it is not."""
    if not limits.paused:
        return ()
    detail = "the underlying is paused: nothing is opened in it"
    return (gate_of("instrument_paused", "instrument_paused", {"symbol": symbol}, "not paused", detail),)


def sized(
    account: Account, wanted: Recommendation, *, entry: EntryContext, limits: RiskLimits
) -> tuple[tuple[GateResult, ...], Recommendation]:
    """Return the gates on the quantity, and the recommendation in the quantity that they leave."""
    gates: list[GateResult] = []
    if limits.position_size_max is not None:
        gate, wanted = _position_size(wanted, limits.position_size_max, enabled=limits.enabled)
        gates.append(gate)
    gates.append(
        gate_of(
            "quantity",
            "risk_rejected" if wanted.quantity < 1 else None,
            {"quantity": wanted.quantity, "capital_share": wanted.capital_share},
            "at least 1 contract",
            "nothing can be afforded, or the engine's share of the capital is too small for a contract",
        )
    )
    if limits.portfolio_guard:
        gate, wanted = _portfolio_guard(account, wanted, entry)
        gates.append(gate)
    return tuple(gates), wanted


def limit_gates(
    account: Account, wanted: Recommendation, *, policy: ExecutionPolicy, limits: RiskLimits
) -> tuple[GateResult, ...]:
    """Return the gates on what the account may carry."""
    gates = (
        *_positions(account, wanted, limits),
        _duplicate(account, wanted, policy),
        *_exposure(account, wanted, limits),
        *_engine_exposure(account, wanted, policy.shares, limits),
        *_day(account, limits),
    )
    if limits.enabled:
        return gates
    passed = {"verdict": "pass", "code": None, "detail": _DISABLED}
    return tuple(gate if gate.gate == "duplicate_position" else gate.model_copy(update=passed) for gate in gates)


def _position_size(wanted: Recommendation, most: int, *, enabled: bool) -> tuple[GateResult, Recommendation]:
    over = wanted.quantity > most
    gate = GateResult(
        gate="position_size",
        verdict="reduce" if over and enabled else "pass",
        inputs={"quantity": str(wanted.quantity)},
        limit=f"at most {most} contracts",
        detail=_DISABLED if not enabled else f"quantity {wanted.quantity} becomes {most}" if over else "",
    )
    return gate, wanted.model_copy(update={"quantity": most}) if gate.verdict == "reduce" else wanted


def _portfolio_guard(
    account: Account, wanted: Recommendation, entry: EntryContext
) -> tuple[GateResult, Recommendation]:
    """Allow, reduce or block by how choppy the market was at the signal and by what is held already."""
    chop = entry.chop_score or Decimal(0)
    held = len(account.holdings) + len(account.reservations)
    inputs: dict[str, object] = {"chop_score": chop, "open_positions": held}
    if chop >= CHOP_BLOCKS and held:
        bound = f"chop score under {CHOP_BLOCKS} while positions are held"
        detail = "the market is too choppy to add to what is held"
        return gate_of("portfolio_guard", "portfolio_guard_block", inputs, bound, detail), wanted
    bound = f"whole size under chop score {CHOP_REDUCES}"
    if chop < CHOP_REDUCES:
        return gate_of("portfolio_guard", None, inputs, bound, ""), wanted
    # half, but a contract stays a contract, and nothing stays nothing
    reduced = wanted.model_copy(update={"quantity": max(min(1, wanted.quantity), wanted.quantity // 2)})
    detail = f"quantity {wanted.quantity} becomes {reduced.quantity}"
    said = {name: str(value) for name, value in inputs.items()}
    return GateResult(gate="portfolio_guard", verdict="reduce", inputs=said, limit=bound, detail=detail), reduced


def _positions(account: Account, wanted: Recommendation, limits: RiskLimits) -> Iterator[GateResult]:
    counts = positions(account)
    everywhere, in_symbol = sum(counts.values()), counts.get(wanted.symbol, 0)
    yield gate_of(
        "open_positions",
        "max_open_positions_exceeded" if everywhere >= limits.open_positions_max else None,
        {"open_positions": everywhere},
        f"fewer than {limits.open_positions_max}",
        "the account holds, or has ordered, as many positions as it may",
    )
    yield gate_of(
        "positions_per_symbol",
        "max_positions_per_symbol_exceeded" if in_symbol >= limits.positions_per_symbol_max else None,
        {"symbol": wanted.symbol, "open_positions": in_symbol},
        f"fewer than {limits.positions_per_symbol_max}",
        "the account holds, or has ordered, as many positions in the symbol as it may",
    )


def _duplicate(account: Account, wanted: Recommendation, policy: ExecutionPolicy) -> GateResult:
    """Refuse a contract that is there already; where two engines trade, each may hold it once."""
    apart = len(executing(policy)) > 1
    items: tuple[Holding | Reservation, ...] = (*account.holdings, *account.reservations)
    there = any(
        item.option_symbol == wanted.option_symbol and (not apart or item.engine == wanted.engine) for item in items
    )
    return gate_of(
        "duplicate_position",
        "duplicate_position" if there else None,
        {"option_symbol": wanted.option_symbol},
        "one position a contract and engine" if apart else "one position a contract",
        "the contract is held or ordered already",
    )


def _exposure(account: Account, wanted: Recommendation, limits: RiskLimits) -> Iterator[GateResult]:
    worth, before, cost = equity(account), exposure(account), cost_of(wanted)
    yield gate_of(
        "total_exposure",
        "exposure_exceeded" if before + cost > limits.exposure_max else None,
        {"exposure": before, "cost": cost},
        f"at most ${limits.exposure_max}",
        "the order would carry the exposure past its limit",
    )
    yield gate_of(
        "exposure_percent",
        "exposure_exceeded" if (before + cost) * 100 > limits.exposure_pct_max * worth else None,
        {"exposure_percent": _percent(before + cost, worth), "equity": worth},
        f"at most {limits.exposure_pct_max} % of equity",
        "the order would carry the exposure past its share of equity",
    )


def _engine_exposure(
    account: Account, wanted: Recommendation, shares: Mapping[str, int], limits: RiskLimits
) -> Iterator[GateResult]:
    """Hold each engine to its share of both exposure limits when the capital is split between them."""
    if not shares:
        return
    share = shares.get(wanted.engine, 0)
    worth, before, cost = equity(account), exposure(account, engine=wanted.engine), cost_of(wanted)
    yield gate_of(
        "engine_exposure",
        "exposure_exceeded" if (before + cost) * 100 > limits.exposure_max * share else None,
        {"engine": wanted.engine, "share": share, "exposure": before, "cost": cost},
        f"at most {share} % of ${limits.exposure_max}",
        "the order would carry the engine's exposure past its share of the limit",
    )
    yield gate_of(
        "engine_exposure_percent",
        "exposure_exceeded" if (before + cost) * 10_000 > limits.exposure_pct_max * share * worth else None,
        {
            "engine": wanted.engine,
            "share": share,
            "exposure_percent": _percent(before + cost, worth),
            "equity": worth,
        },
        f"at most {share} % of {limits.exposure_pct_max} % of equity",
        "the order would carry the engine's exposure past its share of equity",
    )


def _day(account: Account, limits: RiskLimits) -> Iterator[GateResult]:
    made = account.day_realized_pnl
    yield gate_of(
        "daily_loss",
        "max_daily_loss_exceeded" if made < 0 and -made >= limits.daily_loss_max else None,
        {"day_realized_pnl": made},
        f"a loss under ${limits.daily_loss_max}",
        "the day's loss has reached its limit",
    )
    yield gate_of(
        "daily_trades",
        "max_daily_trades_exceeded" if 0 < limits.daily_trades_max <= account.day_trades else None,
        {"day_trades": account.day_trades},
        f"fewer than {limits.daily_trades_max}" if limits.daily_trades_max else "no limit",
        "the day's orders have reached their limit",
    )


def cost_of(wanted: Recommendation) -> Decimal:
    return cents(wanted.entry_price * wanted.quantity * CONTRACT_MULTIPLIER)


def _percent(amount: Decimal, worth: Decimal) -> str:
    return str(cents(amount / worth * 100)) if worth > 0 else "no equity"


def gate_of(name: str, code: str | None, inputs: Mapping[str, object], bound: str, detail: str) -> GateResult:
    """Return a gate: passed, or, with a code, blocked; the detail is said of a blocked one."""
    return GateResult(
        gate=name,
        verdict="pass" if code is None else "block",
        inputs={name: str(value) for name, value in inputs.items()},
        limit=bound,
        code=code,
        detail="" if code is None else detail,
    )
