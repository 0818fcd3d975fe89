"""From a signal to a decision: enrichment, agent outputs, proposal, gates, decision."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from schemas.event import Event, Instant, Record
from schemas.market import Bias, BiasState, FlowTotals, GexState, Greek
from schemas.money import MoneyUsd, PriceUsd, Ratio
from schemas.signals import Direction

Engine = Literal["A", "B", "manual"]
"""Who trades: engine A or B, or a person."""
ExecutionMode = Literal["SHADOW_ONLY", "ENGINE_A_PRIMARY", "ENGINE_B_PRIMARY", "SPLIT_CAPITAL", "MANUAL"]
Pricing = Literal["limit", "market"]
Verdict = Literal["pass", "reduce", "block"]


class GateResult(Record):
    """What one gate said: its inputs, its limit, its verdict; `code` is set when it blocks."""

    gate: str
    verdict: Verdict
    inputs: dict[str, str] = Field(default_factory=dict)
    limit: str | None = None
    code: str | None = None
    detail: str = Field(default="", description="a sentence for a person")
    engine: Engine | None = Field(default=None, description="the engine that was asked; null: both, or the account")


class Candle(Record):
    """A closed bar, dollars."""

    open: PriceUsd
    high: PriceUsd
    low: PriceUsd
    close: PriceUsd
    volume: int = 0
    strat: Literal["1", "2u", "2d", "3"] | None = Field(
        default=None, description="the Strat's type against the bar before: inside, directional up or down, outside"
    )


class IndicatorSet(Record):
    """Indicators of one timeframe as of its newest closed bar, dollars; null until there are enough bars."""

    bars: int = Field(description="bars closed so far")
    close: PriceUsd | None = None
    ema8: PriceUsd | None = None
    ema13: PriceUsd | None = None
    ema21: PriceUsd | None = None
    ema48: PriceUsd | None = None
    ema200: PriceUsd | None = None
    atr14: PriceUsd | None = None
    atr_percentile: Ratio | None = Field(
        default=None, description="share of the kept bars whose true range is below atr14, 0 to 100"
    )
    bollinger_upper: PriceUsd | None = None
    bollinger_middle: PriceUsd | None = None
    bollinger_lower: PriceUsd | None = None
    keltner_upper: PriceUsd | None = None
    keltner_lower: PriceUsd | None = None
    squeeze: Literal["on", "off"] | None = None
    squeeze_bars: int = Field(default=0, description="closed bars since it went on or off, the newest one too")
    momentum: Greek | None = Field(default=None, description="of the TTM squeeze, dollars")
    momentum_before: Greek | None = None
    phase: Ratio | None = Field(default=None, description="phase oscillator, percent")
    volume_average: Ratio | None = Field(default=None, description="mean of the last 20 bars, shares")
    candles: tuple[Candle, ...] = Field(default=(), description="newest closed bars, oldest first, at most 4")


class OpeningRangeSeen(Record):
    """The range of the first minutes of the regular session, dollars."""

    minutes: int
    high: PriceUsd
    low: PriceUsd
    volume: int = 0
    complete: bool = False


class Confluence(Record):
    """How far flow and dealer positioning agree with a signal: 0 to 100, 50 is no evidence either way."""

    score: Ratio
    flow_alignment: Ratio = Field(description="-1 to 1: netflow over premium, positive when it agrees")
    evidence: Ratio = Field(description="0 to 1, by the number of flow entries")
    gamma_alignment: Ratio = Field(description="-1, 0 or 1")
    flow_entries: int = 0


class DealerDecision(Record):
    """What dealer positioning and flow call for."""

    direction: Direction | None = Field(default=None, description="null: none")
    confidence: Ratio = Field(default=Decimal(0), description="0 to 1")
    position_size_multiplier: Ratio = Decimal(1)
    regime: Literal["long_gamma", "short_gamma", "neutral"] = "neutral"
    reasons: tuple[str, ...] = ()


class ContractSeen(Record):
    """A contract that may be traded, with its newest prices."""

    option_symbol: str
    strike: PriceUsd
    expiration: date
    type: Literal["call", "put"]
    listed: bool = Field(description="false: no chain is known, and this is what would be wished for")
    bid: PriceUsd | None = None
    ask: PriceUsd | None = None
    price: PriceUsd | None = Field(default=None, description="the newer of trade and mid, dollars a share")
    price_at: Instant | None = None
    volume: int | None = None
    open_interest: int | None = None
    implied_volatility: Greek | None = None
    delta: Greek | None = None
    gamma: Greek | None = None
    theta: Greek | None = None
    vega: Greek | None = None


class AccountSeen(Record):
    """An account as it was last told to the market stage."""

    open_positions: int = Field(description="held and ordered")
    positions_in_symbol: int = Field(description="held and ordered, in the signal's symbol")
    exposure: MoneyUsd
    equity: MoneyUsd
    halted: bool = False


class EnrichedContext(Record):
    """Everything the engines may look at, and nothing else."""

    symbol: str
    at: Instant = Field(description="the time of judgement, by the platform's clock")
    session: Literal["regular", "premarket", "afterhours", "closed"]
    minutes_to_close: int | None = Field(default=None, description="of the regular session, when it is open")
    minutes_from_open: int | None = Field(default=None, description="of the regular session, when it is open")
    day: date | None = Field(default=None, description="the exchange's date")
    price: PriceUsd | None = Field(default=None, description="newest price of the underlying, dollars")
    price_at: Instant | None = None
    newest_at: Instant | None = Field(default=None, description="newest time of a price that has been read")
    indicators: dict[str, IndicatorSet] = Field(default_factory=dict, description="by timeframe")
    reported_indicators: dict[str, Ratio] = Field(default_factory=dict, description="as the alert says")
    opening_range: OpeningRangeSeen | None = None
    bias: BiasState | None = None
    bias_stale: bool = False
    gex: GexState | None = None
    flow: FlowTotals | None = None
    confluence: Confluence | None = Field(default=None, description="null when no flow is known")
    dealer: DealerDecision | None = None
    listed_contracts: int = Field(default=0, description="contracts of the chain that is known")
    contracts: tuple[ContractSeen, ...] = Field(default=(), description="those an engine may choose, nearest first")
    account: AccountSeen | None = None


class SignalEnriched(Event):
    """A signal met its context. `context_hash` is SHA-256, hex, of the canonical context."""

    signal_id: str
    account_id: str
    symbol: str
    context: EnrichedContext
    context_hash: str
    read_positions: dict[str, int] = Field(
        default_factory=dict, description="newest offset read, by topic, when this was decided"
    )


class AgentReported(Event):
    """One agent's words on a signal."""

    signal_id: str
    account_id: str
    experiment_id: str
    symbol: str
    engine: Engine
    agent_name: str
    agent_type: Literal["core", "specialist", "subagent"]
    bias: Bias
    confidence: int = Field(description="0 to 100")
    reasons: tuple[str, ...] = ()
    block: bool = False
    metadata: dict[str, str] = Field(default_factory=dict)
    context_hash: str


class AgentVote(Record):
    """An agent's word, as it counted."""

    agent_name: str
    agent_type: Literal["core", "specialist", "subagent"]
    bias: Bias
    confidence: int = Field(description="0 to 100")


class StrikeSelection(Record):
    """Why a contract was chosen."""

    mode: Literal["atm", "scored"]
    considered: int = Field(description="contracts looked at")
    refused: dict[str, int] = Field(default_factory=dict, description="contracts left out, by filter")
    score: Ratio | None = Field(default=None, description="0 to 100, of the chosen one; null without scoring")
    reasons: tuple[str, ...] = ()
    runner_up: str | None = Field(default=None, description="option symbol of the second")
    runner_up_score: Ratio | None = None
    runner_up_reasons: tuple[str, ...] = ()


class Experiment(Record):
    """Which engine a signal was assigned to."""

    experiment_id: str
    variant: Engine
    assignment_hash: str = Field(description="SHA-256, hex, of symbol:timeframe:signal_id")
    bucket: Ratio = Field(description="0 to 1, from the hash's first eight digits")
    split_percentage: int = Field(description="percent of signals that go to engine B")
    policy_version: str


class ExecutionPolicy(Record):
    """Which engine trades and which one shadows."""

    policy_id: str
    execution_mode: ExecutionMode
    executed_engine: Engine | None
    shadow_engine: Engine | None
    reason: str
    policy_version: str
    executed_engines: tuple[Engine, ...] = Field(default=(), description="all that trade, the assigned one first")
    shares: dict[str, int] = Field(default_factory=dict, description="percent of the capital, by engine")


class Recommendation(Record):
    """What an engine would trade."""

    engine: Engine
    symbol: str
    direction: Direction
    option_symbol: str
    strike: PriceUsd
    expiration: date
    type: Literal["call", "put"]
    quantity: int = Field(description="contracts")
    entry_price: PriceUsd = Field(description="dollars a share of the contract, the limit of the order")
    is_shadow: bool
    base_quantity: int
    gamma_multiplier: Ratio = Decimal(1)
    risk_multiplier: Ratio = Decimal(1)
    confluence_multiplier: Ratio = Decimal(1)
    capital_share: int = Field(default=100, description="percent of the capital")
    context_hash: str = Field(default="", description="of the context it was made on")
    confidence: int | None = Field(default=None, description="0 to 100")
    agents: tuple[AgentVote, ...] = Field(default=(), description="whose words it follows from")
    selection: StrikeSelection | None = None
    gamma_overridden: bool = Field(default=False, description="dealer positioning turned the direction")
    pricing: Pricing | None = Field(default=None, description="of an order by hand; null: as configured")


class EntryContext(Record):
    """The bias state at entry, kept with the position for what can be learnt from its outcome."""

    bias_score: Ratio | None = None
    regime_type: str | None = None
    mode_hint: str | None = None
    macro_class: str | None = None
    acceleration_state_strength_delta: Ratio | None = None
    chop_score: Ratio | None = None
    bias: Bias | None = None
    bias_confidence: Ratio | None = Field(default=None, description="0 to 100")
    confluence_score: Ratio | None = None
    confidence: int | None = Field(default=None, description="the engine's own, 0 to 100")
    agents: tuple[AgentVote, ...] = Field(default=(), description="whose words the trade follows from")


class TradeProposed(Event):
    """The market stage judged a signal. Blocked or not, the account stage ends it in one decision."""

    account_id: str
    signal_id: str
    symbol: str
    direction: Direction
    timeframe: str
    is_test: bool = False
    context_hash: str
    experiment: Experiment
    policy: ExecutionPolicy
    gates: tuple[GateResult, ...]
    codes: tuple[str, ...] = Field(default=(), description="why it stops here; empty when it may go on")
    recommendation: Recommendation | None = Field(default=None, description="of the engine that leads")
    entry: EntryContext = Field(default_factory=EntryContext)
    recommendations: tuple[Recommendation, ...] = Field(default=(), description="of every engine that made one")
    shadow_gates: tuple[GateResult, ...] = Field(default=(), description="what the engine that does not trade met")
    confidence: Ratio | None = Field(default=None, description="of the alert, else of the bias; 0 to 100")


class DecisionMade(Event):
    """The end of a signal: approved with its order, or rejected with the codes that stopped it."""

    account_id: str
    signal_id: str
    proposal_id: str
    symbol: str
    direction: Direction
    timeframe: str
    is_test: bool = False
    status: Literal["approved", "rejected"]
    rejection_reason: str | None = Field(default=None, description="the first of codes")
    codes: tuple[str, ...] = ()
    gates: tuple[GateResult, ...]
    context_hash: str
    experiment: Experiment
    policy: ExecutionPolicy
    recommendation: Recommendation | None = None
    order_id: str | None = None
    recommendations: tuple[Recommendation, ...] = Field(default=(), description="of every engine that made one")
    order_ids: tuple[str, ...] = Field(default=(), description="of every engine that trades, the leading one first")
    shadow_gates: tuple[GateResult, ...] = ()


class SignalUpdated(Event):
    """A signal waits before it is decided on, or goes on."""

    signal_id: str
    account_id: str
    symbol: str
    status: Literal["queued", "retrying", "released"]
    reason: str = Field(description="queued_market_closed, retry_scheduled:<what failed>, or what released it")
    until: Instant | None = Field(default=None, description="decided on at the first clock event from then on")
