"""What the topics say after a round: each fact once, repeats dropped, and every version of every record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from schemas.accounts import AccountEvent, AccountSnapshot, BrokerReported
from schemas.decisions import AgentReported, DecisionMade, SignalEnriched, SignalUpdated, TradeProposed
from schemas.event import Event
from schemas.market import MarketContextReceived
from schemas.operations import ControlChanged, DeadLettered
from schemas.orders import (
    CancelRequested,
    CloseRequested,
    OrderFilled,
    OrderPlaced,
    OrderUpdated,
    PositionAdjusted,
    ShadowFilled,
    ShadowTrade,
    TradeClosed,
)
from schemas.performance import PerformanceMeasured, TuningProposed
from schemas.positions import Book
from schemas.records import (
    AccountRecord,
    BookRecord,
    ControlsRecord,
    DeskRecord,
    MarketRecord,
    PerformanceRecord,
    StateRecord,
)
from schemas.signals import SignalReceived
from schemas.ticks import TickFrame
from streams.topics import partition_of
from tests.crash.broker import TheirBook
from tests.crash.log import PARTITIONS, Stored, read
from tests.crash.plan import WEBHOOK
from tests.crash.rows import Rows, read_rows

E = TypeVar("E", bound=Event)
R = TypeVar("R", bound=StateRecord)
E_co = TypeVar("E_co", bound=Event, covariant=True)
R_co = TypeVar("R_co", bound=StateRecord, covariant=True)


@dataclass(frozen=True, slots=True)
class Told(Generic[E_co]):
    """A topic of events without its repeats, by event id, in the order of partition and offset."""

    first: Mapping[str, Stored[E_co]]
    repeats: int = 0
    contradictions: tuple[str, ...] = ()
    """Messages that say something else under an id that was used before."""

    @property
    def events(self) -> list[E_co]:
        """The events themselves."""
        return [stored.record for stored in self.first.values()]


def told(messages: Sequence[Stored[E]]) -> Told[E]:
    """Drop repeats. A repeat must have the bytes, the key and the partition of the first."""
    first: dict[str, Stored[E]] = {}
    contradictions = []
    for message in messages:
        before = first.setdefault(message.record.event_id, message)
        if (_said(before), before.key, before.partition) != (_said(message), message.key, message.partition):
            contradictions.append(f"{message.place} contradicts {before.place}: both are {message.record.event_id}")
    return Told(first, len(messages) - len(first), tuple(contradictions))


def _said(message: Stored[E]) -> object:
    """Return what a repeat has to repeat. An alert that was posted again is told at the time at which it came again."""
    if message.record.source == WEBHOOK:
        return message.record.model_copy(update={"occurred_at": None})
    return message.value


@dataclass(frozen=True, slots=True)
class Spread(Generic[E_co]):
    """A topic of which every partition has each event, or the part of it that concerns the partition."""

    by_partition: Mapping[int, Told[E_co]]

    @property
    def once(self) -> Told[E_co]:
        """Each event of it once, by source and number, as if there were one partition."""
        stored = [message for told in self.by_partition.values() for message in told.first.values()]
        stored.sort(key=lambda message: (message.record.source, message.record.sequence))
        first: dict[str, Stored[E_co]] = {}
        contradictions = [text for told in self.by_partition.values() for text in told.contradictions]
        for message in stored:
            before = first.setdefault(message.record.event_id, message)
            if (_of_partition(before, message.partition), before.key) != (message.record, message.key):
                contradictions.append(f"{message.place} contradicts {before.place}: both are {message.record.event_id}")
        repeats = sum(told.repeats for told in self.by_partition.values())
        return Told(first, repeats, tuple(contradictions))


def _of_partition(message: Stored[E], partition: int) -> Event:
    """Return what a partition is told by a message of the first one: of positions, those in its own underlyings."""
    if not isinstance(message.record, AccountSnapshot) or partition == 0:
        return message.record
    own = {symbol: count for symbol, count in message.record.positions.items() if partition_of(symbol) == partition}
    return message.record.model_copy(update={"positions": own})


def spread(messages: Sequence[Stored[E]]) -> Spread[E]:
    """Drop repeats within each partition."""
    return Spread(
        {number: told([message for message in messages if message.partition == number]) for number in range(PARTITIONS)}
    )


@dataclass(frozen=True, slots=True)
class Kept(Generic[R_co]):
    """A table's changelog: every version of each record in the order it was written, and the newest."""

    versions: Mapping[str, Sequence[Stored[R_co]]]
    newest: Mapping[str, R_co]


def kept(messages: Sequence[Stored[R]]) -> Kept[R]:
    """Group a changelog by key; the newest record is the one with the highest (epoch, version)."""
    versions: dict[str, list[Stored[R]]] = {}
    for message in messages:
        versions.setdefault(message.key, []).append(message)
    newest = {
        key: max(written, key=lambda stored: (stored.record.epoch, stored.record.version)).record
        for key, written in versions.items()
    }
    return Kept(versions, newest)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a round left: what was fed, what the stages emitted, what they keep, and the history in Postgres."""

    signals: Told[SignalReceived]
    contexts: Told[MarketContextReceived]
    frames: Told[TickFrame]
    enrichments: Told[SignalEnriched]
    reports: Told[AgentReported]
    proposals: Told[TradeProposed]
    decisions: Told[DecisionMade]
    orders: Told[OrderPlaced]
    updates: Told[OrderUpdated]
    fills: Told[OrderFilled]
    account_events: Told[AccountEvent]
    trades: Told[TradeClosed]
    signal_updates: Told[SignalUpdated]
    shadow_trades: Told[ShadowTrade]
    shadow_fills: Told[ShadowFilled]
    close_requests: Told[CloseRequested]
    """the feed's, and those of accounts"""
    cancel_requests: Told[CancelRequested]
    position_adjustments: Told[PositionAdjusted]
    broker_reports: Told[BrokerReported]
    snapshots: Spread[AccountSnapshot]
    performance: Told[PerformanceMeasured]
    tunings: Told[TuningProposed]
    controls: Spread[ControlChanged]
    """the feed's, and the tuner's"""
    dead_letters: Told[DeadLettered]
    markets: Kept[MarketRecord]
    desks: Kept[DeskRecord]
    books: Kept[BookRecord]
    accounts: Kept[AccountRecord]
    market_controls: Kept[ControlsRecord]
    account_controls: Kept[ControlsRecord]
    performances: Kept[PerformanceRecord]
    broker: TheirBook | None
    """the other side of live orders; None where all trade on paper"""
    answered: Mapping[int, str]
    """alerts that the API took in, by number: the id of the signal it named"""
    rows: Rows

    @property
    def fed(self) -> Mapping[str, Told[Event]]:
        """What the feeder alone wrote, by topic."""
        return {"signals": self.signals, "contexts": self.contexts, "frames": self.frames}

    @property
    def emitted(self) -> Mapping[str, Told[Event]]:
        """What the records emitted, by topic; on two of them the feeder's own among it."""
        return {
            "enrichments": self.enrichments,
            "agent-outputs": self.reports,
            "proposals": self.proposals,
            "decisions": self.decisions,
            "orders": self.orders,
            "order-updates": self.updates,
            "fills": self.fills,
            "account-events": self.account_events,
            "trades": self.trades,
            "signal-updates": self.signal_updates,
            "shadow-trades": self.shadow_trades,
            "shadow-fills": self.shadow_fills,
            "close-requests": self.close_requests,
            "cancel-requests": self.cancel_requests,
            "position-adjustments": self.position_adjustments,
            "broker-reports": self.broker_reports,
            "account-snapshots": self.snapshots.once,
            "performance": self.performance,
            "tunings": self.tunings,
            "controls": self.controls.once,
        }

    @property
    def everywhere(self) -> Mapping[str, Spread[Event]]:
        """The topics of which every partition has each event."""
        return {"account-snapshots": self.snapshots, "controls": self.controls}

    @property
    def tables(self) -> Mapping[str, Kept[StateRecord]]:
        """What the stages keep, by table."""
        return {
            "markets": self.markets,
            "desks": self.desks,
            "books": self.books,
            "accounts": self.accounts,
            "market-controls": self.market_controls,
            "account-controls": self.account_controls,
            "performances": self.performances,
        }

    def books_of(self, *, shadow: bool) -> list[Book]:
        """Return the newest books of one kind."""
        return [record.state for record in self.books.newest.values() if record.state.is_shadow == shadow]

    def outcomes(self, *, shadow: bool) -> list[TradeClosed]:
        """Return the outcomes of one kind."""
        return [trade for trade in self.trades.events if trade.is_shadow == shadow]


async def gather(
    bootstrap_servers: str, database_url: str, *, broker: TheirBook | None, answered: Mapping[int, str]
) -> Facts:
    """Read everything; raises schemas.codec.Undecodable, asyncpg.PostgresError."""

    async def events(topic: str, model: type[E]) -> Told[E]:
        return told(await read(bootstrap_servers, topic, model))

    async def everywhere(topic: str, model: type[E]) -> Spread[E]:
        return spread(await read(bootstrap_servers, topic, model))

    async def records(topic: str, model: type[R]) -> Kept[R]:
        return kept(await read(bootstrap_servers, topic, model))

    return Facts(
        signals=await events("signals.v1", SignalReceived),
        contexts=await events("market-context.v1", MarketContextReceived),
        frames=await events("price-ticks.v1", TickFrame),
        enrichments=await events("enrichments.v1", SignalEnriched),
        reports=await events("agent-outputs.v1", AgentReported),
        proposals=await events("proposals.v1", TradeProposed),
        decisions=await events("decisions.v1", DecisionMade),
        orders=await events("orders.v1", OrderPlaced),
        updates=await events("order-updates.v1", OrderUpdated),
        fills=await events("fills.v1", OrderFilled),
        account_events=await events("account-events.v1", AccountEvent),
        trades=await events("trades.v1", TradeClosed),
        signal_updates=await events("signal-updates.v1", SignalUpdated),
        shadow_trades=await events("shadow-trades.v1", ShadowTrade),
        shadow_fills=await events("shadow-fills.v1", ShadowFilled),
        close_requests=await events("close-requests.v1", CloseRequested),
        cancel_requests=await events("cancel-requests.v1", CancelRequested),
        position_adjustments=await events("position-adjustments.v1", PositionAdjusted),
        broker_reports=await events("broker-reports.v1", BrokerReported),
        snapshots=await everywhere("account-snapshots.v1", AccountSnapshot),
        performance=await events("performance.v1", PerformanceMeasured),
        tunings=await events("tunings.v1", TuningProposed),
        controls=await everywhere("controls.v1", ControlChanged),
        dead_letters=await events("dead-letters.v1", DeadLettered),
        markets=await records("markets.v1", MarketRecord),
        desks=await records("desks.v1", DeskRecord),
        books=await records("books.v1", BookRecord),
        accounts=await records("accounts.v1", AccountRecord),
        market_controls=await records("market-controls.v1", ControlsRecord),
        account_controls=await records("account-controls.v1", ControlsRecord),
        performances=await records("performances.v1", PerformanceRecord),
        broker=broker,
        answered=answered,
        rows=await read_rows(database_url),
    )
