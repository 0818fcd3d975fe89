"""One trade from its alert to its end, as events that name each other."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from schemas.decisions import (
    AgentReported,
    DecisionMade,
    EnrichedContext,
    EntryContext,
    ExecutionPolicy,
    Experiment,
    GateResult,
    IndicatorSet,
    Recommendation,
    SignalEnriched,
    TradeProposed,
)
from schemas.event import Event
from schemas.ids import derived_id
from schemas.market import BiasState, MarketContextReceived
from schemas.orders import OrderFilled, OrderPlaced, OrderUpdated, TradeClosed
from schemas.signals import SignalReceived

NOON = datetime(2026, 2, 20, 17, 0, tzinfo=UTC)
EXPIRATION = date(2026, 2, 27)
ENTRY = EntryContext(
    bias_score=Decimal("62.5"),
    regime_type="TREND",
    mode_hint="BREAKOUT",
    macro_class="RISK_ON",
    acceleration_state_strength_delta=Decimal("1.25"),
    chop_score=Decimal(20),
)


def at(seconds: float) -> datetime:
    """Return an instant so many seconds into the story."""
    return NOON + timedelta(seconds=seconds)


def bias(score: str = "62.5", *, timestamp: datetime = NOON) -> BiasState:
    return BiasState(
        event_id_raw=f"bias-{score}",
        timestamp=timestamp,
        bias="bullish",
        bias_score=Decimal(score),
        confidence=Decimal(80),
        regime_type="TREND",
        macro_class="RISK_ON",
        entry_mode_hint="BREAKOUT",
        state_strength_delta=Decimal("1.25"),
        chop_score=Decimal(20),
        timeframes={"5m": "bullish", "1h": "neutral"},
    )


def learnt(symbol: str, score: str, *, seconds: float) -> MarketContextReceived:
    """Return the news of a bias."""
    return MarketContextReceived(
        event_id=derived_id("context", symbol, score, str(seconds)),
        occurred_at=at(seconds),
        symbol=symbol,
        bias=bias(score, timestamp=at(seconds)),
    )


def contract(symbol: str, account_id: str) -> dict[str, Any]:
    """Return what all events about the story's contract say."""
    return {
        "account_id": account_id,
        "symbol": symbol,
        "option_symbol": f"{symbol}260227C00596500",
        "strike": Decimal("596.5"),
        "expiration": EXPIRATION,
        "type": "call",
        "direction": "long",
        "engine": "A",
        "experiment_id": derived_id("experiment", symbol),
        "signal_id": derived_id("signal", symbol),
        "position_id": derived_id("position", symbol),
    }


def signal(symbol: str, account_id: str = "paper", **changes: Any) -> SignalReceived:
    return SignalReceived(
        **{
            "event_id": derived_id("signal", symbol),
            "occurred_at": at(0),
            "account_id": account_id,
            "symbol": symbol,
            "direction": "long",
            "timeframe": "5m",
            "timestamp": at(-1),
            "price": Decimal("596.1234"),
            "confidence": Decimal(75),
            "indicators": {"rsi": Decimal("55.5")},
            "signal_hash": "a" * 64,
            "sequence_number": 7,
            "raw_payload": '{"ticker": "X", "nested": {"price": 596.1234}}',
            **changes,
        }
    )


def judged(symbol: str, account_id: str = "paper", *, approved: bool = True) -> list[Event]:
    """Return what the stages say of a signal: enriched, an agent's words, the proposal, the decision."""
    signal_id, experiment_id = derived_id("signal", symbol), derived_id("experiment", symbol)
    experiment = Experiment(
        experiment_id=experiment_id,
        variant="A",
        assignment_hash="b" * 64,
        bucket=Decimal("0.25"),
        split_percentage=0,
        policy_version="v1.0",
    )
    policy = ExecutionPolicy(
        policy_id=derived_id("policy", symbol),
        execution_mode="ENGINE_A_PRIMARY",
        executed_engine="A",
        shadow_engine=None,
        reason="engine A trades",
        policy_version="v1.0",
    )
    wanted = Recommendation(
        engine="A",
        symbol=symbol,
        direction="long",
        option_symbol=f"{symbol}260227C00596500",
        strike=Decimal("596.5"),
        expiration=EXPIRATION,
        type="call",
        quantity=5,
        entry_price=Decimal("2.5"),
        is_shadow=False,
        base_quantity=5,
    )
    shared: dict[str, Any] = {
        "account_id": account_id,
        "signal_id": signal_id,
        "symbol": symbol,
        "direction": "long",
        "timeframe": "5m",
        "context_hash": "c" * 64,
        "experiment": experiment,
        "policy": policy,
    }
    session = GateResult(gate="session", verdict="pass", inputs={"session": "regular"})
    limit = GateResult(
        gate="position_size",
        verdict="reduce" if approved else "block",
        inputs={"quantity": "5"},
        limit="2",
        code=None if approved else "max_position_size",
        detail="5 contracts asked for, 2 allowed",
    )
    codes = () if approved else ("max_position_size",)
    return [
        SignalEnriched(
            event_id=derived_id("enriched", symbol),
            occurred_at=at(0.1),
            source=f"desks/{symbol}",
            sequence=1,
            signal_id=signal_id,
            account_id=account_id,
            symbol=symbol,
            context=EnrichedContext(
                symbol=symbol,
                at=at(0.1),
                session="regular",
                minutes_to_close=240,
                price=Decimal("596.12"),
                price_at=at(0),
                indicators={"5m": IndicatorSet(bars=30, close=Decimal("596.1"), ema8=Decimal("595.9"))},
                bias=bias(),
            ),
            context_hash="c" * 64,
            read_positions={"price-ticks.v1": 42},
        ),
        AgentReported(
            event_id=derived_id("agent", symbol),
            occurred_at=at(0.1),
            source=f"desks/{symbol}",
            sequence=2,
            signal_id=signal_id,
            account_id=account_id,
            experiment_id=experiment_id,
            symbol=symbol,
            engine="B",
            agent_name="trend",
            agent_type="core",
            bias="bullish",
            confidence=70,
            reasons=("ema_up",),
            metadata={"ema8": "595.9"},
            context_hash="c" * 64,
        ),
        TradeProposed(
            event_id=derived_id("proposal", symbol),
            occurred_at=at(0.1),
            source=f"desks/{symbol}",
            sequence=3,
            gates=(session,),
            recommendation=wanted,
            entry=ENTRY,
            **shared,
        ),
        DecisionMade(
            event_id=derived_id("decision", symbol),
            occurred_at=at(0.2),
            source=f"accounts/{account_id}",
            sequence=1,
            proposal_id=derived_id("proposal", symbol),
            status="approved" if approved else "rejected",
            rejection_reason=codes[0] if codes else None,
            codes=codes,
            gates=(session, limit),
            recommendation=wanted.model_copy(update={"quantity": 2}) if approved else None,
            order_id=derived_id("entry-order", symbol) if approved else None,
            **shared,
        ),
    ]


def traded(symbol: str, account_id: str = "paper") -> list[Event]:
    """Return the orders, fills and the end of the story's trade."""
    about = contract(symbol, account_id)
    entry_order_id, exit_order_id = derived_id("entry-order", symbol), derived_id("exit-order", symbol)
    paper: dict[str, Any] = {"order_type": "paper", "quantity": 2, "entry": ENTRY, **about}
    return [
        OrderPlaced(
            event_id=entry_order_id,
            occurred_at=at(0.2),
            client_order_id=f"ts-{entry_order_id}",
            side="buy_to_open",
            limit_price=Decimal("2.5"),
            expires_at=at(300),
            **paper,
        ),
        OrderFilled(
            event_id=derived_id("entry-fill", symbol),
            occurred_at=at(1),
            order_id=entry_order_id,
            side="buy_to_open",
            price=Decimal("2.45"),
            **paper,
        ),
        OrderUpdated(
            event_id=derived_id("entry-update", symbol),
            occurred_at=at(1),
            account_id=account_id,
            order_id=entry_order_id,
            symbol=symbol,
            status="filled",
        ),
        OrderPlaced(
            event_id=exit_order_id,
            occurred_at=at(60),
            client_order_id=f"ts-{exit_order_id}",
            side="sell_to_close",
            limit_price=Decimal("3.7"),
            exit_reason="profit_target",
            trigger_price=Decimal("3.7"),
            entry_price=Decimal("2.45"),
            entry_timestamp=at(1),
            **paper,
        ),
        OrderFilled(
            event_id=derived_id("exit-fill", symbol),
            occurred_at=at(61),
            order_id=exit_order_id,
            side="sell_to_close",
            price=Decimal("3.75"),
            exit_reason="profit_target",
            **paper,
        ),
        OrderUpdated(
            event_id=derived_id("exit-update", symbol),
            occurred_at=at(61),
            account_id=account_id,
            order_id=exit_order_id,
            symbol=symbol,
            status="filled",
        ),
        TradeClosed(
            event_id=derived_id("trade", symbol),
            occurred_at=at(61),
            quantity=2,
            entry_order_id=entry_order_id,
            exit_order_id=exit_order_id,
            entry_price=Decimal("2.45"),
            exit_price=Decimal("3.75"),
            entry_timestamp=at(1),
            exit_timestamp=at(61),
            exit_reason="profit_target",
            realized_pnl=Decimal(260),
            pnl_percent=Decimal("53.06"),
            pnl_r=Decimal("53.06"),
            duration_minutes=1,
            entry=ENTRY,
            **about,
        ),
    ]


def story(symbol: str, account_id: str = "paper") -> list[Event]:
    """Return every event of the trade that history keeps, in the order in which they happened."""
    return [
        learnt(symbol, "40", seconds=-60),
        learnt(symbol, "62.5", seconds=-1),
        signal(symbol, account_id),
        *judged(symbol, account_id),
        *traded(symbol, account_id),
    ]
