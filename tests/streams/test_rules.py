"""Each setting reaches the number that the rules go by."""

from datetime import timedelta
from decimal import Decimal
from functools import reduce
from typing import Any

import pytest

from agents.rules import Rules
from streams.rules import rules_of
from streams.settings import InvalidSettings, load_settings


def rules_with(monkeypatch: pytest.MonkeyPatch, **settings: str) -> Rules:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return rules_of(load_settings(None))


def test_without_settings_the_rules_are_their_own_defaults() -> None:
    assert rules_of(load_settings(None)) == Rules()


@pytest.mark.parametrize(
    ("name", "value", "path", "number"),
    [
        ("ALLOW_PREMARKET", "true", "session.allow_premarket", True),
        ("ALLOW_AFTERHOURS", "true", "session.allow_afterhours", True),
        ("DECISION_ONLY_WHEN_MARKET_CLOSED", "false", "session.decision_only_when_closed", False),
        ("MARKET_CLOSE_GRACE_MINUTES", "7", "session.close_grace_minutes", 7),
        ("SIGNAL_MAX_AGE_MINUTES", "7", "session.signal_age_max", timedelta(minutes=7)),
        ("MARKET_DATA_MAX_AGE_S", "7", "session.market_data_age_max", timedelta(seconds=7)),
        ("ORCHESTRATOR_SIGNAL_TIMEOUT_MS", "1500", "session.processing_max", timedelta(seconds=1.5)),
        ("ORCHESTRATOR_RETRY_DELAY_MS", "2500", "session.retry_delay", timedelta(seconds=2.5)),
        ("ORB_MINUTES", "30", "session.opening_range_minutes", 30),
        ("ENABLE_VARIANT_B", "true", "engine.engines", ("A", "B")),
        ("AB_SPLIT_PERCENTAGE", "30", "engine.split_percentage", 30),
        ("POLICY_VERSION", "v2", "engine.policy_version", "v2"),
        ("APP_MODE", "LIVE", "engine.app_mode", "LIVE"),
        ("EXECUTION_MODE", "SPLIT_CAPITAL", "engine.execution_mode", "SPLIT_CAPITAL"),
        ("EXECUTION_MODE", "", "engine.execution_mode", "BY_VARIANT"),
        ("SPLIT_PERCENTAGE", "0.29", "engine.capital_split_percentage", 29),
        ("SPLIT_PERCENTAGE", "1", "engine.capital_split_percentage", 100),
        ("ENABLE_DUAL_PAPER_TRADING", "true", "engine.dual_paper", True),
        ("ENABLE_SHADOW_EXECUTION", "true", "engine.shadows", True),
        ("REQUIRE_MTF_BIAS_FOR_ENTRY", "false", "engine.bias_required", False),
        ("E2E_TEST_MODE", "true", "engine.bias_required", False),
        ("E2E_TEST_MODE", "true", "limits.portfolio_guard", False),
        ("BIAS_STALE_BEHAVIOR", "allow", "engine.stale_bias_blocks", False),
        ("MIN_SIGNAL_CONFIDENCE", "61", "engine.confidence_min", 61),
        ("MAX_POSITION_SIZE", "4", "engine.position_size", 4),
        ("BASE_POSITION_SIZE", "2", "engine.position_size_min", 2),
        ("POSITION_SIZE_PERCENT", "2.5", "engine.position_size_pct", Decimal("2.5")),
        ("POSITION_SIZE_PERCENT", "", "engine.position_size_pct", None),
        ("ENABLE_ORB_SPECIALIST", "true", "engine.agents.orb", True),
        ("ENABLE_STRAT_SPECIALIST", "true", "engine.agents.strat", True),
        ("ENABLE_TTM_SPECIALIST", "true", "engine.agents.ttm", True),
        ("ENABLE_SATYLAND_SUBAGENT", "true", "engine.agents.satyland", True),
        ("STRIKE_SELECTION_MODE", "scored", "engine.strikes.mode", "scored"),
        ("MAX_HOLD_DAYS", "12", "engine.strikes.hold_days", 12),
        ("TIME_STOP_DTE", "3", "engine.strikes.dte_min", 3),
        ("TIME_STOP_DTE", "3", "exits.dte_min", 3),
        ("ENABLE_CONFLUENCE_GATE", "false", "engine.confluence.gate", False),
        ("CONFLUENCE_MIN_THRESHOLD", "55", "engine.confluence.score_min", 55),
        ("ENABLE_CONFLUENCE_SIZING", "false", "engine.confluence.sizing", False),
        ("ENABLE_DEALER_GEX", "false", "engine.dealer.enabled", False),
        ("DEALER_STRATEGY_WEIGHT", "0.4", "engine.dealer.confidence_min", Decimal("0.4")),
        ("DEALER_UW_NEUTRAL_THRESHOLD", "5", "engine.dealer.neutral_below", 5),
        ("PROFIT_TARGET_PCT", "60", "exits.profit_target_pct", 60),
        ("STOP_LOSS_PCT", "35", "exits.stop_loss_pct", 35),
        ("MAX_HOLD_TIME_HOURS", "24", "exits.hold_max", timedelta(hours=24)),
        ("ENABLE_EXIT_DECISION_ENGINE", "false", "exits.decision_engine", False),
        ("PARTIAL_PROFIT_PCT", "22", "exits.partial_profit_pct", 22),
        ("PARTIAL_PROFIT_SHARE", "0.3", "exits.partial_profit_share", Decimal("0.3")),
        ("DEEP_LOSS_PCT", "33", "exits.deep_loss_pct", 33),
        ("DEEP_LOSS_SHARE", "0.4", "exits.deep_loss_share", Decimal("0.4")),
        ("NEAR_EXPIRATION_DAYS", "4", "exits.near_expiration_days", 4),
        ("TRAILING_FROM_PCT", "31", "exits.trailing_from_pct", 31),
        ("TRAILING_DISTANCE_PCT", "21", "exits.trailing_distance_pct", 21),
        ("ENABLE_EXIT_INTELLIGENCE", "false", "exits.intelligence", False),
        ("CONFIDENCE_COLLAPSE_POINTS", "29", "exits.confidence_collapse_points", 29),
        ("CHOP_SPIKE_SCORE", "79", "exits.chop_spike_score", 79),
        ("EXIT_INTELLIGENCE_SHARE", "0.6", "exits.intelligence_share", Decimal("0.6")),
        ("TIGHTENED_STOP_PCT", "19", "exits.tightened_stop_pct", 19),
        ("POSITION_REPLACEMENT_ENABLED", "true", "exits.bands", True),
        ("POSITION_REPLACEMENT_ENABLED", "true", "limits.replacement.enabled", True),
        ("NEAR_TARGET_SHARE", "0.7", "exits.near_target_share", Decimal("0.7")),
        ("LOW_GAIN_PCT", "9", "exits.low_gain_pct", 9),
        ("MIN_CONFIDENCE_FOR_REPLACEMENT", "71", "limits.replacement.confidence_min", 71),
        ("AUTO_CLOSE_NEAR_TARGET", "true", "limits.replacement.close_near_target", True),
        ("CLOSE_AGED_POSITIONS", "true", "limits.replacement.close_aged", True),
        ("MIN_HOLD_MINUTES_FOR_CAPACITY_CLOSE", "16", "limits.replacement.hold_min", timedelta(minutes=16)),
        ("AGED_POSITION_HOURS", "49", "limits.replacement.aged_from", timedelta(hours=49)),
        ("ACCOUNT_EQUITY", "5000", "limits.opening_equity", 5000),
        ("MAX_OPEN_POSITIONS", "9", "limits.open_positions_max", 9),
        ("MAX_POSITIONS_PER_SYMBOL", "8", "limits.positions_per_symbol_max", 8),
        ("MAX_TOTAL_EXPOSURE", "777", "limits.exposure_max", 777),
        ("MAX_EXPOSURE_PERCENT", "33", "limits.exposure_pct_max", 33),
        ("MAX_DAILY_LOSS", "444", "limits.daily_loss_max", 444),
        ("MAX_DAILY_TRADES", "3", "limits.daily_trades_max", 3),
        ("ENABLE_PORTFOLIO_GUARD", "false", "limits.portfolio_guard", False),
        ("PAPER_ORDER_TIMEOUT_S", "30", "limits.order_timeout", timedelta(seconds=30)),
        ("ENABLE_ADAPTIVE_TUNER", "true", "tuner.enabled", True),
    ],
)
def test_a_setting_is_the_number_of_its_rule(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, path: str, number: Any
) -> None:
    assert reduce(getattr, path.split("."), rules_with(monkeypatch, **{name: value})) == number


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POSITION_SIZE_PERCENT", "101"),
        ("SPLIT_PERCENTAGE", "0.505"),
        ("SPLIT_PERCENTAGE", "50"),
        ("EXECUTION_MODE", "BOTH"),
        ("PARTIAL_PROFIT_SHARE", "0"),
        ("MARKET_DATA_PROVIDER_PRIORITY", "twelvedata,unheard-of"),
    ],
)
def test_a_bad_setting_is_named_once(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidSettings) as refused:
        load_settings(None)
    assert [line.split(":")[0] for line in str(refused.value).splitlines()] == [name]


def test_the_keys_of_providers_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("ALPACA_API_KEY", "ALPACA_SECRET_KEY", "TWELVE_DATA_API_KEY", "MARKET_DATA_API_KEY")
    for name in names:
        monkeypatch.setenv(name, f"value-of-{name}")
    settings = load_settings(None)
    assert "value-of" not in repr(settings)
    assert settings.providers.twelve_data_api_key.get_secret_value() == "value-of-TWELVE_DATA_API_KEY"


def test_providers_are_asked_in_the_order_that_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARKET_DATA_PROVIDER_PRIORITY", "alpaca, twelvedata,")
    assert load_settings(None).providers.market_data_provider_priority == ("alpaca", "twelvedata")
