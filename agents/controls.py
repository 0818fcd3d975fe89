"""Controls: numbers, flags and the kill switch that change while the platform runs, laid over the configured rules.

exit_rules.default, exit_rules.<underlying>
risk_limits.default, risk_limits.<account>
kill_switch, kill_switch.<account>
flag.<name>
tuning
pause.<underlying>
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import reduce
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from pydantic import ValidationError

from agents.rules import EngineRules, Rules
from schemas.accounts import AccountSnapshot
from schemas.controls import (
    FLAGS,
    FORMS,
    Controls,
    ExitRulesControl,
    FlagControl,
    InvalidControl,
    KillSwitchControl,
    PauseControl,
    RiskLimitsControl,
    TuningControl,
)
from schemas.event import Record
from schemas.operations import ControlChanged

_UNDERLYING = re.compile(r"[A-Z0-9][A-Z0-9._/^!&-]{0,19}", re.ASCII)
_ACCOUNT = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_BARE = re.compile(r"")
_NAMES: Mapping[str, re.Pattern[str]] = {
    "exit_rules": re.compile(rf"default|{_UNDERLYING.pattern}", re.ASCII),
    "risk_limits": _ACCOUNT,
    "kill_switch": re.compile(rf"{_ACCOUNT.pattern}|", re.ASCII),
    "flag": re.compile("|".join(FLAGS)),
    "tuning": _BARE,
    "pause": _UNDERLYING,
}
"""What may follow a family and its dot; empty where the family may stand alone."""

_FLAG_PLACES: Mapping[str, tuple[str, ...]] = {
    "enable_orb_specialist": ("engine.agents.orb",),
    "enable_strat_specialist": ("engine.agents.strat",),
    "enable_ttm_specialist": ("engine.agents.ttm",),
    "enable_satyland_subagent": ("engine.agents.satyland",),
    "enable_shadow_execution": ("engine.shadows",),
    "enable_dual_paper_trading": ("engine.dual_paper",),
    "enable_confluence_gate": ("engine.confluence.gate",),
    "enable_confluence_sizing": ("engine.confluence.sizing",),
    "enable_portfolio_guard": ("limits.portfolio_guard",),
    "enable_dealer_gex": ("engine.dealer.enabled",),
    "require_mtf_bias_for_entry": ("engine.bias_required",),
    "position_replacement_enabled": ("limits.replacement.enabled", "exits.bands"),
    "enable_adaptive_tuner": ("tuner.enabled",),
}
"""Where each flag stands in the rules; enable_variant_b, which is no plain switch there, is not among them."""

_EXIT_PLACES: Mapping[str, tuple[str, ...]] = {
    "profit_target_percent": ("exits.profit_target_pct",),
    "stop_loss_percent": ("exits.stop_loss_pct",),
    "max_hold_time_hours": ("exits.hold_max",),
    # no contract is chosen that this rule would close at once
    "min_dte_exit": ("exits.dte_min", "engine.strikes.dte_min"),
    "partial_profit_percent": ("exits.partial_profit_pct",),
    "deep_loss_percent": ("exits.deep_loss_pct",),
    "trailing_from_percent": ("exits.trailing_from_pct",),
    "trailing_distance_percent": ("exits.trailing_distance_pct",),
    "decision_engine": ("exits.decision_engine",),
    "exit_intelligence": ("exits.intelligence",),
}
_LIMIT_PLACES: Mapping[str, tuple[str, ...]] = {
    "enabled": ("limits.enabled",),
    "max_position_size": ("limits.position_size_max",),
    "max_open_positions": ("limits.open_positions_max",),
    "max_positions_per_symbol": ("limits.positions_per_symbol_max",),
    "max_total_exposure": ("limits.exposure_max",),
    "max_exposure_percent": ("limits.exposure_pct_max",),
    "max_daily_loss": ("limits.daily_loss_max",),
    "max_daily_trades": ("limits.daily_trades_max",),
}

_Form = TypeVar("_Form", bound=Record)
_Values = TypeVar("_Values", bound=Any)


def is_control(name: str) -> bool:
    """Return whether there is a control of this name, changed or not."""
    family, dot, rest = name.partition(".")
    return family in FORMS and bool(dot) == bool(rest) and _NAMES[family].fullmatch(rest) is not None


def parse(event: ControlChanged) -> Record:
    """Return a control's value in its family's form; raises InvalidControl naming the control and each bad field."""
    if not is_control(event.name):
        raise InvalidControl(event.name, (("", "there is no such control"),))
    try:
        return FORMS[event.name.partition(".")[0]].model_validate_json(event.value, strict=True)
    except ValidationError as error:
        blamed = ((".".join(map(str, problem["loc"])) or "value", problem["msg"]) for problem in error.errors())
        raise InvalidControl(event.name, tuple(blamed)) from error


def on_control(controls: Controls, event: ControlChanged) -> Controls:
    """Keep the newest value of a control, by occurred_at; raises InvalidControl when it has none that can be used.

    Of two at the same instant the one that comes later is the newer: the tape's clock may stand still.
    """
    parse(event)
    known = controls.values.get(event.name)
    if known is not None and (event.occurred_at < known.occurred_at or event.event_id == known.event_id):
        return controls
    return controls.model_copy(update={"values": {**controls.values, event.name: event}})


def on_snapshot(controls: Controls, snapshot: AccountSnapshot) -> Controls:
    """Keep the newest snapshot of an account, by its sequence: one writer tells of an account."""
    known = controls.accounts.get(snapshot.account_id)
    if known is not None and known.source == snapshot.source and 0 < snapshot.sequence <= known.sequence:
        return controls
    return controls.model_copy(update={"accounts": {**controls.accounts, snapshot.account_id: snapshot}})


def in_force(rules: Rules, controls: Controls, *, symbol: str | None = None, account_id: str | None = None) -> Rules:
    """Return the configured rules with the controls laid over them.

    symbol      whose exit rules come after the default ones, and which may be paused; None: the default ones alone
    account_id  whose limits and kill switch come after those of all accounts; None: those of all alone

    Without controls these are the very `rules`. Otherwise the values are parsed again: a caller that asks for each
    event keeps the answer by (symbol, account_id) for as long as it holds the same `controls` object.
    """
    if not controls.values:
        return rules
    for name in FLAGS:
        if (flag := _value(controls, f"flag.{name}", FlagControl)) is not None:
            rules = _with_flag(rules, name, on=flag.enabled)
    if (tuning := _value(controls, "tuning", TuningControl)) is not None:
        rules = replace(rules, engine=_tuned(rules.engine, tuning))
    for name in _layers("exit_rules", symbol):
        exits = _value(controls, name, ExitRulesControl)
        if exits is not None and exits.enabled:
            rules = _laid_over(rules, exits, _EXIT_PLACES)
    for name in _layers("risk_limits", account_id):
        if (limits := _value(controls, name, RiskLimitsControl)) is not None:
            rules = _laid_over(rules, limits, _LIMIT_PLACES)
    switches = _switches(controls, account_id)
    halted = rules.limits.halted or any(switch.halted for _, switch in switches)
    closing = [change for change, switch in switches if switch.close]
    newest = max(closing, key=lambda change: change.occurred_at).event_id if closing else None
    pause = None if symbol is None else _value(controls, f"pause.{symbol}", PauseControl)
    paused = rules.limits.paused or (pause is not None and pause.paused)
    return replace(rules, limits=replace(rules.limits, halted=halted, closing=newest, paused=paused))


def shown(rules: Rules, family: Literal["exit_rules", "risk_limits"]) -> dict[str, object]:
    """Return what rules say, under the names that the controls of a family have for it."""
    values: dict[str, object] = {}
    for field, (path, *_) in (_EXIT_PLACES if family == "exit_rules" else _LIMIT_PLACES).items():
        value = reduce(getattr, path.split("."), rules)
        values[field] = value // timedelta(hours=1) if isinstance(value, timedelta) else value
    return values


def flags(rules: Rules) -> dict[str, bool]:
    """Return each flag as rules have it."""
    known = {name: bool(reduce(getattr, paths[0].split("."), rules)) for name, paths in _FLAG_PLACES.items()}
    return {name: known.get(name, "B" in rules.engine.engines) for name in FLAGS}


def _switches(controls: Controls, account_id: str | None) -> list[tuple[ControlChanged, KillSwitchControl]]:
    """Return the kill switches that an account goes by, each with its newest change."""
    names = ("kill_switch",) if account_id is None else ("kill_switch", f"kill_switch.{account_id}")
    found = ((controls.values.get(name), _value(controls, name, KillSwitchControl)) for name in names)
    return [(change, switch) for change, switch in found if change is not None and switch is not None]


def _layers(family: str, name: str | None) -> tuple[str, ...]:
    """Return the names of a family's controls that are asked, each over the one before."""
    default = f"{family}.default"
    return (default,) if name is None else (default, f"{family}.{name}")


def _value(controls: Controls, name: str, form: type[_Form]) -> _Form | None:
    event = controls.values.get(name)
    if event is None:
        return None
    value = parse(event)
    assert isinstance(value, form)
    return value


def _laid_over(rules: Rules, control: Record, places: Mapping[str, tuple[str, ...]]) -> Rules:
    """Put what a control says where the rules have it; what is null stays."""
    for field, paths in places.items():
        value = getattr(control, field)
        if field == "max_hold_time_hours" and value is not None:
            value = timedelta(hours=value)
        for path in paths if value is not None else ():
            rules = _put(rules, path, value)
    return rules


def _with_flag(rules: Rules, name: str, *, on: bool) -> Rules:
    if name == "enable_variant_b":
        return replace(rules, engine=replace(rules.engine, engines=("A", "B") if on else ("A",)))
    for path in _FLAG_PLACES[name]:
        rules = _put(rules, path, on)
    return rules


def _tuned(engine: EngineRules, tuning: TuningControl) -> EngineRules:
    multipliers = MappingProxyType({**engine.regime_multipliers, **tuning.regime_multipliers})
    least = engine.confidence_min if tuning.confidence_min is None else tuning.confidence_min
    return replace(engine, confidence_min=least, regime_multipliers=multipliers)


def _put(values: _Values, path: str, value: object) -> _Values:
    """Return frozen values with the one at a dotted path replaced."""
    name, _, rest = path.partition(".")
    changes: dict[str, Any] = {name: _put(getattr(values, name), rest, value) if rest else value}
    return replace(values, **changes)
