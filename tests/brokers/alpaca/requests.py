"""What every request of the REST interfaces goes through: what goes wrong, the rate limit, and the keys."""

import asyncio
import json
import secrets
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.brokers.alpaca.behaviour import Behaviour
from tests.brokers.alpaca.moments import SECOND, Clock, written
from tests.brokers.alpaca.refusals import Refused
from tests.brokers.alpaca.sockets import sever

MINUTE = 60 * SECOND
_CONTROL = "/fake/"
_Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Gate:
    """Stands before all handlers but those of the control interface."""

    def __init__(self, key: str, secret: str, behaviour: Behaviour, clock: Clock, *, per_minute: int) -> None:
        self.asked: deque[dict[str, Any]] = deque(maxlen=100_000)
        """Requests that came in, with what they were answered (None: nothing)."""
        self._credentials = (key + secret).encode()
        self._behaviour = behaviour
        self._clock = clock
        self._per_minute = per_minute
        self._recent: dict[str, deque[int]] = {}

    def clear(self) -> None:
        """Forget the requests that came."""
        self.asked.clear()
        self._recent.clear()

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer a request, well or badly."""
        if request.path.startswith(_CONTROL):
            return await _answered(request, handler)
        seen: dict[str, Any] = {
            "at": written(self._clock.now()),
            "method": request.method,
            "path": request.path_qs,
            "status": None,
        }
        if request.can_read_body:
            seen["body"] = await request.text()
        self.asked.append(seen)
        response = await self._through(request, handler, _symbol_in(seen.get("body", "")))
        if not response.headers.get("X-Never-Arrives"):
            seen["status"] = response.status
        return response

    async def _through(self, request: web.Request, handler: Handler, symbol: str | None) -> web.StreamResponse:
        if rule := self._takes("slow", request, symbol):
            await asyncio.sleep(rule.seconds)
        if self._takes("reset_before", request, symbol):
            return _reset(request)
        if rule := self._takes("timeout_before", request, symbol):
            await asyncio.sleep(rule.seconds)
            return _failure(504)
        if rule := self._takes("error_before", request, symbol):
            return _failure(rule.status)
        if rule := self._takes("throttle", request, symbol):
            return self._throttled(rule.seconds)
        if not self._is_allowed(request):
            return _error(401, 40110000, "request is not authorized")
        if self._is_over_limit(request):
            return self._throttled(60.0)
        response = await _answered(request, handler)
        if self._takes("reset_after", request, symbol):
            return await _cut_short(request, response)
        if rule := self._takes("timeout_after", request, symbol):
            await asyncio.sleep(rule.seconds)
        elif rule := self._takes("error_after", request, symbol):
            return _failure(rule.status)
        return response

    def _takes(self, kind: str, request: web.Request, symbol: str | None) -> Any:
        return self._behaviour.take(kind, symbol, f"{request.method} {request.path}", self._clock.now())

    def _is_allowed(self, request: web.Request) -> bool:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return True  # the streams ask for the keys themselves
        given = request.headers.get("APCA-API-KEY-ID", "") + request.headers.get("APCA-API-SECRET-KEY", "")
        return secrets.compare_digest(given.encode(), self._credentials)

    def _is_over_limit(self, request: web.Request) -> bool:
        """Trading and data have a limit each, over the last minute."""
        is_data = request.path.startswith(("/v2/stocks", "/v1beta1"))
        recent = self._recent.setdefault("data" if is_data else "trading", deque())
        now = self._clock.now()
        while recent and recent[0] <= now - MINUTE:
            recent.popleft()
        if 0 < self._per_minute <= len(recent):
            return True
        recent.append(now)
        return False

    def _throttled(self, seconds: float) -> web.Response:
        response = _error(429, 42910000, "rate limit exceeded")
        response.headers["Retry-After"] = f"{seconds:g}"
        response.headers["X-RateLimit-Limit"] = str(self._per_minute)
        response.headers["X-RateLimit-Remaining"] = "0"
        response.headers["X-RateLimit-Reset"] = str(int(self._clock.now() / SECOND + seconds) + 1)
        return response


def _symbol_in(body: str) -> str | None:
    """Return the symbol that a request's body names, if it names one."""
    try:
        found = json.loads(body).get("symbol")
    except (ValueError, AttributeError):
        return None
    return found if isinstance(found, str) else None


async def _answered(request: web.Request, handler: _Answer) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refused as refused:
        return web.json_response(refused.body, status=refused.status)


def _error(status: int, code: int, message: str) -> web.Response:
    return web.json_response({"code": code, "message": message}, status=status)


def _failure(status: int) -> web.Response:
    """Return a server's failure: its own in JSON, a proxy's as a page."""
    if status == 500:
        return _error(500, 50010000, "internal server error occurred")
    page = f"<html><head><title>{status}</title></head><body><center><h1>{status}</h1></center></body></html>"
    return web.Response(status=status, text=page, content_type="text/html")


def _reset(request: web.Request) -> web.StreamResponse:
    sever(request.transport)
    return web.Response(headers={"X-Never-Arrives": "reset"})


async def _cut_short(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """Send the beginning of an answer, then reset the connection."""
    body = response.body if isinstance(response, web.Response) else None
    whole = body if isinstance(body, bytes) else b""
    cut = web.StreamResponse(
        status=response.status, headers={"X-Never-Arrives": "cut", "Content-Length": str(len(whole) + 1)}
    )
    await cut.prepare(request)
    await cut.write(whole[: len(whole) // 2])
    sever(request.transport)
    return cut
