"""Histories that a book may go through: ticks, orders, biases, requests to close, and time."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from schemas.decisions import EntryContext
from schemas.event import from_micros
from schemas.ids import derived_id
from schemas.market import BiasState
from schemas.orders import CloseRequested
from schemas.ticks import Tick
from tests.agents.strategies import (
    AT,
    CALL,
    CENT,
    OTHER_CALL,
    PUT,
    SPY,
    bias,
    micros,
    order,
    tapes,
)
from tests.agents.test_book import Step, clock

KNOWN = EntryContext(
    bias="bullish", bias_confidence=Decimal(75), regime_type="TRENDING", chop_score=Decimal(20), bias_score=Decimal(72)
)
ORDERS = [
    order("one", entry=KNOWN),
    order("two", option_symbol=OTHER_CALL, quantity=3, entry=KNOWN, expiration=date(2026, 2, 16)),
    order("three", option_symbol=PUT, quantity=1),
    order("four", option_symbol=PUT, quantity=2, expires_at=AT + timedelta(seconds=120)),
]
WILD = tapes((CALL, OTHER_CALL, PUT, SPY), steps_s=(0, 1, 30, 90, 3_600, -1), size_max=40, start_s=60)
"""Never older than the orders, though some of its ticks are late."""
GAINS = (-100, -100, -60, -50, -45, -40, -20, -5, 0, 0, 0, 5, 12, 24, 25, 27, 30, 33, 38, 41, 45, 49, 50, 60)
"""Percents of 4 dollars, at and between what the rules call levels."""


@st.composite
def calm_tapes(draw: st.DrawFn, *, size_max: int = 40) -> list[Tick]:
    """Return a tape that opens positions at 4 dollars and then mostly reduces them and moves their stops."""
    at = micros(60)
    ticks = [Tick(symbol, at, bid=399 * CENT, ask=401 * CENT) for symbol in (CALL, OTHER_CALL, PUT)]
    for _ in range(draw(st.integers(0, size_max))):
        at += draw(st.sampled_from((0, 1, 1, 30, 30, 90, 3_600, 12 * 3_600, 40 * 3_600, -1))) * 1_000_000
        symbol = draw(st.sampled_from((CALL, CALL, CALL, OTHER_CALL, PUT, SPY)))
        price = 4 * CENT * (100 + draw(st.sampled_from(GAINS)))
        kind = draw(st.sampled_from(("quote", "quote", "quote", "trade", "one side")))
        if kind == "trade":
            ticks.append(Tick(symbol, at, price=price, size=1))
        elif kind == "quote":
            ticks.append(Tick(symbol, at, bid=price and price - CENT, ask=(price and price + CENT) or 1))
        else:
            ticks.append(Tick(symbol, at, bid=price))
    return ticks


TAPE = st.one_of(WILD, calm_tapes())


def _when(steps: Sequence[Step]) -> datetime:
    before = [step.at for step in steps if isinstance(step, Tick)]
    return from_micros(max(before, default=micros(60)))


@st.composite
def histories(draw: st.DrawFn) -> list[Step]:
    """Return a tape with orders anywhere on it, some of them twice, and clock events, biases and requests to close."""
    is_calm = draw(st.sampled_from((False, True, True)))
    steps: list[Step] = list(draw(calm_tapes() if is_calm else WILD))
    for placed in [*ORDERS, draw(st.sampled_from(ORDERS))]:
        steps.insert(draw(st.integers(0, 0 if is_calm else len(steps))), placed)
    for place in sorted(draw(st.lists(st.integers(0, len(steps)), max_size=6)), reverse=True):
        at = _when(steps[:place])
        kind = draw(st.sampled_from(("clock", "bias", "bias", "request")))
        if kind == "clock":
            steps.insert(place, clock(at))
        elif kind == "bias":
            steps.insert(place, _bias(draw, at))
        else:
            steps.insert(place, _request(draw, at, place))
    return steps


def _bias(draw: st.DrawFn, at: datetime) -> BiasState:
    return bias(
        timestamp=at,
        bias=draw(st.sampled_from(("bullish", "bullish", "bullish", "neutral", "bearish"))),
        confidence=Decimal(draw(st.sampled_from((75, 46, 45, 20)))),
        chop_score=Decimal(draw(st.sampled_from((20, 79, 80)))),
        regime_type=draw(st.sampled_from(("TRENDING", "CHOPPY", None))),
    )


def _request(draw: st.DrawFn, at: datetime, place: int) -> CloseRequested:
    return CloseRequested(
        event_id=derived_id("request", place),
        occurred_at=at,
        account_id="paper",
        symbol=SPY,
        position_id=draw(st.sampled_from(ORDERS)).position_id,
        reason="manual",
        requested_by="somebody",
        quantity=draw(st.sampled_from((None, 0, 1, 2, 5, 9, 20))),
    )


def without_repeats(steps: list[Step]) -> list[Step]:
    return [step for place, step in enumerate(steps) if step not in steps[:place]]
