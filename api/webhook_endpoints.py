"""Setting webhooks up: where the account's are, what to paste into a sender, and an alert to try it with."""

import json
from typing import Annotated, Any, Literal

import httpx
from fastapi import APIRouter, Body, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.auth import Asking, Trading, address_of
from api.exact_json import Number, exact
from api.fields import PRICE_MAX
from api.pagination import SYMBOL_PATTERN
from api.problems import PROBLEMS, FieldError, Problem, unavailable
from api.signatures import HEADER, signature_of
from api.tradingview import tradingview_message
from api.webhook_answers import ALERT, BIAS, CHAIN, FLOW, PRICES
from streams.settings import Settings

router = APIRouter(tags=["webhooks"], responses=PROBLEMS)

HIDDEN = "…"
"""Stands where a caller who may not trade is shown no secret."""
Kind = Literal["alert", "bias", "prices", "chain", "flow"]
Needs = Literal["token", "signature", "token or signature", "nothing"]

_ENDPOINT_EXAMPLE: dict[str, Any] = {
    "name": "TradingView",
    "kind": "alert",
    "url": "https://desk.example/webhook/…",
    "needs": "token",
    "message": '{"symbol": "{{ticker}}", "direction": "long", "timeframe": "{{interval}}", "price": {{close}}, '
    '"timestamp": "{{timenow}}", "secret": "…"}',
    "says": "paste the message into an alert, once with the direction long and once with short",
}
_SENT_EXAMPLE: dict[str, Any] = {
    "status": "ACCEPTED",
    "signal_id": "b1f7c3de-2a55-5a43-9a0c-7d8e6f5a4b03",
    "webhook_event_id": "2b4d6f80-1a3c-4e5f-8071-92a3b4c5d60a",
    "request_id": "8c7b6a59-4837-4261-9504-f3e2d1c0b90b",
    "processing_time_ms": 6,
    "is_test": True,
}


class WebhookEndpoint(BaseModel):
    """An address that takes events for the account."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ENDPOINT_EXAMPLE]})

    name: str
    kind: Kind
    url: str = Field(description="as the caller of this route reaches the platform")
    needs: Needs = Field(description=f"what shows who sends; a signature is the header {HEADER}")
    message: str = Field(description="to be sent as it is; what a sender fills in stands in double braces")
    says: str = Field(description="a few words for a person")


class WebhookEndpoints(BaseModel):
    """Where the account's webhooks are."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"shows_secrets": False, "items": [_ENDPOINT_EXAMPLE]}]})

    shows_secrets: bool = Field(description=f"false: {HIDDEN} stands for each secret, as the caller may not trade")
    items: list[WebhookEndpoint] = Field(description="empty where no webhook leads to the caller's account")


class AlertToTry(BaseModel):
    """A test alert."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"symbol": "SPY", "direction": "long", "timeframe": "5m"}]}
    )

    symbol: Annotated[str, Field(pattern=SYMBOL_PATTERN, description="underlying")]
    direction: Literal["long", "short"] = "long"
    timeframe: Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,10}$")] = "5m"
    price: Annotated[Number | None, Field(gt=0, le=PRICE_MAX, description="dollars a share")] = None
    confidence: Annotated[Number | None, Field(ge=0, le=100)] = None


class AlertSent(BaseModel):
    """What the webhook answered; the ids lead to the signal, its decision and the call."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SENT_EXAMPLE]})

    status: Literal["ACCEPTED", "DUPLICATE"] = Field(description="DUPLICATE: the same within a minute; the first's id")
    signal_id: str
    webhook_event_id: str
    request_id: str
    processing_time_ms: int
    is_test: Literal[True]


def endpoints(settings: Settings, base_url: str, *, shows_secrets: bool) -> list[WebhookEndpoint]:
    """Return the webhooks of the configured account; one whose secret is not set is not among them."""
    security = settings.security
    token, url_id, hmac_secret = (
        secret.get_secret_value() for secret in (security.webhook_token, security.webhook_url_id, security.hmac_secret)
    )
    shown_token, shown_id = (token, url_id) if shows_secrets else (HIDDEN, HIDDEN)

    def message(taken: dict[str, Any]) -> str:
        example = dict(taken["requestBody"]["content"]["application/json"]["examples"]["usual"]["value"])
        if "secret" in example:
            example["secret"] = shown_token
        if not token:
            example.pop("secret", None)
        return json.dumps(example, ensure_ascii=False)

    def endpoint(name: str, kind: Kind, path: str, needed: Needs, text: str, says: str) -> WebhookEndpoint:
        return WebhookEndpoint(name=name, kind=kind, url=f"{base_url}{path}", needs=needed, message=text, says=says)

    found: list[WebhookEndpoint] = []
    if token and url_id:
        says = "paste the message into an alert, once with the direction long and once with short"
        text = tradingview_message(token=shown_token)
        found.append(endpoint("TradingView", "alert", f"/webhook/{shown_id}", "token", text, says))
    if token or hmac_secret or security.webhook_auth == "none":
        needs: Needs = "nothing" if security.webhook_auth == "none" else "token or signature"
        found += [
            endpoint("Alerts", "alert", "/webhook", needs, message(ALERT), "from a sender of your own"),
            endpoint("Bias", "bias", "/api/webhooks/mtf-bias", needs, message(BIAS), "over several timeframes"),
        ]
    if hmac_secret:
        signed = f"with the header {HEADER}: sha256= and the HMAC-SHA256 of the body under HMAC_SECRET, hexadecimal"
        found += [
            endpoint("Prices", "prices", "/api/webhooks/price", "signature", message(PRICES), signed),
            endpoint("Chain", "chain", "/api/webhooks/chain", "signature", message(CHAIN), signed),
            endpoint("Options trades", "flow", "/api/webhooks/flow", "signature", message(FLOW), signed),
        ]
    return found


def _is_theirs(settings: Settings, account_id: str) -> bool:
    return account_id == settings.risk.account_id


@router.get(
    "/webhook-endpoints",
    operation_id="list_webhook_endpoints",
    summary="Where webhooks go",
    response_model=WebhookEndpoints,
)
async def listed(asking: Asking, request: Request) -> Response:
    """Addresses and messages to paste into senders. Their secrets are shown to those who may trade the account."""
    settings: Settings = request.app.state.settings
    shows_secrets = "trade" in asking.permissions
    items: list[WebhookEndpoint] = []
    if _is_theirs(settings, asking.account_id):
        items = endpoints(settings, str(request.base_url).rstrip("/"), shows_secrets=shows_secrets)
    return exact(WebhookEndpoints(shows_secrets=shows_secrets, items=items))


@router.post(
    "/webhook-endpoints/test",
    operation_id="send_test_alert",
    summary="Send a test alert",
    response_model=AlertSent,
    responses={404: PROBLEMS[401] | {"description": "No webhook leads to the caller's account"}},
)
async def send(alert: Annotated[AlertToTry, Body()], asking: Trading, request: Request) -> Response:
    """Send the account's own webhook an alert that is marked as a test, as any sender would: signed, over HTTP.

    It is decided on like any other, and never traded at a broker. The signal, its decision and the call of the webhook
    are found by the ids of the answer.
    """
    settings: Settings = request.app.state.settings
    if not _is_theirs(settings, asking.account_id):
        raise Problem(404, "no webhook leads to this account")
    body = {name: value for name, value in alert.model_dump(mode="json").items() if value is not None}
    raw, headers = _authenticated(body | {"is_test": True}, settings)
    # the app itself, by its front door: nothing of the intake is passed by
    inside = httpx.ASGITransport(app=request.app, client=(address_of(request), 0))
    async with httpx.AsyncClient(transport=inside, base_url="http://tapestream.internal") as client:
        answer = await client.post("/webhook", content=raw, headers=headers)
    told: dict[str, Any] = answer.json()
    if answer.status_code == 400:
        errors = [
            FieldError(field=item["field"], location="body", message=item["message"], code="value_error")
            for item in told.get("details", [])
        ]
        raise Problem(422, "the webhook takes no such alert", errors=errors)
    if answer.status_code != 200:
        raise unavailable("the webhook")
    return exact(AlertSent.model_validate({name: told[name] for name in AlertSent.model_fields}))


def _authenticated(body: dict[str, object], settings: Settings) -> tuple[bytes, dict[str, str]]:
    """Return what is posted and its headers: signed where that is possible, else with the token in the body."""
    hmac_secret, token = (
        secret.get_secret_value() for secret in (settings.security.hmac_secret, settings.security.webhook_token)
    )
    headers = {"Content-Type": "application/json"}
    if hmac_secret:
        raw = json.dumps(body).encode()
        return raw, headers | {HEADER: signature_of(raw, secret=hmac_secret)}
    return json.dumps({**body, "secret": token} if token else body).encode(), headers
