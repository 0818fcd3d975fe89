"""Sinks as processes: they say when they are ready, stop when asked, and name what they lack."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

STOP_MAX_S = 5.0


@contextmanager
def process(module: str, folder: Path, environment: Mapping[str, str]) -> Iterator["subprocess.Popen[str]"]:
    """Run a sink; it is gone afterwards."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ}
    root = str(Path(__file__).parents[2])
    started = subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=folder,
        env={**inherited, "PYTHONPATH": root, **environment},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield started
    finally:
        if started.poll() is None:
            started.kill()
        started.communicate()


def stopped(sink: "subprocess.Popen[str]", number: signal.Signals) -> float:
    """Ask a sink to stop and return the seconds it took; it must end well."""
    begun = time.monotonic()
    sink.send_signal(number)
    _, said = sink.communicate(timeout=STOP_MAX_S)
    assert sink.returncode == 0, said
    return time.monotonic() - begun


@pytest.mark.kafka
@pytest.mark.postgres
@pytest.mark.parametrize(
    ("module", "number"),
    [("sinks.history", signal.SIGTERM), ("sinks.executor", signal.SIGINT), ("sinks.bars", signal.SIGTERM)],
    ids=str,
)
def test_a_sink_says_when_it_is_ready_and_stops_when_asked(
    module: str, number: signal.Signals, kafka: str, database_url: str, tmp_path: Path
) -> None:
    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(address))
        line.settimeout(30)
        environment = {
            "KAFKA_BOOTSTRAP_SERVERS": kafka,
            "DATABASE_URL": database_url,
            "NOTIFY_SOCKET": str(address),
            "TAPESTREAM_CHILD": module,
        }
        with process(module, tmp_path, environment) as sink:
            assert line.recv(1024) == f"READY=1\nCHILD={module}\n".encode()
            stopped(sink, number)


@pytest.mark.parametrize("module", ["sinks.history", "sinks.executor"])
def test_a_sink_waits_for_kafka_and_still_stops_when_asked(module: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    environment = {
        "KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{port}",
        "DATABASE_URL": f"postgresql://nobody@127.0.0.1:{port}/none",
    }
    with process(module, tmp_path, environment) as sink:
        assert sink.stderr is not None
        assert any('"event": "waiting"' in line for line in sink.stderr)
        stopped(sink, signal.SIGTERM)


@pytest.mark.parametrize(
    ("module", "environment", "named"),
    [
        ("sinks.history", {"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"}, "DATABASE_URL"),
        ("sinks.bars", {"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"}, "DATABASE_URL"),
        ("sinks.executor", {}, "KAFKA_BOOTSTRAP_SERVERS"),
        ("sinks.history", {"DB_POOL_MAX": "none"}, "DB_POOL_MAX"),
    ],
)
def test_a_setting_that_is_missing_or_bad_is_named(
    module: str, environment: Mapping[str, str], named: str, tmp_path: Path
) -> None:
    with process(module, tmp_path, environment) as sink:
        _, said = sink.communicate(timeout=30)
    assert sink.returncode == 1
    assert said.startswith(f"{named}: ")
