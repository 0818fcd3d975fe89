"""The trading interface: account, orders, positions, activities, clock, contracts.

source  https://docs.alpaca.markets/reference
"""

import json
import sys
import uuid
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from aiohttp import web

from tests.brokers.alpaca import account, moments, placing
from tests.brokers.alpaca.contracts import Listing
from tests.brokers.alpaca.desk import Desk
from tests.brokers.alpaca.instruments import asset_class, asset_id, is_stock, text
from tests.brokers.alpaca.orders import OPEN, Order
from tests.brokers.alpaca.refusals import Refused, malformed, not_found

_MOST_ORDERS = 500
_MOST_ACTIVITIES = 100


class Trading:
    """Answers the requests of the trading interface."""

    def __init__(self, desk: Desk, listing: Listing, *, with_day_trades: bool) -> None:
        self._desk = desk
        self._book = desk.book
        self._listing = listing
        self._with_day_trades = with_day_trades

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v2/account", self.account),
            web.get("/v2/account/activities", self.activities),
            web.get("/v2/account/activities/{kind}", self.activities),
            web.post("/v2/orders", self.place),
            web.get("/v2/orders", self.orders),
            web.delete("/v2/orders", self.cancel_all),
            web.get("/v2/orders:by_client_order_id", self.by_client_id),
            web.get("/v2/orders/{id}", self.order),
            web.patch("/v2/orders/{id}", self.replace),
            web.delete("/v2/orders/{id}", self.cancel),
            web.get("/v2/positions", self.positions),
            web.delete("/v2/positions", self.close_all),
            web.get("/v2/positions/{symbol}", self.position),
            web.delete("/v2/positions/{symbol}", self.close),
            web.get("/v2/assets/{symbol}", self.asset),
            web.get("/v2/clock", self.clock),
            web.get("/v2/options/contracts", self.contracts),
            web.get("/v2/options/contracts/{symbol}", self.contract),
        ]

    async def account(self, request: web.Request) -> web.Response:
        found = account.account(
            self._book, self._desk.market, self._desk.clock.now(), with_day_trades=self._with_day_trades
        )
        return web.json_response(found)

    async def place(self, request: web.Request) -> web.Response:
        """The answer is made before the order is routed: it says `pending_new`, whatever the stream says by then."""
        order = self._desk.place(placing.read(await body_of(request)))
        answer = web.json_response(order.written())
        self._desk.send(order)
        return answer

    async def orders(self, request: web.Request) -> web.Response:
        query = request.query
        status = query.get("status", "open")
        if status not in ("open", "closed", "all"):
            raise malformed(f"invalid status: {status}")
        found = [
            order
            for order in self._book.orders.values()
            if status == "all" or (order.status in OPEN) == (status == "open")
        ]
        if symbols := [each for each in query.get("symbols", "").split(",") if each]:
            found = [order for order in found if order.symbol in symbols]
        if side := query.get("side"):
            found = [order for order in found if order.ticket.side == side]
        if after := query.get("after"):
            found = [order for order in found if order.created_at > moment(after, "after")]
        if until := query.get("until"):
            found = [order for order in found if order.created_at < moment(until, "until")]
        found.sort(key=lambda order: order.created_at, reverse=query.get("direction", "desc") != "asc")
        limit = whole(query, "limit", default=50, most=_MOST_ORDERS)
        return web.json_response([order.written() for order in found[:limit]])

    async def by_client_id(self, request: web.Request) -> web.Response:
        return web.json_response(self._desk.by_client_id(request.query.get("client_order_id", "")).written())

    async def order(self, request: web.Request) -> web.Response:
        return web.json_response(self._order(request).written())

    async def replace(self, request: web.Request) -> web.Response:
        order = self._order(request)
        ticket = placing.replaced(order.ticket, await body_of(request))
        new = self._desk.replace(order, ticket)
        answer = web.json_response(new.written())
        self._desk.send(new)
        return answer

    async def cancel(self, request: web.Request) -> web.Response:
        self._desk.cancel(self._order(request))
        return web.Response(status=204)

    async def cancel_all(self, request: web.Request) -> web.Response:
        answers = []
        for order in self._book.open_orders():
            try:
                self._desk.cancel(order)
                answers.append({"id": order.id, "status": 200, "body": None})
            except Refused as refused:
                answers.append({"id": order.id, "status": refused.status, "body": refused.body})
        return web.json_response(answers, status=207)

    async def positions(self, request: web.Request) -> web.Response:
        found = [account.written_position(symbol, self._book, self._desk.market) for symbol in self._book.positions]
        return web.json_response(found)

    async def position(self, request: web.Request) -> web.Response:
        return web.json_response(account.written_position(self._held(request), self._book, self._desk.market))

    async def close(self, request: web.Request) -> web.Response:
        qty = request.query.get("qty")
        return web.json_response(self._sell(self._held(request), qty))

    async def close_all(self, request: web.Request) -> web.Response:
        if request.query.get("cancel_orders", "").lower() == "true":
            for order in self._book.open_orders():
                self._desk.cancel(order)
        answers = []
        for symbol in list(self._book.positions):
            try:
                sold = self._sell(symbol, None)
                answers.append({"symbol": symbol, "order_id": sold["id"], "status": 200, "body": sold})
            except Refused as refused:
                answers.append({"symbol": symbol, "status": refused.status, "body": refused.body})
        return web.json_response(answers, status=207)

    async def activities(self, request: web.Request) -> web.Response:
        """Executions and fees. Those of one millisecond come in the order of their ids, which says nothing."""
        query = request.query
        kinds = request.match_info.get("kind") or query.get("activity_types", "FILL,FEE")
        found = []
        if "FILL" in kinds.split(","):
            found += [(each.at, each.activity()) for each in self._book.executions.values() if each.counts]
        if "FEE" in kinds.split(","):
            found += [(fee.at, _fee(fee.id, fee.at, fee.amount, fee.description)) for fee in self._book.fees]
        if unknown := [each for each in kinds.split(",") if each not in ("FILL", "FEE")]:
            raise malformed(f"invalid activity type: {unknown[0]}")
        if after := query.get("after"):
            found = [each for each in found if each[0] > moment(after, "after")]
        if until := query.get("until"):
            found = [each for each in found if each[0] < moment(until, "until")]
        if day := query.get("date"):
            found = [each for each in found if moments.written(each[0])[:10] == day[:10]]
        listed = sorted((each[1] for each in found), key=lambda each: str(each["id"]))
        if query.get("direction", "desc") != "asc":
            listed.reverse()
        if token := query.get("page_token"):
            at = next((place for place, each in enumerate(listed) if each["id"] == token), None)
            if at is None:
                raise malformed("invalid page_token")
            listed = listed[at + 1 :]
        size = whole(query, "page_size", default=_MOST_ACTIVITIES, most=sys.maxsize)
        if size > _MOST_ACTIVITIES:
            raise malformed(f"tried to set the page size to {size}, but the maximum is {_MOST_ACTIVITIES}")
        return web.json_response(listed[:size])

    async def asset(self, request: web.Request) -> web.Response:
        symbol = request.match_info["symbol"]
        if not is_stock(symbol):
            raise not_found(f"asset not found for {symbol}")
        return web.json_response(
            {
                "id": asset_id(symbol),
                "class": asset_class(symbol),
                "exchange": "ARCA",
                "symbol": symbol,
                "name": symbol,
                "status": "active",
                "tradable": symbol not in self._desk.untradable,
                "marginable": True,
                "shortable": False,
                "easy_to_borrow": False,
                "fractionable": False,
                "attributes": ["has_options"],
            }
        )

    async def clock(self, request: web.Request) -> web.Response:
        now = self._desk.clock.now()
        opens, closes = moments.session_after(now)
        return web.json_response(
            {
                "timestamp": moments.written(now),
                "is_open": self._desk.clock.is_open,
                "next_open": opens.isoformat(),
                "next_close": closes.isoformat(),
            }
        )

    async def contracts(self, request: web.Request) -> web.Response:
        return web.json_response(self._listing.page(request.query))

    async def contract(self, request: web.Request) -> web.Response:
        return web.json_response(self._listing.find(request.match_info["symbol"]))

    def _order(self, request: web.Request) -> Order:
        given = request.match_info["id"]
        try:
            return self._book.find(str(uuid.UUID(given)))
        except ValueError:
            raise malformed("order_id is missing") from None

    def _held(self, request: web.Request) -> str:
        symbol = request.match_info["symbol"]
        if symbol not in self._book.positions:
            raise not_found("position does not exist")
        return symbol

    def _sell(self, symbol: str, qty: str | None) -> dict[str, Any]:
        held = self._book.position(symbol).qty
        body = {"symbol": symbol, "qty": qty or text(abs(held)), "type": "market", "time_in_force": "day"}
        order = self._desk.place(placing.read({**body, "side": "sell" if held > 0 else "buy"}))
        answer = order.written()
        self._desk.send(order)
        return answer


async def body_of(request: web.Request) -> dict[str, Any]:
    """Return a request's JSON object; raises Refused."""
    found = await json_of(request)
    if not isinstance(found, dict):
        raise Refused(400, 40010000, "request body format is invalid")
    return found


async def json_of(request: web.Request) -> Any:
    """Return a request's JSON value, its numbers as decimals; raises Refused."""
    try:
        return json.loads(await request.text(), parse_float=Decimal)
    except ValueError:
        raise Refused(400, 40010000, "request body format is invalid") from None


def moment(given: str, name: str) -> int:
    """Return the moment a query gives; raises Refused."""
    try:
        return moments.read(given)
    except ValueError:
        raise malformed(f"invalid {name}: {given}") from None


def whole(query: Mapping[str, str], name: str, *, default: int, most: int) -> int:
    """Return a whole number of a query, at most `most`; raises Refused."""
    given = query.get(name, str(default))
    if not given.isdigit() or int(given) < 1:
        raise malformed(f"invalid {name}: {given}")
    return min(int(given), most)


def _fee(fee_id: str, at: int, amount: Decimal, description: str) -> dict[str, Any]:
    day: date = moments.trading_date(at)
    return {
        "id": f"{day:%Y%m%d}000000000::{fee_id}",
        "activity_type": "FEE",
        "date": day.isoformat(),
        "net_amount": text(amount),
        "description": description,
        "status": "executed",
    }
