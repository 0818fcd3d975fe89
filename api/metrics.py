"""What the API tells Prometheus: how far every consumer group is behind, and the workers' own figures, read back.

Lag is told here, by one process for all groups, so that a partition nobody works on is told of too.
"""

import asyncio
import ssl
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector
from pydantic import BaseModel, Field

from api.groups import Found
from streams.metrics import Families

TIMEOUT_S = 1.0
_NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Processes are asked by http: reading all authorities for each question would hold up the event loop."""
TABLE_RECORDS, TABLE_WATERMARK = "tapestream_table_records", "tapestream_table_watermark_timestamp_seconds"
TABLE_END = "tapestream_table_changelog_end_offset"
RECOVERY_LEFT, LAST_MESSAGE = "tapestream_recovery_remaining_records", "tapestream_stage_last_message_timestamp_seconds"


class GroupsCollector(Collector):
    """Reads what the API has last found of the groups."""

    def __init__(self, found: Callable[[], Found | None]) -> None:
        self._found = found

    def describe(self) -> Families:
        """Return nothing: there is nothing to read before the API has started."""
        return ()

    def collect(self) -> Families:
        """Yield the families of a scrape."""
        labels = ["group", "topic", "partition"]
        behind = GaugeMetricFamily(
            "tapestream_consumer_lag_messages", "Messages that a group has not committed yet.", labels=labels
        )
        age = GaugeMetricFamily(
            "tapestream_commit_age_seconds", "Since the commit of a partition with lag has moved.", labels=labels
        )
        members = GaugeMetricFamily("tapestream_group_workers", "Workers in the group.")
        found = self._found()
        if found is not None:
            members.add_metric([], len(found.members))
            for group, at, lag, age_s in found.rows():
                behind.add_metric([group, at.topic, str(at.partition)], lag.behind)
                age.add_metric([group, at.topic, str(at.partition)], age_s)
        yield from (behind, age, members)


class TableState(BaseModel):
    """A table as the worker that owns it holds it."""

    records: int = 0
    watermark_at: datetime | None = Field(
        default=None, description="when the newest message that its records know was written to Kafka"
    )
    changelog_end: int = Field(default=0, description="end of the changelog, the sum of its partitions")


@dataclass(slots=True)
class Told:
    """What a worker says of itself."""

    tables: dict[str, TableState] = field(default_factory=lambda: defaultdict(TableState))
    recovering: int = 0
    last_message_at: datetime | None = None


async def told_by_workers(addresses: Sequence[str]) -> dict[str, Told]:
    """Return what the workers at these host:port say, by name; one that does not answer is left out."""
    told = {}
    for text in await scraped(addresses):
        if text is not None:
            with suppress(ValueError):
                name, said = parsed(text)
                told[name] = said
    return told


async def scraped(addresses: Sequence[str]) -> list[str | None]:
    """Return the metrics of the processes at these host:port, None of one that does not answer."""
    if not addresses:
        return []
    async with httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False, verify=_NO_AUTHORITIES) as client:
        return await asyncio.gather(*(_text(client, address) for address in addresses))


async def _text(client: httpx.AsyncClient, address: str) -> str | None:
    try:
        answer = await client.get(f"http://{address}/metrics")
        return answer.raise_for_status().text
    except (httpx.HTTPError, httpx.InvalidURL):
        return None


def parsed(text: str) -> tuple[str, Told]:
    """Return a worker's name and what it says, from its metrics; raises ValueError."""
    name, told = "", Told()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            table = sample.labels.get("table", "")
            if sample.name == "tapestream_worker_info":
                name = sample.labels["worker"]
            elif sample.name == TABLE_RECORDS:
                told.tables[table].records = int(sample.value)
            elif sample.name == TABLE_WATERMARK:
                told.tables[table].watermark_at = _instant(sample.value)
            elif sample.name == TABLE_END:
                told.tables[table].changelog_end += int(sample.value)
            elif sample.name == RECOVERY_LEFT:
                told.recovering = int(sample.value)
            elif sample.name == LAST_MESSAGE and (at := _instant(sample.value)) is not None:
                told.last_message_at = max(told.last_message_at or at, at)
    return name, told


def _instant(seconds: float) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
