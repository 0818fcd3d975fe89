"""`tapestream history`: what Postgres keeps of what happened."""

import typer
from aiokafka.errors import KafkaError

from compose.database import DEFAULT_HOME, REFUSED, HomeOption, Pool, fail, tell, with_kafka
from sinks.backfill import Filled, backfill
from sinks.redrive import KafkaAway

app = typer.Typer(name="history", no_args_is_help=True, help="What Postgres keeps of what happened.")


@app.callback()
def main() -> None:
    """What Postgres keeps of what happened."""


@app.command("backfill")
def fill(home: HomeOption = DEFAULT_HOME) -> None:
    """Add the facts that Kafka still has and the log lacks, such as those from before there was a log."""

    async def add(pool: Pool, servers: str) -> Filled:
        try:
            return await backfill(pool, servers)
        except KafkaError as error:
            raise KafkaAway(type(error).__name__) from error

    filled = with_kafka(home, add)
    tell(f"{filled.added} facts added, of {filled.read} messages on Kafka")
    if filled.refused:
        fail(f"Postgres refuses {filled.refused}: they are among the dead letters of the history", code=REFUSED)
