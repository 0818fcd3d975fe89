"""The API's line to Kafka for what it publishes: kept whatever becomes of Kafka, and ended in time."""

import asyncio
from contextlib import suppress

from aiokafka.errors import KafkaError

from streams.logs import logger
from streams.publisher import Publisher

DISCONNECT_S = 1.0
RETRY_S = 0.5

log = logger(__name__)


async def keep_connected(publisher: Publisher) -> None:
    """Start a publisher as soon as Kafka answers, and anew when Kafka has not taken a message; never returns."""
    while True:
        try:
            await publisher.start()
        except (KafkaError, OSError) as error:
            log.warning("kafka does not answer", error=type(error).__name__, retry_after_s=RETRY_S)
            await asyncio.sleep(RETRY_S)
            continue
        await publisher.failed.wait()
        log.warning("the publisher starts anew")
        await publisher.stop()  # what is sent meanwhile goes into the spool


async def disconnect(publisher: Publisher, connecting: "asyncio.Task[None]") -> None:
    """Stop keeping a publisher connected, and stop it."""
    connecting.cancel()
    await asyncio.gather(connecting, return_exceptions=True)
    # with Kafka away it would wait for what can no longer be sent
    with suppress(TimeoutError):
        async with asyncio.timeout(DISCONNECT_S):
            await publisher.stop()
