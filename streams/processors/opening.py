"""The opening range of a day as the fold of the tape needs it."""

from datetime import date, datetime, timedelta

from agents.market import OpeningWindow
from schemas.event import to_micros
from streams.sessions import SessionCalendar


class OpeningWindows:
    """The first minutes of each day's regular session; a day is worked out once."""

    def __init__(self, calendar: SessionCalendar, *, minutes: int) -> None:
        self._calendar = calendar
        self._length = timedelta(minutes=minutes)
        self._known: dict[date, OpeningWindow | None] = {}

    def of(self, at: datetime) -> OpeningWindow | None:
        """Return the window of the exchange's date at an instant, None when it does not trade on that date."""
        day = self._calendar.local_date(at)
        if day not in self._known:
            self._known[day] = self._worked_out(day)
        return self._known[day]

    def _worked_out(self, day: date) -> OpeningWindow | None:
        trading = self._calendar.trading_day(day)
        if trading.open_at is None:
            return None
        return OpeningWindow(
            day=day,
            day_start_us=to_micros(trading.begins_at),
            open_us=to_micros(trading.open_at),
            until_us=to_micros(trading.open_at + self._length),
        )
