"""Corners of the stages and their rules where a first guess goes wrong."""

from datetime import timedelta
from decimal import Decimal

import pytest

from agents import market as markets
from agents.account import on_proposal, opened
from agents.book import on_order
from agents.book import on_ticks as book_on_ticks
from agents.enrichment import context_hash, enrich
from agents.gates import market_data
from agents.market import newest_price, on_context, on_ticks
from agents.rules import ExitRules, RiskLimits, Rules
from schemas.codec import encode
from schemas.decisions import DecisionMade, EnrichedContext
from schemas.market import BiasState, FlowEntry, FlowState, Market, Quote
from schemas.operations import DeadLettered
from schemas.orders import OrderFilled
from schemas.positions import Book
from schemas.ticks import Tick
from streams.topics import DEAD_LETTERS, MARKET_CONTEXT, PRICE_TICKS
from tests.agents.strategies import (
    AT,
    CALL,
    DAY,
    OTHER_CALL,
    SPY,
    chain,
    context_received,
    listed,
    market,
    micros,
    nanos,
    order,
    proposal,
    quoted,
    recommendation,
    session,
    signal,
    traded,
)
from tests.streams.consuming import A, Handed
from tests.streams.staging import MARKET_TABLES, Line, Log, delivery, held, tables
from tests.streams.test_market_stage import framed, market_stage
from tests.streams.test_stage import HOME


def flow(premium: int) -> FlowState:
    entry = FlowEntry(
        timestamp=AT, type="call", side="buy", strike=Decimal(596), expiration=DAY, size=1, premium=Decimal(premium)
    )
    return FlowState(timestamp=AT, entries=(entry,))


def test_a_chain_update_of_other_contracts_does_not_make_an_old_price_new() -> None:
    old = context_received(chain=chain(listed("596", bid="3.40", ask="3.50"), at=AT - timedelta(hours=1)))
    known = on_context(Market(symbol=SPY), old, day=DAY)
    known = on_ticks(known, [quoted(CALL, "5.00", "5.10", seconds=-60)])
    known = on_context(known, context_received(chain=chain(listed("600", bid="1.00", ask="1.10"), at=AT)), day=DAY)
    assert newest_price(known.quotes[CALL]) == (nanos("5.05"), micros(-60))


def test_a_tape_of_many_contracts_cut_anywhere_gives_the_same_market(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markets, "QUOTES_MAX", 1)
    tape = [
        quoted(CALL, "3.40", "3.50", seconds=0),
        quoted(OTHER_CALL, "1.00", "1.10", seconds=1),
        traded(CALL, "3.45", seconds=2),
    ]
    fresh = Market(symbol=SPY)
    assert on_ticks(on_ticks(fresh, tape[:2]), tape[2:]) == on_ticks(fresh, tape)


def test_an_order_is_never_filled_at_a_quote_that_is_older() -> None:
    book, _ = on_order(Book(account_id="paper", symbol=SPY), order())
    _, events = book_on_ticks(book, [quoted(CALL, "3.50", "3.54", seconds=-10)], rules=ExitRules())
    assert [event for event in events if isinstance(event, OrderFilled)] == []


def test_an_underlying_quoted_at_nothing_has_no_price() -> None:
    known, asked = market(last=Quote(bid=0, ask=0, quoted_at=micros())), signal()
    context = enrich(asked, known, session(), at=AT, rules=Rules(), account=None)
    assert market_data(context, Rules()).code == "market_data_unavailable"


async def test_flow_told_twice_counts_once() -> None:
    log, known = Log(), tables(MARKET_TABLES)
    stage = market_stage(known, Line(log))
    await stage.open()
    value = encode(context_received(flow=flow(100)))
    await stage._process([delivery(MARKET_CONTEXT, value, partition=HOME, offset=offset) for offset in (0, 1)])
    assert held(known, "markets", SPY).state.flow.entries == 1


def test_flow_of_a_day_that_is_over_is_dropped() -> None:
    known = on_context(Market(symbol=SPY), context_received(flow=flow(100)), day=DAY)
    assert on_context(known, context_received(flow=flow(5)), day=DAY - timedelta(days=1)) == known


def test_the_share_of_equity_is_compared_unrounded() -> None:
    limits = RiskLimits(exposure_max=Decimal(10**6), exposure_pct_max=Decimal(20))
    asked = proposal(recommendation=recommendation(quantity=1, entry_price=Decimal("200.04")))  # 20.004 %
    _, (decision, *_) = on_proposal(opened("paper", limits), asked, day=DAY, rules=Rules(limits=limits))
    assert isinstance(decision, DecisionMade)
    assert decision.codes == ("exposure_exceeded",)


async def test_a_gap_met_before_a_rebalance_is_looked_into_again_after_it() -> None:
    consumer = Handed()
    await consumer.poll(A, 5)
    await consumer.poll(A, 8)
    await consumer.poll(A, 6, 7, 8)
    consumer._wanted[A] = 6  # assigned again, from what was committed
    await consumer.poll(A, 8)
    assert consumer.sought == [(A, 6), (A, 6)]
    assert consumer.offsets == [5, 6, 7, 8]


def test_equal_contexts_have_equal_hashes_though_one_left_its_defaults_out() -> None:
    least = {"event_id_raw": "b", "timestamp": AT, "bias": "bullish", "bias_score": Decimal(1)}
    given = {"confidence": Decimal(0), "chop_score": Decimal(0), "risk_multiplier": Decimal(1)}
    one, other = (
        EnrichedContext(symbol=SPY, at=AT, session="regular", bias=BiasState.model_validate(fields))
        for fields in (least, {**least, **given})
    )
    assert one == other
    assert context_hash(one) == context_hash(other)


def test_a_mid_that_rounds_to_nothing_buys_nothing() -> None:
    book, _ = on_order(Book(account_id="paper", symbol=SPY), order())
    _, events = book_on_ticks(book, [Tick(CALL, micros(1), bid=0, ask=50_000)], rules=ExitRules())
    assert events == ()


async def test_a_frame_that_is_partly_in_the_wrong_place_changes_nothing() -> None:
    log, known = Log(), tables(MARKET_TABLES)
    stage = market_stage(known, Line(log))
    await stage.open()
    stranger = next(name for name in ("AA", "AB", "AC", "AD", "AE") if markets_home(name) != HOME)
    ticks = [traded(SPY, "595"), traded(stranger, "1")]
    await stage._process([delivery(PRICE_TICKS, framed(ticks, 1), partition=HOME, offset=0)])
    assert log.of(DEAD_LETTERS, DeadLettered)
    assert known["markets"].get(SPY) is None


def markets_home(symbol: str) -> int:
    from streams.topics import partition_of

    return partition_of(symbol)


async def test_columns_that_do_not_fit_are_undecodable_rather_than_failed() -> None:
    from schemas.ticks import TickFrame

    log, known = Log(), tables(MARKET_TABLES)
    stage = market_stage(known, Line(log))
    await stage.open()
    frame = TickFrame.of([traded(SPY, "595")], source="f", sequence=1).model_copy(update={"size": b""})
    await stage._process([delivery(PRICE_TICKS, encode(frame), partition=HOME, offset=0)])
    assert [letter.reason for letter in log.of(DEAD_LETTERS, DeadLettered)] == ["undecodable"]
