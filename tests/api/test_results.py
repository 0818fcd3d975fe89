"""Shadow trades, shadow positions, agents' figures and partial exits, as they are asked for."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from api.live_view import LiveView
from api.orders import held_positions, working_order
from api.shadows import ShadowPositionRow, at_newest_marks
from schemas.codec import encode
from schemas.event import to_micros
from schemas.positions import Book, Position
from schemas.records import BookRecord
from schemas.ticks import Tick, TickFrame
from sinks.database import open_pool
from tests.agents.strategies import order
from tests.api.serving import serving
from tests.api.test_queries import all_pages, insert
from tests.schemas.story import at, contract
from tests.sinks.both_engines import SYMBOL, everything, measured, shadowed
from tests.sinks.test_history_rows import write

AT = datetime(2026, 2, 20, 17, tzinfo=UTC)
POSTGRES = pytest.mark.postgres


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def stored(database_url: str, events: Sequence[Any]) -> None:
    pool = await open_pool(database_url, max_size=1)
    try:
        await write(pool, events)
    finally:
        await pool.close()


@POSTGRES
async def test_shadow_trades_are_told_with_whose_words_they_follow(database_url: str) -> None:
    await stored(database_url, [event for symbol in ("SPY", "QQQ", "IWM") for event in shadowed(symbol)])
    await stored(database_url, shadowed("DIA", "other"))
    async with serving(DATABASE_URL=database_url) as (_, client):
        rows = await all_pages(client, "/shadow-trades", limit="2")
        spy = await all_pages(client, "/shadow-trades", symbol="spy", agent="context", since="2026-02-20T17:00:00Z")
        others = [
            await all_pages(client, "/shadow-trades", **{name: value})
            for name, value in (
                ("agent", "risk"),
                ("since", "2026-02-20T17:00:01Z"),
                ("until", "2026-02-20T17:00:00Z"),
            )
        ]
        text = (await client.get("/shadow-trades")).text
    assert {row["symbol"] for row in rows} == {"SPY", "QQQ", "IWM"}
    (row,) = spy
    assert (row["contributing_agents"], row["meta_confidence"], row["engine"]) == (["context", "technical"], 67, "B")
    assert row["dealer_decision"]["confidence"] == "0.4000"
    assert others == [[], [], []]
    assert '"entry_price":2.1000,' in text


@POSTGRES
async def test_shadow_positions_are_told_by_status(database_url: str) -> None:
    await stored(database_url, [*shadowed("SPY"), *shadowed("QQQ")[:3]])
    async with serving(DATABASE_URL=database_url) as (_, client):
        rows = await all_pages(client, "/shadow-positions", limit="1")
        (closed,) = await all_pages(client, "/shadow-positions", status="closed")
        (held,) = await all_pages(client, "/shadow-positions", symbol="qqq", status="open")
    assert len(rows) == 2
    assert (closed["symbol"], closed["realized_pnl"], closed["quantity"]) == ("SPY", -50, 4)
    assert closed["exit_codes"] == ["partial_profit", "stop_loss"]
    assert (held["quantity"], held["initial_quantity"], held["realized_pnl"]) == (3, 4, 100)


def book(**more: Any) -> Book:
    """Return a book that holds 3 of 4 contracts bought at 2.00."""
    held = Position(
        **contract(SYMBOL, "paper"),
        entry_order_id=str(uuid4()),
        quantity=3,
        initial_quantity=4,
        realized_pnl=Decimal(100),
        exit_codes=("partial_profit",),
        entry_price=Decimal(2),
        entry_timestamp=at(1),
        stop_at_or_below=0,
        target_at_or_above=10**12,
        due_at=at(10**6),
        due_reason="max_hold_time",
    )
    return Book(account_id="paper", symbol=SYMBOL, positions=(held,), **more)


def view_of(key: str, state: Book) -> LiveView:
    view = LiveView()
    view.apply_book(key, encode(BookRecord(state=state)))
    tick = Tick(f"{SYMBOL}260227C00596500", to_micros(at(50)), bid=2_400_000_000, ask=2_600_000_000)
    view.apply_frame(encode(TickFrame.of([tick], source="test", sequence=1)))
    return view


def test_what_is_left_of_a_position_is_told_with_what_was_made_so_far() -> None:
    (row,) = held_positions(view_of("paper|SPY", book()), "paper")
    assert (row.quantity, row.initial_quantity, row.realized_pnl) == (3, 4, 100)
    assert (row.unrealized_pnl, row.exit_codes) == (Decimal(150), ["partial_profit"])


def test_a_shadow_book_is_no_part_of_orders_and_positions() -> None:
    view = view_of("paper|SPY|shadow", book(is_shadow=True, working=(order(order_type="shadow"),)))
    assert held_positions(view, "paper") == []
    assert list(view.working("paper")) == []


def test_a_reducing_order_says_what_it_leaves() -> None:
    row = working_order(
        order(
            signal_id=str(uuid4()),
            experiment_id=str(uuid4()),
            side="sell_to_close",
            remaining_quantity=5,
            exit_codes=("partial_profit",),
        )
    )
    assert (row.remaining_quantity, row.exit_codes) == (5, ["partial_profit"])


class Stand:
    """A live view as the app holds it."""

    def __init__(self, view: LiveView, trouble: str | None = None) -> None:
        self.view = view
        self.trouble = trouble


def test_open_shadow_positions_are_told_at_their_newest_marks() -> None:
    state = book(is_shadow=True)
    (held,) = state.positions
    known = held.model_dump(include=set(ShadowPositionRow.model_fields)) | {
        "shadow_position_id": held.position_id,
        "shadow_trade_id": uuid4(),
        "quantity": 4,
        "realized_pnl": None,
    }
    absent = dict.fromkeys(name for name in ShadowPositionRow.model_fields if name not in known)
    row = ShadowPositionRow.model_validate(absent | known)
    live: Any = Stand(view_of("paper|SPY|shadow", state))
    (marked,) = at_newest_marks([row], live, "paper")
    assert (marked.current_price, marked.unrealized_pnl, marked.position_pnl_percent) == (Decimal("2.5"), 150, 25)
    assert (marked.quantity, marked.realized_pnl, marked.marked_at) == (3, 100, at(50))
    assert at_newest_marks([row], live, "other") == [row]
    ended = row.model_copy(update={"status": "closed"})
    assert at_newest_marks([ended], live, "paper") == [ended]
    behind: Any = Stand(live.view, trouble="catching up")
    assert at_newest_marks([row], behind, "paper") == [row]
    unmarked = row.model_copy(update={"option_symbol": "SPY260227C00600000"})
    assert at_newest_marks([unmarked], live, "paper") == [unmarked]


@POSTGRES
async def test_agents_are_told_with_what_they_said_and_came_to(database: Any, database_url: str) -> None:
    await stored(database_url, [*everything(), measured(3)])
    said = {
        "experiment_id": uuid4(),
        "account_id": "paper",
        "agent_type": "core",
        "bias": "bullish",
        "reasons": [],
        "block": False,
        "metadata": {},
        "context_hash": "c" * 64,
        "created_at": AT,
    }
    approved = await database.fetchval("SELECT signal_id FROM decisions")
    for name, confidence, signal_id in (
        ("context", 60, approved),
        ("context", 71, uuid4()),
        ("trend", 50, approved),
    ):
        row = said | {"decision_id": uuid4(), "agent_name": name, "confidence": confidence, "signal_id": signal_id}
        await insert(database, "agent_decisions", **row)
    await insert(
        database,
        "agent_decisions",
        **said | {"decision_id": uuid4(), "agent_name": "x", "confidence": 1, "signal_id": uuid4(), "account_id": "y"},
    )
    async with serving(DATABASE_URL=database_url) as (_, client):
        answer = await client.get("/agents/performance")
        one = await client.get("/agents/performance?agent=trend")
        figures = await client.get("/performance?dimension=regime")
        none = await client.get("/performance?dimension=engine")
    context, trend = answer.json()["items"]
    assert (context["agent_name"], context["total_signals"], context["approved_signals"]) == ("context", 2, 1)
    assert '"avg_confidence":65.50,' in answer.text
    assert (context["real"]["trades"], context["real"]["win_rate"], context["real"]["avg_loss"]) == (4, 75, -4.5)
    assert (context["rejected_signals"], context["shadow"]) == (0, None)
    assert (trend["agent_name"], trend["real"], trend["total_signals"]) == ("trend", None, 1)
    assert [row["agent_name"] for row in one.json()["items"]] == ["trend"]
    (regime,) = figures.json()["items"]
    assert (regime["name"], regime["is_shadow"], regime["trades"], regime["avg_win"]) == ("TREND", True, 4, 10)
    assert none.json() == {"items": []}


@POSTGRES
async def test_a_signal_is_told_with_what_both_engines_made_of_it(database_url: str) -> None:
    await stored(database_url, everything())
    signal_id = contract(SYMBOL, "paper")["signal_id"]
    async with serving(DATABASE_URL=database_url) as (_, client):
        told = (await client.get(f"/signals/{signal_id}")).json()
    assert (told["signal"]["queue_reason"], told["signal"]["processing_attempts"]) == ("queued_again", 2)
    assert [wanted["engine"] for wanted in told["decision"]["recommendations"]] == ["A", "B"]
    assert [(gate["gate"], gate["engine"]) for gate in told["decision"]["shadow_gates"]] == [("meta_decision", "B")]
    assert len(told["decision"]["order_ids"]) == 2
    (position,) = told["positions"]
    assert (position["initial_quantity"], position["realized_pnl"]) == (9, -195)
    assert sorted(order_row["remaining_quantity"] for order_row in told["orders"]) == [0, 0, 3, 5]


@pytest.mark.parametrize(
    "path",
    [
        "/shadow-trades",
        "/shadow-positions",
        "/agents/performance",
        "/performance",
        "/experiments",
        "/experiments/results",
    ],
)
async def test_results_are_for_those_who_have_logged_in(path: str) -> None:
    async with serving() as (_, client):
        client.headers.pop("Authorization")
        assert (await client.get(path)).status_code == 401
