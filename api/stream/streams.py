"""All streams of this process: what feeds them, what keeps their time, and who may still have one."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from aiokafka.errors import KafkaError

from api.auth import Caller
from api.live_view import LiveView
from api.problems import Problem
from api.stream.client import Client, EventStream
from api.stream.following import Following
from api.stream.frames import closed_frame, lines_of
from api.stream.hub import Hub, Missed, audiences_of, staleness_frame
from api.stream.rows import Heartbeat
from streams.logs import logger
from streams.rules import rules_of
from streams.settings import Settings

TICK_S = 0.25
GATHER_S = 0.02
"""What moves within so long is told together."""
RECHECK_S = 3.0
UNCONFIRMED_MAX_S = 30.0
"""A stream goes on for so long while nobody can say whether its caller may still have it."""

StillValid = Callable[[Caller], Awaitable[bool]]

log = logger(__name__)


class Streams:
    """The streams of this process.

    tape_is_silent  whether no prices come although the market is open
    changed         set when callers are to be asked for before it is time again
    """

    def __init__(
        self, settings: Settings, *, tape_is_silent: Callable[[], bool], changed: asyncio.Event | None = None
    ) -> None:
        self._changed = changed or asyncio.Event()
        self._heartbeat_s = settings.server.stream_heartbeat_s
        self._clients_max = settings.server.stream_clients_max
        self._hub = Hub(rules_of(settings), heartbeat_s=self._heartbeat_s)
        self._following = Following(settings.kafka.bootstrap_servers, self._hub, tape_is_silent=tape_is_silent)
        self._moved = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._checks: dict[Client, tuple[StillValid, float]] = {}
        self._is_closed = False

    @property
    def clients(self) -> int:
        """How many clients there are."""
        return len(self._checks)

    def on_books(self, view: LiveView, keys: Iterable[str] | None) -> None:
        """Take what books have become."""
        self._hub.on_books(view, keys)

    def on_tape(self) -> None:
        """Have what has moved told."""
        self._moved.set()

    def start(self) -> None:
        """Begin to follow Kafka, which need not be there yet."""
        self._following.start()
        self._tasks = [
            asyncio.create_task(self._keep_time(), name="stream: time"),
            asyncio.create_task(self._keep_telling(), name="stream: tape"),
            asyncio.create_task(self._keep_checking(), name="stream: callers"),
        ]

    def close(self) -> None:
        """End every stream, and begin none any more."""
        self._is_closed = True
        for client in [*self._checks]:
            client.close()

    async def stop(self) -> None:
        """End every stream and stop following."""
        self.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._following.stop()

    def open(
        self, caller: Caller, following: Sequence[int] | None, *, resync: bool, still_valid: StillValid
    ) -> EventStream:
        """Return the answer that streams to a caller; raises Problem 503 when there are too many.

        following  next offsets of the cursor to go on from; None: from now on
        resync     the caller had a point to go on from that is not known any more
        """
        if self._is_closed or len(self._checks) >= self._clients_max:
            raise Problem(503, "there are too many streams at the moment", headers={"Retry-After": "5"})
        audiences = audiences_of(caller.account_id, administers="administer" in caller.permissions)
        client = Client(caller, audiences)

        async def attend(client: Client) -> None:
            self._checks[client] = (still_valid, time.monotonic())
            try:
                await self._begin(client, following, resync=resync)
                await client.closed()
            finally:
                del self._checks[client]
                self._hub.leave(client)

        return EventStream(client, attend)

    async def _begin(self, client: Client, following: Sequence[int] | None, *, resync: bool) -> None:
        hub = self._hub
        waited = False
        for event in (self._following.ready, hub.books_known):
            while not event.is_set():
                if not waited:
                    waited = True
                    client.push(staleness_frame(stale=True))
                try:
                    async with asyncio.timeout(self._heartbeat_s):
                        await event.wait()
                except TimeoutError:
                    client.push(closed_frame(_heartbeat()))
        missed: Missed | None = None
        if following is not None:
            try:
                missed = await self._following.missed(following, client.audiences)
            except (KafkaError, OSError, TimeoutError) as error:
                log.warning("a stream could not be resumed", error=type(error).__name__)
                client.close()  # it may be asked for again: nothing was lost yet
                return
            resync = missed is None
        hub.tell_staleness(stale=self._following.is_stale)
        hub.join(client, missed, resync=resync)
        if waited and not hub.stale:
            client.push(staleness_frame(stale=False))

    async def _keep_time(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            try:
                self._hub.tell_staleness(stale=self._following.is_stale)
                self._hub.tell_heartbeat(_heartbeat(), now=time.monotonic())
            except Exception as error:
                log.exception("stream's time failed", error=type(error).__name__)

    async def _keep_telling(self) -> None:
        is_waiting = False
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(GATHER_S if is_waiting else None):
                    await self._moved.wait()
            self._moved.clear()
            try:
                is_waiting = self._hub.tell_moved(time.monotonic())
            except Exception as error:
                log.exception("what has moved could not be told", error=type(error).__name__)
            await asyncio.sleep(GATHER_S)

    async def _keep_checking(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(RECHECK_S):
                    await self._changed.wait()
            self._changed.clear()
            await self.check_callers()

    async def check_callers(self) -> None:
        """End the streams of callers that may have none any more: each caller is asked for once."""
        known: dict[tuple[Caller, StillValid], bool | None] = {}
        for client, (still_valid, confirmed_at) in [*self._checks.items()]:
            key = (client.caller, still_valid)
            if key not in known:
                known[key] = await _asked(still_valid, client.caller)
            valid, now = known[key], time.monotonic()
            if valid and client in self._checks:
                self._checks[client] = (still_valid, now)
            elif valid is False or now - confirmed_at > UNCONFIRMED_MAX_S:
                client.close()


async def _asked(still_valid: StillValid, caller: Caller) -> bool | None:
    """Return whether a caller may still have a stream, or None when nobody can say."""
    try:
        return await still_valid(caller)
    except Exception as error:
        # of whatever kind it is: a gate that cannot be asked must not stay open for good
        log.warning("a caller could not be checked", error=type(error).__name__)
        return None


def _heartbeat() -> bytes:
    return lines_of("heartbeat", Heartbeat(at=datetime.now(UTC)))
