"""A live account: its orders, what its broker says of it, and what executions do to it."""

from decimal import Decimal
from typing import Any

import pytest

from agents.account import on_broker_report, opened
from agents.limits import equity, positions
from agents.rules import Rules
from schemas.accounts import Account, AccountSnapshot
from schemas.orders import OrderPlaced
from tests.agents.accounts import account, holding, reservation
from tests.agents.live_accounts import LIVE, RULES, ask, happened, live, names, ordered, report, tell
from tests.agents.strategies import AT, CALL, OTHER_CALL, PUT, order, proposal, recommendation


def test_a_live_accounts_orders_go_to_its_broker() -> None:
    found = ask(live())
    (placed,) = found.orders
    assert (placed.order_type, placed.pricing, placed.limit_price) == ("live", "limit", Decimal("3.45"))
    assert placed.expires_at == AT + LIVE.order_timeout
    (kept,) = found.account.reservations
    assert (kept.price, kept.quantity, kept.ordered_at) == (Decimal("3.45"), 9, AT)
    (placed,) = ask(live(), entry_pricing="market").orders
    assert (placed.order_type, placed.pricing) == ("live", "market")
    assert ask(live(), entry_pricing="market").account.reservations[0].price == Decimal("3.45")


def test_any_other_accounts_orders_are_filled_on_paper() -> None:
    found = ask(account(), live_accounts=("another",), entry_pricing="market")
    (placed,) = found.orders
    assert (placed.order_type, placed.pricing) == ("paper", "limit")
    assert found.account.reservations[0].ordered_at is None
    assert not {"test_signal", "broker_report", "buying_power"} & set(names(found))


def test_orders_of_two_engines_are_asked_for_one_after_the_other() -> None:
    spent = live(broker=report(options_buying_power=Decimal(4_000)))
    first = ask(spent, proposal("one"))
    again = ask(first.account, proposal("two", recommendation=recommendation(option_symbol=OTHER_CALL)))
    assert [type(event) for event in first.orders] == [OrderPlaced]
    assert again.blocks() == [("buying_power", "insufficient_buying_power")]


def test_an_order_that_is_filled_in_part_is_one_position() -> None:
    bought, ordered_rest = holding(CALL), reservation(CALL)
    partly = ordered_rest.model_copy(update={"position_id": bought.position_id})
    assert positions(account(holdings=(bought,), reservations=(partly,))) == {bought.symbol: 1}
    other = ordered_rest.model_copy(update={"position_id": "another"})
    assert positions(account(holdings=(bought,), reservations=(other,))) == {bought.symbol: 2}


def test_an_account_that_has_not_traded_begins_with_what_its_broker_says() -> None:
    known, (told,) = on_broker_report(
        opened("paper", LIVE), report(cash=Decimal(7_000), equity=Decimal(8_000)), rules=RULES
    )
    assert (known.cash, known.opening_equity, known.adjustments) == (Decimal(7_000), Decimal(8_000), 0)
    assert known.broker == report(cash=Decimal(7_000), equity=Decimal(8_000))
    assert isinstance(told, AccountSnapshot)
    assert told.equity == equity(known) == Decimal(8_000)


@pytest.mark.parametrize(
    "changes",
    [
        {"holdings": (holding(CALL),)},
        {"reservations": (reservation(CALL),)},
        {"realized_pnl": Decimal("1.00")},
        {"cash": Decimal(99_999)},
    ],
)
def test_an_account_that_has_traded_keeps_its_own_count(changes: dict[str, Any]) -> None:
    before = account(**changes)
    known, _ = on_broker_report(before, report(cash=Decimal(7_000), equity=Decimal(8_000)), rules=RULES)
    assert known == before.model_copy(update={"broker": known.broker})


def test_a_difference_in_cash_is_booked_and_shown() -> None:
    before = live(adjustments=Decimal("-1.00"), cash=Decimal(50_000))
    known, (told,) = on_broker_report(before, report(seconds=1, cash_difference=Decimal("-2.50")), rules=RULES)
    assert (known.cash, known.adjustments) == (Decimal("49997.50"), Decimal("-3.50"))
    assert known.opening_equity == before.opening_equity
    assert isinstance(told, AccountSnapshot)
    assert told.equity == Decimal("99996.50")
    same, told_again = on_broker_report(known, report(seconds=2), rules=RULES)
    assert (same.cash, same.adjustments, told_again) == (known.cash, known.adjustments, ())


def test_the_newest_word_counts() -> None:
    known = live(broker=report(seconds=0))
    assert on_broker_report(known, report(seconds=-1, cash_difference=Decimal(5)), rules=RULES) == (known, ())
    same, _ = on_broker_report(known, report(seconds=0, day_trades=2), rules=RULES)
    assert same.broker is not None
    assert same.broker.day_trades == 2


def test_an_account_on_paper_has_no_broker() -> None:
    known = account()
    assert on_broker_report(known, report(), rules=Rules()) == (known, ())


def test_each_execution_moves_what_is_reserved_into_what_is_held() -> None:
    known = tell(ordered(), happened("order_partially_filled", 4, "3.40"))
    (kept,), (held,) = known.reservations, known.holdings
    assert (kept.quantity, kept.price) == (5, Decimal("3.45"))
    assert (held.quantity, held.entry_price, held.entry_timestamp, held.engine) == (4, Decimal("3.40"), AT, "A")
    assert (held.position_id, held.symbol, held.option_symbol) == (order().position_id, "SPY", CALL)
    assert known.cash == Decimal(100_000) - 1360

    known = tell(known, happened("order_partially_filled", 2, "3.70"))
    assert (known.reservations[0].quantity, known.holdings[0].quantity) == (3, 6)
    assert known.holdings[0].entry_price == Decimal("3.5000")

    known = tell(known, happened("order_filled", 3, "3.40"))
    assert (known.reservations, len(known.holdings)) == ((), 1)
    assert (known.holdings[0].quantity, known.holdings[0].entry_price) == (9, Decimal("3.4667"))
    assert known.cash == Decimal(100_000) - 1360 - 740 - 1020
    assert tell(known, happened("order_filled", 3, "3.40")) == known


def test_what_is_not_filled_is_released() -> None:
    known = tell(ordered(), happened("order_partially_filled", 4, "3.40"), happened("order_failed", 5))
    assert (known.reservations, known.holdings[0].quantity) == ((), 4)
    assert known.cash == Decimal(100_000) - 1360
    alone = tell(live(), happened("order_partially_filled", 4, "3.40"))
    assert (alone.reservations, alone.holdings[0].quantity) == ((), 4)
    more = tell(ordered(), happened("order_partially_filled", 12, "3.40"))
    assert more.reservations[0].quantity == 0


def test_other_reservations_and_holdings_stay() -> None:
    beside, theirs = holding(PUT), reservation(OTHER_CALL)
    known = ordered()
    known = known.model_copy(update={"holdings": (beside,), "reservations": (theirs, *known.reservations)})
    known = tell(known, happened("order_partially_filled", 4, "3.40"))
    assert (known.reservations[0], known.holdings[0]) == (theirs, beside)
    known = tell(known, happened("order_filled", 5, "3.40"), happened("position_adjusted", -9, "3.40", made="0"))
    assert (known.reservations, known.holdings) == ((theirs,), (beside,))


def held() -> Account:
    """Return an account that holds four at 3.40 and five at 3.60."""
    return tell(ordered(), happened("order_partially_filled", 4, "3.40"), happened("order_filled", 5, "3.60"))


def test_a_sale_leaves_a_holding_at_the_cost_of_what_is_held() -> None:
    known = tell(held(), happened("position_reduced", 4, "5.00", made="640.00"))
    assert (known.holdings[0].quantity, known.holdings[0].entry_price) == (5, Decimal("3.6000"))
    assert (known.realized_pnl, known.day_realized_pnl) == (Decimal("640.00"), Decimal("640.00"))
    assert known.cash == Decimal(100_000) - 1360 - 1800 + 2000
    known = tell(known, happened("position_closed", 5, "3.50", made="-50.00"))
    assert (known.holdings, known.realized_pnl) == ((), Decimal("590.00"))
    assert known.cash == Decimal(100_000) + 590
    assert tell(known, happened("position_closed", 5, "3.50", made="-50.00")) == known


def test_what_is_adjusted_moves_cash_cost_and_what_was_made() -> None:
    undone = tell(held(), happened("position_adjusted", -4, "3.40", made="0.00"))
    assert (undone.holdings[0].quantity, undone.holdings[0].entry_price) == (5, Decimal("3.6000"))
    assert (undone.cash, undone.realized_pnl) == (Decimal(100_000) - 1800, 0)
    sold = tell(held(), happened("position_adjusted", -4, "5.00", made="640.00"))
    assert (sold.holdings[0].entry_price, sold.realized_pnl) == (Decimal("3.6000"), Decimal("640.00"))
    back = tell(sold, happened("position_adjusted", 4, "5.00", made="-640.00"))
    assert (back.holdings[0].quantity, back.holdings[0].entry_price) == (9, Decimal("3.5111"))
    assert (back.cash, back.realized_pnl) == (held().cash, 0)
    gone = tell(held(), happened("position_adjusted", -9, "3.00", made="-460.00"))
    assert (gone.holdings, gone.realized_pnl) == ((), Decimal("-460.00"))
    assert gone.cash == Decimal(100_000) - 460
    assert tell(gone, happened("position_adjusted", -1, "3.00", made="0.00")) == gone
    anew = tell(gone, happened("position_adjusted", 2, "3.00", made="0.00"))
    assert (anew.holdings[0].quantity, anew.cash) == (2, gone.cash - 600)


def test_no_holding_costs_less_than_nothing() -> None:
    known = tell(held(), happened("position_adjusted", -5, "9.00", made="0.00"))
    assert known.holdings[0].entry_price == 0


def test_an_exit_that_comes_to_nothing_makes_no_room() -> None:
    leaving = live(holdings=(holding(CALL, is_closing=True), holding(PUT, is_closing=True)))
    failed = happened("order_failed", 1, order_id="an exit", position_id=leaving.holdings[0].position_id)
    after = tell(leaving, failed)
    assert [item.is_closing for item in after.holdings] == [False, True]
    entry = ordered().model_copy(
        update={"holdings": (holding(CALL, is_closing=True).model_copy(update={"position_id": order().position_id}),)}
    )
    assert tell(entry, happened("order_failed", 9)).holdings[0].is_closing


def test_a_position_that_is_closed_is_held_no_longer_whatever_was_known_of_it() -> None:
    known = tell(held(), happened("position_closed", 7, "3.50", made="-20.00"))
    assert (known.holdings, known.realized_pnl) == ((), Decimal("-20.00"))
    assert known.cash == held().cash + 2450
    again = tell(known, happened("position_adjusted", 1, "3.00", made="0.00"))
    assert [item.quantity for item in again.holdings] == [1]
