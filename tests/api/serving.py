"""The app as tests serve it: in this process, or as the process that a supervisor starts."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TypeVar

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI

from api.pool import open_pool
from api.server import create_app
from streams.settings import Settings, load_settings

USERNAME, PASSWORD = "trader", "correct horse battery staple"
JWT_SECRET = "a secret of the tests, long enough for HS256"
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
T = TypeVar("T")

NOWHERE = "127.0.0.1:9"
"""The discard port, where nothing listens."""


def environment(**more: str) -> dict[str, str]:
    """Return the settings of the tests as environment variables."""
    return {
        "HOST": "127.0.0.1",
        "PORT": "0",
        "KAFKA_BOOTSTRAP_SERVERS": NOWHERE,
        "DATABASE_URL": f"postgresql://nobody@{NOWHERE}/nothing",
        "JWT_SECRET": JWT_SECRET,
        "HMAC_SECRET": "another secret of the tests",
        "WEBHOOK_TOKEN": "a signal token of the tests",
        "WEBHOOK_URL_ID": "an-url-id-of-the-tests",
        "TAPESTREAM_USERNAME": USERNAME,
        "TAPESTREAM_PASSWORD_HASH": PASSWORD_HASH,
        "ACCOUNT_ID": "paper",
        "CLOCK": "wall",
        # the tests bring no steady tape, at whatever hour they run
        "MARKET_DATA_MAX_AGE_S": "86400",
    } | more


def settings(**more: str) -> Settings:
    """Return the settings of the tests."""
    kept = dict(os.environ)
    os.environ.update(environment(**more))
    try:
        return load_settings(env_file=None)
    finally:
        os.environ.clear()
        os.environ.update(kept)


def client_of(app: FastAPI, *, address: str = "127.0.0.1") -> httpx.AsyncClient:
    """Return a client of an app in this process, seen as coming from an address."""
    transport = httpx.ASGITransport(app=app, client=(address, 50_000))
    return httpx.AsyncClient(transport=transport, base_url="http://tapestream.test")


async def log_in(client: httpx.AsyncClient) -> None:
    """Give a client the token of the tests' login."""
    answer = await client.post("/auth/login", json={"username": USERNAME, "password": PASSWORD})
    answer.raise_for_status()
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


logins: list[Callable[[], str]] = []
"""Gives the address of the database for logins; tests/api/conftest.py puts it here."""


@asynccontextmanager
async def reaching(app: FastAPI, url: str) -> AsyncIterator[None]:
    """Let an app find users and sessions in another database for a while."""
    kept = getattr(app.state, "pool", None)
    app.state.pool = await open_pool(url, max_size=4)
    try:
        yield
    finally:
        app.state.pool.terminate()
        app.state.pool = kept


@asynccontextmanager
async def serving(**more: str) -> AsyncIterator[tuple[FastAPI, httpx.AsyncClient]]:
    """Run an app in this process, and yield it with a client that has logged in.

    Without a DATABASE_URL that leads anywhere, Postgres is away from the moment after the login: the client goes on as
    one that was verified a short while ago.
    """
    app = create_app(settings(**more))
    async with app.router.lifespan_context(app), client_of(app) as client:
        if NOWHERE not in more.get("DATABASE_URL", NOWHERE):
            await log_in(client)
        else:
            async with reaching(app, logins[-1]()):
                await log_in(client)
                (await client.get("/auth/me")).raise_for_status()
        yield app, client


@contextmanager
def served(folder: Path, **more: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run the API as a process of its own, and yield it with its address once it says that it is ready."""
    line = folder / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening, (folder / "api.log").open("wb") as log:
        listening.bind(str(line))
        listening.settimeout(30)
        process = subprocess.Popen(
            [sys.executable, "-m", "api.server"],
            env=os.environ | environment(NOTIFY_SOCKET=str(line), TAPESTREAM_CHILD="api", **more),
            stderr=log,
        )
        try:
            address, said = "", ""
            while "READY=1" not in said:
                said = listening.recv(4096).decode()
                if said.startswith("STATUS="):
                    address = said.splitlines()[0].removeprefix("STATUS=")
            yield process, address
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(10)
            process.kill()
            process.wait()


async def until(ask: Callable[[], Awaitable[T]], holds: Callable[[T], bool], *, within_s: float = 20.0) -> T:
    """Ask until the answer holds, and return it; raises AssertionError with the newest answer when it never does."""
    end = time.monotonic() + within_s
    while not holds(answer := await ask()):
        assert time.monotonic() < end, answer
        await asyncio.sleep(0.01)
    return answer
