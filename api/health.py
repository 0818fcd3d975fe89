"""Probes: is the process alive, and can the platform do its work."""

import asyncio
import time

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError, KafkaError
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from api.live import Live
from api.pool import Pool, fetch
from api.problems import Problem
from streams.logs import logger
from streams.topics import GROUP

REMEMBERED_S = 1.0
TIMEOUT_S = 2.0

log = logger(__name__)
router = APIRouter(prefix="/health", tags=["health"])


class Alive(BaseModel):
    """The process runs."""

    status: str = "alive"


class Check(BaseModel):
    """One thing the platform needs."""

    ok: bool
    detail: str


class Readiness(BaseModel):
    """Whether the platform does its work, and what keeps it from it."""

    status: str = Field(description="ready or not_ready")
    checks: dict[str, Check]


class Health:
    """Asks what the platform needs, at most once a second however often it is asked itself."""

    def __init__(self, bootstrap_servers: str, *, pool: Pool, live: Live, group: str = GROUP) -> None:
        self._servers = bootstrap_servers
        self._group = group
        self._pool = pool
        self._live = live
        self._admin: AIOKafkaAdminClient | None = None
        self._asking = asyncio.Lock()
        self._known: tuple[float, Readiness] | None = None

    async def readiness(self) -> Readiness:
        """Return how things stand, not older than a second."""
        async with self._asking:
            if self._known is None or time.monotonic() - self._known[0] > REMEMBERED_S:
                self._known = (time.monotonic(), await self._ask())
            return self._known[1]

    async def stop(self) -> None:
        """Close the connection to Kafka."""
        admin, self._admin = self._admin, None
        if admin is not None:
            await admin.close()

    async def _ask(self) -> Readiness:
        postgres, workers = await asyncio.gather(self._postgres(), self._workers())
        trouble = self._live.trouble if workers is not None else "stale: the broker does not answer"
        checks = {
            "postgres": postgres,
            "kafka": Check(ok=trouble is None, detail=trouble or "the view of books and tape is current"),
            "workers": Check(ok=bool(workers), detail="unknown" if workers is None else f"{workers} in the group"),
        }
        ready = all(check.ok for check in checks.values())
        return Readiness(status="ready" if ready else "not_ready", checks=checks)

    async def _postgres(self) -> Check:
        try:
            await fetch(self._pool, "SELECT 1", within_s=TIMEOUT_S)
        except Problem:
            return Check(ok=False, detail="does not answer")
        return Check(ok=True, detail="answers")

    async def _workers(self) -> int | None:
        """Return how many workers are in the group, or None when the broker does not answer."""
        try:
            async with asyncio.timeout(TIMEOUT_S):
                if self._admin is None:
                    admin = AIOKafkaAdminClient(
                        bootstrap_servers=self._servers, client_id="tapestream-api", request_timeout_ms=1500
                    )
                    try:
                        await admin.start()
                    except BaseException:
                        await admin.close()
                        raise
                    self._admin = admin
                answers = await self._admin.describe_consumer_groups([self._group])
                return sum(len(group[5]) for answer in answers for group in answer.groups)
        except GroupCoordinatorNotAvailableError:
            # a broker that no group has asked for anything yet
            return 0
        except (KafkaError, OSError, TimeoutError) as error:
            log.warning("kafka does not answer", error=type(error).__name__)
            await self.stop()
            return None


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
    """200 when Postgres answers, the view of Kafka has caught up and a worker is in the group; else 503."""
    found: Readiness = await request.app.state.health.readiness()
    return JSONResponse(found.model_dump(), status_code=200 if found.status == "ready" else 503)
