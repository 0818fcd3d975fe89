"""What is known of an underlying, as answers tell it: each part with its time, null where nobody has told it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import Path, Request
from pydantic import BaseModel, ConfigDict, Field

from agents.market import newest_price
from api.exact_json import Number
from api.live import Live
from api.markets import Markets
from api.pagination import SYMBOL_PATTERN
from api.problems import Problem
from schemas.event import from_micros
from schemas.market import Bias, BiasState, DealerPosition, FlowTotals, GexState, Market
from schemas.money import ratio, to_usd

Symbol = Annotated[str, Path(pattern=SYMBOL_PATTERN, description="underlying")]

BIAS_EXAMPLE: dict[str, Any] = {
    "bias": "bullish",
    "bias_score": 72,
    "confidence": 80,
    "regime_type": "trending",
    "macro_class": "risk_on",
    "entry_mode_hint": "breakout",
    "state_strength_delta": 0.4,
    "chop_score": 21,
    "trade_suppressed": False,
    "risk_multiplier": 1,
    "timeframes": {"5m": "bullish", "1h": "bullish", "1d": "neutral"},
    "timestamp": "2026-02-13T15:25:00Z",
    "age_s": 300,
    "stale_after_s": 3600,
    "is_stale": False,
}
GEX_EXAMPLE: dict[str, Any] = {
    "net_gex": 1250000000.00,
    "dealer_position": "long_gamma",
    "zero_gamma_level": 588.4,
    "zero_gamma_distance_percent": 1.28,
    "max_pain": 595,
    "computed": True,
    "timestamp": "2026-02-13T15:29:00Z",
    "age_s": 60,
}
FLOW_EXAMPLE: dict[str, Any] = {
    "day": "2026-02-13",
    "is_today": True,
    "entries": 214,
    "call_premium": 18400000.00,
    "put_premium": 9100000.00,
    "netflow": 6300000.00,
    "call_bought": 12500000.00,
    "call_sold": 5900000.00,
    "put_bought": 4700000.00,
    "put_sold": 4400000.00,
}
KNOWN_EXAMPLE: dict[str, Any] = {
    "symbol": "SPY",
    "at": "2026-02-13T15:30:00Z",
    "price": 596.02,
    "price_at": "2026-02-13T15:29:59.870000Z",
    "as_of": "2026-02-13T15:29:59.870000Z",
    "nothing_since": None,
}


class BiasNow(BaseModel):
    """The newest bias."""

    model_config = ConfigDict(json_schema_extra={"examples": [BIAS_EXAMPLE]})

    bias: Bias
    bias_score: Number = Field(description="-100 to 100")
    confidence: Number = Field(description="0 to 100")
    regime_type: str | None
    macro_class: str | None
    entry_mode_hint: str | None
    state_strength_delta: Number | None = Field(description="acceleration of the state")
    chop_score: Number = Field(description="0 to 100")
    trade_suppressed: bool
    risk_multiplier: Number = Field(description="scales the quantity")
    timeframes: dict[str, Bias]
    timestamp: datetime
    age_s: int = Field(description="seconds")
    stale_after_s: int
    is_stale: bool


class GexNow(BaseModel):
    """Dealers' gamma exposure as it was told last, or worked out from the chain."""

    model_config = ConfigDict(json_schema_extra={"examples": [GEX_EXAMPLE]})

    net_gex: Number = Field(description="dollars a percent move")
    dealer_position: DealerPosition
    zero_gamma_level: Number | None = Field(description="price at which net gamma changes sign")
    zero_gamma_distance_percent: Number | None = Field(description="how far the price lies above it")
    max_pain: Number | None = Field(description="strike at which the options listed pay out least")
    computed: bool = Field(description="from the chain by the platform; else as received")
    timestamp: datetime
    age_s: int = Field(description="seconds")


class FlowNow(BaseModel):
    """Options flow of a trading day, in dollars of premium."""

    model_config = ConfigDict(json_schema_extra={"examples": [FLOW_EXAMPLE]})

    day: date
    is_today: bool = Field(description="false: of an earlier day; decisions look at today's only")
    entries: int
    call_premium: Number
    put_premium: Number
    netflow: Number = Field(description="bullish minus bearish")
    call_bought: Number
    call_sold: Number
    put_bought: Number
    put_sold: Number


class Known(BaseModel):
    """An underlying, its price, and up to when anything is known of it."""

    symbol: str
    at: datetime = Field(description="the platform's time of this answer")
    price: Number | None = Field(description="newest price, dollars a share")
    price_at: datetime | None
    as_of: datetime | None = Field(description="newest time of anything that is known; null: nothing is")
    nothing_since: datetime | None = Field(description="where nothing is known: since when nothing has been heard")


async def market_of(request: Request, symbol: str) -> Market | None:
    """Return what is known of an underlying, None of one that is watched and of which nothing was heard.

    raises   Problem 404 where it is neither watched nor known, 503 until Kafka has been read
    """
    markets: Markets = request.app.state.markets
    market = await markets.market(symbol)
    if market is None and symbol not in request.app.state.settings.feeds.symbols:
        raise Problem(404, "nothing is known of this symbol, and it is not watched")
    return market


def known_of(request: Request, symbol: str, market: Market | None, *, at: datetime) -> dict[str, Any]:
    """Return the fields of `Known`: the price of the tape where it is newer than the record's."""
    state = request.app.state
    live: Live = state.live
    newest = None if market is None else newest_price(market.last)
    mark = live.view.mark(symbol) if live.trouble is None else None
    if mark is not None and (newest is None or mark.at >= newest[1]):
        newest = (mark.price, mark.at)
    price_at = None if newest is None else from_micros(newest[1])
    times = [] if market is None else list(_times(market))
    as_of = max(times if price_at is None else [*times, price_at], default=None)
    return {
        "symbol": symbol,
        "at": at,
        "price": None if newest is None else to_usd(newest[0]),
        "price_at": price_at,
        "as_of": as_of,
        "nothing_since": state.markets.followed_since if as_of is None else None,
    }


def bias_now(bias: BiasState, *, at: datetime) -> BiasNow:
    """Return a bias with its age; it is stale by the same reckoning as a decision's."""
    fields = bias.model_dump(include=set(BiasNow.model_fields))
    is_stale = at > bias.timestamp + timedelta(seconds=bias.stale_after_s)
    return BiasNow.model_validate(fields | {"age_s": _age_s(bias.timestamp, at), "is_stale": is_stale})


def gex_now(gex: GexState, *, price: Any, at: datetime) -> GexNow:
    """Return the exposure with its age. `price` is in dollars, or None."""
    level = gex.zero_gamma_level
    distance = ratio((price - level) / level * 100) if price is not None and level else None
    more = {"age_s": _age_s(gex.timestamp, at), "zero_gamma_distance_percent": distance}
    return GexNow.model_validate(gex.model_dump(include=set(GexNow.model_fields)) | more)


def flow_now(flow: FlowTotals, *, day: date) -> FlowNow:
    """Return flow, and whether it is of the exchange's date `day`."""
    fields = flow.model_dump(include=set(FlowNow.model_fields))
    return FlowNow.model_validate(fields | {"is_today": flow.day == day})


def _times(market: Market) -> Iterator[datetime]:
    if market.bias is not None:
        yield market.bias.timestamp
    if market.gex is not None:
        yield market.gex.timestamp
    if market.chain_at is not None:
        yield market.chain_at


def _age_s(timestamp: datetime, at: datetime) -> int:
    return (at - timestamp) // timedelta(seconds=1)
