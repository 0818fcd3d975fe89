"""The market stage under controls, snapshots and requests: when they count, that they count once, what outlives it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from schemas.accounts import AccountSnapshot
from schemas.decisions import SignalEnriched, TradeProposed
from schemas.orders import OrderPlaced
from streams.topics import (
    ACCOUNT_SNAPSHOTS,
    BOOKS,
    CLOCK,
    CONTROLS,
    ENRICHMENTS,
    MARKET_CONTEXT,
    MARKET_CONTROLS,
    MARKETS,
    ORDERS,
    PARTITIONS,
    PRICE_TICKS,
    PROPOSALS,
    SHADOW_TRADES,
    SIGNALS,
)
from tests.agents.changes import change
from tests.agents.strategies import (
    AT,
    SPY,
    bias,
    chain,
    context_received,
    gex,
    listed,
    nanos,
    order,
    proposal,
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
    EVENING,
    HALT,
    OPEN,
    PRICES,
    SEVEN_UP,
    SHADOW_BOOK,
    SNAPSHOT,
    Fed,
    Told,
    account_fed,
    asked_out,
    at_open,
    clock,
    frame,
    holding,
    queued,
    quote,
    risk_agents_word,
)
from tests.streams.test_stage import HOME, numbered


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


async def test_a_snapshot_waits_for_the_checkpoint_and_is_told_again_to_a_process_that_dies_before() -> None:
    fed = await Fed().begin()
    await fed.tell(ACCOUNT_SNAPSHOTS, SNAPSHOT)
    assert (fed.log.values(MARKET_CONTROLS), fed.deliveries[-1].acked) == ([], False)
    await fed.begin()
    await fed.tell_again()
    await fed.stage._checkpoint()
    assert fed.deliveries[-1].acked
    await fed.begin()
    assert fed.state("market-controls", str(HOME)).accounts == {"paper": SNAPSHOT}
    assert len(fed.log.values(MARKET_CONTROLS)) == 1


async def test_a_control_is_written_at_once_with_the_snapshots_before_it() -> None:
    fed = await Fed().begin()
    await fed.tell(ACCOUNT_SNAPSHOTS, SNAPSHOT)
    await fed.tell(CONTROLS, HALT)
    assert [event.acked for event in fed.deliveries] == [False, True]
    await fed.begin()
    state = fed.state("market-controls", str(HOME))
    assert (state.accounts, [*state.values]) == ({"paper": SNAPSHOT}, ["kill_switch"])
    await fed.tell_again()
    assert fed.state("market-controls", str(HOME)) == state


async def test_a_snapshot_of_another_account_is_nobody_elses() -> None:
    fed = await Fed(rules=BOTH).begin()
    await fed.tell(MARKET_CONTEXT, CONTEXT)
    await fed.tell(PRICE_TICKS, PRICES)
    await fed.tell(ACCOUNT_SNAPSHOTS, SNAPSHOT.model_copy(update={"account_id": "other", "source": "accounts/other"}))
    await fed.tell(SIGNALS, signal())
    assert [event.context.account for event in fed.log.of(ENRICHMENTS, SignalEnriched)] == [None]


async def test_the_kill_switch_reaches_the_risk_agent_of_the_next_signal() -> None:
    fed = await Fed(rules=BOTH).begin()
    await fed.tell(MARKET_CONTEXT, CONTEXT)
    await fed.tell(PRICE_TICKS, PRICES)
    await fed.tell(SIGNALS, signal("one"))
    await fed.tell(CONTROLS, HALT)
    await fed.tell(SIGNALS, signal("two"))
    words = [risk_agents_word(fed, signal(name).event_id).reasons for name in ("one", "two")]
    assert words == [(), ("kill_switch",)]


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
