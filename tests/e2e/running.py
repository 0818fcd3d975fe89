"""The whole platform as a user runs it, for tests: started by its own program, spoken to through its interfaces."""

import asyncio
import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psutil
from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.feeds.lockstep import progress_of, settled
from streams.topics import PARTITIONS

START_DEADLINE_S = 120.0
STOP_DEADLINE_S = 35.0
T = TypeVar("T")

ENVIRONMENT = {
    "KAFKA_SESSION_TIMEOUT_S": "6",
    "LOG_LEVEL": "info",
}


@dataclass(frozen=True)
class Platform:
    """A running platform and its addresses."""

    home: Path
    process: "subprocess.Popen[bytes]"
    endpoints: dict[str, str]
    client: httpx.Client

    def market(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Post to a signed webhook; returns the answer's body."""
        raw = json.dumps(body).encode()
        digest = hmac.new(self.endpoints["hmac_secret"].encode(), raw, hashlib.sha256).hexdigest()
        answer = self.client.post(
            path, content=raw, headers={"X-Webhook-Signature": f"sha256={digest}", "Content-Type": "application/json"}
        )
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document

    def alert(self, body: dict[str, Any]) -> dict[str, Any]:
        """Post an alert as TradingView does: no headers, the token in the body."""
        answer = self.client.post("/webhook", json={**body, "secret": self.endpoints["webhook_token"]})
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document

    def get(self, path: str, **parameters: Any) -> Any:
        """Ask the API as the generated user."""
        answer = self.client.get(path, params=parameters)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def items(self, path: str, **parameters: Any) -> list[dict[str, Any]]:
        """Return all items of a list."""
        found: list[dict[str, Any]] = self.get(path, limit=500, **parameters)["items"]
        return found

    def settle(self) -> None:
        """Wait until the workers have processed all that was sent."""

        async def wait() -> None:
            async with progress_of(self.endpoints["kafka_bootstrap_servers"]) as progress:
                await settled(progress)

        asyncio.run(wait())

    def runs(self, module: str, name: str = "") -> bool:
        """Return whether a child runs a module (and has a name among its arguments)."""
        return self._find(module, name) is not None

    def child(self, module: str, name: str = "") -> psutil.Process:
        """Return the child process that runs a module (and has a name among its arguments)."""
        found = self._find(module, name)
        assert found is not None, f"no child runs {module} {name}"
        return found

    def _find(self, module: str, name: str) -> psutil.Process | None:
        for process in psutil.Process(self.process.pid).children(recursive=True):
            try:
                arguments = process.cmdline()
            except psutil.NoSuchProcess:
                continue
            if module in arguments and (not name or name in arguments):
                return process
        return None

    def kill(self, module: str, name: str = "") -> None:
        """End a child with SIGKILL and wait until it is gone; one that is just being restarted is waited for."""
        until(lambda: self.runs(module, name), within_s=60, what=f"{module} {name}")
        child = self.child(module, name)
        child.kill()
        child.wait(10)

    def log(self) -> str:
        """Return the ends of all logs, for a failing test's message."""
        ends = [f"== {path.name}\n{path.read_text()[-2000:]}" for path in sorted((self.home / "logs").glob("*.log"))]
        return "\n".join(ends)


def until(ask: Callable[[], T], *, within_s: float = 30.0, what: str = "") -> T:
    """Return the first true answer; fails when there is none in time. The last one stands in the failure."""
    end, answer = time.monotonic() + within_s, ask()
    while not answer:
        if time.monotonic() > end:
            raise AssertionError(f"not within {within_s:g} s: {what or ask}; last answer {answer!r}")
        time.sleep(0.05)
        answer = ask()
    return answer


@contextmanager
def platform(home: Path, *arguments: str, **environment: str) -> Iterator[Platform]:
    """Run `tapestream run` in a home, and stop it as an operator does; nothing of it is left afterwards."""
    (home / "endpoints.json").unlink(missing_ok=True)
    home.mkdir(parents=True, exist_ok=True)
    inherited = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL",)}
    with (home / "console.log").open("ab") as console:
        process = subprocess.Popen(
            [Path(sys.executable).with_name("tapestream"), "run", "--home", home, "--port", "0", *arguments],
            stdout=console,
            stderr=subprocess.STDOUT,
            env={**inherited, **ENVIRONMENT, **environment},
            start_new_session=True,
        )
    family: list[psutil.Process] = []
    try:
        yield _ready(home, process)
        family = psutil.Process(process.pid).children(recursive=True)
    finally:
        _stop(process, home)
    left = [child for child in family if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]
    assert not left, f"left behind: {left}"


def _ready(home: Path, process: "subprocess.Popen[bytes]") -> Platform:
    end = time.monotonic() + START_DEADLINE_S
    path = home / "endpoints.json"
    while not path.exists():
        console = (home / "console.log").read_text()[-3000:]
        assert process.poll() is None, f"tapestream run ended with {process.returncode}:\n{console}"
        assert time.monotonic() < end, f"not ready within {START_DEADLINE_S:g} s:\n{console}"
        time.sleep(0.1)
    endpoints: dict[str, str] = json.loads(path.read_text())
    client = httpx.Client(base_url=endpoints["api_url"], timeout=30)
    until(lambda: client.get("/health/ready").status_code == 200, within_s=60, what="/health/ready")
    login = client.post(
        "/auth/login", json={"username": endpoints["username"], "password": endpoints["password"]}
    ).json()
    client.headers["Authorization"] = f"Bearer {login['access_token']}"
    return Platform(home, process, endpoints, client)


def _stop(process: "subprocess.Popen[bytes]", home: Path) -> None:
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_DEADLINE_S)
    except subprocess.TimeoutExpired:
        for child in psutil.Process(process.pid).children(recursive=True):
            child.kill()
        process.kill()
        process.wait(10)
        console = (home / "console.log").read_text()[-3000:]
        raise AssertionError(f"did not stop within {STOP_DEADLINE_S:g} s:\n{console}") from None


def read_topic(bootstrap_servers: str, topic: str) -> list[Any]:
    """Return every message of a topic, partition by partition, from its beginning to its present end."""

    async def read() -> list[Any]:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap_servers, enable_auto_commit=False, auto_offset_reset="earliest"
        )
        await consumer.start()
        try:
            partitions = [TopicPartition(topic, number) for number in range(PARTITIONS)]
            consumer.assign(partitions)
            ends = await consumer.end_offsets(partitions)
            found: list[Any] = []
            while [tp for tp in partitions if await consumer.position(tp) < ends[tp]]:
                for messages in (await consumer.getmany(timeout_ms=500)).values():
                    found += messages
            return sorted(found, key=lambda message: (message.partition, message.offset))
        finally:
            await consumer.stop()

    return asyncio.run(read())
