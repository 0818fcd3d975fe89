"""The API's own figures for Prometheus, behind the login; without one they are on the loopback port."""

import asyncio

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from starlette.responses import Response

from api.auth import Administering
from api.problems import PROBLEMS

router = APIRouter(tags=["health"], responses=PROBLEMS)

_EXAMPLE = (
    "# HELP tapestream_consumer_lag_messages Messages that a group has not committed yet.\n"
    "# TYPE tapestream_consumer_lag_messages gauge\n"
    'tapestream_consumer_lag_messages{group="tapestream",topic="signals.v1",partition="0"} 0.0\n'
)


@router.get(
    "/metrics",
    operation_id="get_metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    response_model=None,
    responses={
        200: {
            "content": {CONTENT_TYPE_LATEST: {"schema": {"type": "string"}, "example": _EXAMPLE}},
            "description": "Prometheus' text",
        }
    },
)
async def metrics(asking: Administering) -> Response:
    """What this process counts and measures, in Prometheus' text form. Every other process has a port of its own."""
    return Response(await asyncio.to_thread(generate_latest, REGISTRY), media_type=CONTENT_TYPE_LATEST)
