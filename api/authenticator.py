"""Checks passwords, tokens and keys against Postgres, and holds guessing off."""

import asyncio
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError
from cachetools import TTLCache

from api.callers import Callers
from api.identity import Configured, Login, apply_configured, begin_session, login_of
from api.keys import read_key
from api.pool import Pool, transaction
from api.problems import Problem, unauthorized
from api.roles import PERMISSIONS, Caller
from api.throttle import Throttle
from api.tokens import Named, TokenIssued, Tokens, invalid_token
from streams.logs import logger
from streams.settings import InvalidSettings, Settings

FAILURES_MAX, FAILURES_OF_ADDRESS_MAX, WINDOW_S = 5, 50, 60.0
BASIC_REMEMBERED_S, BASIC_REMEMBERED_MAX = 300.0, 1_000

log = logger(__name__)


class Authenticator:
    """Who somebody is, by password, token or key; one for each process.

    now      the wall's clock
    timer    seconds of a clock that does not go back
    callers  what this process remembers of those it has verified; whoever changes a user tells it
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
        secret = security.jwt_secret.get_secret_value()
        password_hash = security.password_hash.get_secret_value()
        missing = [
            f"{name}: is not set"
            for name, value in (
                ("JWT_SECRET", secret),
                ("TAPESTREAM_USERNAME", security.username),
                ("TAPESTREAM_PASSWORD_HASH", password_hash),
            )
            if not value
        ]
        if missing:
            raise InvalidSettings("\n".join(missing))
        try:
            # one cost for all, so that neither a wrong name nor another user can be told by the time it takes
            self._hasher = PasswordHasher.from_parameters(extract_parameters(password_hash))
        except InvalidHashError as error:
            raise InvalidSettings("TAPESTREAM_PASSWORD_HASH: is not an argon2 hash") from error
        if not password_hash.startswith("$argon2id$"):
            raise InvalidSettings("TAPESTREAM_PASSWORD_HASH: is not an argon2id hash")
        self.callers = Callers(timer=timer)
        self.now = now
        self._tokens = Tokens(secret, now=now)
        self._configured = Configured(security.username, password_hash, settings.risk.account_id)
        self._is_settled, self._settling = False, asyncio.Lock()
        self._dummy_hash = self._hasher.hash(secrets.token_urlsafe(16))
        self._timer = timer
        self._one_at_a_time = asyncio.Lock()
        self._failures = Throttle(limit=FAILURES_MAX, window_s=WINDOW_S)
        self._failures_of_address = Throttle(limit=FAILURES_OF_ADDRESS_MAX, window_s=WINDOW_S)
        self._remembering_key = secrets.token_bytes(32)
        self._remembered: TTLCache[bytes, bool] = TTLCache(BASIC_REMEMBERED_MAX, BASIC_REMEMBERED_S, timer)

    async def log_in(self, pool: Pool, username: str, password: str, *, address: str) -> TokenIssued:
        """Begin a session and return its token.

        raises   Problem 401 when name or password is wrong or the user is disabled, 429 after too many failures, 503
        """
        user = await self.verified(pool, username, password, address=address)
        async with transaction(pool) as connection:
            session_id = await begin_session(connection, user, address=address, at=self.now())
        if session_id is None:  # it was changed while its password was looked at
            raise _wrong()
        return self._tokens.issue(Named(session_id, user.username), account_id=user.account_id)

    async def verified(self, pool: Pool, username: str, password: str, *, address: str) -> Login:
        """Return the user whose name and password these are; raises Problem as `log_in` does."""
        key = (username, address)
        self._refuse_throttled(key, address)
        user = await self._login_of(pool, username)
        # one at a time: argon2 takes memory, and guesses sent side by side are still counted one by one
        async with self._one_at_a_time:
            self._refuse_throttled(key, address)
            found = self._dummy_hash if user is None else user.password_hash
            # a wrong name costs as long as a wrong password
            right = await asyncio.to_thread(self._verify, found, password)
            if user is None or user.is_disabled or not right:
                now = self._timer()
                self._failures.fail(key, now=now)
                self._failures_of_address.fail(address, now=now)
                log.warning("login failed", address=address)
                raise _wrong()
            self._failures.forgive(key)
        return user

    async def log_in_remembered(self, pool: Pool, username: str, password: str, *, address: str) -> Caller:
        """Return who sends name and password with every request: argon2 once in five minutes, and no session."""
        user = await self._login_of(pool, username)
        # with the hash in it, what is remembered ends with the password
        digest = None if user is None or user.is_disabled else self._digest(user, password)
        if digest not in self._remembered:
            user = await self.verified(pool, username, password, address=address)
            self._remembered[self._digest(user, password)] = True
        assert user is not None
        return Caller(user.username, user.account_id, user.role, PERMISSIONS[user.role], user_id=user.user_id)

    async def read(self, pool: Pool, credential: str) -> Caller:
        """Return whose token or key this is.

        raises   Problem 401 when it opens nothing now, 503 when Postgres cannot say and memory does not know
        """
        key = read_key(credential)
        named = None if key is not None else self._tokens.read(credential)
        await self._settle(pool)
        if key is not None:
            found = await self.callers.of_key(pool, key, at=self.now())
        else:
            assert named is not None
            found = await self.callers.of_session(pool, named, at=self.now())
        if found is None:
            raise invalid_token()
        return found

    async def hash(self, password: str) -> str:
        """Return the argon2id hash of a password."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def _settle(self, pool: Pool) -> None:
        """See to it, once a process, that the admin is as the settings say; raises Problem 503."""
        if self._is_settled:
            return
        async with self._settling:
            if not self._is_settled:
                async with transaction(pool) as connection:
                    await apply_configured(connection, self._configured, at=self.now())
                self._is_settled = True

    async def _login_of(self, pool: Pool, username: str) -> Login | None:
        await self._settle(pool)
        async with transaction(pool) as connection:
            return await login_of(connection, username)

    def _digest(self, user: Login, password: str) -> bytes:
        text = f"{user.username}\0{user.password_hash}\0{password}"
        return hmac.digest(self._remembering_key, text.encode(), hashlib.sha256)

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    def _refuse_throttled(self, key: tuple[str, str], address: str) -> None:
        now = self._timer()
        wait_s = max(self._failures.wait_s(key, now=now), self._failures_of_address.wait_s(address, now=now))
        if wait_s > 0:
            headers = {"Retry-After": str(int(wait_s) + 1)}
            raise Problem(429, "too many failed logins: wait and try again", headers=headers)


def _wrong() -> Problem:
    return unauthorized("the name or the password is wrong")
