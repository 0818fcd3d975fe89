"""How dealers and buyers of options stand in an underlying: gamma exposure, flow, max pain, walls."""

import asyncio
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from agents.dealer import GAMMA_MULTIPLIERS, dealer_decision
from agents.rules import DealerRules
from agents.walls import StrikeExposure, by_strike, walls
from api.auth import Asking
from api.exact_json import Number, exact
from api.in_force import rules_in_force, session_at
from api.market_parts import (
    FLOW_EXAMPLE,
    GEX_EXAMPLE,
    KNOWN_EXAMPLE,
    FlowNow,
    GexNow,
    Known,
    Symbol,
    flow_now,
    gex_now,
    known_of,
    market_of,
)
from api.problems import PROBLEMS
from schemas.market import DealerPosition, Market

router = APIRouter(tags=["market"], responses=PROBLEMS)

UNKNOWN: dict[int | str, dict[str, Any]] = {
    404: PROBLEMS[401] | {"description": "Nothing is known of the symbol, and it is not watched"}
}
_WALLS: dict[str, Any] = {"call": 600, "put": 585}


class WallsNow(BaseModel):
    """The strikes at which calls, and puts, carry most gamma."""

    model_config = ConfigDict(json_schema_extra={"examples": [_WALLS]})

    call: Number | None
    put: Number | None


class Positioning(Known):
    """Gamma exposure, flow, max pain and walls of an underlying; null as far as nobody has told them."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                KNOWN_EXAMPLE
                | {
                    "gex": GEX_EXAMPLE,
                    "flow": FLOW_EXAMPLE,
                    "max_pain": 595,
                    "walls": _WALLS,
                    "listed_contracts": 412,
                    "chain_at": "2026-02-13T15:29:00Z",
                }
            ]
        }
    )

    gex: GexNow | None
    flow: FlowNow | None
    max_pain: Number | None
    walls: WallsNow | None = Field(description="of the chain; null without one, or without a price")
    listed_contracts: int
    chain_at: datetime | None


class StrikeRow(BaseModel):
    """What is open at a strike, over all expirations alive. Exposure is in dollars a percent move."""

    strike: Number
    call_open_interest: int = Field(description="contracts")
    put_open_interest: int = Field(description="contracts")
    call_gex: Number
    put_gex: Number = Field(description="not positive")
    net_gex: Number


class Dealers(BaseModel):
    """What positions and flow call for, as an alert at this moment would be judged."""

    direction: Literal["long", "short"] | None
    confidence: Number = Field(description="0 to 1")
    reasons: list[str]


class GammaContext(Known):
    """Where zero gamma lies, what regime dealers make, and what follows for the size of a trade."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                KNOWN_EXAMPLE
                | {
                    "gex": GEX_EXAMPLE,
                    "regime": "long_gamma",
                    "position_size_multiplier": 1.25,
                    "is_applied": True,
                    "dealers": {"direction": None, "confidence": 0.0926, "reasons": ["dealer_long_gamma"]},
                    "walls": _WALLS,
                    "strikes": [
                        {
                            "strike": 600,
                            "call_open_interest": 18250,
                            "put_open_interest": 4100,
                            "call_gex": 410000000.00,
                            "put_gex": -92000000.00,
                            "net_gex": 318000000.00,
                        }
                    ],
                    "chain_at": "2026-02-13T15:29:00Z",
                }
            ]
        }
    )

    gex: GexNow | None
    regime: DealerPosition | None
    position_size_multiplier: Number | None = Field(description="on the quantity, by the regime")
    is_applied: bool = Field(description="false: enable_dealer_gex is off, and the multiplier is not used")
    dealers: Dealers | None = Field(description="null while it is not applied, or no exposure is known")
    walls: WallsNow | None
    strikes: list[StrikeRow] = Field(description="lowest first; empty without a chain that tells open interest")
    chain_at: datetime | None


@router.get(
    "/positioning/{symbol}",
    operation_id="get_positioning",
    summary="Positioning in an underlying",
    response_model=Positioning,
    responses=UNKNOWN,
)
async def positioning(symbol: Symbol, asking: Asking, request: Request) -> Response:
    """Gamma exposure, options flow, max pain and walls, as far as they are known, each with the time it is of."""
    symbol = symbol.upper()
    market = await market_of(request, symbol)
    at = request.app.state.intake.clock.now()
    known = known_of(request, symbol, market, at=at)
    session = await session_at(request.app.state.settings, at)
    gex = None if market is None else market.gex
    flow = None if market is None else market.flow
    strikes = await _strikes(market, known["price"], at)
    return exact(
        Positioning(
            **known,
            gex=None if gex is None else gex_now(gex, price=known["price"], at=at),
            flow=None if flow is None else flow_now(flow, day=session.day),
            max_pain=None if gex is None else gex.max_pain,
            walls=_walls(strikes),
            listed_contracts=0 if market is None else len(market.chain),
            chain_at=None if market is None else market.chain_at,
        )
    )


@router.get(
    "/gamma/{symbol}",
    operation_id="get_gamma",
    summary="Gamma context of an underlying",
    response_model=GammaContext,
    responses=UNKNOWN,
)
async def gamma(symbol: Symbol, asking: Asking, request: Request) -> Response:
    """Zero gamma, the dealers' regime and what it does to a trade's size, and the exposure strike by strike."""
    symbol = symbol.upper()
    state = request.app.state
    market = await market_of(request, symbol)
    at = state.intake.clock.now()
    known = known_of(request, symbol, market, at=at)
    session = await session_at(state.settings, at)
    rules = rules_in_force(state.settings, state.live.view).engine.dealer
    strikes = await _strikes(market, known["price"], at)
    gex = None if market is None else market.gex
    flow = market.flow if market is not None and market.flow is not None and market.flow.day == session.day else None
    # the regime is a fact of the exposure, switched on or not
    regime = _regime(known["price"], market, rules)
    decision = dealer_decision(price=known["price"], gex=gex, flow=flow, rules=rules)
    told = None if decision is None else decision.model_dump(include=set(Dealers.model_fields))
    return exact(
        GammaContext(
            **known,
            gex=None if gex is None else gex_now(gex, price=known["price"], at=at),
            regime=regime,
            position_size_multiplier=None if regime is None else GAMMA_MULTIPLIERS[regime],
            is_applied=rules.enabled,
            dealers=None if told is None else Dealers.model_validate(told),
            walls=_walls(strikes),
            strikes=[StrikeRow.model_validate(strike, from_attributes=True) for strike in strikes],
            chain_at=None if market is None else market.chain_at,
        )
    )


def _regime(price: Decimal | None, market: Market | None, rules: DealerRules) -> DealerPosition | None:
    switched_on = DealerRules(enabled=True, neutral_below=rules.neutral_below)
    decision = dealer_decision(price=price, gex=None if market is None else market.gex, flow=None, rules=switched_on)
    return None if decision is None else decision.regime


async def _strikes(market: Market | None, price: Decimal | None, at: datetime) -> tuple[StrikeExposure, ...]:
    if market is None or not market.chain:
        return ()
    # in a thread: volatilities of a chain that names none are searched for, contract by contract
    return await asyncio.to_thread(by_strike, list(market.chain.values()), spot=price or Decimal(0), at=at)


def _walls(strikes: tuple[StrikeExposure, ...]) -> WallsNow | None:
    found = walls(strikes)
    return None if found.call is None and found.put is None else WallsNow(call=found.call, put=found.put)
