"""Bars from before a recorded day."""

import json
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from schemas.codec import decode
from schemas.market import HistoricBar, MarketContextReceived
from streams.feeds.framing import shard_of
from streams.feeds.pace import Pace
from streams.feeds.recorded import RecordedSession, SessionUnavailable, open_folder
from streams.feeds.replay import perform
from streams.feeds.resume import Reached
from streams.feeds.warm_up import BARS_MAX, warm_up, warm_up_of
from streams.topics import CLOCK, MARKET_CONTEXT
from tests.streams.following import fresh_symbol, messages_of
from tests.streams.test_feeds_replay import day_of, lines

AT = datetime(2021, 1, 4, 14, 30, tzinfo=UTC)

DAYS = """20201230 00:00,37367600,37417300,37302100,37320400,3145200
20201231 00:00,37332700,37601900,37268800,37560700,3172400
20210104 00:00,37646100,37697700,36628000,37006500,5006600
"""
MINUTES = """20201231 15:58,100,104,99,103,7
20201231 15:59,103,105,102,104.5,8
20210104 09:30,104,105,103,104,9
"""


def session_with(folder: Path, *, daily: str = DAYS, minutes: str | None = None) -> RecordedSession:
    """Return a session of which nothing but its history exists."""
    history = [{"file": "daily.zip", "timeframe": "1d", "zone": "America/New_York", "units_per_dollar": 10_000}]
    with zipfile.ZipFile(folder / "daily.zip", "w") as archive:
        archive.writestr("spx.csv", daily)
    if minutes is not None:
        history.append({"file": "minutes.zip", "timeframe": "1m", "zone": "America/New_York", "units_per_dollar": 1})
        with zipfile.ZipFile(folder / "minutes.zip", "w") as archive:
            archive.writestr("spx.csv", minutes)
    manifest = {
        "name": "spx-2021-01-04",
        "underlying": "SPX",
        "day": "2021-01-04",
        "calendar": "XNYS",
        "trades": [],
        "option_quotes": [],
        "history": history,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return open_folder(folder)


def test_daily_bars_begin_at_the_exchanges_midnight_and_end_before_the_day(tmp_path: Path) -> None:
    (history,) = warm_up_of(session_with(tmp_path))
    assert history.timeframe == "1d"
    assert [bar.start for bar in history.bars] == [datetime(2020, 12, day, 5, tzinfo=UTC) for day in (30, 31)]
    assert history.bars[1] == HistoricBar(
        start=datetime(2020, 12, 31, 5, tzinfo=UTC),
        open=Decimal("3733.27"),
        high=Decimal("3760.19"),
        low=Decimal("3726.88"),
        close=Decimal("3756.07"),
        volume=3172400,
    )


def test_minutes_are_moved_from_their_zone(tmp_path: Path) -> None:
    _, history = warm_up_of(session_with(tmp_path, minutes=MINUTES))
    assert [bar.start for bar in history.bars] == [datetime(2020, 12, 31, 20, n, tzinfo=UTC) for n in (58, 59)]
    assert history.bars[-1].close == Decimal("104.5")


def test_the_newest_bars_are_kept(tmp_path: Path) -> None:
    days = "".join(
        f"{year}{month:02d}{day:02d} 00:00,1,2,1,{day},0\n"
        for year in (2019,)
        for month in range(1, 13)
        for day in range(1, 29)
    )
    (history,) = warm_up_of(session_with(tmp_path, daily=days))
    assert len(history.bars) == BARS_MAX == 250
    assert history.bars[-1].start == datetime(2019, 12, 28, 5, tzinfo=UTC)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for daily in ("20201230 00:00,1,2\n", "yesterday,1,2,1,2,3\n", "20201230 00:00,1,2,one,2,3\n"):
        with pytest.raises(SessionUnavailable, match="daily"):
            warm_up_of(session_with(tmp_path, daily=daily))


def test_it_becomes_an_event_for_each_timeframe_that_is_the_same_after_a_restart(tmp_path: Path) -> None:
    session = session_with(tmp_path, minutes=MINUTES)
    events = warm_up(session, at=AT, source="feeds/spx-2021-01-04")
    assert [event.history.timeframe for event in events if event.history] == ["1d", "1m"]
    assert {(event.symbol, event.occurred_at, event.source) for event in events} == {
        ("SPX", AT, "feeds/spx-2021-01-04")
    }
    assert len({event.event_id for event in events}) == 2
    assert events == warm_up(session, at=AT, source="feeds/spx-2021-01-04")


@pytest.mark.kafka
async def test_a_replay_publishes_it_before_its_first_tick_and_not_again_later(kafka: str, tmp_path: Path) -> None:
    symbol = fresh_symbol()
    source = f"feeds/{symbol}"
    plan = day_of(symbol, source)
    history = [
        event.model_copy(update={"symbol": symbol}) for event in warm_up(session_with(tmp_path), at=AT, source=source)
    ]
    for reached in (Reached(), Reached(len(plan.ticks), {shard_of(symbol): len(plan.ticks)})):
        async with lines(kafka, source=source, posts=[]) as line:
            await perform(
                plan, line, reached=reached, told={}, pace=Pace(None), on_streaming=lambda: None, history=history
            )
    (message,) = await messages_of(kafka, MARKET_CONTEXT, source=source)
    assert decode(MarketContextReceived, message.value) == history[0]
    first = (await messages_of(kafka, CLOCK, source=source))[0]
    assert message.timestamp <= first.timestamp
