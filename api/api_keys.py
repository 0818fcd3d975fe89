"""Keys of services: programs that read or trade without anybody's password."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.auth import Administering, authenticator_of
from api.exact_json import exact
from api.keys import COLUMNS, KeyRow, Scope, UnknownKey, add_key, revoke_key
from api.pagination import Asked, Cursor, Page, paged
from api.pool import fetch, transaction
from api.problems import PROBLEMS, Problem, invalid_field
from api.users import AccountId

router = APIRouter(tags=["users"], responses=PROBLEMS)


KeyName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._ -]{0,63}$", description="of the service, for people")]


class NewKey(BaseModel):
    """A key that is to be made."""

    model_config = ConfigDict(extra="forbid")

    name: KeyName
    permissions: tuple[Scope, ...] = Field(min_length=1, max_length=2)
    account_id: AccountId | None = Field(default=None, description="by default that of who makes it")
    expires_at: AwareDatetime | None = Field(default=None, description="by default never")


class KeyMade(KeyRow):
    """A key with its text, which is told this once."""

    key: str = Field(description="to send as `Authorization: Bearer ts_...` or as `X-API-Key`")


@router.get("/api-keys", operation_id="list_api_keys", summary="Keys of services", response_model=Page[KeyRow])
async def listed(asking: Administering, asked: Asked, request: Request) -> Response:
    """Keys of all accounts, revoked ones too, newest first."""
    rows = await fetch(
        request.app.state.pool,
        f"""SELECT {COLUMNS} FROM api_keys WHERE (created_at, key_id) < ($1, $2)
             ORDER BY created_at DESC, key_id DESC LIMIT $3""",
        asked.after.at,
        asked.after.id,
        asked.limit + 1,
    )
    found = [KeyRow(**row) for row in rows]
    return paged(found, asked, lambda row: Cursor(row.created_at, row.key_id))


@router.post("/api-keys", operation_id="add_api_key", summary="Make a key", response_model=KeyMade, status_code=201)
async def add(asking: Administering, request: Request, wanted: Annotated[NewKey, Body()]) -> Response:
    """Make a key for a service. Its text is in this answer and nowhere else."""
    now = authenticator_of(request).now()
    if wanted.expires_at is not None and wanted.expires_at <= now:
        raise invalid_field("expires_at", "lies in the past", location="body")
    async with transaction(request.app.state.pool) as connection:
        key, text = await add_key(
            connection,
            name=wanted.name,
            account_id=wanted.account_id or asking.account_id,
            permissions=wanted.permissions,
            expires_at=wanted.expires_at,
            by=asking.username,
            at=now,
        )
    answer = exact(KeyMade(**dict(key), key=text))
    answer.status_code = 201
    return answer


@router.delete(
    "/api-keys/{key_id}",
    operation_id="revoke_api_key",
    summary="Revoke a key",
    response_model=KeyRow,
    responses={404: PROBLEMS[401] | {"description": "There is no such key"}},
)
async def revoke(key_id: UUID, asking: Administering, request: Request) -> Response:
    """Revoke a key: it opens nothing from now on. It stays in the list; revoked twice, it was revoked once."""
    authenticator = authenticator_of(request)
    try:
        async with transaction(request.app.state.pool) as connection:
            key = await revoke_key(connection, key_id, by=asking.username, at=authenticator.now())
    except UnknownKey as error:
        raise Problem(404, "there is no such key") from error
    finally:
        authenticator.callers.forget(key_id)
    return exact(key)
