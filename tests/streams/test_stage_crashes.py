"""The recipe as the stages keep it: the process may die at any record, and the topics come back in any order."""

import asyncio
from collections.abc import Sequence
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codec import encode
from schemas.decisions import DecisionMade
from schemas.orders import OrderPlaced, OrderUpdated
from streams.topics import DECISIONS, DESKS, ORDER_UPDATES, ORDERS, PROPOSALS, SIGNALS
from tests.agents.strategies import few, proposal
from tests.streams.staging import ACCOUNT_TABLES, Line, Log, delivery, held, recover, tables
from tests.streams.tallying import Crashed, Input, Kafka, check_counted_once, expected, inputs
from tests.streams.test_stage import ACCOUNT_HOME, account_stage, delivered, numbered, tally


async def lives(
    messages: dict[str, list[Input]],
    crashes: Sequence[tuple[int, bool]],
    turns: Sequence[tuple[int, int, bool]],
) -> Kafka:
    """Let one process after the other work on what is not acknowledged, the last one to the end."""
    log, known = Log(), tables([DESKS])
    committed = dict.fromkeys(messages, 0)
    everything = [message for stream in messages.values() for message in stream]
    turning = cycle(turns)  # not begun anew after a crash, so that the topics come back in another order
    for crash in [*crashes, None]:
        line = Line(log) if crash is None else Line(log, breaks_at=crash[0], arrives=crash[1])
        stage = tally(everything, known, line)
        recover(known, log)
        try:
            await stage.open()
            left = {topic: list(stream[committed[topic] :]) for topic, stream in messages.items()}
            while any(left.values()):
                chosen, size, commits = next(turning)
                waiting = sorted(topic for topic in left if left[topic])
                topic = waiting[chosen % len(waiting)]
                batch, left[topic] = left[topic][:size], left[topic][size:]
                events = [delivered(message) for message in batch]
                await stage._process(events)
                assert all(event.acked for event in events)
                if commits or not any(left.values()):
                    committed |= {name: len(stream) - len(left[name]) for name, stream in messages.items()}
        except Crashed:
            continue
    kafka = Kafka(changelog=[entry.value for entry in log.values(DESKS) if entry.value is not None])
    kafka.sent += log.of(ORDER_UPDATES, OrderUpdated)
    return kafka


@few
@given(
    inputs((SIGNALS.name, ORDER_UPDATES.name)),
    st.lists(st.tuples(st.integers(0, 8), st.booleans()), max_size=5),
    st.lists(st.tuples(st.integers(0, 1), st.integers(1, 4), st.booleans()), min_size=1, max_size=8),
)
def test_whatever_crashes_each_input_counts_once_and_each_output_is_accepted_once_and_in_order(
    messages: dict[str, list[Input]], crashes: list[tuple[int, bool]], turns: list[tuple[int, int, bool]]
) -> None:
    """Property 40: Worker resilience"""
    kafka = asyncio.run(lives(messages, crashes, turns))
    check_counted_once(kafka, *expected(messages))


@pytest.mark.parametrize("arrives", [False, True])
@pytest.mark.parametrize("breaks_at", range(3))
async def test_a_proposal_ends_in_one_decision_and_one_order_wherever_the_process_dies(
    breaks_at: int, arrives: bool
) -> None:
    log, known = Log(), tables(ACCOUNT_TABLES)
    value = encode(numbered(proposal(), "desks/SPY", 3))
    stage = account_stage(known, Line(log, breaks_at=breaks_at, arrives=arrives))
    await stage.open()
    with pytest.raises(Crashed):
        await stage._process([delivery(PROPOSALS, value, partition=ACCOUNT_HOME, offset=5)])
    recover(known, log)
    stage = account_stage(known, Line(log))
    await stage.open()
    await stage._process([delivery(PROPOSALS, value, partition=ACCOUNT_HOME, offset=5)])
    decisions, orders = log.of(DECISIONS, DecisionMade), log.of(ORDERS, OrderPlaced)
    assert len({(event.source, event.sequence) for event in decisions}) == 1
    assert len({(event.source, event.sequence) for event in orders}) == 1
    assert decisions[-1].order_id == orders[-1].event_id
    assert len(held(known, "accounts", "paper").state.reservations) == 1
