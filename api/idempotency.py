"""A request that is sent again has its effect once: the header Idempotency-Key, as the IETF drafts it.

The first answer is kept for 24 hours in Postgres, by account, caller and key, and given again to the same request,
whichever process is asked. A refused request has done nothing and may be sent again under its key. A lock, held in a
transaction, is what makes a duplicate that comes meanwhile known as such: it falls with the process that holds it.

While Postgres is away no answer is kept, and the effect is still single: the id of the event derives from the key.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Annotated, Any
from uuid import UUID

import asyncpg
from fastapi import Header, Request
from pydantic import BaseModel
from starlette.responses import Response

from api.auth import Caller
from api.claims import AWAY
from api.pool import Pool
from api.problems import FieldError, Problem, ProblemBody
from schemas.ids import derived_id
from streams.logs import logger

log = logger(__name__)

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
"""Header of an answer that is given again."""
KeyHeader = Annotated[
    str | None,
    Header(
        alias=HEADER,
        description="1 to 255 visible ASCII characters, chosen anew for each request that is meant to have an effect; "
        "the same request under the same key gets the first answer again, for 24 hours",
    ),
]
ANSWERS: dict[int | str, dict[str, Any]] = {
    400: {"model": ProblemBody, "description": "The idempotency key is missing or has a form it must not have"},
    409: {"model": ProblemBody, "description": "A request with this key is still worked on, or it is too late for it"},
}
"""What a route that takes a key may answer, for OpenAPI."""

_FORM = re.compile(r'"?([\x21\x23-\x7e]{1,255})"?', re.ASCII)
_WITHIN_S = 1.0

_KEPT = """
SELECT fingerprint, status, body FROM idempotency_keys
 WHERE account_id = $1 AND caller = $2 AND key = $3 AND created_at > now() - interval '24 hours'
"""
_KEEP = """
INSERT INTO idempotency_keys (account_id, caller, key, fingerprint, request_id, status, body)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (account_id, caller, key) DO UPDATE
   SET fingerprint = EXCLUDED.fingerprint, request_id = EXCLUDED.request_id, status = EXCLUDED.status,
       body = EXCLUDED.body, created_at = now()
"""

Work = Callable[[str | None], Awaitable[tuple[Response, str]]]
"""Does what is asked, and returns the answer and the id of what was asked; takes what that id derives from."""


def required(key: str | None) -> str:
    """Return a key that must be there; raises Problem 400 naming the header."""
    if key is None:
        raise _bad("is needed, so that a request that is sent again does not order twice")
    return key


async def once(request: Request, asking: Caller, key: str | None, said: BaseModel | None, work: Work) -> Response:
    """Return the first answer to a request with a key, or that of `work`, which is kept; without a key just that.

    raises   Problem 400 for a key of another form, 409 while the first request is under way, 422 when the key came
             with another request, and what `work` raises
    """
    if key is None:
        return (await work(None))[0]
    found = _FORM.fullmatch(key.strip())
    if found is None or key.count('"') not in (0, 2):
        raise _bad("must be 1 to 255 visible ASCII characters")
    name = (asking.account_id, asking.username, found[1])
    route = f"{request.method} {request.url.path}"
    digest = hashlib.sha256(f"{route}\n{'' if said is None else said.model_dump_json()}".encode()).hexdigest()
    cause = derived_id("idempotent", asking.account_id, asking.username, route, found[1])
    async with _turn(request.app.state.pool, name) as connection:
        if connection is None:
            return (await work(cause))[0]
        if (first := await _first(connection, name)) is not None:
            if first["fingerprint"] != digest:
                raise _other_request()
            return Response(
                first["body"].encode(),
                status_code=first["status"],
                media_type="application/json",
                headers={REPLAYED: "true"},
            )
        answer, request_id = await work(cause)
        with suppress(*AWAY):
            async with asyncio.timeout(_WITHIN_S):
                body = bytes(answer.body).decode()
                await connection.execute(_KEEP, *name, digest, UUID(request_id), answer.status_code, body)
        return answer


async def _first(connection: "_Connection", name: tuple[str, str, str]) -> asyncpg.Record | None:
    """Return what is kept under a key; None when there is nothing, or it cannot be asked for."""
    with suppress(*AWAY):
        async with asyncio.timeout(_WITHIN_S):
            found: asyncpg.Record | None = await connection.fetchrow(_KEPT, *name)
            return found
    return None


_Connection = Any
"""asyncpg's, as the pool hands it out."""


@asynccontextmanager
async def _turn(pool: Pool, name: tuple[str, str, str]) -> AsyncIterator[_Connection | None]:
    """Hold the turn of a key, in a transaction; yields None while Postgres does not answer, raises Problem 409."""
    connection: _Connection | None = None
    transaction = None
    is_taken = False
    try:
        async with asyncio.timeout(_WITHIN_S):
            connection = await pool.acquire()
            transaction = connection.transaction()
            await transaction.start()
            lock = UUID(derived_id("idempotency-turn", *name)).int % 2**64 - 2**63
            is_taken = not await connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", lock)
    except AWAY as error:
        log.warning("idempotency keys are not kept: postgres does not answer", error=type(error).__name__)
        await _let_go(pool, connection, None)
        connection = transaction = None
    try:
        if is_taken:
            raise Problem(409, "a request with this idempotency key is still worked on")
        yield connection
    finally:
        await _let_go(pool, connection, transaction)


async def _let_go(pool: Pool, connection: _Connection | None, transaction: Any) -> None:
    """End the turn: what was kept is kept. A connection that cannot say so is given up."""
    if connection is None:
        return
    try:
        async with asyncio.timeout(_WITHIN_S):
            if transaction is not None:
                await transaction.commit()
    except AWAY as error:
        log.warning("an answer was not kept", error=type(error).__name__)
        connection.terminate()
    finally:
        with suppress(*AWAY):
            await pool.release(connection, timeout=_WITHIN_S)


def _bad(message: str) -> Problem:
    error = FieldError(field=HEADER, location="header", message=message, code="idempotency_key")
    return Problem(400, f"{HEADER} {message}", errors=[error])


def _other_request() -> Problem:
    message = "was sent before with another request"
    error = FieldError(field=HEADER, location="header", message=message, code="idempotency_key_reused")
    return Problem(422, f"{HEADER} {message}", errors=[error])
