"""Lists as CSV and Parquet files."""

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from api import export
from api.exact_json import Number, encode
from api.export import preferred
from api.export_files import CSV, FILES, FORMULA_SIGNS, PARQUET, CsvWriter, ParquetWriter, cell
from tests.agents.strategies import few
from tests.api.serving import serving
from tests.api.test_queries import AT, all_pages, insert_fill, insert_position, insert_signal

LISTS = ("/orders/trades", "/history/positions", "/signals")


class Row(BaseModel):
    id: UUID
    text: str
    price: Number | None
    at: datetime
    on: date | None
    count: int
    share: float | None
    codes: list[str]
    detail: dict[str, Any]
    is_test: bool


rows_of_any_kind = st.lists(
    st.builds(
        Row,
        price=st.none() | st.decimals(-(10**12), 10**12, places=4),
        text=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
        at=st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 -- hypothesis adds the zone
        count=st.integers(-(2**63), 2**63 - 1),
        share=st.none() | st.floats(allow_nan=False, allow_infinity=False),
        codes=st.lists(st.sampled_from(("a", "b,c", '"')), max_size=2),
        detail=st.dictionaries(st.sampled_from("ab"), st.integers(0, 9), max_size=2),
    ),
    max_size=5,
)


@few
@given(rows=rows_of_any_kind)
def test_any_rows_read_back_from_parquet_as_they_were(rows: list[Row]) -> None:
    file = io.BytesIO()
    writer = ParquetWriter(file, Row)
    writer.add(rows[:2])
    writer.add(rows[2:])
    writer.close()
    file.seek(0)
    table = pq.read_table(file)
    assert table.schema.field("price").type == pa.decimal128(38, 9)
    assert table.schema.field("at").type == pa.timestamp("us", tz="UTC")
    found = [row | {"detail": json.loads(row["detail"]), "id": UUID(row["id"])} for row in table.to_pylist()]
    assert found == [row.model_dump() for row in rows]


@few
@given(rows=rows_of_any_kind)
def test_any_rows_read_back_from_csv_and_no_text_begins_like_a_formula(rows: list[Row]) -> None:
    file = io.BytesIO()
    writer = CsvWriter(file, Row)
    writer.add(rows)
    found = list(csv.DictReader(io.StringIO(file.getvalue().decode(), newline="")))
    assert [row["text"] for row in found] == [cell(row.text) for row in rows]
    for row, told in zip(rows, found, strict=True):
        assert not told["text"].startswith(FORMULA_SIGNS)
        assert told["text"].removeprefix("'") == row.text.removeprefix("'")
        assert (told["price"] and Decimal(told["price"])) == ("" if row.price is None else row.price)
        assert datetime.fromisoformat(told["at"]) == row.at
        assert (int(told["count"]), json.loads(told["codes"])) == (row.count, row.codes)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_a_text_that_could_be_a_formula_gets_an_apostrophe_and_a_number_does_not(text: str) -> None:
    assert cell(text) == f"'{text}"
    assert cell(Decimal("-1.50")) == "-1.50"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", None),
        ("*/*", None),
        ("text/csv", CSV),
        ("application/vnd.apache.parquet", PARQUET),
        ("application/json, text/csv;q=0.9", None),
        ("application/json;q=0.5, text/csv", CSV),
        ("text/html, text/csv;q=0", None),
        ("text/csv;q=x", None),
        ("TEXT/CSV; header=present", CSV),
    ],
)
def test_an_accept_header_is_weighed(accept: str, kind: object) -> None:
    assert preferred(accept) == kind


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(database_url)
    for number in range(5):
        at = AT + timedelta(minutes=number)
        await insert_fill(database=connection, fill_timestamp=at, fill_price=Decimal("3.5217") + number)
        await insert_position(connection, exit_timestamp=at, exit_reason="=1+1")
        await insert_signal(connection, uuid4(), created_at=at, raw_payload={"price": 595.42})
    for name, more in (("other", {}), ("paper", {"symbol": "QQQ"})):
        await insert_fill(connection, account_id=name, **more)
    yield connection
    await connection.close()


def of_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


@pytest.mark.postgres
async def test_files_equal_the_pages_row_for_row(
    database: Any, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "LIMIT_MAX", 2)  # so that a file has several pages
    async with serving(DATABASE_URL=database_url) as (_, client):
        for path in LISTS:
            pages = await all_pages(client, path, limit="3")
            whole = json.loads((await client.get(path, params={"limit": "500"})).text, parse_float=Decimal)["items"]
            assert len(pages) == len(whole) >= 5
            text = await client.get(path, params={"format": "csv"})
            assert text.headers["content-type"].startswith("text/csv")
            name = path.strip("/").replace("/", "-")
            assert text.headers["content-disposition"] == f'attachment; filename="{name}.csv"'
            assert [as_cells(row) for row in whole] == of_csv(text.content)
            packed = await client.get(path, headers={"Accept": "application/vnd.apache.parquet"})
            assert packed.headers["content-type"] == "application/vnd.apache.parquet"
            found = pq.read_table(io.BytesIO(packed.content)).to_pylist()
            assert [as_json(row, like) for row, like in zip(found, pages, strict=True)] == pages
            assert "link" not in packed.headers


def as_cells(row: dict[str, Any]) -> dict[str, str]:
    """Return a row of a page as CSV has it."""
    return {name: _cell(value) for name, value in row.items()}


def _cell(value: object) -> str:
    match value:
        case bool() | dict() | list():
            return encode(value)
        case Decimal():
            return format(value, "f")
        case _:
            return "" if value is None else cell(str(value))


def as_json(row: dict[str, Any], like: dict[str, Any]) -> dict[str, Any]:
    """Return a row of a file as a page has it."""

    def plain(value: object, there: object) -> object:
        match value:
            case datetime():
                return value.isoformat().replace("+00:00", "Z")
            case date():
                return value.isoformat()
            case Decimal():
                return float(value)
            case str() if isinstance(there, dict | list):
                return json.loads(value)
            case _:
                return value

    return {name: plain(value, like[name]) for name, value in row.items()}


@pytest.mark.postgres
async def test_a_file_that_is_cut_says_where_the_next_begins(
    database: Any, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "LIMIT_MAX", 2)
    monkeypatch.setattr(export, "ROWS_MAX", 4)
    async with serving(DATABASE_URL=database_url) as (_, client):
        everything = [row["trade_id"] for row in await all_pages(client, "/orders/trades", symbol="SPY")]
        found: list[str] = []
        sizes = []
        address: str | None = "/orders/trades?symbol=SPY&format=csv"
        while address is not None:
            answer = await client.get(address)
            rows = [row["trade_id"] for row in of_csv(answer.content)]
            sizes.append(len(rows))
            found += rows
            address = answer.links["next"]["url"] if "next" in answer.links else None
        limited = await client.get("/orders/trades?symbol=SPY&format=csv&limit=1")
    assert (found, sizes) == (everything, [4, 1])
    assert len(of_csv(limited.content)) == 1
    assert limited.headers["x-next-cursor"]


@pytest.mark.postgres
async def test_a_file_is_refused_for_the_lists_own_reasons(database: Any, database_url: str) -> None:
    async with serving(DATABASE_URL=database_url) as (_, client):
        bad = await client.get("/signals?format=csv&status=done")
        unknown = await client.get("/signals?format=xml")
        plain = await client.get("/controls?format=csv")
        health = await client.get("/health/live", headers={"Accept": "text/csv"})
        anonymous = await client.get("/signals?format=csv", headers={"Authorization": ""})
    assert (bad.status_code, bad.json()["errors"][0]["field"]) == (422, "status")
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "format")
    assert plain.headers["content-type"] in ("application/json", "application/problem+json")
    assert (health.status_code, anonymous.status_code) == (200, 401)


async def test_a_file_that_cannot_be_finished_is_a_503_and_never_half_a_file() -> None:
    async with serving() as (_, client):
        answer = await client.get("/signals?format=parquet")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


async def test_every_list_says_in_the_document_that_it_comes_as_a_file() -> None:
    async with serving() as (app, _):
        document = app.openapi()
    lists = [
        path["get"]
        for path in document["paths"].values()
        if "Page_" in str(path.get("get", {}).get("responses", {}).get("200", {}))
    ]
    assert len(lists) >= 8
    for operation in lists:
        assert "format" in [parameter["name"] for parameter in operation["parameters"]]
        assert {"text/csv", "application/vnd.apache.parquet"} <= set(operation["responses"]["200"]["content"])
    assert set(FILES) == {"csv", "parquet"}
