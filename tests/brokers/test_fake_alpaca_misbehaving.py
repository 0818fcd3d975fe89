"""What goes wrong at the fake when it is told so, seen by alpaca-py's own client and by the book."""

import subprocess
import sys
import time
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
import requests
from alpaca.common.exceptions import APIError

from tests.brokers.alpaca.behaviour import IN_MIX
from tests.brokers.alpaca.running import ROOT, FakeAlpaca
from tests.brokers.listening import DEADLINE_S, eventually, following

CALL = "SPY260220C00596000"
PUT = "SPY260220P00590000"


@pytest.fixture
def client(client: Any) -> Any:
    """Return a client that asks once."""
    client._retry = 0
    return client


def order(client_order_id: str, qty: str = "1", price: str = "2.60", **further: str) -> dict[str, str]:
    body = {"symbol": CALL, "side": "buy", "type": "limit", "time_in_force": "day", "qty": qty, "limit_price": price}
    return {**body, "client_order_id": client_order_id, **further}


def status_of(client: Any, client_order_id: str) -> str:
    return str(client.get_order_by_client_id(client_order_id).status.value)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_an_error_may_hide_that_an_order_was_accepted_or_not(fake: FakeAlpaca, client: Any, status: int) -> None:
    fake.quote(CALL, "2.50", "2.55")
    for kind, accepted in (("error_before", 0), ("error_after", 1)):
        fake.behave(kind, status=status)
        with pytest.raises(APIError) as caught:
            client.post("/orders", order(kind))
        assert caught.value.status_code == status
        assert len(fake.book()["orders"]) == accepted
        assert fake.misbehaved(kind)
    assert status_of(client, "error_after") == "filled"
    with pytest.raises(APIError, match="client_order_id must be unique"):
        client.post("/orders", order("error_after"))
    client.post("/orders", order("error_before"))
    assert [each["status"] for each in fake.requests("POST", "/v2/orders")] == [status, status, 422, 200]


def test_a_connection_may_break_before_or_after_an_order_was_accepted(fake: FakeAlpaca, client: Any) -> None:
    fake.quote(CALL, "2.50", "2.55")
    for kind, accepted in (("reset_before", 0), ("reset_after", 1)):
        fake.behave(kind)
        with pytest.raises(requests.exceptions.RequestException):
            client.post("/orders", order(kind))
        assert len(fake.book()["orders"]) == accepted
    assert [each["status"] for each in fake.requests("POST", "/v2/orders")] == [None, None]
    assert status_of(client, "reset_after") == "filled"


def test_an_answer_may_never_come(fake: FakeAlpaca, client: Any) -> None:
    fake.quote(CALL, "2.50", "2.55")
    keys = {"APCA-API-KEY-ID": fake.key, "APCA-API-SECRET-KEY": fake.secret}
    for kind, accepted in (("timeout_before", 0), ("timeout_after", 1)):
        fake.behave(kind)
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(f"{fake.rest_url}/v2/orders", json=order(kind), headers=keys, timeout=0.1)
        assert len(fake.book()["orders"]) == accepted
    fake.behave("timeout_after", seconds=0.1)
    assert client.post("/orders", order("late"))["status"] == "pending_new"
    fake.behave("slow", seconds=0.1, on="GET /v2/account")
    started = time.monotonic()
    client.get_account()
    assert time.monotonic() - started >= 0.1


def test_who_asks_too_often_is_told_when_to_come_again(fake: FakeAlpaca, client: Any) -> None:
    fake.behave("throttle", seconds=2, on="GET /v2")
    with pytest.raises(APIError) as caught:
        client.get_account()
    assert (caught.value.status_code, caught.value.response.headers["Retry-After"]) == (429, "2")
    assert client.get_account().cash == "100000"


def test_rules_are_for_a_symbol_a_number_of_times_and_a_path(fake: FakeAlpaca, client: Any) -> None:
    fake.behave("error_before", symbol=PUT, next=None)
    client.post("/orders", order("call", price="1.00"))
    for n in range(3):
        with pytest.raises(APIError):
            client.post("/orders", order(f"put-{n}", price="1.00", symbol=PUT))
    fake.behave_well()
    client.post("/orders", order("put", price="1.00", symbol=PUT))
    fake.behave("error_before", on="*", next=2)
    for _ in range(2):
        with pytest.raises(APIError):
            client.get_clock()
    client.get_clock()


def test_an_order_may_be_refused_for_no_reason(fake: FakeAlpaca, client: Any) -> None:
    for kind, code in (("refuse_buying_power", 40310000), ("refuse_day_trade", 40310100)):
        fake.behave(kind)
        with pytest.raises(APIError) as caught:
            client.post("/orders", order(kind))
        assert (caught.value.status_code, caught.value.code) == (403, code)
    assert fake.book()["orders"] == []
    client.post("/orders", order("once", price="1.00"))
    fake.behave("refuse_buying_power")
    with pytest.raises(APIError, match="client_order_id must be unique"):
        client.post("/orders", order("once", price="1.00"))


def test_an_order_may_be_rejected_after_it_was_new(fake: FakeAlpaca, client: Any) -> None:
    fake.quote(CALL, "2.50", "2.55")
    fake.behave("reject")
    with following(fake) as heard:
        client.post("/orders", order("rejected"))
        eventually(lambda: len(heard) == 3, what="the rejection")
        assert [each.event for each in heard] == ["pending_new", "new", "rejected"]
    assert fake.book()["executions"] == []


def test_an_order_may_not_be_found_for_a_while(fake: FakeAlpaca, client: Any) -> None:
    fake.behave("invisible", seconds=0.4)
    placed = client.post("/orders", order("hidden", price="1.00"))
    with pytest.raises(APIError, match="order not found"):
        client.get_order_by_client_id("hidden")
    with pytest.raises(APIError, match="client_order_id must be unique"):
        client.post("/orders", order("hidden", price="1.00"))
    assert client.get(f"/orders/{placed['id']}")["status"] == "new"

    def found() -> bool:
        try:
            return bool(client.get_order_by_client_id("hidden"))
        except APIError:
            return False

    eventually(found, what="the order")


def test_an_order_may_be_filled_in_pieces(fake: FakeAlpaca, client: Any) -> None:
    fake.quote(CALL, "2.50", "2.55")
    fake.behave("partial_fills", pieces=4)
    client.post("/orders", order("pieces", qty="10"))
    executions = fake.book()["executions"]
    assert len(executions) == 4
    assert sum(int(each["qty"]) for each in executions) == 10
    assert [each["event"] for each in fake.updates()] == ["pending_new", "new", *["partial_fill"] * 3, "fill"]


def test_an_order_may_be_routed_late(fake: FakeAlpaca, client: Any) -> None:
    fake.quote(CALL, "2.50", "2.55")
    fake.behave("slow_routing", seconds=0.2)
    client.post("/orders", order("late"))
    assert status_of(client, "late") == "pending_new"
    eventually(lambda: status_of(client, "late") == "filled", what="the fill")


@pytest.mark.parametrize(
    ("kind", "end"),
    [("unsolicited_cancel", "canceled"), ("unsolicited_expiry", "expired"), ("replaced_by_other", "replaced")],
)
def test_an_order_may_end_by_somebody_else_s_hand(fake: FakeAlpaca, client: Any, kind: str, end: str) -> None:
    fake.quote(CALL, "2.50", "2.55", ask_size=1)
    fake.behave(kind, seconds=0.05)
    client.post("/orders", order("taken", qty="3"))
    eventually(lambda: status_of(client, "taken") == end, what=end)
    if kind == "replaced_by_other":
        old, new = fake.book()["orders"]
        assert (new["id"], new["qty"], new["status"]) == (old["replaced_by"], "2", "new")


def test_a_cancellation_may_lose_the_race_against_a_fill(fake: FakeAlpaca, client: Any) -> None:
    fake.behave("cancel_loses")
    placed = client.post("/orders", order("raced", price="2.00"))
    with pytest.raises(APIError, match="filled") as caught:
        client.delete(f"/orders/{placed['id']}")
    assert (caught.value.status_code, caught.value.code) == (422, 42210000)
    assert status_of(client, "raced") == "filled"
    assert fake.book()["cash"] == "99800"


def test_a_cancellation_that_was_accepted_may_end_in_a_fill(fake: FakeAlpaca, client: Any) -> None:
    fake.behave("cancel_then_filled", seconds=0.05)
    placed = client.post("/orders", order("raced", price="2.00"))
    client.delete(f"/orders/{placed['id']}")
    eventually(lambda: status_of(client, "raced") == "filled", what="the fill")
    events = [each["event"] for each in fake.updates()]
    assert events == ["pending_new", "new", "pending_cancel", "order_cancel_rejected", "fill"]
    fake.behave("slow_cancel", seconds=0.05)
    placed = client.post("/orders", order("slow", price="2.00"))
    client.delete(f"/orders/{placed['id']}")
    with pytest.raises(APIError, match="order pending cancel"):
        client.delete(f"/orders/{placed['id']}")
    eventually(lambda: status_of(client, "slow") == "canceled", what="the cancellation")


def test_what_was_executed_may_be_undone_or_changed_later(fake: FakeAlpaca, client: Any) -> None:
    fake.quote(CALL, "2.50", "2.55")
    fake.behave("bust", seconds=0.05)
    client.post("/orders", order("busted"))
    eventually(lambda: fake.book()["cash"] == "100000", what="the bust")
    assert fake.book()["positions"] == []
    fake.behave("correct", seconds=0.05, by="0.05")
    client.post("/orders", order("corrected"))
    eventually(lambda: fake.book()["cash"] == "99740", what="the correction")
    fake.behave("fee", seconds=0.05, by="-1.30")
    fake.behave("position_by_hand", seconds=0.05, by="2")
    client.post("/orders", order("charged"))
    eventually(lambda: fake.book()["fees"] and fake.book()["adjustments"], what="fee and change")
    assert (fake.book()["cash"], fake.book()["positions"][0]["qty"]) == ("99483.7", "4")


def test_the_broker_may_be_gone_for_a_while(fake: FakeAlpaca, client: Any) -> None:
    with following(fake) as heard:
        fake.vanish()
        with pytest.raises(requests.exceptions.ConnectionError):
            client.get_account()
        eventually(lambda: fake.listeners("trade_updates") == 0, what="a cut")
        eventually(lambda: fake.requests("GET", "/stream")[1:], what="a try to come back")
        assert fake.listeners("trade_updates") == 0
        fake.behave_well()
        eventually(lambda: fake.listeners("trade_updates") == 1, what="a new connection")
        client.post("/orders", order("back", price="1.00"))
        eventually(lambda: len(heard) == 2, what="updates")


def test_a_fake_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    starts = (
        "import pathlib, sys, time\n"
        "from tests.brokers.alpaca.running import fake_alpaca\n"
        "with fake_alpaca(pathlib.Path(sys.argv[1])) as fake:\n"
        "    print(fake.pid, flush=True)\n"
        "    time.sleep(3600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", starts, str(tmp_path)], stdout=subprocess.PIPE, cwd=ROOT) as starter:
        assert starter.stdout
        running = psutil.Process(int(starter.stdout.readline()))
        starter.kill()
    _, alive = psutil.wait_procs([running], timeout=DEADLINE_S)
    for process in alive:
        process.kill()
    assert alive == []


def test_a_mix_goes_wrong_in_many_ways_and_its_book_still_balances(fake: FakeAlpaca, client: Any) -> None:
    short = {kind: {"seconds": 0.02} for kind in IN_MIX if kind not in ("error_before", "error_after")}
    fake.misbehave(seed=7, probability=0.25, settings=short)
    for n in range(40):
        fake.quote(CALL, f"{2 + n % 5 / 10:.2f}", f"{2.05 + n % 5 / 10:.2f}", ask_size=2)
        for _attempt in range(5):
            try:
                client.post("/orders", order(f"mixed-{n}", qty="3", price=f"{2 + n % 7 / 10:.2f}"))
            except APIError as failure:
                if failure.status_code in (403, 422):
                    break
            except requests.exceptions.RequestException:
                continue
            else:
                break
    fake.behave_well()
    wrong = {each["kind"] for each in fake.misbehaved()}
    # when pieces fill moves with the machine, and with it which kinds are drawn: of 29, mostly 25
    assert len(wrong) >= 15, wrong
    book = fake.book()
    cash = Decimal(book["opening_cash"])
    held = 0
    for execution in book["executions"]:
        if execution["counts"]:
            cash -= Decimal(execution["price"]) * int(execution["qty"]) * 100
            held += int(execution["qty"])
    assert Decimal(book["cash"]) == cash
    assert sum(int(each["qty"]) for each in book["positions"]) == held
    assert len({each["client_order_id"] for each in book["orders"]}) == len(book["orders"])


def test_the_same_seed_goes_wrong_in_the_same_way(fake: FakeAlpaca, client: Any) -> None:
    def outcome() -> list[int]:
        fake.reset()
        fake.misbehave(seed=3, probability=0.4, kinds=["error_before", "refuse_day_trade"])
        for n in range(12):
            with suppress(APIError):
                client.post("/orders", order(f"seeded-{n}", price="1.00"))
        return [each["status"] for each in fake.requests("POST")]

    first = outcome()
    assert first == outcome()
    assert set(first) == {200, 403, 503}
