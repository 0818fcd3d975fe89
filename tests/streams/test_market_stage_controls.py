"""The market stage under controls, snapshots and requests: when they count, that they count once, what outlives it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from agents.rules import EngineRules, Rules, SessionRules
from schemas.accounts import AccountSnapshot
from schemas.codec import encode
from schemas.decisions import AgentReported, EntryContext, SignalEnriched, SignalUpdated, TradeProposed
from schemas.event import Event
from schemas.operations import ClockAdvanced, DeadLettered
from schemas.orders import CloseRequested, OrderPlaced, ShadowFilled, TradeClosed
from schemas.positions import Position
from schemas.ticks import Tick, TickFrame
from streams.processors.account import AccountStage
from streams.processors.market import MarketStage
from streams.stage import Stage
from streams.topics import (
    ACCOUNT_SNAPSHOTS,
    AGENT_OUTPUTS,
    BOOKS,
    CLOCK,
    CLOSE_REQUESTS,
    CONTROLS,
    DEAD_LETTERS,
    ENRICHMENTS,
    MARKET_CONTEXT,
    MARKET_CONTROLS,
    MARKETS,
    ORDERS,
    PARTITIONS,
    PRICE_TICKS,
    PROPOSALS,
    SHADOW_FILLS,
    SHADOW_TRADES,
    SIGNAL_UPDATES,
    SIGNALS,
    TRADES,
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
    nanos,
    order,
    proposal,
    quoted,
    signal,
    traded,
)
from tests.agents.test_book_shadow import shadow_of
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
from tests.streams.tallying import Crashed
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
        self.stage = started(self.kind, self.known, made, rules=self.rules, calendar=XNYS)
        await self.stage.open()
        return self

    def deliver(self, topic: Topic, told: Told, *, partition: int | None = None) -> Delivery:
        place = self.home if partition is None else partition
        offset = self.offsets.get((topic.name, place), -1) + 1
        self.offsets[topic.name, place] = offset
        value = told if isinstance(told, bytes) else encode(told)
        self.deliveries.append(delivery(topic, value, partition=place, offset=offset))
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


async def test_exit_rules_count_from_the_tick_after_their_change_on_and_not_before() -> None:
    fed = await holding(await Fed().begin())
    before = fed.position()
    await fed.tell(PRICE_TICKS, SEVEN_UP)
    assert fed.position() == before
    await fed.tell(CONTROLS, AT_5_PERCENT)
    assert asked_out(fed) == []  # a change is no tick: nothing is judged by it
    assert fed.position().target_at_or_above == nanos("3.696")
    await fed.tell(PRICE_TICKS, quote("3.76", "3.80", 4))
    (asked,) = fed.log.of(ORDERS, OrderPlaced)
    assert (asked.exit_reason, asked.quantity, asked.trigger_price) == ("profit_target", 9, Decimal("3.78"))
    assert asked.occurred_at == AT + timedelta(seconds=4)


async def test_a_change_between_two_ticks_of_one_batch_counts_for_the_second_alone() -> None:
    fed = await holding(await Fed().begin())
    first, changed, second = (
        fed.deliver(PRICE_TICKS, quote("3.76", "3.80", 3)),
        fed.deliver(CONTROLS, AT_5_PERCENT),
        fed.deliver(PRICE_TICKS, quote("3.90", "3.94", 5)),
    )
    await fed.stage._process([first, changed, second])
    (asked,) = fed.log.of(ORDERS, OrderPlaced)
    assert (asked.trigger_price, asked.occurred_at) == (Decimal("3.92"), AT + timedelta(seconds=5))


async def test_a_frame_from_before_a_change_is_not_judged_by_it_after_a_restart() -> None:
    fed = await holding(await Fed().begin())
    await fed.tell(PRICE_TICKS, SEVEN_UP)
    await fed.tell(CONTROLS, AT_5_PERCENT)
    await fed.begin()  # the frames were not checkpointed: they come again
    await fed.tell_again()
    assert asked_out(fed) == []
    assert fed.position().target_at_or_above == nanos("3.696")


@pytest.mark.parametrize(
    ("name", "target"), [("exit_rules.SPY", "3.696"), ("exit_rules.default", "3.696"), ("exit_rules.QQQ", "5.28")]
)
async def test_exit_rules_arm_the_positions_that_they_are_about(name: str, target: str) -> None:
    fed = await holding(await Fed().begin())
    await fed.tell(CONTROLS, change(name, '{"profit_target_percent": 5}', seconds=2))
    assert fed.position().target_at_or_above == nanos(target)


async def test_positions_opened_after_a_change_are_armed_by_it_and_shadows_too() -> None:
    fed = await Fed().begin()
    await fed.tell(CONTROLS, AT_5_PERCENT)
    await fed.tell(SHADOW_TRADES, numbered(shadow_of(order()), "desks/SPY", 4))
    await holding(fed)
    assert fed.position().target_at_or_above == fed.position(SHADOW_BOOK).target_at_or_above == nanos("3.696")
    await fed.tell(CONTROLS, change("exit_rules.SPY", '{"profit_target_percent": 10}', seconds=3))
    assert fed.position().target_at_or_above == fed.position(SHADOW_BOOK).target_at_or_above == nanos("3.872")


@pytest.mark.parametrize(
    "bad",
    [
        change("exit_rules.SPY", '{"profit_target_percent": -5}'),
        change("exit_rules.SPY", "no json"),
        change("exit_rule.SPY", "{}"),
        b"\x00broken",
    ],
)
async def test_what_is_no_control_changes_nothing_and_is_a_dead_letter_of_the_market_stage_alone(bad: Told) -> None:
    fed, account = await holding(await Fed().begin()), await account_fed().begin()
    before = len(fed.log.values(BOOKS))
    for one in (fed, account):
        await one.tell(CONTROLS, bad)
        assert one.deliveries[-1].acked
    assert fed.letters() == [(CONTROLS.name, 0, "undecodable")]
    assert account.log.sent == []
    assert fed.log.values(MARKET_CONTROLS) == []
    assert len(fed.log.values(BOOKS)) == before
    for one in (fed, account):
        await one.begin()
        await one.tell_again()
        await one.tell(CONTROLS, AT_5_PERCENT)
    assert fed.letters() == [(CONTROLS.name, 0, "undecodable")]
    assert account.letters() == []
    assert fed.position().target_at_or_above == nanos("3.696")


def risk_agents_word(fed: Fed, signal_id: str) -> AgentReported:
    (said,) = [
        report
        for report in fed.log.of(AGENT_OUTPUTS, AgentReported)
        if (report.signal_id, report.agent_name) == (signal_id, "risk")
    ]
    return said


async def test_the_risk_agent_sees_the_account_as_its_newest_snapshot_tells() -> None:
    account = await account_fed().begin()
    await account.tell(PROPOSALS, numbered(proposal(), "desks/SPY", 3))
    sent = account.log.values(ACCOUNT_SNAPSHOTS)
    assert [entry.partition for entry in sent] == list(range(PARTITIONS))

    fed = await Fed(rules=BOTH).begin()
    await fed.tell(MARKET_CONTEXT, CONTEXT)
    await fed.tell(PRICE_TICKS, PRICES)
    first, second, third = signal("one"), signal("two"), signal("three")
    await fed.tell(SIGNALS, first)
    told = sent[HOME].value
    assert told is not None
    await fed.tell(ACCOUNT_SNAPSHOTS, told)
    await fed.tell(SIGNALS, second)
    full = AccountSnapshot(
        event_id="s-2",
        occurred_at=AT,
        account_id="paper",
        positions={SPY: 3},
        exposure=Decimal(9000),
        equity=Decimal(100_000),
        source=ACCOUNT,
        sequence=9,
    )
    await fed.tell(ACCOUNT_SNAPSHOTS, full)
    await fed.tell(SIGNALS, third)

    seen = {event.signal_id: event.context.account for event in fed.log.of(ENRICHMENTS, SignalEnriched)}
    assert seen[first.event_id] is None
    known = seen[second.event_id]
    assert known is not None
    assert (known.open_positions, known.positions_in_symbol, known.exposure) == (1, 1, Decimal("3105.00"))
    assert risk_agents_word(fed, first.event_id).metadata["account"] == "unknown"
    spoken = risk_agents_word(fed, second.event_id)
    assert (spoken.block, spoken.metadata["open_positions"], spoken.metadata["exposure"]) == (False, "1", "3105.00")
    vetoed = risk_agents_word(fed, third.event_id)
    assert (vetoed.block, vetoed.reasons) == (True, ("position_limit_exceeded",))


async def test_a_snapshot_of_another_account_is_nobody_elses() -> None:
    fed = await Fed(rules=BOTH).begin()
    await fed.tell(MARKET_CONTEXT, CONTEXT)
    await fed.tell(PRICE_TICKS, PRICES)
    await fed.tell(ACCOUNT_SNAPSHOTS, SNAPSHOT.model_copy(update={"account_id": "other", "source": "accounts/other"}))
    await fed.tell(SIGNALS, signal())
    assert [event.context.account for event in fed.log.of(ENRICHMENTS, SignalEnriched)] == [None]


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


async def test_the_kill_switch_reaches_the_risk_agent_of_the_next_signal() -> None:
    fed = await Fed(rules=BOTH).begin()
    await fed.tell(MARKET_CONTEXT, CONTEXT)
    await fed.tell(PRICE_TICKS, PRICES)
    await fed.tell(SIGNALS, signal("one"))
    await fed.tell(CONTROLS, HALT)
    await fed.tell(SIGNALS, signal("two"))
    words = [risk_agents_word(fed, signal(name).event_id).reasons for name in ("one", "two")]
    assert words == [(), ("kill_switch",)]


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


@pytest.mark.parametrize(
    ("topic", "event"),
    [
        (CONTROLS, AT_5_PERCENT),
        (CONTROLS, numbered(AT_5_PERCENT, "performances/paper", 7)),
        (ACCOUNT_SNAPSHOTS, SNAPSHOT),
        (CLOSE_REQUESTS, asked_to_close(quantity=2)),
        (CLOSE_REQUESTS, asked_to_close(quantity=None)),
        (CLOSE_REQUESTS, asked_to_close(quantity=2, sequence=4, source=ACCOUNT)),
        (SHADOW_TRADES, numbered(shadow_of(order("ord-002")), "desks/SPY", 4)),
    ],
)
@pytest.mark.parametrize("restarts", [False, True])
async def test_a_repeat_under_a_new_offset_changes_nothing(topic: Topic, event: Event, *, restarts: bool) -> None:
    fed = await holding(await Fed().begin())
    await fed.tell(topic, event)
    await fed.tell(PRICE_TICKS, quote("3.51", "3.55", 3))  # fills what was asked for
    before, said, sent = states(fed), kept(fed.log), len(fed.log.sent)
    assert before != states(await holding(await Fed().begin()))
    if restarts:
        await fed.begin()
    await fed.tell(topic, event)
    await fed.tell(PRICE_TICKS, quote("3.51", "3.55", 4))
    assert (states(fed), kept(fed.log)) == (before, said)
    assert restarts or len(fed.log.sent) == sent


async def test_a_request_to_close_that_its_order_has_overtaken_is_not_a_repeat() -> None:
    """An account numbers what it sends to several topics, and the topics are read in any order."""
    fed = await holding(await Fed().begin())
    later = order("ord-002", option_symbol="SPY260220C00600000", strike=Decimal(600))
    await fed.tell(ORDERS, numbered(later, ACCOUNT, 6))
    await fed.tell(CLOSE_REQUESTS, asked_to_close(quantity=None, sequence=5, source=ACCOUNT))
    assert asked_out(fed) == [("manual", 9)]
    await fed.tell(ORDERS, numbered(later, ACCOUNT, 6))
    assert len(fed.state("books", BOOK).working) == 2


async def test_controls_waiting_signals_and_shadow_books_outlive_the_process() -> None:
    rules = replace(BOTH, session=SessionRules(decision_only_when_closed=False))
    fed = await Fed(rules=rules).begin()
    await fed.tell(MARKET_CONTEXT, CONTEXT)
    await fed.tell(PRICE_TICKS, PRICES)
    await fed.tell(CONTROLS, AT_5_PERCENT, HALT)
    await fed.tell(ACCOUNT_SNAPSHOTS, SNAPSHOT)
    await fed.tell(SHADOW_TRADES, numbered(shadow_of(order()), "desks/SPY", 4))
    await fed.tell(PRICE_TICKS, quote("3.50", "3.54", 1))
    late = AT.replace(hour=23)
    await fed.tell(SIGNALS, signal(occurred_at=late, timestamp=late))
    before = {
        (table, key): fed.state(table, key)
        for table, key in (("market-controls", str(HOME)), ("desks", SPY), ("books", SHADOW_BOOK))
    }
    assert len(before["desks", SPY].waiting) == 1
    assert fed.position(SHADOW_BOOK).target_at_or_above == nanos("3.696")

    await fed.begin()
    await fed.tell_again()
    assert {place: fed.state(*place) for place in before} == before
    await fed.tell(PRICE_TICKS, SEVEN_UP)
    assert fed.position(SHADOW_BOOK).exit_reason == "profit_target"
    await fed.tell(PRICE_TICKS, quote("3.78", "3.82", 5))
    assert {(fill.side, fill.price) for fill in fed.log.of(SHADOW_FILLS, ShadowFilled)} == {
        ("buy_to_open", Decimal("3.52")),
        ("sell_to_close", Decimal("3.80")),
    }
    assert [(trade.is_shadow, trade.exit_reason) for trade in fed.log.of(TRADES, TradeClosed)] == [
        (True, "profit_target")
    ]
    assert fed.log.values(ORDERS) == []
    opening = datetime(2026, 2, 17, 14, 30, tzinfo=UTC)
    await fed.tell(PRICE_TICKS, frame(at_open(SPY, opening)))
    await fed.tell(CLOCK, ClockAdvanced(event_id="c-1", occurred_at=opening, kind="session_open"))
    assert [event.status for event in kept(fed.log)[SIGNAL_UPDATES.name]] == ["queued", "released"]
    assert risk_agents_word(fed, signal().event_id).reasons == ("kill_switch",)


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


async def test_a_signal_that_waits_is_decided_at_the_open_by_the_clock_of_its_own_partition() -> None:
    fed = await queued()
    overnight = context_received(
        bias=bias(timestamp=OPEN - timedelta(minutes=1)),
        gex=gex(),
        chain=chain(listed("596", bid="3.40", ask="3.50"), at=OPEN),
    )
    await fed.tell(MARKET_CONTEXT, overnight)
    await fed.tell(PRICE_TICKS, frame(at_open(SPY, OPEN)))
    await fed.tell(CLOCK, clock(OPEN - timedelta(minutes=1)))
    await fed.tell(CLOCK, clock(OPEN, "session_open"), partition=(HOME + 1) % PARTITIONS)
    assert fed.log.values(PROPOSALS) == []
    await fed.tell(CLOCK, clock(OPEN, "session_open"))
    (asked,) = fed.log.of(PROPOSALS, TradeProposed)
    assert (asked.codes, asked.occurred_at) == ((), OPEN)
    assert asked.recommendation is not None
    await fed.tell(CLOCK, clock(OPEN + timedelta(minutes=1)))
    await fed.tell(SIGNALS, signal(occurred_at=EVENING, timestamp=EVENING))
    assert len(fed.log.values(PROPOSALS)) == 1
    assert fed.state("desks", SPY).waiting == ()


async def test_a_signal_whose_prices_are_missing_waits_on_across_a_restart_and_is_given_up_in_the_end() -> None:
    fed = await queued()
    await fed.tell(CLOCK, clock(OPEN, "session_open"))
    await fed.begin()
    await fed.tell(CLOCK, clock(OPEN + timedelta(minutes=4)))
    assert fed.log.values(PROPOSALS) == []
    await fed.tell(CLOCK, clock(OPEN + timedelta(minutes=5)))
    (asked,) = fed.log.of(PROPOSALS, TradeProposed)
    assert asked.codes == ("market_data_unavailable",)


TURNED = context_received(
    name="turned", bias=bias(timestamp=AT + timedelta(seconds=2), bias="bearish"), occurred_at=AT + timedelta(seconds=2)
)
CHOPPY = context_received(
    name="choppy",
    bias=bias(timestamp=AT + timedelta(seconds=2), chop_score=Decimal(85)),
    occurred_at=AT + timedelta(seconds=2),
)


@pytest.mark.parametrize(("event", "asked"), [(TURNED, ("exit_intelligence", 9)), (CHOPPY, ("exit_intelligence", 5))])
@pytest.mark.parametrize("restarts", [False, True])
async def test_a_bias_reaches_a_book_once_though_its_market_is_written_later(
    event: Any, asked: tuple[str, int], *, restarts: bool
) -> None:
    fed = await holding(await Fed().begin())
    await fed.tell(MARKET_CONTEXT, event)
    assert asked_out(fed) == [asked]
    assert (fed.log.values(MARKETS), fed.deliveries[-1].acked) == ([], False)
    if restarts:
        await fed.begin()
        await fed.tell_again()
    else:
        await fed.stage._checkpoint()
        await fed.tell(MARKET_CONTEXT, event)  # the sender repeats itself
    await fed.stage._checkpoint()
    assert fed.state("markets", SPY).bias == event.bias
    assert asked_out(fed) == [asked]
    await fed.tell(PRICE_TICKS, quote("3.50", "3.54", 5))
    left = fed.state("books", BOOK).positions
    assert [position.quantity for position in left] == ([] if asked[1] == 9 else [4])


async def test_a_bias_that_was_known_before_the_entry_is_not_judged_again_after_a_restart() -> None:
    fed = await Fed().begin()
    await fed.tell(MARKET_CONTEXT, TURNED)
    await holding(fed)
    await fed.begin()
    await fed.tell_again()
    assert asked_out(fed) == []


STORY: Sequence[tuple[Topic, Event]] = (
    (MARKET_CONTEXT, CONTEXT),
    (PRICE_TICKS, PRICES),
    (CONTROLS, change("exit_rules.default", '{"profit_target_percent": 40}')),
    (SIGNALS, signal()),
    (ORDERS, numbered(order(entry=KNOWN_ENTRY), ACCOUNT, 3)),
    (ACCOUNT_SNAPSHOTS, SNAPSHOT),
    (SHADOW_TRADES, numbered(shadow_of(order("ord-b")), "desks/SPY", 4)),
    (PRICE_TICKS, quote("3.50", "3.54", 1)),
    (CLOSE_REQUESTS, asked_to_close(quantity=2)),
    (PRICE_TICKS, quote("3.52", "3.56", 2)),
    (MARKET_CONTEXT, CHOPPY),
    (PRICE_TICKS, SEVEN_UP),
    (CONTROLS, AT_5_PERCENT),
    (SIGNALS, signal("sig-002")),
    (PRICE_TICKS, quote("3.76", "3.80", 4)),
    (PRICE_TICKS, quote("3.78", "3.82", 5)),
)


async def told(crashes: Sequence[tuple[int, bool]], *, batch: int) -> dict[str, list[Any]]:
    """Tell the story, dying where it is said, and return what readers who drop repeats keep of each topic."""
    fed = await Fed(rules=BOTH).begin()
    story = [fed.deliver(topic, event) for topic, event in STORY]
    for crash in [*crashes, None]:
        await fed.begin(Line(fed.log) if crash is None else Line(fed.log, breaks_at=crash[0], arrives=crash[1]))
        left = [event for event in story if not event.acked]
        try:
            while left:
                await fed.stage._process(left[:batch])
                left = left[batch:]
                if len(left) % 3 == 0:
                    await fed.stage._checkpoint()
        except Crashed:
            continue
    assert all(event.acked for event in story)
    return kept(fed.log)


def kept(log: Log) -> dict[str, list[Any]]:
    """Return what readers keep of each topic, who pass over what is not newer than the newest by its source."""
    found: dict[str, list[Any]] = {}
    for topic, model in (
        (SIGNAL_UPDATES, SignalUpdated),
        (AGENT_OUTPUTS, AgentReported),
        (PROPOSALS, TradeProposed),
        (ORDERS, OrderPlaced),
        (SHADOW_FILLS, ShadowFilled),
        (TRADES, TradeClosed),
    ):
        newest: dict[str, int] = {}
        for event in log.of(topic, model):
            if event.sequence > newest.get(event.source, 0):
                newest[event.source] = event.sequence
                found.setdefault(topic.name, []).append(event)
    return found


@pytest.mark.parametrize("batch", [1, 4])
@pytest.mark.parametrize("arrives", [False, True])
async def test_controls_shadows_and_requests_count_once_wherever_the_process_dies(batch: int, *, arrives: bool) -> None:
    undisturbed = await told([], batch=1)
    assert {(trade.is_shadow, trade.exit_codes) for trade in undisturbed[TRADES.name]} == {
        (False, ("manual", "exit_intelligence", "chop_spike", "profit_target")),
        (True, ("profit_target",)),
    }
    for breaks_at in range(0, 36):
        assert await told([(breaks_at, arrives), (1, not arrives)], batch=batch) == undisturbed, breaks_at
