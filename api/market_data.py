"""Market webhooks: prices as frames of ticks; chain, dealer positioning and flow as MarketContextReceived.

Prices are exact to nine decimals and never negative. A quote may be one-sided, and crossed ones (ask below bid) are
taken as they come: fast markets have them, and what may be done with one is for the reader to say.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

from api.alerts import Stamp
from api.fields import Fields, refuse
from api.normalise import option_type_of, symbol_of
from api.payloads import JsonObject, JsonValue, Problem, invalid
from schemas.event import to_micros
from schemas.ids import derived_id
from schemas.market import (
    ChainState,
    DealerPosition,
    FlowEntry,
    FlowState,
    GexState,
    ListedContract,
    MarketContextReceived,
)
from schemas.occ import OptionContract, OptionType, parse_option_symbol, underlying_of
from schemas.ticks import ABSENT, Tick, TickFrame

TICKS_MAX = 1_000
CONTRACTS_MAX = 10_000
ENTRIES_MAX = 10_000
PRICE_SOURCE = "api/webhooks/price"


def ticks_of(payload: JsonObject) -> tuple[Tick, ...]:
    """Return the ticks of a price payload, one object or `{"ticks": [...]}` in time order; raises InvalidPayload."""
    problems: list[Problem] = []
    fields = Fields(payload, problems=problems)
    many = "ticks" in payload
    rows = fields.each("ticks", most=TICKS_MAX) if many else [fields]
    if many and not rows and not problems:
        raise invalid("ticks", "holds none")
    ticks: list[Tick] = []
    for row in rows:
        tick = _tick(row)
        if tick is None:
            continue
        if ticks and tick.at < ticks[-1].at:
            row.problem("timestamp", "is before the tick before it")
        ticks.append(tick)
    refuse(problems)
    return tuple(ticks)


def _tick(row: Fields) -> Tick | None:
    found = len(row.problems)
    symbol = row.read("symbol", instrument_of, wanted="a ticker or an OCC option symbol", required=True)
    at = row.instant(required=True)
    price = row.nanos("price", positive=True)
    bid, ask = row.nanos("bid"), row.nanos("ask")
    size, bid_size, ask_size = (row.whole(name) for name in ("size", "bid_size", "ask_size"))
    if len(row.problems) == found and price is None and bid is None and ask is None:
        row.problem("price", "price, bid or ask is required")
    if len(row.problems) > found or symbol is None or at is None:
        return None
    return Tick(symbol, to_micros(at), *map(_column, (price, size, bid, ask, bid_size, ask_size)))


def _column(value: int | None) -> int:
    return ABSENT if value is None else value


def instrument_of(value: JsonValue) -> str | None:
    """Return a contract's OCC symbol without padding, or a ticker."""
    if isinstance(value, str):
        contract = parse_option_symbol(value.rpartition(":")[2])
        if contract is not None:
            return contract.symbol
    return symbol_of(value)


def frames_of(ticks: Sequence[Tick], *, content_hash: str, partition_of: Callable[[str], int]) -> dict[int, TickFrame]:
    """Return a frame for each shard that `ticks` touch. The same content gives the same ids, so a repeat is known."""
    shards: dict[int, list[Tick]] = {}
    for tick in ticks:
        shards.setdefault(partition_of(underlying_of(tick.symbol)), []).append(tick)
    return {
        shard: TickFrame.of(shard_ticks, source=PRICE_SOURCE, sequence=0).model_copy(
            update={"event_id": derived_id("frame", PRICE_SOURCE, content_hash, shard)}
        )
        for shard, shard_ticks in shards.items()
    }


def chain_event(payload: JsonObject, *, content_hash: str, stamp: Stamp) -> MarketContextReceived:
    """Return the event of a chain payload, with dealer positioning where it has it; raises InvalidPayload."""
    problems: list[Problem] = []
    fields = Fields(payload, problems=problems)
    symbol = fields.symbol()
    at = fields.instant(required=True)
    underlying_price = fields.price("underlying_price", positive=True)
    contracts = [_contract(row, symbol) for row in fields.each("contracts", most=CONTRACTS_MAX)]
    gex = _gex(fields, at) if fields.has("gex") else None
    if not problems and not contracts and gex is None:
        fields.problem("contracts", "contracts or gex is required")
    refuse(problems)
    assert symbol is not None
    assert at is not None
    listed = tuple(contract for contract in contracts if contract is not None)
    chain = ChainState(timestamp=at, underlying_price=underlying_price, contracts=listed)
    return MarketContextReceived(
        event_id=derived_id("chain", symbol, content_hash),
        occurred_at=stamp(at),
        source="api/webhooks/chain",
        symbol=symbol,
        chain=chain if listed or underlying_price is not None else None,
        gex=gex,
    )


def _contract(row: Fields, underlying: str | None) -> ListedContract | None:
    found = len(row.problems)
    named = row.read("option_symbol", _contract_named, wanted="an OCC symbol such as SPY260220C00596000")
    must = named is None
    strike = row.price("strike", positive=True, required=must)
    expiration = row.day("expiration", required=must)
    kind: OptionType | None = row.read("type", option_type_of, wanted="call or put", required=must)
    bid, ask = row.price("bid"), row.price("ask")
    volume, open_interest = row.whole("volume"), row.whole("open_interest")
    volatility = row.number("implied_volatility", low=0, high=1_000)
    delta = row.number("delta", low=-1, high=1)
    gamma, theta, vega = (row.number(name, low=-1_000_000, high=1_000_000) for name in ("gamma", "theta", "vega"))
    if named is not None:
        for name, said, meant in (
            ("strike", strike, named.strike),
            ("expiration", expiration, named.expiration),
            ("type", kind, named.type),
        ):
            if said is not None and said != meant:
                row.problem(name, "differs from the option symbol's")
        if underlying is not None and underlying != named.underlying:
            row.problem("option_symbol", "is of another underlying")
        contract = named
    elif strike is not None and expiration is not None and kind is not None and underlying is not None:
        contract = OptionContract(underlying, expiration, kind, strike)
        if parse_option_symbol(contract.symbol) != contract:
            row.problem("option_symbol", "is required: strike and symbol have no OCC form")
    if len(row.problems) > found or underlying is None:
        return None
    return ListedContract(
        option_symbol=contract.symbol,
        strike=contract.strike,
        expiration=contract.expiration,
        type=contract.type,
        bid=bid,
        ask=ask,
        volume=volume,
        open_interest=open_interest,
        implied_volatility=volatility,
        delta=delta,
        gamma=gamma,
        theta=theta,
        vega=vega,
    )


def _contract_named(value: JsonValue) -> OptionContract | None:
    return parse_option_symbol(value.rpartition(":")[2]) if isinstance(value, str) else None


def _gex(fields: Fields, chain_at: datetime | None) -> GexState | None:
    gex = fields.nested("gex")
    found = len(fields.problems)
    net_gex = gex.number("net_gex", low=-(10**15), high=10**15, required=True)
    position = gex.read("dealer_position", _dealer_position, wanted="long_gamma, short_gamma or neutral")
    level = gex.price("zero_gamma_level")
    at = gex.instant() or chain_at
    if len(fields.problems) > found or net_gex is None or at is None:
        return None
    return GexState(timestamp=at, net_gex=net_gex, dealer_position=position or "neutral", zero_gamma_level=level)


def _dealer_position(value: JsonValue) -> DealerPosition | None:
    if not isinstance(value, str):
        return None
    match value.strip().lower().replace("-", "_").replace(" ", "_"):
        case "long_gamma" | "long":
            return "long_gamma"
        case "short_gamma" | "short":
            return "short_gamma"
        case "neutral" | "flat":
            return "neutral"
        case _:
            return None


def flow_event(payload: JsonObject, *, content_hash: str, stamp: Stamp) -> MarketContextReceived:
    """Return the event of a flow payload, entries newest last; raises InvalidPayload."""
    problems: list[Problem] = []
    fields = Fields(payload, problems=problems)
    symbol = fields.symbol()
    at = fields.instant(required=True)
    rows = fields.each("entries", most=ENTRIES_MAX)
    if not rows and not problems:
        fields.problem("entries", "holds none" if fields.has("entries") else "entries is required")
    entries: list[FlowEntry] = []
    for row in rows:
        entry = _entry(row, at)
        if entry is None:
            continue
        if entries and entry.timestamp < entries[-1].timestamp:
            row.problem("timestamp", "is before the entry before it")
        entries.append(entry)
    refuse(problems)
    assert symbol is not None
    assert at is not None
    return MarketContextReceived(
        event_id=derived_id("flow", symbol, content_hash),
        occurred_at=stamp(at),
        source="api/webhooks/flow",
        symbol=symbol,
        flow=FlowState(timestamp=at, entries=tuple(entries)),
    )


def _entry(row: Fields, flow_at: datetime | None) -> FlowEntry | None:
    found = len(row.problems)
    at = row.instant() or flow_at
    kind: OptionType | None = row.read("type", option_type_of, wanted="call or put", required=True)
    side = row.read("side", _side, wanted="buy or sell", required=True)
    strike = row.price("strike", positive=True, required=True)
    expiration = row.day("expiration", required=True)
    size = row.whole("size", low=1, required=True)
    premium = row.number("premium", low=0, required=True)
    if len(row.problems) > found or at is None:
        return None
    assert kind is not None
    assert side is not None
    assert strike is not None
    assert expiration is not None
    assert size is not None
    assert premium is not None
    return FlowEntry(
        timestamp=at, type=kind, side=side, strike=strike, expiration=expiration, size=size, premium=premium
    )


def _side(value: JsonValue) -> Literal["buy", "sell"] | None:
    match value.strip().lower() if isinstance(value, str) else None:
        case "buy" | "bought":
            return "buy"
        case "sell" | "sold":
            return "sell"
        case _:
            return None
