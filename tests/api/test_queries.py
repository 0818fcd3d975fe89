import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from api.exact_json import Number, encode
from api.pagination import START, Cursor, Window, read_cursor, window_of
from api.problems import Problem
from tests.api.serving import NOWHERE, serving

AT = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)

instants = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- hypothesis adds the zone


@given(at=instants, row=st.uuids())
def test_a_cursor_reads_back_as_it_was_written(at: datetime, row: UUID) -> None:
    assert read_cursor(str(Cursor(at, row))) == Cursor(at, row)


@given(text=st.text(max_size=80) | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")))
def test_what_is_no_cursor_is_refused_by_name(text: str) -> None:
    with pytest.raises(Problem) as refused:
        read_cursor(text)
    assert refused.value.status == 422
    assert refused.value.errors is not None
    assert refused.value.errors[0].field == "cursor"


@given(rows=st.lists(st.tuples(instants, st.uuids()), unique=True, max_size=30), limit=st.integers(1, 7))
def test_pages_hold_each_row_once_newest_first(rows: list[tuple[datetime, UUID]], limit: int) -> None:
    cursors = [Cursor(*row) for row in rows]
    found: list[Cursor] = []
    after = START
    while True:
        page, following = window_of(cursors, window=Window(after, limit), cursor_of=lambda row: row)
        found += page
        if following is None:
            break
        after = read_cursor(following)
    assert found == sorted(cursors, key=lambda row: (row.at, row.id), reverse=True)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.decimals(allow_nan=False, allow_infinity=False, places=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(value=values)
def test_json_keeps_every_value_exactly(value: object) -> None:
    assert json.loads(encode(value), parse_float=Decimal) == value


def test_json_keeps_the_text_of_a_decimal() -> None:
    assert encode({"price": Decimal("1584.00"), "at": AT, "on": AT.date()}) == (
        '{"price":1584.00,"at":"2026-02-13T15:30:00Z","on":"2026-02-13"}'
    )


def test_what_has_no_json_form_is_refused() -> None:
    with pytest.raises(TypeError):
        encode({"at": object()})


def test_a_number_that_json_does_not_know_comes_into_no_row() -> None:
    class Row(BaseModel):
        price: Number

    for price in (Decimal("NaN"), Decimal("Infinity"), float("nan")):
        with pytest.raises(ValidationError):
            Row(price=price)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def insert(database: Any, table: str, **columns: Any) -> None:
    """Insert a row; JSON is given as Python values."""
    written = [
        json.dumps(value) if isinstance(value, dict | list) and name != "codes" else value
        for name, value in columns.items()
    ]
    names = ", ".join(columns)
    places = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    await database.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", *written)


def contract(**more: Any) -> dict[str, Any]:
    return {
        "account_id": "paper",
        "symbol": "SPY",
        "option_symbol": "SPY260220C00596000",
        "strike": Decimal(596),
        "expiration": date(2026, 2, 20),
        "type": "call",
        "direction": "long",
        "engine": "A",
        "is_test": False,
    } | more


async def insert_signal(database: Any, signal_id: UUID, **more: Any) -> None:
    fields = {
        "account_id": "paper",
        "symbol": "SPY",
        "direction": "long",
        "timeframe": "5m",
        "timestamp": AT,
        "created_at": AT,
        "status": "approved",
    }
    await insert(database, "signals", signal_id=signal_id, **fields | more)


async def insert_fill(database: Any, **more: Any) -> None:
    fields = {
        "trade_id": uuid4(),
        "order_id": uuid4(),
        "account_id": "paper",
        "position_id": uuid4(),
        "signal_id": uuid4(),
        "symbol": "SPY",
        "option_symbol": "SPY260220C00596000",
        "side": "buy_to_open",
        "fill_price": Decimal("3.52"),
        "fill_quantity": 9,
        "fill_timestamp": AT,
        "is_test": False,
        "created_at": AT,
    }
    await insert(database, "trades", **fields | more)


async def insert_position(database: Any, **more: Any) -> None:
    fields = contract(
        position_id=uuid4(),
        signal_id=uuid4(),
        quantity=9,
        entry_order_id=uuid4(),
        exit_order_id=uuid4(),
        entry_price=Decimal("3.52"),
        exit_price=Decimal("5.28"),
        realized_pnl=Decimal("1584.00"),
        position_pnl_percent=Decimal("50.00"),
        pnl_r=Decimal("50.00"),
        status="closed",
        entry_timestamp=AT,
        exit_timestamp=AT + timedelta(hours=1),
        exit_reason="profit_target",
        last_updated=AT,
        created_at=AT,
    )
    await insert(database, "refactored_positions", **fields | more)


async def all_pages(client: httpx.AsyncClient, path: str, **parameters: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        answer = await client.get(path, params=parameters | ({"cursor": cursor} if cursor else {}))
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return found


@pytest.mark.postgres
async def test_fills_are_listed_newest_first_page_by_page(database: Any, database_url: str) -> None:
    for number in range(11):
        await insert_fill(database, fill_timestamp=AT + timedelta(minutes=number // 3))
    await insert_fill(database, account_id="other")
    await insert_fill(database, symbol="QQQ", fill_timestamp=AT - timedelta(days=1))
    async with serving(DATABASE_URL=database_url) as (_, client):
        rows = await all_pages(client, "/orders/trades", limit="4")
        spy = await all_pages(client, "/orders/trades", symbol="spy")
        text = (await client.get("/orders/trades")).text
    times = [row["fill_timestamp"] for row in rows]
    assert (len(rows), len({row["trade_id"] for row in rows}), len(spy)) == (12, 12, 11)
    assert times == sorted(times, reverse=True)
    assert '"fill_price":3.5200,' in text


@pytest.mark.postgres
async def test_closed_positions_tell_what_they_made(database: Any, database_url: str) -> None:
    await insert_position(database)
    await insert_position(database, status="open", exit_timestamp=None, realized_pnl=None)
    await insert_position(database, account_id="other")
    async with serving(DATABASE_URL=database_url) as (_, client):
        answer = await client.get("/history/positions")
    (row,) = answer.json()["items"]
    assert '"realized_pnl":1584.00,' in answer.text
    assert (row["position_pnl_percent"], row["pnl_r"], row["exit_price"]) == (50, 50, 5.28)
    assert (row["exit_reason"], row["status"]) == ("profit_target", "closed")
    assert (row["entry_timestamp"], row["exit_timestamp"]) == ("2026-02-13T15:30:00Z", "2026-02-13T16:30:00Z")


@pytest.mark.postgres
async def test_signals_are_found_by_symbol_and_status(database: Any, database_url: str) -> None:
    for number in range(6):
        status = ("pending", "approved", "rejected")[number % 3]
        symbol = ("SPY", "QQQ")[number % 2]
        await insert_signal(database, uuid4(), status=status, symbol=symbol, created_at=AT + timedelta(seconds=number))
    await insert_signal(database, uuid4(), account_id="other")
    async with serving(DATABASE_URL=database_url) as (_, client):
        everything = await all_pages(client, "/signals", limit="2")
        spy = await all_pages(client, "/signals", symbol="SPY")
        rejected = await all_pages(client, "/signals", symbol="QQQ", status="rejected")
        unknown = await client.get("/signals?status=done")
    assert [row["created_at"][17:19] for row in everything] == ["05", "04", "03", "02", "01", "00"]
    assert [row["symbol"] for row in spy] == ["SPY"] * 3
    assert [(row["symbol"], row["status"]) for row in rejected] == [("QQQ", "rejected")]
    assert unknown.status_code == 422
    assert unknown.json()["errors"][0]["field"] == "status"


@pytest.mark.postgres
async def test_a_signal_is_told_with_all_that_followed(database: Any, database_url: str) -> None:
    signal_id, position_id, experiment_id = uuid4(), uuid4(), uuid4()
    entry_id, exit_id = uuid4(), uuid4()
    await insert_signal(database, signal_id, raw_payload={"price": 595.42}, price=Decimal("595.42"))
    await insert(
        database,
        "refactored_signals",
        refactored_signal_id=uuid4(),
        signal_id=signal_id,
        account_id="paper",
        enriched_data={"session": "regular", "price": 595.42},
        context_hash="ab" * 32,
        processed_at=AT,
    )
    await insert(
        database,
        "agent_decisions",
        decision_id=uuid4(),
        experiment_id=experiment_id,
        signal_id=signal_id,
        account_id="paper",
        agent_name="trend",
        agent_type="core",
        bias="bullish",
        confidence=70,
        reasons=["ema8_above_ema21"],
        block=False,
        metadata={"weight": "1"},
        context_hash="ab" * 32,
        created_at=AT,
    )
    gate = {"gate": "max_open_positions", "verdict": "pass", "inputs": {"open": "1"}, "limit": "5", "code": None}
    await insert(
        database,
        "decisions",
        decision_id=uuid4(),
        signal_id=signal_id,
        account_id="paper",
        proposal_id=uuid4(),
        symbol="SPY",
        direction="long",
        timeframe="5m",
        is_test=False,
        status="approved",
        codes=[],
        gates=[gate | {"detail": ""}],
        recommendation={"quantity": 9},
        experiment={"variant": "A"},
        policy={"execution_mode": "ENGINE_A_PRIMARY"},
        context_hash="ab" * 32,
        order_id=entry_id,
        created_at=AT,
    )
    order = contract(position_id=position_id, client_order_id="c", quantity=9, order_type="paper", status="filled")
    entry = {"order_id": entry_id, "signal_id": signal_id, "side": "buy_to_open", "limit_price": Decimal("3.45")}
    leave = {"order_id": exit_id, "signal_id": None, "side": "sell_to_close", "limit_price": Decimal("5.30")}
    await insert(database, "orders", **order | entry, created_at=AT)
    await insert(database, "orders", **order | leave, created_at=AT + timedelta(hours=1))
    await insert_fill(database, signal_id=signal_id, position_id=position_id, order_id=entry_id)
    await insert_position(database, signal_id=signal_id, position_id=position_id)
    async with serving(DATABASE_URL=database_url) as (_, client):
        answer = await client.get(f"/signals/{signal_id}")
    assert answer.status_code == 200
    told = answer.json()
    assert told["signal"]["raw_payload"] == {"price": 595.42}
    assert told["enrichment"]["enriched_data"]["session"] == "regular"
    assert [(said["agent_name"], said["reasons"]) for said in told["agent_outputs"]] == [
        ("trend", ["ema8_above_ema21"])
    ]
    assert told["decision"]["status"] == "approved"
    assert told["decision"]["gates"][0]["inputs"] == {"open": "1"}
    assert [row["order_id"] for row in told["orders"]] == [str(entry_id), str(exit_id)]
    assert [row["fill_price"] for row in told["fills"]] == [3.52]
    assert [row["realized_pnl"] for row in told["positions"]] == [1584]
    assert '"price":595.42' in answer.text


@pytest.mark.postgres
async def test_a_signal_that_has_only_arrived_is_told_as_far_as_it_came(database: Any, database_url: str) -> None:
    signal_id = uuid4()
    await insert_signal(database, signal_id, status="pending")
    async with serving(DATABASE_URL=database_url) as (_, client):
        told = (await client.get(f"/signals/{signal_id}")).json()
    assert (told["enrichment"], told["decision"]) == (None, None)
    assert (told["orders"], told["fills"], told["positions"], told["agent_outputs"]) == ([], [], [], [])


@pytest.mark.postgres
async def test_another_accounts_signal_is_not_there(database: Any, database_url: str) -> None:
    theirs = uuid4()
    await insert_signal(database, theirs, account_id="other")
    async with serving(DATABASE_URL=database_url) as (_, client):
        answers = [await client.get(f"/signals/{signal_id}") for signal_id in (theirs, uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=x", "limit"),
        ("cursor=x", "cursor"),
        ("symbol=%00", "symbol"),
        ("symbol=a%27b", "symbol"),
    ],
)
@pytest.mark.parametrize("path", ["/signals", "/orders/trades", "/history/positions"])
async def test_a_bad_parameter_is_named(path: str, query: str, field: str) -> None:
    async with serving() as (_, client):
        answer = await client.get(f"{path}?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_without_postgres_history_is_unavailable_and_says_nothing_of_the_inside() -> None:
    async with serving() as (_, client):
        answer = await client.get("/signals")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert NOWHERE not in answer.text
