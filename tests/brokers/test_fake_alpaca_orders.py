"""The fake's trading interface, driven by alpaca-py's own client."""

from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from alpaca.common.exceptions import APIError
from alpaca.trading.client import TradingClient
from alpaca.trading.enums import OrderStatus, PositionIntent, QueryOrderStatus, TimeInForce
from alpaca.trading.requests import (
    GetOptionContractsRequest,
    GetOrdersRequest,
    LimitOrderRequest,
    MarketOrderRequest,
    ReplaceOrderRequest,
)

from tests.brokers.alpaca.running import FakeAlpaca, fake_alpaca
from tests.brokers.listening import trading

CALL = "SPY260220C00596000"
PUT = "SPY260220P00590000"


def limit(qty: float, price: float, side: str = "buy", symbol: str = CALL, **further: Any) -> LimitOrderRequest:
    return LimitOrderRequest(
        symbol=symbol, qty=qty, side=side, type="limit", time_in_force="day", limit_price=price, **further
    )


def market(qty: float, side: str = "buy", symbol: str = CALL, **further: Any) -> MarketOrderRequest:
    return MarketOrderRequest(symbol=symbol, qty=qty, side=side, type="market", time_in_force="day", **further)


def refused(client: Any, request: Any) -> tuple[int, int, str]:
    """Return status, code and message of the refusal of an order."""
    with pytest.raises(APIError) as caught:
        client.submit_order(request)
    return int(caught.value.status_code), int(caught.value.code), str(caught.value.message)


def test_a_bought_and_sold_option_moves_cash_by_a_hundred_times_its_price(fake: FakeAlpaca, client: Any) -> None:
    fake.quote(CALL, "2.50", "2.55")
    bought = client.submit_order(limit(3, 2.6, position_intent=PositionIntent.BUY_TO_OPEN))
    assert bought.status is OrderStatus.PENDING_NEW
    found = client.get_order_by_id(bought.id)
    assert (found.status, found.filled_avg_price, found.filled_qty) == (OrderStatus.FILLED, "2.55", "3")
    position = client.get_open_position(CALL)
    assert (position.qty, position.avg_entry_price, position.cost_basis) == ("3", "2.55", "765")
    assert client.get_account().cash == "99235"
    fake.quote(CALL, "2.70", "2.75")
    client.submit_order(market(3, "sell", position_intent=PositionIntent.SELL_TO_CLOSE))
    assert client.get_all_positions() == []
    assert client.get_account().cash == client.get_account().equity == "100045"
    with pytest.raises(APIError, match="position does not exist"):
        client.get_open_position(CALL)


def test_an_order_is_executed_as_far_as_the_quote_has_size_and_rests_for_more(fake: FakeAlpaca, client: Any) -> None:
    fake.quote(CALL, "2.50", "2.55", ask_size=2)
    order = client.submit_order(limit(5, 2.55))
    assert client.get_order_by_id(order.id).filled_qty == "2"
    other = client.submit_order(limit(1, 2.55))
    assert client.get_order_by_id(other.id).status is OrderStatus.NEW, "the quote was used up"
    fake.quote(CALL, "2.55", "2.60", ask_size=9)
    assert client.get_order_by_id(order.id).filled_qty == "2", "an order is never executed beyond its limit"
    fake.quote(CALL, "2.45", "2.50", ask_size=9)
    filled = client.get_order_by_id(order.id)
    assert (filled.status, filled.filled_avg_price) == (OrderStatus.FILLED, "2.52")
    assert client.get_order_by_id(other.id).status is OrderStatus.FILLED
    executed = {(each["cum_qty"], each["type"]) for each in client.get("/account/activities/FILL")}
    assert executed == {("2", "partial_fill"), ("5", "fill"), ("1", "fill")}


def test_a_client_order_id_is_accepted_once_for_ever(fake: FakeAlpaca, client: Any) -> None:
    fake.quote(CALL, "2.50", "2.55")
    first = client.submit_order(limit(1, 2.0, client_order_id="only-once"))
    client.cancel_order_by_id(first.id)
    assert refused(client, limit(1, 2.6, client_order_id="only-once")) == (
        422,
        40010001,
        "client_order_id must be unique",
    )
    assert client.get_order_by_client_id("only-once").id == first.id
    with pytest.raises(APIError, match="order not found for never-placed") as caught:
        client.get_order_by_client_id("never-placed")
    assert (caught.value.status_code, caught.value.code) == (404, 40410000)
    assert len(fake.book()["orders"]) == 1


def test_what_alpaca_does_not_trade_is_refused(fake: FakeAlpaca, client: Any) -> None:
    fake.quote(CALL, "2.50", "2.55")
    fake.quote("SPY", "590", "590.10")
    fake.list_contract(PUT, tradable=False)
    held = client.submit_order(market(2)).client_order_id
    assert client.get_order_by_client_id(held).filled_qty == "2"
    gtc = limit(1, 2.0).model_copy(update={"time_in_force": TimeInForce.GTC})
    for request, expected in [
        (limit(1.5, 2.0), (422, 42210000, "qty must be a whole number for options trading")),
        (gtc, (422, 42210000, "order_time_in_force provided not supported for options trading")),
        (limit(1, 2.005), (422, 42210000, "sub-penny increment")),
        (limit(1, 2.0, extended_hours=True), (422, 42210000, "extended hours orders are not supported")),
        (limit(1, 2.0, client_order_id="x" * 129), (422, 42210000, "no more than 128 characters")),
        (limit(1, 2.0, symbol="SPY   260220C00596000"), (422, 42210000, "not found")),
        (market(1, symbol=PUT), (422, 42210000, "is not tradable")),
        (limit(1, 2.0, "sell", position_intent="sell_to_open"), (422, 42210000, "inferred: sell_to_close")),
        (limit(1, 2.0, "sell", PUT[:-1] + "1", position_intent="sell_to_close"), (422, 42210000, "sell_to_open")),
        (limit(1, 2.0, "sell", PUT[:-1] + "1"), (403, 40310000, "not eligible to trade uncovered option contracts")),
        (limit(3, 2.0, "sell"), (403, 40310000, "insufficient qty available for order (requested: 3, available: 2)")),
        (limit(500, 2.1), (403, 40310000, "insufficient options buying power")),
        (limit(200, 590, symbol="SPY"), (403, 40310000, "insufficient buying power")),
    ]:
        status, code, message = refused(client, request)
        assert (status, code) == expected[:2], message
        assert expected[2] in message
    for body in ({"notional": "100"}, {"qty": "1", "type": "stop", "stop_price": "2"}, {"qty": "0"}, {}):
        with pytest.raises(APIError) as caught:
            client.post("/orders", {"symbol": CALL, "side": "buy", "type": "market", "time_in_force": "day", **body})
        assert caught.value.status_code == 422
    assert len(fake.book()["orders"]) == 1


def test_open_orders_hold_buying_power_and_contracts(fake: FakeAlpaca, client: Any) -> None:
    fake.quote(CALL, "2.50", "2.55")
    client.submit_order(market(2))
    resting = client.submit_order(limit(100, 2.0))
    assert client.get_account().options_buying_power == str(100000 - 510 - 20000)
    selling = client.submit_order(limit(2, 3.0, "sell"))
    assert client.get_open_position(CALL).qty_available == "0"
    assert refused(client, limit(1, 3.0, "sell"))[0] == 403
    for order in (resting, selling):
        client.cancel_order_by_id(order.id)
    assert client.get_account().options_buying_power == str(100000 - 510)
    assert client.get_open_position(CALL).qty_available == "2"


def test_an_order_that_has_ended_cannot_be_cancelled(fake: FakeAlpaca, client: Any) -> None:
    fake.quote(CALL, "2.50", "2.55")
    done = client.submit_order(market(1))
    with pytest.raises(APIError, match='order is already in \\\\"filled\\\\" state') as caught:
        client.cancel_order_by_id(done.id)
    assert (caught.value.status_code, caught.value.code) == (422, 42210000)
    with pytest.raises(APIError) as missing:
        client.cancel_order_by_id(uuid4())
    assert missing.value.status_code == 404
    client.submit_order(limit(1, 2.0))
    assert [each.status for each in client.cancel_orders()] == [200]
    assert client.get_orders() == []


def test_orders_are_listed_as_they_are_asked_for(fake: FakeAlpaca, client: Any) -> None:
    fake.quote(CALL, "2.50", "2.55")
    placed = [client.submit_order(limit(1, 2.6 if n % 2 else 2.0, client_order_id=f"o-{n}")) for n in range(6)]

    def listed(**asked: Any) -> list[str]:
        return [each.client_order_id for each in client.get_orders(GetOrdersRequest(**asked))]

    assert listed() == ["o-4", "o-2", "o-0"]
    assert listed(status=QueryOrderStatus.CLOSED) == ["o-5", "o-3", "o-1"]
    assert listed(status=QueryOrderStatus.ALL, limit=2, direction="asc") == ["o-0", "o-1"]
    assert listed(status=QueryOrderStatus.ALL, symbols=["SPY"]) == []
    assert listed(status=QueryOrderStatus.ALL, after=placed[3].submitted_at, direction="asc")[-2:] == ["o-4", "o-5"]
    assert "o-5" not in listed(status=QueryOrderStatus.ALL, until=placed[5].submitted_at)


def test_a_replacement_is_an_order_of_its_own(fake: FakeAlpaca, client: Any) -> None:
    fake.quote(CALL, "2.50", "2.55", ask_size=1)
    old = client.submit_order(limit(3, 2.55, client_order_id="old"))
    new = client.replace_order_by_id(old.id, ReplaceOrderRequest(limit_price=2.4, client_order_id="new"))
    assert (new.replaces, new.qty, new.filled_qty, new.limit_price) == (old.id, "3", "0", "2.4")
    replaced = client.get_order_by_client_id("old")
    assert (replaced.status, replaced.replaced_by, replaced.filled_qty) == (OrderStatus.REPLACED, new.id, "1")
    fake.quote(CALL, "2.30", "2.40")
    assert client.get_order_by_client_id("new").filled_qty == "3", "a replacement has the original's whole quantity"
    assert client.get_open_position(CALL).qty == "4"
    with pytest.raises(APIError, match="cannot replace order in filled status"):
        client.replace_order_by_id(new.id, ReplaceOrderRequest(limit_price=2.4))
    other = client.submit_order(limit(1, 2.0))
    with pytest.raises(APIError, match="insufficient options buying power"):
        client.replace_order_by_id(other.id, ReplaceOrderRequest(qty=1000))
    with pytest.raises(APIError, match="client_order_id must be unique"):
        client.replace_order_by_id(other.id, ReplaceOrderRequest(qty=2, client_order_id="old"))


def test_a_session_that_is_closed_keeps_limit_orders_for_the_next(fake: FakeAlpaca, client: Any) -> None:
    fake.quote(CALL, "2.50", "2.55")
    resting = client.submit_order(limit(1, 2.0))
    fake.close()
    assert client.get_order_by_id(resting.id).status is OrderStatus.EXPIRED
    assert not client.get_clock().is_open
    assert refused(client, market(1))[2] == "options market orders are only allowed during market hours"
    waiting = client.submit_order(limit(1, 2.6))
    assert client.get_order_by_id(waiting.id).status is OrderStatus.ACCEPTED
    fake.open()
    assert client.get_order_by_id(waiting.id).status is OrderStatus.FILLED


def test_activities_come_in_pages(fake: FakeAlpaca, client: Any) -> None:
    fake.quote(CALL, "1.00", "1.01")
    for n in range(7):
        client.submit_order(market(1, client_order_id=f"a-{n}"))
    fake.charge("-0.65")
    pages: list[dict[str, Any]] = []
    token: dict[str, str] = {}
    while page := client.get("/account/activities", {"activity_types": "FILL", "page_size": 3, **token}):
        pages += page
        token = {"page_token": page[-1]["id"]}
    assert len(pages) == len({each["id"] for each in pages}) == 7
    ids = [each["id"] for each in pages]
    assert ids == sorted(ids, reverse=True)
    first = client.get("/account/activities/FILL", {"direction": "asc", "page_size": 1})[0]
    executions = fake.book()["executions"]
    assert first["id"] in [each["activity_id"] for each in executions]
    assert not any(each["id"] in first["id"] for each in executions), "nothing promises that these ids are one"
    assert [each["net_amount"] for each in client.get("/account/activities/FEE")] == ["-0.65"]
    later = client.get("/account/activities/FILL", {"after": executions[4]["at"], "direction": "asc"})
    assert len(later) == 2
    with pytest.raises(APIError, match="the maximum is 100"):
        client.get("/account/activities/FILL", {"page_size": 500})


def test_contracts_are_listed_up_to_the_weekend_unless_asked_for_further(fake: FakeAlpaca, client: Any) -> None:
    fake.set_clock(now="2026-02-13T15:30:00Z")
    for symbol in ("SPY260213C00596000", CALL, PUT, "QQQ260213C00500000"):
        fake.list_contract(symbol, open_interest="12")
    asked = GetOptionContractsRequest(underlying_symbols=["SPY"])
    assert [each.symbol for each in client.get_option_contracts(asked).option_contracts] == ["SPY260213C00596000"]
    asked = GetOptionContractsRequest(underlying_symbols=["SPY"], expiration_date_gte="2026-02-13", limit=2)
    page = client.get_option_contracts(asked)
    asked.page_token = page.next_page_token
    rest = client.get_option_contracts(asked)
    found = [*page.option_contracts, *rest.option_contracts]
    assert [each.symbol for each in found] == ["SPY260213C00596000", CALL, PUT]
    assert (found[1].strike_price, found[1].open_interest, found[1].type) == (596.0, "12", "call")
    assert rest.next_page_token is None
    assert client.get_option_contract(PUT).symbol == PUT


def test_wrong_keys_are_turned_away(fake: FakeAlpaca) -> None:
    stranger = TradingClient("somebody", "else", url_override=fake.rest_url)
    with pytest.raises(APIError) as caught:
        stranger.get_account()
    assert caught.value.status_code == 401


def test_too_many_requests_are_told_when_to_come_again(tmp_path: Path) -> None:
    with fake_alpaca(tmp_path, rate_limit=3) as fake:
        client = trading(fake)
        client._retry = 0
        for _ in range(3):
            client.get_account()
        with pytest.raises(APIError) as caught:
            client.get_account()
        assert caught.value.status_code == 429
        assert int(caught.value.response.headers["Retry-After"]) == 60


def test_day_trades_are_counted_and_told_only_by_an_account_of_old(tmp_path: Path) -> None:
    with fake_alpaca(tmp_path, day_trades=True) as fake:
        client = trading(fake)
        fake.quote(CALL, "2.50", "2.55")
        for _ in range(2):
            client.submit_order(market(1))
            client.submit_order(market(1, "sell"))
        account = client.get_account()
        assert (account.daytrade_count, account.cash) == (2, "99990")


def test_accidents_at_the_broker_change_its_book(fake: FakeAlpaca, client: Any) -> None:
    fake.quote(CALL, "2.50", "2.55")
    order = client.submit_order(market(4))
    first = fake.book()["executions"][0]["id"]
    fake.correct(first, "2.50")
    assert client.get_order_by_id(order.id).filled_avg_price == "2.5"
    assert Decimal(client.get_account().cash) == 100000 - 1000
    fake.adjust(CALL, 2, "2.20")
    assert (client.get_open_position(CALL).qty, client.get_open_position(CALL).avg_entry_price) == ("6", "2.4")
    corrected = next(each for each in fake.book()["executions"] if each["counts"])
    fake.bust(corrected["id"])
    assert Decimal(client.get_account().cash) == 100000
    assert client.get_open_position(CALL).qty == "2"
    ended = client.get_order_by_id(order.id)
    assert (ended.status, ended.filled_qty) == (OrderStatus.FILLED, "0")
    assert client.get("/account/activities/FILL") == []
    with pytest.raises(ValueError, match="no execution that counts"):
        fake.bust(first)


def test_a_rule_or_setting_that_does_not_exist_is_refused(fake: FakeAlpaca) -> None:
    with pytest.raises(ValueError, match="explode"):
        fake.behave("explode")
    with pytest.raises(ValueError, match="colour"):
        fake.behave("slow", colour="red")
