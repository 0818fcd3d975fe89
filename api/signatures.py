"""Who may send: a signature over the raw bytes, or the signal token. Every comparison takes constant time."""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from api.payloads import JsonObject, Secrets
from streams.settings import HASHED, Network, Security

HEADER, ID_HEADER, TIMESTAMP_HEADER = "x-webhook-signature", "x-webhook-id", "x-webhook-timestamp"
LATE_MAX_S = 300
"""How far a signature's time may lie from ours, on either side."""
_ID = re.compile(r"[A-Za-z0-9_-]{1,255}", re.ASCII)  # no dot: what is signed reads in one way only
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)
_NO_HASH = "00" * 32


class Shown(NamedTuple):
    """What a call's headers show: a signature, and the id and the time in seconds that it covers, or neither."""

    signature: str | None = None
    id: str | None = None
    timestamp: str | None = None

    @property
    def is_dated(self) -> bool:
        return self.id is not None or self.timestamp is not None


def shown_in(headers: Mapping[str, str]) -> Shown:
    """Return what the headers of a call show."""
    return Shown(headers.get(HEADER), headers.get(ID_HEADER), headers.get(TIMESTAMP_HEADER))


def is_signed(raw: bytes, *, shown: Shown, secret: str, at: datetime) -> bool:
    """Whether a call is signed: over its body, or over `<id>.<seconds>.<body>` within 300 s of `at`, the wall's time.

    Who has listened in on a dated call can neither take its date off nor send it again for long.
    """
    if not shown.is_dated:
        return signature_fits(raw, shown=shown.signature, secret=secret)
    name, seconds = shown.id or "", shown.timestamp or ""
    fits = signature_fits(f"{name}.{seconds}.".encode() + raw, shown=shown.signature, secret=secret)
    has_form = bool(_ID.fullmatch(name) and _SECONDS.fullmatch(seconds))
    return fits and has_form and abs(at.timestamp() - int(seconds)) <= LATE_MAX_S


def signature_of(raw: bytes, *, secret: str) -> str:
    """Return what `X-Webhook-Signature` says for a body: `sha256=` and the HMAC in hex."""
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def signing_headers(raw: bytes, *, name: str, secret: str, at: datetime) -> dict[str, str]:
    """Return the headers of a call that is signed under its name and its time.

    name  of letters, digits, - and _; an alert sent again under it counts once
    at    the wall's time
    """
    seconds = str(int(at.timestamp()))
    signed = signature_of(f"{name}.{seconds}.".encode() + raw, secret=secret)
    return {"X-Webhook-Signature": signed, "X-Webhook-Id": name, "X-Webhook-Timestamp": seconds}


def signature_fits(raw: bytes, *, shown: str | None, secret: str) -> bool:
    """Whether a signature is the body's. None never is; without a secret none is, after the same work."""
    if shown is None:
        return False
    right = signature_of(raw, secret=secret)
    same = hmac.compare_digest(right.encode(), shown.strip().lower().encode())
    return same and bool(secret)


def same_secret(shown: object, *, expected: str) -> bool:
    """Whether a caller's secret is the expected one. An empty one never is."""
    text = shown if isinstance(shown, str) else ""
    same = hmac.compare_digest(_digest(text), _digest(expected))
    return same and bool(expected)


def hashed(token: str) -> str:
    """Return a signal token as the settings may hold it: hashed, unless it is already, or empty."""
    return token if not token or token.startswith(HASHED) else f"{HASHED}{_digest(token).hex()}"


def knows_token(shown: object, *, security: Security, at: datetime) -> bool:
    """Whether a caller shows the signal token, or the one before it while that is taken.

    at  the wall's time
    """
    text = shown if isinstance(shown, str) else ""
    until = security.webhook_token_before_until
    is_now = _is_token(text, security.webhook_token.get_secret_value())
    was = _is_token(text, security.webhook_token_before.get_secret_value())
    return is_now or (was and until is not None and at < until)


def _is_token(shown: str, kept: str) -> bool:
    same = hmac.compare_digest(_digest(shown), bytes.fromhex((hashed(kept) or _NO_HASH).removeprefix(HASHED)))
    return same and bool(kept)


def is_within(address: str, networks: Iterable[Network]) -> bool:
    """Whether an address lies in one of the networks, or there are none; an IPv4 one in an IPv6 one's clothes too."""
    allowed = tuple(networks)
    if not allowed:
        return True
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return any(found in network for network in allowed)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def may_send(
    raw: bytes,
    payload: JsonObject,
    *,
    shown: Shown,
    security: Security,
    token_only: bool,
    at: datetime,
    address: str,
) -> bool:
    """Whether the caller of a signal webhook may.

    shown       by the headers; a wrong signature refuses whatever else is shown, where HMAC_SECRET is set
    token_only  of callers that can set no headers: the token in the body is required, whatever WEBHOOK_AUTH says
    at          the wall's time
    address     where the call comes from: without a signature, one of WEBHOOK_NETWORKS
    """
    hmac_secret = security.hmac_secret.get_secret_value()
    signed = is_signed(raw, shown=shown, secret=hmac_secret, at=at)
    is_near = is_within(address, security.webhook_networks)
    known = knows_token(payload.get("secret"), security=security, at=at) and is_near
    if shown.signature is not None and hmac_secret and not signed:
        return False
    if token_only:
        return known
    return signed or known or (security.webhook_auth == "none" and is_near)


def secrets_of(security: Security) -> Secrets:
    """Return what must never be stored, logged or published."""
    tokens = [security.webhook_token.get_secret_value(), security.webhook_token_before.get_secret_value()]
    others = [security.hmac_secret, security.webhook_url_id, security.jwt_secret]
    texts = [*(text for text in tokens if not text.startswith(HASHED)), *(each.get_secret_value() for each in others)]
    return Secrets(
        texts=tuple(text for text in texts if text),
        digests=frozenset(bytes.fromhex(text.removeprefix(HASHED)) for text in tokens if text.startswith(HASHED)),
    )
