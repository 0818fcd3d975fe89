"""The whole platform by its own program: it gets ready, mends itself, stops, and leaves nothing behind."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from compose.kafka_jars import java_and_maven
from compose.processes import wait_until

START_DEADLINE_S = 150.0
STOP_DEADLINE_S = 35.0

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.kafka,
    pytest.mark.postgres,
    pytest.mark.skipif(not java_and_maven(), reason="needs java and mvn"),
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]


@contextmanager
def platform(home: Path, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """Run `tapestream run` and yield it once it is ready; killed at the end if it still runs."""
    command = [sys.executable, "-m", "compose.cli", "run", "--home", str(home), "--port", "0", "--feed", "none"]
    said = home.parent / "said"
    kept = {
        name: value for name, value in os.environ.items() if name not in ("KAFKA_BOOTSTRAP_SERVERS", "DATABASE_URL")
    }
    with said.open("w") as output:
        process = subprocess.Popen([*command, *arguments], stdout=output, stderr=output, text=True, env=kept)
    try:
        wait_until(
            lambda: "Ctrl-C stops everything" in said.read_text() or process.poll() is not None,
            deadline_s=START_DEADLINE_S,
        )
        assert process.poll() is None, said.read_text()
        assert "Tapestream is ready" in said.read_text(), said.read_text()
        yield process
    finally:
        process.kill()
        process.wait()


def endpoints(home: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((home / "endpoints.json").read_text())
    return found


def processes_of(home: Path) -> dict[str, int]:
    """Return the ids of the children that run for a home, by name."""
    found: dict[str, int] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            surroundings = (folder / "environ").read_bytes().split(b"\0")
            if not (folder / "cmdline").read_bytes():  # ended, not yet waited for
                continue
            place = (folder / "cwd").resolve()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        told = dict(entry.partition(b"=")[::2] for entry in surroundings if entry)
        name = told.get(b"TAPESTREAM_CHILD", b"").decode()
        ours = told.get(b"TAPESTREAM_HOME", b"").decode() == str(home) or place == home / "postgres"
        if name and (ours or str(home).encode() in (folder / "cmdline").read_bytes()):
            found.setdefault(name, int(folder.name))
    return found


def test_a_platform_mends_itself_stops_cleanly_and_goes_on(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with platform(home, "--workers", "2") as process:
        first = endpoints(home)
        assert stat.S_IMODE((home / "endpoints.json").stat().st_mode) == 0o600
        assert httpx.get(f"{first['api_url']}/health/live").status_code == 200
        said = (tmp_path / "said").read_text()
        assert first["password"] in said
        assert first["webhook_url"] in said

        running = processes_of(home)
        assert set(running) == {
            "kafka",
            "postgres",
            "worker-0",
            "worker-1",
            "executor",
            "history",
            "bars",
            "api",
            "alerts",
            "clock",
        }
        secrets = json.loads((home / "secrets.json").read_text())
        commands = "".join(Path(f"/proc/{pid}/cmdline").read_text() for pid in running.values())
        assert not [name for name, value in secrets.items() if name != "username" and value in commands]

        again = subprocess.run(
            [sys.executable, "-m", "compose.cli", "run", "--home", str(home)],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert again.returncode == 1
        assert f"in use by process {process.pid}" in again.stderr

        os.kill(running["api"], signal.SIGKILL)
        os.kill(running["postgres"], signal.SIGKILL)
        assert wait_until(
            lambda: all(
                f"{name:<11} is ready again" in (tmp_path / "said").read_text() for name in ("api", "postgres")
            ),
            deadline_s=60,
        ), (tmp_path / "said").read_text()
        assert httpx.get(f"{first['api_url']}/health/live").status_code == 200

        process.send_signal(signal.SIGTERM)
        assert process.wait(STOP_DEADLINE_S) == 0
        assert processes_of(home) == {}
        assert "was killed" not in (tmp_path / "said").read_text()

    with platform(home) as process:
        assert same(endpoints(home), first)
        process.kill()
        process.wait()
        assert wait_until(lambda: processes_of(home) == {}, deadline_s=10), processes_of(home)


def same(now: dict[str, str], first: dict[str, str]) -> bool:
    """Return whether everything is where it was, as far as it runs again."""
    return all(first[name] == value for name, value in now.items())


def test_a_start_after_everything_was_killed_at_once_needs_nobody(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with platform(home, "--feed", "simulated") as process:
        first = endpoints(home)
        for pid in (process.pid, *processes_of(home).values()):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()
        assert wait_until(lambda: processes_of(home) == {}, deadline_s=10), processes_of(home)
    # what a crash of the machine leaves besides: a lock nobody holds, a half-written file, a pid that is another's now
    (home / "lock").write_text("1\n")
    (home / f".endpoints.json.{process.pid}").write_text("{")
    (home / "postgres" / "postmaster.pid").write_text(f"1\n{home / 'postgres'}\n0\n1\n\n\n\n\n")
    newest = max((home / "kafka" / "data").glob("price-ticks*/*.log"), key=lambda file: file.stat().st_size)
    with newest.open("ab") as segment:
        segment.write(b"\x00\x00\x00\x01half a record")
    with platform(home) as process:
        assert same(endpoints(home), first)
        assert httpx.get(f"{first['api_url']}/health/live").status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(STOP_DEADLINE_S) == 0
        assert processes_of(home) == {}


def test_a_platform_that_cannot_start_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "kafka" / "data").mkdir(parents=True)
    (home / "kafka" / "data" / "meta.properties").write_text("version=1\ncluster.id=x\nnode.id=77\n")
    command = [sys.executable, "-m", "compose.cli", "run", "--home", str(home), "--port", "0", "--feed", "none"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=START_DEADLINE_S)
    assert done.returncode == 1
    assert "kafka ended with code" in done.stderr
    assert "kafka.log" in done.stderr
    assert processes_of(home) == {}
