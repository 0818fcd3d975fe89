"""Posting to the API: signed, repeated while it is away, given up when it refuses."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from api.signatures import Shown, is_signed, shown_in
from streams.feeds.posting import ApiUnavailable, Poster, PostRefused

SECRET = b"a secret of the home"


def line_to(answers: list[httpx.Response | Exception], seen: list[httpx.Request], *, deadline_s: float = 5) -> Poster:
    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        reply = answers.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    client = httpx.AsyncClient(base_url="http://api", transport=httpx.MockTransport(answer))
    return Poster(client, SECRET, deadline_s=deadline_s)


async def test_a_post_is_signed_over_its_name_its_time_and_its_raw_body() -> None:
    seen: list[httpx.Request] = []
    status = await line_to([httpx.Response(200, json={"status": "ACCEPTED"})], seen).post("/webhook", {"symbol": "SPX"})
    assert status == "ACCEPTED"
    shown, now = shown_in(seen[0].headers), datetime.now(UTC)
    secret = SECRET.decode()
    assert is_signed(seen[0].content, shown=shown, secret=secret, at=now)
    assert not is_signed(seen[0].content, shown=shown, secret=secret, at=now + timedelta(seconds=400))
    undated = Shown(shown.signature)
    assert not is_signed(seen[0].content, shown=undated, secret=secret, at=now)
    assert json.loads(seen[0].content) == {"symbol": "SPX"}


async def test_a_post_is_repeated_until_the_api_is_back() -> None:
    seen: list[httpx.Request] = []
    answers: list[httpx.Response | Exception] = [
        httpx.ConnectError("refused"),
        httpx.Response(503, json={"status": "ERROR"}),
        httpx.ReadError("reset"),
        httpx.Response(200, json={"status": "DUPLICATE"}),
    ]
    assert await line_to(answers, seen).post("/webhook", {"symbol": "SPX"}) == "DUPLICATE"
    assert len(seen) == 4
    assert len({request.content for request in seen}) == 1
    assert len({request.headers["X-Webhook-Id"] for request in seen}) == 1


async def test_a_post_is_named_after_what_it_says_and_where() -> None:
    async def name(path: str, symbol: str, secret: bytes = SECRET) -> str:
        seen: list[httpx.Request] = []
        line = line_to([httpx.Response(200, json={})], seen)
        await replace(line, secret=secret).post(path, {"symbol": symbol})
        return seen[0].headers["X-Webhook-Id"]

    first = await name("/webhook", "SPX")
    assert await name("/webhook", "SPX") == first
    others = {
        await name("/webhook", "SPY"),
        await name("/other", "SPX"),
        await name("/webhook", "SPX", b"another home"),
    }
    assert len({first} | others) == 4


async def test_a_refusal_is_final_and_names_the_fields() -> None:
    seen: list[httpx.Request] = []
    details = [{"field": "symbol", "message": "symbol is required"}]
    answers: list[httpx.Response | Exception] = [httpx.Response(400, json={"status": "REJECTED", "details": details})]
    with pytest.raises(PostRefused, match="symbol is required"):
        await line_to(answers, seen).post("/webhook", {"price": 1})
    assert len(seen) == 1


async def test_an_api_that_stays_away_is_given_up() -> None:
    answers: list[httpx.Response | Exception] = [httpx.ConnectError("refused")] * 20
    with pytest.raises(ApiUnavailable, match="ConnectError"):
        await line_to(answers, [], deadline_s=0.2).post("/webhook", {})
