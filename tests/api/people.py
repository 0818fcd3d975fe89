"""Users and services of a test, and what they show when they ask."""

from typing import Any

import httpx

from tests.api.serving import NOWHERE, PASSWORD, USERNAME

OTHER_PASSWORD = "staple battery horse correct"
NOBODY = f"postgresql://nobody@{NOWHERE}/nothing"

Headers = dict[str, str]


async def shown(client: httpx.AsyncClient, username: str = USERNAME, password: str = PASSWORD) -> Headers:
    """Log in, and return what to show from then on."""
    answer = await client.post("/auth/login", json={"username": username, "password": password})
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def user(admin: httpx.AsyncClient, username: str, role: str, *, account_id: str = "paper") -> dict[str, Any]:
    """Add a user and return its row."""
    body = {"username": username, "password": PASSWORD, "role": role, "account_id": account_id}
    answer = await admin.post("/users", json=body)
    assert answer.status_code == 201, answer.text
    row: dict[str, Any] = answer.json()
    return row


async def key(admin: httpx.AsyncClient, *permissions: str, **more: Any) -> dict[str, Any]:
    """Make a key and return it with its text."""
    answer = await admin.post("/api-keys", json={"name": "a service", "permissions": permissions} | more)
    assert answer.status_code == 201, answer.text
    row: dict[str, Any] = answer.json()
    return row


async def status_of(client: httpx.AsyncClient, headers: Headers, path: str = "/auth/me") -> int:
    """Return how a request with these headers is answered."""
    return (await client.get(path, headers=headers)).status_code
