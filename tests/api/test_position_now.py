"""What an open position is told with beside its row: armed levels, and what closing it would come to."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from api.position_now import closing_now, exits_now
from schemas.event import to_micros
from schemas.market import Market, Quote
from schemas.money import NANOS
from streams.publisher import Publisher
from tests.api.serving import serving, until
from tests.api.test_live import AT, Trading, listed
from tests.api.test_live_view import CONTRACT, position
from tests.api.test_markets import listed as contract
from tests.api.test_markets import write

QUOTE = Quote(bid=3_760_000_000, ask=3_800_000_000, quoted_at=to_micros(AT))


@pytest.fixture
async def publisher(kafka: str) -> AsyncIterator[Publisher]:
    async with Publisher(kafka) as started:
        yield started


@pytest.fixture
def trading(publisher: Publisher) -> Trading:
    return Trading(publisher)


def test_closing_by_hand_is_expected_at_the_mid_on_paper_and_at_the_bid_at_a_broker() -> None:
    market = Market(symbol="SPY", quotes={CONTRACT: QUOTE})
    paper, live = (closing_now(position(order_type=kind), market) for kind in ("paper", "live"))
    assert paper is not None
    assert live is not None
    assert (paper.expected_price, paper.expected_pnl) == (Decimal("3.78"), Decimal("234.00"))
    assert (live.expected_price, live.expected_pnl) == (Decimal("3.76"), Decimal("216.00"))


def test_without_a_quote_nothing_is_expected() -> None:
    assert closing_now(position(), None) is None
    assert closing_now(position(), Market(symbol="SPY")) is None
    assert closing_now(position(), Market(symbol="SPY", quotes={CONTRACT: Quote(price=1, traded_at=1)})) is None
    one_sided = closing_now(position(), Market(symbol="SPY", quotes={CONTRACT: QUOTE.model_copy(update={"bid": -1})}))
    assert one_sided is not None
    assert (one_sided.bid, one_sided.mid, one_sided.expected_pnl) == (None, None, None)


def test_without_the_chain_nobody_says_where_the_underlying_would_stand() -> None:
    market = Market(symbol="SPY", last=Quote(price=600 * NANOS, traded_at=to_micros(AT)))
    rows = exits_now(position(stop_at_or_below=1_760_000_000), None, market)
    assert {row.underlying_price for row in rows} == {None}


@pytest.mark.kafka
@pytest.mark.postgres
async def test_an_open_position_is_told_with_its_levels_and_distances(
    kafka: str, trading: Trading, database_url: str
) -> None:
    armed = {
        "stop_at_or_below": 1_760_000_000,
        "target_at_or_above": 5_280_000_000,
        "partial_profit_at_or_above": 4_400_000_000,
    }
    chain = contract(trading.symbol, 596, "call", open_interest=5)
    chain = chain.model_copy(update={"option_symbol": trading.option_symbol, "delta": Decimal("0.5"), "gamma": None})
    await write(trading, chain={trading.option_symbol: chain}, quotes={trading.option_symbol: QUOTE})
    await trading.write_book(version=1, positions=(trading.position(**armed),))
    environment = {"KAFKA_BOOTSTRAP_SERVERS": kafka, "DATABASE_URL": database_url, "ACCOUNT_ID": trading.account_id}
    async with serving(**environment) as (_, client):

        async def positions() -> list[dict[str, Any]]:
            return await listed(client, "/orders/positions")

        await until(positions, bool)
        await trading.tick(bid=QUOTE.bid, ask=QUOTE.ask)
        (row,) = await until(positions, lambda rows: rows[0]["current_price"] is not None)
        answer = await until(
            lambda: client.get(f"/positions/{trading.position_id}"),
            lambda found: found.status_code == 200 and found.json()["closing"] is not None,
        )
        told = answer.json()
        await trading.write_book(version=2, positions=(trading.position(status="closing", **armed),))
        (closing,) = await until(positions, lambda rows: rows[0]["status"] == "closing")
    assert [(level["reason"], level["price"], level["distance"]) for level in row["exits"]] == [
        ("stop_loss", 1.76, 2.02),
        ("partial_profit", 4.4, 0.62),
        ("profit_target", 5.28, 1.5),
    ]
    assert row["exits"][0]["distance_percent"] == 53.44
    assert (row["due_at"], row["due_reason"]) == ("2026-02-18T15:30:00Z", "max_hold_time")
    assert [level["underlying_price"] for level in told["exits"]] == [595.96, 601.24, 603]
    assert (told["closing"]["bid"], told["closing"]["expected_price"], told["closing"]["expected_pnl"]) == (
        3.76,
        3.78,
        234,
    )
    assert (closing["exits"], closing["due_at"]) == ([], None)
