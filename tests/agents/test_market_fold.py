from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import market as markets
from agents.bars import on_trades, warm_up
from agents.market import newest_price, on_context, on_ticks
from schemas.market import FlowEntry, FlowState, GexState, HistoricBar, HistoryState, Market, Quote
from schemas.ticks import Tick
from tests.agents.strategies import (
    AT,
    CALL,
    DAY,
    PUT,
    SPY,
    bias,
    chain,
    context_received,
    few,
    gex,
    listed,
    market,
    micros,
    nanos,
    quoted,
    tapes,
    traded,
)

BOTH_SIDES = {"bid": nanos("3.40"), "ask": nanos("3.50")}
SIDES = st.tuples(st.sampled_from(["call", "put"]), st.sampled_from(["buy", "sell"]), st.integers(0, 10**9))


def fresh() -> Market:
    return Market(symbol=SPY)


@few
@given(tapes(), tapes(), st.data())
def test_a_tape_cut_into_frames_anywhere_gives_the_same_market(
    before: list[Tick], tape: list[Tick], data: st.DataObject
) -> None:
    known = on_ticks(fresh(), before)
    cut = data.draw(st.integers(0, len(tape)))
    whole = on_ticks(known, tape)
    assert on_ticks(on_ticks(known, tape[:cut]), tape[cut:]) == whole


@few
@given(tapes())
def test_a_quote_holds_the_newest_trade_and_the_newest_sides_of_its_instrument(tape: list[Tick]) -> None:
    known = on_ticks(fresh(), tape)
    quotes = {SPY: known.last, **known.quotes}
    assert set(known.quotes) == {tick.symbol for tick in tape} - {SPY}
    for symbol, found in quotes.items():
        trades = [tick for tick in tape if tick.symbol == symbol and tick.price >= 0]
        sides = [tick for tick in tape if tick.symbol == symbol and tick.price < 0]
        assert (found.price, found.traded_at) == ((trades[-1].price, trades[-1].at) if trades else (-1, 0))
        assert (found.bid, found.ask, found.quoted_at) == (
            (sides[-1].bid, sides[-1].ask, sides[-1].at) if sides else (-1, -1, 0)
        )


@few
@given(tapes())
def test_bars_are_built_of_the_underlyings_own_trades(tape: list[Tick]) -> None:
    own = [(tick.at, tick.price, tick.size) for tick in tape if tick.symbol == SPY and tick.price >= 0]
    assert on_ticks(fresh(), tape).series == on_trades({}, own)


@few
@given(st.lists(st.sampled_from([f"SPY26022{day}C00596000" for day in range(8)]), max_size=40))
def test_of_too_many_contracts_the_longest_silent_are_forgotten(symbols: list[str]) -> None:
    known = fresh()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markets, "QUOTES_MAX", 3)
        for second, symbol in enumerate(symbols):
            known = on_ticks(known, [traded(symbol, "3.45", seconds=second)])
    newest_first = dict.fromkeys(reversed(symbols))
    assert set(known.quotes) == set(list(newest_first)[:3])


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        (Quote(), None),
        (Quote(bid=nanos("3.40"), quoted_at=5), None),
        (Quote(bid=nanos("3.40"), ask=nanos("3.50"), quoted_at=5), (nanos("3.45"), 5)),
        (Quote(price=nanos("3.60"), traded_at=4), (nanos("3.60"), 4)),
        (
            Quote(**BOTH_SIDES, quoted_at=5, price=nanos("3.60"), traded_at=4),
            (nanos("3.45"), 5),
        ),
        (
            Quote(**BOTH_SIDES, quoted_at=5, price=nanos("3.60"), traded_at=6),
            (nanos("3.60"), 6),
        ),
        (Quote(bid=nanos("3.40"), quoted_at=9, price=nanos("3.60"), traded_at=6), (nanos("3.60"), 6)),
    ],
)
def test_the_newest_price_is_the_trade_or_the_mid_whichever_came_later(
    quote: Quote, expected: tuple[int, int] | None
) -> None:
    assert newest_price(quote) == expected


@few
@given(st.lists(st.integers(-50, 50), min_size=1, max_size=12))
def test_the_newest_bias_and_positioning_win_in_whatever_order_they_come(ages: list[int]) -> None:
    known = fresh()
    for number, age in enumerate(ages):
        at = AT + timedelta(seconds=age)
        news = context_received(
            bias=bias(timestamp=at, event_id_raw=str(number)), gex=gex(timestamp=at, net_gex=Decimal(number))
        )
        known = on_context(known, news, day=DAY)
    last = max(range(len(ages)), key=lambda number: (ages[number], number))
    assert known.bias is not None
    assert known.bias.event_id_raw == str(last)
    assert known.gex == GexState(
        timestamp=AT + timedelta(seconds=ages[last]),
        net_gex=Decimal(last),
        dealer_position="long_gamma",
        zero_gamma_level=Decimal(590),
    )


@few
@given(st.permutations([0, 1, 2]))
def test_each_part_of_a_context_is_kept_apart_from_the_others(turns: list[int]) -> None:
    parts: list[dict[str, Any]] = [{"bias": bias()}, {"gex": gex()}, {"chain": chain(listed("596"))}]
    known = fresh()
    for turn in turns:
        known = on_context(known, context_received(**parts[turn]), day=DAY)
    assert (known.bias, known.gex, set(known.chain)) == (bias(), gex(), {CALL})


def test_what_says_nothing_new_leaves_the_market_as_it_is() -> None:
    known = market()
    older = AT - timedelta(hours=1)
    news = context_received(bias=bias(timestamp=older), gex=gex(timestamp=older), chain=chain(listed("590"), at=older))
    assert on_context(known, news, day=DAY) is known
    assert on_context(known, context_received(), day=DAY) is known


def test_a_chain_that_changed_replaces_its_contracts_and_keeps_the_others() -> None:
    known = on_context(fresh(), context_received(chain=chain(listed("596", bid="3.40"), listed("597"))), day=DAY)
    later = chain(listed("596", bid="3.45"), listed("598"), at=AT + timedelta(seconds=1))
    known = on_context(known, context_received(chain=later), day=DAY)
    assert sorted(item.strike for item in known.chain.values()) == [596, 597, 598]
    assert known.chain[CALL].bid == Decimal("3.45")
    assert known.chain_at == AT + timedelta(seconds=1)


def test_expired_contracts_leave_the_chain_and_those_of_today_stay() -> None:
    yesterday = listed("596", expiration=DAY - timedelta(days=1))
    known = on_context(fresh(), context_received(chain=chain(yesterday, listed("596", expiration=DAY))), day=DAY)
    assert [item.expiration for item in known.chain.values()] == [DAY]


def flow(entries: Sequence[tuple[str, str, int]]) -> FlowState:
    return FlowState(
        timestamp=AT,
        entries=tuple(
            FlowEntry(
                timestamp=AT,
                type="call" if kind == "call" else "put",
                side="buy" if side == "buy" else "sell",
                strike=Decimal(596),
                expiration=DAY,
                size=1,
                premium=Decimal(premium) / 100,
            )
            for kind, side, premium in entries
        ),
    )


@few
@given(st.lists(st.tuples(st.integers(0, 2), st.lists(SIDES, max_size=4)), min_size=1, max_size=8))
def test_flow_adds_up_by_day_and_starts_again_with_the_next(
    batches: list[tuple[int, list[tuple[str, str, int]]]],
) -> None:
    batches.sort(key=lambda batch: batch[0])
    known = fresh()
    for number, (day, entries) in enumerate(batches):
        known = on_context(known, context_received(name=str(number), flow=flow(entries)), day=DAY + timedelta(days=day))
    last = batches[-1][0]
    flat = [entry for day, entries in batches if day == last for entry in entries]
    totals = known.flow
    assert totals is not None
    assert totals.day == date(2026, 2, 13) + timedelta(days=last)
    assert totals.entries == len(flat)
    assert totals.call_premium * 100 == sum(premium for kind, _, premium in flat if kind == "call")
    assert totals.put_premium * 100 == sum(premium for kind, _, premium in flat if kind == "put")
    for kind in ("call", "put"):
        for side, past in (("buy", "bought"), ("sell", "sold")):
            expected = sum(premium for *what, premium in flat if what == [kind, side])
            assert getattr(totals, f"{kind}_{past}") * 100 == expected
    signs = {("call", "buy"): 1, ("put", "sell"): 1, ("call", "sell"): -1, ("put", "buy"): -1}
    assert totals.netflow * 100 == sum(signs[kind, side] * premium for kind, side, premium in flat)


def test_a_side_that_is_gone_takes_the_mid_with_it() -> None:
    known = on_ticks(fresh(), [quoted(PUT, "3.40", "3.50"), Tick(PUT, micros(1), bid=nanos("3.40"))])
    assert newest_price(known.quotes[PUT]) is None


def test_a_repeated_report_of_flow_is_known_by_the_newest_thirty_two() -> None:
    reports = [context_received(name=str(number), flow=flow([("call", "buy", 100)])) for number in range(33)]
    known = fresh()
    for report in reports:
        known = on_context(known, report, day=DAY)
    assert known.flow is not None
    assert known.flow.reports == tuple(report.event_id for report in reports[1:])
    assert on_context(known, reports[1], day=DAY).flow == known.flow
    forgotten = on_context(known, reports[0], day=DAY).flow
    assert forgotten is not None
    assert forgotten.entries == 34


def test_flow_of_a_day_that_is_over_changes_nothing() -> None:
    today = context_received(name="today", flow=flow([("call", "buy", 100)]))
    known = on_context(fresh(), today, day=DAY)
    late = context_received(name="late", flow=flow([("put", "buy", 100)]))
    assert on_context(known, late, day=DAY - timedelta(days=1)) == known


def test_two_thousand_contracts_have_quotes() -> None:
    tape = [quoted(f"SPY260220C{strike:08}", "1.00", "1.10") for strike in range(2_000)]
    known = on_ticks(fresh(), [traded(SPY, "5.00"), *tape, traded(CALL, "3.00", seconds=1)])
    assert len(known.quotes) == 2_000
    assert "SPY260220C00000000" not in known.quotes
    assert SPY not in known.quotes
    assert known.quotes["SPY260220C00000001"] == Quote(bid=nanos("1.00"), ask=nanos("1.10"), quoted_at=micros())
    assert known.quotes[CALL] == Quote(price=nanos("3.00"), traded_at=micros(1))


def test_history_warms_the_series_up_and_a_repeat_leaves_the_market_as_it_is() -> None:
    bar = HistoricBar(start=AT, open=Decimal(1), high=Decimal(3), low=Decimal(1), close=Decimal(2), volume=5)
    news = context_received(history=HistoryState(timeframe="5m", bars=(bar,)))
    known = on_context(fresh(), news, day=DAY)
    assert known.series == warm_up({}, HistoryState(timeframe="5m", bars=(bar,)))
    assert known.series["5m"].closed == 1
    assert on_context(known, news, day=DAY) is known
