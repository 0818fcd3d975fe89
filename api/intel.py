"""Market intelligence: what is known of each underlying that is watched or held, at a glance."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from agents.confluence import confluence
from agents.rules import ConfluenceRules
from api.auth import Asking
from api.exact_json import Number, exact
from api.in_force import rules_in_force, session_at
from api.live_view import LiveView
from api.market_parts import (
    BIAS_EXAMPLE,
    FLOW_EXAMPLE,
    GEX_EXAMPLE,
    KNOWN_EXAMPLE,
    BiasNow,
    FlowNow,
    GexNow,
    Known,
    bias_now,
    flow_now,
    gex_now,
    known_of,
)
from api.pagination import SymbolFilter
from api.problems import PROBLEMS, Problem
from schemas.market import DealerPosition, Market
from schemas.session import Phase
from schemas.signals import Direction

router = APIRouter(tags=["market"], responses=PROBLEMS)

SYMBOLS_MAX = 50

_CONFLUENCE: dict[str, Any] = {
    "score": 86,
    "flow_alignment": 0.2291,
    "evidence": 1,
    "gamma_alignment": 1,
    "flow_entries": 214,
    "passes": True,
}
_SESSION: dict[str, Any] = {
    "phase": "regular",
    "day": "2026-02-13",
    "minutes_to_close": 330,
    "next_open_at": "2026-02-17T14:30:00Z",
}


class SessionNow(BaseModel):
    """Where the platform's time lies in the exchange's day."""

    phase: Phase
    day: date
    minutes_to_close: int | None = Field(description="null outside regular hours")
    next_open_at: datetime


class Regime(BaseModel):
    """What kind of market the bias and the dealers say this is."""

    regime_type: str | None
    macro_class: str | None
    entry_mode_hint: str | None
    chop_score: Number | None = Field(description="0 to 100")
    dealer_position: DealerPosition | None


class ConfluenceNow(BaseModel):
    """How far today's flow and the dealers would agree with an alert; 50 is no evidence either way."""

    score: Number = Field(description="0 to 100")
    flow_alignment: Number = Field(description="-1 to 1")
    evidence: Number = Field(description="0 to 1, by the number of flow entries")
    gamma_alignment: Number = Field(description="-1, 0 or 1")
    flow_entries: int
    passes: bool = Field(description="at or above the threshold that is in force")


class ExitIntelligence(BaseModel):
    """What biases since its entry have said of a position that is open."""

    position_id: UUID
    option_symbol: str
    direction: Direction
    bias_seen_at: datetime | None = Field(description="of the newest bias it was judged by; null: none since its entry")
    fired: list[str] = Field(description="rules that apply once, and have")
    exit_codes: list[str] = Field(description="what has called for exits so far")


class Intelligence(Known):
    """What is known of an underlying; null as far as nobody has told it."""

    regime: Regime | None
    bias: BiasNow | None
    gamma: GexNow | None
    flow: FlowNow | None
    confluence: dict[Direction, ConfluenceNow] = Field(description="by direction; empty without flow of today")
    exit_intelligence: list[ExitIntelligence] = Field(description="of the caller's open positions")


class IntelSnapshot(BaseModel):
    """Every underlying that is watched, or in which the caller holds anything."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "at": "2026-02-13T15:30:00Z",
                    "session": _SESSION,
                    "items": [
                        KNOWN_EXAMPLE
                        | {
                            "regime": {
                                "regime_type": "trending",
                                "macro_class": "risk_on",
                                "entry_mode_hint": "breakout",
                                "chop_score": 21,
                                "dealer_position": "long_gamma",
                            },
                            "bias": BIAS_EXAMPLE,
                            "gamma": GEX_EXAMPLE,
                            "flow": FLOW_EXAMPLE,
                            "confluence": {"long": _CONFLUENCE},
                            "exit_intelligence": [
                                {
                                    "position_id": "e2d4c6b8-1f3a-5c5d-9e7b-8a6f4d2c0b05",
                                    "option_symbol": "SPY260220C00596000",
                                    "direction": "long",
                                    "bias_seen_at": "2026-02-13T15:25:00Z",
                                    "fired": ["chop_spike"],
                                    "exit_codes": ["chop_spike"],
                                }
                            ],
                        }
                    ],
                }
            ]
        }
    )

    at: datetime = Field(description="the platform's time of this answer")
    session: SessionNow
    items: list[Intelligence]


@router.get(
    "/intel/snapshot",
    operation_id="get_intel_snapshot",
    summary="Market intelligence",
    response_model=IntelSnapshot,
    responses={404: PROBLEMS[401] | {"description": "Nothing is known of the symbol, and it is not watched"}},
)
async def snapshot(asking: Asking, request: Request, symbol: SymbolFilter = None) -> Response:
    """Price, session, regime, bias, gamma, flow, confluence and exit intelligence of what is watched or held.

    With `symbol`, of that underlying alone. At most 50.
    """
    state = request.app.state
    view: LiveView = state.live.view
    held = {position.symbol for position in view.positions(asking.account_id)}
    symbols = list(dict.fromkeys((*state.settings.feeds.symbols, *sorted(held))))[:SYMBOLS_MAX]
    if symbol is not None:
        if symbol.upper() not in symbols and symbol.upper() not in state.markets.symbols():
            raise Problem(404, "nothing is known of this symbol, and it is not watched")
        symbols = [symbol.upper()]
    at = state.intake.clock.now()
    session = await session_at(state.settings, at)
    rules = rules_in_force(state.settings, view).engine.confluence
    items = []
    for name in symbols:
        market = await state.markets.market(name)
        known = known_of(request, name, market, at=at)
        positions = list(exit_intelligence(view, asking.account_id, name))
        items.append(intelligence(known, market, day=session.day, rules=rules, positions=positions))
    session_now = SessionNow.model_validate(session, from_attributes=True)
    return exact(IntelSnapshot(at=at, session=session_now, items=items))


def intelligence(
    known: dict[str, Any],
    market: Market | None,
    *,
    day: date,
    rules: ConfluenceRules,
    positions: list[ExitIntelligence],
) -> Intelligence:
    """Return what is known of an underlying at the exchange's date `day`."""
    bias = None if market is None else market.bias
    gex = None if market is None else market.gex
    flow = None if market is None else market.flow
    today = flow if flow is not None and flow.day == day else None
    agreement: dict[Direction, ConfluenceNow] = {}
    directions: tuple[Direction, ...] = ("long", "short")
    for direction in directions:
        found = confluence(direction=direction, gex=gex, flow=today, rules=rules)
        if found is not None:
            passes = found.score >= rules.score_min
            agreement[direction] = ConfluenceNow.model_validate(found.model_dump() | {"passes": passes})
    regime = None
    if bias is not None or gex is not None:
        regime = Regime(
            regime_type=bias and bias.regime_type,
            macro_class=bias and bias.macro_class,
            entry_mode_hint=bias and bias.entry_mode_hint,
            chop_score=bias and bias.chop_score,
            dealer_position=gex and gex.dealer_position,
        )
    return Intelligence(
        **known,
        regime=regime,
        bias=None if bias is None else bias_now(bias, at=known["at"]),
        gamma=None if gex is None else gex_now(gex, price=known["price"], at=known["at"]),
        flow=None if flow is None else flow_now(flow, day=day),
        confluence=agreement,
        exit_intelligence=positions,
    )


def exit_intelligence(view: LiveView, account_id: str, symbol: str) -> Iterator[ExitIntelligence]:
    """Yield what biases have said of an account's open positions in an underlying."""
    for position in view.positions(account_id):
        if position.symbol == symbol:
            fields = position.model_dump(include=set(ExitIntelligence.model_fields))
            yield ExitIntelligence.model_validate(fields)
