"""Positions that leave in parts: what is asked for, what is filled, and what the account and the outcome hear of it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from agents import book as books
from agents.rules import ExitRules
from schemas.accounts import AccountEvent
from schemas.event import to_micros
from schemas.orders import OrderFilled, OrderPlaced, OrderUpdated, TradeClosed
from schemas.positions import Book
from schemas.ticks import Tick
from tests.agents.histories import KNOWN
from tests.agents.strategies import AT, CALL, SPY, nanos, order, quoted, traded
from tests.agents.test_book import EMPTY, RULES, clock, of, opened, run
from tests.agents.test_book_exits import EXPIRED, NEAR, at, request


def test_the_trace_jumps_over_the_partial_exit_to_its_target() -> None:
    book, events = run(opened(), [quoted(CALL, "3.76", "3.80", seconds=60)])
    assert events == []
    book, (asked,) = run(book, [quoted(CALL, "5.28", "5.32", seconds=7_500)])
    assert isinstance(asked, OrderPlaced)
    assert (asked.exit_reason, asked.quantity, asked.exit_codes) == ("profit_target", 9, ("profit_target",))
    book, (fill, _, told, trade) = run(book, [quoted(CALL, "5.26", "5.30", seconds=7_510)])
    assert isinstance(fill, OrderFilled)
    assert isinstance(told, AccountEvent)
    assert isinstance(trade, TradeClosed)
    assert (fill.price, told.realized_pnl, trade.realized_pnl) == (Decimal("5.28"), Decimal(1584), Decimal(1584))
    assert (trade.exit_codes, trade.partial_exits, trade.quantity) == (("profit_target",), 0, 9)
    assert (trade.is_shadow, trade.outcome_source) == (False, "live")
    assert book == EMPTY


def test_a_position_is_reduced_then_trailed_then_closed() -> None:
    book, (asked,) = run(opened(entry=KNOWN), [quoted(CALL, "4.40", "4.44", seconds=10)])
    assert isinstance(asked, OrderPlaced)
    assert (asked.quantity, asked.remaining_quantity, asked.trigger_price) == (5, 4, Decimal("4.42"))
    (position,) = book.positions
    assert (position.status, position.quantity, position.leaving, position.available) == ("open", 9, 5, 4)
    assert (position.exit_orders, position.exit_codes, position.fired) == (
        1,
        ("partial_profit",),
        ("partial_profit",),
    )

    # the quote that fills it moves the stop as well: 4.70 is a gain of 33.5 %
    book, (fill, updated, told) = run(book, [quoted(CALL, "4.69", "4.71", seconds=11)])
    assert isinstance(fill, OrderFilled)
    assert isinstance(updated, OrderUpdated)
    assert isinstance(told, AccountEvent)
    assert (fill.quantity, fill.price, fill.remaining_quantity) == (5, Decimal("4.70"), 4)
    assert (updated.status, updated.order_id) == ("filled", asked.event_id)
    assert (told.kind, told.quantity, told.price, told.realized_pnl) == (
        "position_reduced",
        5,
        Decimal("4.70"),
        Decimal("590.00"),
    )
    (position,) = book.positions
    assert (position.quantity, position.bought, position.leaving, position.available) == (4, 9, 0, 4)
    assert (position.exit_value, position.realized_pnl) == (Decimal("23.50"), Decimal("590.00"))
    assert (position.peak_pct, position.stop_reason) == (33, "trailing_stop")
    assert position.stop_at_or_below == nanos("3.52") * 133 * 80 // 10_000 == nanos("3.74528")

    assert run(book, [quoted(CALL, "3.74", "3.76", seconds=12)]) == (book, [])
    book, (asked,) = run(book, [quoted(CALL, "3.70", "3.72", seconds=13)])
    assert isinstance(asked, OrderPlaced)
    assert (asked.exit_reason, asked.quantity, asked.remaining_quantity) == ("trailing_stop", 4, 0)
    book, (fill, updated, told, trade) = run(book, [quoted(CALL, "3.60", "3.62", seconds=3_601)])
    assert isinstance(trade, TradeClosed)
    assert isinstance(told, AccountEvent)
    assert (told.kind, told.quantity, told.realized_pnl) == ("position_closed", 4, Decimal("36.00"))
    assert (trade.quantity, trade.exit_price) == (9, Decimal("4.2156"))  # 37.94 / 9
    assert (trade.realized_pnl, trade.pnl_percent, trade.pnl_r) == (Decimal(626), Decimal("19.76"), Decimal("19.76"))
    assert (trade.exit_reason, trade.exit_codes) == ("trailing_stop", ("partial_profit", "trailing_stop"))
    assert (trade.partial_exits, trade.exit_order_id) == (1, asked.event_id)
    assert (trade.exit_timestamp, trade.duration_minutes) == (AT + timedelta(seconds=3_601), 60)
    assert trade.entry == KNOWN
    assert book == EMPTY


def test_a_full_exit_orders_only_what_a_partial_one_has_not() -> None:
    book, (part, rest) = run(opened(), [traded(CALL, "4.40", seconds=10), traded(CALL, "5.28", seconds=11)])
    assert isinstance(part, OrderPlaced)
    assert isinstance(rest, OrderPlaced)
    assert (part.quantity, rest.quantity, part.remaining_quantity, rest.remaining_quantity) == (5, 4, 4, 0)
    assert part.event_id != rest.event_id
    assert rest.client_order_id == f"ts-{rest.event_id}"
    assert run(book, [traded(CALL, "1", seconds=12), clock(EXPIRED), request()]) == (book, [])
    book, events = run(book, [quoted(CALL, "5.00", "5.02", seconds=13)])
    assert [(f.quantity, f.remaining_quantity, f.exit_reason) for f in of(OrderFilled, events)] == [
        (5, 4, "partial_profit"),
        (4, 0, "profit_target"),
    ]
    assert [e.kind for e in of(AccountEvent, events)] == ["position_reduced", "position_closed"]
    (trade,) = of(TradeClosed, events)
    assert (trade.partial_exits, trade.exit_codes) == (1, ("partial_profit", "profit_target"))
    assert trade.realized_pnl == Decimal("5.01") * 900 - Decimal("3.52") * 900
    assert book == EMPTY


def test_a_partial_exit_happens_once_for_its_reason() -> None:
    book, events = run(opened(), [traded(CALL, "4.40", seconds=10), traded(CALL, "4.40", seconds=11)])
    assert len(of(OrderPlaced, events)) == 1
    book, events = run(book, [quoted(CALL, "4.40", "4.42", seconds=12), traded(CALL, "2.10", seconds=13)])
    assert [(o.exit_reason, o.quantity, o.remaining_quantity) for o in of(OrderPlaced, events)] == [("deep_loss", 2, 2)]
    assert run(book, [traded(CALL, "2.10", seconds=14)])[1] == []


def test_of_one_contract_nothing_is_sold_in_part() -> None:
    book = opened(quantity=1)
    after, events = run(book, [traded(CALL, "2.10", seconds=10), traded(CALL, "4.40", seconds=11)])
    assert (after, events) == (book, [])
    _, events = run(opened(quantity=2), [traded(CALL, "4.40", seconds=11), traded(CALL, "2.10", seconds=12)])
    assert [(o.exit_reason, o.quantity) for o in of(OrderPlaced, events)] == [("partial_profit", 1)]


def test_without_the_decision_engine_a_position_is_closed_whole() -> None:
    rules = ExitRules(decision_engine=False)
    book = opened(rules=rules)
    path = [traded(CALL, price, seconds=10) for price in ("4.40", "5.27", "2.10", "1.77")]
    assert run(book, path, rules=rules) == (book, [])
    assert run(book, [at(NEAR, "3.51")], rules=rules) == (book, [])


def test_the_stop_moves_with_the_highest_mark_by_whole_percents_and_never_back() -> None:
    book, stops = opened(), []
    for price in ("4.57", "4.576", "4.60", "4.6111", "4.6112", "4.58", "5.10"):
        book, _ = run(book, [traded(CALL, price, seconds=10)])
        stops.append((book.positions[0].peak_pct, book.positions[0].stop_at_or_below))
    thirty, thirty_one = nanos("3.6608"), nanos("3.68896")
    assert stops == [
        (0, nanos("1.76")),
        (30, thirty),
        (30, thirty),
        (30, thirty),
        (31, thirty_one),
        (31, thirty_one),
        (44, nanos("4.05504")),
    ]


def test_a_mark_between_two_steps_leaves_the_record_as_it_is() -> None:
    book, _ = run(opened(), [traded(CALL, "4.60", seconds=10)])
    for price in ("4.6111", "4.20", "3.67"):
        assert run(book, [traded(CALL, price, seconds=11)])[0] is book


@pytest.mark.parametrize(
    ("price", "reason"),
    [("5.279999999", None), ("5.28", "profit_target"), ("1.76", "stop_loss"), ("1.760000001", None)],
)
def test_two_positions_of_one_contract_are_watched_by_the_narrower_levels(price: str, reason: str | None) -> None:
    rules = ExitRules(decision_engine=False)
    wide, _ = run(
        EMPTY,
        [order("wide"), quoted(CALL, "3.50", "3.54", seconds=1)],
        rules=ExitRules(decision_engine=False, profit_target_pct=Decimal(500), stop_loss_pct=Decimal(99)),
    )
    for orders in (
        [*wide.positions, *opened(rules=rules).positions],
        [*opened(rules=rules).positions, *wide.positions],
    ):
        book = Book(account_id="paper", symbol=SPY, positions=tuple(orders))
        _, events = run(book, [Tick(CALL, to_micros(AT) + 10**7, price=nanos(price), size=1)], rules=rules)
        assert [o.exit_reason for o in of(OrderPlaced, events)] == ([reason] if reason else [])


def test_a_request_counts_once_and_asks_for_no_more_than_there_is() -> None:
    book, (asked,) = run(opened(), [request(quantity=2)])
    assert isinstance(asked, OrderPlaced)
    assert (asked.quantity, asked.remaining_quantity, asked.occurred_at) == (2, 7, AT + timedelta(seconds=60))
    assert run(book, [request(quantity=2)]) == (book, [])
    book, (asked,) = run(book, [request("r-2", quantity=1)])
    assert isinstance(asked, OrderPlaced)
    assert asked.remaining_quantity == 6
    for quantity in (6, 7, None):
        after, (asked,) = run(book, [request("r-3", quantity=quantity)])
        assert isinstance(asked, OrderPlaced)
        assert (asked.quantity, asked.remaining_quantity) == (6, 0)
        assert after.positions[0].status == "closing"
        assert run(after, [request("r-4")]) == (after, [])
    assert run(opened(), [request(quantity=-1)])[1] == []
    assert run(EMPTY, [request()]) == (EMPTY, [])


def test_requests_and_rules_that_leave_one_contract_end_partial_exits() -> None:
    book, _ = run(opened(), [request(quantity=8)])
    for price in ("4.40", "2.10"):
        assert run(book, [traded(CALL, price, seconds=61)]) == (book, [])


def test_other_rules_move_the_levels_of_what_is_open_and_of_nothing_else() -> None:
    book, _ = run(opened(), [traded(CALL, "4.60", seconds=10)])
    assert books.rearm(book, RULES) is book
    tighter = ExitRules(trailing_distance_pct=Decimal(5), profit_target_pct=Decimal(40))
    changed = books.rearm(book, tighter)
    (position,) = changed.positions
    assert position.stop_at_or_below == nanos("4.3472")
    assert run(changed, [traded(CALL, "4.40", seconds=11)], rules=tighter) == (changed, [])
    _, (asked,) = run(changed, [traded(CALL, "4.34", seconds=11)], rules=tighter)
    assert isinstance(asked, OrderPlaced)
    assert asked.exit_reason == "trailing_stop"
    _, (asked,) = run(changed, [traded(CALL, "4.928", seconds=11)], rules=tighter)
    assert isinstance(asked, OrderPlaced)
    assert asked.exit_reason == "profit_target"
    looser = books.rearm(changed, ExitRules(decision_engine=False, hold_max=timedelta(hours=1)))
    assert (looser.positions[0].stop_at_or_below, looser.positions[0].due_at) == (
        nanos("1.76"),
        AT + timedelta(hours=1, seconds=1),
    )
    closing, _ = run(book, [request()])
    assert books.rearm(closing, tighter) is closing
    assert books.rearm(EMPTY, tighter) is EMPTY
