"""The topics, for programs and people: an AsyncAPI 3.0 document made of the registry and the schemas, and a page."""

from html import escape
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from api.auth import READING
from api.exact_json import encode
from api.pages import page
from schemas.catalogue import newest
from streams.settings import Settings
from streams.topics import PARTITIONS, TOPICS, Key, Topic

BINDING = "0.5.0"
AVRO = "application/vnd.apache.avro+json;version=1.9.0"
CONTENT_TYPE = "application/vnd.confluent.avro"

KEYS: dict[Key, str] = {
    "underlying": "the underlying, upper case",
    "account": "the account",
    "shard": "the shard of the underlying",
    "record": "the name of the state record",
    "control": "the control's name",
    "partition": "the partition's number",
    "topic": "the topic of the message that could not be processed",
    "letter": "the dead letter's id",
    "log": "always the same, so that heads are in their order",
}
"""What a message's key is."""

_HEADERS = {
    "ce_specversion": ("CloudEvents", ["1.0"]),
    "ce_id": ("the event's id: equal causes, equal id", None),
    "ce_type": ("tapestream.<record>", None),
    "ce_source": ("what emitted it", None),
    "ce_time": ("when it occurred, RFC 3339, UTC", None),
    "ce_sequence": ("counts what the source emitted; 0 is unnumbered", None),
    "content-type": ("Confluent's wire format", [CONTENT_TYPE]),
    "traceparent": ("W3C's trace context", None),
}

router = APIRouter(include_in_schema=False, dependencies=[READING])


def document(*, version: str, kafka: str, registry: str) -> dict[str, Any]:
    """Return the AsyncAPI 3.0 document.

    kafka     host:port of a broker
    registry  address of the schema registry's read half
    """
    records = {topic.record.__name__ for topic in TOPICS}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Tapestream's topics",
            "version": version,
            "description": "Everything that happens is an event on Kafka. Values are Avro in Confluent's wire format; "
            "schemas only ever grow, and each version reads all before it.",
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": {
            "kafka": {
                "host": kafka,
                "protocol": "kafka",
                "bindings": {
                    "kafka": {
                        "schemaRegistryUrl": registry,
                        "schemaRegistryVendor": "confluent",
                        "bindingVersion": BINDING,
                    }
                },
            }
        },
        "channels": {topic.name: _channel(topic) for topic in TOPICS},
        "operations": {
            f"send_{topic.name.replace('-', '_').replace('.', '_')}": {
                "action": "send",
                "summary": _about(topic),
                "channel": {"$ref": f"#/channels/{topic.name}"},
                "messages": [{"$ref": f"#/channels/{topic.name}/messages/{topic.record.__name__}"}],
            }
            for topic in TOPICS
        },
        "components": {
            "messages": {name: _message(name) for name in sorted(records)},
            "messageTraits": {"cloudEvent": {"headers": _headers()}},
        },
    }


def _channel(topic: Topic) -> dict[str, Any]:
    name = topic.record.__name__
    whose = "every partition" if topic.everywhere else f"the partition of its key: {KEYS[topic.key]}"
    return {
        "address": topic.name,
        "title": name,
        "description": f"{_about(topic)} Written to {whose}. Kept: {_kept(topic)}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": PARTITIONS,
                "topicConfiguration": _configuration(topic),
                "bindingVersion": BINDING,
            }
        },
    }


def _configuration(topic: Topic) -> dict[str, Any]:
    given = topic.configuration
    numbers = {name: int(value) for name, value in given.items() if name != "cleanup.policy"}
    return {"cleanup.policy": [given["cleanup.policy"]], **numbers}


def _message(name: str) -> dict[str, Any]:
    entry = newest(name)
    (topic, *_) = (topic for topic in TOPICS if topic.record.__name__ == name)
    return {
        "name": name,
        "title": name,
        "summary": entry.schema.get("doc", name),
        "contentType": CONTENT_TYPE,
        "payload": {"schemaFormat": AVRO, "schema": entry.schema},
        "traits": [{"$ref": "#/components/messageTraits/cloudEvent"}],
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": KEYS[topic.key]},
                "schemaIdLocation": "payload",
                "schemaIdPayloadEncoding": "confluent",
                "schemaLookupStrategy": "TopicNameStrategy",
                "bindingVersion": BINDING,
            }
        },
    }


def _headers() -> dict[str, Any]:
    properties = {
        name: {"type": "string", "description": text} | ({} if values is None else {"enum": values})
        for name, (text, values) in _HEADERS.items()
    }
    return {"type": "object", "properties": properties}


def _about(topic: Topic) -> str:
    return str(newest(topic.record.__name__).schema.get("doc", topic.record.__name__))


def _kept(topic: Topic) -> str:
    if topic.compacted:
        return "the newest of each key"
    return "forever" if topic.retention is None else f"{topic.retention.days} days"


@router.get("/asyncapi.json")
async def asyncapi_document(request: Request) -> Response:
    """The AsyncAPI 3.0 document."""
    settings: Settings = request.app.state.settings
    kafka = settings.kafka.bootstrap_servers.split(",")[0].strip()
    found = document(version=request.app.version, kafka=kafka, registry=str(request.base_url).rstrip("/"))
    return Response(encode(found), media_type="application/json")


@router.get("/docs/topics")
async def topics_page() -> HTMLResponse:
    """Every topic, what it carries, and the fields of that."""
    rows = "".join(_row(topic) for topic in TOPICS)
    return page(
        "Tapestream: the topics",
        '<h1>The topics</h1><p><a href="/">Tapestream</a> · <a href="/docs">The interface</a> · '
        '<a href="/asyncapi.json">AsyncAPI document</a> · <a href="/subjects">Schemas</a></p>'
        "<table><thead><tr><th>topic</th><th>what it carries</th><th>key</th><th>kept</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>",
    )


def _row(topic: Topic) -> str:
    entry = newest(topic.record.__name__)
    fields = "".join(
        f"<tr><td><code>{escape(field['name'])}</code></td><td><code>{escape(kind_of(field['type']))}</code></td>"
        f"<td>{escape(field.get('doc', ''))}</td></tr>"
        for field in entry.schema["fields"]
    )
    key = "every partition" if topic.everywhere else escape(KEYS[topic.key])
    return (
        f'<tr id="{escape(topic.name)}"><td><code>{escape(topic.name)}</code></td>'
        f"<td>{escape(_about(topic))}<details><summary>{escape(entry.name)}, version {entry.version}, schema id "
        f"{entry.schema_id}</summary><table><tbody>{fields}</tbody></table></details></td>"
        f"<td>{key}</td><td>{escape(_kept(topic))}</td></tr>"
    )


def kind_of(schema: Any) -> str:
    """Return an Avro type in a few words."""
    match schema:
        case str():
            return schema.rpartition(".")[2]
        case list():
            return " or ".join(kind_of(branch) for branch in schema)
        case {"logicalType": "decimal", "scale": scale}:
            return f"decimal, {scale} places"
        case {"logicalType": str(logical)}:
            return logical
        case {"type": "array", "items": items}:
            return f"array of {kind_of(items)}"
        case {"type": "map", "values": values}:
            return f"map of {kind_of(values)}"
        case {"name": str(name)}:
            return name
        case _:
            return str(schema["type"])
