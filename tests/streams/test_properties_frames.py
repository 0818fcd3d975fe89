"""Frames that wait behind each other are worked in together, and give what they give one by one."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agents.rules import ExitRules, Rules
from schemas.event import Event
from schemas.operations import ClockAdvanced
from schemas.ticks import Tick
from streams.topics import CLOCK, CONTROLS, MARKET_CONTEXT, ORDERS, PRICE_TICKS, SHADOW_TRADES, Topic
from tests.agents.changes import change
from tests.agents.strategies import AT, CALL, PUT, few, micros, order, tapes
from tests.agents.test_book_shadow import shadow_of
from tests.streams.feeding import CHOPPY, CONTEXT, Fed, frame
from tests.streams.staging import Line
from tests.streams.tallying import Crashed
from tests.streams.test_stage import numbered

RULES = Rules(exits=ExitRules(bands=True, profit_target_pct=Decimal(10), stop_loss_pct=Decimal(10)))
OTHER = "a-third"
Told = tuple[Topic, Event | bytes]


def bought(number: int, symbol: str, account: str) -> Event:
    asked = order(f"ord-{number}", option_symbol=symbol, account_id=account, expires_at=AT + timedelta(minutes=20))
    return numbered(asked, f"accounts/{account}", number + 1)


@st.composite
def stories(draw: st.DrawFn) -> list[Told]:
    """Return frames, some of them unreadable, and what comes between them."""
    story: list[Told] = []
    tape = draw(tapes(size_max=60))
    at = 0
    while at < len(tape):
        cut = draw(st.integers(1, 6))
        story.append((PRICE_TICKS, frame(*tape[at : at + cut])))
        at += cut
    others: list[Told] = [
        *(
            (ORDERS, bought(number, symbol, account))
            for number, (symbol, account) in enumerate([(CALL, "paper"), (PUT, "paper"), (CALL, OTHER)])
        ),
        (SHADOW_TRADES, numbered(shadow_of(order("ord-s")), "desks/SPY", 4)),
        (CLOCK, ClockAdvanced(event_id="c-1", occurred_at=AT + timedelta(hours=1), kind="minute")),
        (CONTROLS, change("exit_rules.SPY", '{"profit_target_percent": 5}', seconds=2)),
        (MARKET_CONTEXT, CONTEXT),
        (MARKET_CONTEXT, CHOPPY),
        (PRICE_TICKS, b"no frame"),
        (PRICE_TICKS, frame(Tick("NVDA", micros(), price=1))),
    ]
    for other in draw(st.lists(st.sampled_from(others), max_size=8, unique_by=id)):
        story.insert(draw(st.integers(0, len(story))), other)
    return story


async def told(story: Sequence[Told], batches: Sequence[int], *, breaks_at: int | None = None) -> tuple[Any, Any]:
    """Tell a story in batches, and return what is known and what was said; with `breaks_at` by a process that dies."""
    fed = await Fed(rules=RULES).begin()
    deliveries = [fed.deliver(topic, event) for topic, event in story]
    for line in ([Line(fed.log, breaks_at=breaks_at)] if breaks_at is not None else []) + [Line(fed.log)]:
        await fed.begin(line)
        left, sizes = [each for each in deliveries if not each.acked], list(batches)
        try:
            while left:
                size = sizes.pop(0) if sizes else len(left)
                await fed.stage._process(left[:size])
                left = left[size:]
                if len(left) % 2:
                    await fed.stage._checkpoint()
            await fed.stage._checkpoint()
        except Crashed:
            continue
    states = {
        (table, key): fed.state(table, key)
        for table, records in fed.known.items()
        for key in records.keys()  # noqa: SIM118 -- no mapping
    }
    said: dict[str, dict[tuple[bytes, bytes], bytes | None]] = {}
    for sent in fed.log.sent:
        if sent.topic not in {records.table.topic.name for records in fed.known.values()}:
            place = sent.headers.get("ce_source", b""), sent.headers.get("ce_sequence", b"")
            said.setdefault(sent.topic, {})[place] = sent.value
    return states, said


@few
@given(stories(), st.lists(st.integers(1, 9), max_size=12))
def test_frames_worked_in_together_give_what_they_give_one_by_one(story: list[Told], batches: list[int]) -> None:
    assert asyncio.run(told(story, batches)) == asyncio.run(told(story, [1] * len(story)))


@few
@given(stories(), st.lists(st.integers(1, 9), max_size=12), st.integers(0, 12))
def test_frames_worked_in_together_count_once_wherever_the_process_dies(
    story: list[Told], batches: list[int], breaks_at: int
) -> None:
    states, said = asyncio.run(told(story, batches, breaks_at=breaks_at))
    assert (states, said) == asyncio.run(told(story, [1] * len(story)))
