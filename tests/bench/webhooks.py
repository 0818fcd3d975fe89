"""How fast one uvicorn process takes alerts: durable on Kafka, claimed in Postgres, and answered."""

import asyncio
import json
import tempfile
from itertools import product
from pathlib import Path
from string import ascii_uppercase

from tests.api.serving import environment, served
from tests.bench.asking import at_once, connections, post, steadily
from tests.bench.database import migrated
from tests.e2e.trace import ALERT

RATE, LASTS_S = 200, 10.0
AT_ONCE, CONNECTIONS = 10_000, 64
WARM = RATE * 5  # a Kafka that has just begun is slow for some seconds
SYMBOLS = ["".join(letters) for letters in product(ascii_uppercase, repeat=3)]


def alert(number: int, token: str) -> bytes:
    """Return the request of an alert that is like no other."""
    return post("/webhook", json.dumps({**ALERT, "symbol": SYMBOLS[number], "secret": token}).encode())


async def _measured(address: str) -> tuple[list[float], float]:
    token = environment()["WEBHOOK_TOKEN"]
    steady = int(RATE * LASTS_S)
    requests = [alert(number, token) for number in range(WARM + steady + AT_ONCE)]
    async with connections(address, CONNECTIONS) as asking:
        await steadily(asking, requests[:WARM], rate=RATE)
        waits_s = await steadily(asking, requests[WARM : WARM + steady], rate=RATE)
        return waits_s, await at_once(asking, requests[WARM + steady :])


def measure(bootstrap_servers: str) -> list[tuple[str, float, str, str]]:
    """Return rows of (figure, value, unit, beside it)."""
    with migrated() as database_url, tempfile.TemporaryDirectory() as folder:
        reached = {"DATABASE_URL": database_url, "KAFKA_BOOTSTRAP_SERVERS": bootstrap_servers}
        with served(Path(folder), LOG_LEVEL="warning", **reached) as (_, address):
            waits_s, took_s = asyncio.run(_measured(address))
    ordered = sorted(waits_s)
    middle_ms, late_ms = ordered[len(ordered) // 2] * 1e3, ordered[int(len(ordered) * 0.99)] * 1e3
    return [
        (
            "POST /webhook, p99",
            late_ms,
            "ms",
            f"at {RATE}/s for {LASTS_S:g} s, from when it was due; p50 {middle_ms:.1f}",
        ),
        ("POST /webhook, accepted", AT_ONCE / took_s, "alerts/s", f"{CONNECTIONS} connections, one process"),
    ]
