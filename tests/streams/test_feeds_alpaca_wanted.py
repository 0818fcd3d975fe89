"""What is subscribed to: what is held before all else, then what an alert could lead to."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.rules import StrikeRules
from agents.strikes import candidates
from schemas.codec import encode
from schemas.ids import derived_id
from schemas.occ import OptionContract
from schemas.positions import Book, Position
from schemas.records import BookRecord
from schemas.ticks import Tick
from streams.feeds.alpaca.wanted import Limits, Listing, changes, held_contracts, may_be_chosen, wanted
from streams.feeds.alpaca.watch import Watch
from tests.agents.strategies import (
    AT,
    CALL,
    DAY,
    EXPIRATION,
    OTHER_CALL,
    PUT,
    SPY,
    bias,
    chain,
    context_received,
    few,
    listed,
    market,
    nanos,
    order,
    signal,
)

RULES = StrikeRules()
MANY = Limits(stocks=1_000, options=10_000)
ROOM = Limits(stocks=30, options=200)


def position(option_symbol: str, symbol: str = SPY) -> Position:
    return Position(
        position_id=derived_id("position", option_symbol),
        account_id="paper",
        signal_id=derived_id("signal", option_symbol),
        entry_order_id=derived_id("order", option_symbol),
        symbol=symbol,
        option_symbol=option_symbol,
        strike=Decimal(596),
        expiration=EXPIRATION,
        type="call",
        direction="long",
        quantity=1,
        entry_price=Decimal(4),
        entry_timestamp=AT,
        engine="A",
        experiment_id=derived_id("experiment", option_symbol),
        stop_at_or_below=0,
        target_at_or_above=1,
        due_at=AT,
        due_reason="max_hold_time",
    )


def book(symbol: str = SPY, *, held: Sequence[str] = (), ordered: Sequence[str] = (), is_shadow: bool = False) -> Book:
    return Book(
        account_id="paper",
        symbol=symbol,
        positions=tuple(position(item, symbol) for item in held),
        working=tuple(order(f"ord-{item}", option_symbol=item) for item in ordered),
        is_shadow=is_shadow,
    )


def contract(strike: int, kind: str = "call", days: int = 7) -> str:
    found = OptionContract(SPY, DAY + timedelta(days=days), "call" if kind == "call" else "put", Decimal(strike))
    return found.symbol


def listing(price: str | None = "596.15", strikes: Sequence[int] = range(560, 640)) -> Listing:
    contracts = [
        listed(f"{strike}", expiration=DAY + timedelta(days=days), kind=kind)
        for strike in strikes
        for kind in ("call", "put")
        for days in (0, 7, 14)
    ]
    return Listing({item.option_symbol: item for item in contracts}, None if price is None else Decimal(price))


def test_positions_come_before_orders_and_shadows_last() -> None:
    books = [
        book(held=[PUT], is_shadow=True),
        book(ordered=[OTHER_CALL], held=[CALL]),
        book("QQQ", held=["QQQ260220C00500000", CALL]),
    ]
    assert held_contracts(books) == ("QQQ260220C00500000", CALL, OTHER_CALL, PUT)
    # an underlying, or a contract that was adjusted, has no option stream
    assert held_contracts([book(held=["SPY", "SPY1260220C00596000"])]) == ()


def test_what_is_held_is_never_crowded_out() -> None:
    found = wanted(
        symbols=["QQQ", SPY],
        books=[book("IWM", held=[OTHER_CALL]), book("QQQ")],
        listings={SPY: listing(), "IWM": listing()},
        day=DAY,
        rules=RULES,
        limits=Limits(stocks=2, options=3),
    )
    assert found.stocks == ("IWM", "QQQ")
    assert len(found.options) == 3
    assert found.options[0] == OTHER_CALL
    assert found.held == {OTHER_CALL}


@few
@given(st.sampled_from(["atm", "scored"]), st.decimals(min_value=565, max_value=635, places=2), st.booleans())
def test_whatever_an_alert_could_choose_is_subscribed_to(mode: str, price: Decimal, is_bearish: bool) -> None:
    rules = StrikeRules(mode="atm" if mode == "atm" else "scored")
    listed_ = listing(f"{price}")
    told = Listing(listed_.contracts, price, bias(bias="bearish" if is_bearish else "bullish"))
    found = wanted(symbols=[SPY], books=[], listings={SPY: told}, day=DAY, rules=rules, limits=MANY)
    seen = market(chain=dict(told.contracts), bias=told.bias)
    for direction in ("long", "short"):
        alert = signal(direction=direction)
        eligible = candidates(seen, signal=alert, price=price, day=DAY, rules=rules)
        assert {item.option_symbol for item in eligible} <= set(found.options)


def test_what_may_be_chosen_lies_around_the_price_and_expires_late_enough() -> None:
    found = may_be_chosen(SPY, listing(), day=DAY, rules=RULES)
    assert found[:2] == (contract(597), contract(596, "put"))
    assert not [symbol for symbol in found if symbol.startswith(f"SPY{DAY:%y%m%d}")]
    assert may_be_chosen(SPY, listing(price=None), day=DAY, rules=RULES) == ()


def test_underlyings_share_what_room_there_is() -> None:
    both = {"SPY": listing(), "QQQ": listing()}
    found = wanted(symbols=["SPY", "QQQ"], books=[], listings=both, day=DAY, rules=RULES, limits=ROOM)
    assert len(found.options) == len(set(found.options)) <= 200


@few
@given(st.sets(st.sampled_from("ABCDEFGH")), st.lists(st.sampled_from("ABCDEFGH")))
def test_changes_lead_from_one_set_to_the_other_and_no_further(current: set[str], target: list[str]) -> None:
    found = changes(current, target)
    assert (current - set(found.drop)) | set(found.add) == set(target)
    assert not set(found.add) & current
    assert set(found.drop) <= current
    assert list(found.add) == [item for item in dict.fromkeys(target) if item not in current]


@pytest.fixture
def watch() -> Watch:
    return Watch(["SPY"], rules=RULES, limits=ROOM)


def record(contents: Book, *, epoch: int = 1, version: int = 1) -> bytes:
    return encode(BookRecord(state=contents, epoch=epoch, version=version))


def test_books_are_folded_by_rank_and_the_deleted_forgotten(watch: Watch) -> None:
    watch.book(b"paper|SPY", record(book(held=[CALL]), epoch=2))
    assert watch.wanted(DAY).options == (CALL,)
    assert watch.changed.is_set()
    watch.changed.clear()
    # a late record of a worker that lost the shard
    watch.book(b"paper|SPY", record(book(held=[PUT]), epoch=1, version=9))
    # nothing of it is about contracts
    watch.book(b"paper|SPY", record(book(held=[CALL]), epoch=2, version=2))
    watch.book(b"paper|QQQ", b"not a record")
    assert not watch.changed.is_set()
    assert watch.wanted(DAY).options == (CALL,)
    watch.book(b"paper|SPY", record(book(held=[CALL], ordered=[PUT]), epoch=2, version=3))
    assert watch.changed.is_set()
    assert watch.wanted(DAY).options == (CALL, PUT)
    watch.book(b"paper|SPY", None)
    assert watch.wanted(DAY).options == ()


def test_chains_are_folded_and_the_price_moves_what_is_near(watch: Watch) -> None:
    contracts = list(listing().contracts.values())
    older = context_received(chain=chain(*contracts[:1], at=AT - timedelta(minutes=5)))
    watch.context(context_received(chain=chain(*contracts)), day=DAY)
    watch.context(older, day=DAY)
    assert watch.wanted(DAY).options == ()
    watch.prices([Tick(SPY, 1, price=nanos("596.15")), Tick("QQQ", 1, price=nanos("500"))])
    near = watch.wanted(DAY).options
    assert contract(597) in near
    assert watch.changed.is_set()
    watch.changed.clear()
    watch.prices([Tick(SPY, 2, price=nanos("596.20")), Tick(SPY, 2, bid=1, ask=-1)])
    assert not watch.changed.is_set()
    watch.prices([Tick(SPY, 3, price=nanos("620"))])
    assert watch.changed.is_set()
    assert contract(597) not in watch.wanted(DAY).options
    # contracts that have expired leave it
    watch.context(context_received(chain=chain(at=AT + timedelta(days=8))), day=DAY + timedelta(days=8))
    assert not [symbol for symbol in watch.wanted(DAY).options if symbol < contract(0, days=14)]
