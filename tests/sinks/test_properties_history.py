"""What holds of the history, in whatever order its facts arrive and however often."""

import json
from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from schemas.decisions import AgentReported, DecisionMade
from schemas.event import Event
from schemas.orders import OrderPlaced
from schemas.signals import SignalReceived
from sinks.database import open_pool
from sinks.tables import EFFECTS
from sinks.writes import apply
from tests.schemas.story import judged, signal, story, traded
from tests.sinks.running import fresh_symbol

pytestmark = pytest.mark.postgres

Pool = Any
on_postgres = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
"""Each example tells of symbols of its own, so that all may share the database."""
arrivals = st.randoms(use_true_random=False)


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    opened = await open_pool(database_url, max_size=2)
    yield opened
    await opened.close()


async def write(pool: Pool, events: Sequence[Event]) -> None:
    """Store events, each in a transaction of its own."""
    async with pool.acquire() as connection:
        for event in events:
            await apply(connection, list(EFFECTS[type(event)](event)))


def shuffled(events: Sequence[Event], random: Any) -> list[Event]:
    """Return events in any order, some of them twice."""
    return random.sample([*events, *random.sample(events, 3)], len(events) + 3)  # type: ignore[no-any-return]  # of Any


@on_postgres
@given(st.integers(1, 3), arrivals)
async def test_every_order_belongs_to_the_signal_that_its_decision_approved(
    pool: Pool, count: int, random: Any
) -> None:
    """Property 12: Order-signal referential integrity"""
    symbols = [fresh_symbol() for _ in range(count)]
    events = [event for symbol in symbols for event in [signal(symbol), *judged(symbol), *traded(symbol)]]
    await write(pool, shuffled(events, random))
    opening = {event.event_id: event for event in events if isinstance(event, OrderPlaced) and event.expires_at}
    rows = await pool.fetch(
        """
        SELECT o.order_id::text, o.signal_id::text, s.symbol, d.order_id::text AS approved, d.status
          FROM orders AS o JOIN signals AS s USING (signal_id) JOIN decisions AS d USING (signal_id)
         WHERE o.symbol = ANY($1)
        """,
        symbols,
    )
    assert {row["order_id"] for row in rows} == set(opening)
    for row in rows:
        order = opening[row["order_id"]]
        assert (row["signal_id"], row["symbol"], row["status"]) == (order.signal_id, order.symbol, "approved")
        assert row["approved"] == order.event_id
    # what closes a position belongs to the position, and through it to the signal
    strays = await pool.fetchval(
        """
        SELECT count(*) FROM orders AS o LEFT JOIN refactored_positions AS p USING (position_id)
         WHERE o.symbol = ANY($1) AND p.position_id IS NULL
        """,
        symbols,
    )
    assert strays == 0


@on_postgres
@given(arrivals, st.integers(0, 100), st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20))
async def test_what_was_written_down_is_never_changed(pool: Pool, random: Any, confidence: int, reason: str) -> None:
    """Property 35: Log immutability"""
    symbol = fresh_symbol()
    events = story(symbol)
    for event in events:
        name = random.choice(sorted(type(event).model_fields))
        with pytest.raises(ValidationError):
            setattr(event, name, getattr(event, name))
    await write(pool, events)
    before = await facts(pool, symbol)
    assert all(before.values())
    for event in events:
        if isinstance(event, AgentReported):
            await write(pool, [event.model_copy(update={"confidence": confidence, "reasons": (reason,)})])
        elif isinstance(event, SignalReceived):
            await write(pool, [event.model_copy(update={"timeframe": "1d", "price": Decimal(1)})])
        elif isinstance(event, DecisionMade):
            await write(pool, [event.model_copy(update={"codes": (reason,), "context_hash": "d" * 64})])
    assert await facts(pool, symbol) == before


async def facts(pool: Pool, symbol: str) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a story that hold facts as they were told."""
    queries = {
        "signals": "SELECT * FROM signals WHERE symbol = $1",
        "decisions": "SELECT * FROM decisions WHERE symbol = $1",
        "agents": "SELECT a.* FROM agent_decisions AS a JOIN signals AS s USING (signal_id) WHERE s.symbol = $1",
        "experiments": "SELECT e.* FROM experiments AS e JOIN signals AS s USING (signal_id) WHERE s.symbol = $1",
    }
    return {name: [dict(row) for row in await pool.fetch(query, symbol)] for name, query in queries.items()}


@on_postgres
@given(arrivals, st.booleans())
async def test_every_step_of_a_signal_is_written_down_with_its_experiment_and_its_time(
    pool: Pool, random: Any, approved: bool
) -> None:
    """Property 37: Event logging completeness"""
    symbol = fresh_symbol()
    events = [signal(symbol), *judged(symbol, approved=approved)]
    await write(pool, shuffled(events, random))
    enriched, report, proposal, decision = events[1:]
    assert isinstance(report, AgentReported)
    assert isinstance(decision, DecisionMade)
    row = await pool.fetchrow(
        """
        SELECT s.created_at AS received_at, r.processed_at AS enriched_at, r.context_hash AS seen,
               a.created_at AS agents_at, a.agent_name, a.confidence, a.reasons, a.context_hash AS by,
               a.experiment_id::text AS reported_in, d.created_at AS decided_at, d.gates, d.context_hash,
               e.experiment_id::text, e.variant, e.assignment_hash, e.policy_version, p.execution_mode
          FROM signals AS s JOIN refactored_signals AS r USING (signal_id) JOIN agent_decisions AS a USING (signal_id)
          JOIN decisions AS d USING (signal_id) JOIN experiments AS e USING (signal_id)
          JOIN execution_policies AS p ON p.experiment_id = e.experiment_id
         WHERE s.symbol = $1
        """,
        symbol,
    )
    times = [row[name] for name in ("received_at", "enriched_at", "agents_at", "decided_at")]
    assert times == [event.occurred_at for event in (events[0], enriched, report, decision)]
    assert times == sorted(times)
    assert proposal.occurred_at in times
    assert (row["agent_name"], row["confidence"], row["reasons"]) == ("trend", 70, ["ema_up"])
    assert row["seen"] == row["by"] == row["context_hash"] == decision.context_hash
    experiment = decision.experiment
    assert row["experiment_id"] == row["reported_in"] == experiment.experiment_id
    assert (row["variant"], row["assignment_hash"]) == (experiment.variant, experiment.assignment_hash)
    assert (row["policy_version"], row["execution_mode"]) == ("v1.0", decision.policy.execution_mode)
    assert [gate["gate"] for gate in row["gates"]] == [gate.gate for gate in decision.gates]


prices = st.none() | st.decimals(min_value="0.0001", max_value=9_999, places=4)
changes = st.fixed_dictionaries(
    {
        "direction": st.sampled_from(["long", "short"]),
        "timeframe": st.sampled_from(["1m", "5m", "1d"]),
        "price": prices,
        "confidence": st.none() | st.integers(0, 100).map(Decimal),
        "is_test": st.booleans(),
        "signal_hash": st.sampled_from(["a" * 64, "0f" * 32]),
        "raw_payload": st.dictionaries(
            st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5),
            st.integers() | st.booleans(),
            max_size=3,
        ).map(json.dumps),
    }
)


@on_postgres
@given(changes, st.integers(1, 3))
async def test_a_signal_is_stored_once_as_it_was_received(pool: Pool, change: dict[str, Any], times: int) -> None:
    """Orchestrator property: Valid signal storage"""
    symbol = fresh_symbol()
    event = signal(symbol, **change)
    await write(pool, [event] * times)
    (row,) = await pool.fetch("SELECT * FROM signals WHERE symbol = $1", symbol)
    assert (str(row["signal_id"]), row["account_id"], row["status"]) == (event.event_id, "paper", "pending")
    for name in ("direction", "timeframe", "timestamp", "is_test", "signal_hash"):
        assert row[name] == getattr(event, name), name
    assert row["raw_payload"] == json.loads(event.raw_payload)
    assert row["created_at"] == event.occurred_at


@on_postgres
@given(arrivals, st.booleans(), st.integers(0, 5))
async def test_a_signal_is_pending_until_its_decision_is_stored_and_then_says_what_it_was(
    pool: Pool, random: Any, approved: bool, stored: int
) -> None:
    """Orchestrator property: Signal processing status update"""
    symbol = fresh_symbol()
    events = [signal(symbol), *judged(symbol, approved=approved)]
    first, *later = random.sample(events, len(events))
    arrived: list[BaseModel] = []
    for event in [first, *later][: stored + 1]:
        await write(pool, [event])
        arrived.append(event)
        row = await pool.fetchrow("SELECT * FROM signals WHERE symbol = $1", symbol)
        if not any(isinstance(other, SignalReceived) for other in arrived):
            assert row is None
            continue
        decided = any(isinstance(other, DecisionMade) for other in arrived)
        assert row["status"] == ("pending" if not decided else "approved" if approved else "rejected")
        assert row["processed"] == decided
        assert (row["experiment_id"] is not None) == decided
        assert row["rejection_reason"] == ("max_position_size" if decided and not approved else None)
