"""`tapestream api-keys`: keys of programs that read or trade."""

from datetime import timedelta
from typing import Annotated, cast, get_args
from uuid import UUID

import typer
from rich.table import Table

from api.api_keys import KeyName
from api.keys import COLUMNS, KeyRow, Scope, UnknownKey, add_key, revoke_key
from api.users import AccountId
from compose.database import (
    BAD_OPTION,
    DEFAULT_HOME,
    HomeOption,
    Refused,
    done,
    fail,
    now,
    tell,
    text_of,
    user,
    valid,
)
from sinks.writes import Connection

app = typer.Typer(name="api-keys", no_args_is_help=True, help="Keys of programs.")


@app.command("list")
def list_keys(home: HomeOption = DEFAULT_HOME) -> None:
    """Print all keys, newest first; never their secrets."""

    async def ask(connection: Connection) -> list[KeyRow]:
        rows = await connection.fetch(f"SELECT {COLUMNS} FROM api_keys ORDER BY created_at DESC, key_id DESC")
        return [KeyRow(**row) for row in rows]

    table = Table(box=None, pad_edge=False)
    for column in ("id", "name", "key", "may", "account", "by", "last used", "until", "revoked"):
        table.add_column(column, no_wrap=column == "id", overflow="fold")
    rows = done(home, ask)
    for row in rows:
        table.add_row(
            str(row.key_id),
            row.name,
            f"ts_{row.prefix}_...",
            ", ".join(row.permissions),
            row.account_id,
            row.created_by,
            text_of(row.last_used_at),
            text_of(row.expires_at),
            text_of(row.revoked_at),
        )
    tell(table if rows else "no keys")


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="Of the program, for people.", show_default=False)],
    permission: Annotated[list[str], typer.Option("--may", help="read or trade; may be given twice.")] = ["read"],  # noqa: B006 -- typer's way to give a default
    account: Annotated[str | None, typer.Option(help="The account it sees and trades. [ACCOUNT_ID]")] = None,
    days: Annotated[int | None, typer.Option(min=1, max=3650, help="How long it is good; by default for ever.")] = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Make a key and print it. It is not kept, and cannot be printed again."""
    from compose import cli

    account_id = account or cli._settings().risk.account_id
    valid(KeyName, name, option="NAME")
    valid(AccountId, account_id, option="--account")
    for text in permission:
        if text not in get_args(Scope):
            fail(f"--may: {text!r} is neither read nor trade", code=BAD_OPTION)
    permissions = cast(tuple[Scope, ...], tuple(permission))

    async def work(connection: Connection) -> str:
        at = now()
        _, text = await add_key(
            connection,
            name=name,
            account_id=account_id,
            permissions=permissions,
            expires_at=None if days is None else at + timedelta(days=days),
            by=user(),
            at=at,
        )
        return text

    tell(done(home, work))


@app.command("revoke")
def revoke(
    key: Annotated[str, typer.Argument(help="Its id, as `list` prints it.", show_default=False)],
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Revoke a key: it opens nothing from now on."""
    try:
        key_id = UUID(key)
    except ValueError:
        fail(f"{key!r} is no id of a key", code=BAD_OPTION)

    async def work(connection: Connection) -> KeyRow:
        try:
            return await revoke_key(connection, key_id, by=user(), at=now())
        except UnknownKey as error:
            raise Refused("there is no such key") from error

    tell(f"{done(home, work).name}  revoked")
