"""The registry: each topic is declared here, once."""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Literal

from aiokafka.partitioner import murmur2

from schemas.accounts import AccountEvent, AccountSnapshot, BrokerReported
from schemas.audit import AuditHead
from schemas.dead_letters import DeadLetterUpdated
from schemas.decisions import AgentReported, DecisionMade, SignalEnriched, SignalUpdated, TradeProposed
from schemas.event import Record
from schemas.market import MarketContextReceived
from schemas.operations import ClockAdvanced, ControlChanged, DeadLettered
from schemas.orders import (
    CancelAsked,
    CancelRequested,
    CloseRequested,
    OrderFilled,
    OrderPlaced,
    OrderRequested,
    OrderUpdated,
    PositionAdjusted,
    ShadowFilled,
    ShadowTrade,
    TradeClosed,
)
from schemas.performance import PerformanceMeasured, TuningProposed
from schemas.reconciliation import Reconciled
from schemas.records import (
    AccountRecord,
    BookRecord,
    ControlsRecord,
    DeskRecord,
    MarketRecord,
    PerformanceRecord,
)
from schemas.signals import SignalReceived
from schemas.ticks import TickFrame

PARTITIONS = 8
"""Of every topic. Frozen: another number moves keys between tables, which is a migration."""

MESSAGE_BYTES_MAX = 8_388_608
"""Of a message, as broker and producer count it."""

Key = Literal["underlying", "account", "shard", "record", "control", "partition", "topic", "letter", "log"]
Reader = Literal["market", "account", "history"]


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic, what it carries, and who answers for what cannot be read of it."""

    name: str
    record: type[Record]
    key: Key
    reader: Reader
    """dead-letters what cannot be decoded; others that read the topic pass over it"""
    retention: timedelta | None = None
    """None keeps it forever"""
    compacted: bool = False
    everywhere: bool = False
    """written to every partition"""

    @property
    def subject(self) -> str:
        """The Schema Registry's subject of its values."""
        return f"{self.name}-value"

    @property
    def configuration(self) -> dict[str, str]:
        """The broker's settings of this topic."""
        # a record is as large as the stages let it grow, whatever the cluster's own limit is
        size = {"max.message.bytes": str(MESSAGE_BYTES_MAX)}
        if self.compacted:
            # min.compaction.lag: a paused worker's late record must not displace its successor's before
            # the successor has written again what it recovered
            # segment.bytes: only closed segments are compacted, and a table is read whole when somebody starts
            return {"cleanup.policy": "compact", "min.compaction.lag.ms": "60000", "segment.bytes": "16777216", **size}
        kept = -1 if self.retention is None else int(self.retention.total_seconds() * 1000)
        return {"cleanup.policy": "delete", "retention.ms": str(kept), "retention.bytes": "-1", **size}


_MONTH, _WEEK = timedelta(days=30), timedelta(days=7)

SIGNALS = Topic("signals.v1", SignalReceived, "underlying", "market", _MONTH)
MARKET_CONTEXT = Topic("market-context.v1", MarketContextReceived, "underlying", "market", _MONTH)
PRICE_TICKS = Topic("price-ticks.v1", TickFrame, "shard", "market", _WEEK)
ENRICHMENTS = Topic("enrichments.v1", SignalEnriched, "underlying", "history", _MONTH)
AGENT_OUTPUTS = Topic("agent-outputs.v1", AgentReported, "underlying", "history", _MONTH)
PROPOSALS = Topic("proposals.v1", TradeProposed, "account", "account")
DECISIONS = Topic("decisions.v1", DecisionMade, "account", "history")
ORDERS = Topic("orders.v1", OrderPlaced, "underlying", "market")
ORDER_UPDATES = Topic("order-updates.v1", OrderUpdated, "underlying", "market")
FILLS = Topic("fills.v1", OrderFilled, "underlying", "history")
ACCOUNT_EVENTS = Topic("account-events.v1", AccountEvent, "account", "account")
TRADES = Topic("trades.v1", TradeClosed, "account", "history")
SIGNAL_UPDATES = Topic("signal-updates.v1", SignalUpdated, "underlying", "history", _MONTH)
SHADOW_TRADES = Topic("shadow-trades.v1", ShadowTrade, "underlying", "market")
SHADOW_FILLS = Topic("shadow-fills.v1", ShadowFilled, "underlying", "history")
CLOSE_REQUESTS = Topic("close-requests.v1", CloseRequested, "underlying", "market")
CANCEL_REQUESTS = Topic("cancel-requests.v1", CancelRequested, "underlying", "history")
ORDER_REQUESTS = Topic("order-requests.v1", OrderRequested, "underlying", "market")
CANCELS_ASKED = Topic("cancels-asked.v1", CancelAsked, "underlying", "market")
POSITION_ADJUSTMENTS = Topic("position-adjustments.v1", PositionAdjusted, "underlying", "market")
BROKER_REPORTS = Topic("broker-reports.v1", BrokerReported, "account", "account", _MONTH)
RECONCILIATIONS = Topic("reconciliations.v1", Reconciled, "account", "history")
ACCOUNT_SNAPSHOTS = Topic("account-snapshots.v1", AccountSnapshot, "account", "market", compacted=True, everywhere=True)
PERFORMANCE = Topic("performance.v1", PerformanceMeasured, "account", "history")
TUNINGS = Topic("tunings.v1", TuningProposed, "account", "history")
CONTROLS = Topic("controls.v1", ControlChanged, "control", "market", compacted=True, everywhere=True)
CLOCK = Topic("clock.v1", ClockAdvanced, "partition", "market", _WEEK, everywhere=True)
MARKETS = Topic("markets.v1", MarketRecord, "record", "history", compacted=True)
DESKS = Topic("desks.v1", DeskRecord, "record", "history", compacted=True)
BOOKS = Topic("books.v1", BookRecord, "record", "history", compacted=True)
ACCOUNTS = Topic("accounts.v1", AccountRecord, "record", "history", compacted=True)
MARKET_CONTROLS = Topic("market-controls.v1", ControlsRecord, "record", "history", compacted=True)
ACCOUNT_CONTROLS = Topic("account-controls.v1", ControlsRecord, "record", "history", compacted=True)
PERFORMANCES = Topic("performances.v1", PerformanceRecord, "record", "history", compacted=True)
DEAD_LETTERS = Topic("dead-letters.v1", DeadLettered, "topic", "history", _MONTH)
DEAD_LETTER_UPDATES = Topic("dead-letter-updates.v1", DeadLetterUpdated, "letter", "history", _MONTH)
AUDIT = Topic("audit.v1", AuditHead, "log", "history")

TOPICS: tuple[Topic, ...] = (
    SIGNALS,
    MARKET_CONTEXT,
    PRICE_TICKS,
    ENRICHMENTS,
    AGENT_OUTPUTS,
    PROPOSALS,
    DECISIONS,
    ORDERS,
    ORDER_UPDATES,
    FILLS,
    ACCOUNT_EVENTS,
    TRADES,
    SIGNAL_UPDATES,
    SHADOW_TRADES,
    SHADOW_FILLS,
    CLOSE_REQUESTS,
    CANCEL_REQUESTS,
    POSITION_ADJUSTMENTS,
    BROKER_REPORTS,
    RECONCILIATIONS,
    ACCOUNT_SNAPSHOTS,
    PERFORMANCE,
    TUNINGS,
    CONTROLS,
    CLOCK,
    MARKETS,
    DESKS,
    BOOKS,
    ACCOUNTS,
    MARKET_CONTROLS,
    ACCOUNT_CONTROLS,
    PERFORMANCES,
    DEAD_LETTERS,
    DEAD_LETTER_UPDATES,
    AUDIT,
    ORDER_REQUESTS,
    CANCELS_ASKED,
)

BY_NAME = {topic.name: topic for topic in TOPICS}

MARKET_STAGE = (
    SIGNALS,
    MARKET_CONTEXT,
    PRICE_TICKS,
    ORDERS,
    ORDER_UPDATES,
    SHADOW_TRADES,
    CLOSE_REQUESTS,
    ORDER_REQUESTS,
    CANCELS_ASKED,
    POSITION_ADJUSTMENTS,
    ACCOUNT_SNAPSHOTS,
    CONTROLS,
    CLOCK,
)
"""What the market stage reads, in one loop."""

ACCOUNT_STAGE = (PROPOSALS, ACCOUNT_EVENTS, TRADES, BROKER_REPORTS, CONTROLS)
"""What the account stage reads, in one loop."""

GROUP = "tapestream"
"""The workers' consumer group."""


@lru_cache(maxsize=16_384)
def partition_of(key: str) -> int:
    """Return the partition of a key, as Kafka's own default partitioner places it."""
    return int(murmur2(key.encode()) & 0x7FFFFFFF) % PARTITIONS


def book_key(account_id: str, underlying: str, *, is_shadow: bool = False) -> str:
    """Return the key of a book's record. The shadow positions of an account have a book of their own."""
    return f"{account_id}|{underlying}|shadow" if is_shadow else f"{account_id}|{underlying}"
