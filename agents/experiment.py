"""Which engine judges a signal for real: the experiment's bucket, and the policy that follows."""

import hashlib
from decimal import Decimal

from agents.rules import EngineRules
from schemas.decisions import Engine, ExecutionMode, ExecutionPolicy, Experiment
from schemas.ids import derived_id
from schemas.money import ratio
from schemas.signals import SignalReceived


def assign(signal: SignalReceived, rules: EngineRules) -> Experiment:
    """Return the engine a signal belongs to: the same signal, always the same.

    The bucket is the first eight hex digits of SHA-256(symbol:timeframe:signal id) over 0xFFFFFFFF; below the share
    of engine A it is A. Without engine B everything is A's.
    """
    digest = hashlib.sha256(f"{signal.symbol}:{signal.timeframe}:{signal.event_id}".encode()).hexdigest()
    number, whole = int(digest[:8], 16), 0xFFFFFFFF
    share_b = rules.split_percentage if "B" in rules.engines else 0
    # in integers, so that no rounding moves a signal; a share of 0 leaves nothing to B, not even the last bucket
    variant: Engine = "A" if share_b == 0 or number * 100 < (100 - share_b) * whole else "B"
    return Experiment(
        experiment_id=derived_id("experiment", signal.event_id),
        variant=variant,
        assignment_hash=digest,
        bucket=ratio(Decimal(number) / Decimal(whole)),
        split_percentage=share_b,
        policy_version=rules.policy_version,
    )


def policy_for(experiment: Experiment, rules: EngineRules) -> ExecutionPolicy:
    """Return who trades and who shadows.

    Live, nobody trades before that is confirmed. Otherwise it is the assigned engine, or the one the execution mode
    names; both under SPLIT_CAPITAL, each with its share of the capital, and under dual paper trading, each with the
    whole of it. An engine that is not there hands over to engine A.
    """
    if rules.app_mode != "PAPER" and not rules.live_confirmed:
        return _policy(experiment, rules, "SHADOW_ONLY", (), f"application mode is {rules.app_mode}")
    if rules.execution_mode == "SHADOW_ONLY":
        return _policy(experiment, rules, "SHADOW_ONLY", (), "execution mode is SHADOW_ONLY")
    both: tuple[Engine, ...] = _leading(experiment.variant)
    if rules.execution_mode == "SPLIT_CAPITAL" and "B" in rules.engines:
        share = rules.capital_split_percentage
        shares = {"A": 100 - share, "B": share}
        return _policy(experiment, rules, "SPLIT_CAPITAL", both, "capital is split", shares=shares)
    wanted, why = _wanted(experiment, rules)
    chosen: Engine = wanted if wanted in rules.engines else "A"
    mode: ExecutionMode = "ENGINE_A_PRIMARY" if chosen == "A" else "ENGINE_B_PRIMARY"
    reason = why if chosen == wanted else f"{why}, engine {wanted} is not there"
    if rules.dual_paper and "B" in rules.engines:
        return _policy(experiment, rules, mode, _leading(chosen), f"{reason}, dual paper trading")
    return _policy(experiment, rules, mode, (chosen,), reason)


def _leading(engine: Engine) -> tuple[Engine, Engine]:
    return ("A", "B") if engine == "A" else ("B", "A")


def _wanted(experiment: Experiment, rules: EngineRules) -> tuple[Engine, str]:
    match rules.execution_mode:
        case "ENGINE_A_PRIMARY":
            return "A", "execution mode is ENGINE_A_PRIMARY"
        case "ENGINE_B_PRIMARY":
            return "B", "execution mode is ENGINE_B_PRIMARY"
        case "SPLIT_CAPITAL":
            return "B", "capital is split"  # without engine B there is nothing to split
        case _:
            return experiment.variant, f"{rules.app_mode.lower()} mode, variant {experiment.variant}"


def _policy(
    experiment: Experiment,
    rules: EngineRules,
    mode: ExecutionMode,
    executed: tuple[Engine, ...],
    reason: str,
    *,
    shares: dict[str, int] | None = None,
) -> ExecutionPolicy:
    idle = [engine for engine in _leading(experiment.variant) if engine in rules.engines and engine not in executed]
    return ExecutionPolicy(
        policy_id=derived_id("policy", experiment.experiment_id),
        execution_mode=mode,
        executed_engine=executed[0] if executed else None,
        shadow_engine=idle[0] if idle else None,
        reason=reason,
        policy_version=rules.policy_version,
        executed_engines=executed,
        shares=shares or {},
    )
