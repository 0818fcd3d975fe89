"""A stream goes on for as long as whoever opened it may read what it tells."""

import pytest

from api.problems import Problem
from api.stream.route import Shown
from tests.api.people import NOBODY, shown, user
from tests.api.serving import client_of, reaching, serving

pytestmark = pytest.mark.postgres


async def test_a_stream_ends_with_its_session_and_with_what_its_caller_may_do(database_url: str) -> None:
    async with serving(DATABASE_URL=database_url) as (app, admin), client_of(app) as client:
        row = await user(admin, "somebody", "trader")
        headers = await shown(client, "somebody")
        state = app.state
        token = headers["Authorization"].removeprefix("Bearer ")
        stream = Shown(state.authenticator, state.pool, token)
        was = await state.authenticator.read(state.pool, token)
        assert await stream(was)
        assert stream == Shown(state.authenticator, state.pool, token)  # asked for once, however many streams there are
        assert token not in repr(stream)

        assert (await admin.patch(f"/users/{row['user_id']}", json={"role": "viewer"})).status_code == 200
        assert not await stream(was)
        assert (await admin.patch(f"/users/{row['user_id']}", json={"role": "trader"})).status_code == 200
        assert await stream(was)
        assert (await client.post("/auth/logout", headers=headers)).status_code < 300
        assert not await stream(was)


async def test_while_nobody_can_say_whether_a_caller_may_go_on_that_is_said(database_url: str) -> None:
    async with serving(DATABASE_URL=database_url) as (app, admin):
        token = admin.headers["Authorization"].removeprefix("Bearer ")
        was = await app.state.authenticator.read(app.state.pool, token)
        app.state.authenticator.callers.forget(was.user_id)
        async with reaching(app, NOBODY):
            with pytest.raises(Problem) as raised:
                await Shown(app.state.authenticator, app.state.pool, token)(was)
        assert raised.value.status == 503
