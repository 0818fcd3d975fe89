"""Logging in, and who is asking.

A token is a JWT of 24 hours, HS256 and nothing else, for one account. Routes answer for the account in the token only.
Tokens live by the wall's clock, whatever the platform's clock is.
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import jwt
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError
from fastapi import APIRouter, Depends, Request
from fastapi.security import HTTPBearer
from pydantic import BaseModel, ConfigDict, Field

from api.problems import PROBLEMS, Problem
from api.throttle import Throttle
from streams.logs import logger
from streams.settings import InvalidSettings, Settings

LIFETIME = timedelta(hours=24)
ALGORITHM = "HS256"
ISSUER = AUDIENCE = "tapestream"
KIND = "at+jwt"
CLAIMS = ("exp", "iat", "nbf", "aud", "iss", "sub", "account_id")
FAILURES_MAX, FAILURES_OF_ADDRESS_MAX, WINDOW_S = 5, 50, 60.0
BASIC_REMEMBERED_S = 300.0

log = logger(__name__)


Role = Literal["viewer", "trader", "admin", "service"]
Permission = Literal["read", "trade", "administer"]

PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    "viewer": frozenset({"read"}),
    "trader": frozenset({"read", "trade"}),
    "admin": frozenset({"read", "trade", "administer"}),
    "service": frozenset({"read", "trade"}),
}
"""What a role may do; a service at most this, and no more than its key names."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking, for which account, and what that caller may do."""

    username: str
    account_id: str
    role: Role = "admin"
    permissions: frozenset[Permission] = PERMISSIONS["admin"]


class Credentials(BaseModel):
    """A login."""

    model_config = ConfigDict(extra="forbid")

    username: str = Field(min_length=1, max_length=128)
    password: str = Field(min_length=1, max_length=1024)


class TokenIssued(BaseModel):
    """A token to send as `Authorization: Bearer ...`."""

    access_token: str
    token_type: str = "bearer"
    expires_in: int = Field(description="seconds")


class Authenticator:
    """Checks logins and tokens, and remembers failures.

    raises   InvalidSettings when a secret it needs is missing or is not what it should be
    """

    def __init__(
        self,
        settings: Settings,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        security = settings.security
        self._secret = security.jwt_secret.get_secret_value()
        self._caller = Caller(security.username, settings.risk.account_id)
        self._password_hash = security.password_hash.get_secret_value()
        missing = [
            f"{name}: is not set"
            for name, value in (
                ("JWT_SECRET", self._secret),
                ("TAPESTREAM_USERNAME", security.username),
                ("TAPESTREAM_PASSWORD_HASH", self._password_hash),
            )
            if not value
        ]
        if missing:
            raise InvalidSettings("\n".join(missing))
        try:
            self._hasher = PasswordHasher.from_parameters(extract_parameters(self._password_hash))
        except InvalidHashError as error:
            raise InvalidSettings("TAPESTREAM_PASSWORD_HASH: is not an argon2 hash") from error
        if not self._password_hash.startswith("$argon2id$"):
            raise InvalidSettings("TAPESTREAM_PASSWORD_HASH: is not an argon2id hash")
        # a wrong name costs as long as a wrong password
        self._dummy_hash = self._hasher.hash(secrets.token_urlsafe(16))
        self._now, self._timer = now, timer
        self._one_at_a_time = asyncio.Lock()
        self._failures = Throttle(limit=FAILURES_MAX, window_s=WINDOW_S)
        self._failures_of_address = Throttle(limit=FAILURES_OF_ADDRESS_MAX, window_s=WINDOW_S)
        self._remembering_key = secrets.token_bytes(32)
        self._remembered: tuple[bytes, float] | None = None

    async def log_in(self, username: str, password: str, *, address: str) -> Caller:
        """Return who logged in; raises Problem 401 when name or password is wrong, 429 after too many failures."""
        key = (username, address)
        self._refuse_throttled(key, address)
        # one at a time: argon2 takes memory, and guesses sent side by side are still counted one by one
        async with self._one_at_a_time:
            self._refuse_throttled(key, address)
            known = hmac.compare_digest(username.encode(), self._caller.username.encode())
            right = await asyncio.to_thread(self._verify, self._password_hash if known else self._dummy_hash, password)
            if not (known and right):
                now = self._timer()
                self._failures.fail(key, now=now)
                self._failures_of_address.fail(address, now=now)
                log.warning("login failed", address=address)
                raise unauthorized("the name or the password is wrong")
            self._failures.forgive(key)
        return self._caller

    async def log_in_remembered(self, username: str, password: str, *, address: str) -> Caller:
        """Like `log_in`, for clients that send name and password with every request: argon2 once in five minutes."""
        text = f"{len(username)}:{username}{password}".encode()
        digest = hmac.digest(self._remembering_key, text, hashlib.sha256)
        if self._remembered is not None:
            known, until = self._remembered
            if until > self._timer() and hmac.compare_digest(known, digest):
                return self._caller
        caller = await self.log_in(username, password, address=address)
        self._remembered = (digest, self._timer() + BASIC_REMEMBERED_S)
        return caller

    def issue(self, caller: Caller) -> TokenIssued:
        """Return a token for a caller."""
        now = self._now()
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": caller.username,
            "account_id": caller.account_id,
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME,
        }
        token = jwt.encode(claims, self._secret, algorithm=ALGORITHM, headers={"typ": KIND})
        return TokenIssued(access_token=token, expires_in=int(LIFETIME.total_seconds()))

    def read(self, token: str) -> Caller:
        """Return whom a token is for; raises Problem 401 when it is not one of ours or not valid now."""
        try:
            # keys named or carried by a token (kid, jku, jwk, x5u) are never looked at, and never accepted
            if jwt.get_unverified_header(token) != {"alg": ALGORITHM, "typ": KIND}:
                raise jwt.InvalidTokenError
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={"require": list(CLAIMS), "verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )
            username, account_id = claims["sub"], claims["account_id"]
            begins, issued, ends = (float(claims[name]) for name in ("nbf", "iat", "exp"))
        except (jwt.PyJWTError, TypeError, ValueError) as error:
            raise unauthorized("the token is not valid", bearer_error="invalid_token") from error
        now = self._now().timestamp()
        in_time = begins - 1 <= now < ends and issued - 1 <= now
        if not in_time or Caller(username, account_id) != self._caller:
            raise unauthorized("the token is not valid", bearer_error="invalid_token")
        return self._caller

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except VerificationError:
            return False

    def _refuse_throttled(self, key: tuple[str, str], address: str) -> None:
        now = self._timer()
        wait_s = max(self._failures.wait_s(key, now=now), self._failures_of_address.wait_s(address, now=now))
        if wait_s > 0:
            headers = {"Retry-After": str(int(wait_s) + 1)}
            raise Problem(429, "too many failed logins: wait and try again", headers=headers)


def unauthorized(detail: str, *, bearer_error: str | None = None, basic: str | None = None) -> Problem:
    """Return the 401 that says how to show who one is."""
    challenge = 'Bearer realm="tapestream"' + (f', error="{bearer_error}"' if bearer_error else "")
    return Problem(401, detail, headers={"WWW-Authenticate": challenge + (f", {basic}" if basic else "")})


def authenticator_of(request: Request) -> Authenticator:
    """Return the app's authenticator."""
    found = request.app.state.authenticator
    assert isinstance(found, Authenticator)
    return found


def address_of(request: Request) -> str:
    """Return the address that the connection comes from."""
    return request.client.host if request.client else "unknown"


_bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="the access_token of POST /auth/login")


async def caller(request: Request, _: Annotated[object, Depends(_bearer)]) -> Caller:
    """Return whom the request's token is for; raises Problem 401 without a valid one."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not value:
        raise unauthorized("a token is needed: POST /auth/login gives one")
    return authenticator_of(request).read(value.strip())


async def caller_or_login(request: Request) -> Caller:
    """Like `caller`, and takes HTTP Basic with the login too: for browsers, and clients that know nothing of tokens."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    try:
        if scheme.lower() == "bearer":
            return authenticator_of(request).read(value.strip())
        if scheme.lower() == "basic":
            username, _, password = base64.b64decode(value.strip(), validate=True).decode().partition(":")
            return await authenticator_of(request).log_in_remembered(username, password, address=address_of(request))
    except (binascii.Error, UnicodeDecodeError):
        pass  # not a login: asked for one below
    except Problem as problem:
        if problem.status != 401:
            raise
        raise unauthorized(problem.detail, basic=_BASIC) from problem
    raise unauthorized("a login is needed, as HTTP Basic or a bearer token", basic=_BASIC)


_BASIC = 'Basic realm="tapestream", charset="UTF-8"'


@dataclass(frozen=True, slots=True)
class Permitted:
    """A dependency that gives the caller; it raises Problem 403 when the caller lacks a permission."""

    permission: Permission

    def __call__(self, asking: Annotated[Caller, Depends(caller)]) -> Caller:
        if self.permission not in asking.permissions:
            raise Problem(403, f"this needs the permission to {self.permission}")
        return asking


Asking = Annotated[Caller, Depends(Permitted("read"))]
"""A route's parameter that needs a caller, and tells who it is."""
Trading = Annotated[Caller, Depends(Permitted("trade"))]
"""Of a route that changes what is traded."""
Administering = Annotated[Caller, Depends(Permitted("administer"))]
"""Of a route that changes the platform."""

router = APIRouter(tags=["login"])


@router.post(
    "/auth/login",
    operation_id="log_in",
    summary="Log in",
    responses={401: PROBLEMS[401], 422: PROBLEMS[422], 429: PROBLEMS[401] | {"description": "Too many failed logins"}},
)
async def log_in(credentials: Credentials, request: Request) -> TokenIssued:
    """Give a token of 24 hours for a name and a password. Five failures a minute, then 429 with Retry-After."""
    authenticator = authenticator_of(request)
    found = await authenticator.log_in(credentials.username, credentials.password, address=address_of(request))
    return authenticator.issue(found)
