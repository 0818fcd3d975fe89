"""The exchange's sessions, by exchange-calendars: regular hours, half days, holidays."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from schemas.session import MarketSession, Phase
from streams.trading_hours import CalendarEnds, TradingHours, trading_hours

_PREMARKET_FROM = time(4)
_AFTERHOURS_UNTIL = time(20)
_MINUTE = timedelta(minutes=1)
_DAYS_KEPT = 4_096
_YEARS = range(1990, 2100)
_FROM, _AT_ONCE = 2000, 30
"""Years of which one is asked for are worked out together: those of a recorded tape and of today in one go."""


@dataclass(frozen=True, slots=True)
class TradingDay:
    """One date of an exchange, in UTC instants; open and close are None when it does not trade."""

    day: date
    begins_at: datetime
    """midnight, exchange time"""
    open_at: datetime | None
    close_at: datetime | None
    premarket_from: datetime
    afterhours_until: datetime
    next_open_at: datetime
    """the first open of a later date"""


@lru_cache(maxsize=64)
def _span(name: str, first: int) -> TradingHours | None:
    """Return the trading hours of many years, which take no longer than those of one; None: not all are known."""
    try:
        return trading_hours(name, max(first, _YEARS.start), min(first + _AT_ONCE, _YEARS.stop) - 1)
    except CalendarEnds:
        return None


@lru_cache(maxsize=64)
def _year(name: str, year: int) -> TradingHours:
    return trading_hours(name, year, year)


def _around(name: str, year: int) -> TradingHours:
    if year not in _YEARS:
        raise ValueError(f"{year} is outside the years that calendars are kept for")
    return _span(name, year - (year - _FROM) % _AT_ONCE) or _year(name, year)


class SessionCalendar:
    """The sessions of one exchange, of any year. A day is worked out once; after that an instant costs a look-up.

    raises   streams.trading_hours.UnknownCalendar on first use of an unknown name; CalendarEnds for a year that it does
             not reach; ValueError for an instant without a zone or outside the years 1990 to 2099
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._zone: ZoneInfo | None = None
        self._days: dict[date, TradingDay] = {}

    def phase(self, at: datetime) -> MarketSession:
        """Return where `at` lies."""
        day = self.trading_day(self.local_date(at))
        phase: Phase = "closed"
        minutes_to_close = None
        next_open_at = day.next_open_at
        if day.open_at is not None and day.close_at is not None:
            if day.open_at <= at < day.close_at:
                phase = "regular"
                minutes_to_close = (day.close_at - at) // _MINUTE
            elif day.premarket_from <= at < day.open_at:
                phase = "premarket"
            elif day.close_at <= at < day.afterhours_until:
                phase = "afterhours"
            if at < day.open_at:
                next_open_at = day.open_at
        return MarketSession(
            phase=phase,
            day=day.day,
            open_at=day.open_at,
            close_at=day.close_at,
            minutes_to_close=minutes_to_close,
            next_open_at=next_open_at,
        )

    def local_date(self, at: datetime) -> date:
        """Return the exchange's date at an instant."""
        if at.tzinfo is None:
            raise ValueError("at: an instant needs a zone")
        if self._zone is None:
            self._zone = _around(self.name, at.year).zone
        return at.astimezone(self._zone).date()

    def sessions(self, first: date, last: date) -> list[date]:
        """Return the dates on which the exchange trades, from `first` to `last`, both included."""
        years = range(max(first.year, _YEARS.start), min(last.year, _YEARS.stop - 1) + 1)
        hours = (day for year in years for day in _around(self.name, year).hours if day.year == year)
        return [day for day in hours if first <= day <= last]

    def trading_day(self, day: date) -> TradingDay:
        """Return what is known of a date of the exchange."""
        known = self._days.get(day)
        if known is None:
            if len(self._days) >= _DAYS_KEPT:
                self._days.clear()
            known = self._days[day] = self._worked_out(day)
        return known

    def _worked_out(self, day: date) -> TradingDay:
        known = _around(self.name, day.year)
        hours = known.hours.get(day)
        return TradingDay(
            day=day,
            begins_at=datetime.combine(day, time(), known.zone).astimezone(UTC),
            open_at=hours[0] if hours else None,
            close_at=hours[1] if hours else None,
            premarket_from=datetime.combine(day, _PREMARKET_FROM, known.zone).astimezone(UTC),
            afterhours_until=datetime.combine(day, _AFTERHOURS_UNTIL, known.zone).astimezone(UTC),
            # no exchange is closed for the whole of January, so the weeks that follow the years are enough
            next_open_at=next(opened for date_, (opened, _) in known.hours.items() if date_ > day),
        )
