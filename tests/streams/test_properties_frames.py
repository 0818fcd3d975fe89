"""Frames that wait behind each other are worked in together, and give what they give one by one."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import book as books
from agents.closing import Outcome
from agents.market import OpeningWindow
from agents.quiet import Quiet
from agents.rules import ExitRules, Rules
from agents.tape import on_columns
from schemas.event import Event
from schemas.market import Market
from schemas.operations import ClockAdvanced
from schemas.orders import OrderFilled
from schemas.positions import Book
from schemas.ticks import Tick, TickColumns
from streams.topics import CLOCK, CONTROLS, FILLS, MARKET_CONTEXT, ORDERS, PRICE_TICKS, SHADOW_TRADES, Topic
from tests.agents.changes import change
from tests.agents.strategies import AT, CALL, PUT, few, micros, order, tapes
from tests.agents.test_book_shadow import shadow_of
from tests.streams.feeding import CHOPPY, CONTEXT, Fed, asked_out, frame, holding, quote
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


def counted(monkeypatch: pytest.MonkeyPatch) -> list[Book]:
    """Return the books that will have looked at ticks."""
    looked: list[Book] = []
    on_ticks = books.on_ticks

    def looks(book: Book, ticks: Iterable[Tick], *, rules: ExitRules, quiet: Quiet | None = None) -> Outcome:
        looked.append(book)
        return on_ticks(book, ticks, rules=rules, quiet=quiet)

    monkeypatch.setattr(books, "on_ticks", looks)
    return looked


async def test_an_exit_is_filled_at_a_later_frame_of_the_same_batch_though_that_one_calls_for_nothing() -> None:
    fed = await holding(await Fed().begin())
    calm, far, near = quote("3.51", "3.55", 2), quote("5.28", "5.32", 3), quote("3.50", "3.54", 4)
    await fed.tell(PRICE_TICKS, calm, far, near, quote("9.50", "9.54", 5))
    assert asked_out(fed) == [("profit_target", 9)]
    assert [fill.price for fill in fed.log.of(FILLS, OrderFilled)] == [Decimal("3.52"), Decimal("3.52")]


async def test_books_look_at_no_frame_in_which_nothing_can_happen_to_them(monkeypatch: pytest.MonkeyPatch) -> None:
    fed = await holding(await Fed().begin())
    looked = counted(monkeypatch)
    await fed.tell(PRICE_TICKS, *(quote("3.51", "3.55", second) for second in range(2, 9)))
    await fed.tell(PRICE_TICKS, *(quote("3.51", "3.55", second) for second in range(9, 12)))
    assert looked == []


async def test_what_is_near_its_expiration_is_looked_at_once_and_closed_by_its_first_losing_mark(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fed = await holding(await Fed().begin())
    looked = counted(monkeypatch)
    late = 110 * 3_600.0
    await fed.tell(PRICE_TICKS, *(quote("3.60", "3.64", late + second) for second in range(4)))
    await fed.tell(PRICE_TICKS, *(quote("3.60", "3.64", late + second) for second in range(4, 8)))
    assert (len(looked), asked_out(fed)) == (1, [])
    await fed.tell(PRICE_TICKS, quote("3.61", "3.65", late + 8), quote("3.40", "3.44", late + 9))
    assert (len(looked), asked_out(fed)) == (2, [("near_expiration", 9)])


async def test_a_frame_that_a_market_fails_on_is_set_aside_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def folds(market: Market, ticks: TickColumns, *, window: OpeningWindow | None = None) -> Market:
        if 13 in ticks.price.tolist():
            raise ArithmeticError
        return on_columns(market, ticks, window=window)

    monkeypatch.setattr("streams.processors.ticking.on_columns", folds)
    fed = await Fed().begin()
    prices = (11, 12, 13, 14)
    await fed.tell(PRICE_TICKS, *(frame(Tick("SPY", micros() + price, price=price, size=1)) for price in prices))
    assert fed.letters() == []  # nobody has asked for the market
    await fed.stage._checkpoint()
    assert fed.letters() == [(PRICE_TICKS.name, 2, "failed")]
    state = fed.state("markets", "SPY")
    assert (state.last.price, state.series["1m"].bar.volume) == (14, 3)


async def test_a_market_that_has_seen_some_frames_is_told_the_others() -> None:
    fed = await Fed().begin()
    await fed.tell(PRICE_TICKS, frame(Tick("SPY", micros() + 1, price=1, size=1)))
    written = list(fed.deliveries)
    await fed.stage._checkpoint()
    assert all(each.acked for each in written)
    for each in written:
        each.acked = False  # the process dies before Kafka has its offsets
    again = await fed.begin()
    await again.stage._process(
        [*written, again.deliver(PRICE_TICKS, frame(Tick("SPY", micros() + 2, price=2, size=1)))]
    )
    await again.stage._checkpoint()
    assert again.state("markets", "SPY").series["1m"].bar.volume == 2
