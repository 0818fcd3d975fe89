from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.exit_intelligence import on_bias
from agents.rules import ExitRules
from schemas.decisions import EntryContext
from schemas.event import Event
from schemas.market import BiasState
from schemas.orders import OrderFilled, OrderPlaced
from schemas.positions import Book
from tests.agents.histories import KNOWN
from tests.agents.strategies import AT, CALL, PUT, bias, few, nanos, order, quoted, traded
from tests.agents.test_book import EMPTY, RULES, of, opened, run
from tests.agents.test_book_shadow import SHADOW, shadow_of

HEARD = AT + timedelta(seconds=90)
"""When the platform hears of the bias."""


def newer(**changes: Any) -> BiasState:
    return bias(**{"timestamp": AT + timedelta(seconds=60), **changes})


def judged(book: Book, said: BiasState, *, rules: ExitRules = RULES) -> tuple[Book, tuple[Event, ...]]:
    return on_bias(book, said, at=HEARD, rules=rules)


def held(**known: Any) -> Book:
    """Return a book with nine contracts bought at 3.52, long, under the trace's bias."""
    return opened(entry=KNOWN.model_copy(update=known))


@pytest.mark.parametrize(
    ("changes", "details", "quantity"),
    [
        ({}, (), 0),
        ({"bias": "neutral"}, (), 0),
        ({"bias": "bearish"}, ("bias_flip",), 9),
        ({"confidence": Decimal("45.01")}, (), 0),
        ({"confidence": Decimal(45)}, ("confidence_collapse",), 5),
        ({"confidence": Decimal(100)}, (), 0),
        ({"chop_score": Decimal("79.99")}, (), 0),
        ({"chop_score": Decimal(80)}, ("chop_spike",), 5),
        ({"chop_score": Decimal(80), "confidence": Decimal(10)}, ("confidence_collapse", "chop_spike"), 5),
        ({"bias": "bearish", "chop_score": Decimal(90), "confidence": Decimal(10)}, ("bias_flip",), 9),
        ({"regime_type": "CHOPPY"}, (), 0),
        ({"regime_type": None}, (), 0),
    ],
)
def test_what_has_changed_since_the_entry_says_how_much_is_sold(
    changes: dict[str, Any], details: tuple[str, ...], quantity: int
) -> None:
    book, events = judged(held(), newer(**changes))
    if not quantity:
        assert events == ()
    else:
        (asked,) = events
        assert isinstance(asked, OrderPlaced)
        assert (asked.exit_reason, asked.exit_codes) == ("exit_intelligence", ("exit_intelligence", *details))
        assert (asked.quantity, asked.remaining_quantity) == (quantity, 9 - quantity)
        assert (asked.occurred_at, asked.trigger_price, asked.limit_price) == (HEARD, None, Decimal("3.52"))
    (position,) = book.positions
    assert position.status == ("closing" if quantity == 9 else "open")
    assert position.bias_seen_at == AT + timedelta(seconds=60)


@pytest.mark.parametrize(
    ("direction", "known", "said", "closes"),
    [
        ("long", "bullish", "bearish", True),
        ("long", "neutral", "bearish", True),
        ("long", "bullish", "neutral", False),
        ("long", "bearish", "bullish", False),
        ("long", "bearish", "bearish", False),
        ("long", None, "bearish", False),
        ("short", "bearish", "bullish", True),
        ("short", "neutral", "bullish", True),
        ("short", "bullish", "bullish", False),
        ("short", "bearish", "bearish", False),
    ],
)
def test_a_bias_flips_when_it_turns_against_the_direction_after_the_entry(
    direction: str, known: str | None, said: str, closes: bool
) -> None:
    book = opened(direction=direction, entry=EntryContext.model_validate({"bias": known}))
    book, events = judged(book, newer(bias=said))
    assert len(events) == closes
    assert (book.positions[0].status == "closing") == closes


def test_what_was_not_known_at_the_entry_is_not_judged() -> None:
    worst = newer(bias="bearish", confidence=Decimal(0), chop_score=Decimal(100), regime_type="CHOPPY")
    book, events = judged(opened(entry=EntryContext()), worst)
    assert events == ()
    (position,) = book.positions
    assert (position.fired, position.stop_at_or_below) == ((), nanos("1.76"))


def test_chop_that_was_there_at_the_entry_is_no_spike() -> None:
    for known, spikes in ((Decimal("84.99"), True), (Decimal(85), False), (Decimal(86), False)):
        _, events = judged(held(chop_score=known), newer(chop_score=Decimal(85)))
        assert len(events) == spikes


def test_each_of_them_reduces_a_position_once() -> None:
    book, _ = judged(held(), newer(confidence=Decimal(40)))
    assert book.positions[0].fired == ("confidence_collapse",)
    again = newer(confidence=Decimal(30), timestamp=AT + timedelta(seconds=61))
    book, events = judged(book, again)
    assert events == ()
    spike = newer(confidence=Decimal(30), chop_score=Decimal(90), timestamp=AT + timedelta(seconds=62))
    book, (asked,) = judged(book, spike)
    assert isinstance(asked, OrderPlaced)
    assert (asked.quantity, asked.remaining_quantity) == (2, 2)
    assert asked.exit_codes == ("exit_intelligence", "chop_spike")
    assert book.positions[0].fired == ("confidence_collapse", "chop_spike")
    assert book.positions[0].exit_codes == ("exit_intelligence", "confidence_collapse", "chop_spike")
    _, (rest,) = judged(book, newer(bias="bearish", timestamp=AT + timedelta(seconds=63)))
    assert isinstance(rest, OrderPlaced)
    assert (rest.quantity, rest.remaining_quantity) == (2, 0)


def test_the_share_is_a_rule_and_of_one_contract_it_is_the_one() -> None:
    collapsed = newer(confidence=Decimal(0))
    _, (asked,) = judged(held(), collapsed, rules=ExitRules(intelligence_share=Decimal("0.25")))
    assert isinstance(asked, OrderPlaced)
    assert asked.quantity == 2
    one, two = opened(quantity=1, entry=KNOWN), opened(quantity=2, entry=KNOWN)
    book, (all_of_it,) = judged(one, collapsed)
    assert isinstance(all_of_it, OrderPlaced)
    assert (all_of_it.quantity, all_of_it.remaining_quantity) == (1, 0)
    assert (book.positions[0].status, book.positions[0].available) == ("closing", 0)
    _, (half,) = judged(two, collapsed)
    assert isinstance(half, OrderPlaced)
    assert (half.quantity, half.remaining_quantity) == (1, 1)


def test_another_regime_tightens_the_stop_once_and_for_good() -> None:
    book, events = judged(held(), newer(regime_type="CHOPPY"))
    assert events == ()
    (position,) = book.positions
    assert (position.stop_at_or_below, position.fired) == (nanos("2.816"), ("regime_change",))
    book, events = judged(book, newer(timestamp=AT + timedelta(seconds=61)))
    assert (events, book.positions[0].stop_at_or_below) == ((), nanos("2.816"))
    book, _ = judged(book, newer(regime_type="CHOPPY", timestamp=AT + timedelta(seconds=62)))
    assert book.positions[0].fired == ("regime_change",)
    book, _ = run(book, [traded(CALL, "4.58", seconds=100)])
    assert book.positions[0].stop_at_or_below == nanos("3.6608")


def test_one_bias_may_reduce_a_position_and_tighten_its_stop() -> None:
    book, (asked,) = judged(held(), newer(regime_type="CHOPPY", chop_score=Decimal(80)))
    assert isinstance(asked, OrderPlaced)
    assert asked.exit_codes == ("exit_intelligence", "chop_spike")
    (position,) = book.positions
    assert (position.fired, position.stop_at_or_below) == (("chop_spike", "regime_change"), nanos("2.816"))
    assert (position.leaving, len(book.working)) == (5, 1)


def test_a_bias_is_looked_at_once_and_no_older_one_after_it() -> None:
    book, _ = judged(held(), newer())
    worse = newer(bias="bearish")
    assert judged(book, worse) == (book, ())
    assert judged(book, newer(bias="bearish", timestamp=AT + timedelta(seconds=59))) == (book, ())
    assert len(judged(book, newer(bias="bearish", timestamp=AT + timedelta(seconds=60.000001)))[1]) == 1


def test_a_bias_from_before_the_entry_says_nothing_new() -> None:
    book = held()  # entered a second after AT
    for seconds in (0, 1):
        assert judged(book, newer(bias="bearish", timestamp=AT + timedelta(seconds=seconds))) == (book, ())
    assert len(judged(book, newer(bias="bearish", timestamp=AT + timedelta(seconds=1.000001)))[1]) == 1


def test_without_intelligence_no_bias_is_looked_at() -> None:
    book = held()
    after, events = judged(book, newer(bias="bearish"), rules=ExitRules(intelligence=False))
    assert after is book
    assert events == ()


def test_without_the_decision_engine_intelligence_goes_on() -> None:
    assert len(judged(held(), newer(bias="bearish"), rules=ExitRules(decision_engine=False))[1]) == 1


def test_a_position_that_is_closing_is_left_alone() -> None:
    book, _ = run(held(), [traded(CALL, "5.28", seconds=10)])
    assert judged(book, newer(bias="bearish")) == (book, ())
    assert judged(EMPTY, newer(bias="bearish")) == (EMPTY, ())


def test_each_position_is_judged_by_its_own_entry() -> None:
    put = order("two", option_symbol=PUT, entry=KNOWN.model_copy(update={"bias": "bearish"}))
    book, _ = run(held(), [put, quoted(PUT, "2.00", "2.02", seconds=2)])
    after, (asked,) = judged(book, newer(bias="bearish"))
    assert isinstance(asked, OrderPlaced)
    assert asked.option_symbol == CALL
    assert [position.status for position in after.positions] == ["closing", "open"]
    after, events = judged(book, newer(bias="neutral", confidence=Decimal(0)))
    assert [event.quantity for event in of(OrderPlaced, events)] == [5, 5]
    assert [placed.option_symbol for placed in after.working] == [CALL, PUT]


def test_the_exit_is_filled_at_a_quote_after_the_bias_was_heard_of() -> None:
    book, _ = judged(held(), newer(bias="bearish"))
    assert run(book, [quoted(CALL, "3.50", "3.54", seconds=89)])[1] == []
    book, events = run(book, [quoted(CALL, "3.50", "3.54", seconds=90)])
    assert [fill.exit_reason for fill in of(OrderFilled, events)] == ["exit_intelligence"]
    assert book == EMPTY


def test_a_shadow_leaves_without_an_order() -> None:
    book, _ = run(SHADOW, [shadow_of(order(entry=KNOWN)), quoted(CALL, "3.50", "3.54", seconds=1)])
    after, events = judged(book, newer(bias="bearish"))
    assert events == ()
    assert after.positions[0].status == "closing"


states = st.builds(
    newer,
    bias=st.sampled_from(["bullish", "neutral", "bearish"]),
    confidence=st.integers(0, 100).map(Decimal),
    chop_score=st.integers(0, 100).map(Decimal),
    regime_type=st.sampled_from([None, "TRENDING", "CHOPPY"]),
    timestamp=st.integers(0, 100).map(lambda seconds: AT + timedelta(seconds=seconds)),
)


@few
@given(st.lists(states, max_size=8))
def test_any_biases_sell_at_most_what_is_held_and_a_repeat_changes_nothing(said: list[BiasState]) -> None:
    book, sold, stop = held(), 0, 0
    for state in said:
        book, events = judged(book, state)
        sold += sum(event.quantity for event in of(OrderPlaced, events))
        (position,) = book.positions
        assert position.available == 9 - sold
        assert position.stop_at_or_below >= stop
        stop = position.stop_at_or_below
        assert judged(book, state) == (book, ())
