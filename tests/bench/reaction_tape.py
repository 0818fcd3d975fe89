"""The tape of the reaction, and its way to Kafka: through the framer of the product's own feeds.

Ticks fall due one after the other; whatever has fallen due at a turn of the loop, a millisecond, is offered. What makes
a frame of them is the framer: at once where a shard has no frame under way, else all that waits, once Kafka has that.
"""

import asyncio
import time
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import timedelta

from schemas.event import Event, to_micros
from schemas.ticks import Tick, TickFrame
from streams.feeds.framing import Framer
from streams.publisher import Publisher
from streams.topics import Topic
from tests.bench.spy_day import CENT, ENTRY, MIDNIGHT, names

RATE = 10_000
LEAVING = 250
"""Contracts that are left, each by one position: a part at +26 %, the rest at +60 %."""
CALLS_PER_S = 20
TURN_S = 0.001
BEGUN = MIDNIGHT + timedelta(hours=10)

Key = tuple[str, str]
"""An exit: contract and reason."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Ticks in their order, the microsecond that each falls due in, and the exits that some of them call for."""

    ticks: list[Tick]
    calls: dict[tuple[str, int], Key]
    """by contract and time of the tick that calls"""


@dataclass
class Sent:
    """What became of a plan; seconds of `time.monotonic`.

    due     when the tick that calls for an exit fell due
    handed  when the frame with it was handed to the producer
    took    how long Kafka took to acknowledge each frame
    frames  ticks in each
    """

    due: dict[Key, float] = field(default_factory=dict)
    handed: dict[Key, float] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    frames: list[int] = field(default_factory=list)


def planned(lasts_s: float, *, first: float, leaving: bool) -> Plan:
    """Return what is sent so long, `first` seconds after the beginning.

    leaving  exits are called for, evenly: of each contract a part, then of each the rest
    """
    underlyings, contracts = names()
    stay, every_us = contracts[LEAVING:], 1_000_000 // RATE
    begun, of_a_call = to_micros(BEGUN + timedelta(seconds=first)), RATE // CALLS_PER_S
    ticks, calls = list[Tick](), dict[tuple[str, int], Key]()
    for number in range(round(lasts_s * RATE)):
        at = begun + number * every_us
        if number % 4 == 3:
            ticks.append(_quote(stay[number // 4 % len(stay)], at, ENTRY + (number % 5 - 2) * CENT))
        else:
            symbol = "SPY" if number % 4 < 2 else underlyings[number % len(underlyings)]
            ticks.append(Tick(symbol, at, price=16_700 * CENT + number % 7 * CENT, size=100))
        nth, is_call = divmod(number, of_a_call)
        if leaving and not is_call and nth < 2 * LEAVING:
            turn, which = divmod(nth, LEAVING)
            gain, reason = ((26, "partial_profit"), (60, "profit_target"))[turn]
            called, mark = contracts[which], ENTRY * (100 + gain) // 100
            # the next quote fills it
            ticks += [_quote(called, at + 1, mark), _quote(called, at + 2, mark)]
            calls[called, at + 1] = called, reason
    return Plan(ticks, calls)


def _quote(contract: str, at: int, mark: int) -> Tick:
    return Tick(contract, at, bid=mark - CENT, ask=mark + CENT)


class Noting(Publisher):
    """A publisher that notes when frames with calls leave, and how long Kafka takes to have each frame."""

    def __init__(self, bootstrap_servers: str, calls: dict[tuple[str, int], Key]) -> None:
        super().__init__(bootstrap_servers, client_id="bench")
        self.sent = Sent()
        self._calls = calls
        self._called = {symbol for symbol, _ in calls}

    async def send(
        self, topic: Topic, event: Event, *, key: str, partition: int | None = None, traceparent: str | None = None
    ) -> "asyncio.Future[object]":
        """Hand over a frame."""
        assert isinstance(event, TickFrame)
        handed = time.monotonic()
        if not self._called.isdisjoint(event.instruments):
            keys = (self._calls.get((tick.symbol, tick.at)) for tick in event.ticks())
            self.sent.handed.update({call: handed for call in keys if call is not None})
        self.sent.frames.append(len(event))
        future = await super().send(topic, event, key=key, partition=partition, traceparent=traceparent)
        future.add_done_callback(lambda _: self.sent.took.append(time.monotonic() - handed))
        return future


async def sent(bootstrap_servers: str, plan: Plan, *, run: str) -> Sent:
    """Send what is planned as it falls due, and return what became of it once Kafka has it all."""
    publisher = Noting(bootstrap_servers, plan.calls)
    async with publisher, Framer(publisher, source="bench", run=run) as framer:
        begun, first = time.monotonic(), plan.ticks[0].at
        times, offered = [tick.at - first for tick in plan.ticks], 0
        while offered < len(times):
            now_us = (time.monotonic() - begun) * 1e6
            due = bisect_right(times, now_us, lo=offered)
            if due == offered:
                await asyncio.sleep(max(TURN_S, (times[offered] - now_us) / 1e6))
                continue
            await framer.offer(plan.ticks[offered:due])
            offered = due
            await asyncio.sleep(TURN_S)
        await framer.flush()
        publisher.sent.due.update({key: begun + (at - first) / 1e6 for (_, at), key in plan.calls.items()})
        return publisher.sent
