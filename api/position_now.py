"""An open position at this moment: what closing it would come to, and where the underlying would call its exits."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from agents.exits_ahead import exits_ahead, underlying_at
from agents.market import newest_price
from api.exact_json import Number
from api.live_view import Mark
from api.markets import Markets
from api.orders import ExitRow
from api.problems import Problem
from schemas.event import from_micros
from schemas.market import Market, Quote
from schemas.money import cents, to_usd
from schemas.positions import Position
from schemas.ticks import ABSENT, mid

EXIT_EXAMPLE: dict[str, Any] = {
    "reason": "stop_loss",
    "side": "at_or_below",
    "price": 1.76,
    "takes": "all",
    "pnl_percent": -50.00,
    "distance": 2.02,
    "distance_percent": 53.44,
    "underlying_price": 591.87,
}
CLOSING_EXAMPLE: dict[str, Any] = {
    "bid": 3.76,
    "mid": 3.78,
    "ask": 3.80,
    "quoted_at": "2026-02-13T15:41:07Z",
    "expected_price": 3.78,
    "expected_pnl": 234.00,
}


class ExitNow(ExitRow):
    """A level of the contract, and about where the underlying stands when it is reached."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [EXIT_EXAMPLE]})

    underlying_price: Number | None = Field(
        default=None, description="reckoned with delta and gamma at this moment; null where the chain tells no delta"
    )


class ClosingNow(BaseModel):
    """What closing a position by hand would come to at the newest quote."""

    model_config = ConfigDict(json_schema_extra={"examples": [CLOSING_EXAMPLE]})

    bid: Number | None = Field(description="dollars a share; null: nobody bids")
    mid: Number | None
    ask: Number | None
    quoted_at: datetime
    expected_price: Number | None = Field(description="the mid on the paper exchange, the bid at a broker")
    expected_pnl: Number | None = Field(description="dollars, of the contracts held")


async def known_market(markets: Markets, symbol: str) -> Market | None:
    """Return what is known of an underlying, None where nothing is, or while Kafka is still being read."""
    try:
        return await markets.market(symbol)
    except Problem:
        return None


def exits_now(position: Position, mark: Mark | None, market: Market | None) -> list[ExitNow]:
    """Return the armed levels of a position with the underlying's prices at them."""
    at_mark = None if mark is None else to_usd(mark.price)
    listed = None if market is None else market.chain.get(position.option_symbol)
    newest = None if market is None else newest_price(market.last)
    found = []
    for ahead in exits_ahead(position, mark=at_mark):
        row = ExitNow.model_validate(ahead)
        if at_mark is not None and newest is not None and listed is not None:
            row.underlying_price = underlying_at(
                ahead.price, mark=at_mark, underlying=to_usd(newest[0]), delta=listed.delta, gamma=listed.gamma
            )
        found.append(row)
    return found


def closing_now(position: Position, market: Market | None) -> ClosingNow | None:
    """Return what closing a position would come to, or None without a quote of its contract."""
    quote = None if market is None else market.quotes.get(position.option_symbol)
    if quote is None or not quote.quoted_at:
        return None
    bid, ask, middle = _prices(quote)
    expected = bid if position.order_type == "live" else middle
    return ClosingNow(
        bid=bid,
        mid=middle,
        ask=ask,
        quoted_at=from_micros(quote.quoted_at),
        expected_price=expected,
        expected_pnl=None if expected is None else cents(position.unrealized_pnl(expected)),
    )


def _prices(quote: Quote) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    middle = mid(quote.bid, quote.ask)
    bid, ask, between = (None if price == ABSENT else to_usd(price) for price in (quote.bid, quote.ask, middle))
    return bid, ask, between
