"""A contract that is over, and that nobody quotes, is settled at its intrinsic value."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import book as books
from agents.market import on_ticks
from agents.rules import ExitRules
from schemas.accounts import AccountEvent
from schemas.event import Event
from schemas.ids import derived_id
from schemas.market import Market
from schemas.money import CONTRACT_MULTIPLIER
from schemas.operations import ClockAdvanced
from schemas.orders import CloseRequested, OrderFilled, OrderPlaced, ShadowFilled, TradeClosed
from schemas.positions import Book
from schemas.ticks import Tick
from tests.agents.strategies import AT, CALL, PUT, SPY, few, micros, nanos, order, quoted
from tests.agents.test_book import RULES, of, opened, run
from tests.agents.test_book_shadow import SHADOW, shadow_of

OVER = datetime(2026, 2, 20, 21, tzinfo=UTC)
"""The close of the session on the contracts' expiration date."""


def after(at: datetime) -> float:
    return (at - AT).total_seconds()


def market(*prices: tuple[datetime, str]) -> Market:
    ticks = [Tick(SPY, micros(after(at)), price=nanos(price), size=1) for at, price in prices]
    return on_ticks(Market(symbol=SPY), ticks)


def told(book: Book, at: datetime, known: Market, *, kind: str = "session_close") -> tuple[Book, Sequence[Event]]:
    clock = ClockAdvanced.model_validate(
        {"event_id": derived_id("clock", at.isoformat()), "occurred_at": at, "kind": kind}
    )
    return books.on_clock(book, clock, rules=RULES, market=known)


AT_600 = market((OVER - timedelta(minutes=1), "600.25"))


@few
@given(
    st.sampled_from([CALL, PUT]),
    st.integers(50_000, 70_000),
    st.integers(1, 9),
    st.sampled_from([ExitRules(), ExitRules(decision_engine=False)]),
    st.booleans(),
)
def test_a_position_is_worth_at_the_end_what_exercising_it_would_bring(
    contract: str, price_cents: int, quantity: int, rules: ExitRules, asked: bool
) -> None:
    underlying = Decimal(price_cents) / 100
    book = run(
        Book(account_id="paper", symbol=SPY),
        [order(option_symbol=contract, quantity=quantity), quoted(contract, "3.50", "3.54", seconds=1)],
        rules=rules,
    )[0]
    (held,) = book.positions
    if asked:  # its exit waits for a quote by then
        book, _ = told(book, OVER - timedelta(hours=8), AT_600, kind="minute")
        assert book.working
    book, events = told(book, OVER, market((OVER, str(underlying))))
    worth = max(Decimal(0), underlying - held.strike if contract == CALL else held.strike - underlying)
    (trade,), (fill,) = of(TradeClosed, events), of(OrderFilled, events)
    assert (fill.price, fill.quantity, trade.exit_price) == (worth, quantity, worth)
    assert trade.realized_pnl == (worth - held.entry_price) * quantity * CONTRACT_MULTIPLIER
    assert [event.kind for event in of(AccountEvent, events)] == ["position_closed"]
    assert (book.positions, book.working) == ((), ())
    assert told(book, OVER + timedelta(days=1), AT_600) == (book, ())


def test_what_is_on_its_way_out_in_parts_is_settled_whole() -> None:
    book = opened()
    (held,) = book.positions
    part = CloseRequested(
        event_id=derived_id("close", 1),
        occurred_at=AT + timedelta(hours=1),
        account_id="paper",
        symbol=SPY,
        position_id=held.position_id,
        quantity=4,
        reason="manual",
        requested_by="trader",
    )
    book, _ = run(book, [part])
    book, events = told(book, OVER, AT_600)
    assert [(fill.quantity, fill.price) for fill in of(OrderFilled, events)] == [
        (4, Decimal("4.25")),
        (5, Decimal("4.25")),
    ]
    (trade,) = of(TradeClosed, events)
    assert (trade.quantity, trade.realized_pnl) == (9, Decimal("657.00"))
    assert (book.positions, book.working) == ((), ())


@pytest.mark.parametrize(
    ("at", "kind"),
    [
        (OVER - timedelta(days=1), "session_close"),
        (OVER - timedelta(minutes=1), "minute"),
        (OVER, "minute"),
    ],
)
def test_nothing_is_settled_before_the_session_has_closed(at: datetime, kind: str) -> None:
    book, events = told(opened(), at, AT_600, kind=kind)
    assert of(OrderFilled, events) == []
    assert len(book.positions) == 1


def test_who_was_away_at_the_close_goes_by_the_last_price_of_that_date() -> None:
    morning = OVER + timedelta(days=2, hours=18)
    days = [(OVER - timedelta(days=1), "590"), (OVER, "600.25"), (morning, "610"), (morning + timedelta(1), "620")]
    for known in (market(*days[:2]), market(*days)):
        _, events = told(opened(), morning, known, kind="minute")
        assert [fill.price for fill in of(OrderFilled, events)] == [Decimal("4.25")]


def test_without_a_price_of_that_date_a_position_stays() -> None:
    for known in (Market(symbol=SPY), market((OVER - timedelta(days=1), "600"), (OVER + timedelta(days=3), "600"))):
        book, events = told(opened(), OVER + timedelta(days=3), known)
        assert of(OrderFilled, events) == []
        assert len(book.positions) == 1


def test_a_live_position_is_its_brokers_to_settle() -> None:
    (held,) = opened().positions
    refused = held.model_copy(update={"order_type": "live", "retry_at": OVER + timedelta(minutes=1)})
    book = Book(account_id="paper", symbol=SPY, positions=(refused,))
    assert told(book, OVER, AT_600) == (book, ())


def test_a_shadow_position_is_settled_and_no_order_is_heard_of() -> None:
    book, _ = run(SHADOW, [shadow_of(order()), quoted(CALL, "3.50", "3.54", seconds=1)])
    book, events = told(book, OVER, AT_600)
    assert [(fill.side, fill.price) for fill in of(ShadowFilled, events)] == [("sell_to_close", Decimal("4.25"))]
    assert [trade.is_shadow for trade in of(TradeClosed, events)] == [True]
    assert of(OrderPlaced, events) == []
    assert book.positions == ()
