"""The OpenAPI document says of every route what a caller needs."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest

from api.alerts import signal_of
from api.bias import bias_event
from api.market_data import chain_event, flow_event, ticks_of
from api.payloads import parse
from api.server import create_app
from tests.api.serving import settings

AT = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
DOCUMENT: dict[str, Any] = create_app(settings()).openapi()
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
}


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """Return what a reference leads to."""
    while "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def fields_of(schema: dict[str, Any], seen: frozenset[str] = frozenset()) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each field of a schema and of what it holds."""
    reference = schema.get("$ref", "")
    if reference in seen:
        return
    schema, seen = resolved(schema), seen | {reference}
    for part in (*schema.get("anyOf", ()), *schema.get("allOf", ()), schema.get("items", {})):
        yield from fields_of(part, seen)
    for name, field in schema.get("properties", {}).items():
        yield f"{schema.get('title', '')}.{name}", field
        yield from fields_of(field, seen)


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_a_route_says_what_it_is_called_does_and_answers(operation: dict[str, Any]) -> None:
    assert operation["operationId"].replace("_", "").isalnum()
    assert operation["operationId"] == operation["operationId"].lower()
    assert operation["summary"]
    assert len(operation["description"].split()) >= 2
    assert operation["tags"]
    assert any(status.startswith("2") for status in operation["responses"])
    for status, answer in operation["responses"].items():
        assert answer["description"], status
        if status not in ("204", "304", "101"):
            for content in answer["content"].values():
                assert content["schema"], status


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_a_route_declares_its_errors(operation: dict[str, Any]) -> None:
    answers = set(operation["responses"])
    if operation.get("security"):
        assert {"401", "403"} <= answers
    if operation.get("parameters"):
        assert answers & {"400", "422"}
    if operation.get("requestBody"):
        assert answers & {"400", "422"}
        assert "413" in answers
    if any(parameter["in"] == "path" for parameter in operation.get("parameters", ())):
        assert "404" in answers


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_a_route_has_an_example_or_fields_that_say_what_they_are(operation: dict[str, Any]) -> None:
    """A name and a type say enough of a plain field; an object without either says nothing."""
    answer = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
    for content in answer.get("content", {}).values():
        if "example" in content or "examples" in content:
            continue
        schema = resolved(content["schema"])
        assert schema.get("type") or schema.get("anyOf"), schema
        for name, field in fields_of(schema):
            assert set(field) & {"type", "anyOf", "$ref", "allOf", "enum", "const", "description", "examples"}, name
    body = operation.get("requestBody")
    for content in (body or {"content": {}})["content"].values():
        said = [field for _, field in fields_of(content["schema"])]
        assert said or "examples" in content or "examples" in resolved(content["schema"])
    for parameter in operation.get("parameters", ()):
        schema = parameter["schema"]
        assert parameter["description"] if "description" in parameter else schema.get("title") or schema.get("format")


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(names) == len(set(names)) >= 45


def test_the_document_is_openapi_3_1_and_its_schemas_are_schemas() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    for schema in DOCUMENT["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    "path",
    [path for path in OPERATIONS if path.startswith(("POST /webhook/", "POST /api/webhooks/"))] + ["POST /webhook"],
)
def test_an_example_of_a_webhook_is_what_it_takes(path: str) -> None:
    content = OPERATIONS[path]["requestBody"]["content"]["application/json"]
    payload = parse(json.dumps(content["examples"]["usual"]["value"]).encode()).payload
    match path.rpartition("/")[2]:
        case "price":
            assert ticks_of(payload)
        case "chain":
            assert chain_event(payload, content_hash="h", stamp=lambda said: said or AT).chain
        case "flow":
            assert flow_event(payload, content_hash="h", stamp=lambda said: said or AT).flow
        case "mtf-bias":
            assert bias_event(payload, stamp=lambda said: said or AT).bias
        case _:
            assert signal_of(payload, account_id="paper", stamp=lambda said: said or AT).symbol == "SPY"
