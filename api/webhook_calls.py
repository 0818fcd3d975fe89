"""One call of a webhook: its ids and clock, how it is answered, and its row in the log of calls."""

import json
import time
import traceback
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import cached_property
from typing import Literal
from uuid import uuid4

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from api.alerts import Marks, marks_of
from api.intake import Intake, NotStored
from api.payloads import InvalidPayload, JsonObject, redacted_object, redacted_text, stored_json, stored_text
from api.quotas import Taken
from api.request_limits import asked_in
from api.webhook_log import Status, WebhookEvent
from streams.logs import logger
from streams.publisher import child_traceparent

log = logger(__name__)

SIGNAL_BYTES_MAX = 128 * 1024
MARKET_BYTES_MAX = 1024 * 1024

_NAMES = {200: "ACCEPTED", 400: "REJECTED", 401: "REJECTED", 404: "REJECTED", 413: "REJECTED", 429: "REJECTED"}


class Refused(Exception):
    """A call that is answered with an error and nothing else comes of it."""

    def __init__(self, code: Literal[401, 404, 413], error: str, *, status: Status) -> None:
        super().__init__(error)
        self.code = code
        self.error = error
        self.status: Status = status


class TooMany(Exception):
    """A call of somebody who calls too often."""

    def __init__(self, refusal: Taken) -> None:
        super().__init__(refusal.name)
        self.refusal = refusal


class Call:
    """What is known of a call so far; `answer` ends it."""

    def __init__(self, request: Request, intake: Intake) -> None:
        self.request_id = str(uuid4())
        self.webhook_event_id = str(uuid4())
        self.intake = intake
        self._payload: JsonObject = {}
        self.raw_payload: str | None = None
        self.account_id: str | None = intake.settings.risk.account_id
        self.traceparent = child_traceparent({"traceparent": request.headers.get("traceparent", "").encode()})
        self._asked = asked_in(request.scope)
        self._created_at: datetime = intake.clock.now()
        self._started = time.perf_counter()

    @property
    def processing_time_ms(self) -> int:
        """Milliseconds since the call came in."""
        return int((time.perf_counter() - self._started) * 1000)

    @cached_property
    def marks(self) -> Marks:
        """What can be read of the payload, unless who takes it has read it already."""
        return marks_of(self._payload)

    def redact(self, payload: JsonObject, *, stored: bool = True) -> JsonObject:
        """Return a payload without secrets, and keep it for the log."""
        clean = redacted_object(payload, self.intake.secrets.and_shown(payload.get("secret")))
        self._payload = clean
        if stored:
            self.raw_payload = stored_json(clean)
        return clean

    def keep_text(self, raw: bytes) -> None:
        """Keep a body that is no JSON object for the log, without secrets."""
        self.raw_payload = stored_text(redacted_text(raw, self.intake.secrets))

    def answer(
        self,
        code: int,
        body: dict[str, object],
        *,
        status: Status,
        error: str | None = None,
        signal_id: str | None = None,
    ) -> Response:
        """Return the answer, and have the call's row written."""
        response = Response(json.dumps(body).encode(), status_code=code, media_type="application/json")
        # a flood that costs next to nothing must not become one of rows
        if status == "rate_limited" and self._asked is not None and not self._asked.is_noted():
            return response
        self.intake.log.add(
            WebhookEvent(
                event_id=self.webhook_event_id,
                request_id=self.request_id,
                signal_id=signal_id,
                status=status,
                error_message=error,
                symbol=self.marks.symbol,
                direction=self.marks.direction,
                timeframe=self.marks.timeframe,
                processing_time_ms=self.processing_time_ms,
                raw_payload=self.raw_payload,
                is_test=self.marks.is_test,
                test_session_id=self.marks.test_session_id,
                test_scenario=self.marks.test_scenario,
                created_at=self._created_at,
                account_id=self.account_id,
            )
        )
        return response

    def count(self) -> None:
        """Count the call for its account, now that its sender has shown that it may call; raises TooMany."""
        if self._asked is not None and self.account_id is not None:
            self._refuse(self._asked.count_account(self.account_id))

    def refuse_address(self) -> None:
        """Raise TooMany when the address has called too often."""
        if self._asked is not None:
            self._refuse(self._asked.refusal)

    def _refuse(self, refusal: Taken | None) -> None:
        if refusal is not None:
            raise TooMany(refusal)

    def failure(self, code: int, error: str, *, status: Status, **more: object) -> Response:
        """Return an answer that says what is wrong."""
        body: dict[str, object] = {"status": _NAMES.get(code, "ERROR"), "error": error, **more}
        body |= {"request_id": self.request_id, "webhook_event_id": self.webhook_event_id}
        return self.answer(code, body, status=status, error=_said(error, more.get("details")))


def _said(error: str, details: object) -> str:
    if not isinstance(details, list):
        return error
    return f"{error}: " + "; ".join(f"{item['field']}: {item['message']}" for item in details[:10])


async def answered(request: Request, handle: Callable[[Call], Awaitable[Response]]) -> Response:
    """Return what `handle` answers, or the answer of what it raised; every call gets its row."""
    intake: Intake = request.app.state.intake
    call = Call(request, intake)
    try:
        call.refuse_address()
        return await handle(call)
    except TooMany as often:
        error = f"Too many requests ({often.refusal.name}), please send it again"
        response = call.failure(429, error, status="rate_limited")
        response.headers["Retry-After"] = str(often.refusal.wait_s)
        return response
    except Refused as refusal:
        return call.failure(refusal.code, refusal.error, status=refusal.status)
    except InvalidPayload as bad:
        return call.failure(400, "Invalid payload", status="invalid_payload", details=bad.details)
    except NotStored as lost:
        log.error("an event was turned away", request_id=call.request_id, error=str(lost))
        response = call.failure(503, "Not stored, please send it again", status="error")
        response.headers["Retry-After"] = "5"
        return response
    except ClientDisconnect:
        return call.failure(400, "The caller hung up", status="invalid_payload")
    except Exception as error:
        # neither the exception's text nor its locals: they may hold what was sent
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{frame.name}:{frame.lineno}"
        log.error("a webhook failed", request_id=call.request_id, error=type(error).__name__, where=where)
        return call.failure(500, "Internal error", status="error")


async def body_of(request: Request, *, most: int) -> bytes:
    """Return the body; raises Refused as soon as it is known to be longer than `most` bytes."""
    said = request.headers.get("content-length", "")
    too_large = Refused(413, "Payload too large", status="invalid_payload")
    if said.isdecimal() and int(said[:20]) > most:
        raise too_large
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise too_large
    return bytes(body)
