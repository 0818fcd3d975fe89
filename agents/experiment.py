"""Which engine judges a signal for real: the experiment's bucket, and the policy that follows."""

import hashlib
from decimal import Decimal

from agents.rules import EngineRules
from schemas.decisions import Engine, ExecutionPolicy, Experiment
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
    """Return who trades: in paper mode the assigned engine where it is there, else engine A; live, nobody."""
    policy_id = derived_id("policy", experiment.experiment_id)
    version = rules.policy_version
    if rules.app_mode != "PAPER":
        return ExecutionPolicy(
            policy_id=policy_id,
            execution_mode="SHADOW_ONLY",
            executed_engine=None,
            shadow_engine=experiment.variant,
            reason=f"application mode is {rules.app_mode}",
            policy_version=version,
        )
    chosen: Engine = experiment.variant if experiment.variant in rules.engines else "A"
    other: Engine = "B" if chosen == "A" else "A"
    return ExecutionPolicy(
        policy_id=policy_id,
        execution_mode="ENGINE_A_PRIMARY" if chosen == "A" else "ENGINE_B_PRIMARY",
        executed_engine=chosen,
        shadow_engine=other if other in rules.engines else None,
        reason=f"paper mode, variant {experiment.variant}",
        policy_version=version,
    )
