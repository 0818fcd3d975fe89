"""The platform as `tapestream run` starts it: services first, then what works on them, then the feed."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from aiokafka.errors import KafkaError

from compose import kafka, postgres
from compose.children import (
    STOP_DEADLINE_S,
    application_children,
    feed_children,
    metrics_ports,
    stop_order,
    with_metrics,
)
from compose.environment import secrets_environment, settings_environment
from compose.home import Home, opened
from compose.kafka_jars import jars_folder
from compose.notify import listening
from compose.options import BadOption, RunOptions
from compose.ports import is_free, remembered_ports
from compose.private_files import write_private
from compose.processes import Command
from compose.secrets import HomeSecrets, home_secrets
from compose.supervisor import Child, ChildFailed, Supervisor
from compose.topic_admin import TopicsDiffer, TopicsNotCreated, ensure_topics
from streams.settings import Settings

PREPARE_DEADLINE_S = 120.0
JARS_DEADLINE_S = 900.0
REACHABLE_DEADLINE_S = 20.0

Say = Callable[[str, str], None]


@dataclass(frozen=True, slots=True, repr=False)
class Ready:
    """What a person needs to know once all is ready."""

    options: RunOptions
    settings: Settings
    secrets: HomeSecrets
    api_url: str
    bootstrap_servers: str
    broker: kafka.Kind
    database_url: str
    metrics: Mapping[str, int] = field(default_factory=dict)
    """the port at which each process answers Prometheus"""

    @property
    def webhook_url(self) -> str:
        """Where alerts with a token in the body go."""
        return f"{self.api_url}/webhook/{self.secrets.webhook_url_id}"

    def endpoints(self) -> dict[str, str]:
        """Return what is written to endpoints.json."""
        return {
            "api_url": self.api_url,
            "kafka_bootstrap_servers": self.bootstrap_servers,
            "database_url": self.database_url,
            "username": self.secrets.username,
            "password": self.secrets.password,
            "webhook_token": self.secrets.signal_token,
            "hmac_secret": self.secrets.hmac_secret,
            "webhook_url": self.webhook_url,
            **{f"metrics_{name}": f"http://127.0.0.1:{port}/metrics" for name, port in self.metrics.items()},
        }


async def run(options: RunOptions, settings: Settings, *, say: Say, on_ready: Callable[[Ready], None]) -> None:
    """Run a platform until SIGINT, SIGTERM or SIGHUP, then stop it in order and leave no process.

    raises   BadOption, HomeInUse, ChildFailed, ValueError when a file of the home is damaged
    """
    asked_to_stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, asked_to_stop.set)
    with opened(options.home) as home, listening() as line:
        home.endpoints.unlink(missing_ok=True)
        secrets = home_secrets(home.folder, security=settings.security)
        async with Supervisor(logs=home.logs, say=say, line=line) as supervisor:
            starting = asyncio.create_task(
                _start(options, settings, secrets, home=home, supervisor=supervisor, say=say)
            )
            stopping = asyncio.create_task(asked_to_stop.wait())
            ends: set[asyncio.Future[Any]] = {stopping, supervisor.lost}
            try:
                await asyncio.wait({starting, *ends}, return_when=asyncio.FIRST_COMPLETED)
                if starting.done():
                    ready = starting.result()
                    write_private(home.endpoints, ready.endpoints())
                    on_ready(ready)
                    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
                if supervisor.lost.done():
                    supervisor.lost.result()
            finally:
                for task in (starting, stopping):
                    task.cancel()
                await asyncio.gather(starting, stopping, return_exceptions=True)
                say("tapestream", "stopping")
                await supervisor.stop(stop_order(options.workers))
    say("tapestream", "stopped")


async def _start(
    options: RunOptions, settings: Settings, secrets: HomeSecrets, *, home: Home, supervisor: Supervisor, say: Say
) -> Ready:
    port = _api_port(options, settings, home=home)
    with _first_failure():
        async with asyncio.TaskGroup() as both:
            broker_task = both.create_task(_start_kafka(settings, home=home, supervisor=supervisor, say=say))
            database_task = both.create_task(
                _start_postgres(settings, secrets, home=home, supervisor=supervisor, say=say)
            )
    (bootstrap_servers, broker), database_url = broker_task.result(), database_task.result()
    host = settings.server.host
    here = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    api_url = f"http://{here}:{port}"
    environment = {
        **settings_environment(settings),
        **secrets_environment(secrets, settings.security),
        "KAFKA_BOOTSTRAP_SERVERS": bootstrap_servers,
        "DATABASE_URL": database_url,
        "PORT": str(port),
        "CLOCK": clock(options, settings),
        "API_URL": api_url,
        "TAPESTREAM_HOME": str(home.folder),
    }
    say("tapestream", "starting workers, sinks and the API")
    applications = application_children(options, environment=environment)
    feeds = feed_children(options, environment=environment)
    metrics = metrics_ports(home.ports, [*applications, *feeds])
    await supervisor.start(with_metrics(applications, metrics))
    await supervisor.start(with_metrics(feeds, metrics))
    return Ready(
        options=options,
        settings=settings,
        secrets=secrets,
        api_url=api_url,
        bootstrap_servers=bootstrap_servers,
        broker=broker,
        database_url=database_url,
        metrics=metrics,
    )


@contextmanager
def _first_failure() -> Iterator[None]:
    """Raise the first of a task group's failures instead of the group, as there is one thing to tell a person."""
    try:
        yield
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None


def clock(options: RunOptions, settings: Settings) -> str:
    """Return the platform's clock: as asked for, else as set, else the tape's for a recorded session."""
    if options.clock is not None:
        return options.clock
    if "clock" in settings.server.model_fields_set:
        return settings.server.clock
    return "tape" if options.feed.kind == "replay" else "wall"


def _api_port(options: RunOptions, settings: Settings, *, home: Home) -> int:
    asked = settings.server.port if options.port is None else options.port
    if asked == 0:
        return remembered_ports(home.ports, "api")[0]
    if not is_free(asked, host=settings.server.host):
        raise BadOption(f"PORT: {asked} of {settings.server.host} is in use or not ours to take; choose another --port")
    return asked


async def _start_kafka(settings: Settings, *, home: Home, supervisor: Supervisor, say: Say) -> tuple[str, kafka.Kind]:
    """Start or find the broker, with all topics; returns its bootstrap servers and which kind it is."""
    kind = kafka.kind_of(settings.kafka.bootstrap_servers)
    match kind:
        case "given":
            servers = settings.kafka.bootstrap_servers
            if not await _within(REACHABLE_DEADLINE_S, lambda: kafka.answers(servers)):
                raise BadOption(f"KAFKA_BOOTSTRAP_SERVERS: no broker answers at {servers}")
        case "java":
            servers = await _start_java(home=home, supervisor=supervisor, say=say)
        case "mock":
            say("kafka", "no java and mvn here: using librdkafka's mock cluster, in memory, gone at the end")
            servers = await _start_mock(home=home, supervisor=supervisor)
    try:
        await ensure_topics(servers, replication=settings.kafka.replication)
    except (TopicsDiffer, TopicsNotCreated, KafkaError) as error:
        raise ChildFailed(f"topics: {error}") from error
    say("kafka", f"listens at {servers}, topics are there")
    return servers, kind


async def _start_java(*, home: Home, supervisor: Supervisor, say: Say) -> str:
    if not kafka.prepared(home.kafka):
        say("kafka", "preparing its storage" if jars_folder().exists() else "copying its jars with Maven, once")
        prepare = Command(
            arguments=(sys.executable, "-m", "compose.prepare", "kafka", str(home.kafka)), environment=dict(os.environ)
        )
        await supervisor.run_once("kafka", prepare, deadline_s=JARS_DEADLINE_S)
    port, controller_port = remembered_ports(home.ports, "kafka", "kafka_controller")
    servers = f"127.0.0.1:{port}"
    command = kafka.java_command(home.kafka, port=port, controller_port=controller_port)
    await supervisor.start([_service("kafka", command, ready=lambda: kafka.answers(servers))])
    return servers


async def _start_mock(*, home: Home, supervisor: Supervisor) -> str:
    address = home.folder / "mock-kafka"
    address.unlink(missing_ok=True)

    async def has_written() -> bool:
        return address.exists()

    child = _service("kafka", kafka.mock_command(address), ready=has_written)
    await supervisor.start([replace(child, replaceable=False)])
    return address.read_text()


async def _start_postgres(
    settings: Settings, secrets: HomeSecrets, *, home: Home, supervisor: Supervisor, say: Say
) -> str:
    """Start or find the database and migrate it; returns its address."""
    address = settings.database.url
    if address:
        if not await _within(REACHABLE_DEADLINE_S, lambda: postgres.answers(address)):
            raise BadOption(f"DATABASE_URL: no Postgres lets us in at {postgres.without_password(address)}")
    else:
        password = secrets.database_password
        if not postgres.prepared(home.postgres):
            say("postgres", "making its data")
            prepare = Command(
                arguments=(sys.executable, "-m", "compose.prepare", "postgres", str(home.postgres)),
                environment={**os.environ, "POSTGRES_PASSWORD": password},
            )
            await supervisor.run_once("postgres", prepare, deadline_s=PREPARE_DEADLINE_S)
        (port,) = remembered_ports(home.ports, "postgres")
        address = postgres.url(port=port, password=password)
        server = postgres.at_database(address, postgres.SUPERUSER)
        command = postgres.command(home.postgres, port=port)
        await supervisor.start([_service("postgres", command, ready=lambda: postgres.answers(server))])
        await postgres.ensure_database(address)
    migrate = Command(
        arguments=(sys.executable, "-m", "compose.prepare", "migrations"),
        environment={**os.environ, "DATABASE_URL": address},
    )
    await supervisor.run_once("migrations", migrate, deadline_s=PREPARE_DEADLINE_S)
    say("postgres", f"listens at {postgres.without_password(address)}, migrated")
    return address


def _service(name: str, command: Command, *, ready: Callable[[], Awaitable[bool]]) -> Child:
    return Child(name, command, ready=ready, stop_deadline_s=STOP_DEADLINE_S[name])


async def _within(deadline_s: float, ask: Callable[[], Awaitable[bool]]) -> bool:
    end = asyncio.get_running_loop().time() + deadline_s
    while not await ask():
        if asyncio.get_running_loop().time() > end:
            return False
        await asyncio.sleep(0.2)
    return True
