"""The feed of a round as a process: sends its tape and alerts at the pace of a market, and goes on where it stopped.

`python -m tests.crash.feeder` ends with SIGTERM once the step at hand is on Kafka. What it sends follows from the seed,
so all it notes is how many steps Kafka has acknowledged. Of the step after these anything may be there already: what is
known by its id is sent again as it was, a frame is not, as a price says nothing of having been told before.
"""

import argparse
import asyncio
import random
import signal
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from aiokafka.errors import KafkaError

from schemas.event import Event
from schemas.ids import derived_id
from schemas.operations import ClockAdvanced, ControlChanged
from schemas.orders import CloseRequested
from schemas.signals import SignalReceived
from schemas.ticks import Tick, TickFrame
from streams.boundaries import tell
from streams.publisher import Publisher
from streams.settings import load_settings
from streams.tail import header, newest_message, reader
from streams.topics import (
    CLOSE_REQUESTS,
    CONTROLS,
    MARKET_CONTEXT,
    PARTITIONS,
    PRICE_TICKS,
    SIGNALS,
    Topic,
    partition_of,
)
from tests.crash.hands import AGES, controls, request
from tests.crash.plan import START, underlying
from tests.crash.tape import STEP_US, Step, steps

PACE_S = 0.2
"""Between two steps: the tape runs at half its speed."""
SENT_AGAIN = 0.05
"""The share of alerts and requests that are sent a second time, as a caller does that saw no answer."""
_SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Sending:
    """A step as it is sent."""

    number: int
    step: Step
    frames: tuple[TickFrame, ...]
    """at most one a partition, which its source ends with"""
    changes: tuple[ControlChanged, ...]
    asked: CloseRequested | None
    again: frozenset[str]
    """ids of what is sent twice"""


@dataclass(slots=True)
class Sent:
    """Event ids of what the feed has sent."""

    signals: set[str] = field(default_factory=set)
    contexts: set[str] = field(default_factory=set)
    frames: set[str] = field(default_factory=set)
    requests: set[str] = field(default_factory=set)
    controls: set[str] = field(default_factory=set)


def sendings(seed: int) -> Iterator[Sending]:
    """Yield a round's steps as they are sent; the same for the same seed, and without an end."""
    changes = controls(seed)
    recent: deque[tuple[SignalReceived, ...]] = deque(maxlen=AGES[1] + 1)
    for number, step in enumerate(steps(seed)):
        rng = random.Random(f"feed {seed} {number}")
        recent.append(step.signals)
        asked = request(rng, number, recent, seed)
        twice = [event.event_id for event in (*step.signals, *([asked] if asked else ())) if rng.random() < SENT_AGAIN]
        yield Sending(
            number, step, tuple(_frames(step.ticks, number)), tuple(changes.get(number, ())), asked, frozenset(twice)
        )


def sent_of(seed: int, *, steps_sent: int) -> Sent:
    """Return what the first steps of a round have come to."""
    sent = Sent()
    for sending in sendings(seed):
        if sending.number >= steps_sent:
            break
        sent.signals |= {event.event_id for event in sending.step.signals}
        sent.contexts |= {event.event_id for event in sending.step.contexts}
        sent.frames |= {event.event_id for event in sending.frames}
        sent.requests |= {sending.asked.event_id} if sending.asked else set()
        sent.controls |= {event.event_id for event in sending.changes}
    return sent


def steps_sent(journal: Path) -> int:
    """Return how many steps Kafka has acknowledged."""
    lines = journal.read_text().split("\n") if journal.exists() else []
    whole = [line for line in lines[:-1] if line]  # a line without its end was being written
    return int(whole[-1]) if whole else 0


def _frames(ticks: tuple[Tick, ...], number: int) -> Iterator[TickFrame]:
    by_partition: dict[int, list[Tick]] = {}
    for tick in ticks:
        by_partition.setdefault(partition_of(underlying(tick.symbol)), []).append(tick)
    for partition, told in sorted(by_partition.items()):
        yield TickFrame.of(told, source=f"crash/{partition}", sequence=number)


async def feed(servers: str, *, seed: int, journal: Path, backlog: int, stop: asyncio.Event) -> None:
    """Send step after step until `stop` is set; raises aiokafka.errors.KafkaError.

    backlog  steps that are sent at once, before the pace of a market begins
    """
    done, framed = steps_sent(journal), await _frames_there(servers)
    loop = asyncio.get_running_loop()
    begun: float | None = None
    async with Publisher(servers, linger_ms=2, client_id="crash-feed") as publisher:
        for sending in sendings(seed):
            if sending.number < done:
                continue
            await _send(publisher, sending, framed=framed)
            with journal.open("a") as noted:
                noted.write(f"{sending.number + 1}\n")
            if stop.is_set():
                return
            if sending.number < backlog:
                continue
            begun = loop.time() - sending.number * PACE_S if begun is None else begun
            await asyncio.sleep(max(0.0, begun + (sending.number + 1) * PACE_S - loop.time()))


async def _frames_there(servers: str) -> dict[int, int]:
    """Return the number of the newest step whose frame is on each partition; -1: none."""
    framed = {}
    async with reader(servers) as consumer:
        for partition in range(PARTITIONS):
            newest = await newest_message(consumer, PRICE_TICKS, partition, source=f"crash/{partition}")
            framed[partition] = -1 if newest is None else int(header(newest, "ce_sequence") or -1)
    return framed


async def _send(publisher: Publisher, sending: Sending, *, framed: dict[int, int]) -> None:
    step, number = sending.step, sending.number
    futures = [await publisher.send(MARKET_CONTEXT, event, key=event.symbol) for event in step.contexts]
    for frame in sending.frames:
        partition = int(frame.source.rpartition("/")[2])
        if framed[partition] < number:
            futures.append(await publisher.send(PRICE_TICKS, frame, key=str(partition), partition=partition))

    async def send(topic: Topic, event: Event, *, key: str) -> None:
        times = 2 if event.event_id in sending.again else 1
        futures.extend([await publisher.send(topic, event, key=key) for _ in range(times)])

    for signal_ in step.signals:
        await send(SIGNALS, signal_, key=signal_.symbol)
    if sending.asked is not None:
        await send(CLOSE_REQUESTS, sending.asked, key=sending.asked.symbol)
    for change in sending.changes:
        for partition in range(PARTITIONS):
            futures.append(await publisher.send(CONTROLS, change, key=change.name, partition=partition))
    await asyncio.gather(*futures)
    if number * STEP_US % _SECOND_US == 0:
        at = START + timedelta(microseconds=number * STEP_US)
        second = ClockAdvanced(event_id=derived_id("crash second", number), occurred_at=at, kind="second")
        await tell(publisher, second, told={})


async def _until_told(servers: str, *, seed: int, journal: Path, backlog: int) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await feed(servers, seed=seed, journal=journal, backlog=backlog, stop=stop)


def main() -> int:
    """Feed until told to stop; returns 1 when Kafka does not answer, to be started again."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.feeder", description=main.__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--journal", type=Path, required=True)
    parser.add_argument("--backlog", type=int, default=0)
    chosen = parser.parse_args()
    servers = load_settings(env_file=None).kafka.bootstrap_servers
    try:
        asyncio.run(_until_told(servers, seed=chosen.seed, journal=chosen.journal, backlog=chosen.backlog))
    except (KafkaError, OSError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
