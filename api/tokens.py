"""Tokens: a JWT of 24 hours, HS256 and nothing else, that names a session.

What its owner may do stands in Postgres. Tokens live by the wall's clock, whatever the platform's clock is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import jwt
from cachetools import LRUCache
from pydantic import BaseModel, Field

from api.problems import Problem, unauthorized

LIFETIME = timedelta(hours=24)
ALGORITHM = "HS256"
ISSUER = AUDIENCE = "tapestream"
KIND = "at+jwt"
READ_MAX = 1_000
"""Tokens of ours whose signature is not computed again."""
CLAIMS = ("exp", "iat", "nbf", "aud", "iss", "sub", "sid")


class TokenIssued(BaseModel):
    """A token to send as `Authorization: Bearer ...`."""

    access_token: str
    token_type: str = "bearer"
    expires_in: int = Field(description="seconds")


@dataclass(frozen=True, slots=True)
class Named:
    """What a valid token names: a session, and whose it was when it was issued."""

    session_id: UUID
    username: str


class _Read(NamedTuple):
    """A token that is one of ours: what it names, and the seconds since 1970 that it says."""

    named: Named
    begins: float
    issued: float
    ends: float


class Tokens:
    """Issues and reads tokens.

    now  the wall's clock
    """

    def __init__(self, secret: str, *, now: Callable[[], datetime]) -> None:
        self._secret = secret
        self._now = now
        self._read: LRUCache[str, _Read] = LRUCache(READ_MAX)

    def issue(self, named: Named, *, account_id: str) -> TokenIssued:
        """Return a token for a session; the account is for its owner to read, and decides nothing."""
        now = self._now()
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": named.username,
            "sid": str(named.session_id),
            "account_id": account_id,
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME,
        }
        token = jwt.encode(claims, self._secret, algorithm=ALGORITHM, headers={"typ": KIND})
        return TokenIssued(access_token=token, expires_in=int(LIFETIME.total_seconds()))

    def read(self, token: str) -> Named:
        """Return what a token names; raises Problem 401 when it is not one of ours or not valid now."""
        read = self._read.get(token)
        if read is None:
            read = self._read[token] = self._checked(token)
        now = self._now().timestamp()
        if not (read.begins - 1 <= now < read.ends and read.issued - 1 <= now):
            raise invalid_token()
        return read.named

    def _checked(self, token: str) -> _Read:
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
            begins, issued, ends = (float(claims[name]) for name in ("nbf", "iat", "exp"))
            return _Read(Named(UUID(claims["sid"]), claims["sub"]), begins, issued, ends)
        except (jwt.PyJWTError, TypeError, ValueError, AttributeError) as error:
            raise invalid_token() from error


def invalid_token() -> Problem:
    """Return the 401 of a token or key that opens nothing, whatever the reason."""
    return unauthorized("the token is not valid", bearer_error="invalid_token")
