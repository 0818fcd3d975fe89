"""Books with the open positions that are asked for."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from agents import book as books
from agents.rules import ExitRules
from schemas.codec import encode
from schemas.event import to_micros
from schemas.occ import underlying_of
from schemas.orders import OrderPlaced
from schemas.positions import Book
from schemas.ranks import rank_headers
from schemas.records import BookRecord
from schemas.ticks import Tick
from streams.publisher import Publisher
from streams.topics import BOOKS, book_key, partition_of
from tests.agents.strategies import order
from tests.bench.spy_day import CENT, ENTRY, MIDNIGHT

ENTERED = MIDNIGHT + timedelta(hours=9)


@dataclass(frozen=True)
class Held:
    """Books with open positions, as their changelog has them."""

    records: dict[str, BookRecord]

    async def write(self, publisher: Publisher) -> None:
        futures = [
            await publisher.send_encoded(
                BOOKS.name,
                key=key,
                value=encode(record),
                partition=partition_of(record.state.symbol),
                headers=rank_headers(record),
            )
            for key, record in self.records.items()
        ]
        await asyncio.gather(*futures)


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
        assert len(book.positions) == len(asked_for)
        records[book_key(account, symbol)] = BookRecord(state=book, epoch=1, version=1)
    return Held(records)
