"""`tapestream archive`: topics as Parquet files."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from aiokafka.errors import KafkaError

from compose.database import BAD_OPTION, DEFAULT_HOME, HomeOption, fail, tell
from streams.topics import BY_NAME, TOPICS, Topic

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
    """Keep topics as Parquet files. Started again, it goes on where the files end."""
    from compose import cli
    from sinks.archive import ArchiveInUse

    wanted = _wanted(topics)
    servers = cli._settings().kafka.bootstrap_servers or cli._endpoint(home, "kafka_bootstrap_servers")
    try:
        asyncio.run(_run(servers, to, wanted, every=every if follow else None))
    except ArchiveInUse as error:
        fail(str(error))
    except KafkaError as error:
        fail(f"Kafka at {servers} does not answer ({type(error).__name__}); is `tapestream run` running?")
    except OSError as error:
        fail(f"{to}: {error}")
    except KeyboardInterrupt:
        pass


async def _run(servers: str, folder: Path, topics: tuple[Topic, ...], *, every: float | None) -> None:
    from sinks.archive import archive, opened

    with opened(folder):
        while True:
            added = await archive(servers, folder, topics)
            if added.files or every is None:
                tell(f"{added.messages} messages in {added.files} files, {added.bytes / 1e6:.1f} MB")
            if every is None:
                return
            await asyncio.sleep(every)


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
