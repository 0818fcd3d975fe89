from datetime import UTC, datetime
from decimal import Decimal

from schemas.codec import encode
from schemas.operations import ClockAdvanced
from schemas.orders import OrderFilled, TradeClosed
from streams.topics import CLOCK, FILLS, ORDERS, PRICE_TICKS, TRADES
from tests.agents.strategies import AT, CALL, SPY, quoted, traded
from tests.streams.staging import MARKET_TABLES, Line, Log, delivery, tables
from tests.streams.test_market_stage import framed, market_stage, numbered_order
from tests.streams.test_stage import HOME


async def test_a_contract_that_is_over_is_settled_by_its_underlyings_price() -> None:
    log = Log()
    stage = market_stage(tables(MARKET_TABLES), Line(log))
    await stage.open()
    over = datetime(2026, 2, 20, 21, tzinfo=UTC)
    last = traded(SPY, "600.25", seconds=(over - AT).total_seconds())
    await stage._process([delivery(ORDERS, numbered_order(), partition=HOME, offset=0)])
    for offset, tick in enumerate((quoted(CALL, "3.50", "3.54", seconds=1), last)):
        await stage._process([delivery(PRICE_TICKS, framed([tick], offset + 1), partition=HOME, offset=offset)])
    close = ClockAdvanced(event_id="c-9", occurred_at=over, kind="session_close")
    await stage._process([delivery(CLOCK, encode(close), partition=HOME, offset=0)])
    assert [fill.price for fill in log.of(FILLS, OrderFilled)] == [Decimal("3.52"), Decimal("4.25")]
    assert [trade.exit_price for trade in log.of(TRADES, TradeClosed)] == [Decimal("4.25")]
