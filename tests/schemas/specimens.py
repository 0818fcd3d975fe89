"""One record of each kind that travels on Kafka, and values of any kind for properties."""

import types
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st
from pydantic import BaseModel

from schemas.accounts import Account, AccountEvent, Holding, Reservation
from schemas.dead_letters import DeadLetterUpdated, dead_lettered
from schemas.desks import Desk
from schemas.event import Instant, Record
from schemas.ids import derived_id
from schemas.market import (
    Bar,
    ChainState,
    FlowEntry,
    FlowState,
    FlowTotals,
    GexState,
    ListedContract,
    Market,
    MarketContextReceived,
    Quote,
    Series,
)
from schemas.money import Scale
from schemas.operations import ClockAdvanced, ControlChanged
from schemas.orders import OrderPlaced
from schemas.positions import Book, LiveOrder, Lot, Position
from schemas.records import AccountRecord, BookRecord, DeskRecord, MarketRecord, OutboxEntry
from schemas.ticks import Tick, TickFrame
from tests.schemas.specimens_by_hand import records_by_hand
from tests.schemas.specimens_of_brokers import ORDER_ID, records_of_brokers, reported
from tests.schemas.specimens_of_engines import records_of_engines
from tests.schemas.story import ENTRY, EXPIRATION, NOON, at, bias, contract, judged, signal, traded

INTEGERS = st.integers(-(2**63), 2**63 - 1)
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- hypothesis adds the zone


def specimens() -> dict[str, Record]:
    """Return a record of each kind, by the name of its kind."""
    entry_order, entry_fill, entry_update, _, _, _, closed = traded("SPY")
    records: list[Any] = [
        signal("SPY", strike=Decimal(596), expiration=EXPIRATION, test_session_id="session", test_scenario="gap"),
        _context(),
        _frame(),
        *judged("SPY"),
        entry_order,
        entry_update,
        entry_fill,
        AccountEvent(
            event_id=derived_id("account-event", "SPY"),
            occurred_at=at(61),
            source="books/paper|SPY",
            sequence=4,
            account_id="paper",
            kind="position_closed",
            order_id=derived_id("exit-order", "SPY"),
            position_id=derived_id("position", "SPY"),
            symbol="SPY",
            option_symbol="SPY260227C00596500",
            quantity=2,
            price=Decimal("3.75"),
            realized_pnl=Decimal(260),
            reason="profit_target",
        ),
        closed,
        ControlChanged(
            event_id=derived_id("control", "kill_switch"),
            occurred_at=NOON,
            name="kill_switch",
            value="true",
            changed_by="trader",
        ),
        ClockAdvanced(event_id=derived_id("clock", "minute"), occurred_at=NOON, source="clock", kind="minute"),
        dead_lettered(
            reader="market",
            topic="signals.v1",
            partition=3,
            offset=42,
            key=b"SPY",
            value=b"\x00\xff",
            headers=[("ce_id", b"1")],
            reason="undecodable",
            error="shorter than the wire format's header",
            occurred_at=NOON,
            record="books/paper|SPY",
        ),
        DeadLetterUpdated(
            event_id=derived_id("dead-letter-update", "SPY"),
            occurred_at=at(90),
            source="redrive",
            dead_letter_id=derived_id("dead-letter", "SPY"),
            status="discarded",
            changed_by="trader",
            reason="of a test",
        ),
        *_state_records(entry_order),
    ]
    return {type(record).__name__: record for record in records}


def _listed() -> ListedContract:
    return ListedContract(
        option_symbol="SPY260227C00596500",
        strike=Decimal("596.5"),
        expiration=EXPIRATION,
        type="call",
        bid=Decimal("2.4"),
        ask=Decimal("2.5"),
        volume=100,
        open_interest=2000,
        implied_volatility=Decimal("0.18765432"),
        delta=Decimal("0.5"),
        gamma=Decimal("0.01"),
        theta=Decimal("-0.35"),
        vega=Decimal("0.2"),
    )


def _gex() -> GexState:
    return GexState(
        timestamp=NOON, net_gex=Decimal("-1250000000.5"), dealer_position="short_gamma", zero_gamma_level=Decimal(595)
    )


def _context() -> MarketContextReceived:
    traded_option = FlowEntry(
        timestamp=NOON,
        type="put",
        side="sell",
        strike=Decimal(590),
        expiration=EXPIRATION,
        size=50,
        premium=Decimal("12500.5"),
    )
    return MarketContextReceived(
        event_id=derived_id("context", "SPY"),
        occurred_at=NOON,
        symbol="SPY",
        bias=bias(),
        chain=ChainState(timestamp=NOON, underlying_price=Decimal("596.12"), contracts=(_listed(),)),
        gex=_gex(),
        flow=FlowState(timestamp=NOON, entries=(traded_option,)),
    )


def _frame() -> TickFrame:
    start = 1_771_606_800_000_000
    ticks = [
        Tick("SPY", start, price=596_120_000_000, size=100),
        Tick(
            "SPY260227C00596500",
            start + 250,
            bid=2_400_000_000,
            ask=2_500_000_000,
            bid_size=10,
            ask_size=12,
        ),
    ]
    return TickFrame.of(ticks, source="feeds/replay", sequence=9)


def _state_records(working: Any) -> list[Record]:
    assert isinstance(working, OrderPlaced)
    known: dict[str, Any] = {
        "applied": {"signals.v1-3": 41},
        "heard": {"desks/SPY": 3},
        "epoch": 2,
        "version": 5,
        "emitted": 7,
        "outbox": (
            OutboxEntry(
                topic="orders.v1",
                key="SPY",
                partition=3,
                event_id=working.event_id,
                occurred_at=at(0.2),
                source="accounts/acct",
                sequence=4,
                value=b"\x00\x01",
            ),
        ),
    }
    bar = Bar(start=1_771_606_800_000_000, open=1, high=4, low=1, close=3, volume=200)
    market = Market(
        symbol="SPY",
        last=Quote(price=596_120_000_000, traded_at=1_771_606_800_000_000),
        quotes={"SPY260227C00596500": Quote(bid=2_400_000_000, ask=2_500_000_000, quoted_at=1_771_606_800_000_250)},
        series={
            "5m": Series(
                bar=bar, bars=(bar,), closed=30, last_close=3, close_sum=90, sum_tr=9, ema8=2.5, ema21=2.25, atr14=1.5
            )
        },
        bias=bias(),
        gex=_gex(),
        chain={"SPY260227C00596500": _listed()},
        chain_at=NOON,
        flow=FlowTotals(day=date(2026, 2, 20), entries=1, call_premium=Decimal(1), netflow=Decimal("-1.5")),
    )
    position = Position(
        **contract("SPY", "paper"),
        entry_order_id=derived_id("entry-order", "SPY"),
        quantity=2,
        entry_price=Decimal("2.45"),
        entry_timestamp=at(1),
        status="closing",
        exit_reason="profit_target",
        exit_order_id=derived_id("exit-order", "SPY"),
        stop_at_or_below=1_225_000_000,
        target_at_or_above=3_675_000_000,
        due_at=at(86_400),
        due_reason="max_hold_time",
        entry=ENTRY,
        lots=(Lot(quantity=1, price=Decimal("2.4")), Lot(quantity=1, price=Decimal("2.5"))),
    )
    live = LiveOrder(filled_quantity=1, fills={"1": derived_id("fill", ORDER_ID, 1)}, bolder_at=at(66))
    account = Account(
        account_id="paper",
        opening_equity=Decimal(100_000),
        cash=Decimal("99510.5"),
        realized_pnl=Decimal(-20),
        day=date(2026, 2, 20),
        day_realized_pnl=Decimal(-20),
        day_trades=2,
        reservations=(
            Reservation(
                order_id=derived_id("entry-order", "QQQ"),
                position_id=derived_id("position", "QQQ"),
                symbol="QQQ",
                option_symbol="QQQ260227C00520000",
                quantity=1,
                price=Decimal("3.1"),
            ),
        ),
        holdings=(
            Holding(
                position_id=derived_id("position", "SPY"),
                symbol="SPY",
                option_symbol="SPY260227C00596500",
                quantity=2,
                entry_price=Decimal("2.45"),
            ),
        ),
        adjustments=Decimal("-0.65"),
        broker=reported(),
    )
    book = Book(
        account_id="paper", symbol="SPY", positions=(position,), working=(working,), live={working.event_id: live}
    )
    return [
        MarketRecord(state=market, **known),
        DeskRecord(state=Desk(symbol="SPY", decided=(derived_id("signal", "SPY"),)), **known),
        BookRecord(state=book, **known),
        AccountRecord(state=account, **known),
        *records_of_engines(known),
        *records_of_brokers(),
        *records_by_hand(),
    ]


def any_of(model: type[BaseModel]) -> st.SearchStrategy[Any]:
    """Return a strategy of records of one kind, every field at its wildest."""
    fields = {
        name: _values(Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation)
        for name, field in model.model_fields.items()
    }
    return st.builds(model, **fields)


def _values(annotation: Any, scale: int | None = None) -> st.SearchStrategy[Any]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation == Instant:
        return INSTANTS
    if origin is Annotated:
        digits = next((item.digits for item in arguments[1:] if isinstance(item, Scale)), scale)
        return _values(arguments[0], digits)
    if origin in (Union, types.UnionType):
        return st.one_of(*(st.none() if member is type(None) else _values(member, scale) for member in arguments))
    if origin is tuple:
        return st.lists(_values(arguments[0]), max_size=2).map(tuple)
    if origin is dict:
        return st.dictionaries(st.text(max_size=8), _values(arguments[1]), max_size=2)
    if origin is Literal:
        return st.sampled_from(arguments)
    if annotation is Decimal:
        assert scale is not None
        return st.integers(-(10**18) + 1, 10**18 - 1).map(lambda unscaled: Decimal(unscaled).scaleb(-scale))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return st.deferred(lambda: any_of(annotation))
    if hasattr(annotation, "_make"):  # a NamedTuple
        return st.tuples(*map(_values, get_type_hints(annotation).values())).map(annotation._make)
    plain: dict[Any, st.SearchStrategy[Any]] = {
        str: st.text(max_size=20),
        int: INTEGERS,
        float: st.floats(allow_nan=False),
        bool: st.booleans(),
        bytes: st.binary(max_size=20),
        datetime: INSTANTS,
        date: st.dates(),
    }
    return plain[annotation]
