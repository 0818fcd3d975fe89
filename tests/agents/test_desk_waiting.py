"""Signals that wait for the open, and those that could not be judged at once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agents.desk import on_clock
from agents.rules import Rules, SessionRules
from schemas.decisions import SignalUpdated
from schemas.desks import DECIDED_MAX
from schemas.market import Market, Quote
from tests.agents.strategies import AT, CLOSED, bias, market, micros, nanos, session, signal
from tests.agents.test_desk import BOTH, OPEN_AT, OVERNIGHT, clock, decided, proposals, proposed, seen


def test_a_signal_that_comes_while_the_market_is_closed_is_decided_on_at_the_open() -> None:
    desk, (told,) = decided(phase=session(**CLOSED), rules=OVERNIGHT)
    assert isinstance(told, SignalUpdated)
    assert (told.status, told.reason, told.until) == ("queued", "queued_market_closed", OPEN_AT)
    assert told.signal_id == signal().event_id
    assert [waiting.signal for waiting in desk.waiting] == [signal()]
    assert decided(desk=desk, phase=session(**CLOSED), rules=OVERNIGHT) == (desk, ())
    early = clock(OPEN_AT - timedelta(seconds=1))
    assert on_clock(desk, early, seen=seen(rules=OVERNIGHT)) == (desk, ())
    priced = market(
        last=Quote(price=nanos("595.42"), traded_at=micros((OPEN_AT - AT).total_seconds())),
        bias=bias(timestamp=OPEN_AT),
        quotes={
            "SPY260220C00596000": Quote(
                bid=nanos("3"), ask=nanos("4"), quoted_at=micros((OPEN_AT - AT).total_seconds())
            )
        },
    )
    desk, events = on_clock(desk, clock(OPEN_AT, "session_open"), seen=seen(known=priced, rules=OVERNIGHT))
    assert desk.waiting == ()
    (proposal,) = proposals(events)
    assert proposal.codes == ()
    assert proposal.occurred_at == OPEN_AT
    released = events[0]
    assert isinstance(released, SignalUpdated)
    assert (released.status, released.reason, released.until) == ("released", "session_open", None)
    assert on_clock(desk, clock(OPEN_AT + timedelta(minutes=1)), seen=seen(rules=OVERNIGHT)) == (desk, ())


def test_a_signal_that_waits_is_known_however_many_came_after_it() -> None:
    desk, _ = decided(phase=session(**CLOSED), rules=OVERNIGHT)
    desk = desk.model_copy(update={"decided": tuple(f"later-{number}" for number in range(DECIDED_MAX))})
    assert decided(desk=desk, phase=session(**CLOSED), rules=OVERNIGHT) == (desk, ())
    assert len(decided(signal("another"), desk=desk, phase=session(**CLOSED), rules=OVERNIGHT)[0].waiting) == 2


def test_at_the_open_a_signal_waits_on_for_its_prices_but_not_for_ever() -> None:
    desk, _ = decided(phase=session(**CLOSED), rules=OVERNIGHT)
    for seconds in (0, 60, 299):
        at = OPEN_AT + timedelta(seconds=seconds)
        assert on_clock(desk, clock(at), seen=seen(rules=OVERNIGHT)) == (desk, ())
    desk, events = on_clock(desk, clock(OPEN_AT + timedelta(seconds=300)), seen=seen(rules=OVERNIGHT))
    (proposal,) = proposals(events)
    assert proposal.codes == ("market_data_unavailable",)
    assert desk.waiting == ()


def test_an_old_signal_does_not_wait_and_neither_does_one_of_an_open_session() -> None:
    old = signal(timestamp=AT - timedelta(minutes=30, seconds=1))
    assert proposed(asked=old, phase=session(**CLOSED), rules=OVERNIGHT).codes[0] == "signal_stale"
    at_the_limit = signal(timestamp=AT - timedelta(minutes=30))
    assert decided(at_the_limit, phase=session(**CLOSED), rules=OVERNIGHT)[0].waiting
    early = Rules(session=SessionRules(decision_only_when_closed=False, allow_premarket=True))
    assert proposed(phase=session(phase="premarket", minutes_to_close=None), rules=early).codes == ()


@pytest.mark.parametrize("late_s", [0, 45, 299])
def test_at_the_open_a_signal_is_judged_by_the_first_print_however_late_it_is(late_s: float) -> None:
    desk, _ = decided(phase=session(**CLOSED), rules=OVERNIGHT)
    printed = OPEN_AT + timedelta(seconds=late_s)
    at_us = micros((printed - AT).total_seconds())
    known = market(
        last=Quote(price=nanos("595.42"), traded_at=at_us),
        bias=bias(timestamp=OPEN_AT),
        quotes={"SPY260220C00596000": Quote(bid=nanos("3"), ask=nanos("4"), quoted_at=at_us)},
    )
    _, events = on_clock(desk, clock(OPEN_AT, "session_open"), seen=seen(known=known, rules=OVERNIGHT))
    (proposal,) = proposals(events)
    assert (proposal.codes, proposal.occurred_at) == ((), printed)


def test_a_signal_released_into_a_closed_market_is_blocked() -> None:
    desk, _ = decided(phase=session(**CLOSED), rules=OVERNIGHT)
    at = OPEN_AT + timedelta(hours=9)
    known = market(
        last=Quote(price=nanos("595.42"), traded_at=micros((at - AT).total_seconds())), bias=bias(timestamp=at)
    )
    _, events = on_clock(desk, clock(at), seen=seen(known=known, phase=session(**CLOSED), rules=OVERNIGHT))
    (proposal,) = proposals(events)
    assert proposal.codes == ("market_closed", "no_recommendation", "entry_blocked")


class Unreadable(dict[str, Any]):
    """Indicators that nobody can read."""

    def items(self) -> Any:
        raise ZeroDivisionError


BROKEN = Market.model_construct(
    **{**{name: getattr(market(), name) for name in Market.model_fields}, "series": Unreadable()}
)


def test_a_signal_that_cannot_be_judged_is_tried_once_more_and_then_rejected() -> None:
    desk, (told,) = decided(known=BROKEN)
    until = AT + timedelta(seconds=60)
    assert isinstance(told, SignalUpdated)
    assert (told.status, told.reason, told.until) == ("retrying", "retry_scheduled:ZeroDivisionError", until)
    assert desk.waiting[0].retries == 1
    before = clock(until - timedelta(microseconds=1))
    assert on_clock(desk, before, seen=seen(known=BROKEN)) == (desk, ())
    after, events = on_clock(desk, clock(until), seen=seen(known=BROKEN))
    (proposal,) = proposals(events)
    assert (proposal.codes, proposal.context_hash, proposal.recommendations) == (("processing_failed",), "", ())
    assert proposal.gates[0].inputs == {"error": "ZeroDivisionError"}
    assert after.waiting == ()
    mended, events = on_clock(desk, clock(until), seen=seen())
    (proposal,) = proposals(events)
    assert (proposal.codes, mended.waiting) == ((), ())


def test_an_engine_that_raises_leaves_the_other_one_its_word(monkeypatch: pytest.MonkeyPatch) -> None:
    def raises(*_: Any, **__: Any) -> None:
        raise KeyError("candles")

    monkeypatch.setattr("agents.judgement.evaluate", raises)
    proposal = proposed(rules=Rules(engine=BOTH))
    assert proposal.codes == ()
    (failed,) = proposal.shadow_gates
    assert (failed.gate, failed.code, failed.engine) == ("engine_b", "processing_failed", "B")
    assert failed.inputs == {"error": "KeyError"}
    desk, (told,) = decided(rules=Rules(engine=replace(BOTH, execution_mode="ENGINE_B_PRIMARY")))
    assert isinstance(told, SignalUpdated)
    assert told.reason == "retry_scheduled:KeyError"
    _, events = on_clock(
        desk,
        clock(AT + timedelta(seconds=60)),
        seen=seen(rules=Rules(engine=replace(BOTH, execution_mode="ENGINE_B_PRIMARY"))),
    )
    assert proposals(events)[0].codes == ("processing_failed",)
