"""Probes: is the process alive, and can the platform do its work."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from api.groups import WORKED_ON, Found, Groups
from api.live import Live
from api.metrics import TableState, Told, told_by_workers
from api.pool import Pool, fetch
from api.problems import Problem
from streams.topics import GROUP

REMEMBERED_S = 1.0
TIMEOUT_S = 2.0
STALLED_AFTER_S = 30.0
"""A partition with lag whose commit has not moved for so long is named: half of what its worker is given."""
NAMED_MAX = 3

router = APIRouter(prefix="/health", tags=["health"])


class Alive(BaseModel):
    """The process runs."""

    status: str = "alive"


class Check(BaseModel):
    """One thing the platform needs."""

    ok: bool
    detail: str


class WorkerState(BaseModel):
    """A worker as its group and, where its metrics are known, it itself tells of it."""

    name: str
    partitions: int = Field(description="of the topics that the stages read")
    behind: int = Field(description="messages of its partitions that are not committed yet")
    commit_age_s: float = Field(description="since the commit of one of its partitions with lag has moved: the longest")
    recovering: int | None = Field(default=None, description="records its tables have still to read")
    last_message_at: datetime | None = None
    tables: dict[str, TableState] = Field(default_factory=dict)


class Readiness(BaseModel):
    """Whether the platform does its work, and what keeps it from it."""

    status: str = Field(description="ready or not_ready")
    detail: str = Field(description="what keeps it from being ready, in a sentence")
    checks: dict[str, Check]
    workers: list[WorkerState]


class Health:
    """Asks what the platform needs, at most once a second however often it is asked itself.

    worker_metrics  host:port of each worker's metrics
    """

    def __init__(
        self,
        bootstrap_servers: str,
        *,
        pool: Pool,
        live: Live,
        group: str = GROUP,
        worker_metrics: Sequence[str] = (),
    ) -> None:
        self.groups = Groups(bootstrap_servers, group=group)
        self._group = group
        self._pool = pool
        self._live = live
        self._worker_metrics = worker_metrics
        self._asking = asyncio.Lock()
        self._known: tuple[float, Readiness] | None = None

    def start(self) -> None:
        """Begin to follow the groups."""
        self.groups.start()

    async def readiness(self) -> Readiness:
        """Return how things stand, not older than a few seconds."""
        async with self._asking:
            if self._known is None or time.monotonic() - self._known[0] > REMEMBERED_S:
                self._known = (time.monotonic(), await self._ask())
            return self._known[1]

    async def stop(self) -> None:
        """Close the connection to Kafka."""
        await self.groups.stop()

    async def _ask(self) -> Readiness:
        postgres, told = await asyncio.gather(self._postgres(), told_by_workers(self._worker_metrics))
        found = self.groups.found
        trouble = self._live.trouble if found is not None else "stale: the broker does not answer"
        checks = {
            "postgres": postgres,
            "kafka": Check(ok=trouble is None, detail=trouble or "the view of books and tape is current"),
            "workers": workers_of(found, told, group=self._group),
        }
        missing = [f"{name}: {check.detail}" for name, check in checks.items() if not check.ok]
        return Readiness(
            status="not_ready" if missing else "ready",
            detail="; ".join(missing) or "everything it needs is there",
            checks=checks,
            workers=[] if found is None else states_of(found, told, group=self._group),
        )

    async def _postgres(self) -> Check:
        try:
            await fetch(self._pool, "SELECT 1", within_s=TIMEOUT_S)
        except Problem:
            return Check(ok=False, detail="does not answer")
        return Check(ok=True, detail="answers")


def workers_of(found: Found | None, told: Mapping[str, Told], *, group: str) -> Check:
    """Return whether the workers work on everything, or the first thing that keeps them from it."""
    if found is None:
        return Check(ok=False, detail="unknown")
    if not found.members:
        return Check(ok=False, detail="no worker is in the group")
    owned = frozenset[object]().union(*(member.owns for member in found.members))
    unowned = [at for at in WORKED_ON if at not in owned]
    if unowned:
        some = ", ".join(f"{at.topic}-{at.partition}" for at in unowned[:NAMED_MAX])
        return Check(ok=False, detail=f"nobody works on {len(unowned)} of {len(WORKED_ON)} partitions yet: {some} ...")
    for name, worker in sorted(told.items()):
        if worker.recovering:
            return Check(ok=False, detail=f"{name} reads its tables, {worker.recovering:,} records are left")
    late = [(age_s, at, lag) for of, at, lag, age_s in found.rows() if of == group and age_s > STALLED_AFTER_S]
    if late:
        age_s, at, lag = max(late, key=lambda item: item[0])
        who = next((member.name for member in found.members if at in member.owns), "nobody")
        return Check(
            ok=False,
            detail=f"{who} makes no progress on {at.topic}-{at.partition}: "
            f"{lag.behind:,} messages behind, not moved for {age_s:.0f} s",
        )
    return Check(ok=True, detail=f"{len(found.members)} in the group")


def states_of(found: Found, told: Mapping[str, Told], *, group: str) -> list[WorkerState]:
    """Return what is known of each worker."""
    behind: Counter[str] = Counter()
    ages: dict[str, float] = {}
    owner = {at: member.name for member in found.members for at in member.owns}
    for of, at, lag, age_s in found.rows():
        if of == group and at in owner:
            behind[owner[at]] += lag.behind
            ages[owner[at]] = max(ages.get(owner[at], 0.0), age_s)
    states = []
    for member in found.members:
        worker = told.get(member.name)
        states.append(
            WorkerState(
                name=member.name,
                partitions=len(member.owns.intersection(WORKED_ON)),
                behind=behind[member.name],
                commit_age_s=round(ages.get(member.name, 0.0), 1),
                recovering=worker.recovering if worker else None,
                last_message_at=worker.last_message_at if worker else None,
                tables=dict(worker.tables) if worker else {},
            )
        )
    return states


@router.get("/live", operation_id="get_liveness", summary="Is the process alive")
async def alive() -> Alive:
    """200 while the process answers at all."""
    return Alive()


@router.get(
    "/ready",
    operation_id="get_readiness",
    summary="Can the platform do its work",
    response_model=Readiness,
    responses={503: {"model": Readiness, "description": "Something it needs is not there"}},
)
async def ready(request: Request) -> Response:
    """200 when Postgres answers, the view of Kafka has caught up and workers get on with all partitions; else 503."""
    found: Readiness = await request.app.state.health.readiness()
    return JSONResponse(found.model_dump(mode="json"), status_code=200 if found.status == "ready" else 503)
