"""The faults, by kind: each takes something away from the platform and gives it back."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from tests.brokers.alpaca.running import FakeAlpaca
from tests.crash.platform import NOT_OURS, Platform
from tests.crash.schedule import Strike

Fault = Callable[[Platform, Strike], Awaitable[None]]


async def killed(platform: Platform, strike: Strike) -> None:
    """SIGKILL processes at one moment, and start them again."""
    platform.kill(*strike.victims)
    await asyncio.sleep(strike.for_s)
    platform.start(*strike.victims)


async def paused(platform: Platform, strike: Strike) -> None:
    """Let a process sleep for longer than its session lasts: it wakes up as a zombie."""
    platform.pause(*strike.victims)
    try:
        await asyncio.sleep(strike.for_s)
    finally:
        platform.go_on(*strike.victims)


async def restarted(platform: Platform, strike: Strike) -> None:
    """Stop a service, or kill it, and start it again."""
    if strike.hard:
        platform.kill(*strike.victims)
    else:
        await platform.stop(*strike.victims)
    await asyncio.sleep(strike.for_s)
    platform.start(*strike.victims)
    await platform.ready(*strike.victims)


async def joined(platform: Platform, strike: Strike) -> None:
    """Add a worker for a while."""
    platform.start(*strike.victims)
    await asyncio.sleep(strike.for_s)
    await platform.stop(*strike.victims)


async def filled(platform: Platform, strike: Strike) -> None:
    """Let no process of the platform write to a file, and leave Postgres no room."""
    names = [name for name in platform.running if name not in NOT_OURS]
    platform.let_write(names, allowed=False)
    platform.disk.fill()
    try:
        await asyncio.sleep(strike.for_s)
    finally:
        platform.disk.free()
        platform.let_write([name for name in names if name in platform.running], allowed=True)


async def shifted(platform: Platform, strike: Strike) -> None:
    """Let the wall clock of a process jump, and jump back."""
    for name in strike.victims:
        platform.clocks.shift(name, seconds=strike.shift_s)
    try:
        await asyncio.sleep(strike.for_s)
    finally:
        for name in strike.victims:
            platform.clocks.shift(name, seconds=0)


BROKER_RULES: Sequence[tuple[str, Mapping[str, object]]] = (
    ("timeout_after", {"probability": 0.3}),
    ("timeout_before", {"probability": 0.05}),
    ("error_after", {"probability": 0.15}),
    ("reset_after", {"probability": 0.15}),
    ("timeout_after", {"probability": 0.1, "on": "DELETE /v2/orders"}),
    ("timeout_before", {"probability": 0.1, "on": "GET /v2"}),
    ("invisible", {"probability": 0.2, "seconds": 2}),
    ("partial_fills", {"probability": 0.4}),
    ("slow_cancel", {"probability": 0.2}),
    ("cancel_loses", {"probability": 0.2}),
    ("cancel_then_filled", {"probability": 0.2}),
    ("lose", {"probability": 0.1}),
    ("duplicate", {"probability": 0.1}),
    ("reorder", {"probability": 0.1}),
)
"""What a broker in trouble does: it takes orders and does not answer, and what it tells is lost or comes twice."""


async def unanswered(platform: Platform, strike: Strike) -> None:
    """Let the broker take orders and not answer, its stream break off, and cancellations lose against fills.

    Without notice: it is not there at all for as long.
    """
    fake = platform.broker
    assert fake is not None
    if strike.hard:
        await fake.asking(fake.vanish)
    else:
        await fake.asking(_misbehave, fake)
    try:
        await asyncio.sleep(strike.for_s / 2)
        await fake.asking(fake.stream, "trade_updates", "drop")
        await asyncio.sleep(strike.for_s / 2)
    finally:
        await fake.asking(fake.behave_well)


def _misbehave(fake: FakeAlpaca) -> None:
    for kind, settings in BROKER_RULES:
        fake.behave(kind, **settings)
    fake.stream("trade_updates", "drop")


FAULTS: Mapping[str, Fault] = {
    "kill_worker": killed,
    "kill_executor": killed,
    "kill_api": killed,
    "kill_history": killed,
    "kill_feed": killed,
    "pause_worker": paused,
    "restart_kafka": restarted,
    "restart_postgres": restarted,
    "rebalance": joined,
    "full_disk": filled,
    "clock_jump": shifted,
    "broker_timeout": unanswered,
}
"""What a strike of each kind does; kinds are drawn in `tests.crash.schedule`."""


def passed_over(platform: Platform, kind: str) -> str | None:
    """Return why a kind cannot be had on this machine, or None."""
    if kind == "clock_jump" and not platform.clocks.may_jump:
        return "no C compiler"
    if kind == "broker_timeout" and platform.broker is None:
        return "no C compiler, so no broker has the tape's time"
    return None
