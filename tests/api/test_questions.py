"""Questions to history: what a day made as it was known then, why a signal ended so, which engine was right."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from schemas.decisions import DecisionMade, TradeProposed
from schemas.event import Event
from schemas.ids import derived_id
from schemas.orders import OrderFilled, OrderPlaced
from tests.agents.brokerage import busted
from tests.api.logged import keep_events
from tests.api.serving import serving
from tests.schemas.story import NOON, contract, judged, signal, story
from tests.sinks.both_engines import SYMBOL, closed_trade, judged_by_both, shadowed

pytestmark = pytest.mark.postgres

DAY, NEXT = NOON.date().isoformat(), (NOON + timedelta(days=1)).date().isoformat()


def minutes(count: float) -> datetime:
    return NOON + timedelta(minutes=count)


def in_turn(events: Sequence[Event], *, since: datetime = NOON) -> list[tuple[datetime, Event]]:
    """Return events as they became known, a second after one another."""
    return [(since + timedelta(seconds=number), event) for number, event in enumerate(events)]


def live(symbol: str, account_id: str = "paper") -> list[Any]:
    """Return an entry and an exit with their orders: 4 and 5 bought at 3.40 and 3.60, five sold at 4.50."""
    about = contract(symbol, account_id) | {"order_type": "live"}
    entry_id, exit_id = derived_id("entry", symbol, account_id), derived_id("exit", symbol, account_id)
    orders = [
        OrderPlaced.model_validate(
            about
            | {
                "event_id": order_id,
                "occurred_at": NOON,
                "client_order_id": f"ts-{order_id}",
                "side": side,
                "quantity": 9,
                "limit_price": Decimal(4),
                "remaining_quantity": 4 if side == "sell_to_close" else 0,
            }
        )
        for order_id, side in ((entry_id, "buy_to_open"), (exit_id, "sell_to_close"))
    ]
    fills = [
        OrderFilled.model_validate(
            about
            | {
                "event_id": derived_id("fill", order_id, so_far),
                "occurred_at": minutes(so_far),
                "order_id": order_id,
                "side": side,
                "quantity": quantity,
                "price": Decimal(price),
                "exit_reason": "manual" if side == "sell_to_close" else None,
            }
        )
        for order_id, side, quantity, so_far, price in (
            (entry_id, "buy_to_open", 4, 4, "3.40"),
            (entry_id, "buy_to_open", 5, 9, "3.60"),
            (exit_id, "sell_to_close", 5, 5, "4.50"),
        )
    ]
    return [*orders, *fills]


async def test_a_bust_restates_its_day_and_the_day_can_be_had_as_it_was_known(database_url: str) -> None:
    entry, exit_order, *fills = live("AAA")
    tomorrow = NOON + timedelta(days=1)
    word = busted(entry, 4, "3.40", tomorrow)
    undone = fills[0].model_copy(
        update={
            "event_id": derived_id("fill", word.event_id),
            "occurred_at": tomorrow,
            "quantity": -4,
            "undoes": fills[0].event_id,
        }
    )
    told = in_turn([entry, exit_order, *fills]) + in_turn([word, undone], since=tomorrow)
    await keep_events(database_url, [*told, *in_turn(live("AAA", "other"))])
    span = {"from": DAY, "to": NEXT}
    async with serving(DATABASE_URL=database_url) as (_, client):
        now = (await client.get("/reports/pnl", params=span)).json()
        then = (await client.get("/reports/pnl", params=span | {"known_at": minutes(1).isoformat()})).json()
        before = (await client.get("/orders/positions", params={"as_of": minutes(1).isoformat()})).json()["items"]
        after = (await client.get("/orders/positions", params={"as_of": tomorrow.isoformat()})).json()["items"]
        later = await client.get("/orders/positions", params={"as_of": (tomorrow + timedelta(hours=1)).isoformat()})
    assert [(row["day"], row["symbol"], row["engine"], row["sales"]) for row in now["rows"]] == [(DAY, "AAA", "A", 1)]
    assert (now["realized_pnl"], now["realized_pnl_now"], now["restated"]) == (450, 450, 0)
    assert (then["realized_pnl"], then["realized_pnl_now"], then["restated"]) == (530, 450, -80)
    for report, is_included in ((now, True), (then, False)):
        (found,) = report["restatements"]
        assert (found["kind"], found["event_id"], found["undoes"]) == ("busted", word.event_id, fills[0].event_id)
        assert (found["amount"], found["is_included"], found["known_at"][:10]) == (-80, is_included, NEXT)
        assert [(change["day"], change["amount"]) for change in found["changes"]] == [(DAY, -80)]
    assert [(row["quantity"], row["realized_pnl"]) for row in before] == [(4, 530)]
    assert [(row["quantity"], row["realized_pnl"]) for row in after] == [(4, 530)]
    # of nine bought and five sold the four that are taken back leave nothing
    assert later.json()["items"] == []


async def test_a_fill_that_comes_after_a_later_days_is_late_and_says_so(database_url: str) -> None:
    entry, exit_order, *fills = live("AAA")
    other = [
        event.model_copy(update={"occurred_at": event.occurred_at + timedelta(days=1)}) for event in live("BBB")[2:4]
    ]
    told = in_turn([entry, exit_order, *fills[:2], *other])
    late = (minutes(60 * 30), fills[2])
    await keep_events(database_url, [*told, late])
    async with serving(DATABASE_URL=database_url) as (_, client):
        span = {"from": DAY, "to": DAY}
        now = (await client.get("/reports/pnl", params=span)).json()
        then = (await client.get("/reports/pnl", params=span | {"known_at": minutes(5).isoformat()})).json()
    assert (then["realized_pnl"], then["realized_pnl_now"], then["rows"][0]["sales"]) == (0, 530, 0)
    assert [(item["kind"], item["event_id"], item["amount"]) for item in now["restatements"]] == [
        ("late_fill", fills[2].event_id, 530)
    ]


@pytest.mark.parametrize(
    ("query", "field"),
    [("from=2026-02-02&to=2026-02-01", "to"), ("from=2020-01-01&to=2026-02-01", "to"), ("to=2026-02-01", "from")],
)
async def test_a_report_names_what_is_wrong_with_its_days(query: str, field: str) -> None:
    async with serving() as (_, client):
        answer = await client.get(f"/reports/pnl?{query}")
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_closed_positions_as_known_then_are_those_of_now_without_what_came_later(database_url: str) -> None:
    await keep_events(database_url, [*in_turn(story("AAA")), *in_turn(story("BBB"), since=minutes(10))])
    async with serving(DATABASE_URL=database_url) as (_, client):
        now = (await client.get("/history/positions")).text
        later = await client.get("/history/positions", params={"known_at": minutes(60).isoformat()})
        first = await client.get("/history/positions", params={"known_at": minutes(5).isoformat()})
        early = await client.get("/history/positions", params={"known_at": NOON.isoformat()})
        until = await client.get("/history/positions", params={"until": NOON.isoformat()})
    assert later.text == now
    assert [row["symbol"] for row in first.json()["items"]] == ["AAA"]
    assert (early.json()["items"], until.json()["items"]) == ([], [])


async def test_a_signal_says_why_it_was_not_traded_and_where_every_message_of_it_is(database_url: str) -> None:
    events = [signal("AAA"), *judged("AAA", approved=False)]
    lacking = {"gate": "position_size", "limit": "at most 2 contracts"}
    decision = events[-1]
    assert isinstance(decision, DecisionMade)
    gates = (*decision.gates[:-1], decision.gates[-1].model_copy(update=lacking))
    events[-1] = decision.model_copy(update={"gates": gates})
    await keep_events(database_url, [*in_turn(events), *in_turn([signal("BBB", "other"), *judged("BBB", "other")])])
    async with serving(DATABASE_URL=database_url) as (_, client):
        found = (await client.get(f"/signals/{derived_id('signal', 'AAA')}/why")).json()
        theirs = [await client.get(f"/signals/{one}/why") for one in (derived_id("signal", "BBB"), uuid4())]
    assert found["summary"] == ("Not traded, long AAA on 5m: position size 5, needed at most 2 contracts (3 too much).")
    (stopped,) = found["deciding"]
    assert (stopped["value"], stopped["bound"], stopped["margin"], stopped["unit"]) == (5, 2, -3, "contracts")
    assert [(said["agent_name"], said["reasons"]) for said in found["agents"]] == [("trend", ["ema_up"])]
    assert found["unreached"][0] == {"gate": "mtf_bias", "engine": "A"}
    assert found["inputs"]["read_positions"] == {"price-ticks.v1": 42}
    assert found["inputs"]["context_hash"] == "c" * 64
    assert [(item["kind"], item["offset"]) for item in found["messages"]] == [
        ("SignalReceived", 0),
        ("TradeProposed", 0),
        ("DecisionMade", 0),
    ]
    assert found["related"]["decision_id"] == derived_id("decision", "AAA")
    assert [answer.status_code for answer in theirs] == [404, 404]
    assert theirs[0].content == theirs[1].content


async def test_a_signal_that_is_not_decided_yet_says_so(database_url: str) -> None:
    await keep_events(database_url, in_turn([signal("AAA")]))
    async with serving(DATABASE_URL=database_url) as (_, client):
        found = (await client.get(f"/signals/{derived_id('signal', 'AAA')}/why")).json()
    assert (found["status"], found["summary"], found["gates"]) == ("pending", "Not decided yet.", [])


def on_one_context() -> list[Event]:
    """Return both engines' judgement of a signal on the very same context, and what came of both."""
    told: list[Event] = [signal(SYMBOL)]
    for event in judged_by_both():
        if isinstance(event, DecisionMade | TradeProposed):
            same = tuple(made.model_copy(update={"context_hash": "c" * 64}) for made in event.recommendations)
            event = event.model_copy(update={"recommendations": same})
        told.append(event)
    return [*told, closed_trade(), *shadowed()]


async def test_engines_are_compared_on_identical_inputs_and_not_before_there_is_enough(database_url: str) -> None:
    await keep_events(database_url, in_turn(on_one_context()))
    experiment_id = derived_id("experiment", SYMBOL)
    async with serving(DATABASE_URL=database_url) as (_, client):
        one = await client.get(f"/experiments/{experiment_id}/compare")
        many = await client.get("/experiments/compare", params={"symbol": SYMBOL, "from": NOON.isoformat()})
        none = await client.get("/experiments/compare", params={"to": NOON.isoformat()})
        missing = await client.get(f"/experiments/{uuid4()}/compare")
    assert one.status_code == many.status_code == 200
    assert one.text == many.text
    found = one.json()
    assert (found["pairs"], found["left_out"], found["agreements"]["same_contract"]) == (1, 0, 1)
    assert found["verdict"] == "too early: 1 pairs of 20 that it takes"
    (pair,) = found["items"]
    assert (pair["outcome_a"], pair["outcome_b"]) == (
        {"pnl": 260, "is_shadow": False},
        {"pnl": -50, "is_shadow": True},
    )
    assert (pair["difference"], found["results"]["difference"]) == (310, 310)
    assert (pair["a"]["quantity"], pair["b"]["quantity"], pair["b"]["confidence"]) == (2, 3, 67)
    assert (found["paired"]["pairs"], found["paired"]["more_pairs_needed"]) == (1, 19)
    assert [(point["a"], point["b"], point["difference"]) for point in found["paired"]["curve"]] == [(260, -50, 310)]
    assert found["paired"]["sign_test"] == {"ahead": 1, "behind": 0, "ties": 0, "p": 1}
    (regime,) = found["paired"]["by_regime"]
    assert (regime["regime"], regime["a"], regime["b"], regime["mean"]) == ("TREND", 260, -50, 310)
    assert regime["verdict"].startswith("too early")
    assert found["differences"] == [310]
    outlook = found["outlook"]
    assert (outlook["pairs"], outlook["least"], outlook["is_told"], outlook["more"]) == (1, 20, False, None)
    assert outlook["says"].startswith("too early: 19 more of the 20 pairs")
    assert none.json()["items"] == []
    assert missing.status_code == 404


async def test_engines_on_different_contexts_are_not_compared(database_url: str) -> None:
    await keep_events(database_url, in_turn([signal(SYMBOL), *judged_by_both(), closed_trade(), *shadowed()]))
    async with serving(DATABASE_URL=database_url) as (_, client):
        found = (await client.get("/experiments/compare")).json()
    assert (found["pairs"], found["left_out"], found["items"][0]["is_identical"]) == (0, 1, False)
    assert found["verdict"] == "too early: no pair of outcomes is complete"
    assert (found["paired"]["pairs"], found["paired"]["curve"], found["paired"]["by_regime"]) == (0, [], [])
