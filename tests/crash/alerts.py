"""The storm of alerts through the API's webhook: signed, in bursts, and sent again as TradingView does it."""

import asyncio
import hashlib
import hmac
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import httpx

from tests.crash.plan import EXPIRATION, START, STRIKES, underlyings
from tests.crash.tape import STEP_US

PACE_S = 0.5
BURST = 12
"""Alerts at one moment, now and then; else one."""
BURSTS = 0.05
"""The share of moments at which a burst comes."""
WITHIN_S = 3.0
"""What the sender waits for an answer."""
RESENDS = 3
RESENT_AFTER_S = 2.0
"""TradingView sends again three times, five seconds apart; a round has less patience."""
_CONNECTIONS = 32
MARK = "crash_alert"
"""The field of an alert that carries its number."""


@dataclass(slots=True)
class Posted:
    """What became of the alerts, by number."""

    sent: set[int] = field(default_factory=set)
    accepted: dict[int, str] = field(default_factory=dict)
    """answered by 200: the signal that it was taken for"""
    refused: dict[int, int] = field(default_factory=dict)
    """answered by a code that does not ask for another try"""
    resent: int = 0

    @property
    def given_up(self) -> int:
        """Alerts that nobody took in after the last try."""
        return len(self.sent) - len(self.accepted) - len(self.refused)


async def storm(
    api_url: str, *, secret: str, seed: int, step: Callable[[], int], posted: Posted, stop: asyncio.Event
) -> None:
    """Post alerts until `stop` is set, then wait for the last of them.

    step  tells how far the tape has come: an alert fires at its time
    """
    rng = random.Random(f"alerts {seed}")
    symbols = underlyings()
    number = 0
    limits = httpx.Limits(max_connections=_CONNECTIONS)
    async with (
        httpx.AsyncClient(base_url=api_url, timeout=WITHIN_S, limits=limits) as client,
        asyncio.TaskGroup() as on,
    ):
        while not stop.is_set():
            for _ in range(BURST if rng.random() < BURSTS else 1):
                body = _alert(rng, symbols, number=number, step=step())
                posted.sent.add(number)
                on.create_task(_post(client, number, body, secret=secret, posted=posted))
                number += 1
            await asyncio.sleep(PACE_S)


def _alert(rng: random.Random, symbols: list[str], *, number: int, step: int) -> bytes:
    at = START + timedelta(microseconds=step * STEP_US)
    alert = {
        "symbol": rng.choice(symbols),
        "direction": rng.choice(("long", "short", "buy", "sell")),
        "timeframe": f"{rng.randrange(1, 60)}m",  # many: the same alert counts once a minute
        "timestamp": at.isoformat(),
        "confidence": rng.randrange(45, 100),
        "strike": float(rng.choice(STRIKES)),
        "expiration": EXPIRATION.isoformat(),
        MARK: number,
    }
    return json.dumps(alert).encode()


async def _post(client: httpx.AsyncClient, number: int, body: bytes, *, secret: str, posted: Posted) -> None:
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Webhook-Signature": signature, "Content-Type": "application/json"}
    for attempt in range(1 + RESENDS):
        if attempt:
            posted.resent += 1
            await asyncio.sleep(RESENT_AFTER_S)
        try:
            answer = await client.post("/webhook", content=body, headers=headers)
        except httpx.HTTPError:
            continue
        if answer.status_code == httpx.codes.OK:
            posted.accepted[number] = answer.json()["signal_id"]
            return
        if answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
            posted.refused[number] = answer.status_code
            return
