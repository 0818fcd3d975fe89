"""Whether the tape is silent although the market is open."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from api.in_force import session_at
from api.live import Live
from schemas.session import MarketSession
from streams.logs import logger
from streams.settings import Settings

LOOK_EVERY_S = 1.0

log = logger(__name__)


def is_silent(written_at: datetime | None, session: MarketSession, *, wall: datetime, max_age_s: float) -> bool:
    """Return whether regular hours have brought nothing for too long; outside of them the tape may be silent.

    written_at  of the newest frame, by the wall's clock; None: there never was one
    session     at the platform's time
    """
    if session.phase != "regular":
        return False
    # what came before the open says nothing: the first frame of the day may take a moment
    since = [at for at in (written_at, session.open_at) if at is not None]
    return (wall - max(since)).total_seconds() > max_age_s


class Tape:
    """Looks at the newest frame once a second.

    now  the platform's time
    """

    def __init__(self, settings: Settings, *, now: Callable[[], datetime]) -> None:
        self.is_silent = False
        """Whether nothing comes while the market is open; what cannot be known, as Kafka is away, is not said."""
        self._settings = settings
        self._now = now
        self._task: asyncio.Task[None] | None = None

    def start(self, live: Live) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._keep_looking(live), name="tape")

    async def stop(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _keep_looking(self, live: Live) -> None:
        while True:
            if live.trouble is None:
                session = await session_at(self._settings, self._now())
                silent = is_silent(
                    live.tape_written_at,
                    session,
                    wall=datetime.now(UTC),
                    max_age_s=self._settings.session.market_data_max_age_s,
                )
                if silent != self.is_silent:
                    log.warning("tape_is_silent" if silent else "tape_is_back", written_at=live.tape_written_at)
                self.is_silent = silent
            await asyncio.sleep(LOOK_EVERY_S)
