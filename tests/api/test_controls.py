from typing import Any
from uuid import uuid4

import httpx
import pytest

from schemas.codec import decode
from schemas.operations import ControlChanged
from streams.topics import CONTROLS, PARTITIONS
from tests.api.serving import NOWHERE, USERNAME, client_of, serving, until
from tests.streams.following import messages_of

pytestmark = pytest.mark.kafka


async def test_a_change_reaches_every_partition_and_is_listed(kafka: str) -> None:
    name = f"risk_limits.test-{uuid4().hex}"
    async with serving(KAFKA_BOOTSTRAP_SERVERS=kafka) as (_, client):

        async def newest() -> dict[str, Any] | None:
            answer = await client.get("/controls")
            items = answer.json()["items"] if answer.status_code == 200 else []
            return next((item for item in items if item["name"] == name), None)

        async def change() -> httpx.Response:
            return await client.put(f"/controls/{name}", json={"max_open_positions": 2})

        # refused until the API has found Kafka
        changed = await until(change, lambda answer: answer.status_code == 200)
        found = await until(newest, bool)
        assert found is not None
        assert found == changed.json()
        assert (found["value"], found["changed_by"]) == ({"max_open_positions": 2}, USERNAME)
        await client.put(f"/controls/{name}", json={"max_open_positions": 3})
        await until(newest, lambda item: item is not None and item["value"] == {"max_open_positions": 3})
    sent = [
        (message.partition, decode(ControlChanged, message.value))
        for message in await messages_of(kafka, CONTROLS, source="api.controls")
    ]
    values = [(partition, event.value) for partition, event in sent if event.name == name]
    assert sorted(values) == sorted(
        (partition, f'{{"max_open_positions":{count}}}') for partition in range(PARTITIONS) for count in (2, 3)
    )


@pytest.mark.parametrize(
    ("name", "value", "field", "place"),
    [
        ("nothing", {}, "name", "path"),
        ("flag.enable_everything", {"enabled": True}, "name", "path"),
        ("flag.enable_variant_b", {"enabled": "perhaps"}, "enabled", "body"),
        ("exit_rules.default", {"stop_loss_percent": 101}, "stop_loss_percent", "body"),
        ("exit_rules.SPY", {"stop_loss": 10}, "stop_loss", "body"),
        ("kill_switch", {}, "halted", "body"),
    ],
)
async def test_what_is_no_control_is_refused_by_name(
    kafka: str, name: str, value: dict[str, Any], field: str, place: str
) -> None:
    async with serving(KAFKA_BOOTSTRAP_SERVERS=kafka) as (_, client):
        answer = await client.put(f"/controls/{name}", json=value)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], error["location"]) == (field, place)
    assert error["message"]


async def test_only_who_has_logged_in_changes_a_control(kafka: str) -> None:
    async with serving(KAFKA_BOOTSTRAP_SERVERS=kafka) as (app, _), client_of(app) as stranger:
        assert (await stranger.put("/controls/kill_switch", json={"halted": True})).status_code == 401
        assert (await stranger.get("/controls")).status_code == 401


async def test_without_kafka_and_postgres_no_change_is_promised() -> None:
    async with serving(KAFKA_BOOTSTRAP_SERVERS=NOWHERE) as (_, client):
        answer = await client.put("/controls/kill_switch", json={"halted": False})
    assert answer.status_code == 503
