"""What the account hears of a position beside its fills, and positions of older records."""

from datetime import timedelta
from decimal import Decimal

from agents import book as books
from agents.rules import ExitRules
from schemas.accounts import AccountEvent
from schemas.codec import decode, encode
from schemas.ids import derived_id
from schemas.orders import OrderPlaced, TradeClosed
from schemas.positions import Book, Position
from schemas.records import BookRecord
from tests.agents.strategies import AT, CALL, SPY, order, quoted, traded
from tests.agents.test_book import EMPTY, RULES, clock, of, opened, run
from tests.agents.test_book_exits import EXPIRED, request

BANDS = ExitRules(bands=True, decision_engine=False)


def test_an_account_hears_once_when_a_gain_moves_into_another_band() -> None:
    book = opened(rules=BANDS)
    heard = []
    for price in ("3.60", "3.55", "4.04", "4.05", "4.92", "4.928", "4.76", "4.752", "4.75", "3.88", "3.872", "3.86"):
        book, events = run(book, [traded(CALL, price, seconds=10)], rules=BANDS)
        heard += [(price, event.band) for event in of(AccountEvent, events)]
    assert heard == [
        ("3.60", "low"),
        ("4.05", "middle"),
        ("4.928", "near_target"),
        ("4.75", "middle"),
        ("3.86", "low"),
    ]
    (position,) = book.positions
    assert (position.band, position.band_changes) == ("low", 5)


def test_what_an_account_hears_of_a_band_names_the_position() -> None:
    book, (told,) = run(opened(rules=BANDS, engine="B"), [traded(CALL, "4.93", seconds=10)], rules=BANDS)
    (position,) = book.positions
    assert told == AccountEvent(
        event_id=derived_id("account-event", position.position_id, "position_banded", 1),
        occurred_at=AT + timedelta(seconds=10),
        account_id="paper",
        kind="position_banded",
        order_id=order().event_id,
        position_id=position.position_id,
        symbol=SPY,
        option_symbol=CALL,
        quantity=9,
        engine="B",
        band="near_target",
    )
    _, (again,) = run(book, [traded(CALL, "3.60", seconds=10)], rules=BANDS)
    assert again.event_id != told.event_id
    assert run(book, [traded(CALL, "4.93", seconds=10)], rules=BANDS) == (book, [])


def test_a_mark_that_closes_a_position_moves_it_into_no_band() -> None:
    _, events = run(opened(rules=BANDS), [traded(CALL, "5.28", seconds=10)], rules=BANDS)
    assert [type(event) for event in events] == [OrderPlaced]


def test_a_position_from_before_it_could_be_reduced_goes_on() -> None:
    """Its record has none of the newer fields."""
    armed = opened().positions[0]
    old = Position(
        **{
            name: getattr(armed, name)
            for name in Position.model_fields
            if name in armed.model_fields_set
            and name != "initial_quantity"
            and not name.startswith(("deep", "partial", "peak", "band", "near", "stop_reason"))
        }
    )
    assert (old.bought, old.available, old.stop_reason) == (9, 9, "stop_loss")
    book = Book(account_id="paper", symbol=SPY, positions=(old,))
    assert decode(BookRecord, encode(BookRecord(state=book))).state == book
    assert run(book, [traded(CALL, "4.40", seconds=10), traded(CALL, "2.00", seconds=11)]) == (book, [])
    after, events = run(book, [traded(CALL, "5.28", seconds=12), quoted(CALL, "5.20", "5.22", seconds=13)])
    (trade,) = of(TradeClosed, events)
    assert (after, trade.quantity, trade.exit_price) == (EMPTY, 9, Decimal("5.21"))
    assert (trade.exit_codes, trade.partial_exits) == (("profit_target",), 0)
    assert books.rearm(book, RULES).positions[0] == armed.model_copy(update={"initial_quantity": 0})

    closing = old.model_copy(update={"status": "closing", "exit_reason": "stop_loss", "exit_order_id": "o-1"})
    assert closing.available == 0
    asked = order(side="sell_to_close", quantity=9, exit_reason="stop_loss", expires_at=None)
    book = Book(account_id="paper", symbol=SPY, positions=(closing,), working=(asked,))
    assert run(book, [clock(EXPIRED), request()]) == (book, [])
    after, events = run(book, [quoted(CALL, "1.70", "1.72", seconds=13)])
    (trade,) = of(TradeClosed, events)
    assert (after, trade.exit_codes, trade.partial_exits) == (EMPTY, ("stop_loss",), 0)

    reduced, events = run(Book(account_id="paper", symbol=SPY, positions=(old,)), [request(quantity=2)])
    reduced, events = run(reduced, [quoted(CALL, "4", "4", seconds=70)])
    assert (reduced.positions[0].bought, reduced.positions[0].quantity) == (9, 7)


def test_events_name_the_engine_that_trades() -> None:
    _, events = run(EMPTY, [order(engine="B"), quoted(CALL, "3.50", "3.54", seconds=1)])
    assert [event.engine for event in of(AccountEvent, events)] == ["B"]
    _, events = run(EMPTY, [order(engine="B"), clock(AT + timedelta(seconds=301))])
    assert [event.engine for event in of(AccountEvent, events)] == ["B"]


def test_ids_follow_from_their_causes() -> None:
    entry, position = order().event_id, order().position_id
    book, events = run(EMPTY, [order(), quoted(CALL, "3.50", "3.54", seconds=1)])
    bought = derived_id("fill", entry, 0)
    assert [event.event_id for event in events] == [
        bought,
        derived_id("order-update", entry, "filled"),
        derived_id("account-event", bought, "order_filled"),
    ]
    part, rest = (derived_id("order", position, "exit", number) for number in (0, 1))
    book, events = run(book, [traded(CALL, "4.40", seconds=2), traded(CALL, "5.28", seconds=3)])
    assert [event.event_id for event in events] == [part, rest]
    book, events = run(book, [quoted(CALL, "5", "5", seconds=4)])
    assert [event.event_id for event in events] == [
        derived_id("fill", part, 0),
        derived_id("order-update", part, "filled"),
        derived_id("account-event", derived_id("fill", part, 0), "position_reduced"),
        derived_id("fill", rest, 0),
        derived_id("order-update", rest, "filled"),
        derived_id("account-event", derived_id("fill", rest, 0), "position_closed"),
        derived_id("trade", position),
    ]
    _, events = run(EMPTY, [order(), clock(AT + timedelta(seconds=301))])
    assert [event.event_id for event in events] == [
        derived_id("order-update", entry, "failed"),
        derived_id("account-event", entry, "order_failed"),
    ]
