"""`python -m tests.soak --minutes N`: the whole platform under steady load, and whether it grows.

Prices come at twenty times the rate of the busier recorded session, alerts all the while, so positions open and close.
Memory (resident, and the part that no other process shares) and file handles of each process, and the lag of the
stages, are sampled. Growth is the slope of a least-squares line through the lowest sample of each five minutes after
the warm-up: what a request or a batch takes for a moment is given back, and grows nothing.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil

from streams.feeds.lockstep import Progress, progress_of
from streams.feeds.recorded import open_session, session_names, ticks_of
from streams.topics import DECISIONS, FILLS, ORDERS, TRADES
from tests.e2e.running import Platform, platform, read_topic

TIMES_RECORDED = 20
ALERT_EVERY_S = 10.0
SAMPLE_EVERY_S = 10.0
WARM_UP_SHARE = 1 / 3
FLOOR_S = 300.0
GROWTH_MAX_MB_H = 1.0
LAG_MAX = 2_000
SERVICES = ("kafka.Kafka", "postgres")
"""Not ours: shown, not judged. Kafka's heap fills until it is collected."""
SYMBOLS = ("SPY", "QQQ", "IWM")

_MB = 2**20
_HOUR = 3600.0


@dataclass(slots=True)
class Samples:
    """Of one process: seconds since the beginning, its own memory in bytes, file handles."""

    at: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    handles: list[int] = field(default_factory=list)


def recorded_rate() -> float:
    """Return the ticks a second of the busiest recorded session, over its length."""
    rates = []
    for name in session_names():
        ticks = list(ticks_of(open_session(name)))
        rates.append(len(ticks) / ((ticks[-1].at - ticks[0].at) / 1e6))
    return max(rates)


def floors(at: Sequence[float], values: Sequence[int]) -> tuple[list[float], list[int]]:
    """Return the lowest value of each FLOOR_S seconds, and when that was."""
    lowest: dict[int, tuple[int, float]] = {}
    for second, value in zip(at, values, strict=True):
        window = int(second // FLOOR_S)
        lowest[window] = min(lowest.get(window, (value, second)), (value, second))
    return [second for _, second in lowest.values()], [value for value, _ in lowest.values()]


def slope(at: Sequence[float], values: Sequence[float]) -> float:
    """Return what a least-squares line through the values gains in an hour."""
    return float(np.polyfit(at, values, 1)[0] * _HOUR)


def main() -> int:
    """Run the load; returns 1 when a process grows, holds more and more files, or falls behind."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--samples", type=Path, help="a CSV file to keep what was sampled in")
    chosen = parser.parse_args()
    rate = TIMES_RECORDED * recorded_rate()
    with _folder(chosen.home) as home:
        _say(f"{rate:.0f} ticks/s, an alert every {ALERT_EVERY_S:g} s, {chosen.minutes:g} min; home {home}")
        arguments = ("--feed", f"simulated:{rate:.0f}", "--workers", str(chosen.workers))
        # the made-up market trades around the clock
        environment = {
            "EXCHANGE_CALENDAR": "24/7",
            "MAX_OPEN_POSITIONS": "20",
            "MAX_POSITIONS_PER_SYMBOL": "20",
            "MAX_DAILY_LOSS": "1000000",
            "MAX_EXPOSURE_PERCENT": "100",
            "MAX_TOTAL_EXPOSURE": "100000",
            "PROFIT_TARGET_PCT": "2",
            "STOP_LOSS_PCT": "2",
            "E2E_TEST_MODE": "true",
            "ENABLE_VARIANT_B": "true",
            "AB_SPLIT_PERCENTAGE": "50",
            "ENABLE_SHADOW_EXECUTION": "true",
        }
        with platform(home, *arguments, **environment) as running:
            samples, lags, done = asyncio.run(_load(running, seconds=chosen.minutes * 60))
        if chosen.samples is not None:
            _keep(chosen.samples, samples)
    return _report(samples, lags, done)


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        yield Path(folder)


async def _load(running: Platform, *, seconds: float) -> tuple[dict[str, Samples], list[int], dict[str, int]]:
    samples: dict[str, Samples] = defaultdict(Samples)
    lags: list[int] = []
    began = time.monotonic()
    alert_due = sample_due = 0.0
    alerts = 0
    async with progress_of(running.endpoints["kafka_bootstrap_servers"]) as progress:
        while (now := time.monotonic() - began) < seconds:
            if now >= alert_due:
                alert_due += ALERT_EVERY_S
                await asyncio.to_thread(_alert, running, alerts)
                alerts += 1
            if now >= sample_due:
                sample_due += SAMPLE_EVERY_S
                _sample(running, now, samples)
                lags.append(await _lag(progress))
            await asyncio.sleep(max(0.0, min(alert_due, sample_due) - (time.monotonic() - began)))
    servers = running.endpoints["kafka_bootstrap_servers"]
    done = {
        topic.name: len(await asyncio.to_thread(read_topic, servers, topic.name))
        for topic in (DECISIONS, ORDERS, FILLS, TRADES)
    }
    return samples, lags, {"alerts": alerts, **done}


def _alert(running: Platform, number: int) -> None:
    symbol = SYMBOLS[number % len(SYMBOLS)]
    direction = "long" if number % 2 else "short"
    body = {"ticker": symbol, "action": "buy" if number % 2 else "sell", "direction": direction}
    running.alert({**body, "symbol": symbol, "timeframe": f"{number % 50 + 1}m", "confidence": 80})


def _sample(running: Platform, now: float, samples: dict[str, Samples]) -> None:
    family = psutil.Process(running.process.pid)
    for process in (family, *family.children(recursive=True)):
        try:
            known = samples[_name(process)]
            memory, handles = process.memory_full_info().uss, process.num_fds()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        known.at.append(now)
        known.memory.append(memory)
        known.handles.append(handles)


def _name(process: psutil.Process) -> str:
    arguments = process.cmdline()
    if "-m" in arguments:
        place = arguments.index("-m")
        named = arguments[place + 3] if "--name" in arguments[place:] else ""
        return f"{arguments[place + 1]} {named}".strip()
    if arguments and "java" in arguments[0]:
        return "kafka.Kafka"
    if arguments and "postgres" in arguments[0]:
        return "postgres"
    return "tapestream run" if any("tapestream" in part for part in arguments) else process.name()


async def _lag(progress: Progress) -> int:
    ends = await progress.consumer.end_offsets(list(progress.partitions))
    read = await progress.admin.list_consumer_group_offsets(progress.group, partitions=list(progress.partitions))
    return sum(max(0, ends[place] - max(0, found.offset)) for place, found in read.items())


def _keep(path: Path, samples: dict[str, Samples]) -> None:
    lines = ["process,second,bytes,files"]
    for name, known in samples.items():
        lines += [
            f"{name},{at:.0f},{size},{files}"
            for at, size, files in zip(known.at, known.memory, known.handles, strict=True)
        ]
    path.write_text("\n".join(lines))


def _report(samples: dict[str, Samples], lags: Sequence[int], done: dict[str, int]) -> int:
    grows = []
    _say(", ".join(f"{name} {count}" for name, count in done.items()))
    for name, known in sorted(samples.items()):
        late = next((n for n, at in enumerate(known.at) if at >= known.at[-1] * WARM_UP_SHARE), 0)
        if len(known.at) - late < 3 or any(service in name for service in SERVICES):
            _say(f"{name:<44} {known.memory[-1] / _MB:8.1f} MB, not judged")
            continue
        growth = slope(*floors(known.at[late:], known.memory[late:])) / _MB
        handles = slope(known.at[late:], known.handles[late:])
        _say(
            f"{name:<44} {known.memory[-1] / _MB:8.1f} MB, {growth:+7.2f} MB/h; "
            f"{known.handles[-1]} files, {handles:+.1f}/h"
        )
        if growth > GROWTH_MAX_MB_H or handles > 1:
            grows.append(name)
    _say(f"lag: median {int(np.median(lags))}, greatest {max(lags)} messages")
    for name in grows:
        _say(f"grows: {name}")
    return 1 if grows or max(lags) > LAG_MAX else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
