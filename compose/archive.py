"""`tapestream archive`: topics as Parquet files."""

import asyncio
import signal
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from aiokafka.errors import KafkaError

from compose.database import BAD_OPTION, DEFAULT_HOME, HomeOption, fail, tell
from streams.topics import BY_NAME, TOPICS, Topic

if TYPE_CHECKING:
    from sinks.archive import Archived  # pyarrow is loaded by the command that needs it

DEFAULT_FOLDER = Path("archive")


def archive_topics(
    topics: Annotated[
        str | None, typer.Option(help="Names with commas between them, such as fills.v1,trades; all without it.")
    ] = None,
    to: Annotated[Path, typer.Option(file_okay=False, help="The folder of the archive.")] = DEFAULT_FOLDER,
    follow: Annotated[
        bool, typer.Option("--follow/--until-end", help="Go on with what comes, or end with what is there.")
    ] = False,
    every: Annotated[
        float, typer.Option(min=1, help="Seconds between two looks of --follow: fewer, larger files.")
    ] = 60,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Keep topics as Parquet files. Ctrl-C ends it with whole files; started again, it goes on where they end."""
    from compose import cli
    from sinks.archive import ArchiveInUse

    wanted = _wanted(topics)
    servers = cli._settings().kafka.bootstrap_servers or cli._endpoint(home, "kafka_bootstrap_servers")
    try:
        if follow:
            asyncio.run(_follow(servers, to, wanted, every=every))
        else:
            asyncio.run(_archive(servers, to, wanted))
    except ArchiveInUse as error:
        fail(str(error))
    except KafkaError as error:
        fail(f"Kafka at {servers} does not answer ({type(error).__name__}); is `tapestream run` running?")
    except OSError as error:
        fail(f"{to}: {error}")
    except KeyboardInterrupt:
        raise typer.Exit(128 + signal.SIGINT) from None


async def _archive(servers: str, folder: Path, topics: tuple[Topic, ...]) -> None:
    from sinks.archive import archive, opened

    with opened(folder):
        _say(await archive(servers, folder, topics))


async def _follow(servers: str, folder: Path, topics: tuple[Topic, ...], *, every: float) -> None:
    """Archive until SIGINT or SIGTERM."""
    following = asyncio.create_task(_look_again(servers, folder, topics, every=every))

    def end() -> None:
        # once: a second Ctrl-C does not break off the file that the first one waits for
        if not following.cancelling():
            following.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end)
    with suppress(asyncio.CancelledError):
        await following


async def _look_again(servers: str, folder: Path, topics: tuple[Topic, ...], *, every: float) -> None:
    from sinks.archive import archive, opened

    with opened(folder):
        _say(await archive(servers, folder, topics))
        while True:
            await asyncio.sleep(every)
            try:
                added = await archive(servers, folder, topics)
            except KafkaError as error:
                tell(f"Kafka does not answer ({type(error).__name__}); looking again in {every:g} s")
                continue
            if added.files:
                _say(added)


def _say(added: "Archived") -> None:
    tell(f"{added.messages} messages in {added.files} files, {added.bytes / 1e6:.1f} MB")


def _wanted(text: str | None) -> tuple[Topic, ...]:
    if text is None:
        return TOPICS
    found = []
    for name in (part.strip() for part in text.split(",")):
        topic = BY_NAME.get(name) or BY_NAME.get(f"{name}.v1")
        if topic is None:
            fail(f"there is no topic {name!r}; `tapestream topics` lists them", code=BAD_OPTION)
        found.append(topic)
    return tuple(dict.fromkeys(found))
