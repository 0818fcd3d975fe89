"""What providers get wrong, in our own words and without a key; asking again, and asking the next."""

import logging
import socket
from collections.abc import Awaitable, Callable, Iterator

import pytest

from streams.providers.failures import (
    NoData,
    ProviderFailed,
    Refused,
    Throttled,
    Unavailable,
    Unreadable,
    of_status,
)
from streams.providers.fallback import Access, MarketData, asking_order, guarded_providers
from streams.providers.guarded import Guarded
from streams.providers.provider import Provider
from tests.streams.provider_lines import NAMES, Passing, Standing, line_to
from tests.streams.provider_server import CALL, KEY, SECRET, SESSIONS, ProviderServer, Reply, provider_server

CALLS: dict[str, Callable[[Provider], Awaitable[object]]] = {
    "price": lambda provider: provider.price("SPY"),
    "option_quote": lambda provider: provider.option_quote(CALL),
    "candles": lambda provider: provider.candles("SPY", "5m", 3),
    "chain": lambda provider: provider.chain("SPY"),
}

TWELVE_DATA_ERROR = '{"code": %d, "message": "told", "status": "error"}'


@pytest.fixture(scope="module")
def running() -> Iterator[ProviderServer]:
    with provider_server() as server:
        yield server


@pytest.fixture
def server(running: ProviderServer) -> ProviderServer:
    return running.reset()


async def failure_of(name: str, what: str, url: str, **line: float) -> ProviderFailed:
    async with line_to(name, url, timeout_s=line.get("timeout_s", 10.0)) as provider:
        with pytest.raises(ProviderFailed) as caught:
            await CALLS[what](provider)
    return caught.value


each_call = pytest.mark.parametrize(
    ("name", "what"),
    [(name, what) for name in NAMES for what in CALLS if name != "twelvedata" or what in ("price", "candles")],
)


@each_call
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, NoData),
        (401, Refused),
        (402, Refused),
        (403, Refused),
        (404, NoData),
        (422, NoData),
        (429, Throttled),
        (500, Unavailable),
        (503, Unavailable),
    ],
)
async def test_a_status_has_one_meaning_wherever_it_comes_from(
    server: ProviderServer, name: str, what: str, status: int, kind: type[ProviderFailed]
) -> None:
    server.always(name, Reply(status, '{"message": "told"}'))
    failure = await failure_of(name, what, server.url)
    assert type(failure) is kind
    assert (failure.provider, failure.symbol, failure.reason) == (
        name,
        CALL if what == "option_quote" else "SPY",
        f"HTTP {status}",
    )
    # alpaca's own client would have repeated it
    assert len(server.asked) == 1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("Fri, 13 Feb 2026 15:33:00 GMT", None), (None, None)])
async def test_who_is_throttled_is_told_for_how_long(
    server: ProviderServer, name: str, header: str | None, seconds: float | None
) -> None:
    server.always(name, Reply(429, "{}", {} if header is None else {"Retry-After": header}))
    failure = await failure_of(name, "price", server.url)
    assert isinstance(failure, Throttled)
    assert failure.retry_after_s == seconds


@pytest.mark.parametrize(
    ("code", "kind"), [(429, Throttled), (401, Refused), (404, NoData), (500, Unavailable), (0, Unavailable)]
)
async def test_twelve_data_tells_an_error_with_status_200(
    server: ProviderServer, code: int, kind: type[ProviderFailed]
) -> None:
    server.always("twelvedata", Reply(200, TWELVE_DATA_ERROR % code))
    assert type(await failure_of("twelvedata", "candles", server.url)) is kind


async def test_market_data_app_has_no_data_in_three_ways(server: ProviderServer) -> None:
    for reply in (Reply(404, '{"s": "no_data"}'), Reply(200, '{"s": "no_data"}'), Reply(204, "")):
        server.always("marketdata", reply)
        assert type(await failure_of("marketdata", "chain", server.url)) is NoData


BROKEN = [
    "",
    "{",
    "<html>502</html>",
    "null",
    "[]",
    "17",
    "{}",
    '{"s": "ok"',
    '{"s": "strange"}',
    '{"s": "ok", "last": [1], "updated": []}',
    '{"s": "ok", "last": ["one"], "mid": [null], "updated": [1]}',
    '{"s": "ok", "last": [-1], "updated": [1]}',
    '{"s": "ok", "last": [1], "updated": ["now"]}',
    '{"price": "NaN"}',
    '{"price": null}',
    '{"price": -4}',
    '{"trades": {"SPY": {"p": "x", "t": 4}}}',
    '{"trades": {"SPY": {"p": 1}}}',
    '{"trades": [1, 2]}',
    '{"trades": null}',
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("body", BROKEN)
async def test_an_answer_that_is_not_as_documented_is_unreadable(server: ProviderServer, name: str, body: str) -> None:
    server.always(name, Reply(200, body))
    assert type(await failure_of(name, "price", server.url)) is Unreadable


async def test_a_bar_out_of_shape_spoils_the_answer_and_a_contract_only_itself(server: ProviderServer) -> None:
    series = (
        '{"status": "ok", "values": [{"datetime": "2026-02-13 15:00:00", "open": "%s", "high": "2", "low": "%s"%s}]}'
    )
    for opened, low, rest in (("1", "1", ""), ("1", "3", ', "close": "1"'), ("0", "1", ', "close": "1"')):
        server.always("twelvedata", Reply(200, series % (opened, low, rest)))
        assert type(await failure_of("twelvedata", "candles", server.url)) is Unreadable
    chain = (
        '{"s": "ok", "optionSymbol": ["%s", "SPY260220C00600000"], "bid": ["x", 1], "ask": [2, 2], "updated": [1, 1]}'
    )
    server.always("marketdata", Reply(200, chain))
    async with line_to("marketdata", server.url) as provider:
        (contract,) = (await provider.chain("SPY")).contracts
    assert contract.option_symbol == "SPY260220C00600000"
    server.always("marketdata", Reply(200, chain.replace("[2, 2]", "[-1, -1]")))
    assert type(await failure_of("marketdata", "chain", server.url)) is Unreadable


@pytest.mark.parametrize("name", NAMES)
async def test_a_provider_that_is_not_there_or_too_slow_is_unavailable(server: ProviderServer, name: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # it does not listen
        failure = await failure_of(name, "price", f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert type(failure) is Unavailable
    server.always(name, Reply(delay_s=1.0))
    failure = await failure_of(name, "price", server.url, timeout_s=0.2)
    assert type(failure) is Unavailable


@each_call
async def test_no_key_stands_in_an_address_an_error_or_a_log(
    server: ProviderServer, name: str, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with line_to(name, server.url) as provider:
        await CALLS[what](provider)
        said = [repr(provider)]
        for reply in (Reply(401), Reply(429), Reply(500), Reply(200, "{"), Reply(200, f'{{"price": "{KEY}"}}')):
            server.always(name, reply)
            with pytest.raises(ProviderFailed) as caught:
                await CALLS[what](provider)
            said += [str(caught.value), repr(caught.value), repr(caught.value.__cause__)]
    said += [record.getMessage() for record in caplog.records]
    said += [f"{asked.path}?{asked.query}" for asked in server.asked]
    assert not [text for text in said if KEY in text or SECRET in text]


def guarded(provider: Provider, passing: Passing) -> Guarded:
    return Guarded(provider, timing=passing.timing)


@pytest.mark.parametrize("name", NAMES)
async def test_what_fails_in_passing_is_asked_again_and_answered(server: ProviderServer, name: str) -> None:
    passing = Passing()
    server.script(name, Reply(500), Reply(200, "{"), Reply(429, "{}", {"Retry-After": "9"}))
    async with line_to(name, server.url) as provider:
        seen = await guarded(provider, passing).ask("price", "SPY", lambda: provider.price("SPY"))
    assert seen.provider == name
    assert passing.slept == [1.0, 2.0, 9.0]
    assert len(server.asked) == 4


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("status", [400, 401, 403, 404])
async def test_what_will_not_change_is_not_asked_again(server: ProviderServer, name: str, status: int) -> None:
    passing = Passing()
    server.always(name, Reply(status))
    async with line_to(name, server.url) as provider:
        with pytest.raises(NoData if status in (400, 404) else Refused):
            await guarded(provider, passing).ask("price", "SPY", lambda: provider.price("SPY"))
    assert passing.slept == []
    assert len(server.asked) == 1


async def test_more_patience_than_we_have_is_not_waited_for(server: ProviderServer) -> None:
    passing = Passing()
    server.always("alpaca", Reply(429, "{}", {"Retry-After": "31"}))
    async with line_to("alpaca", server.url) as provider:
        with pytest.raises(Throttled):
            await guarded(provider, passing).ask("price", "SPY", lambda: provider.price("SPY"))
    assert passing.slept == []


def access(url: str, **given: object) -> Access:
    keys = {"alpaca_key": KEY, "alpaca_secret": SECRET, "twelve_data_key": KEY, "market_data_key": KEY}
    urls = {"alpaca_url": url, "twelve_data_url": url, "market_data_url": url}
    return Access(**{**keys, **urls, **given})  # type: ignore[arg-type]  # a test's own names


async def test_the_next_provider_is_asked_when_one_fails(server: ProviderServer) -> None:
    passing = Passing()
    order = asking_order("twelvedata", ("twelvedata", "marketdata"))
    market = MarketData(
        guarded_providers(access(server.url, order=order), clock=Standing(), sessions=SESSIONS, timing=passing.timing),
        timing=passing.timing,
    )
    try:
        assert (await market.price("SPY")).provider == "twelvedata"
        # what one does not offer costs it no request
        assert (await market.option_quote(CALL)).provider == "marketdata"
        server.always("marketdata", Reply(401))
        # alpaca has a key, but stands nowhere in the order: it is asked last
        assert (await market.chain("SPY")).contracts
        assert [asked.provider for asked in server.asked] == ["twelvedata", *["marketdata"] * 2, *["alpaca"] * 2]
        assert market.attempts == {"twelvedata": 1, "marketdata": 2, "alpaca": 1}
    finally:
        await market.aclose()


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"order": ("alpaca", "twelvedata")}, ["alpaca", "twelvedata", "marketdata"]),
        ({"order": ("marketdata", "twelvedata"), "market_data_key": ""}, ["twelvedata", "alpaca"]),
        ({"order": ("alpaca",), "alpaca_secret": ""}, ["twelvedata", "marketdata"]),
        (
            {"alpaca_key": "", "twelve_data_key": "", "market_data_key": ""},
            [],
        ),
    ],
)
async def test_who_has_no_key_is_left_out(given: dict[str, object], names: list[str]) -> None:
    providers = guarded_providers(access("http://127.0.0.1", **given), clock=Standing(), sessions=SESSIONS)
    await MarketData(providers).aclose()
    assert [item.provider.name for item in providers] == names


def test_an_unknown_provider_is_named() -> None:
    with pytest.raises(ValueError, match="'polygon'"):
        guarded_providers(Access(order=("polygon",)), clock=Standing(), sessions=SESSIONS)


def test_the_first_provider_comes_before_the_priority_and_each_once() -> None:
    assert asking_order("alpaca", ("twelvedata", "alpaca", "marketdata")) == ("alpaca", "twelvedata", "marketdata")


def test_access_does_not_show_its_keys() -> None:
    assert KEY not in repr(access("http://127.0.0.1"))


def test_statuses_between_are_refusals() -> None:
    assert type(of_status("any", "SPY", 451, retry_after=None)) is Refused
    assert type(of_status("any", "SPY", 499, retry_after=None)) is Refused
