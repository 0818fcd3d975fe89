"""The adaptive tuner: what an account's outcomes change about the next entries, in small steps and within bounds.

It looks each time that `trades_min` more real trades are closed, and goes by the newest `trades_min` of them:

- confidence_min: their expectancy is negative, a step up; it is positive and half of them or more won, a step down.
- regime_multiplier.<regime>, by the trades entered in that regime alone: expectancy positive, a step up; negative, a
  step down.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from agents.performance import CONFIDENCE_KEY, regime_key
from agents.rules import Rules, TunerRules
from schemas.controls import TuningControl
from schemas.ids import derived_id
from schemas.money import cents, ratio
from schemas.operations import ControlChanged
from schemas.performance import Performance, TuningProposed

CHANGED_BY = "adaptive_tuner"

Tuned = tuple[Performance, tuple[TuningProposed | ControlChanged, ...]]


def tune(performance: Performance, *, rules: Rules, at: datetime, cause_id: str, account_id: str) -> Tuned:
    """Change what the newest outcomes call for.

    A number starts from what the tuner gave it last, else from the rules'. A step ends at the bounds; a number that
    lies outside them already is only ever brought in. `cause_id` is what brought the outcomes; the events' ids follow
    from it.

    returns  the performance with what was looked at and changed, and for each change a TuningProposed, then one
             ControlChanged `tuning` with all that the tuner has changed so far; nothing when the tuner is off
    """
    if not rules.tuner.enabled:
        return performance, ()
    tuned, looked = dict(performance.tuned), dict(performance.trades_at_tuning)
    proposals = []
    for key, counted, start in _numbers(performance, rules):
        newest = performance.recent.get(key, ())[-rules.tuner.trades_min :]
        if counted - looked.get(key, 0) < rules.tuner.trades_min or len(newest) < rules.tuner.trades_min:
            continue
        looked[key] = counted
        old = tuned.get(key, start)
        new = _confidence(old, newest, rules.tuner) if key == CONFIDENCE_KEY else _multiplier(old, newest, rules.tuner)
        if new == old:
            continue
        tuned[key] = ratio(new)
        proposals.append(
            TuningProposed(
                event_id=derived_id("tuning", account_id, key, cause_id),
                occurred_at=at,
                account_id=account_id,
                config_key=key,
                old_value=old,
                new_value=new,
                reason=_reason(newest),
                applied=True,
            )
        )
    after = performance.model_copy(update={"tuned": tuned, "trades_at_tuning": looked})
    if not proposals:
        return after if looked != performance.trades_at_tuning else performance, ()
    return after, (*proposals, _control(tuned, at=at, cause_id=cause_id, account_id=account_id))


def _numbers(performance: Performance, rules: Rules) -> list[tuple[str, int, Decimal]]:
    """Return config key, real trades counted for it, and the rules' value, of all that may be tuned."""
    real = [figures for figures in performance.figures.values() if not figures.is_shadow]
    every = sum(figures.trades for figures in real if figures.dimension == "engine")
    numbers = [(CONFIDENCE_KEY, every, rules.engine.confidence_min)]
    regimes = sorted((figures.name, figures.trades) for figures in real if figures.dimension == "regime")
    for regime, counted in regimes:
        numbers.append((regime_key(regime), counted, rules.engine.regime_multipliers.get(regime, Decimal(1))))
    return numbers


def _confidence(old: Decimal, pnls: Sequence[Decimal], rules: TunerRules) -> Decimal:
    total, wins = sum(pnls), sum(pnl > 0 for pnl in pnls)
    step = Decimal(0)
    if total < 0:
        step = rules.confidence_step
    elif total > 0 and 2 * wins >= len(pnls):
        step = -rules.confidence_step
    return _stepped(old, step, lowest=rules.confidence_lowest, highest=rules.confidence_highest)


def _multiplier(old: Decimal, pnls: Sequence[Decimal], rules: TunerRules) -> Decimal:
    total = sum(pnls)
    step = Decimal(0)
    if total > 0:
        step = rules.multiplier_step
    elif total < 0:
        step = -rules.multiplier_step
    return _stepped(old, step, lowest=rules.multiplier_lowest, highest=rules.multiplier_highest)


def _stepped(old: Decimal, step: Decimal, *, lowest: Decimal, highest: Decimal) -> Decimal:
    """Return the number a step on, within its bounds; as it was where the bounds lie the other way."""
    new = min(max(old + step, lowest), highest)
    return new if (new - old) * step > 0 else old


def _reason(pnls: Sequence[Decimal]) -> str:
    wins = sum(pnl > 0 for pnl in pnls)
    expectancy = cents(Decimal(sum(pnls)) / len(pnls))
    return f"expectancy {expectancy} dollars a trade and {wins} wins in the newest {len(pnls)} trades"


def _control(tuned: dict[str, Decimal], *, at: datetime, cause_id: str, account_id: str) -> ControlChanged:
    prefix = regime_key("")
    value = TuningControl(
        confidence_min=tuned.get(CONFIDENCE_KEY),
        regime_multipliers={key.removeprefix(prefix): tuned[key] for key in sorted(tuned) if key.startswith(prefix)},
    )
    return ControlChanged(
        event_id=derived_id("tuning-control", account_id, cause_id),
        occurred_at=at,
        name="tuning",
        value=value.model_dump_json(),
        changed_by=CHANGED_BY,
    )
