"""The oracle against the reducers, on the tapes of the recorded sessions: fills, exits and outcomes are the same."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from agents import book as books
from agents.exit_intelligence import on_bias
from agents.rules import ExitRules
from schemas.decisions import EntryContext
from schemas.event import Event, from_micros, to_micros
from schemas.ids import derived_id
from schemas.market import BiasState
from schemas.operations import ClockAdvanced
from schemas.orders import OrderFilled, OrderPlaced, TradeClosed
from schemas.positions import Book
from schemas.ticks import ABSENT, Tick
from tests.e2e.oracle import Predicted, predict
from tests.e2e.oracle_tape import LAYOUTS, SESSIONS, merged, read_tape, steps_of

HOURS = 3


def played(session: str, orders: dict[datetime, OrderPlaced], rules: ExitRules) -> tuple[Book, list[Event]]:
    """Work a session's tape, its biases and the clock through a book that is given orders at their instants."""
    underlying, day, files = LAYOUTS[session]
    ticks, _ = read_tape(SESSIONS / session, underlying, files)
    midnight = to_micros(datetime(day.year, day.month, day.day, 4 if day.month == 6 else 5, tzinfo=UTC))
    book, events = Book(account_id="paper", symbol=underlying), list[Event]()
    for at_ms, kind, item in merged(ticks, steps_of(SESSIONS / session / "script.json"), day):
        micros = midnight + at_ms * 1000
        at = from_micros(micros)
        caused: tuple[Event, ...] = ()
        if kind == "tick":
            symbol, price, bid, ask = item
            tick = Tick(symbol, micros, **_known(price=price, bid=bid, ask=ask))
            book, caused = books.on_ticks(book, [tick], rules=rules)
        elif kind == "clock":
            clock = ClockAdvanced(event_id=str(at_ms), occurred_at=at, kind="minute")
            book, caused = books.on_clock(book, clock, rules=rules)
        elif item["kind"] == "bias":
            book, caused = on_bias(book, _bias(item["payload"], at), at=at, rules=rules)
        elif at in orders:
            book, caused = books.on_order(book, orders[at])
        events += caused
    return book, events


def _known(**prices: int | None) -> dict[str, int]:
    return {name: ABSENT if price is None else price for name, price in prices.items()}


def _bias(payload: dict[str, Any], at: datetime) -> BiasState:
    said = {name: payload[name] for name in ("bias", "bias_score", "confidence", "regime_type", "chop_score")}
    return BiasState.model_validate({"event_id_raw": payload["event_id_raw"], "timestamp": at, **said})


def _order(item: Predicted, underlying: str) -> OrderPlaced:
    order_id = derived_id("order", item.alert_at.isoformat())
    known = item.entry_bias
    return OrderPlaced(
        event_id=order_id,
        occurred_at=item.alert_at,
        account_id="paper",
        symbol=underlying,
        option_symbol=item.option_symbol,
        strike=Decimal(1),
        expiration=item.expiration,
        type="call" if item.direction == "long" else "put",
        direction="long" if item.direction == "long" else "short",
        engine="A",
        experiment_id="e",
        signal_id="s",
        position_id=derived_id("position", order_id),
        client_order_id=order_id,
        side="buy_to_open",
        order_type="paper",
        quantity=item.quantity,
        limit_price=item.limit_price,
        expires_at=item.alert_at + timedelta(seconds=300),
        entry=EntryContext(
            bias=known["bias"],
            bias_confidence=known["confidence"],
            regime_type=known["regime_type"],
            chop_score=known["chop_score"],
        ),
    )


@pytest.mark.parametrize("session", sorted(LAYOUTS))
@pytest.mark.parametrize(("engine", "intelligence"), [(True, True), (True, False), (False, False)])
def test_the_books_come_to_what_the_oracle_says(session: str, engine: bool, intelligence: bool) -> None:
    day = predict(session, max_hold_hours=HOURS, decision_engine=int(engine), intelligence=int(intelligence))
    bought = [item for item in day.alerts if item.status != "rejected"]
    orders = {item.alert_at: _order(item, LAYOUTS[session][0]) for item in bought}
    rules = ExitRules(hold_max=timedelta(hours=HOURS), decision_engine=engine, intelligence=intelligence)
    book, events = played(session, orders, rules)
    by_position = {orders[item.alert_at].position_id: item for item in bought}
    said: dict[str, list[tuple[object, ...]]] = {position_id: [] for position_id in by_position}
    for event in events:
        if isinstance(event, OrderFilled) and event.side == "sell_to_close":
            assert event.exit_reason is not None
            said[event.position_id].append((event.exit_reason, event.quantity, event.occurred_at, event.price))
    for position_id, item in by_position.items():
        assert said[position_id] == [(sold.reason, sold.quantity, sold.filled_at, sold.price) for sold in item.fills]
    trades = {event.position_id: event for event in events if isinstance(event, TradeClosed)}
    assert {
        position_id: (
            trade.entry_timestamp,
            trade.entry_price,
            trade.exit_price,
            trade.exit_reason,
            trade.exit_codes,
            trade.realized_pnl,
        )
        for position_id, trade in trades.items()
    } == {
        position_id: (
            item.entry_at,
            item.entry_price,
            item.exit_price,
            item.exit_reason,
            item.exit_codes,
            item.realized_pnl,
        )
        for position_id, item in by_position.items()
        if item.status == "closed"
    }
    assert {(p.position_id, p.quantity, p.status) for p in book.positions} == {
        (position_id, item.remaining, item.status)
        for position_id, item in by_position.items()
        if item.status in ("open", "closing")
    }
