import asyncio
import json
import types
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import uuid4

import fastavro
import httpx
import pytest
from aiokafka import AIOKafkaProducer
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient, SchemaRegistryError
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext
from fastapi import FastAPI
from pydantic import BaseModel

from api.server import create_app
from schemas.catalogue import newest, versions
from schemas.codec import decode_any, encode
from schemas.records import StateRecord
from streams.topics import SIGNALS, TOPICS, Topic
from tests.api.serving import PASSWORD, USERNAME, client_of, reaching, served, settings

FORM = "application/vnd.schemaregistry.v1+json"
BASIC = httpx.BasicAuth(USERNAME, PASSWORD)


def sample(model: type[BaseModel]) -> BaseModel:
    """Return a record with something in every field."""
    return model.model_validate({name: _value(field.annotation) for name, field in model.model_fields.items()})


def _value(kind: Any) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _value(arguments[0])
    if origin in (Union, types.UnionType):
        return _value(next(argument for argument in arguments if argument is not type(None)))
    if origin is Literal:
        return arguments[0]
    if origin is tuple:
        return (_value(arguments[0]),)
    if origin is dict:
        return {"one": _value(arguments[1])}
    if issubclass(kind, BaseModel):
        return sample(kind)
    if issubclass(kind, tuple):  # a named one
        return kind(*map(_value, get_type_hints(kind).values()))
    plain: dict[type, Any] = {
        str: f"test-{uuid4().hex}",
        int: 7,
        float: 0.5,
        bool: True,
        bytes: b"\x00" * 8,
        Decimal: Decimal("1.25"),
        datetime: datetime(1999, 12, 31, 14, 30, 0, 1, UTC),
        date: date(1999, 12, 31),
    }
    return plain[kind]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, login_database: str) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("api"), DATABASE_URL=login_database) as (_, found):
        yield found


@pytest.fixture(scope="module")
def registry(address: str) -> SchemaRegistryClient:
    return SchemaRegistryClient({"url": address, "basic.auth.user.info": f"{USERNAME}:{PASSWORD}"})


@pytest.mark.kafka
@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
async def test_a_stock_consumer_reads_the_topic(kafka: str, registry: SchemaRegistryClient, topic: Topic) -> None:
    record = sample(topic.record)
    # workers of other tests may read it too: an entry here would be sent on
    record = record.model_copy(update={"outbox": ()}) if isinstance(record, StateRecord) else record
    key = uuid4().hex.encode()
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        written = await producer.send_and_wait(topic.name, encode(record), key=key, partition=0)
        if topic.compacted:
            await producer.send_and_wait(topic.name, None, key=key, partition=0)

    def read() -> Any:
        consumer = Consumer({"bootstrap.servers": kafka, "group.id": uuid4().hex, "enable.auto.commit": False})
        try:
            consumer.assign([TopicPartition(topic.name, 0, written.offset)])
            message = consumer.poll(20)
            assert message is not None
            assert message.error() is None
            return AvroDeserializer(registry)(message.value(), SerializationContext(topic.name, MessageField.VALUE))
        finally:
            consumer.close()

    found = await asyncio.to_thread(read)
    assert found == decode_any(encode(record))[1]
    assert topic.record.model_validate(found) == record


def test_the_stock_client_finds_every_subject_and_version(registry: SchemaRegistryClient) -> None:
    assert sorted(registry.get_subjects()) == sorted(topic.subject for topic in TOPICS)
    for topic in TOPICS:
        latest = registry.get_latest_version(topic.subject)
        stored = newest(topic.record.__name__)
        assert (latest.version, latest.schema_id, latest.subject) == (stored.version, stored.schema_id, topic.subject)
        assert stored.version in registry.get_versions(topic.subject)
        assert registry.get_version(topic.subject, stored.version).schema_id == stored.schema_id
        assert json.loads(registry.get_schema(stored.schema_id).schema_str) == stored.schema
        assert registry.get_schema(stored.schema_id).schema_type == "AVRO"


def test_the_stock_client_understands_what_is_not_there(registry: SchemaRegistryClient) -> None:
    asked: list[tuple[Callable[[], object], int]] = [
        (lambda: registry.get_latest_version("nothing-value"), 40401),
        (lambda: registry.get_version(SIGNALS.subject, 99), 40402),
        (lambda: registry.get_schema(9999), 40403),
    ]
    for ask, code in asked:
        with pytest.raises(SchemaRegistryError) as refused:
            ask()
        assert (refused.value.http_status_code, refused.value.error_code) == (404, code)


def test_the_stock_client_understands_a_wrong_login(address: str) -> None:
    stranger = SchemaRegistryClient({"url": address, "basic.auth.user.info": "nobody:wrong"})
    with pytest.raises(SchemaRegistryError) as refused:
        stranger.get_subjects()
    assert (refused.value.http_status_code, refused.value.error_code) == (401, 40101)


@pytest.fixture
async def app(login_database: str) -> AsyncIterator[FastAPI]:
    made = create_app(settings())
    async with reaching(made, login_database):
        yield made


@pytest.mark.parametrize("entry", versions().values(), ids=lambda entry: f"{entry.name}.v{entry.version}")
async def test_every_stored_version_is_served_as_avro(app: FastAPI, entry: Any) -> None:
    async with client_of(app) as client:
        answer = await client.get(f"/schemas/ids/{entry.schema_id}", auth=BASIC)
        bare = await client.get(f"/schemas/ids/{entry.schema_id}/schema", auth=BASIC)
        places = await client.get(f"/schemas/ids/{entry.schema_id}/versions", auth=BASIC)
    assert answer.headers["content-type"] == FORM
    fastavro.parse_schema(json.loads(answer.json()["schema"]))
    assert bare.json() == entry.schema
    subjects = [topic.subject for topic in TOPICS if topic.record.__name__ == entry.name]
    found = sorted((place["subject"], place["version"]) for place in places.json())
    assert found == [(subject, entry.version) for subject in sorted(subjects)]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/subjects/nothing-value/versions", 404, 40401),
        ("/subjects/nothing-value/versions/1", 404, 40401),
        (f"/subjects/{SIGNALS.subject}/versions/99", 404, 40402),
        (f"/subjects/{SIGNALS.subject}/versions/0", 422, 42202),
        (f"/subjects/{SIGNALS.subject}/versions/newest", 422, 42202),
        (f"/subjects/{SIGNALS.subject}/versions/{'9' * 40}", 422, 42202),
        ("/schemas/ids/9999", 404, 40403),
        ("/schemas/ids/x", 404, 40403),
        ("/schemas/ids/1?subject=nothing-value", 404, 40403),
        ("/config/nothing-value", 404, 40401),
    ],
)
async def test_errors_have_the_registrys_form(app: FastAPI, path: str, status: int, code: int) -> None:
    async with client_of(app) as client:
        answer = await client.get(path, auth=BASIC)
    assert answer.status_code == status
    assert answer.headers["content-type"] == FORM
    assert answer.json()["error_code"] == code
    assert answer.json()["message"]


async def test_what_tools_ask_beside_schemas_is_answered(app: FastAPI) -> None:
    async with client_of(app) as client:
        answers = [
            (await client.get(path, auth=BASIC)).json()
            for path in (
                "/config",
                "/mode",
                "/schemas/types",
                f"/config/{SIGNALS.subject}",
                "/subjects?subjectPrefix=signals",
            )
        ]
    level = {"compatibilityLevel": "BACKWARD_TRANSITIVE"}
    assert answers == [level, {"mode": "READONLY"}, ["AVRO"], level, [SIGNALS.subject]]


async def test_the_registry_needs_a_login(app: FastAPI) -> None:
    async with client_of(app) as client:
        answer = await client.get("/subjects")
    assert (answer.status_code, answer.json()["error_code"]) == (401, 40101)
    assert answer.headers["content-type"] == FORM
    assert "Basic" in answer.headers["www-authenticate"]
