"""The platform's clock: the wall's in production, the tape's in replays and tests."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Something that knows the time."""

    def now(self) -> datetime:
        """Return the time, in UTC."""
        ...


class WallClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class TapeClock:
    """The newest time seen on the tape; before the first tick, the wall's."""

    def __init__(self) -> None:
        self._newest: datetime | None = None

    def now(self) -> datetime:
        return datetime.now(UTC) if self._newest is None else self._newest

    @property
    def started(self) -> bool:
        """Whether the tape has told a time yet."""
        return self._newest is not None

    def advance(self, at: datetime) -> None:
        """Note a time on the tape; it never goes back."""
        if self._newest is None or at > self._newest:
            self._newest = at
