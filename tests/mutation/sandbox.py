"""Where mutants live: a Python with mutmut, and a copy of `agents`, `schemas` and the tests that need nothing else.

The copy keeps a run apart from whoever edits the tree meanwhile, and from other runs.
"""

import ast
import fcntl
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "mutation"
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
COPIED = ("agents", "schemas", "tests/agents")
ELSEWHERE = ("streams", "sinks", "api", "compose")
"""Packages that are not copied: a test that imports them takes no part."""


def python_with_mutmut() -> Path:
    """Return a Python that has mutmut, and behind it what this one has. The first call makes it."""
    folder = CACHE / "venv"
    python = folder / "bin" / "python"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ready = folder / REQUIREMENTS.name
        if ready.exists() and ready.read_text() == REQUIREMENTS.read_text():
            return python
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS], check=True
        )
        names = {"base": str(folder), "platbase": str(folder)}
        # last on the path, so that mutmut finds its own click
        Path(sysconfig.get_path("purelib", vars=names), "behind.pth").write_text(sysconfig.get_path("purelib") + "\n")
        shutil.copy(REQUIREMENTS, ready)
    return python


def lay_out(folder: Path, *, modules: Sequence[Path], tests: Sequence[Path]) -> list[Path]:
    """Copy what a run needs into a folder; returns the test files that take part.

    modules  files or folders to mutate, relative to the root
    tests    test files or folders, likewise; none: all of tests/agents
    """
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    files = [file for path in tests or [Path("tests/agents")] for file in _test_files(folder / path)]
    names = [str(file.relative_to(folder)) for file in files if not _needs_more(file, folder=folder)]
    patterns = [f"{path}/*" if (ROOT / path).is_dir() else str(path) for path in modules]
    (folder / "pyproject.toml").write_text(_configuration(patterns, names))
    return [Path(name) for name in names]


def _test_files(path: Path) -> list[Path]:
    return sorted(path.rglob("test_*.py")) if path.is_dir() else [path]


def _needs_more(file: Path, *, folder: Path) -> bool:
    """Return whether a test, or what it imports of the tests, needs what was not copied."""
    for name in _imported(file):
        package, path = name.split(".")[0], folder / name.replace(".", "/")
        if package in ELSEWHERE:
            return True
        if package == "tests" and not path.is_dir():
            module = path.with_name(f"{path.name}.py")
            if not module.exists() or _needs_more(module, folder=folder):
                return True
    return False


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _configuration(patterns: Iterable[str], tests: Iterable[str]) -> str:
    pytest = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    tables = {
        "tool.mutmut": {
            "source_paths": ["agents"],
            "only_mutate": list(patterns),
            "also_copy": ["schemas"],
            "pytest_add_cli_args": ["-p", "no:cacheprovider", "-p", "no:junitxml"],
            "pytest_add_cli_args_test_selection": list(tests),
            "timeout_constant": 2.0,
            "timeout_multiplier": 4.0,
            "track_dependencies": False,
            "use_git_change_detection": False,
            "use_setproctitle": False,
        },
        "tool.pytest.ini_options": {
            "addopts": "--import-mode=importlib",
            "filterwarnings": pytest["filterwarnings"],
        },
    }
    lines = []
    for table, values in tables.items():
        lines += [f"[{table}]", *(f"{key} = {json.dumps(value)}" for key, value in values.items())]
    return "\n".join(lines) + "\n"


def run_mutmut(python: Path, folder: Path, *, workers: int, log: Path) -> int:
    """Make and try the mutants of a folder that was laid out, with what is said in the log; returns the exit code."""
    environment = {
        **os.environ,
        "HYPOTHESIS_PROFILE": "mutate",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        # two workers on two cores leave no room for threads of numpy's
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    shown = sys.stdout.isatty()
    with log.open("wb") as out:
        return subprocess.run(
            [python.with_name("mutmut"), "run", "--max-children", str(workers)],
            cwd=folder,
            env=environment,
            stdout=None if shown else out,
            stderr=None if shown else out,
            check=False,
        ).returncode
