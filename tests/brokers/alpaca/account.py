"""What the account may do and what it is worth, worked out from the book and the market."""

from decimal import Decimal
from typing import Any

from tests.brokers.alpaca.book import Book, cost
from tests.brokers.alpaca.instruments import asset_class, asset_id, contract_of, multiplier, text
from tests.brokers.alpaca.market import Market
from tests.brokers.alpaca.moments import trading_date, written
from tests.brokers.alpaca.orders import Order, Ticket
from tests.brokers.alpaca.positions import Position
from tests.brokers.alpaca.refusals import forbidden, unprocessable

ACCOUNT_ID = "1d9eed04-be39-4e01-9b84-a48ac5bbafcf"
ZERO = Decimal(0)
_DAY_TRADE_DAYS = 7
"""Five trading days are a week."""


def reserved(book: Book, market: Market, besides: Order | None = None) -> Decimal:
    """Return the cash that open orders to buy may take, but for one that is to be replaced."""
    total = ZERO
    for order in book.open_orders():
        if order.ticket.side == "buy" and order is not besides:
            limit = order.ticket.limit_price
            total += cost(order, limit if limit is not None else _asked(market, order.symbol))
    return total


def buying_power(book: Book, market: Market, besides: Order | None = None) -> Decimal:
    """Return the cash that is free: the account has no margin."""
    return max(book.cash - reserved(book, market, besides), ZERO)


def free_to_sell(book: Book, symbol: str, besides: Order | None = None) -> Decimal:
    """Return what is held and not already being sold, but for by an order that is to be replaced."""
    others = [each for each in book.open_orders(symbol) if each.ticket.side == "sell" and each is not besides]
    return book.position(symbol).qty - sum((each.left for each in others), ZERO)


def check(ticket: Ticket, book: Book, market: Market, *, besides: Order | None = None) -> None:
    """Raise Refused if the account may not place an order, in the place of another one (`besides`) or of its own."""
    held = book.position(ticket.symbol).qty
    _check_intent(ticket, held)
    if ticket.side == "sell":
        _check_holding(ticket, book, held, besides)
    elif held >= 0:
        price = ticket.limit_price if ticket.limit_price is not None else _asked(market, ticket.symbol)
        basis = ticket.qty * price * multiplier(ticket.symbol)
        free = buying_power(book, market, besides)
        if basis > free:
            kind = "options buying power" if contract_of(ticket.symbol) else "buying power"
            raise forbidden(f"insufficient {kind}", buying_power=text(free), cost_basis=text(basis))


def _check_intent(ticket: Ticket, held: Decimal) -> None:
    """Raise Refused if an order says it opens what it would close, or the other way round."""
    opens = held <= 0 if ticket.side == "sell" else held >= 0
    inferred = f"{ticket.side}_to_{'open' if opens else 'close'}"
    if ticket.position_intent not in (None, inferred):
        raise unprocessable(f"position intent mismatch, inferred: {inferred}, specified: {ticket.position_intent}")


def _check_holding(ticket: Ticket, book: Book, held: Decimal, besides: Order | None) -> None:
    """Raise Refused if more is to be sold than there is."""
    if held <= 0:
        raise forbidden(
            "account not eligible to trade uncovered option contracts"
            if contract_of(ticket.symbol)
            else "account is not allowed to short"
        )
    free = free_to_sell(book, ticket.symbol, besides)
    if ticket.qty > free:
        raise forbidden(
            f"insufficient qty available for order (requested: {text(ticket.qty)}, available: {text(free)})",
            available=text(free),
            existing_qty=text(held),
            held_for_orders=text(held - free),
            symbol=ticket.symbol,
        )


def _asked(market: Market, symbol: str) -> Decimal:
    quote = market.newest(symbol)
    return quote.ask if quote else ZERO


def worth(book: Book, market: Market) -> Decimal:
    """Return the market value of all positions; what has no price counts at cost."""
    return sum((_value(symbol, position, market) for symbol, position in book.positions.items()), ZERO)


def _value(symbol: str, position: Position, market: Market) -> Decimal:
    price = market.price(symbol)
    return position.qty * (position.average if price is None else price) * multiplier(symbol)


def day_trades(book: Book, at: int) -> int:
    """Return how many positions were opened and reduced on one day, within the last five trading days."""
    bought: set[tuple[str, object]] = set()
    found = 0
    for execution in book.executions.values():
        key = (execution.order.symbol, trading_date(execution.at))
        if not execution.counts or (trading_date(at) - key[1]).days >= _DAY_TRADE_DAYS:
            continue
        if execution.signed > 0:
            bought.add(key)
        elif key in bought:
            bought.remove(key)
            found += 1
    return found


def account(book: Book, market: Market, at: int, *, with_day_trades: bool) -> dict[str, Any]:
    """Return the account as `GET /v2/account` gives it.

    Alpaca took `daytrade_count` and `pattern_day_trader` out of its answers on 2026-07-06; they can be had back.
    """
    free, value = text(buying_power(book, market)), worth(book, market)
    counted = {"daytrade_count": day_trades(book, at), "pattern_day_trader": False} if with_day_trades else {}
    return {
        "id": ACCOUNT_ID,
        "account_number": "PA3FAKEALPACA",
        "status": "ACTIVE",
        "crypto_status": "INACTIVE",
        "currency": "USD",
        "buying_power": free,
        "regt_buying_power": free,
        "options_buying_power": free,
        "effective_buying_power": free,
        "non_marginable_buying_power": free,
        "cash": text(book.cash),
        "accrued_fees": "0",
        "pending_transfer_in": "0",
        "portfolio_value": text(book.cash + value),
        "equity": text(book.cash + value),
        "last_equity": text(book.opening_cash),
        "long_market_value": text(value),
        "short_market_value": "0",
        "position_market_value": text(value),
        "initial_margin": "0",
        "maintenance_margin": "0",
        "last_maintenance_margin": "0",
        "sma": "0",
        "multiplier": "1",
        "shorting_enabled": False,
        "trading_blocked": False,
        "transfers_blocked": False,
        "account_blocked": False,
        "trade_suspended_by_user": False,
        "options_approved_level": 2,
        "options_trading_level": 2,
        "created_at": written(at)[:10] + "T00:00:00Z",
        **counted,
    }


def written_position(symbol: str, book: Book, market: Market) -> dict[str, Any]:
    """Return a position as `GET /v2/positions` gives it."""
    position = book.position(symbol)
    basis = position.qty * position.average * multiplier(symbol)
    value = _value(symbol, position, market)
    price = market.price(symbol)
    price = position.average if price is None else price
    gain, part = value - basis, (value - basis) / abs(basis) if basis else ZERO
    return {
        "asset_id": asset_id(symbol),
        "symbol": symbol,
        "exchange": "" if contract_of(symbol) else "ARCA",
        "asset_class": asset_class(symbol),
        "asset_marginable": not contract_of(symbol),
        "qty": text(position.qty),
        "qty_available": text(free_to_sell(book, symbol)),
        "avg_entry_price": text(round(position.average, 9)),
        "side": "long" if position.qty > 0 else "short",
        "market_value": text(value),
        "cost_basis": text(round(basis, 6)),
        "unrealized_pl": text(round(gain, 6)),
        "unrealized_plpc": text(round(part, 9)),
        "unrealized_intraday_pl": text(round(gain, 6)),
        "unrealized_intraday_plpc": text(round(part, 9)),
        "current_price": text(price),
        "lastday_price": text(price),
        "change_today": "0",
    }
