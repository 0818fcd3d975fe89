"""A signal that waits, is judged by both engines, and trades in parts: one engine for real, the other in the shadow."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from schemas.decisions import (
    AgentVote,
    Candle,
    DealerDecision,
    DecisionMade,
    GateResult,
    IndicatorSet,
    Recommendation,
    SignalEnriched,
    SignalUpdated,
    StrikeSelection,
    TradeProposed,
)
from schemas.event import Event
from schemas.ids import derived_id
from schemas.operations import ControlChanged
from schemas.orders import CloseRequested, OrderFilled, OrderPlaced, ShadowFilled, ShadowTrade, TradeClosed
from schemas.performance import Figures, PerformanceMeasured, TuningProposed
from tests.schemas.story import ENTRY, at, contract, judged, signal, story

SYMBOL = "SPY"


def update(
    name: str, status: str, reason: str, *, seconds: float, until: datetime | None = None, symbol: str = SYMBOL
) -> SignalUpdated:
    return SignalUpdated.model_validate(
        {
            "event_id": derived_id("signal-update", symbol, name),
            "occurred_at": at(seconds),
            "signal_id": derived_id("signal", symbol),
            "account_id": "paper",
            "symbol": symbol,
            "status": status,
            "reason": reason,
            "until": until,
        }
    )


def waited() -> list[Event]:
    """Return what is said of a signal that waits for the open, and is tried twice in vain."""
    return [
        signal(SYMBOL),
        update("1", "queued", "queued_market_closed", seconds=1, until=at(3600)),
        update("2", "released", "session_open", seconds=3600),
        update("3", "retrying", "retry_scheduled:market_data_unavailable", seconds=3601, until=at(3661)),
        update("4", "released", "retry", seconds=3661),
        update("5", "retrying", "retry_scheduled:market_data_unavailable", seconds=3662, until=at(3722)),
        update("6", "queued", "queued_again", seconds=3700, until=at(7200)),
    ]


def judged_by_both() -> list[Event]:
    """Return the enrichment, the proposal and the decision of a signal that engine A trades and engine B shadows."""
    enriched, _, proposal, decision = judged(SYMBOL)
    assert isinstance(enriched, SignalEnriched)
    assert isinstance(proposal, TradeProposed)
    assert isinstance(decision, DecisionMade)
    assert proposal.recommendation is not None
    assert decision.recommendation is not None
    candle = Candle(open=Decimal(1), high=Decimal(1), low=Decimal(1), close=Decimal(1), volume=1234)
    context = enriched.context.model_copy(
        update={
            "dealer": DealerDecision(direction="long", confidence=Decimal("0.8"), regime="long_gamma"),
            "indicators": {"1m": IndicatorSet(bars=30, candles=(candle.model_copy(update={"volume": 1}), candle))},
        }
    )
    other = Recommendation.model_validate(
        proposal.recommendation.model_dump()
        | {
            "engine": "B",
            "is_shadow": True,
            "quantity": 3,
            "context_hash": "d" * 64,
            "confidence": 67,
            "agents": (AgentVote(agent_name="context", agent_type="core", bias="bullish", confidence=65),),
            "selection": StrikeSelection(mode="scored", considered=12, refused={"spread": 2}, score=Decimal(81)),
            "gamma_overridden": True,
        }
    )
    policy = proposal.policy.model_copy(
        update={"executed_engines": ("A",), "shadow_engine": "B", "shares": {"A": 60, "B": 40}}
    )
    gates = (GateResult(gate="entry", verdict="pass", engine="A"), GateResult(gate="session", verdict="pass"))
    both = {
        "policy": policy,
        "gates": gates,
        "shadow_gates": (GateResult(gate="meta_decision", verdict="pass", engine="B"),),
        "recommendations": (proposal.recommendation, other),
    }
    orders = (derived_id("entry-order", SYMBOL), derived_id("other-order", SYMBOL))
    return [
        enriched.model_copy(update={"context": context}),
        proposal.model_copy(update=both),
        decision.model_copy(update=both | {"order_ids": orders}),
    ]


def closed_trade() -> TradeClosed:
    """Return the end of the story's trade."""
    end = story(SYMBOL)[-1]
    assert isinstance(end, TradeClosed)
    return end


def sold(number: int, quantity: int, price: str, *, left: int, reason: str) -> tuple[OrderPlaced, OrderFilled]:
    """Return an order that closes contracts, and its fill."""
    order_id = derived_id("exit-order", SYMBOL, number)
    about: dict[str, Any] = {**contract(SYMBOL, "paper"), "quantity": quantity, "entry": ENTRY, "exit_reason": reason}
    order = OrderPlaced(
        event_id=order_id,
        occurred_at=at(30 * number),
        client_order_id=f"ts-{order_id}",
        side="sell_to_close",
        order_type="paper",
        limit_price=Decimal(price),
        exit_codes=(f"{reason}_code",),
        remaining_quantity=left,
        **about,
    )
    fill = OrderFilled(
        event_id=derived_id("exit-fill", SYMBOL, number),
        occurred_at=at(30 * number + 1),
        order_id=order_id,
        side="sell_to_close",
        order_type="paper",
        price=Decimal(price),
        remaining_quantity=left,
        **about,
    )
    return order, fill


def sold_in_parts() -> list[Event]:
    """Return a position of 9 contracts at 2.45, of which 4 and then 2 are sold, before the others are asked for."""
    opening = [event for event in story(SYMBOL) if isinstance(event, OrderPlaced | OrderFilled)][:2]
    last, _ = sold(3, 3, "1.20", left=0, reason="stop_loss")
    return [
        *(event.model_copy(update={"quantity": 9}) for event in opening),
        *sold(1, 4, "3.10", left=5, reason="partial_profit"),
        *sold(2, 2, "2.05", left=3, reason="deep_loss"),
        last,
    ]


def end_of_parts() -> TradeClosed:
    """Return how the position that was sold in parts ends: 260 - 80 - 375 dollars."""
    return closed_trade().model_copy(
        update={
            "quantity": 9,
            "exit_reason": "stop_loss",
            "realized_pnl": Decimal("-195.00"),
            "exit_price": Decimal("2.2333"),
            "exit_codes": ("partial_profit", "deep_loss", "stop_loss"),
            "partial_exits": 2,
        }
    )


def shadowed(symbol: str = SYMBOL, account_id: str = "paper") -> list[Event]:
    """Return engine B's shadow trade: 4 contracts at 2.00, of which one is sold at 3.00 and three at 1.50."""
    about: dict[str, Any] = contract(symbol, account_id) | {
        "engine": "B",
        "position_id": derived_id("shadow-position", symbol),
        "entry": ENTRY,
    }
    trade_id = derived_id("shadow-trade", symbol)
    fills = [
        ShadowFilled.model_validate(
            about
            | {
                "event_id": derived_id("shadow-fill", symbol, number),
                "occurred_at": at(number),
                "shadow_trade_id": trade_id,
                "side": side,
                "quantity": quantity,
                "price": Decimal(price),
                "exit_reason": reason,
                "remaining_quantity": left,
            }
        )
        for number, side, quantity, price, reason, left in (
            (1, "buy_to_open", 4, "2.00", None, 4),
            (20, "sell_to_close", 1, "3.00", "partial_profit", 3),
            (40, "sell_to_close", 3, "1.50", "stop_loss", 0),
        )
    ]
    trade = ShadowTrade(
        event_id=trade_id,
        occurred_at=at(0.2),
        quantity=4,
        entry_price=Decimal("2.10"),
        expires_at=at(300),
        contributing_agents=("context", "technical"),
        meta_confidence=67,
        dealer_decision=DealerDecision(confidence=Decimal("0.4")),
        **about,
    )
    end = TradeClosed(
        event_id=derived_id("trade", about["position_id"]),
        occurred_at=at(40),
        quantity=4,
        entry_order_id=trade_id,
        exit_order_id=derived_id("shadow-exit", symbol),
        entry_price=Decimal("2.00"),
        exit_price=Decimal("1.875"),
        entry_timestamp=at(1),
        exit_timestamp=at(40),
        exit_reason="stop_loss",
        realized_pnl=Decimal("-50.00"),
        pnl_percent=Decimal("-6.25"),
        pnl_r=Decimal("-6.25"),
        duration_minutes=0,
        is_shadow=True,
        outcome_source="simulation",
        exit_codes=("partial_profit", "stop_loss"),
        partial_exits=1,
        **about,
    )
    return [trade, *fills, end]


def measured(trades: int) -> PerformanceMeasured:
    """Return figures after so many trades that each made 10 dollars, and one that lost 4.50."""
    shared = {
        "trades": trades + 1,
        "wins": trades,
        "pnl_won": Decimal(10 * trades),
        "pnl_lost": Decimal("-4.50"),
        "win_rate": Decimal(100 * trades) / (trades + 1),
        "expectancy": (10 * trades - Decimal("4.50")) / (trades + 1),
    }
    return PerformanceMeasured(
        event_id=derived_id("performance", trades),
        occurred_at=at(trades),
        account_id="paper",
        position_id=derived_id("position", trades),
        figures=(
            Figures.model_validate({"dimension": "agent", "name": "context"} | shared),
            Figures.model_validate({"dimension": "regime", "name": "TREND", "is_shadow": True} | shared),
        ),
    )


def tuned() -> TuningProposed:
    return TuningProposed(
        event_id=derived_id("tuning", SYMBOL),
        occurred_at=at(9),
        account_id="paper",
        config_key="confidence_min",
        old_value=Decimal(50),
        new_value=Decimal(55),
        reason="expectancy -1.00 dollars a trade",
        applied=True,
    )


def control(name: str, value: object, *, seconds: float, by: str = "trader") -> ControlChanged:
    return ControlChanged(
        event_id=derived_id("control", name, str(seconds), json.dumps(value)),
        occurred_at=at(seconds),
        name=name,
        value=json.dumps(value),
        changed_by=by,
    )


def close_requested() -> CloseRequested:
    return CloseRequested(
        event_id=derived_id("close", SYMBOL),
        occurred_at=at(12),
        account_id="paper",
        symbol=SYMBOL,
        position_id=derived_id("position", SYMBOL),
        reason="manual",
        requested_by="trader",
        quantity=2,
    )


def everything() -> list[Event]:
    """Return all of it, in one of the orders in which it may come."""
    return [
        *waited(),
        *judged_by_both(),
        *sold_in_parts(),
        sold(3, 3, "1.20", left=0, reason="stop_loss")[1],
        end_of_parts(),
        *shadowed(),
        measured(1),
        measured(2),
        tuned(),
        control("flag.enable_variant_b", {"enabled": True}, seconds=5),
        control("flag.enable_variant_b", {"enabled": False}, seconds=6),
        close_requested(),
    ]
