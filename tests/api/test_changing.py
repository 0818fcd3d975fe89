"""Rules, limits and flags as they are read and changed: what is in force, who may, and what changed meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from api.auth import Role
from api.changing import needed
from schemas.controls import FLAGS
from tests.agents.strategies import few
from tests.api.roles import asked_as
from tests.api.serving import NOWHERE, USERNAME, serving, until

Served = tuple[FastAPI, httpx.AsyncClient]
kafka_wanted = pytest.mark.kafka


@pytest.fixture
async def served(kafka: str, database_url: str) -> AsyncIterator[Served]:
    """Yield an app that has caught up with the controls, and a client of it."""
    reaching = {"KAFKA_BOOTSTRAP_SERVERS": kafka, "DATABASE_URL": database_url}
    async with serving(**reaching, ACCOUNT_ID=f"test-{uuid4().hex}") as (app, client):

        async def is_ready() -> bool:
            return app.state.live.trouble is None and app.state.intake.kafka_answers

        await until(is_ready, bool)
        yield app, client


async def read(client: httpx.AsyncClient, path: str) -> tuple[dict[str, Any], str]:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json(), answer.headers["ETag"]


async def put(client: httpx.AsyncClient, path: str, value: dict[str, Any], **headers: str) -> httpx.Response:
    """Put a value once Kafka takes it."""

    async def ask() -> httpx.Response:
        return await client.put(path, json=value, headers=headers)

    return await until(ask, lambda answer: answer.status_code != 503)


@kafka_wanted
async def test_limits_are_shown_as_configured_as_changed_and_as_they_are_in_force(served: Served) -> None:
    app, client = served
    path = f"/risk-limits/{app.state.settings.risk.account_id}"
    before, tag = await read(client, path)
    assert (before["control"], before["changed_by"], tag) == (None, None, '"configured"')
    assert before["configured"] == before["in_force"]
    assert before["bounds"]["max_open_positions"]["minimum"] == 0
    assert before["configured"]["max_open_positions"] == app.state.settings.risk.max_open_positions
    changed = await put(client, path, {"max_open_positions": 1, "max_total_exposure": 1234.5})
    assert changed.status_code == 200, changed.text
    after, tag = await read(client, path)
    assert after == changed.json()
    assert tag == changed.headers["ETag"] != '"configured"'
    assert after["configured"] == before["configured"]
    assert (after["in_force"]["max_open_positions"], after["in_force"]["max_total_exposure"]) == (1, 1234.5)
    assert after["in_force"]["max_daily_loss"] == before["in_force"]["max_daily_loss"]
    assert after["control"]["max_daily_loss"] is None
    assert after["changed_by"] == USERNAME
    control, control_tag = await read(client, f"/controls/{after['name']}")
    assert (control["value"], control_tag) == (
        {"enabled": True, "max_open_positions": 1, "max_total_exposure": "1234.5"},
        tag,
    )


@kafka_wanted
async def test_exit_rules_of_an_underlying_lie_over_those_of_all(served: Served) -> None:
    _, client = served
    symbol = "T" + uuid4().hex[:6].upper()
    changed = await put(
        client, f"/exit-rules/{symbol.lower()}", {"profit_target_percent": 33, "max_hold_time_hours": 7}
    )
    assert changed.status_code == 200, changed.text
    found, _ = await read(client, f"/exit-rules/{symbol}")
    of_all, _ = await read(client, "/exit-rules")
    assert found["name"] == f"exit_rules.{symbol}"
    assert (found["in_force"]["profit_target_percent"], found["in_force"]["max_hold_time_hours"]) == (33, 7)
    assert found["in_force"]["stop_loss_percent"] == of_all["in_force"]["stop_loss_percent"]


@kafka_wanted
async def test_of_two_who_read_the_same_only_one_changes_it(served: Served) -> None:
    _, client = served
    path = f"/exit-rules/T{uuid4().hex[:6]}"
    _, tag = await read(client, path)
    await put(client, path, {"stop_loss_percent": 10}, **{"If-Match": tag})
    _, tag = await read(client, path)
    both = await asyncio.gather(
        *(
            client.put(path, json={"stop_loss_percent": percent}, headers={"If-Match": f'"other", {tag}'})
            for percent in (20, 30)
        )
    )
    assert sorted(answer.status_code for answer in both) == [200, 412]
    winner = next(answer for answer in both if answer.status_code == 200)
    found, newest = await read(client, path)
    assert found == winner.json()
    assert newest == winner.headers["ETag"]
    weak = await client.put(path, json={"stop_loss_percent": 40}, headers={"If-Match": f"W/{newest}"})
    any_tag = await client.put(path, json={"stop_loss_percent": 50}, headers={"If-Match": "*"})
    none = await client.put(path, json={"stop_loss_percent": 60})
    assert (weak.status_code, any_tag.status_code, none.status_code) == (412, 200, 200)
    never = await client.put(f"/exit-rules/T{uuid4().hex[:6]}", json={}, headers={"If-Match": "*"})
    assert never.status_code == 412


@kafka_wanted
async def test_flags_say_what_is_in_force_and_who_has_set_it(served: Served) -> None:
    app, client = served
    answer, _ = await read(client, "/feature-flags")
    assert [row["flag"] for row in answer["items"]] == sorted(FLAGS)
    flag = {row["flag"]: row for row in answer["items"]}["enable_ttm_specialist"]
    try:
        turned = await put(client, "/feature-flags/ENABLE_TTM_SPECIALIST", {"enabled": not flag["enabled"]})
        assert turned.status_code == 200, turned.text
        again, _ = await read(client, "/feature-flags")
        (row,) = [row for row in again["items"] if row["flag"] == "enable_ttm_specialist"]
        assert row == turned.json()
        assert (row["enabled"], row["source"], row["changed_by"]) == (not flag["enabled"], "control", USERNAME)
    finally:
        body = {"flag": "enable_ttm_specialist", "enabled": app.state.settings.features.enable_ttm_specialist}
        assert (await client.post("/feature-flags", json=body)).status_code == 200


REFUSED: list[tuple[str, str, dict[str, Any], str]] = [
    ("POST", "/feature-flags", {"flag": "enable_everything", "enabled": True}, "flag"),
    ("POST", "/feature-flags", {"flag": "enable_ttm_specialist"}, "enabled"),
    ("PUT", "/feature-flags/enable_everything", {"enabled": True}, "flag"),
    ("PUT", "/feature-flags/enable_ttm_specialist", {"enabled": True, "account_id": "other"}, "account_id"),
    ("PUT", "/risk-limits", {"max_open_positions": -1}, "max_open_positions"),
    ("PUT", "/risk-limits", {"max_everything": 1}, "max_everything"),
    ("PUT", "/exit-rules/SPY", {"stop_loss_percent": 101}, "stop_loss_percent"),
]


async def test_what_cannot_be_is_refused_by_its_field(database_url: str) -> None:
    async with serving(KAFKA_BOOTSTRAP_SERVERS=NOWHERE, DATABASE_URL=database_url) as (_, client):
        for method, path, body, field in REFUSED:
            answer = await client.request(method, path, json=body)
            assert answer.status_code == 422, (path, answer.text)
            assert [error["field"] for error in answer.json()["errors"]] == [field]


FORBIDDEN: list[tuple[Role, str, str]] = [
    ("viewer", "PUT", "/controls/exit_rules.SPY"),
    ("viewer", "PUT", "/exit-rules/SPY"),
    ("viewer", "PUT", "/risk-limits/paper"),
    ("trader", "PUT", "/risk-limits"),
    ("trader", "PUT", "/risk-limits/default"),
    ("trader", "PUT", "/risk-limits/other"),
    ("trader", "PUT", "/controls/risk_limits.other"),
    ("trader", "PUT", "/controls/kill_switch"),
    ("trader", "PUT", "/controls/kill_switch.other"),
    ("trader", "PUT", "/controls/flag.enable_variant_b"),
    ("trader", "PUT", "/controls/pause.SPY"),
    ("trader", "PUT", "/controls/tuning"),
    ("trader", "POST", "/feature-flags"),
    ("trader", "PUT", "/feature-flags/enable_variant_b"),
    ("service", "PUT", "/feature-flags/enable_variant_b"),
]
BODIES = {
    "/feature-flags": {"flag": "enable_variant_b", "enabled": True},
    "/feature-flags/enable_variant_b": {"enabled": True},
}


async def test_who_may_not_change_a_thing_is_refused_before_anything_else_is_looked_at() -> None:
    async with serving(KAFKA_BOOTSTRAP_SERVERS=NOWHERE) as (app, client):
        for role, method, path in FORBIDDEN:
            with asked_as(app, role):
                answer = await client.request(method, path, json=BODIES.get(path, {}))
            assert answer.status_code == 403, (role, method, path, answer.text)
        with asked_as(app, "trader"):
            # may, but nothing can be kept at the moment
            assert (await client.put("/risk-limits/paper", json={})).status_code == 503
            assert (await client.put("/exit-rules/SPY", json={})).status_code == 503


@kafka_wanted
async def test_controls_of_other_accounts_are_an_administrators_to_see(served: Served) -> None:
    app, client = served
    other = f"other-{uuid4().hex}"
    name = f"risk_limits.{other}"
    assert (await put(client, f"/risk-limits/{other}", {"max_open_positions": 2})).status_code == 200
    names = {item["name"] for item in (await read_list(client))}
    assert name in names
    with asked_as(app, "trader", account_id="mine"):
        assert name not in {item["name"] for item in await read_list(client)}
        for path in (f"/risk-limits/{other}", f"/controls/{name}", "/controls/nothing"):
            assert (await client.get(path)).status_code == 404
    with asked_as(app, "trader", account_id=other):
        assert (await read(client, f"/risk-limits/{other}"))[0]["in_force"]["max_open_positions"] == 2


async def read_list(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    answer = await client.get("/controls")
    assert answer.status_code == 200
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


@few
@given(
    st.sampled_from(["exit_rules", "risk_limits", "kill_switch", "flag", "pause", "tuning"]),
    st.sampled_from(["", "default", "paper", "other", "SPY"]),
    st.sampled_from(["paper", "default", "other"]),
)
def test_a_trader_changes_exit_rules_and_what_is_of_the_own_account_and_nothing_of_all(
    family: str, rest: str, account_id: str
) -> None:
    name = f"{family}.{rest}" if rest else family
    own = family in ("risk_limits", "kill_switch") and rest == account_id and rest != "default"
    assert needed(name, account_id) == ("trade" if family == "exit_rules" or own else "administer")
