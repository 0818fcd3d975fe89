"""The webhooks: alerts and bias with a token or a signature, market data with a signature.

Order of checks: how often (429), size (413), who sends (401), payload (400, field by field), duplicate (200). An
answer of ACCEPTED or DUPLICATE means that the event is durable; 429 and 503 that it is not and should be sent again.
"""

import asyncio
import hashlib
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.alerts import marks_of_signal, signal_of
from api.auth import address_of
from api.bias import bias_event, is_bias
from api.claims import Key
from api.deduplication import FOREVER, WINDOW, bias_key, sent_key
from api.market_data import chain_event, flow_event, frames_of, ticks_of
from api.payloads import JsonObject, invalid, parse
from api.signatures import is_signed, may_send, same_secret, shown_in
from api.webhook_answers import ALERT, BIAS, CHAIN, FLOW, PRICES, REFUSALS, WebhookAccepted, WebhookAlive
from api.webhook_calls import MARKET_BYTES_MAX, SIGNAL_BYTES_MAX, Call, Refused, answered, body_of
from schemas.event import from_micros
from schemas.market import MarketContextReceived
from schemas.signals import SignalReceived
from streams.topics import MARKET_CONTEXT, PRICE_TICKS, SIGNALS, partition_of

router = APIRouter(tags=["webhooks"])

_UNSIGNED = "Invalid signature"
_ANSWERS: dict[str, Any] = {"response_model": WebhookAccepted, "responses": REFUSALS}
"""The answers are written by `Call`, in the forms that the document says."""


@router.get("/webhook/test", operation_id="test_webhooks", summary="Are webhooks taken?", response_model=WebhookAlive)
async def webhook_test(request: Request) -> JSONResponse:
    """Say that webhooks are taken here."""
    now: datetime = request.app.state.intake.clock.now()
    return JSONResponse({"status": "ok", "message": "Webhook endpoint is active", "timestamp": now.isoformat()})


@router.post("/webhook", operation_id="send_alert", summary="An alert", openapi_extra=ALERT, **_ANSWERS)
async def receive_alert(request: Request) -> Response:
    """Take an alert, or a multi-timeframe bias; signed, or with the signal token as `secret`."""
    return await answered(request, lambda call: _signal(request, call, url_known=True, token_only=False))


@router.post(
    "/webhook/{url_id}",
    operation_id="send_alert_to_url",
    summary="An alert, at an unguessable address",
    openapi_extra=ALERT,
    **_ANSWERS,
)
async def receive_alert_at(request: Request, url_id: str) -> Response:
    """Take an alert from a sender that can set no headers: the signal token is required as `secret`."""
    expected = request.app.state.intake.settings.security.webhook_url_id.get_secret_value()
    known = same_secret(url_id, expected=expected)
    return await answered(request, lambda call: _signal(request, call, url_known=known, token_only=True))


@router.post("/api/webhooks/mtf-bias", operation_id="send_bias", summary="A bias", openapi_extra=BIAS, **_ANSWERS)
async def receive_bias(request: Request) -> Response:
    """Take a multi-timeframe bias; authenticated as `/webhook` is."""

    async def handle(call: Call) -> Response:
        payload, _ = await _authenticated(request, call, url_known=True, token_only=False)
        if not is_bias(payload):
            raise invalid("event_id_raw", "event_id_raw is required")
        return await _take_bias(call, payload)

    return await answered(request, handle)


@router.post("/api/webhooks/price", operation_id="send_prices", summary="Prices", openapi_extra=PRICES, **_ANSWERS)
async def receive_prices(request: Request) -> Response:
    """Take one tick, or up to 1,000 in time order; signed."""

    async def handle(call: Call) -> Response:
        payload, content_hash = await _signed(request, call)
        ticks = ticks_of(payload)
        frames = frames_of(ticks, content_hash=content_hash, partition_of=partition_of)
        outcomes = await asyncio.gather(
            *(
                call.intake.publish(PRICE_TICKS, frame, key=str(shard), partition=shard, traceparent=call.traceparent)
                for shard, frame in frames.items()
            ),
            return_exceptions=True,
        )
        for outcome in outcomes:
            if outcome is not None:
                raise outcome
        call.intake.advance(from_micros(ticks[-1].at))
        return _market_answer(call, len(ticks))

    return await answered(request, handle)


@router.post("/api/webhooks/chain", operation_id="send_chain", summary="A chain", openapi_extra=CHAIN, **_ANSWERS)
async def receive_chain(request: Request) -> Response:
    """Take listed contracts, or those that changed, with dealer positioning where the sender has it; signed."""

    async def handle(call: Call) -> Response:
        payload, content_hash = await _signed(request, call)
        event = chain_event(payload, content_hash=content_hash, stamp=call.intake.stamp_tape)
        told = [part.timestamp for part in (event.chain, event.gex) if part is not None]
        await _publish_context(call, event, newest=max(told))
        return _market_answer(call, max(1, 0 if event.chain is None else len(event.chain.contracts)))

    return await answered(request, handle)


@router.post("/api/webhooks/flow", operation_id="send_flow", summary="Options trades", openapi_extra=FLOW, **_ANSWERS)
async def receive_flow(request: Request) -> Response:
    """Take options trades, newest last; signed."""

    async def handle(call: Call) -> Response:
        payload, content_hash = await _signed(request, call)
        event = flow_event(payload, content_hash=content_hash, stamp=call.intake.stamp_tape)
        assert event.flow is not None
        await _publish_context(call, event, newest=event.flow.timestamp)
        return _market_answer(call, len(event.flow.entries))

    return await answered(request, handle)


_DIRECT = {
    route.path: route.endpoint
    for route in router.routes
    if isinstance(route, APIRoute) and "POST" in (route.methods or ()) and not route.param_convertors
}
_AT_URL = "/webhook/"


class Direct:
    """Hands the calls of webhooks to their routes; looking through the app's table would be a fifth of an alert's work.

    The routes ask for nothing but the request and answer every failure themselves, so what FastAPI does around one has
    nothing to do here. They stand in the table for the document, and for what is asked at their paths otherwise.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or scope.get("root_path"):
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        url_id = path.removeprefix(_AT_URL)
        if (endpoint := _DIRECT.get(path)) is not None:
            request = Request(scope, receive, send)
            response: Response = await endpoint(request)
        elif url_id != path and url_id and "/" not in url_id:
            response = await receive_alert_at(Request(scope, receive, send), url_id)
        else:
            await self._app(scope, receive, send)
            return
        await response(scope, receive, send)


async def _signal(request: Request, call: Call, *, url_known: bool, token_only: bool) -> Response:
    payload, sent_as = await _authenticated(request, call, url_known=url_known, token_only=token_only)
    if is_bias(payload):
        return await _take_bias(call, payload)
    return await _take_alert(call, payload, sent_as=sent_as)


async def _authenticated(
    request: Request, call: Call, *, url_known: bool, token_only: bool
) -> tuple[JsonObject, str | None]:
    """Return the payload without secrets, and the name that a signature covers; raises Refused, InvalidPayload."""
    raw = await body_of(request, most=SIGNAL_BYTES_MAX)
    parsed = parse(raw)
    shown, security, at = shown_in(request.headers), call.intake.settings.security, call.intake.now()
    allowed = may_send(
        raw,
        parsed.payload,
        shown=shown,
        security=security,
        token_only=token_only,
        at=at,
        address=address_of(request),
    )
    if parsed.problem is None:
        payload = call.redact(parsed.payload)
    else:
        call.keep_text(raw)
    if not url_known:
        raise Refused(404, "Not found", status="invalid_signature")
    if not allowed:
        raise Refused(401, _UNSIGNED, status="invalid_signature")
    if parsed.problem is not None:
        raise parsed.problem
    call.count()
    # a name that anybody may give would let it take another's
    is_named = shown.is_dated and is_signed(raw, shown=shown, secret=security.hmac_secret.get_secret_value(), at=at)
    return payload, shown.id if is_named else None


async def _signed(request: Request, call: Call) -> tuple[JsonObject, str]:
    """Return a market webhook's payload and the hash of its bytes; of an unsigned one nothing is looked at."""
    raw = await body_of(request, most=MARKET_BYTES_MAX)
    secret = call.intake.settings.security.hmac_secret.get_secret_value()
    if not is_signed(raw, shown=shown_in(request.headers), secret=secret, at=call.intake.now()):
        raise Refused(401, _UNSIGNED, status="invalid_signature")
    call.count()
    parsed = parse(raw)
    if parsed.problem is not None:
        raise parsed.problem
    # what is taken stands on the tape; a copy of every price in the log of calls would only fill it
    return call.redact(parsed.payload, stored=False), hashlib.sha256(raw).hexdigest()


async def _take_alert(call: Call, payload: JsonObject, *, sent_as: str | None) -> Response:
    intake = call.intake
    account_id = intake.settings.risk.account_id
    signal = signal_of(payload, account_id=account_id, stamp=intake.stamp, raw_payload=call.raw_payload)
    call.marks = marks_of_signal(signal)
    key, window = Key(account_id, signal.symbol, signal.direction, signal.timeframe, signal.is_test), WINDOW
    if sent_as is not None:
        key, window = sent_key(sent_as, account_id), FOREVER
    async with intake.duplicates.claim(key, at=signal.occurred_at, signal_id=signal.event_id, window=window) as first:
        if first is None:
            await intake.publish(SIGNALS, signal, key=signal.symbol, traceparent=call.traceparent)
    return _signal_answer(call, signal, first)


def _signal_answer(call: Call, signal: SignalReceived, first: str | None) -> Response:
    signal_id = signal.event_id if first is None else first
    body: dict[str, object] = {
        "status": "ACCEPTED" if first is None else "DUPLICATE",
        "signal_id": signal_id,
        "request_id": call.request_id,
        "processing_time_ms": call.processing_time_ms,
        "webhook_event_id": call.webhook_event_id,
        "test_session_id": signal.test_session_id,
        "is_test": signal.is_test,
    }
    return call.answer(200, body, status="accepted" if first is None else "duplicate", signal_id=signal_id)


async def _take_bias(call: Call, payload: JsonObject) -> Response:
    intake = call.intake
    event = bias_event(payload, stamp=intake.stamp_tape)
    assert event.bias is not None
    key = bias_key(event.event_id, event.symbol)
    async with intake.duplicates.claim(key, at=event.occurred_at, signal_id=event.event_id, window=FOREVER) as first:
        if first is None:
            await _publish_context(call, event, newest=event.bias.timestamp)
    body: dict[str, object] = {
        "status": "ACCEPTED" if first is None else "DUPLICATE",
        "signal_id": None,
        "accepted": 1 if first is None else 0,
        "request_id": call.request_id,
        "processing_time_ms": call.processing_time_ms,
        "webhook_event_id": call.webhook_event_id,
        "test_session_id": call.marks.test_session_id,
        "is_test": call.marks.is_test,
    }
    return call.answer(200, body, status="accepted" if first is None else "duplicate")


async def _publish_context(call: Call, event: MarketContextReceived, *, newest: datetime) -> None:
    await call.intake.publish(MARKET_CONTEXT, event, key=event.symbol, traceparent=call.traceparent)
    call.intake.advance(newest)


def _market_answer(call: Call, accepted: int) -> Response:
    body: dict[str, object] = {"status": "ACCEPTED", "request_id": call.request_id, "accepted": accepted}
    return call.answer(200, body, status="accepted")
