"""Alpaca's messages as ticks: prices to the billionth of a dollar, times to the microsecond."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgpack  # type: ignore[import-untyped]  # it has no stubs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.event import to_micros
from schemas.money import NANOS
from schemas.ticks import ABSENT, Tick
from streams.feeds.alpaca.messages import (
    Failed,
    Heard,
    Subscribed,
    Succeeded,
    Unreadable,
    authentication,
    heard,
    nanos,
    quote_tick,
    subscription,
    trade_tick,
)
from tests.agents.strategies import few

AT = datetime(2026, 2, 13, 15, 30, 0, 123456, tzinfo=UTC)
QUOTE: dict[str, Any] = {"T": "q", "S": "SPY", "t": AT, "bp": 1.0, "bs": 3, "ap": 1.1, "as": 4, "bx": "V", "ax": "V"}
TRADE: dict[str, Any] = {"T": "t", "S": "SPY", "t": AT, "p": 1.0, "s": 3, "x": "V", "i": 7, "c": ["@"], "z": "B"}


def packed(*messages: dict[str, Any]) -> bytes:
    frame: bytes = msgpack.packb([*messages], datetime=True)
    return frame


def text(*messages: dict[str, Any]) -> str:
    return json.dumps(messages, default=lambda at: at.strftime("%Y-%m-%dT%H:%M:%S.%f789Z"))


@few
@given(
    st.decimals(min_value=Decimal("0.0001"), max_value=Decimal("99999.9999"), places=4),
    st.datetimes(datetime(2001, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 -- a zone is added
    st.integers(0, 2**31),
)
def test_a_price_of_four_decimals_arrives_exactly(price: Decimal, at: datetime, size: int) -> None:
    trade = {**TRADE, "p": float(price), "t": at, "s": size}
    quote = {**QUOTE, "bp": float(price), "ap": float(price), "t": at, "bs": size, "as": size}
    expected = (
        Tick("SPY", to_micros(at), price=int(price * NANOS), size=size),
        Tick("SPY", to_micros(at), bid=int(price * NANOS), ask=int(price * NANOS), bid_size=size, ask_size=size),
    )
    assert heard(packed(trade, quote)).ticks == heard(text(trade, quote)).ticks == expected


@few
@given(st.decimals(min_value=0, max_value=10**6, places=9))
def test_billionths_of_a_dollar_are_kept(price: Decimal) -> None:
    assert Decimal(nanos(price)) / NANOS == price


def test_nanoseconds_are_cut_off_alike_by_both_forms() -> None:
    late = {**TRADE, "t": msgpack.Timestamp(to_micros(AT) // 10**6, 123_456_999)}
    assert heard(packed(late)).ticks == heard(text(TRADE)).ticks
    assert trade_tick("SPY", {**TRADE, "t": "2026-02-13T15:30:00.123456999Z"}).at == to_micros(AT)


@pytest.mark.parametrize(
    ("bid", "ask", "expected"),
    [
        (1.0, 1.5, (10**9, 15 * 10**8, 3, 4)),
        (0, 1.5, (0, 15 * 10**8, 3, 4)),
        (1.0, 0, (10**9, ABSENT, 3, ABSENT)),
        (0, 0, (ABSENT,) * 4),
    ],
)
def test_what_nobody_asks_is_absent(bid: float, ask: float, expected: tuple[int, ...]) -> None:
    assert quote_tick("SPY", {**QUOTE, "bp": bid, "ap": ask})[4:] == expected


def test_answers_are_told_from_ticks() -> None:
    messages: list[dict[str, Any]] = [
        {"T": "success", "msg": "connected"},
        {"T": "error", "code": 406, "msg": "connection limit exceeded"},
        {"T": "subscription", "trades": ["SPY"], "quotes": ["SPY", "QQQ"], "bars": ["*"]},
        {"T": "b", "S": "SPY", "o": 1},
        TRADE,
    ]
    answers = Succeeded("connected"), Failed(406, "connection limit exceeded"), Subscribed(frozenset({"SPY", "QQQ"}))
    expected = Heard((trade_tick("SPY", TRADE),), answers)
    assert heard(packed(*messages)) == heard(text(*messages)) == expected


@pytest.mark.parametrize(
    "broken",
    [
        {**TRADE, "p": float("nan")},
        {**TRADE, "p": float("inf")},
        {**TRADE, "p": -1.0},
        {**TRADE, "p": 0},
        {**TRADE, "p": 1e9},
        {**TRADE, "p": "dear"},
        {**TRADE, "s": -1},
        {**TRADE, "t": "yesterday"},
        {**TRADE, "t": "2026-02-13T15:30:00"},
        {**TRADE, "c": 7},
        {"T": "t", "S": "SPY"},
        {"T": "t"},
        {**QUOTE, "ap": -0.1},
        {**QUOTE, "bs": float("nan")},
        {"T": "error", "code": "many"},
        {"no": "kind"},
    ],
    ids=str,
)
def test_a_message_that_cannot_be_read_is_counted_and_stops_nothing(broken: dict[str, Any]) -> None:
    assert heard(packed(broken, TRADE)) == Heard((trade_tick("SPY", TRADE),), unreadable=1)


@given(st.binary(max_size=64) | st.text(max_size=64))
def test_whatever_comes_is_read_or_refused(frame: bytes | str) -> None:
    with suppress(Unreadable):
        assert isinstance(heard(frame), Heard)


def test_an_error_never_repeats_what_stood_there() -> None:
    with pytest.raises(Unreadable) as caught:
        trade_tick("SPY", {**TRADE, "p": "a-secret"})
    assert "a-secret" not in str(caught.value)
    assert "price" in str(caught.value)


def test_requests_are_packed() -> None:
    assert msgpack.unpackb(authentication("k", "s")) == {"action": "auth", "key": "k", "secret": "s"}
    both = ["SPY", "QQQ"]
    assert msgpack.unpackb(subscription("unsubscribe", both)) == {
        "action": "unsubscribe",
        "trades": both,
        "quotes": both,
    }
