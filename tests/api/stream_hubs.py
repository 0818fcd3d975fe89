"""Hubs without Kafka, and clients that join them."""

from typing import Any

from agents.rules import Rules
from api.auth import PERMISSIONS, Caller
from api.stream.client import Client
from api.stream.cursors import NUMBER_OF, read_cursor
from api.stream.hub import Hub, Missed, audiences_of
from streams.topics import FILLS, ORDERS, SIGNALS
from tests.api.stream_facts import Event

MINE, OTHERS = "mine", "theirs"
THREE_PLACES = tuple(NUMBER_OF[topic.name, 3] for topic in (ORDERS, FILLS, SIGNALS))


def caller(account_id: str = MINE, role: Any = "trader") -> Caller:
    return Caller("someone", account_id, role, PERMISSIONS[role])


def joined(hub: Hub, cursor: str | None = None, *, role: Any = "trader", account_id: str = MINE, **more: Any) -> Client:
    """Return a client that has joined a hub which holds all it has missed."""
    client = Client(
        caller(account_id, role), audiences_of(account_id, administers="administer" in PERMISSIONS[role]), **more
    )
    following = None if cursor is None else read_cursor(cursor)
    assert following is None or not hub.facts.missing(following)
    hub.join(client, None if following is None else Missed(following, following), resync=False)
    return client


def a_hub() -> Hub:
    return Hub(Rules(), heartbeat_s=5.0)


def facts_in(events: list[Event]) -> list[str]:
    return [event.data["client_order_id"] for event in events if event.kind == "order"]
