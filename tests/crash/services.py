"""What a round runs: Kafka, Postgres, and the platform's own processes, each with its command.

Another process, such as a broker that orders go to, is one more entry of `parts`, with its address in the settings
of the processes that talk to it; it has to be started in `platform_of`.
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
from tests.crash.clocks import Clocks
from tests.crash.disk import small_disk
from tests.crash.plan import WEBHOOK_ACCOUNT, Limits
from tests.crash.platform import Part, Platform, kept
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
        kafka_port, controller_port, postgres_port, api_port = free_ports(4)
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
        parts = {
            "kafka": Part(
                kafka.java_command(home / "kafka", port=kafka_port, controller_port=controller_port),
                ready=lambda: asyncio.to_thread(listens, kafka_port),
            ),
            "postgres": Part(
                postgres.command(data, port=postgres_port, settings=POSTGRES_SETTINGS),
                ready=lambda: asyncio.to_thread(postgres.lets_in, postgres_port),
            ),
            **_own_parts(home, addresses, clocks, seed=seed, backlog=backlog),
        }
        async with kept(Platform(parts, home=home, disk=disk, clocks=clocks)) as platform:
            platform.start("kafka", "postgres")
            await platform.ready("kafka", "postgres")
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


def _own_parts(home: Path, addresses: Addresses, clocks: Clocks, *, seed: int, backlog: int) -> Mapping[str, Part]:
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

    workers = [name for name in (*PROCESSES, SPARE_WORKER) if name.startswith("worker-")]
    return {
        **{name: python(name, "streams.worker", "--name", name) for name in workers},
        "history": python("history", "sinks.history"),
        "executor": python("executor", "sinks.executor"),
        "api": python("api", "api.server", more=of_api),
        "feed": python("feed", "tests.crash.feeder", *feeding),
    }


def journal_of(home: Path) -> Path:
    """Return the file in which the feed notes how far it has come."""
    return home / "feed.steps"
