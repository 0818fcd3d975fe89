"""P&L by day, and what came later and changed it."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.closing import contract_of
from agents.facts import Fact
from agents.restatements import Place, Realised, realised
from schemas.event import Event
from schemas.ids import derived_id
from schemas.orders import OrderFilled
from tests.agents.brokerage import busted, corrected
from tests.agents.live_cases import LIVE
from tests.agents.strategies import AT, EXAMPLES
from tests.agents.test_live_sequences import HAPPENS
from tests.agents.test_past_positions import Told

FIRST, NEXT = AT, AT + timedelta(days=1)
EXIT = LIVE.model_copy(update={"event_id": derived_id("order", "exit"), "side": "sell_to_close"})
DAY_ONE: Place = (date(2026, 2, 13), "SPY", "A")


def fill(name: str, side: str, quantity: int, price: str, at: datetime, **changes: Any) -> OrderFilled:
    return OrderFilled.model_validate(
        {
            **contract_of(LIVE),
            "event_id": derived_id("fill", name),
            "occurred_at": at,
            "order_id": LIVE.event_id if side == "buy_to_open" else EXIT.event_id,
            "side": side,
            "order_type": "live",
            "quantity": quantity,
            "price": Decimal(price),
            "exit_reason": None if side == "buy_to_open" else "manual",
            **changes,
        }
    )


BOUGHT = fill("one", "buy_to_open", 4, "3.40", FIRST)
BOUGHT_MORE = fill("two", "buy_to_open", 5, "3.60", FIRST)
SOLD = fill("three", "sell_to_close", 5, "4.50", FIRST)


def told(*events: Event) -> list[Fact]:
    """Return events as they became known, a second after one another."""
    return [
        Fact(type(event).__name__, 0, number, FIRST + timedelta(seconds=number), event)
        for number, event in enumerate(events)
    ]


def changed(found: Realised) -> list[tuple[str, str, Decimal]]:
    return [(item.kind, item.event_id, item.amount) for item in found.restatements]


def test_what_a_sale_made_stands_on_its_day() -> None:
    found = realised(told(BOUGHT, BOUGHT_MORE, SOLD), late=frozenset())
    assert found.amounts == {DAY_ONE: Decimal("530.00")}
    assert (found.sales, found.restatements) == ({DAY_ONE: 1}, ())


def test_a_busted_purchase_changes_the_day_of_the_sale_that_sold_it() -> None:
    bust = busted(LIVE, 4, "3.40", NEXT)
    undone = fill(
        "", "buy_to_open", -4, "3.40", NEXT, undoes=BOUGHT.event_id, event_id=derived_id("fill", bust.event_id)
    )
    found = realised(told(BOUGHT, BOUGHT_MORE, SOLD, bust, undone), late=frozenset())
    # five of 3.60 were sold, and none of 3.40
    assert found.amounts == {DAY_ONE: Decimal("450.00")}
    assert changed(found) == [("busted", bust.event_id, Decimal("-80.00"))]
    assert found.restatements[0].changes == ((DAY_ONE, Decimal("-80.00")),)
    assert found.restatements[0].undoes == BOUGHT.event_id


def test_a_busted_sale_leaves_its_day_with_nothing() -> None:
    bust = busted(EXIT, 5, "4.50", NEXT)
    undone = fill(
        "", "sell_to_close", -5, "4.50", NEXT, undoes=SOLD.event_id, event_id=derived_id("fill", bust.event_id)
    )
    found = realised(told(BOUGHT, BOUGHT_MORE, SOLD, bust, undone), late=frozenset())
    assert found.amounts == {}
    assert changed(found) == [("busted", bust.event_id, Decimal("-530.00"))]


def test_a_corrected_sale_is_restated_once_and_by_the_brokers_word() -> None:
    word = corrected(EXIT, 5, "4.50", "4.60", NEXT)
    undone_id, anew_id = derived_id("fill", word.event_id), derived_id("fill", word.event_id, "corrected")
    undone = fill("", "sell_to_close", -5, "4.50", NEXT, undoes=SOLD.event_id, event_id=undone_id)
    anew = fill("", "sell_to_close", 5, "4.60", NEXT, event_id=anew_id)
    found = realised(told(BOUGHT, BOUGHT_MORE, SOLD, word, undone, anew), late=frozenset())
    assert found.amounts == {DAY_ONE: Decimal("580.00")}
    assert changed(found) == [("corrected", word.event_id, Decimal("50.00"))]


def test_a_late_sale_is_said_to_restate_its_day() -> None:
    found = realised(told(BOUGHT, BOUGHT_MORE, SOLD), late=frozenset({SOLD.event_id}))
    assert changed(found) == [("late_fill", SOLD.event_id, Decimal("530.00"))]


def test_what_is_not_known_yet_is_not_in_it() -> None:
    bust = busted(LIVE, 4, "3.40", NEXT)
    undone = fill(
        "", "buy_to_open", -4, "3.40", NEXT, undoes=BOUGHT.event_id, event_id=derived_id("fill", bust.event_id)
    )
    facts = told(BOUGHT, BOUGHT_MORE, SOLD, bust, undone)
    then = realised(facts[:3], late=frozenset())
    now = realised(facts, late=frozenset())
    assert now.amounts[DAY_ONE] - then.amounts[DAY_ONE] == sum(item.amount for item in now.restatements)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_days_add_up_to_the_account_and_every_change_of_a_told_day_is_a_restatement(data: st.DataObject) -> None:
    live = Told()
    for _ in range(data.draw(st.integers(1, 40))):
        data.draw(st.sampled_from(HAPPENS))(live, data.draw)
    total = Decimal(0)
    for number in range(len(live.facts)):
        before, after = (realised(live.facts[:end], late=frozenset()) for end in (number, number + 1))
        told_now = after.restatements[len(before.restatements) :]
        for place in {*before.amounts, *after.amounts}:
            moved = after.amounts.get(place, Decimal(0)) - before.amounts.get(place, Decimal(0))
            restated = sum(
                (amount for item in told_now for where, amount in item.changes if where == place), Decimal(0)
            )
            assert restated == (moved if told_now else 0)
            assert told_now or not moved or isinstance(live.facts[number].event, OrderFilled)
        total = sum(after.amounts.values(), Decimal(0))
    assert total == live.account.realized_pnl
