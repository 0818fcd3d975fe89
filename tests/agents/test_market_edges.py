"""The edges of the market's fold and of the context."""

import hashlib
import json
from datetime import timedelta
from decimal import Decimal

import pytest

from agents.dealer import dealer_decision
from agents.enrichment import context_hash, enrich
from agents.market import QUOTES_MAX, OpeningWindow, newest_price, on_context, on_ticks
from agents.rules import Rules
from schemas.event import from_micros
from schemas.market import Market, Quote
from schemas.ticks import ABSENT, Tick
from tests.agents.contexts import context, flow
from tests.agents.strategies import (
    AT,
    CALL,
    DAY,
    SPY,
    bias,
    chain,
    context_received,
    gex,
    listed,
    market,
    micros,
    nanos,
    quoted,
    session,
    signal,
    traded,
)

WINDOW = OpeningWindow(day=DAY, day_start_us=micros(-10.5 * 3600), open_us=micros(), until_us=micros(900))


@pytest.mark.parametrize(
    "before",
    [
        traded(SPY, "9.00", seconds=900),
        quoted(SPY, "9.00", "9.01", seconds=900),
        quoted(CALL, "9.00", "9.01", seconds=900),
        traded(CALL, "9.00", seconds=900),
    ],
)
@pytest.mark.parametrize(
    "between", [traded(CALL, "1.00"), quoted(SPY, "1.00", "1.01"), traded(SPY, "1.00", seconds=-1)]
)
def test_what_came_before_the_ranges_first_trade_does_not_complete_it(before: Tick, between: Tick) -> None:
    for ticks in ([before], [between, before], [before, between]):
        known = on_ticks(Market(symbol=SPY), [*ticks, traded(SPY, "5.00")], window=WINDOW).opening_range
        assert known is not None
        assert not known.complete


def test_the_fullest_quotes_lose_none() -> None:
    quotes = {f"C{number:04}": Quote(bid=1, ask=2, quoted_at=number) for number in range(QUOTES_MAX)}
    known = on_ticks(Market(symbol=SPY, quotes=quotes), [quoted("C0000", "1.00", "1.01")])
    assert len(known.quotes) == QUOTES_MAX
    one_more = on_ticks(known, [traded("C0001", "3.00"), quoted("NEW", "1.00", "1.01")])
    assert len(one_more.quotes) == QUOTES_MAX
    assert "C0002" not in one_more.quotes
    assert (one_more.quotes["C0001"].bid, one_more.quotes["C0001"].price) == (1, nanos("3.00"))


def test_of_a_trade_and_a_mid_of_one_time_the_trade_counts() -> None:
    quote = Quote(bid=10, ask=20, quoted_at=7, price=12, traded_at=7)
    assert newest_price(quote) == (12, 7)


def test_of_two_states_of_one_time_the_later_told_counts() -> None:
    known = market(bias=bias(bias="bullish"))
    told = bias(bias="bearish")
    assert on_context(known, context_received(bias=told), day=DAY).bias == told
    again = chain(listed("600", bid="1.00", ask="1.10"), at=AT - timedelta(seconds=30))
    assert len(on_context(known, context_received(chain=again), day=DAY).chain) == 2


@pytest.mark.parametrize(
    ("bid", "ask", "quote"),
    [("3.00", None, (nanos("3.00"), ABSENT)), (None, "3.10", (ABSENT, nanos("3.10"))), (None, None, (5, 6))],
)
def test_a_chain_that_quotes_one_side_replaces_both_at_one_time(
    bid: str | None, ask: str | None, quote: tuple[int, int]
) -> None:
    known = Market(symbol=SPY, quotes={CALL: Quote(bid=5, ask=6, quoted_at=micros())})
    seen = on_context(known, context_received(chain=chain(listed("596", bid=bid, ask=ask))), day=DAY).quotes[CALL]
    assert (seen.bid, seen.ask) == quote


def test_dealers_are_judged_by_price_and_flow() -> None:
    known = market(flow=flow(), gex=gex(dealer_position="short_gamma"))
    seen = enrich(signal(), known, session(), at=AT, rules=Rules(), account=None)
    assert seen.dealer == dealer_decision(
        price=Decimal("595.42"), gex=known.gex, flow=known.flow, rules=Rules().engine.dealer
    )
    assert seen.dealer is not None
    assert seen.dealer.reasons == ("dealer_short_gamma", "bullish_flow", "above_zero_gamma")


def test_the_first_instant_is_a_time_of_a_price() -> None:
    known = market(last=Quote(price=nanos("595.42"), traded_at=1))
    assert enrich(signal(), known, session(), at=AT, rules=Rules(), account=None).newest_at == from_micros(1)


def test_the_hash_is_that_of_canonical_json() -> None:
    written = json.dumps(json.loads(context().model_dump_json()), sort_keys=True, separators=(",", ":"))
    assert context_hash(context()) == hashlib.sha256(written.encode()).hexdigest()


def test_late_ticks_leave_a_range_complete() -> None:
    known = on_ticks(Market(symbol=SPY), [traded(SPY, "5.00"), traded(SPY, "9.00", seconds=900)], window=WINDOW)
    late = on_ticks(known, [traded(SPY, "6.00", seconds=10), quoted(CALL, "1.00", "1.01")], window=WINDOW)
    assert late.opening_range is not None
    assert late.opening_range.complete
