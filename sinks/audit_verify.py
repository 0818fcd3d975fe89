"""Comparing the audit log in Postgres with the heads that Kafka was told."""

from collections import defaultdict
from dataclasses import dataclass
from typing import TypeAlias

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.audit import AuditHead
from schemas.codec import Undecodable, decode
from sinks.audit import COLUMNS, row_of
from sinks.audit_chain import Finding, Walk
from streams.topics import AUDIT, PARTITIONS

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

FINDINGS_MAX = 1000
PREFETCH = 500
KAFKA_TIMEOUT_MS = 10_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a comparison found.

    findings  in the order of the log, at most FINDINGS_MAX; none: the log is as it was written
    """

    rows: int
    heads: int
    findings: tuple[Finding, ...]


async def verify_log(pool: Pool, bootstrap_servers: str) -> Verdict:
    """Compare the whole log with the heads on Kafka.

    raises   asyncpg's errors, OSError, TimeoutError when Postgres is away; aiokafka.errors.KafkaError when Kafka is
    """
    # first what must be on Kafka by now, then Kafka, then the rows: so what is added meanwhile is no fault
    newest, unsaid = await _told_by_now(pool)
    heads = await heads_on_kafka(bootstrap_servers)
    walk = Walk(heads, unsaid=unsaid, upto=newest)
    findings: list[Finding] = []
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        async for record in connection.cursor(f"SELECT {COLUMNS} FROM audit_log ORDER BY number", prefetch=PREFETCH):
            for finding in walk.look_at(row_of(record)):
                if len(findings) < FINDINGS_MAX:
                    findings.append(finding)
    findings += walk.end()
    return Verdict(walk.rows, len(heads), tuple(findings))


async def _told_by_now(pool: Pool) -> tuple[int, frozenset[int]]:
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        newest: int = await connection.fetchval("SELECT coalesce(max(number), 0) FROM audit_log")
        waiting = await connection.fetch("SELECT number FROM audit_outbox")
    return newest, frozenset(row["number"] for row in waiting)


async def heads_on_kafka(bootstrap_servers: str) -> dict[int, set[str]]:
    """Return the hashes that Kafka was told, by number; raises aiokafka.errors.KafkaError."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap_servers,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        request_timeout_ms=KAFKA_TIMEOUT_MS,
    )
    found: dict[int, set[str]] = defaultdict(set)
    await consumer.start()
    try:
        places = [TopicPartition(AUDIT.name, number) for number in range(PARTITIONS)]
        ends = {place: end for place, end in (await consumer.end_offsets(places)).items() if end}
        begins = await consumer.beginning_offsets(list(ends)) if ends else {}
        ahead = {place for place, end in ends.items() if begins[place] < end}
        if ahead:
            consumer.assign(sorted(ahead))
            await consumer.seek_to_beginning(*ahead)
        while ahead:
            for place, messages in (await consumer.getmany(*ahead, timeout_ms=1000)).items():
                for message in messages:
                    try:
                        head = decode(AuditHead, message.value)
                    except Undecodable:
                        continue  # a dead letter of the history
                    found[head.number].add(head.hash)
                if await consumer.position(place) >= ends[place]:
                    ahead.discard(place)
    finally:
        await consumer.stop()
    return dict(found)
