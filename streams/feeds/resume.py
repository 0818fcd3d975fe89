"""Going on with a replay: how far an earlier run had come, by what it left in Kafka."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiokafka import TopicPartition

from schemas.codec import Undecodable, decode
from schemas.ticks import Tick, TickFrame
from streams.feeds.framing import shard_of
from streams.feeds.plan import Stretch
from streams.tail import newest_message, newest_times
from streams.topics import CLOCK, PARTITIONS, PRICE_TICKS


class TapeDiffers(Exception):
    """What stands on price-ticks.v1 under this session's name is not of this session."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How far an earlier run of a replay had come."""

    position: int = 0
    """the number after the newest tick that was sent, counted over all shards"""
    sent: Mapping[int, int] = field(default_factory=dict)
    """ticks sent, by shard"""

    def left_of(self, stretch: Stretch, ordinals: Sequence[int]) -> list[Tick]:
        """Return the stretch's ticks that have not been sent."""
        if stretch.position >= self.position:
            return list(stretch.ticks)
        return [
            tick
            for number, tick in enumerate(stretch.ticks, stretch.position)
            if ordinals[number] >= self.sent.get(shard_of(tick.symbol), 0)
        ]


def ordinals_of(ticks: Sequence[Tick]) -> list[int]:
    """Return each tick's number in its own shard's tape."""
    counts: dict[int, int] = {}
    ordinals = []
    for tick in ticks:
        shard = shard_of(tick.symbol)
        ordinals.append(counts.get(shard, 0))
        counts[shard] = ordinals[-1] + 1
    return ordinals


def reached_by(ticks: Sequence[Tick], newest: Mapping[int, Tick]) -> Reached:
    """Return how far a replay had come whose newest tick on each shard is known; raises TapeDiffers."""
    if not newest:
        return Reached()
    numbers = {(tick.symbol, tick.at): number for number, tick in enumerate(ticks)}
    ordinals = ordinals_of(ticks)
    sent: dict[int, int] = {}
    position = 0
    for shard, tick in newest.items():
        number = numbers.get((tick.symbol, tick.at))
        if number is None or ticks[number] != tick:
            raise TapeDiffers(f"the newest tick of shard {shard} ({tick.symbol}) is not of this session")
        sent[shard] = ordinals[number] + 1
        position = max(position, number + 1)
    return Reached(position, sent)


async def newest_ticks(consumer: Any, *, source: str) -> dict[int, Tick]:
    """Return the newest tick of a source on each shard that has one; raises TapeDiffers.

    consumer  aiokafka's, in no group (see `streams.tail.reader`)
    """
    newest = {}
    for shard in range(PARTITIONS):
        message = await newest_message(consumer, PRICE_TICKS, shard, source=source)
        if message is None:
            continue
        try:
            *_, newest[shard] = decode(TickFrame, message.value).ticks()
        except (Undecodable, ValueError) as error:
            raise TapeDiffers(f"the newest frame of {source} on shard {shard} cannot be read: {error}") from error
    return newest


async def newest_on_tape(consumer: Any) -> datetime | None:
    """Return the newest time that anything has told on the tape or the clock; None when nothing has."""
    times = [*(await newest_times(consumer, PRICE_TICKS)).values(), *(await newest_times(consumer, CLOCK)).values()]
    return max(times, default=None)


async def tape_has_expired(consumer: Any) -> bool:
    """Return whether frames have been deleted by retention: then an empty tape does not mean a new home."""
    first = await consumer.beginning_offsets([TopicPartition(PRICE_TICKS.name, shard) for shard in range(PARTITIONS)])
    return any(first.values())
