"""Posting to the platform's own webhooks, as any sender does: signed and dated, and again until it is answered.

PostRefused       final: the API answered that it does not want it
ApiUnavailable    the API did not answer, or only with errors of its own, for too long
"""

import asyncio
import hashlib
import hmac
import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import httpx

from streams.clocks import WallClock
from streams.logs import logger
from streams.settings import Settings

ALERT_PATH = "/webhook"
BIAS_PATH = "/api/webhooks/mtf-bias"
CHAIN_PATH = "/api/webhooks/chain"

DEADLINE_S = 120.0
_TIMEOUT_S = 10.0
_BACKOFF_FIRST_S = 0.05
_BACKOFF_MAX_S = 2.0
_SERVER_ERROR = 500
_TOO_MANY = 429

WALL = WallClock()
_log = logger(__name__)

Payload = Mapping[str, object]


class PostRefused(Exception):
    """The API refused a payload; the text names the path, the status and the fields."""


class ApiUnavailable(Exception):
    """The API did not take a payload in time; the text names the path and the last failure."""


@dataclass(frozen=True, slots=True)
class Poster:
    """A line to the API."""

    client: httpx.AsyncClient
    secret: bytes
    deadline_s: float = DEADLINE_S

    async def post(self, path: str, payload: Payload) -> str:
        """Post until it is answered, and return the answer's status (ACCEPTED, DUPLICATE).

        Safe to repeat: the API recognises an alert or a bias state it has taken. raises PostRefused, ApiUnavailable
        """
        body = json.dumps(payload, separators=(",", ":"), sort_keys=True).encode()
        loop = asyncio.get_running_loop()
        until = loop.time() + self.deadline_s
        backoff_s = _BACKOFF_FIRST_S
        while True:
            try:
                headers = signed(self.secret, path, body, at=WALL.now())
                answer = await self.client.post(path, content=body, headers=headers)
                if answer.is_success:
                    return str(answer.json().get("status", ""))
                failure = f"HTTP {answer.status_code}"
                if answer.status_code < _SERVER_ERROR and answer.status_code != _TOO_MANY:
                    raise PostRefused(f"{path}: {failure}{_named_fields(answer)}")
            except httpx.TransportError as error:
                failure = type(error).__name__
            if loop.time() + backoff_s > until:
                raise ApiUnavailable(f"{path}: not taken within {self.deadline_s:g} s, at last {failure}")
            _log.info("the API did not take it yet", path=path, failure=failure, again_in_s=backoff_s)
            await asyncio.sleep(backoff_s)
            backoff_s = min(backoff_s * 2, _BACKOFF_MAX_S)


def signed(secret: bytes, path: str, body: bytes, *, at: datetime) -> dict[str, str]:
    """Return the headers of a post: who listens in can neither send it again for long nor change what it says.

    Its name derives from what is posted where, by this home's secret: after a crash the same post has the same name.
    """
    name, seconds = _hmac(secret, f"{path}.".encode() + body), str(int(at.timestamp()))
    return {
        "Content-Type": "application/json",
        "X-Webhook-Id": name,
        "X-Webhook-Timestamp": seconds,
        "X-Webhook-Signature": f"sha256={_hmac(secret, f'{name}.{seconds}.'.encode() + body)}",
    }


def _hmac(secret: bytes, text: bytes) -> str:
    return hmac.new(secret, text, hashlib.sha256).hexdigest()


def _named_fields(answer: httpx.Response) -> str:
    """The fields that an answer complains of; nothing else of it is repeated."""
    try:
        details = answer.json().get("details", ())
        return "".join(f", {item['field']}: {item['message']}" for item in details)
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""


@asynccontextmanager
async def poster(settings: Settings, *, api_url: str) -> AsyncIterator[Poster]:
    """Open a line to the API at `api_url`, signing with HMAC_SECRET."""
    async with httpx.AsyncClient(base_url=api_url, timeout=_TIMEOUT_S, trust_env=False) as client:
        yield Poster(client, settings.security.hmac_secret.get_secret_value().encode())


def api_url() -> str:
    """Return API_URL of the environment, or an empty string."""
    return os.environ.get("API_URL", "").rstrip("/")
