"""A replay's plan, and going on with it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.event import from_micros, to_micros
from schemas.ticks import Tick
from streams.feeds.framing import shard_of
from streams.feeds.plan import Boundaries, Plan, Post, Stretch, plan_of
from streams.feeds.posting import ALERT_PATH, BIAS_PATH, CHAIN_PATH
from streams.feeds.recorded import open_session, session_names
from streams.feeds.replay import plan_for
from streams.feeds.resume import Reached, TapeDiffers, ordinals_of, reached_by
from streams.feeds.script import Script, ScriptedPost, script_of
from streams.sessions import SessionCalendar

SESSIONS = SessionCalendar("XNYS")
OPEN = datetime(2026, 2, 13, 14, 30, tzinfo=UTC)


def tick(at: datetime, symbol: str = "SPY") -> Tick:
    return Tick(symbol, to_micros(at), price=1)


def step(at: datetime, kind: str = "alert") -> ScriptedPost:
    return ScriptedPost.model_validate({"at": at, "kind": kind, "payload": {"symbol": "SPY"}})


def planned(ticks: list[Tick], *script: ScriptedPost) -> Plan:
    return plan_of(ticks, sessions=SESSIONS, source="feeds/test", chain={"symbol": "SPY"}, script=script)


def told(plan: Plan) -> list[tuple[str, datetime]]:
    return [
        (event.kind, event.occurred_at) for part in plan.parts if isinstance(part, Boundaries) for event in part.events
    ]


def test_silence_is_told_minute_by_minute_and_a_lively_tape_is_not() -> None:
    at = OPEN + timedelta(hours=1)
    lively = [tick(at + timedelta(seconds=60 * n + 59)) for n in range(5)]
    silent = tick(at + timedelta(minutes=9, seconds=30))
    minutes = [when for kind, when in told(planned([*lively, silent])) if kind == "minute"]
    # the last lively tick is at 4:59; the minutes after 60 s of silence are 6 to 9; then the one that ends the plan
    assert minutes == [at, *(at + timedelta(minutes=n) for n in (6, 7, 8, 9, 10))]


def test_sessions_open_and_close_before_the_ticks_of_their_instant() -> None:
    close = datetime(2026, 2, 13, 21, 0, tzinfo=UTC)
    plan = planned([tick(OPEN - timedelta(minutes=2)), tick(OPEN), tick(close), tick(close + timedelta(seconds=5))])
    kinds = {when: kind for kind, when in told(plan)}
    assert kinds[OPEN] == "session_open"
    assert kinds[close] == "session_close"
    before_open, before_close = (
        next(
            part.position
            for part in plan.parts
            if isinstance(part, Boundaries) and any(event.kind == kind for event in part.events)
        )
        for kind in ("session_open", "session_close")
    )
    assert (before_open, before_close) == (1, 2)


def test_a_tape_that_ends_early_still_ends_with_the_close() -> None:
    plan = planned([tick(OPEN), tick(OPEN + timedelta(seconds=1))])
    assert told(plan)[-1] == ("session_close", datetime(2026, 2, 13, 21, 0, tzinfo=UTC))
    assert plan.ends_at == datetime(2026, 2, 13, 21, 0, tzinfo=UTC)


def test_a_scripted_post_comes_after_the_ticks_of_its_instant_and_in_the_scripts_order() -> None:
    ticks = [tick(OPEN + timedelta(seconds=n)) for n in range(4)]
    plan = planned(ticks, step(OPEN + timedelta(seconds=1), "bias"), step(OPEN + timedelta(seconds=1), "alert"))
    parts = [part for part in plan.parts if not isinstance(part, Boundaries)]
    assert [type(part).__name__ for part in parts] == ["Post", "Stretch", "Post", "Post", "Stretch"]
    paths = [(part.path, part.position) for part in parts if isinstance(part, Post)]
    assert paths == [(CHAIN_PATH, 0), (BIAS_PATH, 2), (ALERT_PATH, 2)]
    post = parts[3]
    assert isinstance(post, Post)
    assert post.payload == {"symbol": "SPY", "timestamp": "2026-02-13T14:30:01Z"}


instants = st.lists(st.integers(min_value=0, max_value=20_000), min_size=1, max_size=60, unique=True).map(sorted)


@given(instants, st.lists(st.integers(min_value=0, max_value=20_000), max_size=5).map(sorted))
def test_a_plan_holds_every_tick_once_in_order_and_time_never_goes_back(seconds: list[int], steps: list[int]) -> None:
    ticks = [tick(OPEN + timedelta(seconds=n)) for n in seconds]
    plan = planned(ticks, *(step(OPEN + timedelta(seconds=n)) for n in steps))
    assert [item for part in plan.parts if isinstance(part, Stretch) for item in part.ticks] == ticks
    newest = 0
    for part in plan.parts:
        if isinstance(part, Stretch):
            times = [item.at for item in part.ticks]
        elif isinstance(part, Boundaries):
            times = [to_micros(event.occurred_at) for event in part.events]
        elif part.path == ALERT_PATH:
            times = [to_micros(datetime.fromisoformat(str(part.payload["timestamp"])))]
        else:
            times = [newest]
        assert times == sorted(times)
        assert times[0] >= newest
        newest = times[-1]
    assert sum(isinstance(part, Post) for part in plan.parts) == 1 + len(steps)


@given(seconds=instants, sent=st.integers(min_value=0, max_value=60))
def test_a_replay_goes_on_after_its_newest_tick(seconds: list[int], sent: int) -> None:
    symbols = ("SPY", "QQQ", "IWM", "TWX")  # on several shards
    ticks = [tick(OPEN + timedelta(seconds=n), symbols[n % 4]) for n in seconds]
    ordinals = ordinals_of(ticks)
    plan = planned(ticks)
    whole: dict[int, list[Tick]] = {}
    for item in ticks[:sent]:
        whole.setdefault(shard_of(item.symbol), []).append(item)
    reached = reached_by(ticks, {shard: items[-1] for shard, items in whole.items()})
    left = [item for part in plan.parts if isinstance(part, Stretch) for item in reached.left_of(part, ordinals)]
    assert left == ticks[sent:]
    assert reached.position == min(sent, len(ticks))


def test_shards_may_have_come_to_different_places() -> None:
    ticks = [tick(OPEN + timedelta(seconds=n), ("SPY", "QQQ")[n % 2]) for n in range(8)]
    reached = reached_by(ticks, {shard_of("SPY"): ticks[4], shard_of("QQQ"): ticks[1]})
    (stretch,) = (part for part in planned(ticks).parts if isinstance(part, Stretch))
    assert reached.left_of(stretch, ordinals_of(ticks)) == [ticks[3], ticks[5], ticks[6], ticks[7]]


def test_nothing_sent_is_the_beginning() -> None:
    assert reached_by([tick(OPEN)], {}) == Reached()


def test_another_days_tape_is_not_gone_on_with() -> None:
    with pytest.raises(TapeDiffers, match="SPY"):
        reached_by([tick(OPEN)], {0: tick(OPEN + timedelta(seconds=1))})


@pytest.mark.parametrize("name", session_names())
def test_the_shipped_scripts_post_bias_before_each_alert_within_the_session(name: str) -> None:
    session = open_session(name)
    steps = script_of(session).steps
    alerts = [number for number, item in enumerate(steps) if item.kind == "alert"]
    assert 6 <= len(alerts) <= 10
    assert all(steps[number - 1].kind == "bias" and steps[number - 1].at == steps[number].at for number in alerts)
    assert len({str(item.payload["event_id_raw"]) for item in steps if item.kind == "bias"}) == len(steps) - len(alerts)
    assert all(SESSIONS.phase(item.at).phase == "regular" for item in steps)


@pytest.mark.parametrize("name", session_names())
def test_the_plan_of_a_shipped_session_begins_with_time_and_the_chain(name: str) -> None:
    session = open_session(name)
    plan = plan_for(session, demo=True)
    first, chain, stretch, *_ = (part for part in plan.parts)
    assert isinstance(first, Boundaries)
    assert isinstance(chain, Post)
    assert chain.path == CHAIN_PATH
    assert isinstance(stretch, Stretch)
    assert first.events[0].occurred_at <= from_micros(plan.ticks[0].at)
    kinds = [kind for kind, _ in told(plan)]
    assert kinds.count("session_open") == kinds.count("session_close") == 1
    assert not any(isinstance(part, Post) and part.path != CHAIN_PATH for part in plan_for(session, demo=False).parts)


def test_a_script_out_of_order_is_refused() -> None:
    with pytest.raises(ValueError, match="order"):
        Script(steps=(step(OPEN + timedelta(seconds=1)), step(OPEN)))
