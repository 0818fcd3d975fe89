"""The program `tapestream`."""

import asyncio
import json
import logging
import sys
from contextlib import aclosing
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from compose import api_keys, audit, configuration, dead_letters, history, users
from compose.archive import archive_topics
from compose.home import HomeInUse, read_endpoints
from compose.options import BadOption, RunOptions, clock_of, feed_of, speed_of
from streams.settings import Settings
from streams.topics import BY_NAME, PARTITIONS, TOPICS, Topic

app = typer.Typer(
    name="tapestream",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(users.app, name="users")
app.add_typer(api_keys.app, name="api-keys")
app.add_typer(audit.app, name="audit")
app.add_typer(history.app, name="history")
app.command("archive")(archive_topics)
# what goes to a file or a pipe is not folded at 80 columns
output = Console(width=None if sys.stdout.isatty() else 120)
problems = Console(stderr=True, width=None if sys.stderr.isatty() else 120)

HomeOption = Annotated[
    Path, typer.Option("--home", help="Where everything is kept.", envvar="TAPESTREAM_HOME", file_okay=False)
]
DEFAULT_HOME = Path(".tapestream")
BAD_SETTING = 2


@app.callback()
def main() -> None:
    """Event-driven options trading: from a webhook to a closed position, on Kafka."""
    # a client that is refused says so itself; what that means to a person is said here
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


@app.command()
def run(
    home: HomeOption = DEFAULT_HOME,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Of the API; 0 picks a free one. [PORT]")] = None,
    workers: Annotated[int, typer.Option(min=1, max=8, help="Faust workers.")] = 1,
    feed: Annotated[
        str, typer.Option(help="Prices: replay:NAME, simulated[:RATE], alpaca or none.")
    ] = "replay:spx-2021-01-04",
    speed: Annotated[str, typer.Option(help="Tape seconds a second for a replay, or max.")] = "60",
    clock: Annotated[
        str | None, typer.Option(help="tape or wall; by default CLOCK, else tape for a replay and wall otherwise.")
    ] = None,
    demo: Annotated[bool, typer.Option("--demo/--no-demo", help="Let a replay send its own alerts.")] = True,
) -> None:
    """Start the platform and keep it running until Ctrl-C."""
    from compose import platform
    from compose.banner import print_ready
    from compose.supervisor import ChildFailed

    def say(name: str, text: str) -> None:
        output.print(f"[dim]{name:<11}[/] {text}", highlight=False, soft_wrap=True)

    settings = _settings()
    try:
        options = RunOptions(
            home=home.expanduser().resolve(),
            port=port,
            workers=workers,
            feed=feed_of(feed),
            speed=speed_of(speed),
            clock=clock_of(clock),
            demo=demo,
        )
        asyncio.run(platform.run(options, settings, say=say, on_ready=lambda ready: print_ready(output, ready)))
    except BadOption as error:
        _fail(str(error), code=BAD_SETTING)
    except (ChildFailed, HomeInUse, OSError, ValueError) as error:
        _fail(str(error))


@app.command()
def doctor(home: HomeOption = DEFAULT_HOME) -> None:
    """Check the configuration and what can be reached, and say how to put right what is wrong."""
    from compose.doctor import examine, report

    raise typer.Exit(report(output, asyncio.run(examine(home))))


@app.command()
def topics() -> None:
    """List the topics of the registry."""
    table = Table(box=None, pad_edge=False)
    for column in ("topic", "record", "key", "kept", "partitions"):
        table.add_column(column, no_wrap=True)
    for topic in TOPICS:
        kept = "compacted" if topic.compacted else f"{topic.retention.days} d" if topic.retention else "forever"
        key = "every partition" if topic.everywhere else topic.key
        table.add_row(f"[bold]{topic.name}", topic.record.__name__, key, kept, str(PARTITIONS))
    output.print(table)


@app.command()
def tail(
    topic: Annotated[str, typer.Argument(help="A topic of the registry, such as decisions.v1.")],
    home: HomeOption = DEFAULT_HOME,
    from_beginning: Annotated[bool, typer.Option("--from-beginning", help="Begin with the oldest message.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many messages.")] = None,
) -> None:
    """Print the decoded events of a topic as JSON lines."""
    from aiokafka.errors import KafkaError

    found = BY_NAME.get(topic) or BY_NAME.get(f"{topic}.v1")
    if found is None:
        _fail(f"there is no topic {topic}; `tapestream topics` lists them", code=BAD_SETTING)
    servers = _settings().kafka.bootstrap_servers or _endpoint(home, "kafka_bootstrap_servers")
    try:
        asyncio.run(_print_lines(servers, found, from_beginning=from_beginning, limit=limit))
    except (KafkaError, OSError) as error:
        if not isinstance(error, BrokenPipeError):
            _fail(f"Kafka at {servers}: {error}; is `tapestream run` running?")
    except KeyboardInterrupt:
        pass


async def _print_lines(servers: str, topic: Topic, *, from_beginning: bool, limit: int | None) -> None:
    from compose.tail import lines

    printed = 0
    async with aclosing(lines(servers, topic, from_beginning=from_beginning)) as messages:
        async for text in messages:
            sys.stdout.write(text + "\n")
            sys.stdout.flush()
            printed += 1
            if printed == limit:
                return


@app.command("send-alert")
def send_alert(
    symbol: Annotated[str, typer.Argument(help="Such as SPX.")],
    direction: Annotated[str, typer.Option(help="long or short.")] = "long",
    timeframe: Annotated[str, typer.Option(help="Such as 5m, 1h or 1d.")] = "5m",
    price: Annotated[float | None, typer.Option(help="Of the underlying, at the alert.")] = None,
    confidence: Annotated[float | None, typer.Option(min=0, max=100)] = None,
    timestamp: Annotated[str | None, typer.Option(help="ISO 8601; by default the platform's time.")] = None,
    is_test: Annotated[bool, typer.Option("--test/--real", help="Whether it is marked as a test.")] = True,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Post a signed alert to the running platform and print its answer."""
    import httpx

    from compose.alert import alert_body, send

    if direction not in ("long", "short"):
        _fail(f"--direction: {direction!r} is neither long nor short", code=BAD_SETTING)
    body = alert_body(
        symbol=symbol,
        direction=direction,
        timeframe=timeframe,
        price=price,
        confidence=confidence,
        timestamp=timestamp,
        is_test=is_test,
    )
    api_url = _endpoint(home, "api_url")
    try:
        code, text = send(api_url, body, hmac_secret=_endpoint(home, "hmac_secret"))
    except httpx.HTTPError as error:
        _fail(f"the API at {api_url} does not answer ({type(error).__name__}); is `tapestream run` running?")
    sys.stdout.write(_pretty(text) + "\n")
    if code != 200:
        _fail(f"the API answered {code}")


def _pretty(text: str) -> str:
    try:
        return json.dumps(json.loads(text), indent=2)
    except ValueError:
        return text


def _settings() -> Settings:
    """Return the settings, or end the program naming every bad one."""
    settings, found = configuration.read()
    serious = [problem for problem in found if problem.serious]
    for problem in serious:
        problems.print(
            f"[red]{problem.setting}[/]: {problem.problem}\n  → {problem.fix}", highlight=False, soft_wrap=True
        )
    if settings is None or serious:
        raise typer.Exit(BAD_SETTING)
    return settings


def _endpoint(home: Path, name: str) -> str:
    try:
        value = read_endpoints(home).get(name, "")
    except (OSError, ValueError) as error:
        _fail(f"{home / 'endpoints.json'}: {error}")
    if not value:
        _fail(f"nothing is known of a platform in {home}: start it with `tapestream run`, or name its --home")
    return value


def _fail(text: str, *, code: int = 1) -> NoReturn:
    problems.print(text, style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(code)


if __name__ == "__main__":
    app()
