"""The fake's stream of trade updates: heard by alpaca-py's own client, and spoken to over a plain socket."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from alpaca.trading.enums import OrderStatus
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.brokers.alpaca.packing import packed, unpacked
from tests.brokers.alpaca.running import FakeAlpaca, fake_alpaca
from tests.brokers.listening import DEADLINE_S, eventually, following, trading

CALL = "SPY260220C00596000"
LISTEN = {"action": "listen", "data": {"streams": ["trade_updates"]}}


def buy(client: Any, qty: str = "1", price: str = "2.60", **further: str) -> Any:
    body = {"symbol": CALL, "side": "buy", "type": "limit", "time_in_force": "day", "qty": qty, "limit_price": price}
    return client.post("/orders", {**body, **further})


def kinds(messages: list[Any]) -> list[str]:
    """Return the events of raw updates."""
    return [str(each["event"]) for each in messages]


def test_an_order_s_life_is_told_in_order(fake: FakeAlpaca, client: Any) -> None:
    with following(fake) as heard:
        fake.quote(CALL, "2.50", "2.55", ask_size=2)
        buy(client, "3", client_order_id="mine")
        fake.quote(CALL, "2.50", "2.56", ask_size=2)
        eventually(lambda: len(heard) == 4, what="four updates")
        assert [each.event for each in heard] == ["pending_new", "new", "partial_fill", "fill"]
        assert [each.order.client_order_id for each in heard] == ["mine"] * 4
        partial, whole = heard[2:]
        assert (partial.qty, partial.price, partial.position_qty) == (2.0, 2.55, 2.0)
        assert (whole.qty, whole.price, whole.position_qty) == (1.0, 2.56, 3.0)
        assert (partial.order.status, partial.order.filled_qty) == (OrderStatus.PARTIALLY_FILLED, "2")
        assert heard[0].execution_id is None
        assert len({each.execution_id for each in heard}) == 4, "not only executions have an execution id"


def test_every_end_of_an_order_is_told(fake: FakeAlpaca, client: Any) -> None:
    with following(fake) as heard:
        fake.quote(CALL, "2.50", "2.55")
        for n, end in enumerate(("cancel", "expire", "reject")):
            order = buy(client, price="2.00", client_order_id=f"ends-{n}")
            fake.by_hand(order["id"], end)
        replaced = buy(client, price="2.00")
        new = client.patch(f"/orders/{replaced['id']}", {"limit_price": "2.10"})
        fake.close()
        eventually(lambda: len(heard) >= 14, what="all updates")
        assert [each.event for each in heard] == [
            *("pending_new", "new", "canceled", "pending_new", "new", "expired", "pending_new", "new", "rejected"),
            *("pending_new", "new", "replaced", "new", "expired"),
        ]
        update = heard[11]
        assert (str(update.order.id), str(update.order.replaced_by)) == (replaced["id"], new["id"])


def test_a_bust_and_a_correction_name_the_execution_they_undo(fake: FakeAlpaca, client: Any) -> None:
    with following(fake, raw_data=True) as heard:
        fake.quote(CALL, "2.50", "2.55")
        buy(client, "4")
        executed = fake.book()["executions"][0]["id"]
        fake.correct(executed, "2.50")
        corrected = fake.book()["executions"][1]["id"]
        fake.bust(corrected)
        eventually(lambda: len(heard) == 5, what="five updates")
    fill, correction, bust = (each["data"] for each in heard[2:])
    assert (correction["event"], correction["previous_execution_id"]) == ("trade_correct", fill["execution_id"])
    assert (correction["execution_id"], correction["price"], correction["qty"]) == (corrected, "2.5", "4")
    assert (bust["event"], bust["previous_execution_id"], bust["reason"]) == ("trade_bust", corrected, "TRADE_BUST")
    assert (bust["position_qty"], bust["order"]["filled_qty"]) == ("0", "0")
    assert fake.book()["cash"] == "100000"


@asynccontextmanager
async def connected(fake: FakeAlpaca, **headers: str) -> AsyncIterator[ClientConnection]:
    async with connect(fake.stream_url, additional_headers=headers, proxy=None) as socket:
        yield socket


async def said(socket: ClientConnection, message: dict[str, Any]) -> tuple[Any, type]:
    """Say something; return the answer and the type of its frame."""
    await socket.send(json.dumps(message))
    answer = await socket.recv()
    return json.loads(answer), type(answer)


async def test_frames_are_binary_on_paper_and_text_live(fake: FakeAlpaca, tmp_path: Path) -> None:
    right = {"action": "auth", "key": fake.key, "secret": fake.secret}
    authorized = {"stream": "authorization", "data": {"status": "authorized", "action": "authenticate"}}
    async with connected(fake) as socket:
        assert await said(socket, right) == (authorized, str)
    with fake_alpaca(tmp_path, binary=True) as paper:
        async with connected(paper) as socket:
            assert await said(socket, right) == (authorized, bytes)
        paper.quote(CALL, "2.50", "2.55")
        with following(paper) as heard:
            buy(trading(paper))
            eventually(lambda: len(heard) == 3, what="updates in binary frames")


async def test_only_who_is_authorized_may_listen(fake: FakeAlpaca) -> None:
    async with connected(fake) as socket:
        refused = {"stream": "authorization", "data": {"status": "unauthorized", "action": "listen"}}
        assert (await said(socket, LISTEN))[0] == refused
        wrong = {"action": "authenticate", "data": {"key_id": fake.key, "secret_key": "wrong"}}
        assert (await said(socket, wrong))[0]["data"]["status"] == "unauthorized"
        right = {"action": "authenticate", "data": {"key_id": fake.key, "secret_key": fake.secret}}
        assert (await said(socket, right))[0]["data"]["status"] == "authorized"
        several = {"action": "listen", "data": {"streams": ["trade_updates", "weather"]}}
        assert (await said(socket, several))[0] == {"stream": "listening", "data": {"streams": ["trade_updates"]}}
        nothing = {"action": "listen", "data": {"streams": []}}
        assert (await said(socket, nothing))[0]["data"]["streams"] == []
        assert fake.listeners("trade_updates") == 0


async def test_messagepack_is_spoken_to_those_who_ask_for_it(fake: FakeAlpaca) -> None:
    async with connected(fake, **{"Content-Type": "application/msgpack"}) as socket:
        await socket.send(packed({"action": "auth", "key": fake.key, "secret": fake.secret}))
        answer = await socket.recv()
        assert isinstance(answer, bytes)
        assert unpacked(answer)["data"]["status"] == "authorized"


async def _listening(fake: FakeAlpaca, socket: ClientConnection) -> None:
    await said(socket, {"action": "auth", "key": fake.key, "secret": fake.secret})
    await said(socket, LISTEN)


async def _next(socket: ClientConnection) -> str:
    return str(json.loads(await socket.recv())["data"]["event"])


async def test_updates_are_lost_doubled_and_out_of_order_as_rules_say(fake: FakeAlpaca, client: Any) -> None:
    fake.quote(CALL, "2.50", "2.55")
    async with connected(fake) as socket:
        await _listening(fake, socket)
        fake.behave("lose")
        fake.behave("duplicate", next=1)
        buy(client)
        assert [await _next(socket) for _ in range(3)] == ["new", "new", "fill"]
        fake.behave("reorder")
        buy(client)
        assert [await _next(socket) for _ in range(3)] == ["new", "pending_new", "fill"]
        fake.behave("delay", seconds=0.1)
        buy(client)
        assert [await _next(socket) for _ in range(3)] == ["new", "fill", "pending_new"]
    assert kinds(fake.updates()) == ["pending_new", "new", "fill"] * 3


async def test_a_connection_is_cut_without_a_close(fake: FakeAlpaca, client: Any) -> None:
    fake.quote(CALL, "2.50", "2.55")
    fake.behave("drop", symbol=CALL)
    async with connected(fake) as socket:
        await _listening(fake, socket)
        buy(client)
        with pytest.raises(ConnectionClosed) as caught:
            [_ async for _ in _until_closed(socket)]
        assert caught.value.rcvd is None, "there was no close frame"


async def _until_closed(socket: ClientConnection) -> AsyncIterator[object]:
    while True:
        yield await socket.recv()


async def test_a_silent_connection_answers_no_ping_and_loses_what_is_said(fake: FakeAlpaca, client: Any) -> None:
    fake.quote(CALL, "2.50", "2.55")
    async with connected(fake) as socket:
        await _listening(fake, socket)
        await asyncio.wait_for(await socket.ping(), DEADLINE_S)
        fake.stream("trade_updates", "silence", seconds=0.3)
        buy(client, client_order_id="unheard")
        unanswered = asyncio.ensure_future(await socket.ping())
        fake.behave("delay", seconds=0.5)
        buy(client, client_order_id="heard")
        heard = json.loads(await socket.recv())["data"]
        assert (heard["event"], heard["order"]["client_order_id"]) == ("pending_new", "heard")
        assert not unanswered.done()
        unanswered.cancel()


async def test_who_comes_back_may_hear_everything_again(fake: FakeAlpaca, client: Any) -> None:
    fake.quote(CALL, "2.50", "2.55")
    buy(client)
    fake.behave("replay")
    for expected in (["pending_new", "new", "fill", "pending_new"], ["pending_new", "new", "fill"]):
        async with connected(fake) as socket:
            await _listening(fake, socket)
            buy(client)
            assert [await _next(socket) for _ in expected] == expected
