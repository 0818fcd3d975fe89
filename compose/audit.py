"""`tapestream audit`: who changed what, and whether the log of it is as it was written."""

import json
from typing import Annotated, Any

import typer
from aiokafka.errors import KafkaError
from rich.table import Table

from api.exact_json import encode
from compose.database import DEFAULT_HOME, HomeOption, Pool, fail, instant, tell, text_of, with_kafka
from compose.dead_letters import LISTED_MAX
from sinks.audit import COLUMNS, row_of
from sinks.audit_verify import Verdict, verify_log
from sinks.redrive import KafkaAway

app = typer.Typer(name="audit", no_args_is_help=True, help="Who changed what.")

DAMAGED = 1


@app.command("list")
def list_changes(
    actor: Annotated[str | None, typer.Option(help="Only changes by this user, key or system/<name>.")] = None,
    action: Annotated[str | None, typer.Option(help="Only this action, such as change_control.")] = None,
    since: Annotated[str | None, typer.Option(help="Only changes since then, ISO 8601 with a zone.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=LISTED_MAX)] = 50,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Print changes, newest first."""
    values = (actor, action, instant(since), limit)

    async def ask(pool: Pool, _: str) -> list[Any]:
        return list(
            await pool.fetch(
                f"""SELECT {COLUMNS} FROM audit_log
                     WHERE ($1::text IS NULL OR actor = $1) AND ($2::text IS NULL OR action = $2)
                       AND ($3::timestamptz IS NULL OR at >= $3)
                     ORDER BY number DESC LIMIT $4""",
                *values,
            )
        )

    rows = [row_of(found) for found in with_kafka(home, ask)]
    table = Table(box=None, pad_edge=False)
    for column in ("number", "at", "actor", "account", "action", "target", "detail"):
        table.add_column(column, no_wrap=column in ("number", "at"), overflow="fold")
    for row in rows:
        change = row.change
        detail = json.dumps(json.loads(encode(dict(change.detail))))
        table.add_row(
            str(row.number), text_of(change.at), change.actor, change.account_id, change.action, change.target, detail
        )
    tell(table if rows else "no such changes")


@app.command("verify")
def verify(home: HomeOption = DEFAULT_HOME) -> None:
    """Compare the log with itself and with its heads on Kafka; ends with 1 when anything is wrong."""

    async def compare(pool: Pool, servers: str) -> Verdict:
        try:
            return await verify_log(pool, servers)
        except KafkaError as error:
            raise KafkaAway(type(error).__name__) from error

    verdict = with_kafka(home, compare)
    for finding in verdict.findings:
        tell(f"number {finding.number}: {finding.fault}: {finding.text}")
    if verdict.findings:
        fail(f"the audit log is not as it was written: {len(verdict.findings)} findings", code=DAMAGED)
    tell(f"intact: {verdict.rows} rows, {verdict.heads} heads on Kafka")
