"""Who changed what."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.api.people import shown, user
from tests.api.rows import AT
from tests.api.serving import serving
from tests.api.test_queries import all_pages, insert

pytestmark = pytest.mark.postgres


async def test_changes_are_told_with_what_was_before_and_to_whom_they_concern(database: Any, database_url: str) -> None:
    told = (
        ("exit_rules.default", {"stop_loss_percent": 50}, "configurator"),
        ("exit_rules.default", {"stop_loss_percent": 30}, "trader"),
        ("kill_switch", {"active": True}, "admin"),
        ("risk_limits.paper", {"max_position_size": 2}, "trader"),
        ("risk_limits.other", {"max_position_size": 9}, "stranger"),
    )
    for minute, (name, value, by) in enumerate(told):
        at = AT + timedelta(minutes=minute)
        await insert(
            database, "control_changes", change_id=uuid4(), name=name, value=value, changed_by=by, changed_at=at
        )
    async with serving(DATABASE_URL=database_url) as (_, client):
        everything = await all_pages(client, "/control-changes", limit="2")
        rules = await all_pages(client, "/control-changes", name="exit_rules.default", until="2026-02-13T15:32:00Z")
        late = await all_pages(client, "/control-changes", since="2026-02-13T15:33:00Z")
        await user(client, "a-trader", "trader")
        client.headers.update(await shown(client, "a-trader"))
        of_trader = await all_pages(client, "/control-changes")
        bad = await client.get("/control-changes?name=%27")
    assert [row["name"] for row in everything] == [name for name, _, _ in reversed(told)]
    assert [(row["was"], row["value"], row["changed_by"]) for row in rules] == [
        ({"stop_loss_percent": 50}, {"stop_loss_percent": 30}, "trader"),
        (None, {"stop_loss_percent": 50}, "configurator"),
    ]
    assert [row["name"] for row in late] == ["risk_limits.other", "risk_limits.paper"]
    assert [row["name"] for row in of_trader] == [name for name, _, _ in reversed(told) if "other" not in name]
    assert bad.status_code == 422
