"""The environment with the peers' packages: of its own, as they ask for other versions than the platform."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
REQUIREMENTS = FOLDER / "requirements.txt"
HOME = FOLDER.parents[2] / ".cache" / "bench-peers"
PYTHON = HOME / "bin" / "python"
DEADLINE_S = 900.0


def ensure() -> None:
    """Install the peers' packages where they are not there yet; raises subprocess.CalledProcessError."""
    stamp, wanted = HOME / "requirements.txt", REQUIREMENTS.read_text()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", HOME], check=True)
    quiet = ["--quiet", "--disable-pip-version-check"]
    subprocess.run([PYTHON, "-m", "pip", "install", *quiet, "--requirement", REQUIREMENTS], check=True)
    stamp.write_text(wanted)


def versions() -> dict[str, str]:
    """Return the versions of the peers that are installed, none when they are not."""
    if not PYTHON.exists():
        return {}
    lines = [line for line in REQUIREMENTS.read_text().splitlines() if "==" in line]
    return dict(line.split("==") for line in lines)


def run(script: str, arguments: Sequence[str | Path], *, python: Path = PYTHON, folder: Path) -> dict[str, Any]:
    """Run a peer's script in a folder and return what its last line says; raises RuntimeError with the end of its log.

    script  its module under this folder
    """
    log = folder / f"{script}.log"
    with log.open("wb") as said:
        done = subprocess.run(
            [python, "-m", f"{__package__}.{script}", *arguments],
            stdout=subprocess.PIPE,
            stderr=said,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(FOLDER.parents[2])},
            timeout=DEADLINE_S,
            check=False,
        )
    lines = done.stdout.decode().strip().splitlines()
    if done.returncode or not lines:
        raise RuntimeError(f"{script} ended with {done.returncode}: {log.read_text()[-2000:]}")
    found: dict[str, Any] = json.loads(lines[-1])
    return found
