"""The very last line before a broker: limits that hold for every order that opens something, whoever asks for it.

An order that closes what is held is never refused here. It takes risk away, the broker sells no more than is held, and
a winner may well be worth more than the limit on what is bought. It only waits when orders come too fast.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

from schemas.money import CONTRACT_MULTIPLIER
from schemas.orders import OrderPlaced

WINDOW = timedelta(minutes=1)
LIVE_HOST, PAPER_HOST = "api.alpaca.markets", "paper-api.alpaca.markets"


def is_wrong_address(url: str, *, is_paper: bool) -> bool:
    """Return whether an address is the other account's: an address alone must not lead to real money."""
    return urlsplit(url).hostname == (LIVE_HOST if is_paper else PAPER_HOST)


@dataclass(frozen=True, slots=True)
class Limits:
    """What an order may be: contracts, dollars (price x contracts x 100), and orders sent within a minute."""

    contracts_max: int
    notional_max: Decimal
    per_minute_max: int


def opens(order: OrderPlaced) -> bool:
    """Return whether an order adds to what is held."""
    return order.side == "buy_to_open"


def refusal(order: OrderPlaced, *, limits: Limits) -> str | None:
    """Return the code for which an order is refused, or None.

    A market order's notional is that of the price at which it was decided; one without a price is refused.
    """
    if not opens(order):
        return None
    if order.is_test:
        return "test_signal_not_live"
    if order.quantity > limits.contracts_max:
        return "order_too_large"
    if order.limit_price <= 0 or order.quantity < 1:
        return "invalid_order"
    if order.limit_price * order.quantity * CONTRACT_MULTIPLIER > limits.notional_max:
        return "notional_too_large"
    return None


def wait_for_rate(sent: Iterable[datetime], *, now: datetime, limits: Limits) -> timedelta:
    """Return how long to wait until another order may be sent, given when those before were; zero: at once."""
    recent = sorted(at for at in sent if now - at < WINDOW)
    if len(recent) < limits.per_minute_max:
        return timedelta(0)
    return recent[-limits.per_minute_max] + WINDOW - now
