"""Adaptive framing: a frame goes at once while the line is idle and grows under load; the order of a shard is kept.

Frames of all shards leave together, so that they share a request on their way to Kafka and a fetch on their way out.
"""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

from schemas.ids import derived_id
from schemas.occ import underlying_of
from schemas.ticks import Tick, TickFrame
from streams.publisher import Publisher
from streams.topics import PARTITIONS, PRICE_TICKS, partition_of

FRAME_MAX = 512
"""Ticks a frame holds at most."""
GATHER_S = 0.005
"""From one departure of frames to the next; a full frame does not wait for it."""
IN_FLIGHT_MAX = 4
"""Frames of one shard that Kafka has not acknowledged yet."""
WAITING_MAX = 8 * FRAME_MAX
"""Ticks of one shard that wait to be framed; offering more waits."""

_SLICE = 1_024
"""Ticks that are offered before the loop gets its turn."""


def shard_of(symbol: str) -> int:
    """Return the partition that an instrument's ticks go to: its underlying's."""
    return partition_of(underlying_of(symbol))


@dataclass(slots=True)
class _Shard:
    number: int
    first: int = 0
    """ordinal of the first tick that waits, counted from the start of the source's tape"""
    waiting: list[Tick] = field(default_factory=list)
    in_flight: int = 0
    room: asyncio.Event = field(default_factory=asyncio.Event)


class Framer:
    """Sends ticks as frames. An async context manager; leaving it without an error waits for what was offered.

    source  CloudEvents' source of the frames, e.g. feeds/simulated
    run     tells runs of one source apart where their tapes differ; it goes into the frames' ids
    """

    def __init__(
        self,
        publisher: Publisher,
        *,
        source: str,
        run: str = "",
        frame_max: int = FRAME_MAX,
        in_flight_max: int = IN_FLIGHT_MAX,
        waiting_max: int = WAITING_MAX,
    ) -> None:
        self._publisher = publisher
        self._source = source
        self._run = run
        self._frame_max = frame_max
        self._in_flight_max = in_flight_max
        self._waiting_max = waiting_max
        self._shards = [_Shard(number) for number in range(PARTITIONS)]
        self._shard_of: dict[str, _Shard] = {}
        self._pump: asyncio.Task[None] | None = None
        self._wake, self._idle = asyncio.Event(), asyncio.Event()
        self._departs_at = 0.0
        self._failure: BaseException | None = None
        self.ticks_sent = 0
        self.frames_sent = 0

    async def __aenter__(self) -> "Framer":
        self._pump = asyncio.create_task(self._send_on(), name="framer")
        self._pump.add_done_callback(self._ended)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                await self.flush()
        finally:
            if self._pump is not None:
                self._pump.cancel()
                await asyncio.gather(self._pump, return_exceptions=True)

    def begin_at(self, shard: int, *, ordinal: int) -> None:
        """Say how many ticks of a shard an earlier run has sent, so that frames go on being counted from there."""
        self._shards[shard].first = ordinal

    async def offer(self, ticks: Iterable[Tick]) -> None:
        """Take ticks in their order; waits while a shard has too many waiting. Raises aiokafka.errors.KafkaError."""
        pending = iter(ticks)
        while part := list(islice(pending, _SLICE)):
            for tick in part:
                shard = self._shard_of.get(tick.symbol) or self._found(tick.symbol)
                if len(shard.waiting) >= self._waiting_max:
                    await self._room(shard)
                shard.waiting.append(tick)
                self._wake.set()
            self._raise_failure()
            # a source that always has ticks must leave the pump its turn
            await asyncio.sleep(0)

    async def flush(self) -> None:
        """Wait until Kafka has acknowledged everything that was offered; raises aiokafka.errors.KafkaError."""
        while True:
            self._raise_failure()
            if not any(shard.waiting or shard.in_flight for shard in self._shards):
                return
            self._idle.clear()
            await self._idle.wait()

    def _found(self, symbol: str) -> _Shard:
        shard = self._shard_of[symbol] = self._shards[shard_of(symbol)]
        return shard

    async def _room(self, shard: _Shard) -> None:
        while len(shard.waiting) >= self._waiting_max:
            self._raise_failure()
            shard.room.clear()
            await shard.room.wait()

    async def _send_on(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self._wake.clear()
            now = loop.time()
            departs = now >= self._departs_at
            for shard in self._shards:
                while shard.waiting and self._may_send(shard, departs=departs):
                    await self._send(shard)
                    self._departs_at = now + GATHER_S
            waits = any(shard.waiting and not shard.in_flight for shard in self._shards)
            with suppress(TimeoutError):
                async with asyncio.timeout_at(self._departs_at if waits else None):
                    await self._wake.wait()

    def _may_send(self, shard: _Shard, *, departs: bool) -> bool:
        if len(shard.waiting) >= self._frame_max:
            return shard.in_flight < self._in_flight_max
        return departs and not shard.in_flight

    async def _send(self, shard: _Shard) -> None:
        ticks = shard.waiting[: self._frame_max]
        del shard.waiting[: self._frame_max]
        shard.room.set()
        shard.in_flight += 1
        frame = frame_of(ticks, source=self._source, run=self._run, shard=shard.number, ordinal=shard.first)
        shard.first += len(ticks)
        future = await self._publisher.send(PRICE_TICKS, frame, key=str(shard.number), partition=shard.number)
        self.ticks_sent += len(ticks)
        self.frames_sent += 1
        future.add_done_callback(lambda done: self._acknowledged(shard, done))

    def _acknowledged(self, shard: _Shard, done: "asyncio.Future[object]") -> None:
        shard.in_flight -= 1
        if done.cancelled():
            self._fail(asyncio.CancelledError("the producer stopped"))
        elif (error := done.exception()) is not None:
            self._fail(error)
        self._wake.set()
        self._idle.set()

    def _ended(self, pump: asyncio.Task[None]) -> None:
        if not pump.cancelled() and (error := pump.exception()) is not None:
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        self._failure = self._failure or error
        self._idle.set()
        for shard in self._shards:
            shard.room.set()

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure


def frame_of(ticks: Sequence[Tick], *, source: str, run: str, shard: int, ordinal: int) -> TickFrame:
    """Return an unnumbered frame. Its id names the place of its first tick in the shard's tape."""
    frame = TickFrame.of(ticks, source=source, sequence=0)
    return frame.model_copy(update={"event_id": derived_id("frame", source, run, shard, ordinal)})
