"""A record that is encoded by parts has the bytes it would have whole, however it has changed since."""

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from schemas.accounts import Account, Holding, Reservation
from schemas.codec import encode
from schemas.parts import PartsEncoder
from schemas.records import AccountRecord, OutboxEntry
from tests.schemas.specimens_of_brokers import reported

AT = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
HELD = st.builds(
    Holding,
    position_id=st.sampled_from(["one", "two", "three"]),
    symbol=st.just("SPY"),
    option_symbol=st.just("SPY260220C00596000"),
    quantity=st.integers(1, 3),
    entry_price=st.decimals(0, 100, places=4),
    entry_timestamp=st.sampled_from([None, AT]),
)
ORDERED = st.builds(
    Reservation,
    order_id=st.sampled_from(["four", "five"]),
    position_id=st.just("six"),
    symbol=st.just("QQQ"),
    option_symbol=st.just("QQQ260220C00596000"),
    quantity=st.integers(1, 3),
    price=st.decimals(0, 100, places=4),
)
OUTBOX = st.builds(
    OutboxEntry,
    topic=st.just("orders.v1"),
    key=st.just("SPY"),
    partition=st.integers(0, 7),
    event_id=st.just("seven"),
    occurred_at=st.just(AT),
    source=st.just("accounts/paper"),
    sequence=st.integers(1, 9),
    value=st.binary(max_size=20),
)


@st.composite
def changing(draw: st.DrawFn) -> list[AccountRecord]:
    """Return a record as it changes: what is there goes, stays, comes again and comes twice."""
    held, ordered = draw(st.lists(HELD, min_size=1, max_size=5)), draw(st.lists(ORDERED, min_size=1, max_size=3))
    return [
        AccountRecord(
            state=Account(
                account_id="paper",
                opening_equity=Decimal(100_000),
                cash=Decimal(version),
                holdings=(*draw(st.lists(st.sampled_from(held), max_size=6)), *draw(st.lists(HELD, max_size=1))),
                reservations=tuple(draw(st.lists(st.sampled_from(ordered), max_size=4))),
                broker=reported() if draw(st.booleans()) else None,
            ),
            applied={"proposals.v1-0": version},
            version=version,
            outbox=tuple(draw(st.lists(OUTBOX, max_size=2))),
        )
        for version in range(4)
    ]


@given(changing())
def test_a_record_encoded_by_parts_is_the_record_encoded_whole(records: list[AccountRecord]) -> None:
    encoder = PartsEncoder()
    for record in records:
        assert encoder.encode(record) == encode(record)
