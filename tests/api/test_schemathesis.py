"""Whatever is asked of the running API: no 5xx, no status it does not declare, no answer of another form.

The cases are made from the OpenAPI document by schemathesis, the same in each run. The app is a process of its own with
a Kafka of its own (unless one is given), as what is asked may well halt the platform.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from compose.shared import shared
from schemas.ids import derived_id
from sinks.audit import append
from sinks.audit_chain import Change
from tests.api.serving import log_in, served, until
from tests.api.test_queries import AT, insert, insert_fill, insert_position, insert_signal

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]

EXAMPLES = 6
"""Of what is right and of what is wrong, each, for an operation."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
KNOWN = UUID(derived_id("known", "1"))
"""The id of what is there to be asked for."""

ROLES: dict[str, Callable[[httpx.AsyncClient], Any]] = {"admin": log_in}
"""How a caller of each role logs in: each gives a client its token."""


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


@pytest.fixture
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


@pytest.mark.parametrize("role", ROLES)
async def test_whatever_is_asked_is_answered_as_the_document_says(
    role: str, address: tuple[str, dict[str, Any]]
) -> None:
    base_url, document = address
    async with httpx.AsyncClient(base_url=base_url, timeout=30) as client:
        await ROLES[role](client)
        token = {"Authorization": client.headers["Authorization"]}
    found = await asyncio.to_thread(asked, base_url, document, token)
    assert found == {}


def asked(base_url: str, document: dict[str, Any], token: dict[str, str]) -> dict[str, str]:
    """Ask each operation right and wrong things, and return what is not as the document says, by operation."""
    wrong: dict[str, str] = {}
    schema = schemathesis.openapi.from_dict(document)
    count = 0
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()
        count += 1

        def ask(case: Case[Any]) -> None:
            answer = case.call(base_url=base_url, headers=token, timeout=30)
            # that the platform is not ready is what this one route answers with a 503
            says_so = case.operation.definition.raw["operationId"] == "get_readiness"
            case.validate_response(answer, checks=CHECKS[1:] if says_so else CHECKS)

        try:
            ids = {name.name for name in operation.path_parameters}
            if ids and all(name.endswith("_id") for name in ids):
                known = operation.Case(path_parameters=dict.fromkeys(ids, str(KNOWN)))
                if operation.body:
                    known.body = {}
                ask(known)
            for mode in GenerationMode.POSITIVE, GenerationMode.NEGATIVE:
                examine = settings(
                    max_examples=EXAMPLES,
                    deadline=None,
                    database=None,
                    phases=(Phase.explicit, Phase.generate),
                    suppress_health_check=list(HealthCheck),
                )
                examine(seed(1)(given(case=operation.as_strategy(generation_mode=mode))(ask)))()
        except BaseExceptionGroup as failures:
            wrong[operation.label] = "\n".join(str(each) for each in failures.exceptions)
        except Exception as failure:
            if (
                "Unsatisfiable" not in type(failure).__name__
            ):  # nothing wrong can be asked of a route without parameters
                wrong[operation.label] = f"{type(failure).__name__}: {failure}"
    assert count >= 45
    return wrong
