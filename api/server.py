"""The API: webhooks in, questions answered. `python -m api.server` serves it on uvicorn.

HOST and PORT say where; with PORT=0 a free one is taken, logged, and told to the supervisor as STATUS=<address>.
It starts, and takes alerts, while Kafka or Postgres is away; `/health/ready` says what is missing.
"""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

import uvicorn
from fastapi import FastAPI
from prometheus_client import REGISTRY

from api import export, headers, limits, problems, request_limits, schema_registry, webhooks
from api.authenticator import Authenticator
from api.health import Health
from api.intake import Intake
from api.last_events import LastEvents
from api.live import Live
from api.markets import Markets
from api.metrics import GroupsCollector
from api.pool import open_pool
from api.publishing import disconnect, keep_connected
from api.routes import ROUTERS
from api.stream.streams import Streams
from api.tape import Tape
from streams import logs, metrics, readiness
from streams.clocks import TapeClock, WallClock
from streams.cycles import collect_rarely
from streams.publisher import Publisher
from streams.settings import InvalidSettings, Settings, load_settings

SHUTDOWN_S = 2

log = logs.logger(__name__)


def create_app(settings: Settings) -> FastAPI:
    """Return the app. It connects to nothing before its lifespan begins.

    raises   InvalidSettings naming each setting that is missing or bad
    """
    missing = [
        f"{name}: is not set"
        for name, value in (
            ("KAFKA_BOOTSTRAP_SERVERS", settings.kafka.bootstrap_servers),
            ("DATABASE_URL", settings.database.url),
        )
        if not value
    ]
    if missing:
        raise InvalidSettings("\n".join(missing))
    app = FastAPI(
        title="Tapestream",
        version="0.1.0",
        description=__doc__.splitlines()[0] if __doc__ else "",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
    )
    clock: TapeClock | WallClock = TapeClock() if settings.server.clock == "tape" else WallClock()
    app.state.settings = settings
    app.state.clock = clock
    app.state.authenticator = Authenticator(settings)
    app.state.tape = Tape(settings, now=clock.now)
    app.state.streams = Streams(
        settings,
        tape_is_silent=lambda: app.state.tape.is_silent,
        changed=app.state.authenticator.callers.changed,
    )
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    schema_registry.install(app)
    export.install(app)
    # the last one added is the outermost: even the guard's 500 carries the headers
    app.add_middleware(webhooks.Direct)
    app.add_middleware(limits.BodyLimit)
    request_limits.install(app, settings.limits)
    app.add_middleware(problems.Guard)
    headers.install(app, settings.server)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    clock: TapeClock | WallClock = app.state.clock
    servers = settings.kafka.bootstrap_servers

    def on_time(at: datetime) -> None:
        if isinstance(clock, TapeClock):
            clock.advance(at)

    async with AsyncExitStack() as stack:
        pool = await open_pool(settings.database.url, max_size=settings.database.pool_max)
        stack.callback(pool.terminate)
        streams: Streams = app.state.streams
        live = Live(servers, on_time=on_time, on_books=streams.on_books, on_tape=streams.on_tape)
        live.start()
        app.state.tape.start(live)
        streams.start()
        stack.push_async_callback(app.state.tape.stop)
        stack.push_async_callback(streams.stop)
        stack.push_async_callback(live.stop)
        markets = Markets(servers, now=clock.now)
        markets.start()
        stack.push_async_callback(markets.stop)
        checks = Health(servers, pool=pool, live=live, worker_metrics=settings.server.worker_metrics)
        checks.start()
        lags = GroupsCollector(lambda: checks.groups.found)
        REGISTRY.register(lags)
        stack.callback(REGISTRY.unregister, lags)
        stack.push_async_callback(checks.stop)
        publisher = Publisher(servers, client_id="tapestream-api")
        connecting = asyncio.create_task(keep_connected(publisher), name="publisher")
        stack.push_async_callback(disconnect, publisher, connecting)
        intake = Intake(settings=settings, publisher=publisher, pool=pool, clock=clock)
        await intake.start()
        stack.push_async_callback(intake.stop)
        app.state.pool, app.state.live, app.state.health, app.state.intake = pool, live, checks, intake
        last_events = LastEvents(servers)
        stack.push_async_callback(last_events.stop)
        app.state.markets, app.state.last_events = markets, last_events
        yield


class Server(uvicorn.Server):
    """Says when it listens, and where; ends streams when it ends."""

    def __init__(self, config: uvicorn.Config, *, streams: Streams) -> None:
        super().__init__(config)
        self._streams = streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._streams.close()
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.started:
            return
        collect_rarely(young=5_000)
        port = next(opened.getsockname()[1] for server in self.servers for opened in server.sockets)
        host = f"[{self.config.host}]" if ":" in self.config.host else self.config.host
        log.info("listening", address=f"http://{host}:{port}")
        readiness.notify(f"STATUS=http://{host}:{port}")
        readiness.ready()


def serve(settings: Settings) -> bool:
    """Serve until SIGTERM or SIGINT, and return whether it ever listened; raises InvalidSettings."""
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        host=settings.server.host,
        port=settings.server.port,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=SHUTDOWN_S,
    )
    server = Server(config, streams=app.state.streams)
    # uvicorn raises the signal once more after it has shut down: that one must not end the process as if it had failed
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    server.run()
    return server.started


def main() -> int:
    """Run the process; returns its exit code."""
    try:
        settings = load_settings()
        logs.configure(settings.server.log_level, process="api")
        metrics.serve(settings.server.metrics_host, settings.server.metrics_port)
        return 0 if serve(settings) else 1
    except InvalidSettings as error:
        sys.stderr.write(f"{error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
