"""A book through any history of ticks, orders, biases, requests and time."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from agents import book as books
from agents.exits import rearmed
from agents.rules import ExitRules
from schemas.accounts import AccountEvent
from schemas.codec import decode, encode
from schemas.event import Event, from_micros
from schemas.money import to_usd
from schemas.operations import ClockAdvanced
from schemas.orders import OrderFilled, OrderPlaced, OrderUpdated, TradeClosed
from schemas.records import BookRecord
from schemas.ticks import Tick
from tests.agents.histories import ORDERS, TAPE, calm_tapes, histories, without_repeats
from tests.agents.strategies import (
    AT,
    CALL,
    OTHER_CALL,
    PUT,
    SPY,
    few,
    order,
)
from tests.agents.test_book import EMPTY, RULES, Step, of, run


@few
@given(calm_tapes())
def test_paper_orders_are_filled_at_the_middle_of_a_quote_on_the_tape(tape: list[Tick]) -> None:
    """Property 13: Paper execution with real prices"""
    _, events = run(EMPTY, [*ORDERS, *tape])
    quotes = {
        (tick.symbol, from_micros(tick.at), to_usd((tick.bid + tick.ask) // 2))
        for tick in tape
        if tick.price == -1 and tick.ask > 0
    }
    fills = of(OrderFilled, events)
    assert fills
    assert {(fill.option_symbol, fill.occurred_at, fill.price) for fill in fills} <= quotes


@few
@given(histories())
def test_each_fill_is_in_its_position_as_soon_as_it_is_told(steps: list[Step]) -> None:
    """Property 14: Trade-to-position propagation"""
    book, held = EMPTY, dict[str, int]()
    for step in without_repeats(steps):
        book, events = run(book, [step])
        for fill in of(OrderFilled, events):
            signed = fill.quantity if fill.side == "buy_to_open" else -fill.quantity
            held[fill.position_id] = held.get(fill.position_id, 0) + signed
        assert {position.position_id: position.quantity for position in book.positions} == {
            position_id: quantity for position_id, quantity in held.items() if quantity
        }


@few
@given(histories())
def test_each_paper_order_ends_at_most_once_and_at_the_first_quote_of_its_contract_after_it(
    steps: list[Step],
) -> None:
    book, events = run(EMPTY, steps)
    for placed in ORDERS:
        after = steps[steps.index(placed) + 1 :]
        ends = next(
            (
                (step, "failed" if at > placed.expires_at else "filled")
                for step in after
                for at in [from_micros(step.at) if isinstance(step, Tick) else _time(step)]
                if placed.expires_at is not None
                and (at > placed.expires_at or (isinstance(step, Tick) and _quotes(step, placed)))
            ),
            None,
        )
        # an order given twice is one as long as it works: here a repeat after its end is a new one
        repeats = steps.count(placed) > 1
        updates = [event for event in of(OrderUpdated, events) if event.order_id == placed.event_id]
        if ends is None:
            assert updates == []
            assert placed in book.working
            continue
        step, status = ends
        assert updates[0].status == status
        assert repeats or len(updates) == 1
        fills = [event for event in of(OrderFilled, events) if event.order_id == placed.event_id]
        if status == "filled":
            assert isinstance(step, Tick)
            assert fills[0].price == to_usd((step.bid + step.ask) // 2)
            assert fills[0].occurred_at == from_micros(step.at)
            assert fills[0].quantity == placed.quantity


def _time(step: Step) -> datetime:
    # nothing else carries a time into the book at which its orders expire
    return step.occurred_at if isinstance(step, ClockAdvanced) else AT - timedelta(days=1)


def _quotes(tick: Tick, placed: OrderPlaced) -> bool:
    return (
        tick.symbol == placed.option_symbol
        and tick.bid != -1
        and tick.ask != -1
        and to_usd((tick.bid + tick.ask) // 2) > 0
    )


@few
@given(TAPE, TAPE, st.lists(st.integers(0, 40), max_size=4), st.booleans())
def test_ticks_cut_into_frames_anywhere_give_the_same_events(
    before: list[Tick], tape: list[Tick], cuts: list[int], bands: bool
) -> None:
    rules = replace(RULES, bands=bands)
    start, _ = run(EMPTY, [*ORDERS, *before], rules=rules)
    whole, events = books.on_ticks(start, tape, rules=rules)
    book, pieces = start, list[Event]()
    edges = [0, *sorted(min(cut, len(tape)) for cut in cuts), len(tape)]
    for first, last in pairwise(edges):
        book, caused = books.on_ticks(book, tape[first:last], rules=rules)
        pieces += caused
    assert book == whole
    assert tuple(pieces) == events
    assert [encode(event) for event in pieces] == [encode(event) for event in events]


@few
@given(histories())
def test_what_goes_in_comes_out_and_what_was_made_is_the_sum_over_the_fills(steps: list[Step]) -> None:
    book, events = run(EMPTY, without_repeats(steps))
    bought = {fill.position_id: fill for fill in of(OrderFilled, events) if fill.side == "buy_to_open"}
    sold: dict[str, list[OrderFilled]] = defaultdict(list)
    for fill in of(OrderFilled, events):
        if fill.side == "sell_to_close":
            sold[fill.position_id].append(fill)
    trades = {trade.position_id: trade for trade in of(TradeClosed, events)}
    held = {position.position_id: position for position in book.positions}
    assert set(held) | set(trades) == set(bought)
    assert not set(held) & set(trades)
    told: dict[str, list[AccountEvent]] = defaultdict(list)
    for event in of(AccountEvent, events):
        told[event.position_id].append(event)
    for position_id, entry in bought.items():
        exits = sold[position_id]
        remaining = entry.quantity - sum(fill.quantity for fill in exits)
        made = sum(((fill.price - entry.price) * fill.quantity * 100 for fill in exits), Decimal(0))
        left = entry.quantity
        for fill in exits:
            left -= fill.quantity
            assert fill.remaining_quantity == left
        reductions = [event for event in told[position_id] if event.kind in ("position_reduced", "position_closed")]
        assert [(event.quantity, event.price) for event in reductions] == [(f.quantity, f.price) for f in exits]
        assert sum((event.realized_pnl or Decimal(0) for event in reductions), Decimal(0)) == made
        if position_id in trades:
            trade = trades[position_id]
            assert remaining == 0
            assert [event.kind for event in reductions] == ["position_reduced"] * trade.partial_exits + [
                "position_closed"
            ]
            assert (trade.quantity, trade.realized_pnl, trade.entry_price) == (entry.quantity, made, entry.price)
            mean = sum((fill.price * fill.quantity for fill in exits), Decimal(0)) / entry.quantity
            assert trade.exit_price == mean.quantize(Decimal("0.0001"))
            assert (trade.exit_reason, trade.exit_order_id) == (exits[-1].exit_reason, exits[-1].order_id)
            assert {fill.exit_reason for fill in exits} <= set(trade.exit_codes)
            assert len(set(trade.exit_codes)) == len(trade.exit_codes)
        else:
            position = held[position_id]
            assert (position.quantity, position.bought) == (remaining, entry.quantity)
            assert position.realized_pnl == made
            assert all(event.kind == "position_reduced" for event in reductions)


@few
@given(histories())
def test_each_contract_of_a_position_is_asked_out_once_and_by_an_order_that_never_expires(steps: list[Step]) -> None:
    book, events = run(EMPTY, without_repeats(steps))
    asked = of(OrderPlaced, events)
    assert all(event.side == "sell_to_close" and event.expires_at is None for event in asked)
    assert all(event.exit_reason and event.exit_codes[0] == event.exit_reason for event in asked)
    bought = {fill.position_id: fill.quantity for fill in of(OrderFilled, events) if fill.side == "buy_to_open"}
    left = dict(bought)
    for event in asked:
        assert event.quantity > 0
        left[event.position_id] -= event.quantity
        assert left[event.position_id] == event.remaining_quantity
    held = {position.position_id: position for position in book.positions}
    working = Counter[str]()
    for placed in book.working:
        if placed.side == "sell_to_close":
            working[placed.position_id] += placed.quantity
    for position in held.values():
        assert left[position.position_id] == position.available
        assert position.quantity - position.available == working[position.position_id]
        assert (position.available == 0) == (position.status == "closing")
    closing = {position.exit_order_id for position in held.values() if position.status == "closing"}
    assert closing <= {placed.event_id for placed in book.working}
    assert len({event.event_id for event in events}) == len(events)


@few
@given(histories(), st.booleans())
def test_a_stop_never_loosens_while_the_rules_stay(steps: list[Step], bands: bool) -> None:
    book, stops = EMPTY, dict[str, int]()
    for step in without_repeats(steps):
        book, _ = run(book, [step], rules=replace(RULES, bands=bands))
        for position in book.positions:
            assert position.stop_at_or_below >= stops.get(position.position_id, 0)
            stops[position.position_id] = position.stop_at_or_below


@few
@given(histories(), st.booleans())
def test_what_is_skipped_inside_the_levels_is_what_would_have_changed_nothing(steps: list[Step], bands: bool) -> None:
    """With an order of each contract that is not filled yet, no tick of theirs is skipped."""
    rules = replace(RULES, bands=bands)
    spectators = [
        order(f"later {symbol}", option_symbol=symbol, occurred_at=AT + timedelta(days=1_000), expires_at=None)
        for symbol in (CALL, OTHER_CALL, PUT, SPY)
    ]
    quick, events = run(EMPTY, steps, rules=rules)
    slow, all_events = run(EMPTY, [*spectators, *steps], rules=rules)
    assert events == all_events
    assert quick.positions == slow.positions


@few
@given(histories())
def test_a_record_comes_back_from_kafka_as_it_was(steps: list[Step]) -> None:
    book, events = run(EMPTY, without_repeats(steps))
    assert decode(BookRecord, encode(BookRecord(state=book))).state == book
    for event in events:
        assert decode(type(event), encode(event)) == event


@few
@given(histories(), st.integers(0, 40), st.sampled_from([ExitRules(stop_loss_pct=Decimal(30)), ExitRules(bands=True)]))
def test_other_rules_hold_from_the_next_tick_on(steps: list[Step], place: int, rules: ExitRules) -> None:
    book, _ = run(EMPTY, without_repeats(steps)[:place])
    changed = books.rearm(book, rules)
    assert changed.working == book.working
    for before, after in zip(book.positions, changed.positions, strict=True):
        assert after == (rearmed(before, rules) if before.available else before)
    assert books.rearm(changed, rules) is changed
    assert books.rearm(book, RULES) is book
    assert books.rearm(changed, RULES) == book
