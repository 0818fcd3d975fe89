"""A book through any history of ticks, orders and time."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from agents import book as books
from schemas.accounts import AccountEvent
from schemas.codec import encode
from schemas.event import Event, from_micros
from schemas.money import to_usd
from schemas.operations import ClockAdvanced
from schemas.orders import OrderFilled, OrderPlaced, OrderUpdated, TradeClosed
from schemas.ticks import Tick
from tests.agents.strategies import (
    AT,
    CALL,
    OTHER_CALL,
    PUT,
    SPY,
    few,
    micros,
    order,
    tapes,
)
from tests.agents.test_book import EMPTY, RULES, Step, clock, of, run

ORDERS = [
    order("one"),
    order("two", option_symbol=OTHER_CALL, quantity=3),
    order("three", option_symbol=PUT, quantity=1),
    order("four", option_symbol=PUT, quantity=2, expires_at=AT + timedelta(seconds=120)),
]
TAPE = tapes((CALL, OTHER_CALL, PUT, SPY), steps_s=(0, 1, 30, 90, 3_600, -1), size_max=40, start_s=60)
"""Never older than the orders, though some of its ticks are late."""


@st.composite
def histories(draw: st.DrawFn) -> list[Step]:
    """Return a tape with orders placed anywhere on it, some of them twice, and a clock that ticks now and then."""
    steps: list[Step] = list(draw(TAPE))
    for placed in [*ORDERS, draw(st.sampled_from(ORDERS))]:
        steps.insert(draw(st.integers(0, len(steps))), placed)
    for position in sorted(draw(st.lists(st.integers(0, len(steps)), max_size=3)), reverse=True):
        before = [step.at for step in steps[:position] if isinstance(step, Tick)]
        steps.insert(position, clock(from_micros(max(before, default=micros(60)))))
    return steps


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
    # an order carries no time of its own into the book
    return step.occurred_at if isinstance(step, ClockAdvanced) else AT - timedelta(days=1)


def _quotes(tick: Tick, placed: OrderPlaced) -> bool:
    return tick.symbol == placed.option_symbol and tick.bid != -1 and tick.ask != -1


@few
@given(TAPE, TAPE, st.lists(st.integers(0, 40), max_size=4))
def test_ticks_cut_into_frames_anywhere_give_the_same_events(
    before: list[Tick], tape: list[Tick], cuts: list[int]
) -> None:
    start, _ = run(EMPTY, [*ORDERS, *before])
    whole, events = books.on_ticks(start, tape, rules=RULES)
    book, pieces = start, list[Event]()
    edges = [0, *sorted(min(cut, len(tape)) for cut in cuts), len(tape)]
    for first, last in pairwise(edges):
        book, caused = books.on_ticks(book, tape[first:last], rules=RULES)
        pieces += caused
    assert book == whole
    assert tuple(pieces) == events
    assert [encode(event) for event in pieces] == [encode(event) for event in events]


@few
@given(histories())
def test_what_goes_in_comes_out_and_what_was_made_is_the_sum_over_the_fills(steps: list[Step]) -> None:
    book, events = run(EMPTY, list(dict.fromkeys(steps)))
    fills = of(OrderFilled, events)
    bought = {fill.position_id: fill for fill in fills if fill.side == "buy_to_open"}
    sold = {fill.position_id: fill for fill in fills if fill.side == "sell_to_close"}
    trades = {trade.position_id: trade for trade in of(TradeClosed, events)}
    assert len(bought) + len(sold) == len(fills)
    assert set(trades) == set(sold) <= set(bought)
    assert {position.position_id for position in book.positions} == set(bought) - set(sold)
    for position_id, trade in trades.items():
        assert bought[position_id].quantity == sold[position_id].quantity == trade.quantity
        assert trade.realized_pnl == (sold[position_id].price - bought[position_id].price) * 100 * trade.quantity
        assert (trade.entry_price, trade.exit_price) == (bought[position_id].price, sold[position_id].price)
    cash = sum((fill.price * fill.quantity * (1 if fill.side == "sell_to_close" else -1) for fill in fills), Decimal(0))
    cost = sum((position.entry_price * position.quantity for position in book.positions), Decimal(0))
    realized = sum((trade.realized_pnl for trade in trades.values()), Decimal(0))
    assert (cash + cost) * 100 == realized
    told = of(AccountEvent, events)
    assert [event.realized_pnl for event in told if event.kind == "position_closed"] == [
        trade.realized_pnl for trade in trades.values()
    ]
    assert sum(event.kind == "order_filled" for event in told) == len(bought)


@few
@given(histories())
def test_a_position_is_asked_to_close_once_and_by_an_order_that_never_expires(steps: list[Step]) -> None:
    book, events = run(EMPTY, list(dict.fromkeys(steps)))
    asked = of(OrderPlaced, events)
    assert len({event.position_id for event in asked}) == len(asked)
    assert all(event.side == "sell_to_close" and event.expires_at is None for event in asked)
    closing = {position.exit_order_id for position in book.positions if position.status == "closing"}
    working = {placed.event_id for placed in book.working if placed.side == "sell_to_close"}
    assert closing == working
    assert len({event.event_id for event in events}) == len(events)
