"""Reading the fields of a payload: absent is None, unreadable is a problem that names the field."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from api.normalise import day_of, flag_of, instant_of, number_of, symbol_of, whole_of
from api.payloads import InvalidPayload, JsonObject, JsonValue, Problem
from schemas.occ import parse_option_symbol

_Value = TypeVar("_Value")

_LARGEST = Decimal(10) ** 12
_NANO_DECIMALS = 9
PRICE_MAX = Decimal(1_000_000_000)
"""Dollars; in 1e-9 dollars it still fits 64 bits."""

TICKER = "a ticker of 1 to 20 characters"
NAMES_A_CONTRACT = "names an option contract: send its underlying"


def nanos_of(price: Decimal) -> int | None:
    """Return a price in 1e-9 dollars, or None when it has more than nine decimals; exact for any number of digits."""
    sign, digits, exponent = price.as_tuple()
    assert isinstance(exponent, int)
    whole = int("".join(map(str, digits)))
    shift = exponent + _NANO_DECIMALS
    tens: int = 10 ** abs(shift)
    if shift < 0 and whole % tens:
        return None
    scaled = whole * tens if shift >= 0 else whole // tens
    return -scaled if sign else scaled


class Fields:
    """The fields of one object of a payload; `problems` is shared by all objects of that payload."""

    def __init__(self, payload: Mapping[str, JsonValue], *, problems: list[Problem], prefix: str = "") -> None:
        self._payload = payload
        self._prefix = prefix
        self.problems = problems

    def problem(self, name: str, message: str) -> None:
        """Note what is wrong with a field."""
        self.problems.append(Problem(self._prefix + name, message))

    def read(
        self, name: str, read: Callable[[JsonValue], _Value | None], *, wanted: str, required: bool = False
    ) -> _Value | None:
        """Return a field as `read` understands it; null and "" are absent."""
        value = self._payload.get(name)
        if value is None or value == "":
            if required:
                self.problem(name, f"{name} is required")
            return None
        found = read(value)
        if found is None:
            self.problem(name, f"must be {wanted}")
        return found

    def number(
        self, name: str, *, low: Decimal | int = -_LARGEST, high: Decimal | int = _LARGEST, required: bool = False
    ) -> Decimal | None:
        """Return a number from low to high."""
        number = self.read(name, number_of, wanted="a number", required=required)
        if number is not None and not low <= number <= high:
            self.problem(name, f"must be from {low} to {high}")
            return None
        return number

    def price(self, name: str, *, positive: bool = False, required: bool = False) -> Decimal | None:
        """Return dollars, not negative, at most a thousand million."""
        price = self.number(name, low=0, high=PRICE_MAX, required=required)
        if price is not None and positive and price == 0:
            self.problem(name, "must be above 0")
            return None
        return price

    def nanos(self, name: str, *, positive: bool = False) -> int | None:
        """Return a price in 1e-9 dollars, exactly."""
        price = self.price(name, positive=positive)
        if price is None:
            return None
        nanos = nanos_of(price)
        if nanos is None:
            self.problem(name, "has more than nine decimals")
        return nanos

    def whole(self, name: str, *, low: int = 0, high: int = 10**15, required: bool = False) -> int | None:
        """Return a whole number from low to high."""
        number = self.read(name, whole_of, wanted="a whole number", required=required)
        if number is not None and not low <= number <= high:
            self.problem(name, f"must be from {low} to {high}")
            return None
        return number

    def flag(self, name: str) -> bool | None:
        """Return a truth value."""
        return self.read(name, flag_of, wanted="true or false")

    def instant(self, name: str = "timestamp", *, required: bool = False) -> datetime | None:
        """Return an instant in UTC."""
        return self.read(name, instant_of, wanted="ISO 8601, Unix seconds or milliseconds", required=required)

    def day(self, name: str, *, required: bool = False) -> date | None:
        """Return a date."""
        return self.read(name, day_of, wanted="a date such as 2026-02-20", required=required)

    def text(self, name: str, *, longest: int, required: bool = False) -> str | None:
        """Return text of at most `longest` characters; a number is taken as its digits."""
        text = self.read(name, _text, wanted="text", required=required)
        if text is not None and len(text) > longest:
            self.problem(name, f"is longer than {longest} characters")
            return None
        return text

    def symbol(self, name: str = "symbol") -> str | None:
        """Return a required ticker, which names no contract."""
        symbol = self.read(name, symbol_of, wanted=TICKER, required=True)
        if symbol is not None and parse_option_symbol(symbol) is not None:
            self.problem(name, NAMES_A_CONTRACT)
            return None
        return symbol

    def nested(self, name: str) -> "Fields":
        """Return the fields of an object within; none when it is absent."""
        value = self._payload.get(name)
        if value is not None and not isinstance(value, dict):
            self.problem(name, "must be an object")
        found = value if isinstance(value, dict) else {}
        return Fields(found, problems=self.problems, prefix=f"{self._prefix}{name}.")

    def each(self, name: str, *, most: int) -> list["Fields"]:
        """Return the fields of each object in a list of at most `most`; none when it is absent."""
        value = self._payload.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.problem(name, "must be a list")
            return []
        if len(value) > most:
            self.problem(name, f"holds more than {most}")
            return []
        found = []
        for number, item in enumerate(value):
            prefix = f"{self._prefix}{name}[{number}]"
            if isinstance(item, dict):
                found.append(Fields(item, problems=self.problems, prefix=f"{prefix}."))
            else:
                self.problems.append(Problem(prefix, "must be an object"))
        return found

    def has(self, name: str) -> bool:
        """Whether a field is there and not null."""
        return self._payload.get(name) is not None


def _text(value: JsonValue) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    return str(value).strip() or None


def at_path(payload: JsonObject, path: str) -> JsonValue:
    """Return what stands at a dotted path of nested objects, or None."""
    value: JsonValue = payload
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def first_at(payload: JsonObject, paths: Sequence[str], read: Callable[[JsonValue], _Value | None]) -> _Value | None:
    """Return the first of the fields at `paths` that `read` understands, or None."""
    for path in paths:
        value = at_path(payload, path)
        if value is not None and (found := read(value)) is not None:
            return found
    return None


def refuse(problems: Sequence[Problem]) -> None:
    """Raise InvalidPayload when there are problems; at most a hundred are named."""
    if problems:
        raise InvalidPayload(problems[:100])
