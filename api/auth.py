"""Who is asking: the parameters by which a route gets its caller, and says what that caller must be permitted.

A caller shows a token of `POST /auth/login`, or a service's key. Its role and account are what Postgres says of it at
this request, whatever a token says.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyHeader, HTTPBearer

from api.authenticator import Authenticator
from api.problems import Problem, unauthorized, unavailable
from api.request_limits import asked_in, too_many
from api.roles import PERMISSIONS, Caller, Permission, Role

__all__ = [
    "PERMISSIONS",
    "READING",
    "Administering",
    "Asking",
    "Authenticator",
    "Caller",
    "Permission",
    "Permitted",
    "PermittedOrLogin",
    "Role",
    "Trading",
    "address_of",
    "authenticator_of",
    "caller",
    "caller_or_login",
    "credential_of",
]

_BASIC = 'Basic realm="tapestream", charset="UTF-8"'
_bearer = HTTPBearer(auto_error=False, description="the access_token of POST /auth/login, or a key of POST /api-keys")
_key = APIKeyHeader(name="X-API-Key", auto_error=False, description="a key of POST /api-keys")


def authenticator_of(request: Request) -> Authenticator:
    """Return the app's authenticator."""
    found = request.app.state.authenticator
    assert isinstance(found, Authenticator)
    return found


def address_of(request: Request) -> str:
    """Return the address that the connection comes from."""
    return request.client.host if request.client else "unknown"


def credential_of(request: Request) -> str:
    """Return the token or key that a request shows; raises Problem 401 when it shows none."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if not scheme:
        value = request.headers.get("x-api-key", "")
    elif scheme.lower() != "bearer":
        value = ""
    if not value.strip():
        raise unauthorized("a token is needed: POST /auth/login gives one")
    return value.strip()


async def caller(request: Request) -> Caller:
    """Return whom the request's token or key is for, as things stand now.

    An answer that goes on for long asks again, and ends when this raises.

    raises   Problem 401 without a valid one, 429 when its account asks too often, 503 when Postgres cannot say
    """
    credential = credential_of(request)
    return _counted(request, await authenticator_of(request).read(request.app.state.pool, credential))


def _counted(request: Request, found: Caller) -> Caller:
    asked = asked_in(request.scope)
    refusal = None if asked is None else asked.count_account(found.account_id)
    if refusal is not None:
        raise too_many(refusal)
    return found


async def caller_or_login(request: Request) -> Caller:
    """Like `caller`, and takes HTTP Basic with the login too: for browsers, and clients that know nothing of tokens."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    try:
        if scheme.lower() != "basic":
            return await caller(request)
        username, _, password = base64.b64decode(value.strip(), validate=True).decode().partition(":")
        found = await authenticator_of(request).log_in_remembered(
            request.app.state.pool, username, password, address=address_of(request)
        )
        return _counted(request, found)
    except (binascii.Error, UnicodeDecodeError):
        raise unauthorized("a login is needed, as HTTP Basic or a bearer token", basic=_BASIC) from None
    except Problem as problem:
        if problem.status != 401:
            raise
        raise unauthorized(problem.detail, basic=_BASIC) from problem


@dataclass(frozen=True, slots=True)
class Permitted:
    """A dependency that gives the caller; it raises Problem 403 when the caller lacks a permission."""

    permission: Permission

    async def __call__(  # one that is not async would be run in a thread, at each request
        self,
        asking: Annotated[Caller, Depends(caller)],
        _bearer: Annotated[object, Depends(_bearer)],
        _key: Annotated[object, Depends(_key)],
    ) -> Caller:
        return _permitted(asking, self.permission)


@dataclass(frozen=True, slots=True)
class PermittedOrLogin:
    """Like `Permitted`, of a route that takes HTTP Basic too."""

    permission: Permission

    async def __call__(self, asking: Annotated[Caller, Depends(caller_or_login)]) -> Caller:
        return _permitted(asking, self.permission)


def _permitted(asking: Caller, permission: Permission) -> Caller:
    if permission not in asking.permissions:
        raise Problem(403, f"this needs the permission to {permission}")
    if asking.is_remembered and permission == "administer":
        raise unavailable("the database")
    return asking


Asking = Annotated[Caller, Depends(Permitted("read"))]
"""A route's parameter that needs a caller, and tells who it is."""
Trading = Annotated[Caller, Depends(Permitted("trade"))]
"""Of a route that changes what is traded."""
Administering = Annotated[Caller, Depends(Permitted("administer"))]
"""Of a route that changes the platform."""
READING = Depends(PermittedOrLogin("read"))
"""The same as `Asking` for routes that take HTTP Basic too, of which nobody asks who it is."""
