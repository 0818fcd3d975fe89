"""One spelling for each thing that senders spell in many ways. Every function returns None for what it cannot read."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from api.payloads import JsonValue
from schemas.market import Bias
from schemas.signals import Direction

_SYMBOL = re.compile(r"[A-Z0-9][A-Z0-9._/^!&-]{0,19}", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,18}(\.\d{0,18})?([eE][+-]?\d{1,2})?", re.ASCII)
_TIMEFRAME = re.compile(r"(\d{1,6})?\s*([a-zA-Z]+)", re.ASCII)

_LONG = frozenset(["long", "buy", "call", "bull", "bullish", "up", "uptrend", "upward"])
_SHORT = frozenset(["short", "sell", "put", "bear", "bearish", "down", "downtrend", "downward"])
_NEITHER = frozenset(["neutral", "flat", "none", "sideways", "mixed", "range", "ranging"])

_SECONDS_OF_UNIT = {
    unit: seconds
    for seconds, units in {
        1: "s sec secs second seconds",
        60: "m min mins minute minutes",
        3_600: "h hr hrs hour hours hourly",
        86_400: "d day days daily",
        604_800: "w wk week weeks weekly",
    }.items()
    for unit in units.split()
}
_MONTH_UNITS = frozenset(["mo", "mon", "month", "months", "monthly"])
_TRADINGVIEW_MONTHS = frozenset({1, 3, 6, 12})
_NAMES = ((604_800, "w"), (86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))
_LONGEST_S = 366 * 86_400

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_MILLISECONDS_FROM = 100_000_000_000  # as seconds this is the year 5138, as milliseconds 1973


def number_of(value: JsonValue) -> Decimal | None:
    """Return a JSON number, or a string that is one, exactly."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        return Decimal(value)
    if isinstance(value, str) and _NUMBER.fullmatch(text := value.strip()):
        return Decimal(text)
    return None


def symbol_of(value: JsonValue) -> str | None:
    """Return a ticker in upper case without its exchange (`NASDAQ:AAPL` is AAPL), 1 to 20 characters."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    ticker = str(value).rpartition(":")[2].strip().upper()
    return ticker if _SYMBOL.fullmatch(ticker) else None


def direction_of(value: JsonValue) -> Direction | None:
    """Return `long` or `short` for buy, CALL, bullish, strong_sell and the like."""
    match bias_of(value):
        case "bullish":
            return "long"
        case "bearish":
            return "short"
        case _:
            return None


def bias_of(value: JsonValue) -> Bias | None:
    """Return a bias for the words that mean one: bullish, LONG, strong buy, neutral, flat ..."""
    if not isinstance(value, str):
        return None
    words = re.split(r"[\s_-]+", value.strip().lower())
    if words[0] == "strong":
        words = words[1:]
    word = " ".join(words)
    if word in _LONG:
        return "bullish"
    if word in _SHORT:
        return "bearish"
    return "neutral" if word in _NEITHER else None


def timeframe_of(value: JsonValue) -> str | None:
    """Return `5m`, `1h`, `4h`, `1d`, `1w`, `1mo`: the largest unit that fits. Numbers are minutes.

    As TradingView writes its intervals, 1M, 3M, 6M and 12M are months; any other M is minutes.
    """
    number = number_of(value)
    if number is not None:
        return _named(number * 60) if number > 0 else None
    match = _TIMEFRAME.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    count, unit = int(match[1] or 1), match[2]
    if unit.lower() in _MONTH_UNITS or (unit == "M" and count in _TRADINGVIEW_MONTHS):
        return f"{count}mo" if 1 <= count <= 12 else None
    seconds = _SECONDS_OF_UNIT.get(unit.lower())
    return None if seconds is None else _named(Decimal(count * seconds))


def _named(seconds: Decimal) -> str | None:
    if not 1 <= seconds <= _LONGEST_S or seconds != int(seconds):
        return None
    for size, unit in _NAMES:
        if int(seconds) % size == 0:
            return f"{int(seconds) // size}{unit}"
    return None


def instant_of(value: JsonValue) -> datetime | None:
    """Return an instant from ISO 8601 (UTC when it names no zone), Unix seconds or milliseconds, also as strings.

    Exact to the microsecond; None outside the years 2000 to 2099.
    """
    number = number_of(value)
    try:
        if number is not None:
            micros = number * (1_000 if abs(number) >= _MILLISECONDS_FROM else 1_000_000)
            instant = _EPOCH + timedelta(microseconds=int(micros))
        elif isinstance(value, str):
            said = datetime.fromisoformat(value.strip())
            instant = said.replace(tzinfo=UTC) if said.tzinfo is None else said.astimezone(UTC)
        else:
            return None
    except (ValueError, OverflowError):
        return None
    return instant if _EARLIEST <= instant < _LATEST else None


def day_of(value: JsonValue) -> date | None:
    """Return the date of an ISO date, or of an instant in any of its forms."""
    if isinstance(value, str) and len(value.strip()) <= 10:
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            pass
    instant = instant_of(value)
    return None if instant is None else instant.date()


def option_type_of(value: JsonValue) -> Literal["call", "put"] | None:
    """Return `call` or `put` for call, C, PUT, p ..."""
    if not isinstance(value, str):
        return None
    match value.strip().lower():
        case "call" | "calls" | "c":
            return "call"
        case "put" | "puts" | "p":
            return "put"
        case _:
            return None


def flag_of(value: JsonValue) -> bool | None:
    """Return a truth value for true, "true", 1, "1", "yes" and their opposites."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | str):
        word = str(value).strip().lower()
        if word in ("true", "1", "yes"):
            return True
        if word in ("false", "0", "no"):
            return False
    return None


def whole_of(value: JsonValue) -> int | None:
    """Return a number without a fraction (12, 12.0, "12")."""
    number = number_of(value)
    if number is None or abs(number) >= 10**18 or number != int(number):
        return None
    return int(number)
