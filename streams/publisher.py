"""Sending events: one way for every process, with CloudEvents headers and a trace."""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.client import ConnectionGroup
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.produce import ProduceRequest

from schemas.codec import encode
from schemas.event import Event
from streams.metrics import PUBLISHED
from streams.topics import Topic, partition_of

Headers = list[tuple[str, bytes]]


def cloud_headers(
    *, event_id: str, kind: str, source: str, at: datetime, sequence: int = 0, traceparent: str | None = None
) -> Headers:
    """Return CloudEvents' headers in Kafka's binary mode, and W3C's traceparent."""
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", event_id.encode()),
        ("ce_type", f"tapestream.{kind}".encode()),
        ("ce_source", (source or "tapestream").encode()),
        ("ce_time", at.isoformat(timespec="microseconds").replace("+00:00", "Z").encode()),
        ("ce_sequence", str(sequence).encode()),
        ("content-type", b"application/vnd.confluent.avro"),
        ("traceparent", (traceparent or new_traceparent()).encode()),
    ]


def new_traceparent() -> str:
    """Return the head of a new trace, sampled."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def child_traceparent(headers: Mapping[str, bytes]) -> str | None:
    """Return the trace of a message's headers with a new span, or None when it has none."""
    parts = headers.get("traceparent", b"").decode("ascii", "replace").split("-")
    if len(parts) != 4 or len(parts[1]) != 32:
        return None
    return f"00-{parts[1]}-{secrets.token_hex(8)}-{parts[3]}"


class Publisher:
    """An idempotent producer: what is acknowledged is on every in-sync replica, in the order it was sent.

    guard  called right before each request with messages leaves; does not return when they must not
    """

    def __init__(
        self,
        bootstrap_servers: str,
        *,
        linger_ms: int = 0,
        client_id: str = "tapestream",
        guard: Callable[[], None] | None = None,
    ) -> None:
        self._bootstrap_servers = bootstrap_servers
        self._linger_ms = linger_ms
        self._client_id = client_id
        self._guard = guard
        self._producer: AIOKafkaProducer | None = None
        self.failed = asyncio.Event()
        """Set once Kafka has not taken a message: its number is missing then, and Kafka refuses all that come after it
        on its partition. Only a publisher that is started anew can be relied on."""

    async def start(self) -> None:
        """Connect; raises aiokafka.errors.KafkaConnectionError when no broker answers."""
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap_servers,
            client_id=self._client_id,
            acks="all",
            enable_idempotence=True,
            linger_ms=self._linger_ms,
            max_batch_size=262_144,
            max_request_size=8_388_608,
            request_timeout_ms=20_000,
        )
        if self._guard is not None:
            producer.client.send = _guarded(producer.client, self._guard)
        try:
            await producer.start()
        except BaseException:
            await producer.stop()  # it has begun to connect
            raise
        self._producer = producer
        self.failed.clear()

    async def stop(self) -> None:
        """Send what is left and disconnect."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    async def __aenter__(self) -> "Publisher":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def send(
        self, topic: Topic, event: Event, *, key: str, partition: int | None = None, traceparent: str | None = None
    ) -> "asyncio.Future[object]":
        """Hand an event to the producer; the future resolves with Kafka's acknowledgement."""
        return await self.send_encoded(
            topic.name,
            key=key,
            value=encode(event),
            partition=partition_of(key) if partition is None else partition,
            headers=cloud_headers(
                event_id=event.event_id,
                kind=type(event).__name__,
                source=event.source,
                at=event.occurred_at,
                sequence=event.sequence,
                traceparent=traceparent,
            ),
        )

    async def send_encoded(
        self, topic: str, *, key: str, value: bytes | None, partition: int, headers: Headers
    ) -> "asyncio.Future[object]":
        """Hand encoded bytes to the producer; the future resolves with Kafka's acknowledgement."""
        if self._producer is None:
            raise KafkaConnectionError("the publisher is not connected")
        future: asyncio.Future[object] = await self._producer.send(
            topic, value, key=key.encode(), partition=partition, headers=headers
        )
        PUBLISHED.labels(topic).inc()
        future.add_done_callback(self._look_at)
        return future

    def _look_at(self, sent: "asyncio.Future[object]") -> None:
        if not sent.cancelled() and sent.exception() is not None:
            self.failed.set()

    async def publish(self, topic: Topic, event: Event, *, key: str, traceparent: str | None = None) -> None:
        """Send one event and wait until Kafka has it; raises aiokafka.errors.KafkaError."""
        await (await self.send(topic, event, key=key, traceparent=traceparent))


def _guarded(client: Any, guard: Callable[[], None]) -> Any:
    """Return how a client (aiokafka's) sends, with a guard before each request that carries messages.

    Messages wait in the producer, and are tried again, out of its caller's sight: one that checks before it hands
    them over says nothing of when they leave.
    """
    send = client.send

    async def guarded(node_id: Any, request: Any, *, group: Any = ConnectionGroup.DEFAULT) -> Any:
        # connecting may take its time; once that is done, `send` reaches the socket without waiting
        if isinstance(request, ProduceRequest) and await client.ready(node_id, group=group):
            guard()
        return await send(node_id, request, group=group)

    return guarded
