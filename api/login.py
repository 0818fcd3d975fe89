"""Logging in and out, and one's own password."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.auth import Asking, Caller, address_of, authenticator_of
from api.exact_json import exact
from api.identity import Change, change_user, end_sessions
from api.pool import transaction
from api.problems import PROBLEMS, Problem, invalid_field
from api.roles import Permission, Role
from api.tokens import Named, TokenIssued, invalid_token

router = APIRouter(tags=["login"])

PASSWORD_MIN, PASSWORD_MAX = 12, 1024
NewPassword = Annotated[str, Field(min_length=PASSWORD_MIN, max_length=PASSWORD_MAX)]
_THROTTLED = PROBLEMS[401] | {"description": "Too many failed logins"}


class Credentials(BaseModel):
    """A login."""

    model_config = ConfigDict(extra="forbid")

    username: str = Field(min_length=1, max_length=128)
    password: str = Field(min_length=1, max_length=PASSWORD_MAX)


class LoggingOut(BaseModel):
    """What to log out of."""

    model_config = ConfigDict(extra="forbid")

    everywhere: bool = Field(default=False, description="all sessions of this user, not only this one")


class NewOwnPassword(BaseModel):
    """Another password."""

    model_config = ConfigDict(extra="forbid")

    current_password: str = Field(min_length=1, max_length=PASSWORD_MAX)
    new_password: NewPassword


class SessionsEnded(BaseModel):
    """What was ended."""

    sessions_ended: int


class Me(BaseModel):
    """Who is asking."""

    username: str
    account_id: str
    role: Role
    permissions: list[Permission]
    user_id: UUID | None = Field(description="null of a service")
    environment: Literal["paper", "live"] = Field(description="live: with real money")


@router.post(
    "/auth/login",
    operation_id="log_in",
    summary="Log in",
    responses={401: PROBLEMS[401], 422: PROBLEMS[422], 429: _THROTTLED, 503: PROBLEMS[503]},
)
async def log_in(credentials: Credentials, request: Request) -> TokenIssued:
    """Give a token of 24 hours for a name and a password. Five failures a minute, then 429 with Retry-After."""
    return await authenticator_of(request).log_in(
        request.app.state.pool, credentials.username, credentials.password, address=address_of(request)
    )


@router.get("/auth/me", operation_id="get_me", summary="Who is asking", response_model=Me, responses=PROBLEMS)
async def me(asking: Asking, request: Request) -> Response:
    """Who the token or key is for, and what it permits now."""
    return exact(
        Me(
            username=asking.username,
            account_id=asking.account_id,
            role=asking.role,
            permissions=sorted(asking.permissions),
            user_id=asking.user_id,
            environment="live" if request.app.state.settings.trades_real_money else "paper",
        )
    )


@router.post(
    "/auth/logout", operation_id="log_out", summary="Log out", response_model=SessionsEnded, responses=PROBLEMS
)
async def log_out(asking: Asking, request: Request, wanted: Annotated[LoggingOut | None, Body()] = None) -> Response:
    """End this session, or all of one's sessions: their tokens open nothing from now on.

    With 503 this session is over here already, and to be ended once more so that it stays so after a restart.
    """
    user_id, named = _session_of(asking)
    everywhere = wanted is not None and wanted.everywhere
    callers = authenticator_of(request).callers
    try:
        async with transaction(request.app.state.pool) as connection:
            ended = await end_sessions(
                connection, user_id, by=asking.username, only=None if everywhere else named.session_id
            )
    finally:
        callers.end_session(named)
        if everywhere:
            callers.forget(user_id)
    return exact(SessionsEnded(sessions_ended=len(ended)))


@router.post(
    "/auth/password",
    operation_id="change_own_password",
    summary="Change one's password",
    response_model=SessionsEnded,
    responses=PROBLEMS | {429: _THROTTLED},
)
async def change_own_password(asking: Asking, request: Request, wanted: Annotated[NewOwnPassword, Body()]) -> Response:
    """Change one's own password. Every other session ends; guesses at the current one count as failed logins."""
    user_id, named = _session_of(asking)
    authenticator, pool = authenticator_of(request), request.app.state.pool
    try:
        await authenticator.verified(pool, asking.username, wanted.current_password, address=address_of(request))
    except Problem as problem:
        if problem.status != 401:
            raise
        raise invalid_field("current_password", "is not the password", location="body") from problem
    change = Change(password_hash=await authenticator.hash(wanted.new_password))
    try:
        async with transaction(pool) as connection:
            _, ended = await change_user(
                connection, user_id, change, by=asking.username, at=authenticator.now(), keep=named.session_id
            )
            # whoever ended this session meanwhile, by another password perhaps, has the last word
            if not await connection.fetchval(
                "SELECT EXISTS (SELECT FROM sessions WHERE session_id = $1)", named.session_id
            ):
                raise invalid_token()
    finally:
        authenticator.callers.forget(user_id)
    return exact(SessionsEnded(sessions_ended=ended))


def _session_of(asking: Caller) -> tuple[UUID, Named]:
    if asking.user_id is None or asking.session_id is None:
        raise Problem(403, "a key has no session and no password: this is for users")
    return asking.user_id, Named(asking.session_id, asking.username)
