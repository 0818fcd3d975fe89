"""Apache Kafka's jars, copied once by Maven into a cache that all homes share."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

POM = Path(__file__).parent / "kafka" / "pom.xml"
MAVEN_DEADLINE_S = 900


class JarsUnavailable(Exception):
    """Maven could not copy Kafka's jars; the text carries the end of what it said."""


def cache_folder() -> Path:
    """Return TAPESTREAM_CACHE, or `.cache` in the project, or the user's cache where the project is read-only."""
    if given := os.environ.get("TAPESTREAM_CACHE"):
        return Path(given).expanduser().resolve()
    project = Path(__file__).resolve().parent.parent
    if (project / "pyproject.toml").exists() and os.access(project, os.W_OK):
        return project / ".cache"
    return Path.home() / ".cache" / "tapestream"


def java_and_maven() -> bool:
    """Return whether `java` and `mvn` are on the path."""
    return shutil.which("java") is not None and shutil.which("mvn") is not None


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold a lock between processes on a file, which is made when missing; waits for it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def jars_folder(cache: Path | None = None) -> Path:
    """Return the folder the jars are in, or will be in: another pom has another folder."""
    return (cache or cache_folder()) / "kafka" / hashlib.sha256(POM.read_bytes()).hexdigest()[:12]


def fetch_jars(cache: Path | None = None) -> Path:
    """Return the folder with Kafka's jars, copying them when they are not there; raises JarsUnavailable.

    Safe when several processes call it at once: one copies, the others wait.
    """
    folder = jars_folder(cache)
    if folder.exists():
        return folder
    with locked(folder.parent / "lock"):
        if folder.exists():
            return folder
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix="copying-") as temporary:
            jars = Path(temporary) / "jars"
            _copy(jars)
            jars.rename(folder)
    return folder


def _copy(target: Path) -> None:
    command = ["mvn", "-q", "-B", "-f", str(POM), "dependency:copy-dependencies"]
    command += ["-DincludeScope=runtime", f"-DoutputDirectory={target}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=MAVEN_DEADLINE_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise JarsUnavailable(f"Maven could not copy Kafka's jars: {error}") from error
    if done.returncode or not any(target.glob("kafka_2.13-*.jar")):
        said = (done.stdout + done.stderr).strip()[-2000:]
        raise JarsUnavailable(f"Maven could not copy Kafka's jars (exit code {done.returncode}):\n{said}")
