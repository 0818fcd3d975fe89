"""Where in the stream a client is: how far it has read each partition of each topic of facts, as an opaque text.

The text holds for every API process, as it says nothing but offsets. It may be ahead of a process that reads later.
"""

import base64
import binascii
import zlib
from collections.abc import Sequence

from streams.topics import (
    ACCOUNT_SNAPSHOTS,
    CLOSE_REQUESTS,
    CONTROLS,
    DEAD_LETTERS,
    DECISIONS,
    FILLS,
    ORDER_UPDATES,
    ORDERS,
    PARTITIONS,
    RECONCILIATIONS,
    SIGNALS,
    TRADES,
)

FOLLOWED = (
    SIGNALS,
    DECISIONS,
    ORDERS,
    ORDER_UPDATES,
    FILLS,
    TRADES,
    CLOSE_REQUESTS,
    RECONCILIATIONS,
    DEAD_LETTERS,
    ACCOUNT_SNAPSHOTS,
    CONTROLS,
)
"""The topics of facts."""

PLACES: tuple[tuple[str, int], ...] = tuple(
    (topic.name, number) for topic in FOLLOWED for number in range(1 if topic.everywhere else PARTITIONS)
)
"""Each topic and partition that is read; of what is written to every partition the first says it all."""

NUMBER_OF = {place: number for number, place in enumerate(PLACES)}

CURSOR_MAX = 2_000
"""Characters of a cursor at most."""

# other topics, another layout: a cursor of an older version is known as one by its first bytes
_LAYOUT = zlib.crc32(repr(PLACES).encode()).to_bytes(4, "big")
_OFFSET_MAX = 2**63 - 1


class NoCursor(ValueError):
    """A text is no cursor."""


class OtherLayout(Exception):
    """A cursor is of a version that followed other topics."""


class Progress:
    """The next offset of each place, and the cursor that says so."""

    def __init__(self, following: Sequence[int] | None = None) -> None:
        self.following = [0] * len(PLACES) if following is None else list(following)
        self._encoded = [_varint(offset) for offset in self.following]

    def advance(self, place: int, following: int) -> None:
        """Have everything before an offset read at a place; it never goes back."""
        if following > self.following[place]:
            self.following[place] = following
            self._encoded[place] = _varint(following)

    @property
    def cursor(self) -> str:
        """The cursor of this point."""
        packed = _LAYOUT + b"".join(self._encoded)
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read_cursor(text: str) -> list[int]:
    """Return the next offset of each place that a cursor holds; raises NoCursor, OtherLayout."""
    if len(text) > CURSOR_MAX:
        raise NoCursor
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise NoCursor from error
    if len(packed) <= len(_LAYOUT):
        raise NoCursor
    if packed[: len(_LAYOUT)] != _LAYOUT:
        raise OtherLayout
    offsets, value, shift = [], 0, 0
    for byte in packed[len(_LAYOUT) :]:
        value |= (byte & 0x7F) << shift
        if byte & 0x80:
            shift += 7
            continue
        offsets.append(value)
        value = shift = 0
    if shift or len(offsets) != len(PLACES) or max(offsets) > _OFFSET_MAX:
        raise NoCursor
    return offsets


def _varint(value: int) -> bytes:
    """Return LEB128: seven bits a byte, the lowest first."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
