"""Asking a provider over HTTP: JSON with exact decimals, and its failures in our own words.

Keys travel in headers, so no address in a log or an error can show one.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx
from pydantic import ValidationError

from streams.providers.failures import ProviderFailed, Unavailable, Unreadable, of_status

TIMEOUT_S = 10.0
"""For connecting, and for each wait within an answer."""

_ERROR = 400


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """A line to one provider; its client has base URL, key and timeout."""

    provider: str
    client: httpx.AsyncClient

    async def get(self, path: str, *, symbol: str, query: Mapping[str, str | int]) -> Any:
        """Return a JSON answer, whatever its status below 400; raises ProviderFailed."""
        status, body, retry_after = await self.ask(path, symbol=symbol, query=query)
        if status >= _ERROR:
            raise of_status(self.provider, symbol, status, retry_after=retry_after)
        return decoded(self.provider, symbol, body)

    async def ask(self, path: str, *, symbol: str, query: Mapping[str, str | int]) -> tuple[int, bytes, str | None]:
        """Return an answer's status, body and Retry-After; raises Unavailable when there is none."""
        try:
            answer = await self.client.get(path, params=dict(query))
        except httpx.HTTPError as error:
            raise Unavailable(self.provider, symbol, type(error).__name__) from None
        return answer.status_code, answer.content, answer.headers.get("Retry-After")


def line_to(provider: str, *, url: str, authorization: str, timeout_s: float) -> Line:
    """Open a line; its client must be closed."""
    client = httpx.AsyncClient(base_url=url, headers={"Authorization": authorization}, timeout=timeout_s)
    return Line(provider, client)


def decoded(provider: str, symbol: str, body: bytes) -> Any:
    """Return JSON with its decimals exact; raises Unreadable."""
    try:
        return json.loads(body, parse_float=Decimal)
    except ValueError:  # of a bad encoding too
        raise Unreadable(provider, symbol, "not JSON") from None


@contextmanager
def reading(provider: str, symbol: str) -> Iterator[None]:
    """Turn what goes wrong while an answer is taken apart into Unreadable, which says where, not what stood there."""
    try:
        yield
    except ProviderFailed:
        raise
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise Unreadable(provider, symbol, f"{place}: {first['type']}" if place else first["type"]) from None
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise Unreadable(provider, symbol, type(error).__name__) from None
