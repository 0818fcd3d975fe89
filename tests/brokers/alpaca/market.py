"""The fake's market: the quotes and trades that were set, and how much of the newest quote is left to trade with."""

from dataclasses import dataclass, field
from decimal import Decimal

from tests.brokers.alpaca.orders import Order

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Quote:
    """Bid and ask in dollars, with sizes in shares or contracts; a side of 0 offers nothing."""

    symbol: str
    at: int
    bid: Decimal
    ask: Decimal
    bid_size: Decimal
    ask_size: Decimal

    @property
    def middle(self) -> Decimal:
        return (self.bid + self.ask) / 2


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade on the tape, somebody else's."""

    symbol: str
    at: int
    price: Decimal
    size: Decimal
    number: int


@dataclass(slots=True)
class Market:
    """All quotes and trades, by symbol and in the order they came."""

    quotes: dict[str, list[Quote]] = field(default_factory=dict)
    trades: dict[str, list[Trade]] = field(default_factory=dict)
    _left: dict[tuple[str, str], Decimal] = field(default_factory=dict)

    def clear(self) -> None:
        """Forget everything."""
        for kept in (self.quotes, self.trades, self._left):
            kept.clear()

    def quote(self, quote: Quote) -> None:
        """Take a new quote; its sizes are there to be traded with."""
        self.quotes.setdefault(quote.symbol, []).append(quote)
        self._left[quote.symbol, "buy"] = quote.ask_size
        self._left[quote.symbol, "sell"] = quote.bid_size

    def trade(self, trade: Trade) -> None:
        self.trades.setdefault(trade.symbol, []).append(trade)

    def newest(self, symbol: str) -> Quote | None:
        found = self.quotes.get(symbol)
        return found[-1] if found else None

    def price(self, symbol: str) -> Decimal | None:
        """Return what a holding is worth a unit: the middle of the quote, or the last trade."""
        if quote := self.newest(symbol):
            return quote.middle
        trades = self.trades.get(symbol)
        return trades[-1].price if trades else None

    def offered(self, order: Order) -> tuple[Decimal, Decimal]:
        """Return quantity and price at which an order can be executed now; quantity 0 if it cannot."""
        quote = self.newest(order.symbol)
        if quote is None:
            return ZERO, ZERO
        is_buy, limit = order.ticket.side == "buy", order.ticket.limit_price
        price = quote.ask if is_buy else quote.bid
        if price <= 0 or (limit is not None and (price > limit if is_buy else price < limit)):
            return ZERO, price
        return min(order.left, self._left[order.symbol, order.ticket.side]), price

    def take(self, order: Order, qty: Decimal) -> None:
        """Use up a part of what the newest quote offers."""
        self._left[order.symbol, order.ticket.side] -= qty
