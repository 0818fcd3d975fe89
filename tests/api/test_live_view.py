from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.live_view import LiveView, Mark
from schemas.codec import Undecodable, encode
from schemas.market import Market, Quote
from schemas.positions import Book, Position
from schemas.records import BookRecord, MarketRecord
from schemas.ticks import ABSENT, Tick, TickFrame

AT = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
CONTRACT = "SPY260220C00596000"


def position(**more: Any) -> Position:
    fields: dict[str, Any] = {
        "position_id": "00000000-0000-5000-8000-000000000001",
        "account_id": "paper",
        "signal_id": "00000000-0000-5000-8000-000000000002",
        "entry_order_id": "00000000-0000-5000-8000-000000000003",
        "symbol": "SPY",
        "option_symbol": CONTRACT,
        "strike": Decimal(596),
        "expiration": date(2026, 2, 20),
        "type": "call",
        "direction": "long",
        "quantity": 9,
        "entry_price": Decimal("3.52"),
        "entry_timestamp": AT,
        "engine": "A",
        "experiment_id": "00000000-0000-5000-8000-000000000004",
        "stop_at_or_below": 1,
        "target_at_or_above": 2,
        "due_at": AT + timedelta(days=5),
        "due_reason": "max_hold_time",
    }
    return Position.model_validate(fields | more)


def book(*, epoch: int = 1, version: int = 1, quantity: int = 9) -> bytes:
    state = Book(account_id="paper", symbol="SPY", positions=(position(quantity=quantity),))
    return encode(BookRecord(epoch=epoch, version=version, state=state))


versions = st.tuples(st.integers(0, 3), st.integers(0, 5))


@given(written=st.lists(versions, min_size=1, max_size=12))
def test_a_book_never_goes_back_to_an_older_version(written: list[tuple[int, int]]) -> None:
    view = LiveView()
    newest = max(written)
    for epoch, version in written:
        view.apply_book("paper|SPY", book(epoch=epoch, version=version, quantity=1 + epoch * 10 + version))
    (held,) = view.positions("paper")
    assert held.quantity == 1 + newest[0] * 10 + newest[1]


def test_a_deleted_book_is_gone() -> None:
    view = LiveView()
    view.apply_book("paper|SPY", book())
    view.apply_book("paper|SPY", None)
    assert list(view.positions("paper")) == []


def test_another_account_sees_nothing_of_a_book() -> None:
    view = LiveView()
    view.apply_book("paper|SPY", book())
    assert list(view.positions("other")) == []


prices = st.just(ABSENT) | st.integers(0, 10**15)
ticks = st.builds(
    Tick,
    symbol=st.sampled_from(["SPY", "QQQ", CONTRACT]),
    at=st.integers(0, 2 * 10**15),
    price=prices,
    bid=prices,
    ask=prices,
    size=st.just(ABSENT),
    bid_size=st.just(ABSENT),
    ask_size=st.just(ABSENT),
)


@given(frames=st.lists(st.lists(ticks, min_size=1, max_size=12), min_size=1, max_size=5))
def test_the_mark_is_that_of_the_newest_tick_that_has_one(frames: list[list[Tick]]) -> None:
    view, expected = LiveView(), {}
    for sequence, frame in enumerate(frames):
        for tick in frame:
            if tick.mark != ABSENT:
                expected[tick.symbol] = Mark(tick.mark, tick.at)
        view.apply_frame(encode(TickFrame.of(frame, source="test", sequence=sequence)))
    for symbol in ("SPY", "QQQ", CONTRACT):
        assert view.mark(symbol) == expected.get(symbol)


def market(**quote: int) -> bytes:
    return encode(MarketRecord(state=Market(symbol="SPY", quotes={CONTRACT: Quote(**quote)})))


@pytest.mark.parametrize(
    ("quote", "mark"),
    [
        ({"bid": 10, "ask": 13, "quoted_at": 5}, Mark(11, 5)),
        ({"price": 12, "traded_at": 6}, Mark(12, 6)),
        ({"bid": 10, "ask": 13, "quoted_at": 5, "price": 12, "traded_at": 6}, Mark(12, 6)),
        ({"bid": 10, "ask": 13, "quoted_at": 7, "price": 12, "traded_at": 6}, Mark(11, 7)),
        ({"bid": 10, "quoted_at": 7}, None),
    ],
)
def test_a_checkpoint_gives_the_newer_of_trade_and_mid(quote: dict[str, int], mark: Mark | None) -> None:
    view = LiveView()
    view.apply_market(market(**quote))
    assert view.mark(CONTRACT) == mark


def test_a_checkpoint_replaces_nothing_that_the_tape_has_told() -> None:
    view = LiveView()
    view.apply_frame(encode(TickFrame.of([Tick(CONTRACT, 9, price=20)], source="test", sequence=1)))
    view.apply_market(market(price=12, traded_at=8))
    assert view.mark(CONTRACT) == Mark(20, 9)


def test_a_frame_tells_its_time() -> None:
    view = LiveView()
    at = int(AT.timestamp()) * 1_000_000
    assert view.apply_frame(encode(TickFrame.of([Tick("SPY", at, price=1)], source="test", sequence=1))) == AT


def test_a_frame_whose_columns_do_not_fit_is_refused_and_changes_nothing() -> None:
    frame = TickFrame.of([Tick("SPY", 1, price=1), Tick("SPY", 2, price=2)], source="test", sequence=1)
    view = LiveView()
    with pytest.raises(ValueError, match="differ in length"):
        view.apply_frame(encode(frame.model_copy(update={"price": frame.price[:8]})))
    with pytest.raises(ValueError, match="counts past"):
        view.apply_frame(encode(frame.model_copy(update={"instruments": ()})))
    assert view.mark("SPY") is None


@pytest.mark.parametrize("value", [b"", b"\x00\x00\x00\x00\x01", b"\x00\x00\x00\xff\xff\x00", book(), b"{}"])
def test_what_is_no_frame_is_refused(value: bytes) -> None:
    with pytest.raises(Undecodable):
        LiveView().apply_frame(value)


def test_marks_of_what_nobody_holds_are_forgotten_before_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.live_view.MARKS_MAX", 10)
    view = LiveView()
    view.apply_book("paper|SPY", book())
    symbols = [CONTRACT, *(f"S{number}" for number in range(12))]
    view.apply_frame(encode(TickFrame.of([Tick(symbol, 1, price=5) for symbol in symbols], source="t", sequence=1)))
    assert view.mark(CONTRACT) == Mark(5, 1)
    assert view.mark("S0") is None
