"""The topics as an AsyncAPI document, and as a page."""

import json
from pathlib import Path
from typing import Any

import fastavro
import jsonschema
import pytest

from api.asyncapi import document, kind_of
from schemas.catalogue import newest
from streams.topics import PARTITIONS, TOPICS
from tests.api.serving import PASSWORD, USERNAME, client_of, serving, settings

SCHEMA = json.loads((Path(__file__).parent / "asyncapi" / "3.0.0.json").read_text())
"""AsyncAPI's own, from github.com/asyncapi/spec-json-schemas; its licence (Apache 2.0) lies beside it."""


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return document(version="0.1.0", kafka="localhost:9092", registry="http://localhost:8000")


def complaints(found: dict[str, Any]) -> list[str]:
    validator = jsonschema.Draft7Validator(SCHEMA)
    return [f"{'/'.join(map(str, error.path))}: {error.message[:300]}" for error in validator.iter_errors(found)]


def test_the_document_is_asyncapi_3(described: dict[str, Any]) -> None:
    assert complaints(described) == []


@pytest.mark.parametrize(
    "place",
    [("info", "title"), ("servers", "kafka", "protocol"), ("operations", "send_fills_v1", "action")],
    ids="/".join,
)
def test_the_check_sees_what_is_missing(described: dict[str, Any], place: tuple[str, ...]) -> None:
    broken = json.loads(json.dumps(described))
    at = broken
    for name in place[:-1]:
        at = at[name]
    del at[place[-1]]
    assert complaints(broken)


def test_each_topic_is_there_with_its_settings_and_newest_schema(described: dict[str, Any]) -> None:
    assert list(described["channels"]) == [topic.name for topic in TOPICS]
    for topic in TOPICS:
        channel = described["channels"][topic.name]
        binding = channel["bindings"]["kafka"]
        assert (binding["topic"], binding["partitions"]) == (topic.name, PARTITIONS)
        assert binding["topicConfiguration"]["cleanup.policy"] == [topic.configuration["cleanup.policy"]]
        message = described["components"]["messages"][topic.record.__name__]
        assert message["payload"]["schema"] == newest(topic.record.__name__).schema
        fastavro.parse_schema(message["payload"]["schema"])


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
            return own + [found for item in value.values() for found in references(item)]
        return [found for item in value for found in references(item)] if isinstance(value, list) else []

    found = references(described)
    assert len(found) >= 3 * len(TOPICS)
    for reference in found:
        at: Any = described
        for part in reference.removeprefix("#/").split("/"):
            at = at[part]


@pytest.mark.postgres
async def test_the_document_and_the_page_need_a_login_and_no_script(database_url: str) -> None:
    async with serving(DATABASE_URL=database_url) as (app, client):
        answer = await client.get("/asyncapi.json")
        read = await client.get("/docs/topics")
        async with client_of(app) as anonymous:
            refused = [(await anonymous.get(path)).status_code for path in ("/asyncapi.json", "/docs/topics")]
            browser = await anonymous.get("/docs/topics", auth=(USERNAME, PASSWORD))
    assert complaints(answer.json()) == []
    assert answer.json()["servers"]["kafka"]["host"] == settings().kafka.bootstrap_servers
    assert (refused, browser.status_code) == ([401, 401], 200)
    assert "<script" not in read.text
    assert "style=" not in read.text
    for topic in TOPICS:
        assert f"<code>{topic.name}</code>" in read.text
    assert "occurred_at" in read.text


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ("string", "string"),
        (["null", {"type": "long", "logicalType": "timestamp-micros"}], "null or timestamp-micros"),
        ({"type": "bytes", "logicalType": "decimal", "precision": 18, "scale": 4}, "decimal, 4 places"),
        ({"type": "array", "items": "tapestream.GateResult"}, "array of GateResult"),
        ({"type": "map", "values": "long"}, "map of long"),
        ({"type": "record", "name": "Market", "fields": []}, "Market"),
        ({"type": "bytes"}, "bytes"),
    ],
)
def test_a_type_is_said_in_a_few_words(schema: Any, said: str) -> None:
    assert kind_of(schema) == said
