"""What a thousand clients of the live stream get of a burst: every fact, in order, over reconnections; and how late."""

import asyncio
import contextlib
import json
import multiprocessing
import os
import random
import secrets
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from multiprocessing.queues import Queue
from pathlib import Path

import httpx

from schemas.event import to_micros
from schemas.orders import OrderPlaced
from streams.publisher import Publisher
from streams.topics import ORDERS
from tests.api.serving import PASSWORD, USERNAME, served
from tests.api.stream_facts import placed
from tests.bench.database import migrated

CLIENTS, PROCESSES = 1_000, 2
FACTS, PACE_S = 100, 0.2
"""Sent one at a time, so that what is measured is the way and not a queue."""
BURST = 300
"""Sent at once, after that."""
BREAKING = 0.05
"""The share of clients whose connection breaks every few facts, and goes on from its last id."""
SYMBOLS = tuple(f"S{number:03d}" for number in range(24))
LAST = "last"

Figures = tuple[int, int, int, int, list[float], list[float]]
"""Clients that have every fact once and in order, others, connections, events; latencies in ms, then the burst's."""


async def _client(port: int, token: str, seeded: random.Random | None, figures: "_Figures") -> None:
    cursor, names = "", list[str]()
    while True:
        leaves_after = 10**9 if seeded is None else seeded.randint(5, 100)
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
        try:
            resume = f"Last-Event-ID: {cursor}\r\n" if cursor else ""
            writer.write(f"GET /stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n{resume}\r\n".encode())
            await reader.readuntil(b"\r\n\r\n")
            figures.connections += 1
            rest = b""
            while leaves_after > 0:
                size = int(await reader.readuntil(b"\r\n"), 16)
                rest += (await reader.readexactly(size + 2))[:-2]
                got = time.time() * 1e6
                *blocks, rest = rest.split(b"\n\n")
                for block in blocks:
                    figures.events += 1
                    event, data, *more = block.split(b"\n")
                    if more:
                        cursor = more[0].decode().removeprefix("id: ")
                    if event == b"event: hello" and figures.ready is not None and not names:
                        figures.ready()
                    if event != b"event: order":
                        continue
                    row = json.loads(data.removeprefix(b"data: "))
                    name = row["client_order_id"]
                    names.append(name)
                    if seeded is None:
                        sent = to_micros(datetime.fromisoformat(row["created_at"]))
                        (figures.late_ms if name.startswith("paced") else figures.burst_ms).append((got - sent) / 1e3)
                    if name.startswith(LAST):
                        figures.finish(names)
                        return
                    leaves_after -= 1
                    if leaves_after <= 0:
                        break
        finally:
            writer.transport.abort()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


class _Figures:
    """What the clients of one process have seen."""

    def __init__(self, clients: int, said: "Queue[object]") -> None:
        self.connections = self.events = self.whole = self.wanting = 0
        self.late_ms: list[float] = []
        self.burst_ms: list[float] = []
        self._waited = clients
        self._said = said

    def ready(self) -> None:
        self._waited -= 1
        if self._waited == 0:
            self._said.put("ready")

    def finish(self, names: Sequence[str]) -> None:
        in_order = all(
            numbers == sorted(numbers)
            for symbol in SYMBOLS
            for numbers in [[int(name.split("-")[1]) for name in names if name.endswith(f"-{symbol}")]]
        )
        if in_order and len(names) == len(set(names)) == FACTS + BURST + 1:
            self.whole += 1
        else:
            self.wanting += 1


def _clients(port: int, token: str, count: int, seed: int, said: "Queue[object]") -> None:
    figures = _Figures(count, said)

    async def all_of_them() -> None:
        breaking = int(count * BREAKING)
        async with asyncio.TaskGroup() as group:
            for number in range(count):
                seeded = random.Random(seed + number) if number < breaking else None
                group.create_task(_client(port, token, seeded, figures))
                await asyncio.sleep(0.002)

    asyncio.run(all_of_them())
    said.put((figures.whole, figures.wanting, figures.connections, figures.events, figures.late_ms, figures.burst_ms))


async def _send(bootstrap_servers: str) -> tuple[float, float]:
    """Send the facts, and return the milliseconds that Kafka took to have one: the median, and 99 of 100."""
    took = []

    source = f"bench-{secrets.token_hex(4)}"  # the Kafka may hold the facts of another run

    def fact(kind: str, number: int, symbol: str) -> OrderPlaced:
        numbered = {"source": source, "sequence": number + 1, "occurred_at": datetime.now(UTC)}
        return placed(f"{kind}-{number}-{symbol}", "paper", symbol, **numbered)

    async with Publisher(bootstrap_servers, linger_ms=0) as publisher:
        for number in range(FACTS):
            symbol = SYMBOLS[number % len(SYMBOLS)]
            begun = time.perf_counter()
            await publisher.publish(ORDERS, fact("paced", number, symbol), key=symbol)
            took.append((time.perf_counter() - begun) * 1e3)
            await asyncio.sleep(PACE_S)
        futures = []
        for number in range(FACTS, FACTS + BURST):
            symbol = SYMBOLS[number % len(SYMBOLS)]
            futures.append(await publisher.send(ORDERS, fact("burst", number, symbol), key=symbol))
        await asyncio.gather(*futures)
        await asyncio.sleep(1.0)  # it is read after all others, whatever partition they are on
        await publisher.publish(ORDERS, fact(LAST, FACTS + BURST, SYMBOLS[0]), key=SYMBOLS[0])
    return _share(took, 0.5), _share(took, 0.99)


def _share(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def measure(bootstrap_servers: str, folder: Path) -> list[tuple[str, float, str, str]]:
    """Return rows of (figure, value, unit, beside it). Raises AssertionError when a client misses anything."""
    with migrated() as database_url:
        environment = {"DATABASE_URL": database_url, "KAFKA_BOOTSTRAP_SERVERS": bootstrap_servers}
        with served(folder, LOG_LEVEL="warning", **environment) as (_, address):
            return measure_at(address, bootstrap_servers)


def measure_at(address: str, bootstrap_servers: str) -> list[tuple[str, float, str, str]]:
    """Measure an API that runs, as `measure` does."""
    login = httpx.post(f"{address}/auth/login", json={"username": USERNAME, "password": PASSWORD}, timeout=30)
    login.raise_for_status()
    token, port = login.json()["access_token"], int(address.rpartition(":")[2])
    spawning = multiprocessing.get_context("spawn")
    said: Queue[object] = spawning.Queue()
    processes = [
        spawning.Process(target=_clients, args=(port, token, CLIENTS // PROCESSES, 10_000 * number, said))
        for number in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    try:
        for _ in processes:
            assert said.get(timeout=300) == "ready"
        half, most = asyncio.run(_send(bootstrap_servers))
        found = [said.get(timeout=300) for _ in processes]
    finally:
        for process in processes:
            process.terminate()
            process.join(10)
    figures: list[Figures] = [item for item in found if isinstance(item, tuple)]
    whole, wanting = sum(item[0] for item in figures), sum(item[1] for item in figures)
    connections, events = sum(item[2] for item in figures), sum(item[3] for item in figures)
    assert (whole, wanting) == (CLIENTS, 0), f"{wanting} of {CLIENTS} clients missed something"
    late_ms = [value for item in figures for value in item[4]]
    burst_ms = [value for item in figures for value in item[5]]
    everyone = f"{CLIENTS} clients, {connections} connections, {events:,} events, none missed, none twice"
    return [
        (
            "a fact from its sending to a stream's client, p50",
            _share(late_ms, 0.5),
            "ms",
            f"Kafka has it in {half:.1f}",
        ),
        ("the same, p99", _share(late_ms, 0.99), "ms", f"Kafka has it in {most:.1f}; {everyone}"),
        (f"the same in a burst of {BURST:,}, p99", _share(burst_ms, 0.99), "ms", f"p50 {_share(burst_ms, 0.5):.0f}"),
    ]


def main() -> None:
    """Measure on a Kafka of its own, or on the one that is given, and print."""
    from compose.kafka import running
    from compose.topic_admin import ensure_topics

    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        servers = os.environ.get("KAFKA_BOOTSTRAP_SERVERS") or stack.enter_context(running(Path(folder) / "kafka"))
        asyncio.run(ensure_topics(servers))
        for figure, value, unit, beside in measure(servers, Path(folder)):
            sys.stdout.write(f"{figure}: {value:,.1f} {unit} ({beside})\n")


if __name__ == "__main__":
    main()
