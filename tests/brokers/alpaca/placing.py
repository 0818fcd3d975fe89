"""Reading an order request: what is malformed, and what Alpaca does not trade that way."""

import uuid
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from tests.brokers.alpaca.instruments import contract_of, is_stock
from tests.brokers.alpaca.orders import Ticket
from tests.brokers.alpaca.refusals import malformed, unprocessable

LONGEST_CLIENT_ORDER_ID = 128
_INTENTS = {"buy": ("buy_to_open", "buy_to_close"), "sell": ("sell_to_open", "sell_to_close")}
_STOCK_TIMES = ("day", "gtc", "opg", "cls", "ioc", "fok")


def number(body: Mapping[str, Any], name: str) -> Decimal | None:
    """Return a number that came as a string or a JSON number; raises Refused."""
    value = body.get(name)
    if value is None:
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise malformed(f"invalid {name}: {value}") from None
    if not found.is_finite():
        raise malformed(f"invalid {name}: {value}")
    return found


def read(body: Mapping[str, Any]) -> Ticket:
    """Return what an order request asks for; raises Refused."""
    symbol = body.get("symbol")
    if not symbol or not isinstance(symbol, str):
        raise malformed("symbol is required")
    contract = contract_of(symbol)
    if not contract and not is_stock(symbol):
        raise unprocessable(f'asset "{symbol}" not found')
    side = body.get("side")
    if side not in _INTENTS:
        raise malformed("side is required" if side is None else f"invalid side: {side}")
    kind = str(body.get("type"))
    if kind not in ("market", "limit"):
        raise unprocessable(f"invalid order type for {'options trading' if contract else 'equities'}: {kind}")
    intent = body.get("position_intent")
    if intent is not None and intent not in _INTENTS[side]:
        raise malformed(f"invalid position_intent {intent} for side {side}")
    _check_terms(body, is_option=contract is not None)
    return Ticket(
        symbol=symbol,
        side=side,
        qty=_quantity(body, is_option=contract is not None),
        kind=kind,
        time_in_force=str(body["time_in_force"]),
        client_order_id=client_order_id(body),
        limit_price=_limit_price(body, kind),
        position_intent=intent,
        extended_hours=bool(body.get("extended_hours")),
    )


def client_order_id(body: Mapping[str, Any]) -> str:
    """Return the client's id of an order; one is made up if none is given. Raises Refused."""
    given = body.get("client_order_id")
    if given is None or given == "":
        return str(uuid.uuid4())
    if not isinstance(given, str) or len(given) > LONGEST_CLIENT_ORDER_ID:
        raise unprocessable(f"client_order_id must be no more than {LONGEST_CLIENT_ORDER_ID} characters")
    return given


def replaced(ticket: Ticket, body: Mapping[str, Any]) -> Ticket:
    """Return an order's ticket with what a replacement changes.

    The quantity stays that of the order it replaces, even if a part of that was filled already; so Alpaca does.
    """
    asked = {
        "symbol": ticket.symbol,
        "side": ticket.side,
        "type": ticket.kind,
        "position_intent": ticket.position_intent,
        "qty": str(ticket.qty),
        "time_in_force": ticket.time_in_force,
        "limit_price": None if ticket.limit_price is None else str(ticket.limit_price),
    }
    changes = {name: body[name] for name in (*asked, "client_order_id") if body.get(name) is not None}
    return read({**asked, **changes})


def _check_terms(body: Mapping[str, Any], *, is_option: bool) -> None:
    """Raise Refused for terms that do not go with what is to be traded."""
    lasting = body.get("time_in_force")
    if lasting is None:
        raise malformed("time_in_force is required")
    if is_option and lasting != "day":
        raise unprocessable("order_time_in_force provided not supported for options trading")
    if lasting not in _STOCK_TIMES:
        raise malformed(f"invalid time_in_force: {lasting}")
    if body.get("notional") is not None:
        raise unprocessable("notional is not supported for options trading" if is_option else "qty is required")
    if is_option and body.get("extended_hours"):
        raise unprocessable("extended hours orders are not supported for options trading")
    if body.get("order_class") not in (None, "", "simple"):
        raise unprocessable(f"invalid order_class: {body['order_class']}")


def _quantity(body: Mapping[str, Any], *, is_option: bool) -> Decimal:
    qty = number(body, "qty")
    if qty is None:
        raise malformed("qty or notional is required")
    if qty <= 0:
        raise unprocessable("qty must be > 0")
    if is_option and qty != qty.to_integral_value():
        raise unprocessable("qty must be a whole number for options trading")
    return qty


def _limit_price(body: Mapping[str, Any], kind: str) -> Decimal | None:
    price = number(body, "limit_price")
    if kind == "market":
        if price is not None:
            raise unprocessable("market orders must not have limit_price")
        return None
    if price is None:
        raise unprocessable("limit orders require limit_price")
    if price <= 0:
        raise unprocessable("limit price must be > 0")
    if price != round(price, 2 if price >= 1 or contract_of(body["symbol"]) else 4):
        raise unprocessable(
            f"invalid limit_price {price}. sub-penny increment does not fulfill minimum pricing criteria"
        )
    return price
