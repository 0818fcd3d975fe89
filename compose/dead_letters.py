"""`tapestream dead-letters`: what could not be processed, and sending it again."""

import json
import sys
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.table import Table

from compose.database import (
    BAD_OPTION,
    DEFAULT_HOME,
    REFUSED,
    HomeOption,
    Pool,
    fail,
    instant,
    tell,
    text_of,
    user,
    with_kafka,
)
from sinks.redrive import Dealt, Wanted, discard, open_letters, redrive, refusal_of

app = typer.Typer(name="dead-letters", no_args_is_help=True, help="Messages that could not be processed.")

LISTED_MAX = 10_000

TopicOption = Annotated[str | None, typer.Option(help="Only letters of a topic, such as signals.v1.")]
ReaderOption = Annotated[str | None, typer.Option(help="Only letters of a reader: market, account, history, executor.")]
ReasonOption = Annotated[str | None, typer.Option(help="Only letters of a reason: undecodable, invalid or failed.")]
SinceOption = Annotated[str | None, typer.Option(help="Only letters of messages since then, ISO 8601 with a zone.")]
Letters = Annotated[list[str], typer.Argument(help="Ids, as `list` prints them.", show_default=False)]


@app.command("list")
def list_letters(
    topic: TopicOption = None,
    reader: ReaderOption = None,
    reason: ReasonOption = None,
    since: SinceOption = None,
    status: Annotated[str, typer.Option(help="open, redriven, discarded or all.")] = "open",
    limit: Annotated[int, typer.Option(min=1, max=LISTED_MAX)] = 50,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Print letters, newest first."""
    if status not in ("open", "redriven", "discarded", "all"):
        fail(f"--status: {status!r} is none of open, redriven, discarded, all", code=BAD_OPTION)
    values = (reader, topic, reason, instant(since), None if status == "all" else status, limit)

    async def ask(pool: Pool, _: str) -> list[Any]:
        return list(
            await pool.fetch(
                """SELECT * FROM dead_letters
                    WHERE ($1::text IS NULL OR reader = $1) AND ($2::text IS NULL OR topic = $2)
                      AND ($3::text IS NULL OR reason = $3) AND ($4::timestamptz IS NULL OR created_at >= $4)
                      AND ($5::text IS NULL OR status = $5)
                    ORDER BY created_at DESC, dead_letter_id DESC LIMIT $6""",
                *values,
            )
        )

    rows = with_kafka(home, ask)
    table = Table(box=None, pad_edge=False)
    for column in ("id", "at", "reader", "place", "record", "reason", "error", "status"):
        table.add_column(column, no_wrap=column in ("id", "at"), overflow="fold")
    for row in rows:
        table.add_row(
            str(row["dead_letter_id"]),
            text_of(row["created_at"]),
            row["reader"],
            _place(row),
            row["record"],
            row["reason"],
            row["error"],
            row["status"] + (f" x{row['attempts']}" if row["attempts"] else ""),
        )
    tell(table if rows else "no such dead letters")


@app.command("show")
def show(letter: Annotated[str, typer.Argument(help="Its id.")], home: HomeOption = DEFAULT_HOME) -> None:
    """Print one letter with its message, as JSON."""
    from api.dead_letters import detail_of
    from api.exact_json import encode

    [letter_id] = _ids([letter])

    async def ask(pool: Pool, _: str) -> Any:
        return await pool.fetchrow("SELECT * FROM dead_letters WHERE dead_letter_id = $1::text::uuid", letter_id)

    row = with_kafka(home, ask)
    if row is None:
        fail("there is no such dead letter")
    sys.stdout.write(json.dumps(json.loads(encode(detail_of(row))), indent=2) + "\n")


@app.command("redrive")
def redrive_letters(
    letters: Letters = [],  # noqa: B006 -- typer's way to say that there may be none
    topic: TopicOption = None,
    reader: ReaderOption = None,
    reason: ReasonOption = None,
    since: SinceOption = None,
    every: Annotated[bool, typer.Option("--all", help="All open letters that match; needed without ids.")] = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Send messages again to the reader that failed on them. Done twice, it has one effect."""
    filters = (topic, reader, reason, since)
    if letters and (every or any(filters)):
        fail("ids stand alone: neither --all nor a filter goes with them", code=BAD_OPTION)
    if not letters and not every:
        fail("name ids, or say --all (with --topic, --reader, --reason or --since to narrow it)", code=BAD_OPTION)
    ids = _ids(letters)
    wanted = Wanted(reader=reader, topic=topic, reason=reason, since=instant(since))

    async def send(pool: Pool, servers: str) -> list[Dealt]:
        if ids:
            return await redrive(pool, servers, ids, by=user())
        dealt: dict[str, Dealt] = {}
        # the rows follow the notes by a moment, so what was dealt with already may be among the open ones
        while True:
            found, _ = await open_letters(pool, wanted, limit=len(dealt) + 500)
            if not (fresh := [letter_id for letter_id in found if letter_id not in dealt]):
                return list(dealt.values())
            for item in await redrive(pool, servers, fresh, by=user()):
                dealt[item.dead_letter_id] = item

    _told(with_kafka(home, send))


@app.command("discard")
def discard_letter(
    letter: Annotated[str, typer.Argument(help="Its id.")],
    reason: Annotated[str, typer.Option(help="Why its message is not wanted any more.")],
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Put a letter away for good."""
    [letter_id] = _ids([letter])
    if not reason.strip():
        fail("--reason: say why", code=BAD_OPTION)
    _told([with_kafka(home, lambda pool, servers: discard(pool, servers, letter_id, by=user(), reason=reason))])


def _told(dealt: list[Dealt]) -> None:
    for item in dealt:
        tell(f"{item.dead_letter_id}  {item.status}" + (f": {item.why}" if item.why else ""))
    refused = sum(item.status == "refused" for item in dealt)
    if refused:
        fail(f"{refused} of {len(dealt)} refused", code=REFUSED)
    if not dealt:
        tell("no such dead letters")


def _ids(texts: list[str]) -> list[str]:
    ids = []
    for text in texts:
        try:
            ids.append(str(UUID(text)))
        except ValueError:
            fail(f"{text!r} is no id of a dead letter", code=BAD_OPTION)
    return list(dict.fromkeys(ids))


def _place(row: Any) -> str:
    mark = "" if refusal_of(row) is None or row["status"] == "discarded" else " (cannot be redriven)"
    return f"{row['topic']}/{row['partition']}@{row['offset']}{mark}"
