"""The shape that ARCHITECTURE.md describes, held in place."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("schemas", "agents", "streams", "sinks", "api", "compose")

SHELL = frozenset(
    f"streams.{name}"
    for name in (
        "topics",
        "publisher",
        "settings",
        "rules",
        "sessions",
        "trading_hours",
        "clocks",
        "cycles",
        "fetching",
        "logs",
        "readiness",
        "metrics",
        "watch_offsets",
    )
)
"""What every process needs of streams."""

MAY_IMPORT: dict[str, frozenset[str]] = {
    "schemas": frozenset({"schemas"}),
    "agents": frozenset({"agents", "schemas"}),
    "streams": frozenset({"streams", "agents", "schemas"}),
    "sinks": frozenset({"sinks", "schemas"}) | SHELL,
    "api": frozenset({"api", "sinks", "schemas", "agents", "streams.rules"}) | SHELL,
    "compose": frozenset(PACKAGES),
}

PURE = frozenset(
    {
        "__future__",
        "bisect",
        "collections",
        "dataclasses",
        "datetime",
        "decimal",
        "enum",
        "fractions",
        "functools",
        "hashlib",
        "heapq",
        "itertools",
        "json",
        "math",
        "numpy",
        "operator",
        "pydantic",
        "re",
        "scipy",
        "statistics",
        "string",
        "types",
        "typing",
        "vollib",
        "zoneinfo",
    }
)
"""Modules that can do no I/O, know no time and roll no dice, so that a decision may use them."""

ASKS_FOR_TIME_OR_CHANCE = frozenset(
    {"now", "utcnow", "today", "time_ns", "monotonic", "perf_counter", "uuid4", "uuid1"}
)
"""As attributes; by name they cannot be imported (see PURE)."""
DOES_IO = frozenset({"open", "print", "input", "eval", "exec", "__import__"})


def modules(*packages: str) -> list[Path]:
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of all that a module imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno} imports relatively"
            assert node.module
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


def lies_in(name: str, allowed: frozenset[str]) -> bool:
    parts = name.split(".")
    return any(".".join(parts[:length]) in allowed for length in range(1, len(parts) + 1))


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_point_one_way(package: str) -> None:
    paths = modules(package)
    assert paths
    wrong = [
        f"{name_of(path)}:{line} imports {name}"
        for path in paths
        for line, name in imported(path)
        if name.split(".")[0] in (*PACKAGES, "tests") and not lies_in(name, MAY_IMPORT[package])
    ]
    assert wrong == []


@pytest.mark.parametrize("path", modules("agents"), ids=name_of)
def test_a_decision_imports_nothing_that_can_do_io(path: Path) -> None:
    wrong = [
        f"{name_of(path)}:{line} imports {name}"
        for line, name in imported(path)
        if name.split(".")[0] not in PURE | MAY_IMPORT["agents"]
    ]
    assert wrong == []


def impurities(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and reason of what a decision must not do."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Await() | ast.AsyncFunctionDef() | ast.AsyncFor() | ast.AsyncWith():
                yield node.lineno, "awaits"
            case ast.Global() | ast.Nonlocal():
                yield node.lineno, "keeps state outside its arguments"
            case ast.Attribute(attr=name) if name in ASKS_FOR_TIME_OR_CHANCE:
                yield node.lineno, f"asks for {name}"
            case ast.Name(id=name, ctx=ast.Load()) if name in DOES_IO:  # a field may be called so
                yield node.lineno, f"uses {name}"
            case ast.Attribute(value=ast.Name(id="np" | "numpy"), attr="random"):
                yield node.lineno, "rolls dice"


@pytest.mark.parametrize("path", modules("agents"), ids=name_of)
def test_a_decision_knows_no_clock_chance_or_wait(path: Path) -> None:
    assert [f"{name_of(path)}:{line} {reason}" for line, reason in impurities(path.read_text())] == []


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\ndatetime.now()",
        "import time\ntime.monotonic()",
        "import uuid\nuuid.uuid4()",
        "async def decide(): ...",
        "import numpy as np\nnp.random.default_rng()",
        "print('decided')",
    ],
)
def test_the_rule_for_decisions_sees_what_it_forbids(source: str) -> None:
    assert list(impurities(source))


def test_nothing_is_imported_for_its_effects_in_schemas() -> None:
    wrong = [
        f"{name_of(path)}:{line} imports {name}"
        for path in modules("schemas")
        for line, name in imported(path)
        if name.split(".")[0] in {"asyncio", "aiokafka", "faust", "asyncpg", "fastapi", "httpx", "socket", "subprocess"}
    ]
    assert wrong == []


def test_the_architecture_names_no_path_that_is_gone() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    folders = "|".join((*PACKAGES, "tests"))
    named = {found.rstrip("./") for found in re.findall(rf"(?<![\w/.-])(?:{folders})/[\w./-]*", text)}
    assert named, "it names no path at all"
    gone = sorted(path for path in named if not (ROOT / path).exists() and not (ROOT / f"{path}.py").exists())
    assert gone == []


def files() -> list[Path]:
    """Return what is, or is about to be, in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split("\0")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def test_no_file_holds_unfinished_business_or_paths_of_one_machine() -> None:
    unfinished = re.compile(r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
    private = re.compile(rf"{re.escape(str(ROOT))}(?![\w-])|/(?:home|Us" + r"ers)/[a-z][\w.-]*/|/ro" + r"ot/\w")
    wrong = []
    for path in files():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            wrong += [
                f"{name_of(path)}:{number} {found.group()}"
                for pattern in (unfinished, private)
                if (found := pattern.search(line))
            ]
    assert wrong == []


def test_modules_are_named_after_what_they_hold() -> None:
    vague = {"utils.py", "util.py", "helpers.py", "common.py", "misc.py"}
    assert [name_of(path) for path in modules(*PACKAGES, "tests") if path.name in vague] == []


def test_the_allow_list_of_decisions_is_made_of_real_modules() -> None:
    assert {name for name in PURE if name not in sys.stdlib_module_names} == {
        "numpy",
        "pydantic",
        "scipy",
        "vollib",
    }
