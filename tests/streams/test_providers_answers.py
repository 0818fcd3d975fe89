"""What the providers answer, as it is documented, read into our own records over real HTTP."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from schemas.market import HistoricBar
from streams.providers.failures import NoData, Unsupported
from streams.providers.listed import chain_of
from streams.providers.provider import CONTRACTS_MAX, PriceSeen, QuoteSeen
from tests.streams.provider_lines import NAMES, line_to
from tests.streams.provider_server import (
    CALL,
    NOW,
    PUT,
    QUOTED_AT,
    SESSIONS,
    ProviderServer,
    opening_price,
    provider_server,
)


@pytest.fixture(scope="module")
def running() -> Iterator[ProviderServer]:
    with provider_server() as server:
        yield server


@pytest.fixture
def server(running: ProviderServer) -> ProviderServer:
    return running.reset()


async def test_a_price_is_the_newest_and_says_when(server: ProviderServer) -> None:
    found = {}
    for name in NAMES:
        async with line_to(name, server.url) as provider:
            found[name] = await provider.price("SPY")
    assert found == {
        "alpaca": PriceSeen("SPY", Decimal("596.15"), datetime(2026, 2, 13, 15, 32, 9, 123456, tzinfo=UTC), "alpaca"),
        "twelvedata": PriceSeen("SPY", Decimal("596.15002"), NOW, "twelvedata"),
        "marketdata": PriceSeen("SPY", Decimal("596.16"), NOW, "marketdata"),
    }


@pytest.mark.parametrize("name", ["alpaca", "marketdata"])
async def test_an_option_quote_has_both_sides(server: ProviderServer, name: str) -> None:
    async with line_to(name, server.url) as provider:
        assert await provider.option_quote(CALL) == QuoteSeen(CALL, Decimal("4.25"), Decimal("4.35"), QUOTED_AT, name)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("timeframe", "newest"),
    [
        ("1m", datetime(2026, 2, 13, 15, 31, tzinfo=UTC)),
        ("5m", datetime(2026, 2, 13, 15, 25, tzinfo=UTC)),
        ("15m", datetime(2026, 2, 13, 15, 15, tzinfo=UTC)),
        ("1h", datetime(2026, 2, 13, 14, 0, tzinfo=UTC)),
        ("1d", datetime(2026, 2, 12, 5, tzinfo=UTC)),
    ],
)
async def test_bars_are_closed_in_regular_hours_and_as_many_as_asked_for(
    server: ProviderServer, name: str, timeframe: str, newest: datetime
) -> None:
    async with line_to(name, server.url) as provider:
        history = await provider.candles("SPY", timeframe, 250)
    assert history.timeframe == timeframe
    assert len(history.bars) == 250
    starts = [bar.start for bar in history.bars]
    assert starts == sorted(set(starts))
    assert starts[-1] == newest
    if timeframe == "1d":
        assert all(SESSIONS.trading_day(start.date()).open_at is not None for start in starts)
        assert all(SESSIONS.trading_day(start.date()).begins_at == start for start in starts)
    elif timeframe != "1h":
        assert all(SESSIONS.phase(start).phase == "regular" for start in starts)
    first_prices = {"1h": datetime(2026, 2, 13, 14, 30, tzinfo=UTC), "1d": datetime(2026, 2, 12, 14, 30, tzinfo=UTC)}
    opened = Decimal(str(opening_price(first_prices.get(timeframe, newest))))
    assert history.bars[-1] == HistoricBar(
        start=newest,
        open=opened,
        high=opened + Decimal("0.5"),
        low=opened - Decimal("0.25"),
        close=opened + Decimal("0.25"),
        volume=1000,
    )
    if timeframe == "1h":  # 20:00 to 21:00 the day before, of two half hours
        before = Decimal(str(opening_price(datetime(2026, 2, 12, 20, tzinfo=UTC))))
        assert history.bars[-2] == HistoricBar(
            start=datetime(2026, 2, 12, 20, tzinfo=UTC),
            open=before,
            high=before + Decimal("0.8"),
            low=before - Decimal("0.25"),
            close=before + Decimal("0.55"),
            volume=2000,
        )


async def test_the_providers_agree_on_every_bar(server: ProviderServer) -> None:
    for timeframe in ("1m", "1h", "1d"):
        histories = []
        for name in NAMES:
            async with line_to(name, server.url) as provider:
                histories.append(await provider.candles("SPY", timeframe, 40))
        assert histories[0] == histories[1] == histories[2]


@pytest.mark.parametrize("name", ["alpaca", "marketdata"])
async def test_a_chain_lists_contracts_and_leaves_adjusted_ones_out(server: ProviderServer, name: str) -> None:
    async with line_to(name, server.url) as provider:
        chain = await provider.chain("SPY")
    assert chain.timestamp == QUOTED_AT
    assert chain.underlying_price == Decimal("596.15")
    assert [contract.option_symbol for contract in chain.contracts] == [CALL, PUT]
    call, put = chain.contracts
    assert (call.strike, call.expiration, call.type) == (Decimal(596), date(2026, 2, 20), "call")
    assert (call.bid, call.ask, call.volume) == (Decimal("4.25"), Decimal("4.35"), 1234)
    assert call.open_interest == (None if name == "alpaca" else 5678)
    assert (call.implied_volatility, call.delta, call.gamma, call.theta, call.vega) == (
        Decimal("0.1523"),
        Decimal("0.512"),
        Decimal("0.031"),
        Decimal("-0.41"),
        Decimal("0.33"),
    )
    # nobody asks 0; a bid of 0 beside an ask is one
    assert (put.bid, put.ask) == ((None, None) if name == "alpaca" else (Decimal(0), Decimal("0.05")))
    assert put.delta is None


async def test_a_chain_is_asked_for_around_the_price_and_not_far_ahead(server: ProviderServer) -> None:
    async with line_to("alpaca", server.url) as alpaca, line_to("marketdata", server.url) as market_data_app:
        await alpaca.chain("SPY")
        await market_data_app.chain("SPY")
    of_alpaca = server.asked_of("alpaca")[-1].query
    assert (float(of_alpaca["strike_price_gte"]), float(of_alpaca["strike_price_lte"])) == (536.535, 655.765)
    assert (of_alpaca["expiration_date_gte"], of_alpaca["expiration_date_lte"]) == ("2026-02-13", "2026-03-30")
    (asked,) = server.asked_of("marketdata")
    assert asked.query == {"from": "2026-02-13", "to": "2026-03-30", "strikeLimit": "60"}


async def test_bars_are_asked_for_adjusted_and_of_the_feed_that_every_plan_has(server: ProviderServer) -> None:
    async with line_to("alpaca", server.url) as provider:
        await provider.candles("SPY", "1h", 250)
    pages = server.asked_of("alpaca")
    assert len(pages) > 1
    assert {(page.query["timeframe"], page.query["adjustment"], page.query["feed"]) for page in pages} == {
        ("30Min", "split", "iex")
    }


async def test_twelve_data_offers_no_options(server: ProviderServer) -> None:
    async with line_to("twelvedata", server.url) as provider:
        for call in (provider.option_quote(CALL), provider.chain("SPY")):
            with pytest.raises(Unsupported, match="twelvedata"):
                await call
    assert server.asked == []


@pytest.mark.parametrize("name", NAMES)
async def test_an_unknown_symbol_has_no_data(server: ProviderServer, name: str) -> None:
    async with line_to(name, server.url) as provider:
        calls = [provider.price("NOSUCH"), provider.candles("NOSUCH", "5m", 3)]
        if name != "twelvedata":
            calls += [provider.option_quote("NOSUCH260220C00001000"), provider.chain("NOSUCH")]
        for call in calls:
            with pytest.raises(NoData, match=f"{name}: NOSUCH"):
                await call


async def test_a_symbol_stays_one_part_of_the_path(server: ProviderServer) -> None:
    async with line_to("marketdata", server.url) as provider:
        with pytest.raises(NoData):
            await provider.price("BRK/B?token=1")
    (asked,) = server.asked
    assert asked.query == {}


def test_of_a_long_chain_the_strikes_nearest_to_the_price_are_kept() -> None:
    rows = [{"option_symbol": f"SPY260220C{strike:05d}000", "at": None} for strike in range(1, CONTRACTS_MAX + 102)]
    chain = chain_of(rows, provider="any", symbol="SPY", price=Decimal(1), now=NOW)
    assert [contract.strike for contract in chain.contracts] == [Decimal(n) for n in range(1, CONTRACTS_MAX + 1)]
    assert chain.timestamp == NOW


async def test_many_callers_are_served_at_once(server: ProviderServer) -> None:
    async with line_to("alpaca", server.url) as provider:
        prices = await asyncio.gather(*(provider.price("SPY") for _ in range(8)))
    assert prices == [prices[0]] * 8
    assert len(server.asked) == 8
