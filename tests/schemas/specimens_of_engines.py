"""One record of each kind that came with the second engine: shadows, requests, snapshots, controls, learning."""

from decimal import Decimal
from typing import Any

from schemas.accounts import AccountSnapshot
from schemas.audit import AuditHead
from schemas.controls import Controls
from schemas.decisions import AgentVote, DealerDecision, EntryContext, SignalUpdated
from schemas.event import Record
from schemas.ids import derived_id
from schemas.operations import ControlChanged
from schemas.orders import CloseRequested, ShadowFilled, ShadowTrade
from schemas.performance import Figures, Performance, PerformanceMeasured, TuningProposed
from schemas.records import ControlsRecord, PerformanceRecord
from tests.schemas.story import ENTRY, at, contract

VOTE = AgentVote(agent_name="gamma-flow", agent_type="specialist", bias="bullish", confidence=70)
ENTERED = EntryContext(
    **{**ENTRY.model_dump(), "bias": "bullish", "bias_confidence": Decimal(80), "confidence": 52, "agents": (VOTE,)}
)
FIGURES = Figures(
    dimension="agent",
    name="gamma-flow",
    is_shadow=True,
    trades=3,
    wins=2,
    pnl_won=Decimal("310.5"),
    pnl_lost=Decimal(-120),
    pnl_r=Decimal("12.5"),
    duration_minutes=245,
    win_rate=Decimal("66.6667"),
    expectancy=Decimal("63.5"),
)
"""Of an agent whose shadow trades came out well."""


def kill_switch(seconds: float = 0) -> ControlChanged:
    """Return a control that halts all accounts."""
    return ControlChanged(
        event_id=derived_id("control", "kill_switch", str(seconds)),
        occurred_at=at(seconds),
        name="kill_switch",
        value='{"halted":true}',
        changed_by="trader",
    )


def snapshot() -> AccountSnapshot:
    """Return an account as the market stage is told of it."""
    return AccountSnapshot(
        event_id=derived_id("snapshot", "paper"),
        occurred_at=at(2),
        source="accounts/paper",
        sequence=9,
        account_id="paper",
        positions={"SPY": 1, "QQQ": 2},
        exposure=Decimal("2490.5"),
        equity=Decimal("100310.5"),
        halted=False,
    )


def records_of_engines(known: dict[str, Any]) -> list[Record]:
    """Return the records; known  what every state record says beside its state."""
    shadow = {**contract("SPY", "paper"), "engine": "B", "position_id": derived_id("position", "shadow", "SPY")}
    trade = ShadowTrade(
        **shadow,
        event_id=derived_id("shadow-trade", "SPY"),
        occurred_at=at(0.1),
        source="desks/SPY",
        sequence=5,
        quantity=2,
        entry_price=Decimal("2.45"),
        expires_at=at(300),
        contributing_agents=("context", "gamma-flow"),
        meta_confidence=52,
        dealer_decision=DealerDecision(
            direction="long", confidence=Decimal("0.4"), position_size_multiplier=Decimal("1.25"), regime="long_gamma"
        ),
        entry=ENTERED,
    )
    filled = ShadowFilled(
        **shadow,
        event_id=derived_id("shadow-fill", "SPY"),
        occurred_at=at(60),
        source="books/paper|SPY|shadow",
        sequence=2,
        shadow_trade_id=trade.event_id,
        side="sell_to_close",
        quantity=1,
        price=Decimal("3.1"),
        exit_reason="partial_profit",
        remaining_quantity=1,
        entry=ENTERED,
    )
    performance = Performance(
        account_id="paper",
        figures={"agent|gamma-flow|shadow": FIGURES},
        measured=(trade.position_id,),
        tuned={"confidence_min": Decimal(55)},
        trades_at_tuning={"confidence_min": 20},
    )
    return [
        AuditHead(
            event_id=derived_id("audit-head", 7, "5c" * 32),
            occurred_at=at(91),
            source="audit",
            number=7,
            hash="5c" * 32,
        ),
        SignalUpdated(
            event_id=derived_id("signal-update", "SPY"),
            occurred_at=at(0),
            source="desks/SPY",
            sequence=4,
            signal_id=derived_id("signal", "SPY"),
            account_id="paper",
            symbol="SPY",
            status="queued",
            reason="queued_market_closed",
            until=at(3_600),
        ),
        trade,
        filled,
        CloseRequested(
            event_id=derived_id("close-request", "SPY"),
            occurred_at=at(30),
            account_id="paper",
            symbol="SPY",
            position_id=derived_id("position", "SPY"),
            reason="manual",
            requested_by="trader",
            quantity=1,
        ),
        snapshot(),
        PerformanceMeasured(
            event_id=derived_id("performance", "SPY"),
            occurred_at=at(90),
            source="performances/paper",
            sequence=1,
            account_id="paper",
            position_id=trade.position_id,
            figures=(FIGURES,),
        ),
        TuningProposed(
            event_id=derived_id("tuning", "SPY"),
            occurred_at=at(90),
            source="performances/paper",
            sequence=2,
            account_id="paper",
            config_key="confidence_min",
            old_value=Decimal(50),
            new_value=Decimal(55),
            reason="the newest 20 trades lost 12.50 each",
            applied=True,
        ),
        ControlsRecord(
            state=Controls(partition=3, values={"kill_switch": kill_switch()}, accounts={"paper": snapshot()}), **known
        ),
        PerformanceRecord(state=performance, **known),
    ]
