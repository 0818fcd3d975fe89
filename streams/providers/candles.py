"""Providers' bars brought into one shape: the market stage's timeframes, regular hours, closed ones only.

Bars start on multiples of their length in UTC, as `agents.bars` builds them; a day begins at midnight UTC of the
exchange's date. Providers begin an hour at the open or on the full hour, some before it, so hours are put together
from half hours, which all of them begin alike.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, model_validator

from schemas.market import HistoricBar, HistoryState
from streams.providers.failures import NoData
from streams.providers.provider import Answer, Usd
from streams.sessions import SessionCalendar

TIMEFRAMES = {
    "1m": timedelta(minutes=1),
    "5m": timedelta(minutes=5),
    "15m": timedelta(minutes=15),
    "1h": timedelta(hours=1),
    "1d": timedelta(days=1),
}

DAY = TIMEFRAMES["1d"]
HALF_HOUR = timedelta(minutes=30)


class Candle(Answer):
    """A bar as a provider tells it. `start` of a daily bar is any instant of the exchange's date."""

    start: AwareDatetime
    open: Usd
    high: Usd
    low: Usd
    close: Usd
    volume: Annotated[Decimal, Field(ge=0, lt=10**15)] = Decimal(0)

    @model_validator(mode="after")
    def _spans(self) -> Self:
        if not self.low <= self.high:
            raise ValueError("low: above high")
        return self


def asked_length(timeframe: str) -> timedelta:
    """Return the length of the bars to ask a provider for; raises ValueError for an unknown timeframe."""
    if timeframe not in TIMEFRAMES:
        raise ValueError(f"timeframe: {timeframe!r} is none of {', '.join(TIMEFRAMES)}")
    return HALF_HOUR if timeframe == "1h" else TIMEFRAMES[timeframe]


def asked_count(timeframe: str, limit: int) -> int:
    """Return how many bars of `asked_length` make `limit` closed ones, with one more for the bar being built."""
    return 2 * limit + 2 if timeframe == "1h" else limit + 1


def begins_by(timeframe: str, limit: int, *, now: datetime, sessions: SessionCalendar) -> datetime:
    """Return an instant before which none of the newest `limit` closed bars begins."""
    day = sessions.local_date(now)
    found = 0
    begins = now
    while found < limit:
        day -= timedelta(days=1)
        trading = sessions.trading_day(day)
        if trading.open_at is not None and trading.close_at is not None:
            begins = trading.begins_at if timeframe == "1d" else trading.open_at
            found += 1 if timeframe == "1d" else (trading.close_at - trading.open_at) // TIMEFRAMES[timeframe]
    return begins


def history_of(
    candles: Iterable[Candle],
    *,
    provider: str,
    symbol: str,
    timeframe: str,
    limit: int,
    now: datetime,
    sessions: SessionCalendar,
) -> HistoryState:
    """Return the newest `limit` closed bars of a timeframe, oldest first; one told twice counts once.

    candles  of `asked_length(timeframe)`, in any order, with or without the hours before and after the regular ones
    raises   NoData when none is closed
    """
    by_start = {candle.start.astimezone(UTC): candle for candle in candles}
    ordered = [by_start[start] for start in sorted(by_start)]
    length = TIMEFRAMES[timeframe]
    if timeframe == "1d":
        days = {sessions.local_date(candle.start): candle for candle in ordered}
        # a daily bar is the exchange's date, from its midnight on, as the market stage builds it
        trading = [sessions.trading_day(day) for day in days]
        bars = [_bar(day.begins_at, [days[day.day]]) for day in trading if day.open_at is not None]
    else:
        regular = [candle for candle in ordered if sessions.phase(candle.start).phase == "regular"]
        groups = groupby(regular, key=lambda candle: floored(candle.start, length))
        bars = [_bar(start, list(group)) for start, group in groups]
    closed = [bar for bar in bars if bar.start + length <= now]
    if not closed:
        raise NoData(provider, symbol, "no closed bars")
    return HistoryState(timeframe=timeframe, bars=tuple(closed[-limit:]))


def floored(at: datetime, length: timedelta) -> datetime:
    """Return the multiple of a length, in UTC, at or before an instant."""
    return at - (at - datetime.combine(at.astimezone(UTC).date(), time(), UTC)) % length


def _bar(start: datetime, parts: Sequence[Candle]) -> HistoricBar:
    return HistoricBar(
        start=start,
        open=parts[0].open,
        high=max(part.high for part in parts),
        low=min(part.low for part in parts),
        close=parts[-1].close,
        volume=int(sum(part.volume for part in parts)),
    )
