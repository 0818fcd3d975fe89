"""How fast one process of the API, and two, take alerts: durable on Kafka, claimed in Postgres, and answered."""

import json
import tempfile
from contextlib import ExitStack
from itertools import count, islice, product
from pathlib import Path
from string import ascii_uppercase

import uvloop

from tests.api.serving import environment, served
from tests.bench.asking import at_once, connections, post, steadily
from tests.bench.database import migrated
from tests.bench.figures import Sample, growth, share
from tests.e2e.trace import ALERT

RATES, LASTS_S = (50, 200, 800), 10.0
AT_ONCE, CONNECTIONS = 10_000, 64
WARM_RATE, WARM_S = 200, 5.0  # a Kafka that has just begun is slow for some seconds
SYMBOLS = ["".join(letters) for letters in product(ascii_uppercase, repeat=4)]


def alert(number: int, token: str) -> bytes:
    """Return the request of an alert that is like no other."""
    return post("/webhook", json.dumps({**ALERT, "symbol": SYMBOLS[number], "secret": token}).encode())


async def _measured(address: str, second: str) -> tuple[dict[int, list[float]], list[float]]:
    """Return the seconds that each alert waited at each rate, and those that all of them took at once.

    second  of a second process, between which and the first the last ones are divided
    """
    token, numbers = environment()["WEBHOOK_TOKEN"], count()
    waits_s: dict[int, list[float]] = {}

    def alerts(many: float) -> list[bytes]:
        return [alert(number, token) for number in islice(numbers, int(many))]

    async with connections(address, CONNECTIONS) as asking:
        await steadily(asking, alerts(WARM_RATE * WARM_S), rate=WARM_RATE)
        for rate in RATES:
            waits_s[rate] = await steadily(asking, alerts(rate * LASTS_S), rate=rate)
        took_s = [await at_once(asking, alerts(AT_ONCE))]
    async with connections(address, CONNECTIONS, second) as asking:
        await steadily(asking, alerts(WARM_RATE * WARM_S), rate=WARM_RATE)
        return waits_s, [*took_s, await at_once(asking, alerts(AT_ONCE))]


def measure(bootstrap_servers: str) -> list[Sample]:
    """Return what one run finds."""
    with migrated() as database_url, ExitStack() as running:
        reached = {"DATABASE_URL": database_url, "KAFKA_BOOTSTRAP_SERVERS": bootstrap_servers, "LOG_LEVEL": "warning"}
        folders = [Path(running.enter_context(tempfile.TemporaryDirectory())) for _ in range(2)]
        addresses = [running.enter_context(served(folder, **reached))[1] for folder in folders]
        waits_s, took_s = uvloop.run(_measured(*addresses))
    samples, costs = list[Sample](), dict[str, dict[int, float]]()
    for rate, waits in waits_s.items():
        for label, part in (("p50", 0.5), ("p99", 0.99)):
            found_ms = share(waits, part) * 1e3
            samples.append(
                Sample(f"POST /webhook at {rate}/s, {label}", found_ms, "ms", f"each rate for {LASTS_S:g} s")
            )
            costs.setdefault(label, {})[rate] = found_ms
    note = f"{AT_ONCE:,}, {CONNECTIONS} connections"
    accepted = [
        Sample(f"POST /webhook, accepted{by}", AT_ONCE / seconds, "alerts/s", note)
        for by, seconds in zip(("", " by two processes"), took_s, strict=True)
    ]
    grown = [
        growth(f"POST /webhook with the rate, {label}", cost, "alerts a second, ms") for label, cost in costs.items()
    ]
    return [*samples, *accepted, *grown]
