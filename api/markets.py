"""What the workers know of each underlying: the newest record of `markets`, decoded when somebody asks.

A line of its own to Kafka keeps each record's bytes and looks at nothing but its headers, so that following costs the
ticks of the live view next to nothing. A record is at most about a second behind the tape.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from api.following import GATHER_S, Follower, key_of, reached
from api.problems import Problem
from schemas.codec import Undecodable, decode, decode_any
from schemas.market import Market
from schemas.records import MarketRecord
from streams.logs import logger
from streams.topics import MARKETS, PARTITIONS

DECODED_MAX = 16
"""Markets that are kept decoded: one with all its contracts takes megabytes."""
STALE_AFTER_S = 10.0
RECORDS_MAX = 200

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class _Held:
    rank: tuple[int, int]
    value: bytes


class Markets(Follower):
    """Follows `markets`. Everything may come again: a record of an older (epoch, version) changes nothing.

    now  the platform's time
    """

    def __init__(self, bootstrap_servers: str, *, now: Callable[[], datetime]) -> None:
        super().__init__(bootstrap_servers, name="markets", stale_after_s=STALE_AFTER_S, fetch_max_wait_ms=500)
        self._now = now
        self._held: dict[str, _Held] = {}
        self._decoded: OrderedDict[str, tuple[tuple[int, int], Market | None]] = OrderedDict()
        self._decoding = asyncio.Lock()
        self._followed_since: datetime | None = None

    @property
    def followed_since(self) -> datetime:
        """Since when, by the platform's clock, it has been followed; raises Problem 503 until it has caught up."""
        if self._followed_since is None:
            raise Problem(503, "markets are still being read from Kafka", headers={"Retry-After": "1"})
        return self._followed_since

    def symbols(self) -> list[str]:
        """Return the underlyings that have a record; raises Problem 503 until it has caught up."""
        assert self.followed_since
        return sorted(self._held)

    async def market(self, symbol: str) -> Market | None:
        """Return an underlying's newest record, None without any; raises Problem 503 until it has caught up."""
        assert self.followed_since
        # one at a time: what several ask for at once is decoded once
        async with self._decoding:
            held = self._held.get(symbol)
            if held is None:
                self._decoded.pop(symbol, None)
                return None
            known = self._decoded.get(symbol)
            if known is None or known[0] != held.rank:
                # in a thread, as it may take tens of milliseconds, for which ticks would stand still
                known = (held.rank, await asyncio.to_thread(_decoded, symbol, held.value))
                self._decoded[symbol] = known
            self._decoded.move_to_end(symbol)
            while len(self._decoded) > DECODED_MAX:
                self._decoded.popitem(last=False)
            return known[1]

    async def _follow(self, consumer: AIOKafkaConsumer) -> None:
        partitions = [TopicPartition(MARKETS.name, number) for number in range(PARTITIONS)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        ends = await consumer.end_offsets(partitions)
        # read anew: a topic that was made anew begins again at version 1
        held: dict[str, _Held] = {}
        while not await reached(consumer, ends):
            await self._take(consumer, held, timeout_ms=200)
        self._held, self._followed_since = held, self._now()
        self._decoded.clear()
        self._caught_up(consumer)
        while True:
            await self._take(consumer, held, timeout_ms=1000)
            await asyncio.sleep(GATHER_S)

    async def _take(self, consumer: Any, held: dict[str, _Held], *, timeout_ms: int) -> None:
        for records in (await consumer.getmany(timeout_ms=timeout_ms, max_records=RECORDS_MAX)).values():
            for record in records:
                key = key_of(record)
                if record.value is None:
                    held.pop(key, None)
                elif (rank := _rank(record)) is not None and (key not in held or rank >= held[key].rank):
                    held[key] = _Held(rank, bytes(record.value))
        await asyncio.sleep(0)


def _rank(record: ConsumerRecord) -> tuple[int, int] | None:
    """Return (epoch, version), from the headers where they have it; None of what is no record."""
    headers = dict(record.headers or ())
    try:
        if "epoch" in headers:
            return int(headers["epoch"]), int(headers["version"])
        name, fields = decode_any(record.value)
        return (fields["epoch"], fields["version"]) if name == MarketRecord.__name__ else None
    except (KeyError, ValueError, Undecodable) as error:
        # history has dead-lettered it
        log.warning("record passed over", topic=record.topic, offset=record.offset, error=str(error))
        return None


def _decoded(symbol: str, value: bytes) -> Market | None:
    try:
        return decode(MarketRecord, value).state
    except Undecodable as error:
        log.warning("record passed over", topic=MARKETS.name, symbol=symbol, error=str(error))
        return None
