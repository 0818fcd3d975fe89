"""The fake's time: nanoseconds since 1970, as Alpaca's timestamps have them, and a clock that can be set."""

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
SECOND = 1_000_000_000


class Clock:
    """Runs with the machine's clock, from wherever it was set to; never gives one moment twice."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Run with the machine's clock again, in an open session."""
        self.is_open = True
        self._ahead = 0
        self._last = 0

    def now(self) -> int:
        """Return the moment, later than any given before."""
        self._last = max(time.time_ns() + self._ahead, self._last + 1)
        return self._last

    def set(self, moment: int) -> None:
        """Run from this moment on."""
        self._ahead = moment - time.time_ns()
        self._last = 0


def written(moment: int) -> str:
    """Return a moment as RFC 3339 in UTC, with nine digits: `2026-02-13T15:30:00.000000001Z`."""
    seconds, rest = divmod(moment, SECOND)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"


def read(text: str | int) -> int:
    """Return the moment that was written (RFC 3339, a date, or nanoseconds); raises ValueError."""
    if isinstance(text, int):
        return text
    whole, dot, rest = text.partition(".")
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    parsed = datetime.fromisoformat(whole + rest[len(digits) :] if dot else whole)
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=UTC)
    return int(parsed.timestamp()) * SECOND + int(digits.ljust(9, "0")[:9] or 0)


def stamp(moment: int) -> str:
    """Return a moment as the ids of activities begin: New York's time, cut to the millisecond."""
    seconds, rest = divmod(moment, SECOND)
    return f"{datetime.fromtimestamp(seconds, NEW_YORK):%Y%m%d%H%M%S}{rest // 1_000_000:03d}"


def trading_date(moment: int) -> date:
    """Return the exchange's date of a moment."""
    return datetime.fromtimestamp(moment // SECOND, NEW_YORK).date()


def session_after(moment: int) -> tuple[datetime, datetime]:
    """Return the next regular open and close after a moment, by weekdays alone (holidays are not known here)."""
    local = datetime.fromtimestamp(moment // SECOND, NEW_YORK)
    opens = closes = None
    for days in range(8):
        day = local.date() + timedelta(days=days)
        if day.weekday() >= 5:
            continue
        start = datetime(day.year, day.month, day.day, 9, 30, tzinfo=NEW_YORK)
        end = datetime(day.year, day.month, day.day, 16, 0, tzinfo=NEW_YORK)
        opens = opens or (start if start > local else None)
        closes = closes or (end if end > local else None)
    if opens is None or closes is None:
        raise AssertionError("eight days hold a weekday")
    return opens, closes
