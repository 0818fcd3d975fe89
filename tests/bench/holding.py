"""Books with the open positions that are asked for."""

from collections.abc import Sequence
from datetime import date, datetime

from agents import book as books
from agents.rules import ExitRules
from schemas.event import to_micros
from schemas.occ import underlying_of
from schemas.orders import OrderPlaced
from schemas.positions import Book
from schemas.records import BookRecord
from schemas.ticks import Tick
from streams.topics import book_key
from tests.agents.strategies import order
from tests.bench.spy_day import CENT, ENTRY
from tests.bench.tape import ENTERED, Held


def holding(wanted: Sequence[tuple[str, str]], *, at: datetime = ENTERED) -> Held:
    """Return a position for each account and contract, bought at ENTRY."""
    orders: dict[tuple[str, str], list[OrderPlaced]] = {}
    for account, contract in wanted:
        symbol = underlying_of(contract)
        asked = order(
            f"{account}-{contract}",
            option_symbol=contract,
            account_id=account,
            symbol=symbol,
            occurred_at=at,
            expires_at=None,
            expiration=date(2014, 1, 17),
        )
        orders.setdefault((account, symbol), []).append(asked)
    records = {}
    for (account, symbol), asked_for in orders.items():
        book = Book(account_id=account, symbol=symbol)
        for asked in asked_for:
            book, _ = books.on_order(book, asked)
        fills = [
            Tick(asked.option_symbol, to_micros(at) + 1, bid=ENTRY - CENT, ask=ENTRY + CENT) for asked in asked_for
        ]
        book, _ = books.on_ticks(book, fills, rules=ExitRules())
        records[book_key(account, symbol)] = BookRecord(state=book, epoch=1, version=1)
    return Held(records)
