"""What Alpaca's streams say, as ticks and answers, and what is said to them.

Both streams are asked for MessagePack: the option stream has nothing else. Text is read too, as JSON. Prices travel as
binary doubles, in alpaca-py's models as well; the decimal that a double was made from is the shortest one that gives
it back, so a price of up to fifteen digits comes out as it was.
source  https://docs.alpaca.markets/docs/streaming-market-data
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Literal, NamedTuple

import msgpack  # type: ignore[import-untyped]  # it has no stubs
from alpaca.data.models import Quote, Trade
from pydantic import ValidationError

from schemas.event import to_micros
from schemas.money import NANOS
from schemas.ticks import ABSENT, Tick

Action = Literal["subscribe", "unsubscribe"]

_PRICE_MAX = 1e9
_SIZE_MAX = 2.0**53


class Unreadable(Exception):
    """A message is not what the documentation promises; the text names the field, never its value."""


class Succeeded(NamedTuple):
    """`connected` or `authenticated`."""

    text: str


class Failed(NamedTuple):
    """An error, by its documented code; 0 when it has none."""

    code: int
    text: str


class Subscribed(NamedTuple):
    """All that is subscribed to by now."""

    symbols: frozenset[str]


Answer = Succeeded | Failed | Subscribed


@dataclass(frozen=True, slots=True)
class Heard:
    """What one frame says: ticks in their order, answers in theirs, and how many messages could not be read."""

    ticks: tuple[Tick, ...] = ()
    answers: tuple[Answer, ...] = ()
    unreadable: int = 0


def heard(frame: bytes | str) -> Heard:
    """Return what a frame says; raises Unreadable when it is no list of messages.

    Bars, corrections and whatever else may come are passed over.
    """
    ticks: list[Tick] = []
    answers: list[Answer] = []
    unreadable = 0
    for item in _unpacked(frame):
        try:
            match item["T"]:
                case "q":
                    ticks.append(quote_tick(item["S"], item))
                case "t":
                    ticks.append(trade_tick(item["S"], item))
                case "success":
                    answers.append(Succeeded(str(item.get("msg", ""))))
                case "error":
                    answers.append(Failed(int(item.get("code", 0)), str(item.get("msg", ""))))
                case "subscription":
                    both = (*(item.get("trades") or ()), *(item.get("quotes") or ()))
                    answers.append(Subscribed(frozenset(map(str, both))))
        except (Unreadable, LookupError, TypeError, ValueError, AttributeError):
            unreadable += 1
    return Heard(tuple(ticks), tuple(answers), unreadable)


def quote_tick(symbol: str, raw: Mapping[str, Any]) -> Tick:
    """Return a quote of a stream or of the REST API as a tick; raises Unreadable. What asks or bids 0 is absent."""
    try:
        quote = Quote(symbol, dict(raw))
    except (ValidationError, TypeError) as error:
        raise Unreadable(_place(error)) from None
    ask, bid = _side("ask", quote.ask_price), _side("bid", quote.bid_price)
    if ask == 0:
        ask = ABSENT
        # bid at 0 next to an ask is worth nothing; without one there is no quote
        bid = bid or ABSENT
    return Tick(
        symbol,
        _micros(quote.timestamp),
        bid=bid,
        ask=ask,
        bid_size=ABSENT if bid == ABSENT else _size(quote.bid_size),
        ask_size=ABSENT if ask == ABSENT else _size(quote.ask_size),
    )


def trade_tick(symbol: str, raw: Mapping[str, Any]) -> Tick:
    """Return a trade of a stream or of the REST API as a tick; raises Unreadable."""
    try:
        trade = Trade(symbol, dict(raw))
    except (ValidationError, TypeError) as error:
        raise Unreadable(_place(error)) from None
    price = _side("price", trade.price)
    if price <= 0:
        raise Unreadable("price: not above 0")
    return Tick(symbol, _micros(trade.timestamp), price=price, size=_size(trade.size))


def nanos(price: Decimal) -> int:
    """Return a price in dollars as 1e-9 dollars, rounded half to even where it has more than nine decimals."""
    return int((price * NANOS).to_integral_value(rounding=ROUND_HALF_EVEN))


def authentication(key: str, secret: str) -> bytes:
    """Return the message that authenticates."""
    return _packed({"action": "auth", "key": key, "secret": secret})


def subscription(action: Action, symbols: Iterable[str]) -> bytes:
    """Return the message that begins or ends the trades and quotes of symbols."""
    listed = list(symbols)
    return _packed({"action": action, "trades": listed, "quotes": listed})


def _packed(message: Mapping[str, object]) -> bytes:
    packed: bytes = msgpack.packb(message)
    return packed


def _unpacked(frame: bytes | str) -> list[Mapping[str, Any]]:
    try:
        # timestamp=3: as datetimes, nanoseconds cut off
        items = json.loads(frame) if isinstance(frame, str) else msgpack.unpackb(frame, timestamp=3)
    except (ValueError, msgpack.exceptions.UnpackException, OverflowError) as error:
        raise Unreadable(f"a frame: {type(error).__name__}") from None
    if not isinstance(items, list):
        raise Unreadable("a frame: not a list")
    return [item if isinstance(item, dict) else {} for item in items]


def _micros(at: datetime) -> int:
    if at.tzinfo is None:
        raise Unreadable("timestamp: without a zone")
    return to_micros(at)


def _side(name: str, price: float) -> int:
    if not 0 <= price < _PRICE_MAX:  # nor NaN
        raise Unreadable(f"{name}: not a price")
    return nanos(Decimal(repr(price)))


def _size(size: float) -> int:
    """Whole shares or contracts: a fraction of a share is cut off."""
    if not 0 <= size < _SIZE_MAX:
        raise Unreadable("size: not a size")
    return int(size)


def _place(error: ValidationError | TypeError) -> str:
    if isinstance(error, TypeError):
        return type(error).__name__
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['type']}"
