"""Gates that every engine's recommendation has to pass, whoever made it."""

from collections.abc import Iterator
from datetime import timedelta

from agents.rules import Rules
from schemas.decisions import Engine, EnrichedContext, ExecutionPolicy, GateResult
from schemas.session import Phase
from schemas.signals import SignalReceived


def result(
    gate: str,
    *,
    blocks: bool,
    code: str,
    inputs: dict[str, object],
    limit: str | None = None,
    detail: str = "",
    engine: Engine | None = None,
) -> GateResult:
    """Return what a gate says; its code only when it blocks."""
    return GateResult(
        gate=gate,
        verdict="block" if blocks else "pass",
        inputs={name: str(value) for name, value in inputs.items()},
        limit=limit,
        code=code if blocks else None,
        detail=detail,
        engine=engine,
    )


def tradable(phase: Phase, rules: Rules) -> bool:
    """Return whether orders may be made in this part of the day."""
    return (
        phase == "regular"
        or (phase == "premarket" and rules.session.allow_premarket)
        or (phase == "afterhours" and rules.session.allow_afterhours)
    )


def market_session(signal: SignalReceived, context: EnrichedContext, rules: Rules) -> GateResult:
    """Orders are made while the market is open; a signal that comes when it is closed must not be old."""
    open_now = tradable(context.session, rules)
    age, age_max = signal.occurred_at - signal.timestamp, rules.session.signal_age_max
    return result(
        "market_session",
        blocks=not open_now,
        code="signal_stale" if age > age_max else "market_closed",
        inputs={"session": context.session, "signal_age_s": int(age.total_seconds())},
        limit=f"regular hours; when closed, signals of at most {age_max // timedelta(minutes=1)} min",
        detail="" if open_now else "no orders are made while the market is closed",
    )


def market_data(context: EnrichedContext, rules: Rules) -> GateResult:
    """The underlying has a price that is new enough."""
    age_max = rules.session.market_data_age_max
    priced = context.price is not None and context.price > 0
    fresh = priced and context.price_at is not None and context.at - context.price_at <= age_max
    return result(
        "market_data",
        blocks=not fresh,
        code="market_data_unavailable",
        inputs={"price": context.price, "price_at": context.price_at},
        limit=f"at most {int(age_max.total_seconds())} s old",
        detail="" if fresh else f"no price of {context.symbol} on the tape that is new enough",
    )


def processing_time(context: EnrichedContext, rules: Rules) -> GateResult:
    """The tape has not run far ahead of the signal: one that waited in a backlog is not traded on newer prices."""
    late_max = rules.session.processing_max
    late = context.newest_at is not None and context.newest_at - context.at > late_max
    return result(
        "processing_time",
        blocks=late,
        code="processing_timeout",
        inputs={"newest_price_at": context.newest_at},
        limit=f"prices at most {int(late_max.total_seconds())} s newer than the signal",
        detail="the signal waited too long before it was judged" if late else "",
    )


def mtf_bias(context: EnrichedContext, rules: Rules, *, engine: Engine) -> Iterator[GateResult]:
    """Yield what the multi-timeframe bias says: it is there, it suppresses nothing, it is not stale."""
    bias, required = context.bias, rules.engine.bias_required
    yield result(
        "mtf_bias",
        blocks=bias is None and required,
        code="no_bias_state",
        inputs={"bias": bias and bias.bias, "required": required},
        detail="no multi-timeframe bias has been received for the symbol" if bias is None else "",
        engine=engine,
    )
    if bias is None:
        return
    yield result(
        "bias_suppression",
        blocks=bias.trade_suppressed and required,
        code="trade_suppressed",
        inputs={"trade_suppressed": bias.trade_suppressed},
        detail="the bias state suppresses trades" if bias.trade_suppressed else "",
        engine=engine,
    )
    yield result(
        "bias_staleness",
        blocks=context.bias_stale and rules.engine.stale_bias_blocks and required,
        code="bias_stale",
        inputs={"bias_timestamp": bias.timestamp, "stale": context.bias_stale},
        limit=f"{bias.stale_after_s} s",
        detail="the bias state is too old" if context.bias_stale else "",
        engine=engine,
    )


def close_grace(context: EnrichedContext, rules: Rules, *, engine: Engine) -> GateResult:
    """Entries wait in the last minutes before the close."""
    least = rules.session.close_grace_minutes
    closing = context.minutes_to_close is not None and context.minutes_to_close < least
    return result(
        "entry_tier_2_close",
        blocks=closing,
        code="entry_wait",
        inputs={"minutes_to_close": context.minutes_to_close},
        limit=f"at least {least}",
        detail="the close is near" if closing else "",
        engine=engine,
    )


def execution_policy(policy: ExecutionPolicy) -> GateResult:
    """Some engine trades."""
    trades = bool(policy.executed_engines)
    return result(
        "execution_policy",
        blocks=not trades,
        code="shadow_only",
        inputs={"execution_mode": policy.execution_mode, "executed_engines": ",".join(policy.executed_engines)},
        detail="" if trades else policy.reason,
    )


def failure(gate: str, error: str, *, engine: Engine | None) -> GateResult:
    """What is said of something that raised; error is the exception's class."""
    return result(
        gate,
        blocks=True,
        code="processing_failed",
        inputs={"error": error},
        detail="the signal could not be judged",
        engine=engine,
    )
