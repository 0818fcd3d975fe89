"""The feeder: sends a round's tape and alerts at the pace of a market, and keeps account of what it sent."""

import asyncio
import random
from dataclasses import dataclass, field
from datetime import timedelta

from schemas.event import Event, from_micros, to_micros
from schemas.ids import derived_id
from schemas.occ import underlying_of
from schemas.operations import ClockAdvanced, ControlChanged
from schemas.signals import SignalReceived
from schemas.ticks import Tick, TickFrame
from streams.boundaries import tell
from streams.publisher import Publisher
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
from tests.crash.hands import controls, request
from tests.crash.plan import START
from tests.crash.tape import STEP_US, Step, steps

SENT_AGAIN = 0.05
"""The share of alerts and requests that are sent a second time, as a caller does that saw no answer."""
_SECOND_US = 1_000_000


@dataclass(slots=True)
class Sent:
    """What the feeder sent and Kafka acknowledged: event ids."""

    signals: set[str] = field(default_factory=set)
    contexts: set[str] = field(default_factory=set)
    frames: set[str] = field(default_factory=set)
    requests: set[str] = field(default_factory=set)
    controls: set[str] = field(default_factory=set)
    ticks: int = 0
    repeats: int = 0


async def feed(publisher: Publisher, *, seed: int, sent: Sent, stop: asyncio.Event, backlog: int = 0) -> None:
    """Send step after step until `stop` is set; raises aiokafka.errors.KafkaError.

    backlog  steps that are sent at once, before the pace of a market begins
    """
    loop = asyncio.get_running_loop()
    rng = random.Random(f"feed {seed}")
    begun = loop.time()
    changes = controls(seed)
    seen: list[tuple[SignalReceived, ...]] = []
    for number, step in enumerate(steps(seed)):
        await _send(publisher, step, number=number, rng=rng, sent=sent)
        for change in changes.get(number, ()):
            await _send_control(publisher, change, sent=sent)
        seen.append(step.signals)
        if (asked := request(rng, seen, seed)) is not None:
            sent.requests.add(asked.event_id)
            await asyncio.gather(
                *await _send_again(publisher, CLOSE_REQUESTS, asked, key=asked.symbol, rng=rng, sent=sent)
            )
        if stop.is_set():
            return
        if number < backlog:
            begun = loop.time() - number * STEP_US / _SECOND_US
            continue
        await asyncio.sleep(max(0.0, begun + (number + 1) * STEP_US / _SECOND_US - loop.time()))


async def _send(publisher: Publisher, step: Step, *, number: int, rng: random.Random, sent: Sent) -> None:
    futures = [await publisher.send(MARKET_CONTEXT, event, key=event.symbol) for event in step.contexts]
    sent.contexts |= {event.event_id for event in step.contexts}
    by_partition: dict[int, list[Tick]] = {}
    for tick in step.ticks:
        by_partition.setdefault(partition_of(underlying_of(tick.symbol)), []).append(tick)
    for partition, ticks in sorted(by_partition.items()):
        frame = TickFrame.of(ticks, source=f"crash/{partition}", sequence=number)
        futures.append(await publisher.send(PRICE_TICKS, frame, key=str(partition), partition=partition))
        sent.frames.add(frame.event_id)
        sent.ticks += len(ticks)
    for signal in step.signals:
        sent.signals.add(signal.event_id)
        futures += await _send_again(publisher, SIGNALS, signal, key=signal.symbol, rng=rng, sent=sent)
    await asyncio.gather(*futures)
    if number * STEP_US % _SECOND_US == 0:
        at = from_micros(to_micros(START)) + timedelta(microseconds=number * STEP_US)
        second = ClockAdvanced(event_id=derived_id("crash second", number), occurred_at=at, kind="second")
        await tell(publisher, second, told={})


async def _send_again(
    publisher: Publisher, topic: Topic, event: Event, *, key: str, rng: random.Random, sent: Sent
) -> list["asyncio.Future[object]"]:
    times = 2 if rng.random() < SENT_AGAIN else 1
    sent.repeats += times - 1
    return [await publisher.send(topic, event, key=key) for _ in range(times)]


async def _send_control(publisher: Publisher, change: ControlChanged, *, sent: Sent) -> None:
    sent.controls.add(change.event_id)
    futures = [
        await publisher.send(CONTROLS, change, key=change.name, partition=number) for number in range(PARTITIONS)
    ]
    await asyncio.gather(*futures)
