"""Events as the lines of Server-Sent Events: made once, whoever gets them."""

from dataclasses import dataclass

from pydantic import BaseModel

from api.exact_json import encode


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact as it stands on Kafka, and as it is told.

    number  counts the facts of this process
    place   number of its topic-partition (`cursors.PLACES`)
    lines   event and data, without id
    cursor  of the point after it, as this process has read
    """

    number: int
    place: int
    offset: int
    audience: str
    event_id: str
    lines: bytes
    cursor: str
    frame: bytes


def lines_of(kind: str, row: BaseModel) -> bytes:
    """Return the lines that name an event and hold its data. JSON has no line breaks, so one line holds it."""
    return f"event: {kind}\ndata: {encode(row.model_dump(by_alias=True))}\n".encode()


def closed_frame(lines: bytes, cursor: str | None = None) -> bytes:
    """Return an event's lines with its id, if it has one, and the blank line that ends it."""
    return lines + b"\n" if cursor is None else lines + f"id: {cursor}\n\n".encode()
