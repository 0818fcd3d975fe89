"""What is done by hand while a round runs: controls are changed, and positions asked to close."""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from schemas.controls import ExitRulesControl, FlagControl, KillSwitchControl, RiskLimitsControl
from schemas.event import Record
from schemas.ids import derived_id
from schemas.operations import ControlChanged
from schemas.orders import CloseRequested
from schemas.signals import SignalReceived
from tests.crash.plan import ACCOUNTS, FEED, START, Limits, underlyings
from tests.crash.tape import STEP_US

EXIT_RULES_CHANGED = 3
"""Underlyings whose exit rules are changed, once each."""
AGES = (3, 12)
"""steps since the alert whose position is asked to close"""


def position_of(signal: SignalReceived) -> str:
    """Return the id of the position that an alert comes to, if it is approved and filled."""
    return derived_id("position", derived_id("order", derived_id("proposal", signal.event_id)))


def controls(seed: int) -> Mapping[int, Sequence[ControlChanged]]:
    """Return the changes of a round by step, all within its first half minute."""
    rng = random.Random(f"controls {seed}")
    limits = Limits()
    exits = ExitRulesControl(profit_target_percent=limits.changed_exit_pct, stop_loss_percent=limits.changed_exit_pct)
    halted, flagged = rng.randrange(90, 150), rng.randrange(180, 240)
    planned: list[tuple[int, str, Record]] = [
        (rng.randrange(60, 300), f"exit_rules.{name}", exits) for name in rng.sample(underlyings(), EXIT_RULES_CHANGED)
    ]
    planned += [
        (halted, f"kill_switch.{ACCOUNTS[-1]}", KillSwitchControl(halted=True)),
        (halted + rng.randrange(60, 120), f"kill_switch.{ACCOUNTS[-1]}", KillSwitchControl(halted=False)),
        (flagged, "flag.enable_shadow_execution", FlagControl(enabled=False)),
        (flagged + rng.randrange(20, 40), "flag.enable_shadow_execution", FlagControl(enabled=True)),
        (rng.randrange(60, 300), f"risk_limits.{ACCOUNTS[0]}", RiskLimitsControl(max_position_size=6)),
    ]
    by_step: dict[int, list[ControlChanged]] = defaultdict(list)
    for step, name, value in planned:
        by_step[step].append(
            ControlChanged(
                event_id=derived_id("crash control", seed, name, step),
                occurred_at=START + timedelta(microseconds=step * STEP_US),
                source=FEED,
                name=name,
                value=value.model_dump_json(),
                changed_by=FEED,
            )
        )
    return by_step


def request(
    rng: random.Random, number: int, recent: Sequence[Sequence[SignalReceived]], seed: int
) -> CloseRequested | None:
    """Return what is asked for after a step: to close what one of the alerts before it has opened.

    Whether there is a position at all, or still, is for the platform to find out. No two requests have one time.

    recent  alerts of the newest steps, this one's last
    """
    if number <= AGES[1]:
        return None
    alerts = recent[-1 - rng.randrange(*AGES)]
    if not alerts:
        return None
    signal = rng.choice(alerts)
    return CloseRequested(
        event_id=derived_id("crash request", seed, number),
        occurred_at=START + timedelta(microseconds=number * STEP_US + STEP_US // 2),
        source=FEED,
        account_id=signal.account_id,
        symbol=signal.symbol,
        position_id=position_of(signal),
        reason="manual",
        requested_by=FEED,
        quantity=rng.choice((None, None, 1, 3)),
    )
