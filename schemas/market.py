"""What is known about an underlying: bias, chain, dealer positioning, flow; and the fold of its tape."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from schemas.event import Event, Instant, Record
from schemas.money import MoneyUsd, PriceUsd, Ratio, Scale, rounded

Greek = Annotated[Decimal, rounded(Decimal("0.00000001")), Scale(8), Field(max_digits=18)]
"""A greek or an implied volatility, eight decimals."""

Bias = Literal["bullish", "bearish", "neutral"]
DealerPosition = Literal["long_gamma", "short_gamma", "neutral"]


class BiasState(Record):
    """Multi-timeframe bias, version 3."""

    event_id_raw: str = Field(description="the sender's id; a repeat is a duplicate")
    timestamp: Instant
    bias: Bias
    bias_score: Ratio = Field(description="-100 to 100")
    confidence: Ratio = Field(default=Decimal(0), description="0 to 100")
    regime_type: str | None = None
    macro_class: str | None = None
    entry_mode_hint: str | None = None
    state_strength_delta: Ratio | None = Field(default=None, description="acceleration of the state")
    chop_score: Ratio = Field(default=Decimal(0), description="0 to 100")
    trade_suppressed: bool = False
    risk_multiplier: Ratio = Field(default=Decimal(1), description="scales the quantity")
    stale_after_s: int = Field(default=3600, description="seconds after timestamp")
    timeframes: dict[str, Bias] = Field(default_factory=dict)


class ListedContract(Record):
    """A contract that is listed, with what was last said of it."""

    option_symbol: str
    strike: PriceUsd
    expiration: date
    type: Literal["call", "put"]
    bid: PriceUsd | None = None
    ask: PriceUsd | None = None
    volume: int | None = None
    open_interest: int | None = None
    implied_volatility: Greek | None = None
    delta: Greek | None = None
    gamma: Greek | None = None
    theta: Greek | None = None
    vega: Greek | None = None


class ChainState(Record):
    """Listed contracts, or those that changed."""

    timestamp: Instant
    underlying_price: PriceUsd | None = None
    contracts: tuple[ListedContract, ...] = ()


class GexState(Record):
    """Dealer gamma exposure."""

    timestamp: Instant
    net_gex: MoneyUsd = Field(description="dollars a percent move")
    dealer_position: DealerPosition = "neutral"
    zero_gamma_level: PriceUsd | None = None


class FlowEntry(Record):
    """One options trade."""

    timestamp: Instant
    type: Literal["call", "put"]
    side: Literal["buy", "sell"]
    strike: PriceUsd
    expiration: date
    size: int = Field(description="contracts")
    premium: MoneyUsd = Field(description="dollars in all")


class FlowState(Record):
    """Options trades, newest last."""

    timestamp: Instant
    entries: tuple[FlowEntry, ...] = ()


class MarketContextReceived(Event):
    """Something was learnt about an underlying that is not a price. One of the parts is set, or more."""

    symbol: str
    bias: BiasState | None = None
    chain: ChainState | None = None
    gex: GexState | None = None
    flow: FlowState | None = None


class Quote(Record):
    """The newest prices of an instrument. Prices in 1e-9 dollars; -1 is absent. Instants in UTC microseconds."""

    bid: int = -1
    ask: int = -1
    price: int = Field(default=-1, description="last trade")
    quoted_at: int = 0
    traded_at: int = 0


class Bar(Record):
    """Open, high, low, close of one interval, 1e-9 dollars. `start` is UTC microseconds."""

    start: int
    open: int
    high: int
    low: int
    close: int
    volume: int = 0


class Series(Record):
    """The bar being built on one timeframe, and indicators as of the newest closed one (1e-9 dollars)."""

    bar: Bar | None = Field(default=None, description="null when nothing has gone into it yet")
    closed: int = Field(default=0, description="bars closed so far")
    last_close: int = 0
    ema8: int | None = None
    ema21: int | None = None
    atr14: int | None = None
    sum8: int = Field(default=0, description="closes summed until ema8 has its first value")
    sum21: int = 0
    sum_tr: int = Field(default=0, description="true ranges summed until atr14 has its first value")


class FlowTotals(Record):
    """Options flow of one trading day."""

    day: date
    entries: int = 0
    call_premium: MoneyUsd = Decimal(0)
    put_premium: MoneyUsd = Decimal(0)
    netflow: MoneyUsd = Field(default=Decimal(0), description="bullish minus bearish premium, dollars")
    reports: tuple[str, ...] = Field(default=(), description="newest events worked in, by which a repeat is recognised")


class Market(Record):
    """The fold of an underlying's tape and context: everything a decision may look at."""

    symbol: str
    last: Quote = Field(default_factory=Quote)
    quotes: dict[str, Quote] = Field(default_factory=dict, description="by option symbol")
    series: dict[str, Series] = Field(default_factory=dict, description="by timeframe")
    bias: BiasState | None = None
    gex: GexState | None = None
    chain: dict[str, ListedContract] = Field(default_factory=dict, description="by option symbol")
    chain_at: Instant | None = None
    flow: FlowTotals | None = None
