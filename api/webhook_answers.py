"""What the webhooks take and answer, for the OpenAPI document; the forms themselves are read field by field."""

from typing import Any, Literal

from pydantic import BaseModel, Field


class WebhookAlive(BaseModel):
    """Webhooks are taken here."""

    status: Literal["ok"]
    message: str = Field(examples=["Webhook endpoint is active"])
    timestamp: str = Field(description="the platform's time, ISO 8601")


class WebhookAccepted(BaseModel):
    """The event is durable; a duplicate was so before."""

    status: Literal["ACCEPTED", "DUPLICATE"]
    request_id: str = Field(description="of this call")
    signal_id: str | None = Field(default=None, description="of an alert; a duplicate's is the first one's")
    accepted: int | None = Field(default=None, description="ticks, contracts, trades or biases taken")
    processing_time_ms: int | None = None
    webhook_event_id: str | None = Field(default=None, description="of this call's row in the log of calls")
    test_session_id: str | None = None
    is_test: bool | None = None


class WebhookField(BaseModel):
    """What is wrong with a field."""

    field: str
    message: str


class WebhookRefused(BaseModel):
    """Nothing was taken."""

    status: Literal["REJECTED", "ERROR"]
    error: str = Field(examples=["Invalid payload"])
    details: list[WebhookField] | None = Field(default=None, description="field by field, of a 400")
    request_id: str
    webhook_event_id: str


REFUSALS: dict[int | str, dict[str, Any]] = {
    code: {"model": WebhookRefused, "description": text}
    for code, text in (
        (400, "Invalid payload"),
        (401, "Neither signed nor with the token"),
        (404, "Not found"),
        (413, "Payload too large"),
        (429, "Too many requests: send it again after the seconds of Retry-After"),
        (503, "Not stored: send it again"),
    )
}


def taking(example: dict[str, Any]) -> dict[str, Any]:
    """Return what the document says of a webhook's body."""
    content = {"schema": {"type": "object", "additionalProperties": True}, "examples": {"usual": {"value": example}}}
    return {
        "requestBody": {"required": True, "content": {"application/json": content}},
        "parameters": [
            {
                "name": "X-Webhook-Signature",
                "in": "header",
                "required": False,
                "description": "HMAC-SHA256 of the body, hexadecimal; without it `secret` in the body is the token",
                "schema": {"type": "string"},
            },
            {
                "name": "X-Webhook-Timestamp",
                "in": "header",
                "required": False,
                "description": "Unix seconds, within 300 of now. With it and X-Webhook-Id, which come together, the "
                "signature is over `<id>.<seconds>.<body>`: a call that was listened in on is of no use to others",
                "schema": {"type": "string"},
            },
            {
                "name": "X-Webhook-Id",
                "in": "header",
                "required": False,
                "description": "the sender's name of the call, of letters, digits, - and _; an alert sent again under "
                "its name counts once",
                "schema": {"type": "string"},
            },
        ],
    }


ALERT = taking(
    {
        "symbol": "SPY",
        "direction": "long",
        "timeframe": "5m",
        "timestamp": "2026-02-13T15:30:00Z",
        "price": 595.42,
        "secret": "the signal token",
    }
)
BIAS = taking(
    {
        "event_id_raw": "spy-20260213-1530",
        "symbol": "SPY",
        "timestamp": "2026-02-13T15:30:00Z",
        "bias": "bullish",
        "bias_score": 62.5,
        "confidence": 80,
        "secret": "the signal token",
    }
)
PRICES = taking({"symbol": "SPY", "timestamp": "2026-02-13T15:30:00Z", "bid": 595.41, "ask": 595.43})
CHAIN = taking(
    {
        "symbol": "SPY",
        "timestamp": "2026-02-13T15:30:00Z",
        "contracts": [{"option_symbol": "SPY260220C00596000", "bid": 3.5, "ask": 3.54}],
    }
)
FLOW = taking(
    {
        "symbol": "SPY",
        "timestamp": "2026-02-13T15:30:00Z",
        "entries": [
            {
                "type": "call",
                "side": "buy",
                "strike": 596,
                "expiration": "2026-02-20",
                "size": 500,
                "premium": 172_500,
            }
        ],
    }
)
