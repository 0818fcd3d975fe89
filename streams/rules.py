"""The rules' numbers, out of the settings."""

from datetime import timedelta

from agents.rules import EngineRules, ExitRules, RiskLimits, Rules, SessionRules
from streams.settings import Settings


def rules_of(settings: Settings) -> Rules:
    """Return what the reducers go by."""
    session, features, risk, exits = settings.session, settings.features, settings.risk, settings.exits
    return Rules(
        session=SessionRules(
            allow_premarket=session.allow_premarket,
            allow_afterhours=session.allow_afterhours,
            decision_only_when_closed=session.decision_only_when_market_closed,
            close_grace_minutes=session.market_close_grace_minutes,
            signal_age_max=timedelta(minutes=session.signal_max_age_minutes),
            market_data_age_max=timedelta(seconds=session.market_data_max_age_s),
        ),
        engine=EngineRules(
            split_percentage=features.ab_split_percentage if features.enable_variant_b else 0,
            policy_version=features.policy_version,
            app_mode=settings.server.app_mode,
            bias_required=features.require_mtf_bias_for_entry,
            stale_bias_blocks=features.bias_stale_behavior == "block",
            confidence_min=features.min_signal_confidence,
            position_size=risk.max_position_size,
            hold_days_max=exits.max_hold_days,
        ),
        exits=ExitRules(
            profit_target_pct=exits.profit_target_pct,
            stop_loss_pct=exits.stop_loss_pct,
            hold_max=timedelta(hours=exits.max_hold_time_hours),
            dte_min=exits.min_dte_exit,
        ),
        limits=RiskLimits(
            opening_equity=risk.account_equity,
            open_positions_max=risk.max_open_positions,
            positions_per_symbol_max=risk.max_positions_per_symbol,
            exposure_max=risk.max_total_exposure,
            exposure_pct_max=risk.max_exposure_percent,
            daily_loss_max=risk.max_daily_loss,
            daily_trades_max=risk.max_daily_trades,
            portfolio_guard=features.enable_portfolio_guard,
            order_timeout=timedelta(seconds=risk.paper_order_timeout_s),
        ),
    )
