"""Prices, chain and flow as they come by webhook."""

import json
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.market_data import chain_event, flow_event, frames_of, ticks_of
from api.payloads import InvalidPayload, JsonObject, parse
from schemas.event import to_micros
from schemas.market import GexState, ListedContract
from schemas.money import to_nanos
from schemas.occ import underlying_of
from schemas.ticks import Tick
from streams.topics import partition_of

AT = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
TRADE: dict[str, Any] = {"symbol": "SPY", "timestamp": "2026-02-13T15:30:00Z", "price": 595.42, "size": 100}
QUOTE: dict[str, Any] = {
    "symbol": "SPY260220C00596000",
    "timestamp": "2026-02-13T15:30:01Z",
    "bid": 3.50,
    "ask": 3.54,
    "bid_size": 10,
    "ask_size": 12,
}
CONTRACT: dict[str, Any] = {
    "option_symbol": "SPY260220C00596000",
    "strike": 596,
    "expiration": "2026-02-20",
    "type": "call",
    "bid": 3.40,
    "ask": 3.50,
    "volume": 1200,
    "open_interest": 5400,
    "implied_volatility": 0.14,
    "delta": 0.48,
    "gamma": 0.03,
    "theta": -0.11,
    "vega": 0.32,
}
GEX: dict[str, Any] = {"net_gex": 250000000, "dealer_position": "long_gamma", "zero_gamma_level": 590}
CHAIN: dict[str, Any] = {
    "symbol": "SPY",
    "timestamp": "2026-02-13T15:29:30Z",
    "underlying_price": 595.40,
    "contracts": [CONTRACT],
    "gex": GEX,
}
ENTRY: dict[str, Any] = {
    "timestamp": "2026-02-13T15:29:40Z",
    "type": "call",
    "side": "buy",
    "strike": 596,
    "expiration": "2026-02-20",
    "size": 500,
    "premium": 172500,
}
FLOW: dict[str, Any] = {"symbol": "SPY", "timestamp": "2026-02-13T15:29:45Z", "entries": [ENTRY]}


def read(payload: object) -> JsonObject:
    parsed = parse(json.dumps(payload).encode())
    assert parsed.problem is None
    return parsed.payload


def fields_refused(payload: object, *, by: str) -> list[str]:
    with pytest.raises(InvalidPayload) as caught:
        take(read(payload), by=by)
    return [problem.field for problem in caught.value.problems]


def take(payload: JsonObject, *, by: str) -> None:
    match by:
        case "price":
            frames_of(ticks_of(payload), content_hash="h", partition_of=partition_of)
        case "chain":
            chain_event(payload, content_hash="h", stamp=lambda said: said or AT)
        case _:
            flow_event(payload, content_hash="h", stamp=lambda said: said or AT)


def test_a_trade_and_a_quote_are_exact_ticks() -> None:
    at = to_micros(AT)
    assert ticks_of(read({"ticks": [TRADE, QUOTE]})) == (
        Tick("SPY", at, price=595_420_000_000, size=100),
        Tick("SPY260220C00596000", at + 1_000_000, bid=3_500_000_000, ask=3_540_000_000, bid_size=10, ask_size=12),
    )
    assert ticks_of(read(TRADE)) == ticks_of(read({"ticks": [TRADE]}))


def test_a_padded_option_symbol_loses_its_padding() -> None:
    assert ticks_of(read({**QUOTE, "symbol": "SPY   260220C00596000"}))[0].symbol == "SPY260220C00596000"


def test_one_sided_and_crossed_quotes_are_taken() -> None:
    assert ticks_of(read({**QUOTE, "bid": None}))[0].bid == -1
    assert ticks_of(read({**QUOTE, "bid": 4, "ask": 3}))[0].ask == 3_000_000_000
    assert ticks_of(read({**QUOTE, "bid": 0}))[0].bid == 0


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({**TRADE, "symbol": ""}, "symbol"),
        ({**TRADE, "timestamp": None}, "timestamp"),
        ({**TRADE, "price": 0}, "price"),
        ({**TRADE, "price": -1}, "price"),
        ({**TRADE, "price": 0.1234567891}, "price"),
        ({**TRADE, "price": 10**10}, "price"),
        ({**TRADE, "price": None}, "price"),
        ({**TRADE, "size": 1.5}, "size"),
        ({**TRADE, "size": -1}, "size"),
        ({**QUOTE, "bid": -0.01}, "bid"),
        ({**QUOTE, "ask": "dear"}, "ask"),
        ({"ticks": []}, "ticks"),
        ({"ticks": [TRADE] * 1001}, "ticks"),
        ({"ticks": {}}, "ticks"),
        ({"ticks": [TRADE, 5]}, "ticks[1]"),
        ({"ticks": [QUOTE, TRADE]}, "ticks[1].timestamp"),
        ({"ticks": [TRADE, {**TRADE, "price": "NaN"}]}, "ticks[1].price"),
    ],
)
def test_a_bad_tick_is_named(payload: dict[str, Any], field: str) -> None:
    assert fields_refused(payload, by="price") == [field]


symbols = st.sampled_from(
    ["SPY", "QQQ", "IWM", "AAPL", "SPY260220C00596000", "QQQ260220P00500000", "SPXW260220C05000000"]
)
prices = st.decimals(min_value="0.01", max_value="9999", places=9)


@given(st.lists(st.tuples(symbols, prices, st.integers(0, 10_000)), min_size=1, max_size=50))
def test_frames_hold_every_tick_once_in_order_in_its_underlying_s_shard(rows: list[tuple[str, Decimal, int]]) -> None:
    at = 1_770_996_600_000
    payload = {
        "ticks": [
            {"symbol": symbol, "timestamp": at + number, "price": str(price), "size": size}
            for number, (symbol, price, size) in enumerate(rows)
        ]
    }
    ticks = ticks_of(read(payload))
    frames = frames_of(ticks, content_hash="h", partition_of=partition_of)
    assert [tick.price for tick in ticks] == [to_nanos(price) for _, price, _ in rows]
    for shard, frame in frames.items():
        assert tuple(frame.ticks()) == tuple(t for t in ticks if partition_of(underlying_of(t.symbol)) == shard)
    assert sum(map(len, frames.values())) == len(rows)
    assert len({frame.event_id for frame in frames.values()}) == len(frames)
    assert frames == frames_of(ticks, content_hash="h", partition_of=partition_of)
    others = frames_of(ticks, content_hash="i", partition_of=partition_of)
    assert all(others[shard].event_id != frame.event_id for shard, frame in frames.items())


def test_a_chain_is_read_exactly() -> None:
    event = chain_event(read(CHAIN), content_hash="h", stamp=lambda said: said or AT)
    at = datetime(2026, 2, 13, 15, 29, 30, tzinfo=UTC)
    assert event.occurred_at == at
    assert event.chain is not None
    assert event.chain.underlying_price == Decimal("595.4")
    assert event.chain.contracts == (
        ListedContract(
            option_symbol="SPY260220C00596000",
            strike=Decimal(596),
            expiration=date(2026, 2, 20),
            type="call",
            bid=Decimal("3.4"),
            ask=Decimal("3.5"),
            volume=1200,
            open_interest=5400,
            implied_volatility=Decimal("0.14"),
            delta=Decimal("0.48"),
            gamma=Decimal("0.03"),
            theta=Decimal("-0.11"),
            vega=Decimal("0.32"),
        ),
    )
    assert event.gex == GexState(
        timestamp=at, net_gex=Decimal(250_000_000), dealer_position="long_gamma", zero_gamma_level=Decimal(590)
    )


def test_a_contract_may_be_named_by_either_form() -> None:
    spelled = {"strike": 596, "expiration": "2026-02-20", "type": "C"}
    for contract in ({"option_symbol": "SPY260220C00596000"}, spelled):
        event = chain_event(read({**CHAIN, "contracts": [contract]}), content_hash="h", stamp=lambda said: said or AT)
        assert event.chain is not None
        assert event.chain.contracts[0].option_symbol == "SPY260220C00596000"
        assert event.chain.contracts[0].strike == 596


def test_positioning_may_come_without_a_chain() -> None:
    event = chain_event(
        read({"symbol": "SPY", "timestamp": 1770996600, "gex": GEX}), content_hash="h", stamp=lambda said: said or AT
    )
    assert event.chain is None
    assert event.gex is not None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"symbol": None}, "symbol"),
        ({"symbol": "SPY260220C00596000"}, "symbol"),
        ({"timestamp": None}, "timestamp"),
        ({"contracts": None, "gex": None}, "contracts"),
        ({"contracts": "all"}, "contracts"),
        ({"contracts": [{**CONTRACT, "strike": 595}]}, "contracts[0].strike"),
        ({"contracts": [{**CONTRACT, "type": "put"}]}, "contracts[0].type"),
        ({"contracts": [{**CONTRACT, "option_symbol": "QQQ260220C00596000"}]}, "contracts[0].option_symbol"),
        ({"contracts": [{**CONTRACT, "option_symbol": "SPY"}]}, "contracts[0].option_symbol"),
        ({"contracts": [{**CONTRACT, "volume": 1.5}]}, "contracts[0].volume"),
        ({"contracts": [{**CONTRACT, "bid": -1}]}, "contracts[0].bid"),
        (
            {"contracts": [{"strike": 596.0001, "expiration": "2026-02-20", "type": "call"}]},
            "contracts[0].option_symbol",
        ),
        ({"gex": {**GEX, "net_gex": None}}, "gex.net_gex"),
        ({"gex": {**GEX, "dealer_position": "far"}}, "gex.dealer_position"),
        ({"gex": 5}, "gex"),
    ],
)
def test_a_bad_chain_is_named(change: dict[str, Any], field: str) -> None:
    assert field in fields_refused({**CHAIN, **change}, by="chain")


def test_flow_is_read_exactly() -> None:
    event = flow_event(read(FLOW), content_hash="h", stamp=lambda said: said or AT)
    assert event.flow is not None
    entry = event.flow.entries[0]
    assert (entry.type, entry.side, entry.strike, entry.size, entry.premium) == ("call", "buy", 596, 500, 172_500)
    assert entry.timestamp == datetime(2026, 2, 13, 15, 29, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"entries": []}, "entries"),
        ({"entries": None}, "entries"),
        ({"entries": [{**ENTRY, "side": "hold"}]}, "entries[0].side"),
        ({"entries": [{**ENTRY, "size": 0}]}, "entries[0].size"),
        ({"entries": [{**ENTRY, "premium": -1}]}, "entries[0].premium"),
        ({"entries": [ENTRY, {**ENTRY, "timestamp": 1}]}, "entries[1].timestamp"),
        ({"entries": [ENTRY, {**ENTRY, "timestamp": "2026-02-13T15:29:39Z"}]}, "entries[1].timestamp"),
    ],
)
def test_a_bad_flow_is_named(change: dict[str, Any], field: str) -> None:
    assert fields_refused({**FLOW, **change}, by="flow") == [field]


junk = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.lists(st.integers(), max_size=2)


@given(
    st.sampled_from([("price", TRADE), ("price", QUOTE), ("chain", CHAIN), ("flow", FLOW)]),
    st.dictionaries(st.sampled_from([*TRADE, *QUOTE, *CHAIN, *FLOW, "ticks"]), junk, max_size=4),
    st.dictionaries(st.sampled_from([*CONTRACT, *ENTRY]), junk, max_size=4),
)
def test_any_market_data_is_taken_or_refused_by_field(
    base: tuple[str, dict[str, Any]], change: dict[str, Any], inner: dict[str, Any]
) -> None:
    by, payload = base
    payload = {**payload, **change}
    if by == "chain":
        payload.setdefault("contracts", [])
        payload["contracts"] = [{**CONTRACT, **inner}]
    if by == "flow":
        payload["entries"] = [{**ENTRY, **inner}]
    parsed = parse(json.dumps(payload).encode())
    if parsed.problem is not None:
        return
    with suppress(InvalidPayload):
        take(parsed.payload, by=by)
