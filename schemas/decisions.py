"""From a signal to a decision: enrichment, agent outputs, proposal, gates, decision."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from schemas.event import Event, Instant, Record
from schemas.market import Bias, BiasState, FlowTotals, GexState
from schemas.money import PriceUsd, Ratio
from schemas.signals import Direction

Engine = Literal["A", "B"]
ExecutionMode = Literal["SHADOW_ONLY", "ENGINE_A_PRIMARY", "ENGINE_B_PRIMARY", "SPLIT_CAPITAL"]
Verdict = Literal["pass", "reduce", "block"]


class GateResult(Record):
    """What one gate said: its inputs, its limit, its verdict; `code` is set when it blocks."""

    gate: str
    verdict: Verdict
    inputs: dict[str, str] = Field(default_factory=dict)
    limit: str | None = None
    code: str | None = None
    detail: str = Field(default="", description="a sentence for a person")


class IndicatorSet(Record):
    """Indicators of one timeframe as of its newest closed bar, dollars; null until there are enough bars."""

    bars: int = Field(description="bars closed so far")
    close: PriceUsd | None = None
    ema8: PriceUsd | None = None
    ema21: PriceUsd | None = None
    atr14: PriceUsd | None = None


class EnrichedContext(Record):
    """Everything the engines may look at, and nothing else."""

    symbol: str
    at: Instant = Field(description="the time of judgement, by the platform's clock")
    session: Literal["regular", "premarket", "afterhours", "closed"]
    minutes_to_close: int | None = Field(default=None, description="of the regular session, when it is open")
    price: PriceUsd | None = Field(default=None, description="newest price of the underlying, dollars")
    price_at: Instant | None = None
    indicators: dict[str, IndicatorSet] = Field(default_factory=dict, description="by timeframe")
    reported_indicators: dict[str, Ratio] = Field(default_factory=dict, description="as the alert says")
    bias: BiasState | None = None
    bias_stale: bool = False
    gex: GexState | None = None
    flow: FlowTotals | None = None
    listed_contracts: int = Field(default=0, description="contracts of the chain that is known")


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


class EntryContext(Record):
    """The bias state at entry, kept with the position for what can be learnt from its outcome."""

    bias_score: Ratio | None = None
    regime_type: str | None = None
    mode_hint: str | None = None
    macro_class: str | None = None
    acceleration_state_strength_delta: Ratio | None = None
    chop_score: Ratio | None = None


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
    recommendation: Recommendation | None = None
    entry: EntryContext = Field(default_factory=EntryContext)


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
