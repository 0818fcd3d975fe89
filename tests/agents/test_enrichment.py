from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import enrichment
from agents.confluence import confluence
from agents.dealer import dealer_decision
from agents.enrichment import context_hash
from agents.market import on_ticks
from agents.rules import Rules
from agents.strikes import candidates
from schemas.accounts import AccountSnapshot
from schemas.codec import decode, encode
from schemas.decisions import AccountSeen, EnrichedContext, IndicatorSet, OpeningRangeSeen, SignalEnriched
from schemas.market import FlowTotals, Market, OpeningRange, Quote
from schemas.session import MarketSession
from schemas.signals import SignalReceived
from tests.agents.strategies import AT, CLOSED, DAY, SPY, bias, few, gex, market, micros, nanos, session, signal, traded

RULES = Rules()


def enrich(asked: SignalReceived, known: Market, phase: MarketSession, **changes: Any) -> EnrichedContext:
    given: dict[str, Any] = {"at": asked.occurred_at, "rules": RULES, "account": None, **changes}
    return enrichment.enrich(asked, known, phase, **given)


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
    asked, known = signal(indicators={"ema8": Decimal("595.1")}), market()
    price = Decimal("595.42")
    assert enrich(asked, known, session()) == EnrichedContext(
        symbol=SPY,
        at=AT,
        session="regular",
        minutes_to_close=330,
        minutes_from_open=60,
        day=DAY,
        price=price,
        price_at=AT,
        newest_at=AT,
        reported_indicators={"ema8": Decimal("595.1")},
        bias=bias(),
        gex=gex(),
        confluence=confluence(direction="long", gex=gex(), flow=None, rules=RULES.engine.confluence),
        dealer=dealer_decision(price=price, gex=gex(), flow=None, rules=RULES.engine.dealer),
        listed_contracts=1,
        contracts=candidates(known, signal=asked, price=price, day=DAY, rules=RULES.engine.strikes),
    )


def test_of_an_unknown_market_a_context_says_nothing() -> None:
    context = enrich(signal(), Market(symbol=SPY), session(**CLOSED))
    assert context == EnrichedContext(symbol=SPY, at=AT, session="closed", day=DAY)


@pytest.mark.parametrize(("price", "known"), [("0", False), ("0.01", True)])
def test_contracts_are_looked_for_around_a_price(price: str, known: bool) -> None:
    context = enrich(signal(), market(last=Quote(price=nanos(price), traded_at=micros())), session())
    assert bool(context.contracts) is known


@pytest.mark.parametrize(("ago", "seen"), [(0, True), (1, False)])
def test_only_flow_and_opening_range_of_the_day_count(ago: int, seen: bool) -> None:
    day = DAY - timedelta(days=ago)
    flow = FlowTotals(day=day, entries=50, call_premium=Decimal(100), netflow=Decimal(100))
    opening = OpeningRange(day=day, minutes=15, high=nanos("596"), low=nanos("594"), volume=700, complete=True)
    context = enrich(signal(), market(flow=flow, opening_range=opening), session())
    assert (context.flow is not None) is seen
    assert (context.confluence is not None) is seen
    expected = OpeningRangeSeen(minutes=15, high=Decimal(596), low=Decimal(594), volume=700, complete=True)
    assert context.opening_range == (expected if seen else None)


def test_the_account_is_seen_as_it_was_last_told() -> None:
    told = AccountSnapshot(
        event_id="s-1",
        occurred_at=AT,
        account_id="paper",
        positions={SPY: 2, "QQQ": 1},
        exposure=Decimal(900),
        equity=Decimal(100_100),
        halted=True,
    )
    context = enrich(signal(), market(), session(), account=told)
    assert context.account == AccountSeen(
        open_positions=3, positions_in_symbol=2, exposure=Decimal(900), equity=Decimal(100_100), halted=True
    )
    elsewhere = told.model_copy(update={"positions": {"QQQ": 1}})
    found = enrich(signal(), market(), session(), account=elsewhere).account
    assert found is not None
    assert (found.open_positions, found.positions_in_symbol) == (1, 0)


def test_a_signal_that_waited_is_judged_at_the_end_of_its_waiting() -> None:
    later = AT + timedelta(hours=1)
    context = enrich(signal(), market(), session(), at=later)
    assert (context.at, context.minutes_from_open) == (later, 120)
    assert context.bias_stale
    assert enrich(signal(), market(), session(**CLOSED)).minutes_from_open is None


def test_the_newest_time_is_that_of_quote_or_trade() -> None:
    last = Quote(price=nanos("595"), traded_at=micros(-3), bid=nanos("595"), ask=-1, quoted_at=micros(-2))
    context = enrich(signal(), market(last=last), session())
    assert (context.newest_at, context.price_at) == (AT - timedelta(seconds=2), AT - timedelta(seconds=3))


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
    assert (found["1m"].bars, found["1m"].close, found["1m"].ema8) == (8, Decimal(597), Decimal("593.5"))
    assert (found["5m"].bars, found["5m"].close, found["5m"].ema8) == (1, Decimal(594), None)
    assert found["1h"] == IndicatorSet(bars=0)
