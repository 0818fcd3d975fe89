"""A stage fed message by message, outside a worker, and what it is fed with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from agents.rules import EngineRules, Rules, SessionRules
from schemas.accounts import AccountSnapshot
from schemas.codec import encode
from schemas.decisions import AgentReported, EntryContext, SignalUpdated
from schemas.event import Event
from schemas.operations import ClockAdvanced, DeadLettered
from schemas.orders import CloseRequested, OrderPlaced
from schemas.positions import Position
from schemas.ticks import Tick, TickFrame
from streams.processors.account import AccountStage
from streams.processors.market import MarketStage
from streams.stage import Stage
from streams.topics import (
    AGENT_OUTPUTS,
    DEAD_LETTERS,
    ORDERS,
    PRICE_TICKS,
    SIGNAL_UPDATES,
    SIGNALS,
    Topic,
    book_key,
)
from tests.agents.changes import change
from tests.agents.strategies import (
    AT,
    CALL,
    SPY,
    bias,
    chain,
    context_received,
    gex,
    listed,
    order,
    quoted,
    signal,
    traded,
)
from tests.streams.staging import (
    ACCOUNT_TABLES,
    MARKET_TABLES,
    Delivery,
    Line,
    Log,
    delivery,
    held,
    recover,
    started,
    tables,
)
from tests.streams.test_stage import ACCOUNT_HOME, HOME, XNYS, numbered

BOTH = Rules(engine=EngineRules(engines=("A", "B"), shadows=True))
BOOK = book_key("paper", SPY)
SHADOW_BOOK = book_key("paper", SPY, is_shadow=True)
ACCOUNT = "accounts/paper"
Told = Event | bytes


@dataclass
class Fed:
    """A stage, fed message by message, and the log of all that it writes. Offsets count by themselves."""

    kind: Callable[..., Stage] = MarketStage
    rules: Rules = field(default_factory=Rules)
    home: int = HOME
    generation: int = 1
    log: Log = field(default_factory=Log)
    offsets: dict[tuple[str, int], int] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    known: dict[str, Any] = field(default_factory=dict)
    stage: Any = None

    async def begin(self, line: Line | None = None) -> "Fed":
        """Start as a new process does: from the changelogs alone."""
        self.known = tables(MARKET_TABLES if self.kind is MarketStage else ACCOUNT_TABLES)
        recover(self.known, self.log)
        made = line or Line(self.log)
        self.stage = started(self.kind, self.known, made, generation=self.generation, rules=self.rules, calendar=XNYS)
        await self.stage.open()
        return self

    def deliver(self, topic: Topic, told: Told, *, partition: int | None = None) -> Delivery:
        place = self.home if partition is None else partition
        offset = self.offsets.get((topic.name, place), -1) + 1
        self.offsets[topic.name, place] = offset
        value = told if isinstance(told, bytes) else encode(told)
        self.deliveries.append(delivery(topic, value, partition=place, offset=offset, generation=self.generation))
        return self.deliveries[-1]

    async def tell(self, topic: Topic, *told: Told, partition: int | None = None) -> None:
        await self.stage._process([self.deliver(topic, one, partition=partition) for one in told])

    async def tell_again(self) -> None:
        """Deliver what was not acknowledged once more, as Kafka does to a new process."""
        await self.stage._process([event for event in self.deliveries if not event.acked])

    def state(self, table: str, key: str) -> Any:
        return held(self.known, table, key).state

    def position(self, key: str = BOOK) -> Position:
        (position,) = self.state("books", key).positions
        assert isinstance(position, Position)
        return position

    def letters(self) -> list[tuple[str, int, str]]:
        return [(letter.topic, letter.offset, letter.reason) for letter in self.log.of(DEAD_LETTERS, DeadLettered)]


def frame(*ticks: Tick) -> TickFrame:
    return TickFrame.of(ticks, source="feed", sequence=1)


def quote(bid: str, ask: str, seconds: float) -> TickFrame:
    return frame(quoted(CALL, bid, ask, seconds=seconds))


def account_fed(rules: Rules | None = None) -> Fed:
    return Fed(kind=AccountStage, rules=rules or Rules(), home=ACCOUNT_HOME)


CONTEXT = context_received(bias=bias(), gex=gex(), chain=chain(listed("596", bid="3.40", ask="3.50")))
PRICES = frame(traded(SPY, "595.42", seconds=-1), quoted(CALL, "3.40", "3.50", seconds=-1))
KNOWN_ENTRY = EntryContext(bias="bullish", bias_confidence=Decimal(75), chop_score=Decimal(20), regime_type="TRENDING")
AT_5_PERCENT = change("exit_rules.SPY", '{"profit_target_percent": 5}', seconds=2)
SEVEN_UP = quote("3.76", "3.80", 3)
"""7.4 percent above 3.52, where the position was bought."""


async def holding(fed: Fed) -> Fed:
    """Let the book buy nine calls at 3.52."""
    await fed.tell(ORDERS, numbered(order(entry=KNOWN_ENTRY), ACCOUNT, 3))
    await fed.tell(PRICE_TICKS, quote("3.50", "3.54", 1))
    assert fed.position().entry_price == Decimal("3.52")
    return fed


def asked_out(fed: Fed) -> list[tuple[str, int]]:
    """Return why and how much has been ordered out, once each however often it was sent."""
    orders = {event.event_id: event for event in fed.log.of(ORDERS, OrderPlaced)}
    return [(event.exit_reason or "", event.quantity) for event in orders.values()]


SNAPSHOT = AccountSnapshot(
    event_id="s-1",
    occurred_at=AT,
    account_id="paper",
    positions={SPY: 1},
    exposure=Decimal(3105),
    equity=Decimal(100_000),
    source=ACCOUNT,
    sequence=4,
)
HALT = change("kill_switch", '{"halted": true}', seconds=2)


def states(fed: Fed) -> dict[tuple[str, str], Any]:
    """Return all that the stage knows beside its markets."""
    return {
        (table, key): fed.state(table, key)
        for table, records in fed.known.items()
        if table != "markets"
        for key in records.keys()  # noqa: SIM118 -- no mapping
    }


def asked_to_close(*, quantity: int | None, sequence: int = 0, source: str = "api.close") -> CloseRequested:
    return CloseRequested(
        event_id=f"close-{quantity}",
        occurred_at=AT + timedelta(seconds=2),
        account_id="paper",
        symbol=SPY,
        position_id=order().position_id,
        reason="manual",
        requested_by="trader",
        quantity=quantity,
        source=source,
        sequence=sequence,
    )


def at_open(symbol: str, at: datetime, price: str = "596") -> Tick:
    return traded(symbol, price, seconds=(at - AT).total_seconds())


EVENING = datetime(2026, 2, 12, 22, tzinfo=UTC)
OPEN = datetime(2026, 2, 13, 14, 30, tzinfo=UTC)


def clock(at: datetime, kind: Any = "minute") -> ClockAdvanced:
    return ClockAdvanced(event_id=f"c-{at.isoformat()}", occurred_at=at, kind=kind)


async def queued() -> Fed:
    """Let a signal of the evening before wait for the open."""
    fed = await Fed(rules=Rules(session=SessionRules(decision_only_when_closed=False))).begin()
    await fed.tell(SIGNALS, signal(occurred_at=EVENING, timestamp=EVENING))
    (told,) = fed.log.of(SIGNAL_UPDATES, SignalUpdated)
    assert (told.status, told.reason, told.until) == ("queued", "queued_market_closed", OPEN)
    return fed


def risk_agents_word(fed: Fed, signal_id: str) -> AgentReported:
    (said,) = [
        report
        for report in fed.log.of(AGENT_OUTPUTS, AgentReported)
        if (report.signal_id, report.agent_name) == (signal_id, "risk")
    ]
    return said


CHOPPY = context_received(
    name="choppy",
    bias=bias(timestamp=AT + timedelta(seconds=2), chop_score=Decimal(85)),
    occurred_at=AT + timedelta(seconds=2),
)
