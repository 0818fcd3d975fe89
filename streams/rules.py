"""The rules' numbers, out of the settings."""

from datetime import timedelta

from agents.rules import (
    AgentRules,
    ConfluenceRules,
    DealerRules,
    EngineRules,
    ExitRules,
    ReplacementRules,
    RiskLimits,
    Rules,
    SessionRules,
    StrikeRules,
    TunerRules,
)
from streams.settings import Settings


def rules_of(settings: Settings) -> Rules:
    """Return what the reducers go by."""
    return Rules(
        session=_session(settings),
        engine=_engine(settings),
        exits=_exits(settings),
        limits=_limits(settings),
        tuner=TunerRules(enabled=settings.features.enable_adaptive_tuner),
    )


def _session(settings: Settings) -> SessionRules:
    session = settings.session
    return SessionRules(
        allow_premarket=session.allow_premarket,
        allow_afterhours=session.allow_afterhours,
        decision_only_when_closed=session.decision_only_when_market_closed,
        close_grace_minutes=session.market_close_grace_minutes,
        signal_age_max=timedelta(minutes=session.signal_max_age_minutes),
        market_data_age_max=timedelta(seconds=session.market_data_max_age_s),
        processing_max=timedelta(milliseconds=session.orchestrator_signal_timeout_ms),
        retry_delay=timedelta(milliseconds=session.orchestrator_retry_delay_ms),
        opening_range_minutes=session.orb_minutes,
    )


def _engine(settings: Settings) -> EngineRules:
    features, risk, exits = settings.features, settings.risk, settings.exits
    return EngineRules(
        engines=("A", "B") if features.enable_variant_b else ("A",),
        # without engine B nothing is sent to it, whatever the split: it counts again once B is switched on
        split_percentage=features.ab_split_percentage,
        policy_version=features.policy_version,
        app_mode=settings.server.app_mode,
        live_confirmed=settings.is_live_confirmed,
        execution_mode=features.execution_mode or "BY_VARIANT",
        capital_split_percentage=int(features.split_percentage * 100),
        dual_paper=features.enable_dual_paper_trading,
        shadows=features.enable_shadow_execution,
        bias_required=features.require_mtf_bias_for_entry and not features.e2e_test_mode,
        stale_bias_blocks=features.bias_stale_behavior == "block",
        confidence_min=features.min_signal_confidence,
        position_size=risk.max_position_size,
        position_size_min=risk.base_position_size,
        position_size_pct=risk.position_size_percent or None,
        agents=AgentRules(
            orb=features.enable_orb_specialist,
            strat=features.enable_strat_specialist,
            ttm=features.enable_ttm_specialist,
            satyland=features.enable_satyland_subagent,
        ),
        strikes=StrikeRules(
            mode=features.strike_selection_mode, hold_days=exits.max_hold_days, dte_min=exits.min_dte_exit
        ),
        confluence=ConfluenceRules(
            gate=features.enable_confluence_gate,
            score_min=features.confluence_min_threshold,
            sizing=features.enable_confluence_sizing,
        ),
        dealer=DealerRules(
            enabled=features.enable_dealer_gex,
            confidence_min=features.dealer_strategy_weight,
            neutral_below=features.dealer_uw_neutral_threshold,
        ),
    )


def _exits(settings: Settings) -> ExitRules:
    exits, replacement = settings.exits, settings.replacement
    return ExitRules(
        profit_target_pct=exits.profit_target_pct,
        stop_loss_pct=exits.stop_loss_pct,
        hold_max=timedelta(hours=exits.max_hold_time_hours),
        dte_min=exits.min_dte_exit,
        decision_engine=exits.enable_exit_decision_engine,
        partial_profit_pct=exits.partial_profit_pct,
        partial_profit_share=exits.partial_profit_share,
        deep_loss_pct=exits.deep_loss_pct,
        deep_loss_share=exits.deep_loss_share,
        near_expiration_days=exits.near_expiration_days,
        trailing_from_pct=exits.trailing_from_pct,
        trailing_distance_pct=exits.trailing_distance_pct,
        intelligence=exits.enable_exit_intelligence,
        confidence_collapse_points=exits.confidence_collapse_points,
        chop_spike_score=exits.chop_spike_score,
        intelligence_share=exits.exit_intelligence_share,
        tightened_stop_pct=exits.tightened_stop_pct,
        bands=replacement.enabled,
        near_target_share=replacement.near_target_share,
        low_gain_pct=replacement.low_gain_pct,
        step_after=timedelta(seconds=settings.execution.exit_order_step_s),
    )


def _limits(settings: Settings) -> RiskLimits:
    risk, replacement, features = settings.risk, settings.replacement, settings.features
    return RiskLimits(
        opening_equity=risk.account_equity,
        open_positions_max=risk.max_open_positions,
        positions_per_symbol_max=risk.max_positions_per_symbol,
        exposure_max=risk.max_total_exposure,
        exposure_pct_max=risk.max_exposure_percent,
        daily_loss_max=risk.max_daily_loss,
        daily_trades_max=risk.max_daily_trades,
        portfolio_guard=features.enable_portfolio_guard and not features.e2e_test_mode,
        order_timeout=timedelta(seconds=risk.paper_order_timeout_s),
        live_accounts=(risk.account_id,) if settings.trades_at_broker else (),
        entry_pricing=settings.execution.entry_order_type,
        broker_report_age_max=timedelta(seconds=5 * settings.execution.reconcile_interval_s),
        replacement=ReplacementRules(
            enabled=replacement.enabled,
            confidence_min=replacement.min_confidence,
            close_near_target=replacement.auto_close_near_target,
            close_aged=replacement.close_aged_positions,
            hold_min=timedelta(minutes=replacement.min_hold_minutes),
            aged_from=timedelta(hours=replacement.aged_position_hours),
        ),
    )
