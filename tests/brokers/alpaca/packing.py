"""MessagePack, with times as its timestamp extension."""

import importlib
from typing import Any

from tests.brokers.alpaca.moments import SECOND

_msgpack: Any = importlib.import_module("msgpack")  # it comes without types


def packed(value: Any) -> bytes:
    """Return a JSON-like value (or one with timestamps) as MessagePack."""
    found: bytes = _msgpack.packb(value)
    return found


def unpacked(data: bytes) -> Any:
    """Return the value that was packed; raises ValueError."""
    return _msgpack.unpackb(data)


def timestamp(moment: int) -> Any:
    """Return a moment (nanoseconds since 1970) as a timestamp that can be packed."""
    return _msgpack.Timestamp(*divmod(moment, SECOND))
