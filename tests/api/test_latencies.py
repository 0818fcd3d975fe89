"""How long things took, from what the log says of each step."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.last_events import LastEvent, rated
from schemas.event import Event
from schemas.orders import OrderFilled, OrderPlaced
from tests.api.logged import keep_events
from tests.api.rows import insert_webhook_event
from tests.api.serving import serving
from tests.schemas.story import story

HOUR_AGO = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
AFTER_MS = {"SignalReceived": 0, "DecisionMade": 14, "OrderPlaced": 20, "OrderFilled": 250}
EXIT_MS = {"OrderPlaced": 5_000, "OrderFilled": 5_400}


def step_of(event: Event) -> tuple[datetime, Event]:
    """Return when a step became known; the tick that called for an exit was 30 ms before its order."""
    name = type(event).__name__
    is_exit = isinstance(event, OrderPlaced | OrderFilled) and event.side == "sell_to_close"
    ms = EXIT_MS[name] if is_exit else AFTER_MS.get(name, 10_000)
    known_at = HOUR_AGO + timedelta(milliseconds=ms)
    if is_exit and isinstance(event, OrderPlaced):
        event = event.model_copy(update={"occurred_at": known_at - timedelta(milliseconds=30)})
    return known_at, event


@pytest.mark.postgres
async def test_each_step_is_measured_where_kafka_has_it(database: Any, database_url: str) -> None:
    events = [*story("SPY"), *story("QQQ", "other")]
    await keep_events(database_url, [step_of(event) for event in events])
    await insert_webhook_event(database, created_at=HOUR_AGO, processing_time_ms=7)
    await insert_webhook_event(database, created_at=HOUR_AGO, processing_time_ms=99, account_id="other")
    async with serving(DATABASE_URL=database_url) as (_, client):
        told = (await client.get("/monitoring/latencies")).json()
        bad = await client.get("/monitoring/latencies?hours=0")
    async with serving(DATABASE_URL=database_url, CLOCK="tape") as (_, client):
        of_tape = (await client.get("/monitoring/latencies?hours=2")).json()["items"]
    rows = {row["span"]: row for row in told["items"]}
    assert {span: (row["count"], row["p50"], row["longest"]) for span, row in rows.items()} == {
        "webhook": (1, 7, 7),
        "signal_to_decision": (1, 14, 14),
        "signal_to_fill": (1, 250, 250),
        "tick_to_exit": (1, 30, 30),
        "exit_to_fill": (1, 400, 400),
    }
    assert rows["signal_to_decision"]["bins"] == [{"low": 10, "high": 20, "count": 1}]
    assert bad.status_code == 422
    unmeasured = next(row for row in of_tape if row["span"] == "tick_to_exit")
    assert (unmeasured["count"], unmeasured["p50"]) == (0, None)
    assert unmeasured["reason"].startswith("the tape is not of this moment")


def test_a_topic_s_rate_is_what_it_has_grown_by() -> None:
    def topic(name: str, end: int) -> LastEvent:
        return LastEvent(name, end, 0, end - 1, HOUR_AGO, end=end)

    before = (topic("a", 100), topic("anew", 50))
    found = rated((topic("a", 130), topic("anew", 10), topic("new", 20)), 20.0, 10.0, before)
    assert [item.per_s for item in found] == [3.0, 0.0, 2.0]
