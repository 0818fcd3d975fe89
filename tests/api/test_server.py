import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.server import create_app
from tests.api.serving import PASSWORD, USERNAME, client_of, environment, served, serving, settings

PROBLEM = "application/problem+json"


@pytest.fixture
def app() -> FastAPI:
    return create_app(settings())


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("DELETE", "/health/live", 405), ("POST", "/auth/login", 422), ("GET", "/signals", 401)],
)
async def test_errors_are_problems_with_the_security_headers(app: FastAPI, method: str, path: str, status: int) -> None:
    async with client_of(app) as client:
        answer = await client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == PROBLEM
    body = answer.json()
    assert (body["status"], body["type"]) == (status, "about:blank")
    assert body["title"]
    assert body["detail"]
    assert_secure(answer)


def assert_secure(answer: httpx.Response) -> None:
    policy = answer.headers["content-security-policy"]
    directives = {part.split()[0]: part.split()[1:] for part in policy.split(";")}
    assert "'unsafe-inline'" not in policy
    assert directives["script-src"] == ["'self'"]
    for name in ("object-src", "base-uri", "frame-ancestors", "default-src"):
        assert directives[name] == ["'none'"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "max-age" in answer.headers["strict-transport-security"]
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"{", ""),
        (b"[]", ""),
        (b'{"username": "x"}', "password"),
        (b'{"username": 1, "password": "x"}', "username"),
        (b'{"username": "x", "password": "x", "extra": 1}', "extra"),
    ],
)
async def test_a_body_of_another_form_is_refused_by_field(app: FastAPI, body: bytes, field: str) -> None:
    async with client_of(app) as client:
        answer = await client.post("/auth/login", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_what_fails_inside_is_not_told(app: FastAPI) -> None:
    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("the password is swordfish")

    async with client_of(app) as client:
        answer = await client.get("/broken")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == PROBLEM
    assert "swordfish" not in answer.text
    assert "RuntimeError" not in answer.text
    assert_secure(answer)


async def test_a_body_that_is_too_large_is_refused_before_it_is_read(app: FastAPI) -> None:
    async def pieces() -> Any:
        for _ in range(1000):
            yield b'"' + b"x" * 1000

    async with client_of(app) as client:
        said = await client.post("/auth/login", content=b"x" * 100_000)
        unsaid = await client.post("/auth/login", content=pieces(), headers={"Content-Type": "application/json"})
    assert (said.status_code, unsaid.status_code) == (413, 413)
    assert (said.headers["content-type"], unsaid.headers["content-type"]) == (PROBLEM, PROBLEM)


async def test_the_front_page_is_open_and_has_no_script(app: FastAPI) -> None:
    async with client_of(app) as client:
        answer = await client.get("/")
    assert answer.status_code == 200
    assert "<script" not in answer.text
    assert 'href="/docs"' in answer.text
    assert_secure(answer)


async def test_the_interface_is_described_in_openapi_3_1(app: FastAPI) -> None:
    document = app.openapi()
    assert document["openapi"].startswith("3.1")
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    ids = [operation["operationId"] for operation in operations]
    assert len(set(ids)) == len(ids)
    assert {"log_in", "list_open_positions", "list_signals", "get_signal", "get_readiness"} <= set(ids)
    properties = document["components"]["schemas"]["PositionRow"]["properties"]
    assert properties["entry_price"]["type"] == "number"
    for path, methods in document["paths"].items():
        if path.startswith(("/webhook", "/api/webhooks", "/subjects", "/schemas", "/config", "/mode", "/health")):
            continue
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                assert status < "400" or list(answer["content"]) == [PROBLEM], (path, status)


async def test_the_interface_is_read_with_a_token() -> None:
    async with serving() as (app, client):
        answer = await client.get("/openapi.json")
    assert answer.status_code == 200
    assert answer.json() == app.openapi()


def test_the_process_starts_with_everything_away_and_stops_on_a_signal(tmp_path: Path) -> None:
    with served(tmp_path) as (process, address), httpx.Client(base_url=address) as client:
        assert client.get("/health/live").status_code == 200
        assert client.get("/health/ready").status_code == 503
        login = client.post("/auth/login", json={"username": USERNAME, "password": PASSWORD})
        assert (login.status_code, login.headers["retry-after"]) == (503, "1")
        assert "server" not in login.headers
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert PASSWORD not in (tmp_path / "api.log").read_text()


@pytest.mark.kafka
@pytest.mark.postgres
def test_the_process_stops_with_everything_there(tmp_path: Path, kafka: str, database_url: str) -> None:
    with served(tmp_path, KAFKA_BOOTSTRAP_SERVERS=kafka, DATABASE_URL=database_url) as (process, address):
        with httpx.Client(base_url=address) as client:
            end = time.monotonic() + 20
            while not client.get("/health/ready").json()["checks"]["kafka"]["ok"]:
                assert time.monotonic() < end
                time.sleep(0.05)
            login = client.post("/auth/login", json={"username": USERNAME, "password": PASSWORD})
            assert login.status_code == 200
        log = (tmp_path / "api.log").read_text()
        assert PASSWORD not in log
        assert login.json()["access_token"] not in log
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def test_a_bad_setting_stops_the_process_and_is_named() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "api.server"],
        env=os.environ | environment(JWT_SECRET="short"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "JWT_SECRET" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_ends_the_process() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = subprocess.run(
            [sys.executable, "-m", "api.server"],
            env=os.environ | environment(PORT=str(taken.getsockname()[1])),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode != 0
