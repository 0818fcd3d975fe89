"""Orders, positions and the account at Alpaca, through its own client and models.

source  https://docs.alpaca.markets/reference (Trading API), https://docs.alpaca.markets/docs/options-trading
"""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any, cast
from urllib.parse import urlsplit

from alpaca.common.enums import Sort
from alpaca.trading.client import TradingClient
from alpaca.trading.enums import AssetClass, OrderSide, PositionIntent, PositionSide, QueryOrderStatus, TimeInForce
from alpaca.trading.models import Order, Position, TradeAccount
from alpaca.trading.requests import GetOrdersRequest, LimitOrderRequest, MarketOrderRequest, OrderRequest
from pydantic import SecretStr

from sinks.alpaca.asking import Line
from sinks.alpaca.reading import execution_of, order_of, whole
from sinks.alpaca.stream import trade_updates
from sinks.broker import (
    BrokerAccount,
    BrokerOrder,
    BrokerPosition,
    Execution,
    Gap,
    NewOrder,
    OrderNews,
    Refused,
)

ORDERS_PAGE = 500
ACTIVITIES_PAGE = 100


class AlpacaBroker:
    """A `sinks.broker.Broker`: nothing is asked twice by itself, and each failure is one of the broker's."""

    def __init__(
        self, *, url: str, key: SecretStr, secret: SecretStr, timeout_s: float, requests_per_minute: int
    ) -> None:
        """Connect to nothing yet.

        url  of the REST API, of the paper or of the live account; the stream's is next to it
        """
        self._key, self._secret = key, secret
        self._client = TradingClient(key.get_secret_value(), secret.get_secret_value(), url_override=url.rstrip("/"))
        self._line = Line(self._client, timeout_s=timeout_s, requests_per_minute=requests_per_minute)
        address = urlsplit(url)
        self._stream_url = f"{'wss' if address.scheme == 'https' else 'ws'}://{address.netloc}/stream"

    def close(self) -> None:
        """Close the connections."""
        self._line.close()

    async def submit(self, order: NewOrder) -> BrokerOrder:
        return await self._order(lambda: self._client.submit_order(_request(order)))

    async def find(self, client_order_id: str) -> BrokerOrder | None:
        return await self._found(lambda: self._client.get_order_by_client_id(client_order_id))

    async def get(self, broker_order_id: str) -> BrokerOrder | None:
        return await self._found(lambda: self._client.get_order_by_id(broker_order_id))

    async def cancel(self, broker_order_id: str) -> None:
        await self._line.ask(lambda: self._client.cancel_order_by_id(broker_order_id))

    async def open_orders(self) -> Sequence[BrokerOrder]:
        found: dict[str, BrokerOrder] = {}
        after: datetime | None = None
        while True:
            page, after = await self._line.ask(partial(self._open_page, after))
            known = len(found)
            found |= {order.broker_order_id: order for order in page}
            if after is None or len(found) == known:
                return list(found.values())

    async def executions(self, since: datetime) -> Sequence[Execution]:
        found: list[Execution] = []
        token: str | None = None
        while True:
            page, token = await self._line.ask(partial(self._executions_page, since, token))
            found += page
            if token is None:
                return found

    async def positions(self) -> Sequence[BrokerPosition]:
        return await self._line.ask(self._positions)

    async def account(self) -> BrokerAccount:
        return await self._line.ask(self._account)

    def news(self) -> AsyncIterator[OrderNews | Gap]:
        return trade_updates(self._stream_url, key=self._key, secret=self._secret)

    def _open_page(self, after: datetime | None) -> tuple[list[BrokerOrder], datetime | None]:
        """Return open orders for options, and when the last one of a full page was submitted."""
        wanted = GetOrdersRequest(
            status=QueryOrderStatus.OPEN, limit=ORDERS_PAGE, direction=Sort.ASC, after=after, nested=False
        )
        page = cast(list[Order], self._client.get_orders(wanted))
        options = [order_of(order) for order in page if order.asset_class == AssetClass.US_OPTION]
        return options, page[-1].submitted_at if len(page) >= ORDERS_PAGE else None

    def _executions_page(self, since: datetime, token: str | None) -> tuple[list[Execution], str | None]:
        """Return executions, and where the next page begins. The client has no method for a trading account's own."""
        query = {"after": since.isoformat(), "direction": "asc", "page_size": str(ACTIVITIES_PAGE)}
        if token is not None:
            query["page_token"] = token
        page = cast(list[dict[str, Any]], self._client.get("/account/activities/FILL", query) or [])
        return list(map(execution_of, page)), str(page[-1]["id"]) if len(page) >= ACTIVITIES_PAGE else None

    def _positions(self) -> list[BrokerPosition]:
        held = cast(list[Position], self._client.get_all_positions())
        return [_position(position) for position in held if position.asset_class == AssetClass.US_OPTION]

    def _account(self) -> BrokerAccount:
        said = cast(TradeAccount, self._client.get_account())
        return BrokerAccount(
            cash=Decimal(said.cash or "0"),
            equity=Decimal(said.equity or "0"),
            buying_power=Decimal(said.buying_power or "0"),
            options_buying_power=Decimal(said.options_buying_power or said.buying_power or "0"),
            day_trades=said.daytrade_count or 0,
            is_pattern_day_trader=bool(said.pattern_day_trader),
            is_blocked=bool(said.trading_blocked or said.account_blocked or said.trade_suspended_by_user),
        )

    async def _order(self, call: Callable[[], object]) -> BrokerOrder:
        return await self._line.ask(lambda: order_of(cast(Order, call())))

    async def _found(self, call: Callable[[], object]) -> BrokerOrder | None:
        try:
            return await self._order(call)
        except Refused as refused:
            if refused.code == "not_found":
                return None
            raise


def _request(order: NewOrder) -> OrderRequest:
    sells = order.side == "sell_to_close"
    common: dict[str, Any] = {
        "symbol": order.option_symbol,
        "qty": order.quantity,
        "side": OrderSide.SELL if sells else OrderSide.BUY,
        "time_in_force": TimeInForce.DAY,
        "client_order_id": order.client_order_id,
        "position_intent": PositionIntent.SELL_TO_CLOSE if sells else PositionIntent.BUY_TO_OPEN,
    }
    if order.pricing == "market":
        return MarketOrderRequest(**common)
    assert order.limit_price is not None
    return LimitOrderRequest(**common, limit_price=float(order.limit_price))  # whole cents: it prints back the same


def _position(position: Position) -> BrokerPosition:
    held = abs(whole(position.qty))
    return BrokerPosition(
        option_symbol=position.symbol,
        quantity=-held if position.side == PositionSide.SHORT else held,
        entry_price=Decimal(position.avg_entry_price),
    )
