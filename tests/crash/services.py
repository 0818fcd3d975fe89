"""What a round runs: Kafka, Postgres, and the platform's own processes, each with its command.

One account trades live, at a broker that is a process too. Broker and executor have the tape's time, by which orders
expire. Where no process can be given another time than the machine's, there is no broker and all trade on paper.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from argon2 import PasswordHasher

from compose import kafka, postgres
from compose.ports import free_ports, listens
from compose.processes import Command
from compose.topic_admin import ensure_topics
from sinks.database import migrate
from tests.brokers.alpaca.running import KEY, SECRET, FakeAlpaca
from tests.crash.clocks import Clocks
from tests.crash.disk import small_disk
from tests.crash.market import follow_tape
from tests.crash.plan import LIVE_ACCOUNT, WEBHOOK_ACCOUNT, Limits
from tests.crash.platform import NOT_OURS, Part, Platform, kept
from tests.crash.schedule import PROCESSES, SESSION_TIMEOUT_S, SPARE_WORKER

PROJECT = Path(__file__).resolve().parents[2]
HMAC_SECRET = "a secret of the crash rounds"
PASSWORD = "a password of the crash rounds"
POSTGRES_SETTINGS = {
    "fsync": "off",  # the machine itself does not crash: what a killed server has written is there
    "full_page_writes": "off",
    "max_wal_size": "64MB",
    "min_wal_size": "32MB",
}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a round's services are."""

    bootstrap_servers: str
    database_url: str
    api_url: str


@asynccontextmanager
async def platform_of(home: Path, *, seed: int, backlog: int) -> AsyncIterator[tuple[Platform, Addresses]]:
    """Start everything in a folder of its own and yield it; leaving ends it all.

    raises   JarsUnavailable, KafkaNotStarted, PostgresNotStarted, NotReady
    """
    with small_disk(home / "disk") as disk:
        clocks = Clocks(home)
        kafka_port, controller_port, postgres_port, api_port, broker_port = free_ports(5)
        data = home / "disk" / "postgres"
        await asyncio.gather(
            asyncio.to_thread(kafka.prepare, home / "kafka"),
            asyncio.to_thread(postgres.prepare, data, password=PASSWORD),
        )
        addresses = Addresses(
            bootstrap_servers=f"127.0.0.1:{kafka_port}",
            database_url=postgres.url(port=postgres_port, password=PASSWORD),
            api_url=f"http://127.0.0.1:{api_port}",
        )
        parts: dict[str, Part] = {
            "kafka": Part(
                kafka.java_command(home / "kafka", port=kafka_port, controller_port=controller_port),
                ready=lambda: asyncio.to_thread(listens, kafka_port),
            ),
            "postgres": Part(
                postgres.command(data, port=postgres_port, settings=POSTGRES_SETTINGS),
                ready=lambda: asyncio.to_thread(postgres.lets_in, postgres_port),
            ),
        }
        broker = FakeAlpaca(broker_port, 0) if clocks.may_jump else None
        if broker is not None:
            parts["broker"] = _broker(home, clocks, broker)
        parts |= _own_parts(home, addresses, clocks, broker, seed=seed, backlog=backlog)
        follow_tape(clocks, steps=0)
        platform = Platform(parts, home=home, disk=disk, clocks=clocks, broker=broker)
        needed = [name for name in NOT_OURS if name in parts]
        async with kept(platform):
            platform.start(*needed)
            await platform.ready(*needed)
            await postgres.ensure_database(addresses.database_url)
            await asyncio.to_thread(migrate, addresses.database_url)
            await ensure_topics(addresses.bootstrap_servers)
            platform.start(*PROCESSES)
            yield platform, addresses


async def api_answers(api_url: str) -> bool:
    """Return whether the API answers."""
    try:
        async with httpx.AsyncClient(timeout=3) as client:
            return (await client.get(f"{api_url}/health/live")).is_success
    except httpx.HTTPError:
        return False


def _broker(home: Path, clocks: Clocks, broker: FakeAlpaca) -> Part:
    options = ("--port", str(broker.port), "--cash", str(Limits().equity), "--rate-limit", "0", "--binary")
    environment = {"PYTHONPATH": str(PROJECT), **clocks.environment("broker")}
    arguments = (sys.executable, "-m", "tests.brokers.alpaca", *options)
    return Part(
        Command(arguments, environment=environment, folder=home),
        ready=lambda: asyncio.to_thread(listens, broker.port),
    )


def _trading_at(broker: FakeAlpaca | None) -> Mapping[str, str]:
    """Return the settings of who decides on, and who carries out, live orders."""
    if broker is None:
        return {"ACCOUNT_ID": LIVE_ACCOUNT}
    return {
        "ACCOUNT_ID": LIVE_ACCOUNT,
        "BROKER": "alpaca",
        "ALPACA_PAPER": "true",
        "ALPACA_BASE_URL": broker.rest_url,
        "ALPACA_API_KEY": KEY,
        "ALPACA_SECRET_KEY": SECRET,
        "BROKER_TIMEOUT_S": "1",
        "BROKER_REQUESTS_PER_MINUTE": "60000",
        "EXIT_ORDER_STEP_S": "1",
        "MAX_ORDER_CONTRACTS": "10000",
        "MAX_ORDER_NOTIONAL": str(Limits().equity),
        "MAX_ORDERS_PER_MINUTE": "60000",
        "RECONCILE_INTERVAL_S": "20",
    }


def _own_parts(
    home: Path, addresses: Addresses, clocks: Clocks, broker: FakeAlpaca | None, *, seed: int, backlog: int
) -> dict[str, Part]:
    settings = {
        **Limits().environment(),
        "KAFKA_BOOTSTRAP_SERVERS": addresses.bootstrap_servers,
        "DATABASE_URL": addresses.database_url,
        "KAFKA_SESSION_TIMEOUT_S": str(SESSION_TIMEOUT_S),
        "ACCOUNT_ID": WEBHOOK_ACCOUNT,
        "CLOCK": "tape",
        "LOG_LEVEL": "info",
        "PYTHONPATH": str(PROJECT),
        "PYTHONUNBUFFERED": "1",
        "TAPESTREAM_HOME": str(home),
    }
    of_api = {
        "HOST": "127.0.0.1",
        "PORT": addresses.api_url.rpartition(":")[2],
        "HMAC_SECRET": HMAC_SECRET,
        "JWT_SECRET": "another secret of the crash rounds, long enough",
        "TAPESTREAM_USERNAME": "trader",
        "TAPESTREAM_PASSWORD_HASH": PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD),
    }
    feeding = ("--seed", str(seed), "--backlog", str(backlog), "--journal", str(journal_of(home)))

    def python(name: str, module: str, *arguments: str, more: Mapping[str, str] | None = None) -> Part:
        environment = {**settings, **clocks.environment(name), **(more or {})}
        return Part(Command((sys.executable, "-m", module, *arguments), environment=environment, folder=home))

    trading = _trading_at(broker)
    workers = [name for name in (*PROCESSES, SPARE_WORKER) if name.startswith("worker-")]
    return {
        **{name: python(name, "streams.worker", "--name", name, more=trading) for name in workers},
        "history": python("history", "sinks.history"),
        "executor": python("executor", "sinks.executor", more=trading),
        "api": python("api", "api.server", more=of_api),
        "feed": python("feed", "tests.crash.feeder", *feeding),
    }


def journal_of(home: Path) -> Path:
    """Return the file in which the feed notes how far it has come."""
    return home / "feed.steps"
