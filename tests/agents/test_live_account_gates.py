"""The gates of a live account, which ask for what its broker says."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.agents.accounts import LIMITS, account, decide, holding, reservation
from tests.agents.live_accounts import ask, gate, live, names, report
from tests.agents.strategies import AT, OTHER_CALL, PUT, proposal

BEFORE_SIZING = ["kill_switch", "test_signal", "broker_report", "trading_blocked", "pattern_day_trader", "quantity"]


def test_the_gates_of_a_live_account_stand_in_their_order() -> None:
    found = ask(live())
    assert found.blocks() == []
    assert names(found)[: len(BEFORE_SIZING)] == BEFORE_SIZING
    assert names(found)[-1] == "buying_power"
    assert names(ask(live(), paused=True))[:3] == ["kill_switch", "instrument_paused", "test_signal"]


def test_a_test_signal_is_not_traded_at_a_broker() -> None:
    found = ask(live(), proposal(is_test=True))
    assert found.blocks() == [("test_signal", "test_signal_not_live")]
    assert gate(found, "test_signal").model_dump(include={"inputs", "limit", "detail"}) == {
        "inputs": {"is_test": "True"},
        "limit": "no test",
        "detail": "a test signal is not traded at a broker",
    }
    assert len(ask(account(), proposal(is_test=True), live_accounts=()).orders) == 1


def test_nothing_is_opened_before_the_broker_has_spoken() -> None:
    found = ask(account())
    assert found.blocks() == [("broker_report", "broker_unknown")]
    assert gate(found, "broker_report").model_dump(include={"inputs", "limit", "detail"}) == {
        "inputs": {"reported_at": "never"},
        "limit": "at most 900 s old",
        "detail": "the broker has said nothing of the account, or not lately",
    }
    assert not {"trading_blocked", "pattern_day_trader", "buying_power"} & set(names(found))


@pytest.mark.parametrize(("seconds", "code"), [(-900, None), (-900.001, "broker_unknown"), (5, None)])
def test_the_brokers_word_has_an_age(seconds: float, code: str | None) -> None:
    found = ask(live(broker=report(seconds=seconds)))
    assert gate(found, "broker_report").code == code
    assert gate(found, "broker_report").inputs == {"reported_at": report(seconds=seconds).occurred_at.isoformat()}
    assert bool(found.orders) == (code is None)


def test_a_blocked_account_opens_nothing() -> None:
    found = ask(live(broker=report(is_blocked=True)))
    assert found.blocks() == [("trading_blocked", "trading_blocked")]
    assert gate(found, "trading_blocked").model_dump(include={"inputs", "limit", "detail"}) == {
        "inputs": {"is_blocked": "True"},
        "limit": "not blocked",
        "detail": "the broker has blocked the account, or its owner has",
    }


@pytest.mark.parametrize(
    ("worth", "trades", "code"),
    [
        ("24999.99", 3, "pattern_day_trader"),
        ("24999.99", 2, None),
        ("25000.00", 3, None),
        ("1000.00", 7, "pattern_day_trader"),
    ],
)
def test_a_small_account_makes_only_so_many_day_trades(worth: str, trades: int, code: str | None) -> None:
    found = ask(live(broker=report(equity=Decimal(worth), day_trades=trades)))
    assert gate(found, "pattern_day_trader").code == code
    assert gate(found, "pattern_day_trader").inputs == {"equity": worth, "day_trades": str(trades)}
    assert gate(found, "pattern_day_trader").limit == "fewer than 3 day trades, or an equity of $25000"
    detail = "another day trade would be one too many: what is opened might have to be closed today"
    assert gate(found, "pattern_day_trader").detail == (detail if code else "")


@pytest.mark.parametrize(("power", "code"), [("3105.00", None), ("3104.99", "insufficient_buying_power")])
def test_an_order_costs_no_more_than_the_broker_lets_the_account_buy(power: str, code: str | None) -> None:
    found = ask(live(broker=report(options_buying_power=Decimal(power))))
    assert gate(found, "buying_power").code == code
    assert gate(found, "buying_power").inputs == {"cost": "3105.00", "spent_since": "0.00"}
    assert gate(found, "buying_power").limit == f"at most ${power}"
    detail = "the order would cost more than the broker lets the account buy"
    assert gate(found, "buying_power").detail == (detail if code else "")
    assert bool(found.orders) == (code is None)


def test_what_was_spent_since_the_brokers_word_is_counted() -> None:
    said = report().occurred_at
    moment = timedelta(microseconds=1)
    kept = reservation(PUT, price="1.00", quantity=2)
    for since, spent in ((said, "0.00"), (said + moment, "200.00"), (None, "0.00")):
        found = ask(live(reservations=(kept.model_copy(update={"ordered_at": since}),)))
        assert gate(found, "buying_power").inputs["spent_since"] == spent
    for since, spent in ((said, "0.00"), (said + moment, "300.00"), (None, "0.00")):
        found = ask(live(holdings=(holding(OTHER_CALL, price="1.50", quantity=2, since=since),)))
        assert gate(found, "buying_power").inputs["spent_since"] == spent
    both = ask(
        live(
            broker=report(options_buying_power=Decimal("3304.99")),
            reservations=(kept.model_copy(update={"ordered_at": AT}),),
        )
    )
    assert both.blocks() == [("buying_power", "insufficient_buying_power")]


def test_switched_off_limits_leave_the_brokers_gates_in_force() -> None:
    broker = report(options_buying_power=Decimal(0), is_blocked=True)
    found = ask(live(broker=broker), enabled=False)
    assert [name for name, _ in found.blocks()] == ["trading_blocked", "buying_power"]


def test_a_position_that_makes_room_does_not_make_buying_power() -> None:
    made = replace(LIMITS.replacement, enabled=True, close_near_target=True)
    full = live(
        holdings=tuple(holding(f"Q{number}", symbol="QQQ", band="near_target") for number in range(5)),
        broker=report(options_buying_power=Decimal(10)),
    )
    poor = ask(full, proposal(confidence=Decimal(90)), replacement=made)
    assert (poor.orders, poor.requests) == ((), ())
    rich = ask(full.model_copy(update={"broker": report()}), proposal(confidence=Decimal(90)), replacement=made)
    assert (len(rich.orders), len(rich.requests)) == (1, 1)
    assert names(rich)[-2:] == ["buying_power", "capacity_replacement"]


def test_nothing_is_opened_in_an_underlying_that_is_paused() -> None:
    found = decide(account(), paused=True)
    assert found.blocks() == [("instrument_paused", "instrument_paused")]
    assert gate(found, "instrument_paused").model_dump(include={"inputs", "limit", "detail"}) == {
        "inputs": {"symbol": "SPY"},
        "limit": "not paused",
        "detail": "the underlying is paused: nothing is opened in it",
    }
    assert "instrument_paused" not in names(decide(account()))
