"""Lists a page at a time: newest first, by an opaque cursor over (time, id), which is stable while rows are added."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.exact_json import exact
from api.problems import invalid_field

LIMIT_MAX = 500
T = TypeVar("T")
Item = TypeVar("Item")

SYMBOL_PATTERN = r"^[A-Za-z0-9.^/_-]{1,20}$"
SymbolFilter = Annotated[str | None, Query(pattern=SYMBOL_PATTERN, description="underlying")]


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page: the next one begins after it."""

    at: datetime
    id: UUID

    def __str__(self) -> str:
        text = json.dumps([self.at.astimezone(UTC).isoformat(), str(self.id)])
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


START = Cursor(datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))
"""Before the first row."""


def read_cursor(text: str) -> Cursor:
    """Return the cursor that a text holds; raises Problem 422 when it holds none."""
    try:
        at, row = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        instant = datetime.fromisoformat(at)
        if instant.tzinfo is None:
            raise ValueError("no zone")
        return Cursor(instant.astimezone(UTC), UUID(row))
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError, binascii.Error) as error:
        raise invalid_field("cursor", "is not a cursor of this list") from error


@dataclass(frozen=True, slots=True)
class Window:
    """Which page is asked for."""

    after: Cursor
    limit: int


async def _window(
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX, description="rows at most")] = 50,
    cursor: Annotated[str | None, Query(max_length=200, description="next_cursor of the page before")] = None,
) -> Window:
    return Window(START if cursor is None else read_cursor(cursor), limit)


Asked = Annotated[Window, Depends(_window)]


class Page(BaseModel, Generic[Item]):
    """Rows, newest first."""

    items: list[Item]
    next_cursor: str | None = Field(default=None, description="null on the last page")


def cut(rows: Sequence[T], *, limit: int, cursor_of: Callable[[T], Cursor]) -> tuple[Sequence[T], str | None]:
    """Return the page's rows and the next cursor, given one row more than the limit where there is one."""
    kept = rows[:limit]
    return kept, str(cursor_of(kept[-1])) if len(rows) > limit else None


def paged(rows: Sequence[Item], asked: Window, cursor_of: Callable[[Item], Cursor]) -> Response:
    """Return the answer that is a page, given one row more than was asked for where there is one."""
    items, cursor = cut(rows, limit=asked.limit, cursor_of=cursor_of)
    return exact(Page[Any](items=list(items), next_cursor=cursor))


def window_of(rows: Sequence[T], *, window: Window, cursor_of: Callable[[T], Cursor]) -> tuple[Sequence[T], str | None]:
    """Return a page of rows held in memory, in any order, and the next cursor."""
    after = (window.after.at, window.after.id)
    keyed = [(cursor, row) for row in rows for cursor in (cursor_of(row),) if (cursor.at, cursor.id) < after]
    keyed.sort(key=lambda item: (item[0].at, item[0].id), reverse=True)
    return cut([row for _, row in keyed[: window.limit + 1]], limit=window.limit, cursor_of=cursor_of)
