"""Bars from before a recorded session's day, which warm the indicators up, where the session has any."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from schemas.ids import derived_id
from schemas.market import HistoricBar, HistoryState, MarketContextReceived
from streams.feeds.recorded import RecordedSession, SessionUnavailable, csvs_of

BARS_MAX = 250
"""Enough for an average over 200."""


def warm_up(session: RecordedSession, *, at: datetime, source: str) -> list[MarketContextReceived]:
    """Return what is published before anything else: the bars from before the day, where the session has any."""
    return [
        MarketContextReceived(
            event_id=derived_id("history", source, history.timeframe),
            occurred_at=at,
            source=source,
            symbol=session.underlying,
            history=history,
        )
        for history in warm_up_of(session)
    ]


def warm_up_of(session: RecordedSession) -> list[HistoryState]:
    """Return the newest BARS_MAX bars from before the session's day, by timeframe; raises SessionUnavailable.

    A daily bar starts at its zone's midnight, as the market stage builds them.
    """
    histories = []
    for file in session.manifest.history:
        zone = ZoneInfo(file.zone)
        try:
            bars = [_bar(row, zone, file.units_per_dollar) for _, rows in csvs_of(session, file.file) for row in rows]
        except (ValueError, ArithmeticError) as error:
            raise SessionUnavailable(f"{session.name}/{file.file}: {error}") from error
        before = [bar for bar in bars if bar.start.astimezone(zone).date() < session.manifest.day]
        before.sort(key=lambda bar: bar.start)
        histories.append(HistoryState(timeframe=file.timeframe, bars=tuple(before[-BARS_MAX:])))
    return histories


def _bar(row: list[str], zone: ZoneInfo, units_per_dollar: int) -> HistoricBar:
    at, opened, high, low, close, volume = row
    return HistoricBar(
        start=datetime.strptime(at, "%Y%m%d %H:%M").replace(tzinfo=zone),
        open=Decimal(opened) / units_per_dollar,
        high=Decimal(high) / units_per_dollar,
        low=Decimal(low) / units_per_dollar,
        close=Decimal(close) / units_per_dollar,
        volume=int(Decimal(volume)),
    )
