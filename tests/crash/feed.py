"""The feeder: sends a round's tape and alerts at the pace of a market, and keeps account of what it sent."""

import asyncio
import random
from dataclasses import dataclass, field
from datetime import timedelta

from schemas.event import from_micros, to_micros
from schemas.ids import derived_id
from schemas.occ import underlying_of
from schemas.operations import ClockAdvanced
from schemas.signals import SignalReceived
from schemas.ticks import Tick, TickFrame
from streams.boundaries import tell
from streams.publisher import Publisher
from streams.topics import MARKET_CONTEXT, PRICE_TICKS, SIGNALS, partition_of
from tests.crash.plan import START
from tests.crash.tape import STEP_US, Step, steps

SENT_AGAIN = 0.05
"""The share of alerts that are sent a second time, as a caller does that saw no answer."""
_SECOND_US = 1_000_000


@dataclass(slots=True)
class Sent:
    """What the feeder sent and Kafka acknowledged: event ids."""

    signals: set[str] = field(default_factory=set)
    contexts: set[str] = field(default_factory=set)
    frames: set[str] = field(default_factory=set)
    ticks: int = 0
    repeats: int = 0


async def feed(publisher: Publisher, *, seed: int, sent: Sent, stop: asyncio.Event, backlog: int = 0) -> None:
    """Send step after step until `stop` is set; raises aiokafka.errors.KafkaError.

    backlog  steps that are sent at once, before the pace of a market begins
    """
    loop = asyncio.get_running_loop()
    rng = random.Random(f"feed {seed}")
    begun = loop.time()
    for number, step in enumerate(steps(seed)):
        await _send(publisher, step, number=number, rng=rng, sent=sent)
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
        futures += await _send_signal(publisher, signal, rng=rng, sent=sent)
    await asyncio.gather(*futures)
    if number * STEP_US % _SECOND_US == 0:
        at = from_micros(to_micros(START)) + timedelta(microseconds=number * STEP_US)
        second = ClockAdvanced(event_id=derived_id("crash second", number), occurred_at=at, kind="second")
        await tell(publisher, second, told={})


async def _send_signal(
    publisher: Publisher, signal: SignalReceived, *, rng: random.Random, sent: Sent
) -> list["asyncio.Future[object]"]:
    times = 2 if rng.random() < SENT_AGAIN else 1
    sent.signals.add(signal.event_id)
    sent.repeats += times - 1
    return [await publisher.send(SIGNALS, signal, key=signal.symbol) for _ in range(times)]
