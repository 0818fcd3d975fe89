"""Orders by hand: the same gates as everybody's, a limit that is kept, and an end when one is asked for."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import book as books
from agents.account import on_account_event, on_proposal, opened
from agents.desk import Seen
from agents.manual import on_order_request
from agents.performance import on_trade
from agents.rules import EngineRules, RiskLimits, Rules
from schemas.accounts import Account, AccountEvent
from schemas.decisions import DecisionMade, TradeProposed
from schemas.desks import Desk
from schemas.ids import derived_id
from schemas.market import Market
from schemas.orders import CancelAsked, CancelRequested, OrderFilled, OrderPlaced, OrderRequested, OrderUpdated
from schemas.performance import Performance
from tests.agents.deciding import all_rules
from tests.agents.strategies import AT, CALL, CLOSED, DAY, EXPIRATION, SPY, few, market, quoted, session
from tests.agents.test_book import EMPTY, of, run
from tests.agents.test_performance import closed

AMPLE = RiskLimits(exposure_max=Decimal(100_000), exposure_pct_max=Decimal(100))


def request(name: str = "1", **changes: Any) -> OrderRequested:
    return OrderRequested(
        **{
            "event_id": derived_id("order-request", name),
            "occurred_at": AT,
            "account_id": "paper",
            "symbol": SPY,
            "option_symbol": CALL,
            "strike": Decimal(596),
            "expiration": EXPIRATION,
            "type": "call",
            "quantity": 2,
            "limit_price": Decimal("3.40"),
            "requested_by": "ada",
            **changes,
        }
    )


def proposed(
    asked: OrderRequested, *, known: Market | None = None, rules: Rules | None = None, phase: Any = None
) -> TradeProposed:
    seen = Seen(
        market=known or market(), session=phase or session(), view=lambda _: (rules or Rules(), None), read_positions={}
    )
    _, (proposal,) = on_order_request(Desk(symbol=SPY), asked, seen=seen)
    assert isinstance(proposal, TradeProposed)
    return proposal


def judged(
    asked: OrderRequested, *, rules: Rules | None = None, account: Account | None = None, **seen: Any
) -> tuple[Account, DecisionMade, list[OrderPlaced]]:
    """Return what becomes of a request at its desk and in its account."""
    in_force = rules or Rules(limits=AMPLE)
    proposal = proposed(asked, rules=in_force, **seen)
    before = account or opened("paper", in_force.limits)
    after, events = on_proposal(before, proposal, day=DAY, rules=in_force)
    (decision,) = of(DecisionMade, events)
    return after, decision, of(OrderPlaced, events)


def test_a_request_is_judged_by_the_accounts_gates_and_ordered_as_it_was_asked() -> None:
    account, decision, (order,) = judged(request())
    assert (decision.status, decision.order_id) == ("approved", order.event_id)
    assert (decision.signal_id, decision.timeframe) == (request().event_id, "manual")
    assert {"market_session", "contract", "kill_switch", "open_positions", "total_exposure", "daily_loss"} <= {
        gate.gate for gate in decision.gates
    }
    assert (order.engine, order.quantity, order.limit_price, order.pricing) == ("manual", 2, Decimal("3.40"), "limit")
    assert (order.type, order.direction, order.signal_id) == ("call", "long", request().event_id)
    assert [item.order_id for item in account.reservations] == [order.event_id]


def test_at_the_market_it_is_reserved_at_what_the_contract_is_quoted_at() -> None:
    _, decision, (order,) = judged(request(limit_price=None))
    quote = market().quotes[CALL]
    assert order.pricing == "market"
    assert order.limit_price == Decimal(quote.bid + quote.ask) / 2 / 10**9
    assert "market_data" in {gate.gate for gate in decision.gates}


@pytest.mark.parametrize(
    ("code", "changes", "world"),
    [
        ("market_closed", {}, {"phase": session(**CLOSED)}),
        ("contract_expired", {"expiration": DAY - timedelta(days=1)}, {}),
        ("contract_unknown", {"option_symbol": "SPY260220C00999000"}, {}),
        ("market_data_unavailable", {"limit_price": None}, {"known": market().model_copy(update={"quotes": {}})}),
        ("market_data_unavailable", {"limit_price": None, "occurred_at": AT + timedelta(days=1)}, {}),
        ("kill_switch", {}, {"rules": Rules(limits=replace(AMPLE, halted=True))}),
        ("instrument_paused", {}, {"rules": Rules(limits=replace(AMPLE, paused=True))}),
        ("exposure_exceeded", {"quantity": 1000}, {}),
        ("max_open_positions_exceeded", {}, {"rules": Rules(limits=replace(AMPLE, open_positions_max=0))}),
        ("broker_unknown", {}, {"rules": Rules(limits=replace(AMPLE, live_accounts=("paper",)))}),
        ("shadow_only", {}, {"rules": Rules(engine=EngineRules(execution_mode="SHADOW_ONLY"), limits=AMPLE)}),
        ("shadow_only", {}, {"rules": Rules(engine=EngineRules(app_mode="LIVE"), limits=AMPLE)}),
    ],
)
def test_what_stands_against_it_is_said_and_nothing_is_ordered(
    code: str, changes: dict[str, Any], world: dict[str, Any]
) -> None:
    account, decision, orders = judged(request(**changes), **world)
    assert (decision.status, decision.codes[0]) == ("rejected", code)
    assert code in {gate.code for gate in decision.gates if gate.verdict == "block"}
    assert (orders, account.reservations) == ([], ())


def test_a_request_that_comes_again_is_taken_in_once() -> None:
    seen = Seen(market=market(), session=session(), view=lambda _: (Rules(), None), read_positions={})
    desk, events = on_order_request(Desk(symbol=SPY), request(), seen=seen)
    assert len(events) == 1
    assert on_order_request(desk, request(), seen=seen) == (desk, ())


@few
@given(all_rules, st.integers(1, 50), st.sampled_from([None, Decimal("0.05"), Decimal("3.40"), Decimal(80)]))
def test_whatever_the_rules_are_it_ends_in_one_decision_and_never_opens_past_a_limit(
    rules: Rules, quantity: int, limit_price: Decimal | None
) -> None:
    account, decision, orders = judged(request(quantity=quantity, limit_price=limit_price), rules=rules)
    assert (decision.status == "approved") == bool(orders) == bool(account.reservations)
    assert bool(decision.codes) == (not orders)
    assert not (rules.limits.halted and orders)
    for order in orders:
        assert order.quantity <= quantity
        assert order.limit_price * order.quantity * 100 <= rules.limits.exposure_max


def test_on_paper_a_limit_is_kept_and_an_order_at_the_market_takes_the_quote_that_comes() -> None:
    _, _, (limited,) = judged(request())
    book, events = run(EMPTY, [limited, quoted(CALL, "3.42", "3.46", seconds=1)])
    assert events == []
    _, events = run(book, [quoted(CALL, "3.36", "3.40", seconds=2)])
    assert [fill.price for fill in of(OrderFilled, events)] == [Decimal("3.38")]
    _, _, (at_market,) = judged(request(limit_price=None))
    _, events = run(EMPTY, [at_market, quoted(CALL, "9.00", "9.10", seconds=1)])
    assert [fill.price for fill in of(OrderFilled, events)] == [Decimal("9.05")]


def asked_to_end(order: OrderPlaced) -> CancelAsked:
    return CancelAsked(
        event_id="c-1",
        occurred_at=AT + timedelta(seconds=1),
        account_id="paper",
        symbol=SPY,
        order_id=order.event_id,
        requested_by="ada",
    )


def test_a_working_order_ends_when_that_is_asked_for_and_its_account_has_its_room_back() -> None:
    account, _, (order,) = judged(request())
    book, _ = run(EMPTY, [order])
    book, events = books.on_cancel_asked(book, asked_to_end(order))
    assert book == EMPTY
    (told,) = of(OrderUpdated, events)
    assert (told.status, told.reason) == ("canceled", "manual")
    (released,) = of(AccountEvent, events)
    account, _ = on_account_event(account, released, day=DAY, rules=Rules(limits=AMPLE))
    assert account.reservations == ()
    assert books.on_cancel_asked(book, asked_to_end(order)) == (EMPTY, ())


def test_of_a_live_order_the_broker_is_asked_once_and_an_exit_goes_on() -> None:
    _, _, (order,) = judged(request())
    live = order.model_copy(update={"order_type": "live"})
    book, _ = books.on_order(EMPTY, live)
    book, events = books.on_cancel_asked(book, asked_to_end(live))
    assert [(event.order_id, event.reason) for event in of(CancelRequested, events)] == [(live.event_id, "manual")]
    assert books.on_cancel_asked(book, asked_to_end(live)) == (book, ())
    book, _ = run(EMPTY, [order, quoted(CALL, "3.30", "3.40", seconds=1), quoted(CALL, "9.00", "9.10", seconds=2)])
    (closing,) = book.working
    assert closing.side == "sell_to_close"
    assert books.on_cancel_asked(book, asked_to_end(closing)) == (book, ())


def test_what_a_person_traded_is_counted_as_such_and_tunes_no_engine() -> None:
    after, _ = on_trade(Performance(account_id="paper"), closed("1", "120.50", engine="manual"))
    assert after.figures["engine|manual|real"].trades == 1
    assert after.recent == {}
    assert on_trade(Performance(account_id="paper"), closed("1", "120.50"))[0].recent
