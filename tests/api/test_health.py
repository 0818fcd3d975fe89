from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer

from api.health import Health
from streams.topics import ACCOUNT_STAGE, MARKET_STAGE
from tests.api.serving import serving, until

STAGES = {topic.name for topic in (*MARKET_STAGE, *ACCOUNT_STAGE)}


async def test_the_process_is_alive_whatever_is_away() -> None:
    async with serving() as (_, client):
        answer = await client.get("/health/live", headers={"Authorization": ""})
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


async def test_readiness_names_everything_that_is_away() -> None:
    async with serving() as (_, client):
        answer = await client.get("/health/ready", headers={"Authorization": ""})
    assert answer.status_code == 503
    assert answer.json()["status"] == "not_ready"
    assert {name: check["ok"] for name, check in answer.json()["checks"].items()} == {
        "postgres": False,
        "kafka": False,
        "workers": False,
    }
    assert "stale" in answer.json()["checks"]["kafka"]["detail"]


@pytest.mark.kafka
@pytest.mark.postgres
async def test_the_platform_is_ready_while_a_worker_is_in_the_group(kafka: str, database_url: str) -> None:
    group = f"test-{uuid4().hex}"
    async with serving(KAFKA_BOOTSTRAP_SERVERS=kafka, DATABASE_URL=database_url) as (app, client):
        await app.state.health.stop()
        app.state.health = Health(kafka, pool=app.state.pool, live=app.state.live, group=group)
        app.state.health.start()

        async def ready() -> dict[str, Any]:
            answer = await client.get("/health/ready")
            return {"code": answer.status_code} | {name: check["ok"] for name, check in answer.json()["checks"].items()}

        alone = {"code": 503, "postgres": True, "kafka": True, "workers": False}
        await until(ready, lambda found: found == alone)
        worker = AIOKafkaConsumer(
            *STAGES, bootstrap_servers=kafka, group_id=group, client_id="worker-7", auto_offset_reset="latest"
        )
        await worker.start()
        try:
            await until(ready, lambda found: found["code"] == 200)
        finally:
            await worker.stop()
        await until(ready, lambda found: found == alone)
        await app.state.health.stop()
