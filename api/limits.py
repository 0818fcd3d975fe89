"""How large a request's body may be, where a route has no limit of its own."""

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem_response

BODY_MAX = 65_536
_WEBHOOKS = ("/webhook/", "/api/webhooks/")

_TOO_LARGE = f"a body has at most {BODY_MAX} bytes here"


def is_webhook(path: str) -> bool:
    """Return whether a path takes what senders send: it limits its bodies itself, and answers in its own form."""
    return f"{path}/".startswith(_WEBHOOKS)


class BodyLimit:
    """Answers 413 to a body that says it is too large, or turns out to be."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_webhook(scope["path"]):
            await self._app(scope, receive, send)
            return
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if not length.isdigit() or len(length) > 12 or int(length) > BODY_MAX:
            await problem_response(413, _TOO_LARGE)(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > BODY_MAX:
                raise HTTPException(413, _TOO_LARGE)
            return message

        await self._app(scope, counted, send)
