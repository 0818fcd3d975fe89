"""Who asks too often is answered 429: each address before anything is done for it, and each account, by kind.

A refusal says when to come again, and every answer how much is left, in the words of the IETF's draft on
`RateLimit` headers. An address is what `TRUSTED_PROXIES` make of it; of IPv6 it is the network that a site gets, /64.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Literal, get_args

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.export import wants_file
from api.limits import is_webhook
from api.problems import MEDIA_TYPE, Problem, problem_response
from api.quotas import Quota, Taken
from streams.settings import RequestLimits

Kind = Literal["webhooks", "halts", "logins", "reads", "changes", "exports"]

HALTS = ("/kill-switch", "/controls/kill_switch")
NOTED_OF_ADDRESS = "60/60s"
"""Refusals of an address's webhooks that stand in the log of calls; all are counted."""
_ASKED = "tapestream.asked"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Quotas:
    """The quotas of a process."""

    def __init__(self, settings: RequestLimits) -> None:
        self.by_address = {kind: Quota(f"{kind} by address", getattr(settings, f"{kind}_by_address")) for kind in KINDS}
        self.by_account = {kind: Quota(f"{kind} by account", getattr(settings, f"{kind}_by_account")) for kind in KINDS}
        self.noted = Quota("refused webhooks noted", NOTED_OF_ADDRESS)


KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(slots=True)
class Asked:
    """What is counted of a request: once for its address, once for its account, however often it looks who asks."""

    quotas: Quotas
    kind: Kind
    address: str
    taken: list[Taken] = field(default_factory=list)
    account_id: str | None = None

    def count_account(self, account_id: str) -> Taken | None:
        """Count it for an account, and return the quota that is used up."""
        if self.account_id is not None:
            return None
        self.account_id = account_id
        self.taken.append(self.quotas.by_account[self.kind].take(account_id))
        return self.refusal

    @property
    def refusal(self) -> Taken | None:
        return next((taken for taken in self.taken if taken.wait_s is not None), None)

    def is_noted(self) -> bool:
        """Whether this refusal of a webhook is to stand in the log of calls."""
        return self.quotas.noted.take(self.address).wait_s is None


class Limiting:
    """Counts requests by address before anything else is done; a webhook says its refusal itself, in its own form."""

    def __init__(self, app: ASGIApp, *, quotas: Quotas) -> None:
        self._app = app
        self._quotas = quotas

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        client: tuple[str, int] | None = scope.get("client")
        kind, address = kind_of(scope), site_of(client[0] if client else "unknown")
        asked = Asked(self._quotas, kind, address, [self._quotas.by_address[kind].take(address)])
        scope[_ASKED] = asked

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_headers(asked.taken)]
            await send(message)

        refusal = asked.refusal
        if refusal is None or kind == "webhooks":
            await self._app(scope, receive, told)
            return
        problem = too_many(refusal)
        await problem_response(problem.status, problem.detail, headers=problem.headers)(scope, receive, told)


def kind_of(scope: Scope) -> Kind:
    """Return what kind of request it is."""
    path: str = scope["path"]
    if scope["method"] in _READING:
        return "exports" if wants_file(scope) else "reads"
    if is_webhook(path):
        return "webhooks"
    if path.startswith("/auth/"):
        return "logins"
    return "halts" if path.startswith(HALTS) else "changes"


@lru_cache(maxsize=4096)
def site_of(address: str) -> str:
    """Return whose address it is: an IPv4 address, also one in an IPv6 one's clothes, or an IPv6 network of 64 bits."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found.packed, 64), strict=False))


def asked_in(scope: Scope) -> Asked | None:
    """Return what is counted of a request; None where nothing is."""
    found: Asked | None = scope.get(_ASKED)
    return found


def too_many(refusal: Taken) -> Problem:
    """Return the 429 of a quota that is used up."""
    detail = f"too many requests ({refusal.name}): wait and try again"
    return Problem(429, detail, headers={"Retry-After": str(refusal.wait_s)})


def _headers(taken: Iterable[Taken]) -> list[tuple[bytes, bytes]]:
    policies = ", ".join(each.policy for each in taken)
    left = ", ".join(f'"{each.name}";r={each.remaining};t={each.whole_s}' for each in taken)
    return [(b"ratelimit-policy", policies.encode()), (b"ratelimit", left.encode())]


def install(app: FastAPI, settings: RequestLimits) -> None:
    """Count an app's requests, and say in its OpenAPI document what every route may answer."""
    app.add_middleware(Limiting, quotas=Quotas(settings))
    document = app.openapi
    # FastAPI's documented way to have a document of one's own
    app.openapi = lambda: _described(document())  # type: ignore[method-assign]


_TEXT = {"type": "string"}
_HEADERS = {
    "Retry-After": {"description": "seconds to wait", "schema": {"type": "integer", "minimum": 1}},
    "RateLimit-Policy": {
        "description": "by quota: its name, requests (q) and the seconds in which they come back (w); with all answers",
        "schema": _TEXT,
    },
    "RateLimit": {
        "description": "by quota: requests left (r), and seconds until it is whole again (t); with all answers",
        "schema": _TEXT,
    },
}


def _described(document: dict[str, Any]) -> dict[str, Any]:
    for path in document["paths"].values():
        for operation in path.values():
            answer = operation["responses"].setdefault("429", {"description": "Too many requests"})
            answer.setdefault("content", {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}})
            answer["headers"] = answer.get("headers", {}) | _HEADERS
    return document
