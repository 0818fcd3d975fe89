"""Asking Alpaca over HTTP, and what its refusals mean.

Its client (alpaca-py) blocks, knows no timeout and repeats what was throttled after a fixed sleep, orders included. All
three are put right here: a call runs in a thread, within a time, once.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

import requests
from aiolimiter import AsyncLimiter
from alpaca.common.exceptions import APIError
from alpaca.common.rest import RESTClient
from pydantic import ValidationError
from requests.adapters import HTTPAdapter

from sinks.broker import Busy, Refused, Unavailable
from streams.metrics import GUARDS, Fill

CONNECTIONS = 16
WINDOW_S = 60.0
RETRY_AFTER_S = 1.0
"""Where it does not say for how long to wait."""

_THROTTLED, _SERVER_ERROR = 429, 500
_NOT_FOUND, _UNPROCESSABLE, _NOT_AUTHORISED, _FORBIDDEN = 404, 422, 401, 403
_PATTERN_DAY_TRADER = 40310100
_BLOCKED = ("blocked", "not allowed to trade", "suspended", "restricted", "not eligible", "not authorized to trade")
_NOT_TRADABLE = ("not tradable", "not active", "asset not found", "could not find asset", "market hours", "expired")
_NOT_CANCELABLE = ("not cancelable", "cannot be cancel", "already", "pending_cancel")
_NOTHING_TO_SELL = ("insufficient qty", "position intent mismatch", "uncovered", "no position")

_Result = TypeVar("_Result")


class Line:
    """A bounded line to Alpaca: so many requests a minute, each within `timeout_s` seconds."""

    def __init__(self, client: RESTClient, *, timeout_s: float, requests_per_minute: int) -> None:
        client._retry = 0
        for scheme in ("https://", "http://"):
            client._session.mount(scheme, _TimedAdapter(timeout_s))
        self._session = client._session
        self._timeout_s = timeout_s
        self._limit = AsyncLimiter(requests_per_minute, WINDOW_S)
        self._asked_at: deque[float] = deque(maxlen=requests_per_minute)
        self._waits = 0
        GUARDS.limiters["broker"] = self._fill

    async def ask(self, call: Callable[[], _Result]) -> _Result:
        """Return what a blocking call of the client returns; raises Refused, Busy and Unavailable."""
        self._waits += not self._limit.has_capacity()
        async with self._limit:
            self._asked_at.append(time.monotonic())
            try:
                # the adapter's time is for each wait within an answer; one that trickles in has an end, too
                return await asyncio.wait_for(asyncio.to_thread(call), 2 * self._timeout_s)
            except APIError as error:
                raise _meaning(error) from None
            except TimeoutError:
                raise Unavailable("no answer in time") from None
            except requests.RequestException as error:
                raise Unavailable(type(error).__name__) from None
            except ValidationError as error:
                first = error.errors(include_input=False, include_url=False)[0]
                raise Unavailable(f"an answer that cannot be read: {'.'.join(map(str, first['loc']))}") from None
            except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
                raise Unavailable(f"an answer that cannot be read: {type(error).__name__}") from None

    def _fill(self) -> Fill:
        since = time.monotonic() - WINDOW_S
        # of a copy, as Prometheus is answered by a thread of its own
        used = sum(at > since for at in self._asked_at.copy())
        return Fill(used, int(self._limit.max_rate), self._waits)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()


class _TimedAdapter(HTTPAdapter):
    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        super().__init__(pool_connections=CONNECTIONS, pool_maxsize=CONNECTIONS)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        return super().send(request, *args, **{**kwargs, "timeout": self._timeout_s})


def _meaning(error: APIError) -> Exception:
    response = error.response
    if response is None:
        return Unavailable("an error without a status")
    status = response.status_code
    if status == _THROTTLED:
        return Busy(_seconds(response.headers.get("Retry-After")))
    if status >= _SERVER_ERROR:
        return Unavailable(f"status {status}")
    code, text = _said(response.text)
    return Refused(refusal(status, code, text), f"status {status}: {text}")


def _seconds(text: str | None) -> float:
    try:
        return max(0.0, float(text)) if text else RETRY_AFTER_S
    except ValueError:
        return RETRY_AFTER_S


def _said(body: str) -> tuple[int, str]:
    """Return code and message of an error's body; whatever it is, it is kept short."""
    try:
        answer = json.loads(body)
        return int(answer.get("code", 0)), str(answer.get("message", ""))[:200]
    except (ValueError, AttributeError, TypeError):
        return 0, "no reason was given"


def refusal(status: int, code: int, text: str) -> str:
    """Return our code for a refusal: by its number where Alpaca has one for it, else by its words."""
    words = text.lower()
    if status == _NOT_AUTHORISED:
        return "not_authorised"
    if status == _NOT_FOUND:
        return "not_found"
    if code == _PATTERN_DAY_TRADER or "pattern day trad" in words:
        return "pattern_day_trader"
    if "client_order_id" in words and "unique" in words:
        return "duplicate_client_order_id"
    for known, hints in (
        ("insufficient_buying_power", ("buying power", "insufficient funds", "insufficient balance")),
        ("nothing_to_sell", _NOTHING_TO_SELL),
        ("not_cancelable", _NOT_CANCELABLE if status == _UNPROCESSABLE else ()),
        ("not_tradable", _NOT_TRADABLE),
        ("trading_blocked", _BLOCKED),
    ):
        if any(hint in words for hint in hints):
            return known
    return "not_authorised" if status == _FORBIDDEN and not text else "invalid_order"
