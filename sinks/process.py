"""Running a sink as a process: settings, logs, a clean stop on SIGTERM and SIGINT."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import TypeVar

import uvloop
from aiokafka.errors import KafkaError

from streams import metrics
from streams.logs import configure, logger
from streams.settings import InvalidSettings, Settings, load_settings

STOP_DEADLINE_S = 4.0
_BACKOFF_FIRST_S, _BACKOFF_MAX_S = 0.05, 5.0

log = logger(__name__)
_Result = TypeVar("_Result")


def run(name: str, work: Callable[[Settings], Coroutine[object, object, None]]) -> None:
    """Do `work` until a signal asks to stop; exits with a sentence when the settings are bad."""
    try:
        settings = load_settings()
        if not settings.kafka.bootstrap_servers:
            raise InvalidSettings("KAFKA_BOOTSTRAP_SERVERS: not set")
        configure(settings.server.log_level, process=name)
        metrics.serve(settings.server.metrics_host, settings.server.metrics_port)
        uvloop.run(_until_stopped(work(settings)))
    except InvalidSettings as error:
        sys.exit(str(error))


async def _until_stopped(work: Coroutine[object, object, None]) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    working = asyncio.create_task(work)
    asked = asyncio.create_task(stop.wait())
    await asyncio.wait({working, asked}, return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()
    working.cancel()
    await asyncio.wait({working}, timeout=STOP_DEADLINE_S)
    if working.done() and not working.cancelled():
        working.result()


async def persist(
    attempt: Callable[[], Awaitable[_Result]],
    *,
    what: str,
    passing: tuple[type[Exception], ...] = (KafkaError, OSError),
) -> _Result:
    """Return what `attempt` gives, however often it fails with a passing error first.

    The pause between attempts doubles from 50 ms to 5 s.
    """
    failures, pause_s = 0, _BACKOFF_FIRST_S
    while True:
        try:
            return await attempt()
        except passing as error:
            failures += 1
            log.warning("waiting", what=what, error=type(error).__name__, failures=failures)
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _BACKOFF_MAX_S)
