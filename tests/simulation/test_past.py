"""The past, folded from the log, is what the books and the accounts had on their changelogs then."""

from collections.abc import Iterator
from typing import Any

import pytest

from agents.facts import Fact
from agents.past_accounts import begun, folded
from agents.past_positions import positions, shown
from agents.rules import RiskLimits
from schemas.accounts import Account
from schemas.codec import decode
from schemas.orders import OrderPlaced
from schemas.records import AccountRecord, BookRecord
from streams.topics import ACCOUNT_EVENTS, ACCOUNTS, BOOKS
from tests.simulation.kept_log import Message, facts_of, kept

SEEDS = (3, 5, 7, 9)


@pytest.fixture(scope="module", params=SEEDS)
def play(request: pytest.FixtureRequest) -> tuple[list[Fact], list[Message]]:
    messages, records = kept(request.param)
    return facts_of(messages), records


def versions(records: list[Message], topic: str, model: Any) -> Iterator[tuple[str, Any]]:
    """Yield every version of every record of a changelog that counted."""
    for item in records:
        if item.topic == topic and item.entry.value is not None:
            yield item.entry.key, decode(model, item.entry.value)


def test_positions_are_those_of_each_version_of_each_book(play: tuple[list[Fact], list[Message]]) -> None:
    facts, records = play
    for key, record in versions(records, BOOKS.name, BookRecord):
        if record.state.is_shadow:
            continue
        told = [f for f in facts if f.event.source == f"books/{key}" and f.event.sequence <= record.emitted]
        past = [item.held for item in positions(told) if item.held is not None]
        assert sorted((shown(item) for item in past), key=repr) == sorted(
            (shown(item) for item in record.state.positions), key=repr
        )


def plain(account: Account) -> dict[str, Any]:
    """Return an account with its holdings and reservations in an order of their own."""
    said = account.model_dump()
    return said | {name: sorted(said[name], key=repr) for name in ("holdings", "reservations")}


def test_an_account_is_that_of_each_version_of_its_record(play: tuple[list[Fact], list[Message]]) -> None:
    facts, records = play
    for key, record in versions(records, ACCOUNTS.name, AccountRecord):
        told = [
            f
            for f in facts
            if (f.event.source == f"accounts/{key}" and f.event.sequence <= record.emitted)
            or (
                f.topic == ACCOUNT_EVENTS.name
                and getattr(f.event, "account_id", None) == key
                and f.offset <= record.applied.get(f"{f.topic}-{f.partition}", -1)
            )
        ]
        limits = RiskLimits(opening_equity=record.state.opening_equity)
        assert plain(folded(begun(key, limits), told).account) == plain(record.state)
    assert any(isinstance(f.event, OrderPlaced) for f in facts)
