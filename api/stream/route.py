"""`GET /stream`: everything that a page needs to stay current, as Server-Sent Events."""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import Response

from api.auth import Asking, Authenticator, Caller, authenticator_of, credential_of
from api.pool import Pool
from api.problems import PROBLEMS, Problem, invalid_field
from api.stream.client import EventStream
from api.stream.cursors import CURSOR_MAX, NoCursor, OtherLayout, read_cursor
from api.stream.rows import StreamEvent
from api.stream.streams import Streams

router = APIRouter(tags=["stream"], responses=PROBLEMS)

DESCRIPTION = """Everything that happens to the caller's account, as it happens, as Server-Sent Events.

`hello` comes first; then, on a stream that goes on from a cursor, what was missed; then each position that is `held`,
the account and its `risk`, and all that comes. Facts (`signal`, `decision`, `order`, `fill`, `position` with the change
`closed`, `close_request`, `account`, `control`, `alert` of a dead letter or a comparison) come once each, those of one
topic and partition in the order of the log, and carry the cursor as `id`. The others say how things are: the newest
takes the place of what came before. The `mark` of a position, and `market`, the price of an underlying, which everybody
is told, come as soon as they move, each on average about four times a second at most; `heartbeat` every few seconds.

`Last-Event-ID`, which browsers send by themselves, or `?cursor=` goes on after that event, on any process of the API.
When that point is too far back `hello` says `resync`: read the queries, then go on. A client that takes its events too
slowly is disconnected, and goes on in the same way. While Kafka cannot be read, or the tape is silent in regular
hours, the stream stays, and an `alert` (`feed_stale`, later `feed_back`) says so; until Kafka was read for the first
time, that comes before `hello`."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a caller has shown, by which it is asked for again; equal for all streams of a session."""

    authenticator: Authenticator
    pool: Pool
    credential: str = field(repr=False)

    async def __call__(self, was: Caller) -> bool:
        """Return whether the caller may go on as it was; raises Problem 503 when nobody can say."""
        try:
            now = await self.authenticator.read(self.pool, self.credential)
        except Problem as problem:
            if problem.status == 503:
                raise
            return False
        return (now.account_id, now.permissions) == (was.account_id, was.permissions)


def _shown(request: Request) -> Shown:
    return Shown(authenticator_of(request), request.app.state.pool, credential_of(request))


@router.get(
    "/stream",
    operation_id="stream_events",
    summary="Live updates",
    description=DESCRIPTION,
    status_code=200,
    response_class=EventStream,
    responses={200: {"model": StreamEvent, "description": "Events, each of this form, until one of both sides leaves"}},
)
async def stream(
    asking: Asking,
    request: Request,
    cursor: Annotated[str | None, Query(max_length=CURSOR_MAX, description="`id` of the last event one has")] = None,
    last_event_id: Annotated[str | None, Header(description="the same; it goes before `cursor`")] = None,
) -> Response:
    """Stream the caller's events until one of both sides leaves."""
    streams: Streams = request.app.state.streams
    given = last_event_id or cursor
    following: list[int] | None = None
    if given is not None:
        try:
            following = read_cursor(given)
        except OtherLayout:
            pass  # of an older version: a point that is no longer known
        except NoCursor as error:
            if not last_event_id:
                raise invalid_field("cursor", "is not a cursor of this stream") from error
    resync = given is not None and following is None
    return streams.open(asking, following, resync=resync, still_valid=_shown(request))
