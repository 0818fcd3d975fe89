"""`tapestream users`: who may log in. What it changes, a running platform goes by at its next request."""

import sys
from pathlib import Path
from typing import Annotated, cast, get_args

import typer
from argon2 import PasswordHasher
from rich.table import Table

from api.identity import (
    COLUMNS,
    Change,
    LastAdmin,
    Login,
    NameTaken,
    UserRow,
    add_user,
    change_user,
    end_sessions,
    login_of,
)
from api.login import PASSWORD_MAX, PASSWORD_MIN
from api.roles import UserRole
from api.users import AccountId, Username
from compose.database import BAD_OPTION, DEFAULT_HOME, HomeOption, Refused, done, fail, now, tell, text_of, user, valid
from sinks.writes import Connection

app = typer.Typer(name="users", no_args_is_help=True, help="Who may log in.")

NameArgument = Annotated[str, typer.Argument(help="A user, by name.", show_default=False)]


@app.command("list")
def list_users(home: HomeOption = DEFAULT_HOME) -> None:
    """Print all users by name."""

    async def ask(connection: Connection) -> list[UserRow]:
        return [UserRow(**row) for row in await connection.fetch(f"SELECT {COLUMNS} FROM users ORDER BY username")]

    table = Table(box=None, pad_edge=False)
    for column in ("user", "role", "account", "", "since"):
        table.add_column(column, no_wrap=True)
    rows = done(home, ask)
    for row in rows:
        disabled = "disabled" if row.is_disabled else ""
        table.add_row(row.username, row.role, row.account_id, disabled, text_of(row.created_at))
    tell(table if rows else "no users")


@app.command("add")
def add(
    username: NameArgument,
    role: Annotated[str, typer.Option(help="admin, trader or viewer.")] = "viewer",
    account: Annotated[str | None, typer.Option(help="The account it sees and trades. [ACCOUNT_ID]")] = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Add a user. The password is asked for, or read from standard input."""
    from compose import cli

    account_id = account or cli._settings().risk.account_id
    valid(Username, username, option="USERNAME")
    valid(AccountId, account_id, option="--account")
    wanted = _role(role)
    password_hash = PasswordHasher().hash(_read_password())

    async def work(connection: Connection) -> None:
        try:
            await add_user(
                connection,
                username=username,
                password_hash=password_hash,
                role=wanted,
                account_id=account_id,
                by=user(),
                at=now(),
            )
        except NameTaken as error:
            raise Refused(f"there is a user {username}") from error

    done(home, work)
    tell(f"{username}  {wanted} of {account_id}")


@app.command("disable")
def disable(username: NameArgument, home: HomeOption = DEFAULT_HOME) -> None:
    """Shut a user out, and end its sessions."""
    _change(home, username, Change(is_disabled=True), said="disabled")


@app.command("enable")
def enable(username: NameArgument, home: HomeOption = DEFAULT_HOME) -> None:
    """Let a user in again."""
    _change(home, username, Change(is_disabled=False), said="enabled")


@app.command("set-role")
def set_role(
    username: NameArgument,
    role: Annotated[str, typer.Argument(help="admin, trader or viewer.")],
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Change what a user may do."""
    _change(home, username, Change(role=_role(role)), said=role)


@app.command("set-password")
def set_password(username: NameArgument, home: HomeOption = DEFAULT_HOME) -> None:
    """Change a user's password, and end its sessions. It is asked for, or read from standard input."""
    _change(home, username, Change(password_hash=PasswordHasher().hash(_read_password())), said="has another password")


@app.command("sessions")
def sessions(username: NameArgument, home: HomeOption = DEFAULT_HOME) -> None:
    """Print where a user is logged in, newest first."""

    async def ask(connection: Connection) -> list[tuple[str, ...]]:
        found = await _known(connection, username)
        rows = await connection.fetch(
            """SELECT session_id, address, created_at, expires_at FROM sessions
                WHERE user_id = $1 AND expires_at > $2 ORDER BY created_at DESC""",
            found.user_id,
            now(),
        )
        return [
            (str(row["session_id"]), row["address"], text_of(row["created_at"]), text_of(row["expires_at"]))
            for row in rows
        ]

    table = Table(box=None, pad_edge=False)
    for column in ("session", "address", "since", "until"):
        table.add_column(column, no_wrap=True)
    rows = done(home, ask)
    for row in rows:
        table.add_row(*row)
    tell(table if rows else "no sessions")


@app.command("revoke")
def revoke(username: NameArgument, home: HomeOption = DEFAULT_HOME) -> None:
    """End all sessions of a user."""

    async def work(connection: Connection) -> int:
        return len(await end_sessions(connection, (await _known(connection, username)).user_id, by=user()))

    tell(f"{username}  sessions ended: {done(home, work)}")


def _change(home: Path, username: str, change: Change, *, said: str) -> None:
    async def work(connection: Connection) -> None:
        found = await _known(connection, username)
        try:
            await change_user(connection, found.user_id, change, by=user(), at=now())
        except LastAdmin as error:
            raise Refused(f"{username} is the last enabled admin: make another admin first") from error

    done(home, work)
    tell(f"{username}  {said}")


async def _known(connection: Connection, username: str) -> Login:
    found = await login_of(connection, username)
    if found is None:
        raise Refused(f"there is no user {username}")
    return found


def _role(text: str) -> UserRole:
    if text not in get_args(UserRole):
        fail(f"{text!r} is none of admin, trader, viewer", code=BAD_OPTION)
    return cast(UserRole, text)


def _read_password() -> str:
    """Return a password that nobody else sees: an argument would stand in the list of processes."""
    if sys.stdin.isatty():
        password = str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        fail(f"a password has {PASSWORD_MIN} to {PASSWORD_MAX} characters", code=BAD_OPTION)
    return password
