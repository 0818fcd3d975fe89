"""Who may send: a signature over the raw bytes, or the signal token. Every comparison takes constant time."""

import hashlib
import hmac

from api.payloads import JsonObject
from streams.settings import Security

HEADER = "x-webhook-signature"


def signature_of(raw: bytes, *, secret: str) -> str:
    """Return what `X-Webhook-Signature` says for a body: `sha256=` and the HMAC in hex."""
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def signature_fits(raw: bytes, *, shown: str | None, secret: str) -> bool:
    """Whether a signature is the body's. Without a secret or a signature it is not, after the same work."""
    right = signature_of(raw, secret=secret)
    same = hmac.compare_digest(right.encode(), (shown or "").strip().lower().encode())
    return same and bool(secret) and shown is not None


def same_secret(shown: object, *, expected: str) -> bool:
    """Whether a caller's secret is the expected one. An empty one never is."""
    text = shown if isinstance(shown, str) else ""
    same = hmac.compare_digest(_digest(text), _digest(expected))
    return same and bool(expected)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def may_send(raw: bytes, payload: JsonObject, *, signature: str | None, security: Security, token_only: bool) -> bool:
    """Whether the caller of a signal webhook may.

    signature   of the header; a wrong one refuses whatever else is shown, where HMAC_SECRET is set
    token_only  of callers that can set no headers: the token in the body is required, whatever WEBHOOK_AUTH says
    """
    hmac_secret = security.hmac_secret.get_secret_value()
    signed = signature_fits(raw, shown=signature, secret=hmac_secret)
    known = same_secret(payload.get("secret"), expected=security.webhook_token.get_secret_value())
    if signature is not None and hmac_secret and not signed:
        return False
    if token_only:
        return known
    return signed or known or security.webhook_auth == "none"


def secrets_of(security: Security) -> tuple[str, ...]:
    """Return what must never be stored, logged or published."""
    return tuple(
        secret.get_secret_value()
        for secret in (security.webhook_token, security.hmac_secret, security.webhook_url_id, security.jwt_secret)
        if secret.get_secret_value()
    )
