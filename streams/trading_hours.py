"""When an exchange trades, by exchange-calendars, worked out in a process of its own: pandas would stay in memory.

Run with `python -m streams.trading_hours XNYS 2020 2029`; prints JSON.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

DEADLINE_S = 60.0


@dataclass(frozen=True, slots=True)
class TradingHours:
    """An exchange's time zone, and (open, close) in UTC of each day on which it trades."""

    zone: ZoneInfo
    hours: dict[date, tuple[datetime, datetime]]


class UnknownCalendar(ValueError):
    """There is no calendar of that name."""


class CalendarEnds(ValueError):
    """A calendar does not reach as far."""


def trading_hours(name: str, first: int, last: int) -> TradingHours:
    """Return the hours of the years from `first` to `last`, and of the January after them.

    It takes a second or two, whatever the number of years.
    raises   UnknownCalendar, CalendarEnds
    """
    done = subprocess.run(
        [sys.executable, "-m", __name__, name, str(first), str(last)],
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    if done.returncode == _UNKNOWN:
        raise UnknownCalendar(f"{name}: no exchange has a calendar of that name")
    if done.returncode == _ENDS:
        raise CalendarEnds(f"{name}: its calendar does not reach from {first} to January {last + 1}")
    if done.returncode:
        raise RuntimeError(f"the hours of {name} could not be worked out:\n{done.stderr.strip()[-1000:]}")
    found = json.loads(done.stdout)
    return TradingHours(
        zone=ZoneInfo(found["zone"]),
        hours={date.fromisoformat(day): (_utc(opened), _utc(closed)) for day, opened, closed in found["hours"]},
    )


_UNKNOWN, _ENDS = 3, 4


def _utc(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def main() -> None:
    """Print an exchange's hours."""
    from exchange_calendars import get_calendar
    from exchange_calendars.errors import InvalidCalendarName

    name, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    try:
        # explicit bounds: the calendar's own reach one year from today, so they would change from day to day
        calendar = get_calendar(name, start=f"{first}-01-01", end=f"{last + 1}-01-31")
    except InvalidCalendarName:
        sys.exit(_UNKNOWN)
    except ValueError:
        sys.exit(_ENDS)
    schedule = calendar.schedule
    hours = [
        (day.date().isoformat(), int(opened.timestamp()), int(closed.timestamp()))
        for day, opened, closed in zip(schedule.index, schedule["open"], schedule["close"], strict=True)
    ]
    json.dump({"zone": str(calendar.tz), "hours": hours}, sys.stdout)


if __name__ == "__main__":
    main()
