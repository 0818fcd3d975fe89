"""Alpaca's stream of trade updates.

The connection is ours: alpaca-py's stream connects again by itself without a word, and what was said meanwhile would be
missed. Its models read the messages.
"""

import asyncio
import json
import random
from collections.abc import AsyncGenerator
from contextlib import aclosing
from decimal import Decimal
from typing import Any

import websockets
from pydantic import SecretStr, ValidationError
from websockets.asyncio.client import ClientConnection

from sinks.alpaca.reading import news_of
from sinks.broker import Gap, OrderNews
from streams.logs import logger

ANSWER_WITHIN_S = 10.0
PING_EVERY_S = 2.0
PONG_WITHIN_S = 3.0
"""A connection that has died without a word is noticed after 5 s at most."""
_BACKOFF_FIRST_S, _BACKOFF_MAX_S = 0.1, 15.0

log = logger(__name__)


class NotAuthorised(Exception):
    """Alpaca does not take the key, or the secret."""


async def trade_updates(url: str, *, key: SecretStr, secret: SecretStr) -> AsyncGenerator[OrderNews | Gap, None]:
    """Yield what the stream says, for ever; a Gap each time that it has been connected."""
    pause_s = _BACKOFF_FIRST_S
    while True:
        try:
            async with aclosing(_connected(url, key=key, secret=secret)) as told:
                async for news in told:
                    pause_s = _BACKOFF_FIRST_S
                    yield news
        except (OSError, TimeoutError, ValueError, NotAuthorised, websockets.WebSocketException) as error:
            why = str(error) if isinstance(error, NotAuthorised) else type(error).__name__
            log.warning("trade_updates_away", error=why, retry_in_s=round(pause_s, 2))
        await asyncio.sleep(pause_s * random.uniform(0.5, 1))
        pause_s = min(pause_s * 2, _BACKOFF_MAX_S)


async def _connected(url: str, *, key: SecretStr, secret: SecretStr) -> AsyncGenerator[OrderNews | Gap, None]:
    async with websockets.connect(
        url,
        open_timeout=ANSWER_WITHIN_S,
        ping_interval=PING_EVERY_S,
        ping_timeout=PONG_WITHIN_S,
        close_timeout=1,
        max_queue=1024,
    ) as line:
        login = {"action": "auth", "key": key.get_secret_value(), "secret": secret.get_secret_value()}
        await line.send(json.dumps(login))
        if (await _answer(line, "authorization")).get("status") != "authorized":
            raise NotAuthorised("ALPACA_API_KEY, ALPACA_SECRET_KEY: not taken by the stream of trade updates")
        await line.send(json.dumps({"action": "listen", "data": {"streams": ["trade_updates"]}}))
        if "trade_updates" not in (await _answer(line, "listening")).get("streams", ()):
            raise ValueError("the stream of trade updates is not offered")
        log.info("trade_updates_listening")
        yield Gap()
        async for text in line:
            if (news := _read(text)) is not None:
                yield news


async def _answer(line: ClientConnection, stream: str) -> dict[str, Any]:
    """Return what the next message of a stream carries; others before it are passed over. Raises TimeoutError."""
    async with asyncio.timeout(ANSWER_WITHIN_S):
        while True:
            message = json.loads(await line.recv())
            if message.get("stream") == stream:
                data = message.get("data")
                return data if isinstance(data, dict) else {}


def _read(text: str | bytes) -> OrderNews | Gap | None:
    """Return what a message says. One that cannot be read may have said anything: it leaves a gap."""
    try:
        message = json.loads(text, parse_float=Decimal)
        return news_of(message["data"]) if message["stream"] == "trade_updates" else None
    except (ValidationError, ValueError, LookupError, TypeError, ArithmeticError) as error:
        log.warning("trade_update_unreadable", error=type(error).__name__)
        return Gap()
