"""Whatever anybody asks of the running API: no 5xx, no status it does not declare, no answer of another form.

The cases are made from the OpenAPI document by schemathesis, the same in each run. The app is a process of its own with
a Kafka of its own (unless one is given), as what is asked may well halt the platform.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as examining
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.roles import PERMISSIONS, Permission
from api.server import create_app
from compose.shared import shared
from schemas.ids import derived_id
from sinks.audit import append
from sinks.audit_chain import Change
from tests.api.people import Headers, key, shown, user
from tests.api.serving import log_in, served, settings, until
from tests.api.test_permissions import ENDLESS, routes
from tests.api.test_queries import AT, insert, insert_fill, insert_position, insert_signal

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.postgres,
    # what draws on `random` is a thread that some other test has started: the cases are drawn from their seed alone
    pytest.mark.filterwarnings("ignore:Do not use the .random. module:hypothesis.errors.HypothesisDeprecationWarning"),
]

EXAMPLES = {"admin": 6, "trader": 2, "service": 2, "viewer": 2, "nobody": 1}
"""By role: how many of what is right and of what is wrong, each, an operation is asked."""
MAY: dict[str, frozenset[Permission]] = {"nobody": frozenset()} | {str(role): may for role, may in PERMISSIONS.items()}
REFUSED = {"nobody": 401}
"""How a role is refused, where not with 403."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
KNOWN = UUID(derived_id("known", "1"))
"""The id of what is there to be asked for."""

LOGOUT = "POST /auth/logout"
OF_USERS = (LOGOUT, "POST /auth/password")
"""What ends sessions: each asked by a user of its own. A key has none, and is refused."""
MAY_REFUSE = {
    LOGOUT: {401},
    "PUT /risk-limits": {403},
    "PUT /risk-limits/{account}": {403},
    "PUT /controls/{name}": {403},
}
"""What may refuse somebody of a role that may ask: whose session it has ended, and a trader for another account."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody of a role: what it shows, and what others of the role show where their sessions may end."""

    role: str
    headers: Headers
    ending: dict[str, Headers]


async def asker(admin: httpx.AsyncClient, role: str) -> Asker:
    """Return somebody of a role."""
    match role:
        case "nobody":
            return Asker(role, {}, {})
        case "service":
            # as a bearer: an Authorization that a case makes up would go before X-API-Key
            shows = {"Authorization": f"Bearer {(await key(admin, 'read', 'trade'))['key']}"}
            return Asker(role, shows, {})
    people = []
    for number in range(1 + len(OF_USERS)):
        await user(admin, f"{role}-{number}", role)
        people.append(await shown(admin, f"{role}-{number}"))
    return Asker(role, people[0], dict(zip(OF_USERS, people[1:], strict=True)))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(database_url)
    await insert_signal(connection, KNOWN, raw_payload={"price": 595.42}, price=Decimal("595.42"))
    for number in range(3):
        at = AT + timedelta(minutes=number)
        await insert_fill(connection, signal_id=KNOWN, fill_timestamp=at)
        await insert_position(connection, signal_id=KNOWN, exit_timestamp=at)
    await insert(
        connection,
        "reconciliations",
        reconciliation_id=uuid4(),
        account_id="paper",
        cause="period",
        orders=1,
        positions=1,
        differences=[{"kind": "cash", "subject": "cash", "symbol": "", "ours": "1", "theirs": "2", "repair": "none"}],
        paused=("SPY",),
        created_at=AT,
    )
    async with connection.transaction():
        await append(
            connection, [Change(AT, "trader", "paper", "change_control", "kill_switch", {"value": {"n": 1.5}})]
        )
    yield connection
    await connection.close()


@pytest.fixture(scope="module")
def kafka_of_its_own(kafka: str, services_folder: Path) -> Iterator[str]:
    if "KAFKA_BOOTSTRAP_SERVERS" in os.environ:
        yield kafka
        return
    with shared("kafka", services_folder / "asked-anything") as bootstrap_servers:
        yield bootstrap_servers


@pytest.fixture
async def address(
    kafka_of_its_own: str, database_url: str, database: Any, tmp_path: Path
) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Yield where the API listens, and its document, once positions and orders can be asked for."""
    with served(tmp_path, KAFKA_BOOTSTRAP_SERVERS=kafka_of_its_own, DATABASE_URL=database_url) as (_, found):
        async with httpx.AsyncClient(base_url=found, timeout=30) as client:
            await log_in(client)
            await until(lambda: client.get("/orders/active"), lambda answer: answer.status_code == 200, within_s=120)
            yield found, (await client.get("/openapi.json")).json()


@pytest.mark.parametrize("role", EXAMPLES)
async def test_whatever_is_asked_is_answered_as_the_document_says(
    role: str, address: tuple[str, dict[str, Any]]
) -> None:
    base_url, document = address
    async with httpx.AsyncClient(base_url=base_url, timeout=30) as client:
        await log_in(client)
        who = await asker(client, role)
        found = await asyncio.to_thread(asked, base_url, document, who)
        assert found == {}
        # nothing that was asked has ended who asked
        assert (await client.get("/auth/me", headers=who.headers)).status_code == 200 or role == "nobody"


def asked(base_url: str, document: dict[str, Any], who: Asker) -> dict[str, str]:
    """Ask each operation right and wrong things, and return what is not as it must be, by operation."""
    needs = {route.name: set(route.permissions) for route in routes(create_app(settings()))}
    wrong: dict[str, str] = {}
    count = 0
    for result in schemathesis.openapi.from_dict(document).get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()
        name = operation.label
        count += 1
        is_allowed = needs[name] <= MAY[who.role] and not (who.role == "service" and name in OF_USERS)
        if is_allowed and name in ENDLESS:
            continue
        statuses, failure = examined(operation, base_url, who)
        refusal = REFUSED.get(who.role, 403)
        if failure:
            wrong[name] = failure
        elif not is_allowed and (refusal not in statuses or min(statuses) < 400):
            wrong[name] = f"is not refused: {statuses}"
        elif is_allowed and needs[name] and statuses & {401, 403} - MAY_REFUSE.get(name, set()):
            wrong[name] = f"is refused: {statuses}"
    assert count >= 45
    return wrong


def examined(operation: Any, base_url: str, who: Asker) -> tuple[set[int], str]:
    """Return how an operation has answered, and what about it is not as the document says."""
    headers = who.ending.get(operation.label, who.headers)
    statuses: set[int] = set()

    def ask(case: Case[Any]) -> None:
        answer = case.call(base_url=base_url, headers=headers, timeout=30)
        statuses.add(answer.status_code)
        # that the platform is not ready is what this one route answers with a 503
        says_so = case.operation.definition.raw["operationId"] == "get_readiness"
        case.validate_response(answer, checks=CHECKS[1:] if says_so else CHECKS)

    examine = examining(
        max_examples=EXAMPLES[who.role],
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    try:
        ids = {parameter.name for parameter in operation.path_parameters}
        if ids and all(name.endswith("_id") for name in ids):
            known = operation.Case(path_parameters=dict.fromkeys(ids, str(KNOWN)))
            if operation.body:
                known.body = {}
            ask(known)
        for mode in GenerationMode.POSITIVE, GenerationMode.NEGATIVE:
            examine(seed(1)(given(case=operation.as_strategy(generation_mode=mode))(ask)))()
    except BaseExceptionGroup as failures:
        return statuses, "\n".join(str(each) for each in failures.exceptions)
    except Exception as failure:
        # nothing wrong can be asked of a route without parameters
        if "Unsatisfiable" not in type(failure).__name__:
            return statuses, f"{type(failure).__name__}: {failure}"
    return statuses, ""
