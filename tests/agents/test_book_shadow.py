"""A shadow book: the very same fills and exits, and never an order."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from agents import book as books
from agents.rules import ExitRules
from schemas.accounts import AccountEvent
from schemas.event import Event, from_micros
from schemas.ids import derived_id
from schemas.money import to_usd
from schemas.orders import (
    CloseRequested,
    OrderFilled,
    OrderPlaced,
    OrderUpdated,
    ShadowFilled,
    ShadowTrade,
    TradeClosed,
)
from schemas.positions import Book
from schemas.ticks import Tick
from tests.agents.histories import KNOWN, ORDERS, calm_tapes, histories, without_repeats
from tests.agents.strategies import AT, CALL, SPY, few, order, quoted, traded
from tests.agents.test_book import EMPTY, RULES, Step, clock, of, run

SHADOW = Book(account_id="paper", symbol=SPY, is_shadow=True)


def shadow_of(placed: OrderPlaced) -> ShadowTrade:
    """Return the shadow trade of another engine that would buy what an order buys, as one position with it."""
    return ShadowTrade(
        event_id=derived_id("shadow", placed.event_id),
        occurred_at=placed.occurred_at,
        account_id=placed.account_id,
        symbol=placed.symbol,
        option_symbol=placed.option_symbol,
        strike=placed.strike,
        expiration=placed.expiration,
        type=placed.type,
        direction=placed.direction,
        engine="B",
        experiment_id=placed.experiment_id,
        signal_id=placed.signal_id,
        is_test=placed.is_test,
        position_id=placed.position_id,
        quantity=placed.quantity,
        entry_price=placed.limit_price,
        expires_at=placed.expires_at,
        contributing_agents=("technical", "context"),
        meta_confidence=70,
        entry=placed.entry,
    )


def shadowed(steps: Sequence[Step]) -> list[Step]:
    return [shadow_of(step) if isinstance(step, OrderPlaced) else step for step in steps]


def fills_of(events: Sequence[Event]) -> list[tuple[object, ...]]:
    return [
        (e.position_id, e.side, e.quantity, e.price, e.exit_reason, e.remaining_quantity, e.occurred_at)
        for e in events
        if isinstance(e, OrderFilled | ShadowFilled)
    ]


ENGINE_B = {"engine", "entry_order_id", "is_shadow", "outcome_source"}


@few
@given(histories(), st.booleans())
def test_nothing_that_a_shadow_book_says_is_an_order(steps: list[Step], bands: bool) -> None:
    """Property 31: No live orders from Engine 2"""
    book, events = run(SHADOW, [*shadowed(without_repeats(steps)), *ORDERS], rules=ExitRules(bands=bands))
    assert {type(event) for event in events} <= {ShadowFilled, TradeClosed}
    assert all(placed.order_type == "shadow" for placed in book.working)
    assert all(position.order_type == "shadow" for position in book.positions)
    assert all(trade.is_shadow and trade.outcome_source == "simulation" for trade in of(TradeClosed, events))


@few
@given(histories(), st.booleans())
def test_a_shadow_is_filled_and_closed_like_the_order_it_stands_beside(steps: list[Step], bands: bool) -> None:
    """Property 32: Shadow execution logic parity"""
    rules = ExitRules(bands=bands)
    real, said = run(EMPTY, without_repeats(steps), rules=rules)
    shadow, told = run(SHADOW, shadowed(without_repeats(steps)), rules=rules)
    assert fills_of(told) == fills_of(said)
    assert [trade.model_dump(exclude=ENGINE_B) for trade in of(TradeClosed, told)] == [
        trade.model_dump(exclude=ENGINE_B) for trade in of(TradeClosed, said)
    ]
    different = {"engine", "entry_order_id", "order_type"}
    assert [position.model_dump(exclude=different) for position in shadow.positions] == [
        position.model_dump(exclude=different) for position in real.positions
    ]


@few
@given(calm_tapes())
def test_a_shadow_is_filled_at_the_middle_of_a_quote_on_the_tape(tape: list[Tick]) -> None:
    """Property 33: Shadow trade real pricing"""
    _, events = run(SHADOW, [*map(shadow_of, ORDERS), *tape])
    quotes = {
        (tick.symbol, from_micros(tick.at), to_usd((tick.bid + tick.ask) // 2))
        for tick in tape
        if tick.price == -1 and tick.ask > 0
    }
    fills = of(ShadowFilled, events)
    assert fills
    assert {(fill.option_symbol, fill.occurred_at, fill.price) for fill in fills} <= quotes


@few
@given(histories(), st.decimals(0, 20, places=4))
def test_a_shadow_makes_what_the_position_beside_it_makes(steps: list[Step], mark: Decimal) -> None:
    """Property 34: Shadow position P&L calculation parity"""
    real, said = run(EMPTY, without_repeats(steps))
    shadow, told = run(SHADOW, shadowed(without_repeats(steps)))
    assert [(p.realized_pnl, p.unrealized_pnl(mark), p.pnl_percent(mark)) for p in shadow.positions] == [
        (p.realized_pnl, p.unrealized_pnl(mark), p.pnl_percent(mark)) for p in real.positions
    ]
    assert [(t.realized_pnl, t.pnl_percent, t.pnl_r) for t in of(TradeClosed, told)] == [
        (t.realized_pnl, t.pnl_percent, t.pnl_r) for t in of(TradeClosed, said)
    ]


@few
@given(st.permutations(ORDERS), st.integers(0, 4))
def test_each_shadow_trade_becomes_a_shadow_position_at_the_next_quote(orders: list[OrderPlaced], count: int) -> None:
    """Orchestrator property: Shadow trade creation requirement"""
    trades = [shadow_of(placed) for placed in orders[:count]]
    book, events = run(SHADOW, trades)
    assert events == []
    assert [(placed.event_id, placed.expires_at) for placed in book.working] == [
        (trade.event_id, trade.expires_at) for trade in trades
    ]
    quotes = [quoted(symbol, "3.99", "4.01", seconds=1) for symbol in {trade.option_symbol for trade in trades}]
    book, _ = run(book, quotes)
    assert {(p.entry_order_id, p.quantity, p.signal_id) for p in book.positions} == {
        (trade.event_id, trade.quantity, trade.signal_id) for trade in trades
    }


@few
@given(histories())
def test_a_shadow_leaves_at_the_very_tick_at_which_the_real_position_leaves(steps: list[Step]) -> None:
    """Orchestrator property: Exit synchronization"""
    real, shadow = EMPTY, SHADOW
    for step in without_repeats(steps):
        real, _ = run(real, [step])
        shadow, _ = run(shadow, shadowed([step]))
        assert [(p.status, p.available, p.exit_reason, p.exit_codes) for p in shadow.positions] == [
            (p.status, p.available, p.exit_reason, p.exit_codes) for p in real.positions
        ]


@few
@given(histories())
def test_what_is_told_of_a_shadow_names_its_trade_its_signal_and_its_experiment(steps: list[Step]) -> None:
    """Orchestrator property: Shadow trade attribution"""
    trades = {trade.event_id: trade for trade in map(shadow_of, ORDERS)}
    by_position = {trade.position_id: trade for trade in trades.values()}
    _, events = run(SHADOW, shadowed(without_repeats(steps)))
    for fill in of(ShadowFilled, events):
        assert trades[fill.shadow_trade_id] == by_position[fill.position_id]
    for event in events:
        assert isinstance(event, ShadowFilled | TradeClosed)
        trade = by_position[event.position_id]
        for name in ("account_id", "symbol", "option_symbol", "strike", "expiration", "type", "direction"):
            assert getattr(event, name) == getattr(trade, name)
        for name in ("engine", "experiment_id", "signal_id", "is_test", "entry"):
            assert getattr(event, name) == getattr(trade, name)
        if isinstance(event, TradeClosed):
            assert event.entry_order_id == trade.event_id


def test_a_shadow_is_bought_reduced_and_sold() -> None:
    trade = shadow_of(order(entry=KNOWN, is_test=True))
    book, events = run(
        SHADOW,
        [
            trade,
            quoted(CALL, "3.50", "3.54", seconds=1),
            traded(CALL, "4.40", seconds=2),
            quoted(CALL, "4.40", "4.42", seconds=3),
            traded(CALL, "5.28", seconds=4),
            quoted(CALL, "5.20", "5.22", seconds=5),
        ],
    )
    bought, reduced, sold, outcome = events
    assert bought == ShadowFilled(
        event_id=derived_id("fill", trade.event_id, 0),
        occurred_at=AT + timedelta(seconds=1),
        shadow_trade_id=trade.event_id,
        side="buy_to_open",
        quantity=9,
        price=Decimal("3.52"),
        entry=KNOWN,
        account_id="paper",
        symbol=SPY,
        option_symbol=CALL,
        strike=trade.strike,
        expiration=trade.expiration,
        type="call",
        direction="long",
        engine="B",
        experiment_id=trade.experiment_id,
        signal_id=trade.signal_id,
        is_test=True,
        position_id=trade.position_id,
    )
    assert isinstance(reduced, ShadowFilled)
    assert isinstance(sold, ShadowFilled)
    assert isinstance(outcome, TradeClosed)
    assert (reduced.side, reduced.quantity, reduced.remaining_quantity, reduced.exit_reason) == (
        "sell_to_close",
        5,
        4,
        "partial_profit",
    )
    assert (sold.quantity, sold.remaining_quantity, sold.exit_reason) == (4, 0, "profit_target")
    assert reduced.shadow_trade_id == sold.shadow_trade_id == trade.event_id
    assert (outcome.is_shadow, outcome.outcome_source, outcome.partial_exits) == (True, "simulation", 1)
    assert outcome.realized_pnl == Decimal("0.89") * 500 + Decimal("1.69") * 400
    assert book == SHADOW


def test_a_shadow_trade_is_taken_in_once_and_only_by_a_shadow_book() -> None:
    trade = shadow_of(order())
    book, _ = run(SHADOW, [trade])
    (working,) = book.working
    assert (working.order_type, working.side, working.limit_price) == ("shadow", "buy_to_open", Decimal("3.45"))
    assert (working.client_order_id, working.occurred_at) == (f"ts-{trade.event_id}", AT)
    assert books.on_shadow_trade(book, trade) == (book, ())
    book, _ = run(book, [quoted(CALL, "3.50", "3.54", seconds=1)])
    assert books.on_shadow_trade(book, trade) == (book, ())
    assert books.on_shadow_trade(EMPTY, trade) == (EMPTY, ())


def test_real_orders_and_shadow_orders_do_not_enter_each_others_books() -> None:
    assert books.on_order(SHADOW, order()) == (SHADOW, ())
    assert books.on_order(SHADOW, order(order_type="live")) == (SHADOW, ())
    assert books.on_order(EMPTY, order(order_type="shadow")) == (EMPTY, ())
    assert len(books.on_order(SHADOW, order(order_type="shadow"))[0].working) == 1


def test_a_shadow_trade_that_finds_no_quote_is_forgotten_in_silence() -> None:
    book, _ = run(SHADOW, [shadow_of(order())])
    assert run(book, [clock(AT + timedelta(seconds=300))]) == (book, [])
    assert run(book, [clock(AT + timedelta(seconds=301))]) == (SHADOW, [])


def test_a_request_and_time_close_a_shadow_without_an_order() -> None:
    book, _ = run(SHADOW, [shadow_of(order()), quoted(CALL, "3.50", "3.54", seconds=1)])
    asked = CloseRequested(
        event_id="r-1",
        occurred_at=AT,
        account_id="paper",
        symbol=SPY,
        position_id=order().position_id,
        reason="manual",
        requested_by="somebody",
    )
    for step in (asked, clock(AT + timedelta(days=6))):
        after, events = run(book, [step])
        assert events == []
        assert after.positions[0].status == "closing"
        _, events = run(after, [quoted(CALL, "3.50", "3.54", seconds=8 * 86_400)])
        assert [type(event) for event in events] == [ShadowFilled, TradeClosed]


def test_bands_of_a_shadow_are_told_to_nobody() -> None:
    rules = ExitRules(bands=True)
    book, events = run(
        SHADOW,
        [shadow_of(order()), quoted(CALL, "3.50", "3.54", seconds=1), traded(CALL, "3.60", seconds=2)],
        rules=rules,
    )
    assert book.positions[0].band == "low"
    assert [type(event) for event in events] == [ShadowFilled]
    assert of(AccountEvent, events) == of(OrderUpdated, events) == []
    assert run(book, [], rules=RULES) == (book, [])
