"""Users: who may log in, as what, and for which account. Admins administer those of every account."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Body, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.responses import Response

from api.auth import Administering, authenticator_of
from api.exact_json import exact
from api.identity import COLUMNS, Change, LastAdmin, NameTaken, UnknownUser, UserRow, add_user, change_user
from api.login import NewPassword
from api.pagination import Asked, Cursor, Page, paged
from api.pool import fetch, transaction
from api.problems import PROBLEMS, Problem
from api.roles import UserRole

router = APIRouter(tags=["users"], responses=PROBLEMS)

Username = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$", description="of nobody else")]
AccountId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


class NewUser(BaseModel):
    """Somebody who is to log in."""

    model_config = ConfigDict(extra="forbid")

    username: Username
    password: NewPassword
    role: UserRole
    account_id: AccountId


class UserChange(BaseModel):
    """What is to become of a user; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    role: UserRole | None = None
    is_disabled: bool | None = None
    account_id: AccountId | None = None
    password: NewPassword | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if all(value is None for value in (self.role, self.is_disabled, self.account_id, self.password)):
            raise ValueError("name at least one of role, is_disabled, account_id, password")
        return self


@router.get("/users", operation_id="list_users", summary="Users", response_model=Page[UserRow])
async def listed(asking: Administering, asked: Asked, request: Request) -> Response:
    """Users of all accounts, newest first."""
    rows = await fetch(
        request.app.state.pool,
        f"""SELECT {COLUMNS} FROM users WHERE (created_at, user_id) < ($1, $2)
             ORDER BY created_at DESC, user_id DESC LIMIT $3""",
        asked.after.at,
        asked.after.id,
        asked.limit + 1,
    )
    found = [UserRow(**row) for row in rows]
    return paged(found, asked, lambda row: Cursor(row.created_at, row.user_id))


@router.post(
    "/users",
    operation_id="add_user",
    summary="Add a user",
    response_model=UserRow,
    status_code=201,
    responses={409: PROBLEMS[401] | {"description": "There is a user of that name"}},
)
async def add(asking: Administering, request: Request, wanted: Annotated[NewUser, Body()]) -> Response:
    """Add a user, who may log in at once."""
    authenticator = authenticator_of(request)
    password_hash = await authenticator.hash(wanted.password)
    try:
        async with transaction(request.app.state.pool) as connection:
            user = await add_user(
                connection,
                username=wanted.username,
                password_hash=password_hash,
                role=wanted.role,
                account_id=wanted.account_id,
                by=asking.username,
                at=authenticator.now(),
            )
    except NameTaken as error:
        raise Problem(409, "there is a user of that name") from error
    answer = exact(user)
    answer.status_code = 201
    return answer


@router.patch(
    "/users/{user_id}",
    operation_id="change_user",
    summary="Change a user",
    response_model=UserRow,
    responses={
        404: PROBLEMS[401] | {"description": "There is no such user"},
        409: PROBLEMS[401] | {"description": "It is the last enabled admin"},
    },
)
async def change(
    user_id: UUID, asking: Administering, request: Request, wanted: Annotated[UserChange, Body()]
) -> Response:
    """Change a user's role, account or password, disable or enable it: from its next request on.

    Another password, or being disabled, ends its sessions. The last enabled admin stays one.
    """
    authenticator = authenticator_of(request)
    password_hash = None if wanted.password is None else await authenticator.hash(wanted.password)
    change = Change(wanted.role, wanted.is_disabled, wanted.account_id, password_hash)
    try:
        async with transaction(request.app.state.pool) as connection:
            user, _ = await change_user(connection, user_id, change, by=asking.username, at=authenticator.now())
    except UnknownUser as error:
        raise Problem(404, "there is no such user") from error
    except LastAdmin as error:
        raise Problem(409, "nobody could administer the platform any more: make another admin first") from error
    finally:
        authenticator.callers.forget(user_id)
    return exact(user)
