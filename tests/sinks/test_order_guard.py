"""The last line before a broker."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinks.order_guard import WINDOW, Limits, is_wrong_address, refusal, wait_for_rate
from tests.agents.strategies import few
from tests.sinks.executing import order
from tests.sinks.virtual_time import START

LIMITS = Limits(contracts_max=10, notional_max=Decimal(2500), per_minute_max=3)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"quantity": 10, "limit_price": Decimal("2.50")}, None),
        ({"quantity": 11, "limit_price": Decimal("0.01")}, "order_too_large"),
        ({"quantity": 10, "limit_price": Decimal("2.51")}, "notional_too_large"),
        ({"quantity": 10, "limit_price": Decimal("2.51"), "pricing": "market"}, "notional_too_large"),
        ({"quantity": 1, "limit_price": Decimal(0)}, "invalid_order"),
        ({"quantity": 0}, "invalid_order"),
        ({"quantity": 1, "is_test": True}, "test_signal_not_live"),
    ],
)
def test_an_order_that_opens_is_held_to_the_limits(changes: dict[str, object], code: str | None) -> None:
    assert refusal(order(**changes), limits=LIMITS) == code  # type: ignore[arg-type]  # any of its fields


@given(quantity=st.integers(1, 100_000), price=st.decimals("0.01", 10_000, places=2))
@few
def test_an_order_that_closes_is_never_refused(quantity: int, price: Decimal) -> None:
    assert refusal(order(closes=True, quantity=quantity, limit_price=price), limits=LIMITS) is None


@given(seconds=st.lists(st.integers(0, 200), max_size=12), now_s=st.integers(200, 300))
@few
def test_within_any_minute_no_more_orders_are_sent_than_allowed(seconds: list[int], now_s: int) -> None:
    sent, now = [START + timedelta(seconds=second) for second in seconds], START + timedelta(seconds=now_s)
    wait = wait_for_rate(sent, now=now, limits=LIMITS)
    recent = [at for at in sent if now - at < WINDOW]
    assert (wait > timedelta(0)) == (len(recent) >= 3)
    later = now + wait
    assert sum(1 for at in sent if later - at < WINDOW) < 3
    assert wait <= WINDOW


@pytest.mark.parametrize(
    ("url", "is_paper", "is_wrong"),
    [
        ("https://api.alpaca.markets", True, True),
        ("https://api.alpaca.markets:443/", True, True),
        ("https://paper-api.alpaca.markets", True, False),
        ("https://paper-api.alpaca.markets", False, True),
        ("https://api.alpaca.markets", False, False),
        ("http://127.0.0.1:8000", True, False),
    ],
)
def test_an_address_is_that_of_the_account_that_was_said(url: str, is_paper: bool, is_wrong: bool) -> None:
    assert is_wrong_address(url, is_paper=is_paper) is is_wrong
