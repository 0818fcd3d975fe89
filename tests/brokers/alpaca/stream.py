"""`/stream`: the account's trade updates.

source  https://docs.alpaca.markets/docs/websocket-streaming
"""

import secrets
from typing import Any

from aiohttp import web

from tests.brokers.alpaca.behaviour import Behaviour
from tests.brokers.alpaca.moments import Clock
from tests.brokers.alpaca.orders import Update
from tests.brokers.alpaca.sockets import Connection, Hub

STREAM = "trade_updates"


class TradeUpdates:
    """Tells what happened to orders, in the form of the paper stream (binary frames) or the live one (text)."""

    def __init__(self, key: str, secret: str, behaviour: Behaviour, clock: Clock, *, binary: bool) -> None:
        self.told: list[Update] = []
        """All updates, in the order in which things happened, whatever became of them on the stream."""
        self.hub: Hub[Update] = Hub(STREAM, behaviour, clock, _deliver)
        self._key, self._secret = key, secret
        self._behaviour = behaviour
        self._clock = clock
        self._binary = binary

    def tell(self, updates: list[Update]) -> None:
        """Publish what happened."""
        self.told += updates
        self.hub.publish((each.symbol, each) for each in updates)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one client until it leaves."""
        as_msgpack = request.headers.get("Content-Type") == "application/msgpack"
        connection = Connection(request, as_msgpack=as_msgpack, binary=self._binary)
        try:
            async for message in connection.messages():
                self._hear(connection, message)
        finally:
            if connection in self.hub.connections:
                self.hub.connections.remove(connection)
        return connection.response

    def replay(self, connection: Connection) -> None:
        """Tell a client everything from the beginning."""
        for each in self.told:
            _deliver(connection, each)

    def _hear(self, connection: Connection, message: Any) -> None:
        action = message.get("action") if isinstance(message, dict) else None
        if action in ("auth", "authenticate"):
            given = message.get("data") if isinstance(message.get("data"), dict) else message
            key = str(given.get("key_id") or given.get("key") or "")
            secret = str(given.get("secret_key") or given.get("secret") or "")
            right = secrets.compare_digest((key + secret).encode(), (self._key + self._secret).encode())
            connection.authorized = connection.authorized or right
            connection.send(_authorization("authorized" if right else "unauthorized", "authenticate"))
        elif not connection.authorized:
            connection.send(_authorization("unauthorized", "listen"))
        elif action == "listen":
            self._listen(connection, (message.get("data") or {}).get("streams") or [])

    def _listen(self, connection: Connection, streams: list[str]) -> None:
        wanted = STREAM in streams
        connection.send({"stream": "listening", "data": {"streams": [STREAM] if wanted else []}})
        if wanted and connection not in self.hub.connections:
            self.hub.connections.append(connection)
            if self._behaviour.take("replay", None, STREAM, self._clock.now()):
                self.replay(connection)
        elif not wanted and connection in self.hub.connections:
            self.hub.connections.remove(connection)


def _deliver(connection: Connection, update: Update) -> None:
    connection.send({"stream": STREAM, "data": update.message})


def _authorization(status: str, action: str) -> dict[str, Any]:
    return {"stream": "authorization", "data": {"status": status, "action": action}}
