"""`tapestream send-alert`, and the example alerts that `tapestream run` prints."""

import json
import shlex
from datetime import UTC, datetime
from uuid import uuid4

import httpx

from api.signatures import signing_headers

TIMEOUT_S = 15.0


def alert_body(
    *,
    symbol: str,
    direction: str,
    timeframe: str,
    price: float | None = None,
    confidence: float | None = None,
    timestamp: str | None = None,
    is_test: bool,
) -> dict[str, object]:
    """Return the payload of an alert; what is None is left out."""
    body: dict[str, object] = {"symbol": symbol.upper(), "direction": direction, "timeframe": timeframe}
    given = {"price": price, "confidence": confidence, "timestamp": timestamp}
    return {**body, **{name: value for name, value in given.items() if value is not None}, "is_test": is_test}


def send(api_url: str, body: dict[str, object], *, hmac_secret: str) -> tuple[int, str]:
    """Post an alert, signed under a name and a time of its own: who listens in cannot send it again.

    Returns the answer's code and text; raises httpx.HTTPError.
    """
    raw = json.dumps(body).encode()
    signed = signing_headers(raw, name=str(uuid4()), secret=hmac_secret, at=datetime.now(UTC))
    answer = httpx.post(
        f"{api_url}/webhook",
        content=raw,
        headers={"Content-Type": "application/json", **signed},
        timeout=TIMEOUT_S,
        trust_env=False,  # the platform is here: no proxy is asked for it
    )
    return answer.status_code, answer.text


def curl_command(api_url: str, body: dict[str, object], *, token: str) -> str:
    """Return a command for a shell that sends an alert, authenticated by the token in its body."""
    payload = json.dumps({**body, "secret": token})
    return f"curl -sS {api_url}/webhook -H 'Content-Type: application/json' -d {shlex.quote(payload)}"
