"""What the topics say after a round: each fact once, repeats dropped, and every version of every record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from schemas.accounts import AccountEvent
from schemas.decisions import AgentReported, DecisionMade, SignalEnriched, TradeProposed
from schemas.event import Event
from schemas.market import MarketContextReceived
from schemas.operations import DeadLettered
from schemas.orders import OrderFilled, OrderPlaced, OrderUpdated, TradeClosed
from schemas.records import AccountRecord, BookRecord, DeskRecord, MarketRecord, StateRecord
from schemas.signals import SignalReceived
from schemas.ticks import TickFrame
from tests.crash.log import Stored, read

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
        if (before.value, before.key, before.partition) != (message.value, message.key, message.partition):
            contradictions.append(f"{message.place} contradicts {before.place}: both are {message.record.event_id}")
    return Told(first, len(messages) - len(first), tuple(contradictions))


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
    """All that a round left on Kafka: what was fed, what the stages emitted, what they keep."""

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
    dead_letters: Told[DeadLettered]
    markets: Kept[MarketRecord]
    desks: Kept[DeskRecord]
    books: Kept[BookRecord]
    accounts: Kept[AccountRecord]

    @property
    def fed(self) -> tuple[Told[Event], ...]:
        """What the feeder wrote, by topic."""
        return self.signals, self.contexts, self.frames

    @property
    def emitted(self) -> tuple[Told[Event], ...]:
        """What the records emitted, by topic."""
        return (
            self.enrichments,
            self.reports,
            self.proposals,
            self.decisions,
            self.orders,
            self.updates,
            self.fills,
            self.account_events,
            self.trades,
        )

    @property
    def tables(self) -> Mapping[str, Kept[StateRecord]]:
        """What the stages keep, by table."""
        return {"markets": self.markets, "desks": self.desks, "books": self.books, "accounts": self.accounts}


async def gather(bootstrap_servers: str) -> Facts:
    """Read everything; raises schemas.codec.Undecodable."""

    async def events(topic: str, model: type[E]) -> Told[E]:
        return told(await read(bootstrap_servers, topic, model))

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
        dead_letters=await events("dead-letters.v1", DeadLettered),
        markets=await records("markets.v1", MarketRecord),
        desks=await records("desks.v1", DeskRecord),
        books=await records("books.v1", BookRecord),
        accounts=await records("accounts.v1", AccountRecord),
    )
