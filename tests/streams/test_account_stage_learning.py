"""The account stage: outcomes that it learns from, what it tells every partition, and the controls it goes by."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from agents.rules import Rules, TunerRules
from schemas.accounts import AccountSnapshot
from schemas.codec import decode
from schemas.controls import TuningControl
from schemas.decisions import DecisionMade, TradeProposed
from schemas.event import Event
from schemas.operations import ControlChanged
from schemas.orders import OrderPlaced
from schemas.performance import PerformanceMeasured, TuningProposed
from schemas.records import AccountRecord
from streams.topics import (
    ACCOUNT_CONTROLS,
    ACCOUNT_SNAPSHOTS,
    ACCOUNTS,
    CONTROLS,
    DECISIONS,
    MARKET_CONTEXT,
    ORDERS,
    PARTITIONS,
    PERFORMANCE,
    PERFORMANCES,
    PRICE_TICKS,
    PROPOSALS,
    SIGNALS,
    TRADES,
    TUNINGS,
    Topic,
)
from tests.agents.changes import change
from tests.agents.strategies import proposal, recommendation, signal
from tests.agents.test_performance import closed
from tests.streams.feeding import (
    BOTH,
    CONTEXT,
    HALT,
    PRICES,
    Fed,
    account_fed,
    states,
)
from tests.streams.staging import Line
from tests.streams.tallying import Crashed
from tests.streams.test_stage import ACCOUNT_HOME, HOME, numbered

TUNED = Rules(tuner=TunerRules(enabled=True, trades_min=2))
BOOK = "books/paper|SPY"
EVERYWHERE = list(range(PARTITIONS))


def outcome(name: str, pnl: str, sequence: int, **changes: Any) -> Event:
    return numbered(closed(name, pnl, **changes), BOOK, sequence)


def asked(name: str, sequence: int, contract: str = "SPY260220C00596000", **changes: Any) -> Event:
    wanted = recommendation(option_symbol=contract)
    return numbered(proposal(name, recommendation=wanted, **changes), "desks/SPY", sequence)


def written(fed: Fed) -> AccountRecord:
    """Return the account's record as it was last written."""
    return decode(AccountRecord, fed.log.values(ACCOUNTS)[-1].value)


def decisions(fed: Fed) -> list[tuple[str, str | None]]:
    found = {event.event_id: event for event in fed.log.of(DECISIONS, DecisionMade)}
    return [(event.status, event.rejection_reason) for event in found.values()]


async def test_a_trade_is_worked_into_the_figures_once_however_often_it_comes() -> None:
    fed = await account_fed().begin()
    won = outcome("1", "120.50", 4)
    await fed.tell(TRADES, won, won)
    await fed.tell(TRADES, won)
    await fed.begin()
    await fed.tell(TRADES, won)
    # under another number too: the position has been worked in
    await fed.tell(TRADES, outcome("1", "120.50", 9))
    await fed.tell(TRADES, outcome("2", "-20.50", 10), outcome("3", "7", 1, is_shadow=True, is_test=True))
    figures = fed.state("performances", "paper").figures
    real = figures["engine|A|real"]
    assert (real.trades, real.wins, real.pnl_won, real.pnl_lost) == (2, 1, Decimal("120.50"), Decimal("-20.50"))
    assert {event.position_id for event in fed.log.of(PERFORMANCE, PerformanceMeasured)} == {"position-1", "position-2"}


async def test_shadow_trades_and_real_ones_of_both_books_are_counted_apart() -> None:
    fed = await account_fed().begin()
    shadow = numbered(closed("1", "-9", is_shadow=True, engine="B", position_id="b"), f"{BOOK}|shadow", 1)
    await fed.tell(TRADES, outcome("1", "12", 1), shadow)
    figures = fed.state("performances", "paper").figures
    assert (figures["engine|A|real"].pnl_won, figures["engine|B|shadow"].pnl_lost) == (Decimal(12), Decimal(-9))


async def test_what_the_tuner_changes_goes_to_every_partition_and_is_in_force_there() -> None:
    fed = await account_fed(TUNED).begin()
    await fed.tell(TRADES, outcome("1", "-10", 1), outcome("2", "-10", 2))
    sent = fed.log.values(CONTROLS)
    assert [entry.partition for entry in sent] == EVERYWHERE
    assert len({entry.value for entry in sent}) == 1
    assert {entry.key for entry in sent} == {"tuning"}
    control = fed.log.of(CONTROLS, ControlChanged)[0]
    value = TuningControl.model_validate_json(control.value)
    assert (control.name, control.changed_by, value.confidence_min) == ("tuning", "adaptive_tuner", Decimal(55))
    assert [(event.config_key, event.applied) for event in fed.log.of(TUNINGS, TuningProposed)] == [
        ("confidence_min", True),
        ("regime_multiplier.TREND", True),
    ]

    told = sent[HOME].value
    assert told is not None
    market = await Fed(rules=BOTH).begin()
    await market.tell(MARKET_CONTEXT, CONTEXT)
    await market.tell(PRICE_TICKS, PRICES)
    unsure = {"confidence": Decimal(52)}
    await market.tell(SIGNALS, signal("before", **unsure))
    await market.tell(CONTROLS, told)
    await market.tell(SIGNALS, signal("after", **unsure))
    codes = [event.codes for event in market.log.of(PROPOSALS, TradeProposed)]
    assert codes == [(), ("no_recommendation", "entry_wait")]
    # the tuner reads its own change back, and begins nothing anew
    account_sent = sent[ACCOUNT_HOME].value
    assert account_sent is not None
    await fed.tell(CONTROLS, account_sent)
    await fed.tell(TRADES, outcome("3", "-10", 3))
    assert len(fed.log.values(CONTROLS)) == PARTITIONS


async def test_a_flag_turns_the_tuner_on_from_the_next_trade_on() -> None:
    fed = await account_fed(Rules(tuner=TunerRules(trades_min=2))).begin()
    await fed.tell(TRADES, outcome("1", "-10", 1), outcome("2", "-10", 2))
    assert fed.log.values(TUNINGS) == []
    await fed.tell(CONTROLS, change("flag.enable_adaptive_tuner", '{"enabled": true}'))
    await fed.tell(TRADES, outcome("3", "-10", 3))
    assert "confidence_min" in {event.config_key for event in fed.log.of(TUNINGS, TuningProposed)}


@pytest.mark.parametrize("name", ["kill_switch", "kill_switch.paper"])
async def test_the_kill_switch_stops_the_next_proposal_and_lets_go_again(name: str) -> None:
    fed = await account_fed().begin()
    await fed.tell(PROPOSALS, asked("one", 1))
    await fed.tell(CONTROLS, change(name, '{"halted": true}', seconds=1))
    await fed.tell(PROPOSALS, asked("two", 2, "SPY260220C00600000"))
    await fed.begin()
    await fed.tell(PROPOSALS, asked("three", 3, "SPY260220C00601000"))
    await fed.tell(CONTROLS, change(name, '{"halted": false}', seconds=2))
    await fed.tell(PROPOSALS, asked("four", 4, "SPY260220C00602000"))
    assert decisions(fed) == [
        ("approved", None),
        ("rejected", "kill_switch"),
        ("rejected", "kill_switch"),
        ("approved", None),
    ]
    assert len({order.event_id for order in fed.log.of(ORDERS, OrderPlaced)}) == 2
    told = {event.event_id: event.halted for event in fed.log.of(ACCOUNT_SNAPSHOTS, AccountSnapshot)}
    assert list(told.values()) == [False, True, False]


async def test_another_accounts_kill_switch_stops_nothing_here() -> None:
    fed = await account_fed().begin()
    await fed.tell(CONTROLS, change("kill_switch.other", '{"halted": true}'))
    await fed.tell(PROPOSALS, asked("one", 1))
    assert decisions(fed) == [("approved", None)]


async def test_limits_count_from_the_next_proposal_on() -> None:
    fed = await account_fed().begin()
    await fed.tell(CONTROLS, change("risk_limits.default", '{"max_open_positions": 1}'))
    await fed.tell(PROPOSALS, asked("one", 1), asked("two", 2, "SPY260220C00600000"))
    await fed.tell(CONTROLS, change("risk_limits.paper", '{"max_open_positions": 2}', seconds=1))
    await fed.tell(PROPOSALS, asked("three", 3, "SPY260220C00600000"))
    assert decisions(fed) == [
        ("approved", None),
        ("rejected", "max_open_positions_exceeded"),
        ("approved", None),
    ]


def assert_told(messages: Sequence[Any]) -> None:
    """Have the first partition told of all positions, SPY's own of those too, the others of how many there are."""
    for message in messages:
        told = decode(AccountSnapshot, message.value)
        assert told.positions == ({"SPY": 1} if message.partition in (0, HOME) else {}), message.partition
        assert (told.open_positions, told.exposure) == (1, Decimal("3105.00"))


async def test_what_goes_everywhere_stands_in_the_outbox_once_for_each_partition_until_it_is_sent() -> None:
    fed = await account_fed().begin()
    await fed.tell(PROPOSALS, asked("one", 1))
    outbox = written(fed).outbox
    snapshots = [entry for entry in outbox if entry.topic == ACCOUNT_SNAPSHOTS.name]
    assert [entry.partition for entry in snapshots] == EVERYWHERE
    assert len({(entry.event_id, entry.source, entry.sequence) for entry in snapshots}) == 1
    assert_told(snapshots)
    assert Counter(entry.topic for entry in outbox) == {
        DECISIONS.name: 1,
        ORDERS.name: 1,
        ACCOUNT_SNAPSHOTS.name: PARTITIONS,
    }
    await fed.tell(PROPOSALS, asked("two", 2))  # the same contract: refused, and nothing new to tell
    outbox = written(fed).outbox
    assert [entry.topic for entry in outbox] == [DECISIONS.name]


@pytest.mark.parametrize("arrives", [False, True])
async def test_what_goes_everywhere_arrives_everywhere_wherever_the_process_dies(*, arrives: bool) -> None:
    for breaks_at in range(12):
        fed = await account_fed().begin()
        await fed.begin(Line(fed.log, breaks_at=breaks_at, arrives=arrives))
        try:
            await fed.tell(PROPOSALS, asked("one", 1))
            assert breaks_at > 10
        except Crashed:
            await fed.begin()
            await fed.tell_again()
        sent = fed.log.values(ACCOUNT_SNAPSHOTS)
        assert {entry.partition for entry in sent} == set(EVERYWHERE), breaks_at
        assert_told(sent)
        assert decisions(fed) == [("approved", None)]


@pytest.mark.parametrize(
    ("topic", "event"),
    [
        (CONTROLS, HALT),
        (CONTROLS, numbered(HALT, "performances/paper", 3)),
        (TRADES, outcome("1", "-10", 1)),
        (PROPOSALS, asked("one", 1)),
    ],
)
@pytest.mark.parametrize("restarts", [False, True])
async def test_a_repeat_under_a_new_offset_changes_nothing(topic: Topic, event: Event, *, restarts: bool) -> None:
    fed = await account_fed(replace(TUNED, tuner=replace(TUNED.tuner, trades_min=1))).begin()
    await fed.tell(topic, event)
    before, sent = states(fed), len(fed.log.sent)
    assert before
    if restarts:
        await fed.begin()
    await fed.tell(topic, event)
    assert states(fed) == before
    repeated = [entry.topic for entry in fed.log.sent[sent:]]
    assert restarts or repeated == []
    assert not {PERFORMANCES.name, ACCOUNT_CONTROLS.name, ACCOUNTS.name} & set(repeated)


async def test_figures_and_controls_outlive_the_process() -> None:
    fed = await account_fed(TUNED).begin()
    await fed.tell(CONTROLS, HALT)
    await fed.tell(TRADES, outcome("1", "-10", 1))
    before = states(fed)
    await fed.begin()
    assert states(fed) == before
    await fed.tell(TRADES, outcome("2", "-10", 2))
    await fed.tell(PROPOSALS, asked("one", 1))
    assert fed.state("performances", "paper").tuned["confidence_min"] == 55
    assert decisions(fed) == [("rejected", "kill_switch")]
