"""The webhooks on a small app, with what stands behind them: real Kafka and Postgres, and a way to cut either off."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

import aiokafka.client
import asyncpg
import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from fastapi import FastAPI

from api import webhooks
from api.intake import Intake
from api.pool import open_pool
from api.signatures import HEADER, signature_of
from schemas.codec import decode
from schemas.event import Event
from streams.clocks import Clock, WallClock
from streams.publisher import Publisher
from streams.settings import Settings, load_settings
from streams.topics import PARTITIONS, Topic

TOKEN = "a-signal-token-of-the-tests"
HMAC_SECRET = "an-hmac-secret-of-the-tests"
URL_ID = "an-url-id-of-the-tests"
NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"

E = TypeVar("E", bound=Event)


def new_symbol() -> str:
    """Return a ticker of one test's own."""
    return "T" + "".join(chr(ord("A") + int(digit, 16)) for digit in uuid4().hex[:9])


def settings(monkeypatch: pytest.MonkeyPatch, **more: str) -> Settings:
    """Return the settings of the tests."""
    environment = {
        "HMAC_SECRET": HMAC_SECRET,
        "WEBHOOK_TOKEN": TOKEN,
        "WEBHOOK_URL_ID": URL_ID,
        "WEBHOOK_AUTH": "required",
        "ACCOUNT_ID": f"test-{uuid4().hex[:12]}",
    } | more
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return load_settings(env_file=None)


async def until(condition: Callable[[], Coroutine[Any, Any, object]], *, within_s: float = 20) -> Any:
    """Return what `condition` gives as soon as it is true; fails after `within_s`."""
    async with asyncio.timeout(within_s):
        while not (found := await condition()):  # noqa: ASYNC110 -- a database tells nobody
            await asyncio.sleep(0.02)
    return found


@dataclass
class Stage:
    """The app, and what a test looks at behind it."""

    client: httpx.AsyncClient
    intake: Intake
    pool: "asyncpg.Pool[asyncpg.Record]"
    settings: Settings
    symbol: str = field(default_factory=new_symbol)

    def alert(self, **more: object) -> dict[str, object]:
        """Return an alert that is taken."""
        return {
            "symbol": self.symbol,
            "direction": "long",
            "timeframe": "5m",
            "timestamp": 1770996600,
            "price": 595.42,
            "confidence": 75,
            "indicators": {"ema8": 595.10, "ema21": [594.1, 594.80], "atr": 1.25},
            "secret": TOKEN,
        } | more

    async def post(
        self, payload: object, path: str = "/webhook", *, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """Post a payload, unsigned."""
        content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        return await self.client.post(path, content=content, headers=headers)

    async def post_signed(self, payload: object, path: str = "/webhook", **headers: str) -> httpx.Response:
        """Post a payload with its signature."""
        raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        return await self.post(raw, path, headers={HEADER: signature_of(raw, secret=HMAC_SECRET), **headers})

    async def row(self, answer: httpx.Response) -> asyncpg.Record:
        """Return the row of webhook_events that an answer names, once it is written."""
        query = "SELECT * FROM webhook_events WHERE request_id = $1"
        row = await until(lambda: self.pool.fetchrow(query, answer.json()["request_id"]))
        assert isinstance(row, asyncpg.Record)
        assert str(row["event_id"]) == answer.json().get("webhook_event_id", str(row["event_id"]))
        return row


@asynccontextmanager
async def stage(
    *,
    settings: Settings,
    publisher: Publisher,
    database_url: str,
    clock: Clock | None = None,
    watch_url: str | None = None,
) -> AsyncIterator[Stage]:
    """Serve the webhooks; `watch_url` is how the test reaches the database when the app's own way may be cut."""
    pool = await open_pool(database_url, max_size=20)
    watching = pool if watch_url is None else await open_pool(watch_url, max_size=2)
    intake = Intake(settings=settings, publisher=publisher, pool=pool, clock=clock or WallClock())
    app = FastAPI()
    app.include_router(webhooks.router)
    app.add_middleware(webhooks.Direct)
    app.state.intake = intake
    await intake.start()
    try:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            yield Stage(client, intake, watching, settings)
    finally:
        await intake.stop()
        for opened in {pool, watching}:
            opened.terminate()


class Tape:
    """What has been published since the test began."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer
        self.messages: list[Any] = []

    async def read(self, topic: Topic, model: type[E], *, key: str, count: int, within_s: float = 20) -> list[E]:
        """Return the first `count` events of a key, and fail when they do not come in time."""

        async def found() -> list[Any]:
            await self.look()
            mine = [message for message in self.messages if message.topic == topic.name and message.key == key.encode()]
            return mine if len(mine) >= count else []

        return [decode(model, message.value) for message in await until(found, within_s=within_s)]

    async def look(self) -> None:
        """Take in what is there by now."""
        for batch in (await self._consumer.getmany(timeout_ms=50)).values():
            self.messages += batch


@asynccontextmanager
async def tape(bootstrap_servers: str, topics: Iterable[Topic]) -> AsyncIterator[Tape]:
    """Watch topics from now on."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, auto_offset_reset="latest")
    await consumer.start()
    try:
        places = [TopicPartition(topic.name, number) for topic in topics for number in range(PARTITIONS)]
        consumer.assign(places)
        for place, end in (await consumer.end_offsets(places)).items():
            consumer.seek(place, end)
        yield Tape(consumer)
    finally:
        await consumer.stop()


class KafkaLine:
    """A publisher's connections to Kafka, which can be cut and mended; the broker itself goes on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, bootstrap_servers: str) -> None:
        self._up = True
        self._client_id = f"cut-{uuid4().hex}"
        self.publisher = Publisher(bootstrap_servers, client_id=self._client_id)
        connect = aiokafka.client.create_conn

        async def connect_if_up(*where: Any, **how: Any) -> Any:
            if not self._up and how.get("client_id") == self._client_id:
                raise ConnectionRefusedError("cut by the test")
            return await connect(*where, **how)

        monkeypatch.setattr(aiokafka.client, "create_conn", connect_if_up)

    def cut(self) -> None:
        """Close what is open and let nothing be opened."""
        self._up = False
        producer: Any = self.publisher._producer
        for connection in list(producer.client._conns.values()):
            connection.close()

    def mend(self) -> None:
        """Let connections be opened again."""
        self._up = True


class DatabaseLine:
    """A TCP line to Postgres, which can be cut and mended."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)
        self._up = True
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> str:
        """Listen, and return the address of the database by way of this line."""
        self._server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        account = self._parts.netloc.rpartition("@")[0]
        return urlunsplit(self._parts._replace(netloc=f"{account}@127.0.0.1:{port}"))

    def cut(self) -> None:
        """Break what is open and let nothing through."""
        self._up = False
        for writer in self._open:
            writer.transport.abort()

    def mend(self) -> None:
        """Let connections through again."""
        self._up = True

    async def stop(self) -> None:
        """Close everything."""
        self.cut()
        assert self._server is not None
        self._server.close()
        for task in list(self._tasks):
            task.cancel()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._up:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection(self._parts.hostname, self._parts.port)
        self._open |= {writer, far_writer}
        for source, target in ((reader, far_writer), (far_reader, writer)):
            task = asyncio.create_task(self._carry(source, target))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while part := await source.read(65_536):
                target.write(part)
                await target.drain()
        target.close()
        self._open.discard(target)


def is_uuid(text: object) -> bool:
    return isinstance(text, str) and str(UUID(text)) == text


async def refused(on: Stage, answer: httpx.Response, code: int, *, status: str, row_status: str) -> dict[str, Any]:
    body = answer.json()
    assert answer.status_code == code
    assert body["status"] == status
    assert is_uuid(body["request_id"])
    assert is_uuid(body["webhook_event_id"])
    row = await on.row(answer)
    assert row["status"] == row_status
    assert row["error_message"].startswith(body["error"])
    assert row["signal_id"] is None
    assert isinstance(body, dict)
    return body
