"""JSON from outside: read without floats, bounded in depth and length, with secrets taken out before anything else.

InvalidPayload is the only failure callers see; its details name fields and never repeat a value.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from json.encoder import encode_basestring
from typing import NamedTuple, TypeAlias

JsonValue: TypeAlias = "bool | int | Decimal | str | list[JsonValue] | dict[str, JsonValue] | None"
JsonObject: TypeAlias = "dict[str, JsonValue]"

REDACTED = "[redacted]"
RAW_MAX_BYTES = 32 * 1024
"""Of a payload that is stored."""

DEPTH_MAX = 32
VALUES_MAX = 200_000
_DIGITS_MAX = 40
_SECRET_KEYS = frozenset({"secret", "webhook_token", "hmac_secret", "signal_token"})
_CONTAINED_FROM = 8  # a shorter secret is only looked for as a whole value: it would be found in any text
_WORD = re.compile(rf"[A-Za-z0-9_-]{{{_CONTAINED_FROM},}}")
_NUMBERS = (int, Decimal)
_SECRET_IN_TEXT = re.compile(r'("?\bsecret\b"?\s*[:=]\s*)("(?:[^"\\]|\\.)*"?|[^\s,}&]+)', re.IGNORECASE)


class Problem(NamedTuple):
    """What is wrong with a field."""

    field: str
    message: str


class InvalidPayload(Exception):
    """A payload that cannot be taken. `problems` names each field and what is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{problem.field}: {problem.message}" for problem in self.problems))

    @property
    def details(self) -> list[dict[str, str]]:
        """The problems as the answer's `details`."""
        return [problem._asdict() for problem in self.problems]


_OUT_OF_RANGE = Problem("body", "holds a number out of range")
_TOO_DEEP = f"nested deeper than {DEPTH_MAX}"


def invalid(field: str, message: str) -> InvalidPayload:
    """Return the error of one field."""
    return InvalidPayload([Problem(field, message)])


class Parsed(NamedTuple):
    """A request's body as a JSON object, and why it may not be taken all the same.

    A body with a problem is good for finding the caller's token in it, and for nothing else.
    """

    payload: JsonObject
    problem: InvalidPayload | None


def parse(raw: bytes) -> Parsed:
    """Return the JSON object in a body, whatever its content type said; fractions become `Decimal`. Never raises.

    It is a problem when the body is not UTF-8, not JSON, not an object, nested deeper than 32, holds more than 200,000
    values, a number of more than 40 digits, NaN, Infinity, or text that no database takes (NUL, half a surrogate pair).
    """
    problems: list[Problem] = []

    def fraction(text: str) -> Decimal | None:
        number = Decimal(text) if len(text) <= _DIGITS_MAX else None
        if number is None or not -_DIGITS_MAX < number.adjusted() < _DIGITS_MAX:
            problems.append(_OUT_OF_RANGE)
            return None
        return number

    def whole(text: str) -> int | None:
        if len(text) > _DIGITS_MAX:
            problems.append(_OUT_OF_RANGE)
            return None
        return int(text)

    def not_a_number(text: str) -> None:
        problems.append(Problem("body", f"holds {text}, which is not a JSON number"))

    try:
        value = json.loads(raw.decode("utf-8-sig"), parse_float=fraction, parse_int=whole, parse_constant=not_a_number)
    except UnicodeDecodeError:
        return Parsed({}, invalid("body", "not UTF-8"))
    except json.JSONDecodeError as error:
        return Parsed({}, invalid("body", f"not valid JSON at line {error.lineno}, column {error.colno}"))
    except RecursionError:
        return Parsed({}, invalid("body", _TOO_DEEP))
    if not isinstance(value, dict):
        return Parsed({}, invalid("body", "must be a JSON object"))
    message = None if problems else _unbounded(value)
    if message is not None:
        problems.append(Problem("body", message))
    return Parsed(value, InvalidPayload(problems[:1]) if problems else None)


def _unbounded(value: JsonObject) -> str | None:
    level: list[JsonValue] = [value]
    seen = 0
    for _ in range(DEPTH_MAX):
        below: list[JsonValue] = []
        for item in level:
            if isinstance(item, dict):
                below += item.values()
                below += item.keys()
            elif isinstance(item, list):
                below += item
            elif isinstance(item, str) and not storable(item):
                return "holds characters that are not text"
        seen += len(below)
        if seen > VALUES_MAX:
            return f"holds more than {VALUES_MAX} values"
        if not below:
            return None
        level = below
    return _TOO_DEEP


def storable(text: str) -> bool:
    """Whether every database and log takes this text: no NUL, no half of a surrogate pair."""
    if "\x00" in text:
        return False
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


class Secrets(NamedTuple):
    """What is taken out wherever it is found.

    texts    as they are
    digests  SHA-256 of those of which no more is known: found as a whole text, or as a word of one
    """

    texts: tuple[str, ...] = ()
    digests: frozenset[bytes] = frozenset()

    def and_shown(self, shown: JsonValue) -> "Secrets":
        """Return these and what a caller has shown as its secret, right or wrong, unless it is too short for one."""
        if not isinstance(shown, str) or len(shown) < _CONTAINED_FROM or shown in self.texts:
            return self
        return self._replace(texts=(*self.texts, shown))

    def is_hashed(self, text: str) -> bool:
        """Whether a text is one of those known by their digests."""
        return bool(self.digests) and hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() in self.digests


def redactor(secrets: Secrets) -> Callable[[JsonValue], JsonValue]:
    """Return a function that takes `secrets`, and every `secret` field, out of a payload at any depth."""
    known = tuple(secret for secret in secrets.texts if secret)
    contained = tuple(secret for secret in known if len(secret) >= _CONTAINED_FROM)

    def secret_text(text: str) -> bool:
        if text in known or text.strip() in known:
            return True
        if len(text) >= _CONTAINED_FROM and any(secret in text for secret in contained):
            return True
        return bool(secrets.digests) and (
            secrets.is_hashed(text.strip()) or any(map(secrets.is_hashed, _WORD.findall(text)))
        )

    def redact(value: JsonValue) -> JsonValue:
        if isinstance(value, dict):
            return {
                key: redact(item)
                for key, item in value.items()
                if key.strip().lower() not in _SECRET_KEYS and not secret_text(key)
            }
        if isinstance(value, list):
            return [redact(item) for item in value]
        if isinstance(value, str):
            return REDACTED if secret_text(value) else value
        if isinstance(value, _NUMBERS) and not isinstance(value, bool) and str(value) in known:
            return REDACTED
        return value

    return redact


def redacted_object(payload: JsonObject, secrets: Secrets) -> JsonObject:
    """Return a payload without `secrets` and without any `secret` field."""
    cleaned = redactor(secrets)(payload)
    assert isinstance(cleaned, dict)
    return cleaned


def redacted_text(raw: bytes, secrets: Secrets) -> str:
    """Return a body that is no JSON object as text without `secrets`, and without what follows the word `secret`."""
    text = raw.decode("utf-8", "replace").replace("\x00", "�")
    for secret in secrets.texts:
        if secret:
            text = text.replace(secret, REDACTED)
    if secrets.digests:
        text = _WORD.sub(lambda word: REDACTED if secrets.is_hashed(word[0]) else word[0], text)
    return _SECRET_IN_TEXT.sub(rf'\g<1>"{REDACTED}"', text)


def to_json(value: JsonValue) -> str:
    """Return a value as JSON; numbers keep their digits."""
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, _NUMBERS):
        return str(value)
    if isinstance(value, list):
        return f"[{','.join(map(to_json, value))}]"
    return f"{{{','.join(f'{encode_basestring(key)}:{to_json(item)}' for key, item in value.items())}}}"


def stored_json(payload: JsonValue) -> str:
    """Return a payload as JSON of at most 32 KB: a longer one as `{"truncated": true, "text": its beginning}`."""
    text = to_json(payload)
    return text if len(text.encode()) <= RAW_MAX_BYTES else _truncated(text)


def stored_text(text: str) -> str:
    """Return text that is no JSON as JSON of at most 32 KB: `{"text": ...}`."""
    whole = to_json({"text": text})
    return whole if len(whole.encode()) <= RAW_MAX_BYTES else _truncated(text)


def _truncated(text: str) -> str:
    kept = text[: RAW_MAX_BYTES - 64]
    while len((whole := to_json({"truncated": True, "text": kept})).encode()) > RAW_MAX_BYTES:
        kept = kept[: len(kept) * 3 // 4]  # escaping and other alphabets make bytes of letters
    return whole
