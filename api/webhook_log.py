"""A row of `webhook_events` for every call, written in groups beside the request, never in its way.

While Postgres is away rows wait in memory: at most 20,000, and at most 64 MB of payloads, beyond which a row is kept
without its payload.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import datetime
from operator import attrgetter
from typing import Literal

import asyncpg

from api.claims import AWAY
from streams.logs import logger

log = logger(__name__)

Status = Literal["accepted", "duplicate", "invalid_signature", "invalid_payload", "rate_limited", "error"]

ROWS_MAX = 20_000
PAYLOAD_BYTES_MAX = 64 * 1024 * 1024
_GROUP = 500
_GATHER_S = 0.05
"""What comes within so long is written together: it costs Postgres, and this process, a fraction of a row at a time."""
_PAUSE_S = 0.5
_FLUSH_WITHIN_S = 2.0
_WRITE_WITHIN_S = 5.0
_BAD_ROW = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)

_INSERT = """
INSERT INTO webhook_events (event_id, request_id, signal_id, status, error_message, symbol, direction, timeframe,
                            processing_time_ms, raw_payload, is_test, test_session_id, test_scenario, created_at,
                            account_id)
SELECT event_id, request_id, signal_id, status, error_message, symbol, direction, timeframe, processing_time_ms,
       raw_payload::jsonb, is_test, test_session_id, test_scenario, created_at, account_id
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
              $9::int[], $10::text[], $11::bool[], $12::text[], $13::text[], $14::timestamptz[], $15::text[])
       AS row (event_id, request_id, signal_id, status, error_message, symbol, direction, timeframe,
               processing_time_ms, raw_payload, is_test, test_session_id, test_scenario, created_at, account_id)
ON CONFLICT (event_id) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """What came of one call; fields as the table's columns. `raw_payload` is JSON without secrets."""

    event_id: str
    request_id: str
    signal_id: str | None
    status: Status
    error_message: str | None
    symbol: str | None
    direction: str | None
    timeframe: str | None
    processing_time_ms: int
    raw_payload: str | None
    is_test: bool
    test_session_id: str | None
    test_scenario: str | None
    created_at: datetime
    account_id: str | None = None
    """whose address it came to"""


_row = attrgetter(*(column.name for column in fields(WebhookEvent)))


def _columns(rows: Sequence[WebhookEvent]) -> list[list[object]]:
    return [[*column] for column in zip(*map(_row, rows), strict=True)]


class WebhookLog:
    """Rows on their way to Postgres."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool
        self._rows: deque[WebhookEvent] = deque()
        self._payload_bytes = 0
        self._dropped = 0
        self._some = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to write."""
        self._writer = asyncio.create_task(self._write_on(), name="webhook-log")

    async def stop(self) -> None:
        """Write what waits, for at most two seconds."""
        if self._writer is None:
            return
        self._writer.cancel()
        with suppress(asyncio.CancelledError):
            await self._writer
        self._writer = None
        try:
            async with asyncio.timeout(_FLUSH_WITHIN_S):
                while self._rows:
                    await self._write_some()
        except AWAY as error:
            log.warning("rows of webhook_events were lost", rows=len(self._rows), error=type(error).__name__)

    def add(self, row: WebhookEvent) -> None:
        """Have a row written soon."""
        size = len(row.raw_payload or "")
        if len(self._rows) >= ROWS_MAX:
            self._dropped += 1
            return
        if self._payload_bytes + size > PAYLOAD_BYTES_MAX:
            row, size = replace(row, raw_payload=None), 0
        self._rows.append(row)
        self._payload_bytes += size
        self._some.set()

    async def _write_on(self) -> None:
        away = False
        while True:
            await self._some.wait()
            await asyncio.sleep(_GATHER_S)
            self._some.clear()
            try:
                while self._rows:
                    await self._write_some()
                away = False
            except AWAY as error:
                if not away:
                    log.warning("webhook_events waits: postgres does not answer", error=type(error).__name__)
                away = True
                await asyncio.sleep(_PAUSE_S)
                self._some.set()
            if self._dropped:
                log.warning("rows of webhook_events were dropped", rows=self._dropped)
                self._dropped = 0

    async def _write_some(self) -> None:
        rows = [self._rows[number] for number in range(min(_GROUP, len(self._rows)))]
        async with asyncio.timeout(_WRITE_WITHIN_S):
            try:
                await self._pool.execute(_INSERT, *_columns(rows))
            except _BAD_ROW:
                await self._write_each(rows)
        for row in rows:  # only now: a group that failed is written again
            self._rows.popleft()
            self._payload_bytes -= len(row.raw_payload or "")

    async def _write_each(self, rows: list[WebhookEvent]) -> None:
        """Write rows of which one is bad: that one goes without its payload, or not at all."""
        for row in rows:
            for kept in (row, replace(row, raw_payload=None)):
                try:
                    await self._pool.execute(_INSERT, *_columns([kept]))
                    break
                except _BAD_ROW as error:
                    log.error("a row of webhook_events was refused", request_id=row.request_id, error=error.sqlstate)
