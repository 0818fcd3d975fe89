"""The whole line from end to end: topics, groups, tables, the feed, webhooks and dead letters."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.auth import Asking
from api.exact_json import exact
from api.groups import Found
from api.health import Check, Readiness
from api.in_force import session_at
from api.last_events import LastEvent
from api.metrics import TableState
from api.pool import Pool, fetch
from api.problems import PROBLEMS
from schemas.session import Phase
from streams.topics import PRICE_TICKS

router = APIRouter(tags=["health"], responses=PROBLEMS)

HOUR = timedelta(hours=1)

_EXAMPLE: dict[str, Any] = {
    "at": "2026-02-13T15:30:00Z",
    "is_ready": True,
    "detail": "everything it needs is there",
    "checks": {"postgres": {"ok": True, "detail": "answers"}},
    "live_view": "current",
    "markets": "current",
    "topics": [
        {
            "topic": "signals.v1",
            "messages": 12,
            "partition": 3,
            "offset": 4,
            "written_at": "2026-02-13T15:29:58Z",
            "age_s": 2.0,
            "per_s": 0.2,
        }
    ],
    "groups": [{"group": "tapestream", "topic": "signals.v1", "behind": 0, "commit_age_s": 0.0}],
    "workers": [{"name": "worker-0", "behind": 0, "recovering": 0, "tables": {"books": {"records": 3}}}],
    "feed": {"last_frame_at": "2026-02-13T15:29:59Z", "age_s": 1.0, "session": "regular", "is_stale": False},
    "intake": {"kafka_answers": True, "spooled": 0},
    "webhooks_last_hour": {"accepted": 12, "duplicate": 1},
    "dead_letters_open": {"market": 0},
}


class TopicState(BaseModel):
    """The newest message of a topic."""

    topic: str
    messages: int = Field(description="that it holds; of a compacted one also those that compaction has removed")
    partition: int | None
    offset: int | None
    written_at: datetime | None = Field(description="null: the topic is empty")
    age_s: float | None
    per_s: float | None = Field(
        default=None, description="messages a second since somebody asked before; null at the first time"
    )


class GroupState(BaseModel):
    """How far a consumer group is with a topic."""

    group: str
    topic: str
    behind: int = Field(description="messages not committed yet, over its partitions")
    commit_age_s: float = Field(description="since the commit of one with lag has moved: the longest")


class WorkerLine(BaseModel):
    """A worker, and the watermarks of its tables."""

    name: str
    behind: int
    recovering: int | None = Field(description="records its tables have still to read; null: it has not said")
    tables: dict[str, TableState]


class FeedState(BaseModel):
    """The tape."""

    last_frame_at: datetime | None = Field(description="when the newest frame was written; null: never")
    age_s: float | None
    session: Phase = Field(description="at the platform's time")
    is_stale: bool = Field(description="in regular hours nothing has come for longer than MARKET_DATA_MAX_AGE_S")


class IntakeState(BaseModel):
    """Where webhooks go."""

    kafka_answers: bool = Field(description="false: the spool in Postgres stands in for it")
    spooled: int = Field(description="events that wait there")


class Monitoring(BaseModel):
    """The state of the whole line."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    at: datetime = Field(description="the platform's time of this answer")
    is_ready: bool
    detail: str = Field(description="what keeps it from being ready, in a sentence")
    checks: dict[str, Check]
    live_view: str = Field(description="current, or what keeps it from being so")
    markets: str = Field(description="likewise, of what is known of the underlyings")
    topics: list[TopicState]
    groups: list[GroupState] = Field(description="empty while the broker does not answer")
    workers: list[WorkerLine]
    feed: FeedState
    intake: IntakeState
    webhooks_last_hour: dict[str, int] = Field(description="calls of the account's webhooks, by what came of them")
    dead_letters_open: dict[str, int] = Field(description="of the platform, by reader")


def group_states(found: Found | None) -> list[GroupState]:
    """Return lag and commit age by group and topic."""
    states: dict[tuple[str, str], GroupState] = {}
    for group, at, lag, age_s in () if found is None else found.rows():
        known = states.get((group, at.topic))
        states[group, at.topic] = GroupState(
            group=group,
            topic=at.topic,
            behind=lag.behind + (known.behind if known else 0),
            commit_age_s=round(max(age_s, known.commit_age_s if known else 0.0), 1),
        )
    return [states[name] for name in sorted(states)]


def topic_states(ends: Iterable[LastEvent], *, wall: datetime) -> list[TopicState]:
    """Return the topics with the age of their newest messages; those are stamped by the wall's clock."""
    return [
        TopicState(
            topic=end.topic,
            messages=end.messages,
            partition=end.partition,
            offset=end.offset,
            written_at=end.written_at,
            age_s=_age_s(end.written_at, wall),
            per_s=end.per_s,
        )
        for end in ends
    ]


def _age_s(at: datetime | None, wall: datetime) -> float | None:
    return None if at is None else max(0.0, round((wall - at).total_seconds(), 1))


async def _readiness(request: Request) -> Readiness:
    found: Readiness = await request.app.state.health.readiness()
    return found


async def _ends(request: Request) -> tuple[LastEvent, ...]:
    found: tuple[LastEvent, ...] = await request.app.state.last_events.read()
    return found


async def _counts(pool: Pool, query: str, *values: object) -> dict[str, int]:
    return {row["name"]: row["count"] for row in await fetch(pool, query, *values)}


@router.get("/monitoring", operation_id="get_monitoring", summary="The whole line", response_model=Monitoring)
@router.get(
    "/monitoring/e2e",
    operation_id="get_monitoring_by_its_old_path",
    summary="The whole line",
    response_model=Monitoring,
)
async def monitoring(asking: Asking, request: Request) -> Response:
    """How each part of the line stands: its newest messages, how far who reads them is, and what waits.

    Counts of webhooks are of the caller's account, all else of the platform.
    """
    state = request.app.state
    at: datetime = state.intake.clock.now()
    readiness, ends, session = await asyncio.gather(_readiness(request), _ends(request), session_at(state.settings, at))
    webhooks, letters, spooled = await asyncio.gather(
        _counts(
            state.pool,
            """SELECT status AS name, count(*) FROM webhook_events
                WHERE account_id = $1 AND created_at > $2 GROUP BY status ORDER BY status""",
            asking.account_id,
            at - HOUR,
        ),
        _counts(
            state.pool,
            "SELECT reader AS name, count(*) FROM dead_letters WHERE status = 'open' GROUP BY reader ORDER BY reader",
        ),
        _counts(state.pool, "SELECT 'spooled' AS name, count(*) FROM signal_spool WHERE forwarded_at IS NULL"),
    )
    topics = topic_states(ends, wall=datetime.now(UTC))
    tape = next(topic for topic in topics if topic.topic == PRICE_TICKS.name)
    late = tape.age_s is None or tape.age_s > state.settings.session.market_data_max_age_s
    return exact(
        Monitoring(
            at=at,
            is_ready=readiness.status == "ready",
            detail=readiness.detail,
            checks=readiness.checks,
            live_view=state.live.trouble or "current",
            markets="stale" if state.markets.is_stale else "current",
            topics=topics,
            groups=group_states(state.health.groups.found),
            workers=[
                WorkerLine.model_validate(worker.model_dump(include=set(WorkerLine.model_fields)))
                for worker in readiness.workers
            ],
            feed=FeedState(
                last_frame_at=tape.written_at,
                age_s=tape.age_s,
                session=session.phase,
                is_stale=late and session.phase == "regular",
            ),
            intake=IntakeState(kafka_answers=state.intake.kafka_answers, spooled=spooled["spooled"]),
            webhooks_last_hour=webhooks,
            dead_letters_open=letters,
        )
    )
