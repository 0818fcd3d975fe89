"""`/fake/*`: how a test sets the market, misbehaviour and accidents, and reads the fake's own book."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from aiohttp import web

from tests.brokers.alpaca import moments
from tests.brokers.alpaca.account import account
from tests.brokers.alpaca.contracts import Listing
from tests.brokers.alpaca.data_stream import MarketStream
from tests.brokers.alpaca.desk import Desk
from tests.brokers.alpaca.instruments import text
from tests.brokers.alpaca.market import Quote, Trade
from tests.brokers.alpaca.orders import Order
from tests.brokers.alpaca.placing import number, replaced
from tests.brokers.alpaca.refusals import malformed, unprocessable
from tests.brokers.alpaca.requests import Gate
from tests.brokers.alpaca.rest import body_of, json_of, moment
from tests.brokers.alpaca.sockets import Hub
from tests.brokers.alpaca.stream import TradeUpdates

_SIZE = Decimal(1000)


class Control:
    """Answers the control interface."""

    def __init__(self, desk: Desk, listing: Listing, updates: TradeUpdates, data: MarketStream, gate: Gate) -> None:
        self._desk = desk
        self._book = desk.book
        self._listing = listing
        self._updates = updates
        self._data = data
        self._gate = gate

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/fake/reset", self.reset),
            web.post("/fake/quotes", self.quotes),
            web.post("/fake/trades", self.trades),
            web.post("/fake/contracts", self.contracts),
            web.post("/fake/clock", self.clock),
            web.post("/fake/open", self.open),
            web.post("/fake/close", self.close),
            web.get("/fake/behave", self.behaviour),
            web.post("/fake/behave", self.behave),
            web.delete("/fake/behave", self.behave_well),
            web.get("/fake/book", self.book),
            web.get("/fake/updates", self.updates),
            web.get("/fake/requests", self.requests),
            web.post("/fake/positions", self.position_by_hand),
            web.post("/fake/fees", self.fee),
            web.post("/fake/bust", self.bust),
            web.post("/fake/correct", self.correct),
            web.post("/fake/orders/{id}/{what}", self.order_by_hand),
            web.get("/fake/streams", self.streams),
            web.post("/fake/streams/{on}/{what}", self.stream),
        ]

    async def reset(self, request: web.Request) -> web.Response:
        """Begin anew: only connections and their subscriptions stay."""
        self._desk.clear()
        self._listing.clear()
        self._updates.told.clear()
        self._gate.clear()
        return web.json_response({})

    async def quotes(self, request: web.Request) -> web.Response:
        """Set quotes: each goes to history, to the stream, and through the orders that rest."""
        for each in await _several(request):
            quote = Quote(
                symbol=_symbol(each),
                at=self._moment(each),
                bid=_number(each, "bid"),
                ask=_number(each, "ask"),
                bid_size=_number(each, "bid_size", _SIZE),
                ask_size=_number(each, "ask_size", _SIZE),
            )
            self._data.quote(quote)
            self._desk.quote(quote)
        return web.json_response({})

    async def trades(self, request: web.Request) -> web.Response:
        """Set trades of others: they go to history and to the stream."""
        for each in await _several(request):
            symbol = _symbol(each)
            count = len(self._desk.market.trades.get(symbol, ())) + 1
            trade = Trade(symbol, self._moment(each), _number(each, "price"), _number(each, "size", Decimal(1)), count)
            self._data.trade(trade)
            self._desk.market.trade(trade)
        return web.json_response({})

    async def contracts(self, request: web.Request) -> web.Response:
        """List contracts, or say that they (or stocks) are not `tradable`."""
        for each in await _several(request):
            symbol = _symbol(each)
            (self._desk.untradable.discard if each.get("tradable", True) else self._desk.untradable.add)(symbol)
            facts = {name: _plain(value) for name, value in each.items() if name != "symbol"}
            if not (set(facts) <= {"tradable"} and symbol.isalpha()):
                self._listing.put(symbol, facts)
        return web.json_response({})

    async def clock(self, request: web.Request) -> web.Response:
        """Set the clock to `now`, and say whether the session `is_open`."""
        body = await body_of(request)
        if "now" in body:
            self._desk.clock.set(moment(body["now"], "now"))
        if "is_open" in body:
            self._desk.clock.is_open = bool(body["is_open"])
        return web.json_response({})

    async def open(self, request: web.Request) -> web.Response:
        self._desk.open()
        return web.json_response({})

    async def close(self, request: web.Request) -> web.Response:
        self._desk.close()
        return web.json_response({})

    async def behaviour(self, request: web.Request) -> web.Response:
        return web.json_response(self._desk.behaviour.written())

    async def behave(self, request: web.Request) -> web.Response:
        for each in await _several(request):
            self._desk.behaviour.add({name: _plain(value) for name, value in each.items()})
        return web.json_response(self._desk.behaviour.written())

    async def behave_well(self, request: web.Request) -> web.Response:
        self._desk.behaviour.clear()
        return web.json_response({})

    async def book(self, request: web.Request) -> web.Response:
        """Return the whole book, for an oracle. Numbers are strings."""
        book, now = self._book, self._desk.clock.now()
        return web.json_response(
            {
                "at": moments.written(now),
                "opening_cash": text(book.opening_cash),
                "cash": text(book.cash),
                "account": account(book, self._desk.market, now, with_day_trades=True),
                "orders": [order.written() for order in book.orders.values()],
                "executions": [execution.recorded() for execution in book.executions.values()],
                "positions": [
                    {"symbol": symbol, "qty": text(each.qty), "avg_entry_price": text(round(each.average, 9))}
                    for symbol, each in book.positions.items()
                ],
                "adjustments": [
                    {"symbol": each.symbol, "qty": text(each.signed), "price": text(each.price)}
                    for each in book.adjustments
                ],
                "fees": [{"id": each.id, "amount": text(each.amount)} for each in book.fees],
            }
        )

    async def updates(self, request: web.Request) -> web.Response:
        """Return all trade updates in the order in which things happened, told or not."""
        return web.json_response([each.message for each in self._updates.told])

    async def requests(self, request: web.Request) -> web.Response:
        """Return the requests that came in, with the status that each was answered with, or null."""
        return web.json_response(list(self._gate.asked))

    async def position_by_hand(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        price = _number(body, "price", Decimal(0))
        self._book.adjust(_symbol(body), _number(body, "qty"), price, self._desk.clock.now())
        return web.json_response({})

    async def fee(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        self._book.charge(_number(body, "amount"), str(body.get("description", "fee")), self._desk.clock.now())
        return web.json_response({})

    async def bust(self, request: web.Request) -> web.Response:
        self._desk.bust(str((await body_of(request)).get("execution_id")))
        return web.json_response({})

    async def correct(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        self._desk.correct(str(body.get("execution_id")), _number(body, "price"))
        return web.json_response({})

    async def order_by_hand(self, request: web.Request) -> web.Response:
        """Do to an order what nobody at the platform asked for."""
        order, what = self._book.find(request.match_info["id"]), request.match_info["what"]
        body = await body_of(request) if request.can_read_body else {}
        if what == "fill":
            self._desk.execute(order, _number(body, "qty", order.left), _number(body, "price", self._price(order)))
        elif what == "replace":
            self._desk.route(self._desk.replace(order, replaced(order.ticket, body)))
        elif what in ("cancel", "expire", "reject"):
            event = {"cancel": "canceled", "expire": "expired", "reject": "rejected"}[what]
            self._updates.tell(self._book.finish(event, order, self._desk.clock.now()))
        else:
            raise unprocessable(f"{what}: not one of fill, replace, cancel, expire, reject")
        return web.json_response(order.written())

    async def stream(self, request: web.Request) -> web.Response:
        """Drop, silence or replay a stream now."""
        on, what = request.match_info["on"], request.match_info["what"]
        hubs = self._hubs()
        hub = next((each for each in hubs if each.on == on), None)
        if hub is None:
            raise unprocessable(f"{on}: not one of {', '.join(each.on for each in hubs)}")
        if what == "drop":
            hub.drop()
        elif what == "silence":
            body = await body_of(request) if request.can_read_body else {}
            hub.fall_silent(float(_number(body, "seconds", Decimal(3600))))
        elif what == "replay" and on == self._updates.hub.on:
            for connection in list(hub.connections):
                self._updates.replay(connection)
        else:
            raise unprocessable(f"{what}: not one of drop, silence, replay")
        return web.json_response({"connections": len(hub.connections)})

    async def streams(self, request: web.Request) -> web.Response:
        """Return how many connections listen to each stream, and to what."""
        return web.json_response(
            {
                hub.on: {"connections": len(hub.connections), "symbols": sorted(self._data.subscribed(hub.on))}
                for hub in self._hubs()
            }
        )

    def _hubs(self) -> list[Hub[Any]]:
        return [self._updates.hub, *self._data.hubs.values()]

    def _price(self, order: Order) -> Decimal:
        return order.ticket.limit_price or self._desk.market.offered(order)[1]

    def _moment(self, body: Mapping[str, Any]) -> int:
        return self._desk.clock.now() if body.get("at") is None else moment(body["at"], "at")


async def _several(request: web.Request) -> list[dict[str, Any]]:
    """Return the objects of a request: one, or a list of them."""
    whole = await json_of(request)
    found = whole if isinstance(whole, list) else [whole]
    if not all(isinstance(each, dict) for each in found):
        raise malformed("an object or a list of objects is required")
    return found


def _symbol(body: Mapping[str, Any]) -> str:
    if not isinstance(symbol := body.get("symbol"), str):
        raise malformed("symbol is required")
    return symbol


def _number(body: Mapping[str, Any], name: str, default: Decimal | None = None) -> Decimal:
    found = number(body, name)
    if found is None:
        found = default
    if found is None:
        raise malformed(f"{name} is required")
    return found


def _plain(value: Any) -> Any:
    """Return a JSON value with its decimals as floats."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value
