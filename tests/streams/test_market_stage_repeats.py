"""What comes again, or after a restart, counts once: controls, snapshots, requests, shadow trades."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from agents.rules import SessionRules
from schemas.decisions import AgentReported, SignalUpdated, TradeProposed
from schemas.event import Event
from schemas.operations import ClockAdvanced
from schemas.orders import OrderPlaced, ShadowFilled, TradeClosed
from streams.topics import (
    ACCOUNT_SNAPSHOTS,
    AGENT_OUTPUTS,
    CLOCK,
    CLOSE_REQUESTS,
    CONTROLS,
    MARKET_CONTEXT,
    ORDERS,
    PRICE_TICKS,
    PROPOSALS,
    SHADOW_FILLS,
    SHADOW_TRADES,
    SIGNAL_UPDATES,
    SIGNALS,
    TRADES,
    Topic,
)
from tests.agents.changes import change
from tests.agents.strategies import (
    AT,
    SPY,
    nanos,
    order,
    signal,
)
from tests.agents.test_book_shadow import shadow_of
from tests.streams.feeding import (
    ACCOUNT,
    AT_5_PERCENT,
    BOOK,
    BOTH,
    CHOPPY,
    CONTEXT,
    HALT,
    KNOWN_ENTRY,
    PRICES,
    SEVEN_UP,
    SHADOW_BOOK,
    SNAPSHOT,
    Fed,
    asked_out,
    asked_to_close,
    at_open,
    frame,
    holding,
    quote,
    risk_agents_word,
    states,
)
from tests.streams.staging import (
    Line,
    Log,
)
from tests.streams.tallying import Crashed
from tests.streams.test_stage import HOME, numbered


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
