"""Underlyings: which are known, and of one its chain by expiration, opening range and newest bars."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeAlias

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.auth import Asking
from api.exact_json import Number, exact
from api.in_force import session_at
from api.live_view import LiveView
from api.market_parts import KNOWN_EXAMPLE, Known, Symbol, known_of, market_of
from api.positioning import UNKNOWN
from api.problems import PROBLEMS
from schemas.event import from_micros
from schemas.market import Bar, ListedContract, OpeningRange, Series
from schemas.money import to_usd

router = APIRouter(tags=["market"], responses=PROBLEMS)

Timeframe: TypeAlias = Literal["1m", "5m", "15m", "1h", "1d"]

_UNDERLYING: dict[str, Any] = {"symbol": "SPY", "is_watched": True, "is_held": False, "is_known": True}


class Underlying(BaseModel):
    """An underlying that is watched, held or known."""

    symbol: str
    is_watched: bool = Field(description="prices are asked for")
    is_held: bool = Field(description="the caller holds contracts on it")
    is_known: bool = Field(description="false: nothing has been heard of it yet")


class Underlyings(BaseModel):
    """What may be asked about."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_UNDERLYING]}]})

    items: list[Underlying] = Field(description="by symbol")


class OpeningRangeNow(BaseModel):
    """The range of the first minutes of a day's regular session, dollars a share."""

    day: date
    is_today: bool = Field(description="false: of an earlier day; decisions look at today's only")
    minutes: int
    high: Number
    low: Number
    volume: int = Field(description="shares")
    is_complete: bool = Field(description="its last minute has closed")


class ExpirationRow(BaseModel):
    """Contracts that expire on a day. Open interest and volume in contracts; null where no contract tells any."""

    expiration: date
    contracts: int
    call_open_interest: int | None
    put_open_interest: int | None
    call_volume: int | None
    put_volume: int | None


class BarRow(BaseModel):
    """A bar, dollars a share."""

    start: datetime
    open: Number
    high: Number
    low: Number
    close: Number
    volume: int = Field(description="shares")


class UnderlyingDetail(Known):
    """An underlying: its chain by expiration, opening range and newest bars."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                KNOWN_EXAMPLE
                | {
                    "opening_range": {
                        "day": "2026-02-13",
                        "is_today": True,
                        "minutes": 15,
                        "high": 597.10,
                        "low": 594.85,
                        "volume": 4812000,
                        "is_complete": True,
                    },
                    "expirations": [
                        {
                            "expiration": "2026-02-20",
                            "contracts": 206,
                            "call_open_interest": 182500,
                            "put_open_interest": 201400,
                            "call_volume": 50210,
                            "put_volume": 61877,
                        }
                    ],
                    "chain_at": "2026-02-13T15:29:00Z",
                    "timeframe": "5m",
                    "bars": [
                        {
                            "start": "2026-02-13T15:25:00Z",
                            "open": 595.80,
                            "high": 596.11,
                            "low": 595.72,
                            "close": 596.02,
                            "volume": 184200,
                        }
                    ],
                }
            ]
        }
    )

    opening_range: OpeningRangeNow | None
    expirations: list[ExpirationRow] = Field(description="the nearest first")
    chain_at: datetime | None
    timeframe: Timeframe
    bars: list[BarRow] = Field(description="oldest first, at most 65; the last is still being built")


@router.get(
    "/underlyings", operation_id="list_underlyings", summary="Underlyings that are known", response_model=Underlyings
)
async def underlyings(asking: Asking, request: Request) -> Response:
    """Every underlying that is watched, in which the caller holds anything, or of which anything was heard."""
    state = request.app.state
    view: LiveView = state.live.view
    watched = set(state.settings.feeds.symbols)
    held = {position.symbol for position in view.positions(asking.account_id)}
    known = set(state.markets.symbols())
    items = [
        Underlying(symbol=symbol, is_watched=symbol in watched, is_held=symbol in held, is_known=symbol in known)
        for symbol in sorted(watched | held | known)
    ]
    return exact(Underlyings(items=items))


@router.get(
    "/underlyings/{symbol}",
    operation_id="get_underlying",
    summary="Chain, opening range and bars",
    response_model=UnderlyingDetail,
    responses=UNKNOWN,
)
async def underlying(
    symbol: Symbol,
    asking: Asking,
    request: Request,
    timeframe: Annotated[Timeframe, Query(description="of the bars")] = "5m",
) -> Response:
    """What is listed by expiration, the day's opening range, and the newest bars of a timeframe."""
    symbol = symbol.upper()
    market = await market_of(request, symbol)
    at = request.app.state.intake.clock.now()
    known = known_of(request, symbol, market, at=at)
    session = await session_at(request.app.state.settings, at)
    found = None if market is None else market.opening_range
    return exact(
        UnderlyingDetail(
            **known,
            opening_range=None if found is None else _range_now(found, day=session.day),
            expirations=[] if market is None else by_expiration(market.chain.values()),
            chain_at=None if market is None else market.chain_at,
            timeframe=timeframe,
            bars=[] if market is None else _bars(market.series.get(timeframe)),
        )
    )


def by_expiration(contracts: Iterable[ListedContract]) -> list[ExpirationRow]:
    """Return what is listed by expiration, the nearest first."""
    listed: dict[date, list[ListedContract]] = defaultdict(list)
    for contract in contracts:
        listed[contract.expiration].append(contract)
    return [
        ExpirationRow(
            expiration=expiration,
            contracts=len(found),
            call_open_interest=_sum(item.open_interest for item in found if item.type == "call"),
            put_open_interest=_sum(item.open_interest for item in found if item.type == "put"),
            call_volume=_sum(item.volume for item in found if item.type == "call"),
            put_volume=_sum(item.volume for item in found if item.type == "put"),
        )
        for expiration, found in sorted(listed.items())
    ]


def _sum(counts: Iterable[int | None]) -> int | None:
    told = [count for count in counts if count is not None]
    return sum(told) if told else None


def _range_now(found: OpeningRange, *, day: date) -> OpeningRangeNow:
    return OpeningRangeNow(
        day=found.day,
        is_today=found.day == day,
        minutes=found.minutes,
        high=to_usd(found.high),
        low=to_usd(found.low),
        volume=found.volume,
        is_complete=found.complete,
    )


def _bars(series: Series | None) -> list[BarRow]:
    if series is None:
        return []
    return [_bar(bar) for bar in (*series.bars, *(() if series.bar is None else (series.bar,)))]


def _bar(bar: Bar) -> BarRow:
    prices = {name: to_usd(getattr(bar, name)) for name in ("open", "high", "low", "close")}
    return BarRow(start=from_micros(bar.start), volume=bar.volume, **prices)
