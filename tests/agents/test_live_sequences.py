"""A live account's book through any sequence of what its broker may say, beside a ledger of plain sums."""

from collections import Counter
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.limits import exposure
from agents.live_exits import exits_of, live_of, unfilled
from agents.lots import contracts, worth
from tests.agents.live_book_under_way import OPENING, LiveBookUnderWay
from tests.agents.strategies import EXAMPLES


def fills_add_up_to_positions_and_positions_to_the_account(live: LiveBookUnderWay) -> None:
    sums: Counter[str] = Counter()
    for fill in live.fills:
        sums[fill.position_id] += fill.quantity if fill.side == "buy_to_open" else -fill.quantity
    held = {position.position_id: position.quantity for position in live.book.positions}
    assert {name: count for name, count in sums.items() if count} == held
    assert {item.position_id: item.quantity for item in live.account.holdings} == held
    assert all(count > 0 for count in held.values())


def cash_is_the_sum_over_fills_to_the_cent(live: LiveBookUnderWay) -> None:
    signed = ((1 if fill.side == "buy_to_open" else -1) * fill.quantity * fill.price for fill in live.fills)
    assert live.account.cash == OPENING - sum(signed, Decimal(0)) * 100


def what_was_made_is_what_positions_made(live: LiveBookUnderWay) -> None:
    made = sum((trade.realized_pnl for trade in live.trades), Decimal(0))
    made += sum((position.realized_pnl for position in live.book.positions), Decimal(0))
    assert live.account.realized_pnl == live.account.day_realized_pnl == made
    cost = sum((worth(position.lots) for position in live.book.positions), Decimal(0)) * 100
    assert live.account.cash + cost == OPENING + made


def each_position_is_its_lots(live: LiveBookUnderWay) -> None:
    for position in live.book.positions:
        assert contracts(position.lots) == position.quantity
        assert contracts(position.sold_lots) == position.bought - position.quantity
        bought = worth(position.lots) + worth(position.sold_lots)
        assert abs(position.entry_price - bought / position.bought) <= Decimal("0.00005")
        assert position.realized_pnl == (position.exit_value - worth(position.sold_lots)) * 100
        assert all(lot.quantity > 0 for lot in (*position.lots, *position.sold_lots))


def the_account_reserves_what_is_ordered_and_not_filled(live: LiveBookUnderWay) -> None:
    rest = {}
    for known in live.broker.orders.values():
        heard = live_of(live.book, known.order).filled_quantity
        is_open = known.order in live.book.working if known.is_told else True
        if known.order.side == "buy_to_open" and is_open:
            rest[known.order.event_id] = known.order.quantity - (heard if known.is_told else 0)
    assert {item.order_id: item.quantity for item in live.account.reservations} == rest
    carried = sum((item.price * item.quantity for item in live.account.reservations), Decimal(0)) * 100
    cost = sum((worth(position.lots) for position in live.book.positions), Decimal(0)) * 100
    # a holding's price has four decimals, and is rounded at each of its fills
    assert abs(exposure(live.account) - carried - cost) <= Decimal("0.05") * (len(live.fills) + 1)


def no_more_is_on_its_way_out_than_is_held(live: LiveBookUnderWay) -> None:
    for position in live.book.positions:
        exits = exits_of(live.book, position.position_id)
        lasting = [order for order in exits if not live_of(live.book, order).cancel_requested]
        asked = len(lasting) < len(exits)
        on_way = sum(unfilled(live.book, order) for order in exits)
        assert on_way <= position.quantity or asked
        assert position.available == max(0, position.quantity - on_way)
        ids = {order.event_id for order in exits}
        assert (position.status == "closing") == (position.exit_order_id is not None)
        assert position.exit_order_id is None or position.exit_order_id in ids
        assert position.leaving >= 0


def the_book_knows_of_each_live_order_and_asks_once_for_its_end(live: LiveBookUnderWay) -> None:
    assert set(live.book.live) == {order.event_id for order in live.book.working}
    assert all(count == 1 for count in live.asked.values())
    assert len({order.event_id for order in live.book.working}) == len(live.book.working)
    withheld = {order.event_id for order in live.book.working if live_of(live.book, order).withheld}
    assert not withheld & set(live.broker.orders)
    there = {known.order.event_id for known in live.broker.working() if known.is_told}
    assert {order.event_id for order in live.book.working} - withheld == there


STEPS = {
    LiveBookUnderWay.order: 2,
    LiveBookUnderWay.read_an_order: 4,
    LiveBookUnderWay.execute: 6,
    LiveBookUnderWay.end: 2,
    LiveBookUnderWay.bust: 1,
    LiveBookUnderWay.correct: 1,
    LiveBookUnderWay.adjust: 1,
    LiveBookUnderWay.say_again: 1,
    LiveBookUnderWay.tick: 4,
    LiveBookUnderWay.let_time_pass: 1,
    LiveBookUnderWay.ask_to_close: 1,
    LiveBookUnderWay.change_the_rules: 1,
}
"""What may happen, and how often."""
HAPPENS = [step for step, times in STEPS.items() for _ in range(times)]
HOLDS = (
    fills_add_up_to_positions_and_positions_to_the_account,
    cash_is_the_sum_over_fills_to_the_cent,
    what_was_made_is_what_positions_made,
    each_position_is_its_lots,
    the_account_reserves_what_is_ordered_and_not_filled,
    no_more_is_on_its_way_out_than_is_held,
    the_book_knows_of_each_live_order_and_asks_once_for_its_end,
)


@settings(max_examples=2 * EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_a_broker_says_nothing_is_lost_and_nothing_counts_twice(data: st.DataObject) -> None:
    live = LiveBookUnderWay()
    for _ in range(data.draw(st.integers(1, 60))):
        data.draw(st.sampled_from(HAPPENS))(live, data.draw)
        for holds in HOLDS:
            holds(live)
    live.finish()
