"""Facts of the New York exchange's calendar."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.sessions import SessionCalendar
from streams.trading_hours import CalendarEnds, UnknownCalendar

NEW_YORK = ZoneInfo("America/New_York")
CALENDAR = SessionCalendar("XNYS")


def new_york(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=NEW_YORK)


def test_a_friday_morning_is_regular() -> None:
    session = CALENDAR.phase(new_york(2026, 2, 13, 10, 30))
    assert session.phase == "regular"
    assert session.day == date(2026, 2, 13)
    assert session.open_at == datetime(2026, 2, 13, 14, 30, tzinfo=UTC)
    assert session.close_at == datetime(2026, 2, 13, 21, 0, tzinfo=UTC)
    assert session.minutes_to_close == 330
    # Monday is Presidents' Day
    assert session.next_open_at == datetime(2026, 2, 17, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "phase"),
    [
        (new_york(2026, 2, 13, 3, 59), "closed"),
        (new_york(2026, 2, 13, 4), "premarket"),
        (new_york(2026, 2, 13, 9, 29), "premarket"),
        (new_york(2026, 2, 13, 9, 30), "regular"),
        (new_york(2026, 2, 13, 15, 59), "regular"),
        (new_york(2026, 2, 13, 16), "afterhours"),
        (new_york(2026, 2, 13, 19, 59), "afterhours"),
        (new_york(2026, 2, 13, 20), "closed"),
        (new_york(2026, 2, 14, 10, 30), "closed"),  # a Saturday
        (new_york(2026, 1, 1, 10, 30), "closed"),  # a holiday on a Thursday
        (new_york(2024, 11, 29, 12, 59), "regular"),  # a half day
        (new_york(2024, 11, 29, 13), "afterhours"),
        (new_york(2014, 6, 5, 9, 30), "regular"),
        (new_york(2021, 1, 4, 9, 30), "regular"),
        (new_york(2012, 10, 29, 12), "closed"),  # a storm
    ],
)
def test_the_phase_of_an_instant(at: datetime, phase: str) -> None:
    assert CALENDAR.phase(at).phase == phase


def test_a_half_day_closes_at_one() -> None:
    session = CALENDAR.phase(new_york(2024, 11, 29, 12, 30))
    assert session.close_at == datetime(2024, 11, 29, 18, 0, tzinfo=UTC)
    assert session.minutes_to_close == 30


def test_a_holiday_has_no_session_and_knows_the_next() -> None:
    session = CALENDAR.phase(new_york(2026, 1, 1, 10, 30))
    assert (session.open_at, session.close_at, session.minutes_to_close) == (None, None, None)
    assert session.next_open_at == datetime(2026, 1, 2, 14, 30, tzinfo=UTC)


def test_the_next_open_crosses_the_turn_of_the_year() -> None:
    assert CALENDAR.phase(new_york(2024, 12, 31, 17)).next_open_at == datetime(2025, 1, 2, 14, 30, tzinfo=UTC)


def test_before_the_open_the_next_open_is_today() -> None:
    assert CALENDAR.phase(new_york(2026, 2, 13, 8)).next_open_at == datetime(2026, 2, 13, 14, 30, tzinfo=UTC)


instants = st.integers(min_value=0, max_value=15 * 365 * 24 * 60).map(
    lambda minutes: datetime(2013, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(instants)
@settings(deadline=None)  # a year's calendar takes a while the first time
def test_every_instant_agrees_with_its_own_session(at: datetime) -> None:
    session = CALENDAR.phase(at)
    assert session.day == at.astimezone(NEW_YORK).date()
    assert session.next_open_at > at
    assert session.next_open_at - at < timedelta(days=8)
    if session.phase == "regular":
        assert session.open_at is not None
        assert session.close_at is not None
        assert session.open_at <= at < session.close_at
        assert session.minutes_to_close == int((session.close_at - at).total_seconds() // 60)
    else:
        assert session.minutes_to_close is None


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        CALENDAR.phase(datetime(2026, 2, 13, 10, 30))  # noqa: DTZ001 -- that is the point


def test_a_year_without_a_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="2300"):
        CALENDAR.phase(datetime(2300, 1, 2, tzinfo=UTC))


def test_a_known_day_is_looked_up_not_worked_out() -> None:
    day = date(2026, 2, 13)
    assert CALENDAR.trading_day(day) is CALENDAR.trading_day(day)


def test_a_calendar_that_ends_within_ten_years_is_known_until_then() -> None:
    shanghai = SessionCalendar("XSHG")
    assert shanghai.phase(datetime(2024, 6, 5, 2, tzinfo=UTC)).phase == "regular"
    with pytest.raises(CalendarEnds, match="XSHG"):
        shanghai.phase(datetime(2089, 6, 5, 2, tzinfo=UTC))


def test_an_unknown_calendar_is_named() -> None:
    with pytest.raises(UnknownCalendar, match="XXXX"):
        SessionCalendar("XXXX").phase(datetime(2026, 2, 13, tzinfo=UTC))


def test_the_hours_leave_no_pandas_behind() -> None:
    asked = "import sys; from streams.sessions import SessionCalendar; from datetime import date; "
    asked += "assert SessionCalendar('XNYS').trading_day(date(2026, 2, 13)).open_at; print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "False"
