"""What is known about an underlying: bias, chain, dealer positioning, flow; and the fold of its tape."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, PlainSerializer

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
    max_pain: PriceUsd | None = Field(default=None, description="strike at which the options listed pay out least")
    computed: bool = Field(default=False, description="from the chain by the platform; else as received")


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


class HistoricBar(Record):
    """A closed bar from before the tape. `start` is where it begins."""

    start: Instant
    open: PriceUsd
    high: PriceUsd
    low: PriceUsd
    close: PriceUsd
    volume: int = Field(default=0, description="shares")


class HistoryState(Record):
    """Closed bars of one timeframe, oldest first, without gaps in trading time."""

    timeframe: str = Field(description="1m, 5m, 15m, 1h or 1d")
    bars: tuple[HistoricBar, ...] = ()


class MarketContextReceived(Event):
    """Something was learnt about an underlying that is not a price. One of the parts is set, or more."""

    symbol: str
    bias: BiasState | None = None
    chain: ChainState | None = None
    gex: GexState | None = None
    flow: FlowState | None = None
    history: HistoryState | None = Field(default=None, description="bars that warm the indicators up")


class Quote(Record):
    """The newest prices of an instrument. Prices in 1e-9 dollars; -1 is absent. Instants in UTC microseconds."""

    bid: int = -1
    ask: int = -1
    price: int = Field(default=-1, description="last trade")
    quoted_at: int = 0
    traded_at: int = 0


class Bar(NamedTuple):
    """Open, high, low, close of one interval, 1e-9 dollars. `start` is UTC microseconds."""

    # no Record: thousands close in a second of a replay, and one that is a tuple is made in a tenth of the time

    start: int
    open: int
    high: int
    low: int
    close: int
    volume: int = 0


KeptBar = Annotated[Bar, PlainSerializer(Bar._asdict)]


class Series(Record):
    """One timeframe: the bar being built, the newest closed ones, and indicators as of the newest closed one.

    Indicators are in 1e-9 dollars unless said otherwise, null until there are enough bars.
    """

    bar: KeptBar | None = Field(default=None, description="null when nothing has gone into it yet")
    bars: tuple[KeptBar, ...] = Field(default=(), description="newest closed bars, oldest first, at most BARS_KEPT")
    closed: int = Field(default=0, description="bars closed so far")
    last_close: int = 0
    close_sum: int = Field(default=0, description="closes summed until the longest average has its first value")
    sum_tr: int = Field(default=0, description="true ranges summed until atr14 has its first value")
    ema8: float | None = None
    ema13: float | None = None
    ema21: float | None = None
    ema48: float | None = None
    ema200: float | None = None
    atr14: float | None = None
    atr_percentile: float | None = Field(
        default=None, description="share of the kept bars' true ranges that lie below atr14, 0 to 100"
    )
    bollinger_upper: float | None = None
    bollinger_middle: float | None = None
    bollinger_lower: float | None = None
    keltner_upper: float | None = None
    keltner_lower: float | None = None
    squeeze_on: bool | None = Field(default=None, description="the Bollinger bands lie inside the Keltner channel")
    squeeze_bars: int = Field(default=0, description="closed bars since the squeeze last went on or off, this one too")
    momentum: float | None = Field(default=None, description="of the TTM squeeze")
    momentum_before: float | None = Field(default=None, description="of the bar before")
    phase: float | None = Field(default=None, description="phase oscillator, percent")


class OpeningRange(Record):
    """The range of the first minutes of a day's regular session, 1e-9 dollars."""

    day: date
    minutes: int = Field(description="length of the range")
    high: int
    low: int
    volume: int = 0
    complete: bool = Field(default=False, description="its last minute has closed")


class FlowTotals(Record):
    """Options flow of one trading day."""

    day: date
    entries: int = 0
    call_premium: MoneyUsd = Decimal(0)
    put_premium: MoneyUsd = Decimal(0)
    netflow: MoneyUsd = Field(default=Decimal(0), description="bullish minus bearish premium, dollars")
    call_bought: MoneyUsd = Decimal(0)
    call_sold: MoneyUsd = Decimal(0)
    put_bought: MoneyUsd = Decimal(0)
    put_sold: MoneyUsd = Decimal(0)
    reports: tuple[str, ...] = Field(default=(), description="newest events worked in, by which a repeat is recognised")


class Market(Record):
    """The fold of an underlying's tape and context: everything a decision may look at."""

    symbol: str
    last: Quote = Field(default_factory=Quote)
    quotes: dict[str, Quote] = Field(default_factory=dict, description="by option symbol")
    series: dict[str, Series] = Field(default_factory=dict, description="by timeframe")
    opening_range: OpeningRange | None = None
    bias: BiasState | None = None
    gex: GexState | None = None
    chain: dict[str, ListedContract] = Field(default_factory=dict, description="by option symbol")
    chain_at: Instant | None = None
    flow: FlowTotals | None = None
