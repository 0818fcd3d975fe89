from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.enrichment import context_hash, enrich
from agents.market import on_ticks
from schemas.codec import decode, encode
from schemas.decisions import EnrichedContext, IndicatorSet, SignalEnriched
from schemas.market import FlowTotals, Market, Quote
from tests.agents.strategies import AT, CLOSED, DAY, SPY, bias, few, gex, market, micros, nanos, session, signal, traded

money = st.decimals(min_value=-(10**6), max_value=10**6, places=2)
numbers = st.decimals(min_value=0, max_value=1000, places=4)
times = st.integers(-3_600, 3_600).map(lambda seconds: AT + timedelta(seconds=seconds))
timeframes = st.sampled_from(["1m", "5m", "15m", "1h", "1d"])
indicator_sets = st.builds(
    IndicatorSet,
    bars=st.integers(0, 500),
    close=st.none() | numbers,
    ema8=st.none() | numbers,
    ema21=st.none() | numbers,
    atr14=st.none() | numbers,
)
contexts = st.builds(
    EnrichedContext,
    symbol=st.sampled_from(["SPY", "QQQ"]),
    at=times,
    session=st.sampled_from(["regular", "premarket", "afterhours", "closed"]),
    minutes_to_close=st.none() | st.integers(0, 390),
    price=st.none() | numbers,
    price_at=st.none() | times,
    indicators=st.dictionaries(timeframes, indicator_sets, max_size=3),
    reported_indicators=st.dictionaries(st.sampled_from(["ema8", "ema21", "atr"]), numbers, max_size=3),
    bias=st.none() | st.builds(bias, bias_score=numbers, chop_score=numbers, timestamp=times),
    bias_stale=st.booleans(),
    gex=st.none() | st.builds(gex, net_gex=money),
    flow=st.none()
    | st.builds(
        FlowTotals,
        day=st.just(DAY),
        entries=st.integers(0, 9),
        call_premium=money,
        put_premium=money,
        netflow=money,
    ),
    listed_contracts=st.integers(0, 5_000),
)


@few
@given(contexts, contexts)
def test_hashes_are_equal_exactly_when_the_contexts_are(one: EnrichedContext, other: EnrichedContext) -> None:
    again = EnrichedContext.model_validate(one.model_dump())
    assert context_hash(again) == context_hash(one)
    assert (context_hash(one) == context_hash(other)) == (one == other)
    for name in EnrichedContext.model_fields:
        changed = one.model_copy(update={name: getattr(other, name)})
        assert (context_hash(changed) == context_hash(one)) == (changed == one), name


@few
@given(contexts, st.randoms(use_true_random=False))
def test_the_order_in_which_a_context_was_put_together_does_not_show_in_its_hash(
    context: EnrichedContext, random: Any
) -> None:
    shuffled: dict[str, Any] = {}
    for name, value in context.model_dump().items():
        items = list(value.items()) if isinstance(value, dict) else None
        if items:
            random.shuffle(items)
        shuffled[name] = dict(items) if items else value
    assert context_hash(EnrichedContext.model_validate(shuffled)) == context_hash(context)


@few
@given(contexts)
def test_a_context_keeps_its_hash_on_its_way_through_kafka(context: EnrichedContext) -> None:
    sent = SignalEnriched(
        event_id="e-1",
        occurred_at=AT,
        signal_id="s-1",
        account_id="paper",
        symbol=context.symbol,
        context=context,
        context_hash=context_hash(context),
    )
    assert context_hash(decode(SignalEnriched, encode(sent)).context) == sent.context_hash


def test_a_hash_is_sha_256_in_hex() -> None:
    digest = context_hash(enrich(signal(), market(), session()))
    assert len(digest) == 64
    assert set(digest) <= set("0123456789abcdef")


def test_a_context_says_what_was_known_when_the_signal_came() -> None:
    context = enrich(signal(indicators={"ema8": Decimal("595.1")}), market(), session())
    assert context == EnrichedContext(
        symbol=SPY,
        at=AT,
        session="regular",
        minutes_to_close=330,
        price=Decimal("595.42"),
        price_at=AT,
        reported_indicators={"ema8": Decimal("595.1")},
        bias=bias(),
        gex=gex(),
        listed_contracts=1,
    )


def test_of_an_unknown_market_a_context_says_nothing() -> None:
    context = enrich(signal(), Market(symbol=SPY), session(**CLOSED))
    assert context == EnrichedContext(symbol=SPY, at=AT, session="closed")


def test_the_price_is_the_newer_of_trade_and_mid() -> None:
    last = Quote(
        price=nanos("595.42"), traded_at=micros(-2), bid=nanos("595.40"), ask=nanos("595.46"), quoted_at=micros(-1)
    )
    context = enrich(signal(), market(last=last), session())
    assert (context.price, context.price_at) == (Decimal("595.43"), AT - timedelta(seconds=1))


@pytest.mark.parametrize(("age_s", "stale"), [(0, False), (600, False), (600.000001, True)])
def test_a_bias_is_stale_past_its_own_time(age_s: float, stale: bool) -> None:
    known = market(bias=bias(timestamp=AT - timedelta(seconds=age_s), stale_after_s=600))
    assert enrich(signal(), known, session()).bias_stale is stale


def test_indicators_are_those_of_closed_bars_on_every_timeframe_begun() -> None:
    ticks = [traded(SPY, str(590 + minute), seconds=60 * minute) for minute in range(9)]
    found = enrich(signal(), on_ticks(Market(symbol=SPY), ticks), session()).indicators
    assert found["1m"] == IndicatorSet(bars=8, close=Decimal(597), ema8=Decimal("593.5"))
    assert found["5m"] == IndicatorSet(bars=1, close=Decimal(594))
    assert found["1h"] == IndicatorSet(bars=0)
