"""What became of each mutant, and how it differs from the original."""

import ast
import difflib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Outcome = Literal["killed", "timeout", "crashed", "survived", "untested", "unknown"]

DEAD: tuple[Outcome, ...] = ("killed", "timeout", "crashed")

_OUTCOMES: dict[int | None, Outcome] = {
    0: "survived",
    1: "killed",
    2: "killed",  # the tests could not even be collected
    3: "killed",  # pytest itself fell over
    5: "untested",
    33: "untested",
    -24: "timeout",  # SIGXCPU
    24: "timeout",
    36: "timeout",
    152: "timeout",
    255: "timeout",
    -9: "crashed",
    -11: "crashed",
}
"""By the exit code of the mutant's tests, as mutmut has them."""

_CLASS_MARK = "\u01c1"
"""What mutmut puts around a method's class."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One mutant: `name` as mutmut has it, `module` its file."""

    module: str
    name: str
    outcome: Outcome
    diff: str = ""


def verdicts(folder: Path) -> list[Verdict]:
    """Return the verdicts in a folder that mutmut has run in; those that did not die, with their diffs."""
    found = []
    for path in sorted((folder / "mutants").rglob("*.py.meta")):
        module = path.with_suffix("")
        codes: dict[str, int | None] = json.loads(path.read_text())["exit_code_by_key"]
        functions = _functions(module.read_text())
        for name, code in codes.items():
            outcome = _OUTCOMES.get(code, "unknown")
            diff = "" if outcome in DEAD else _diff(functions, name.rpartition(".")[2])
            found.append(Verdict(str(module.relative_to(folder / "mutants")), name, outcome, diff))
    return found


def counted(found: Iterable[Verdict]) -> dict[str, Counter[Outcome]]:
    """Return the number of each outcome by module."""
    counts: dict[str, Counter[Outcome]] = {}
    for verdict in found:
        counts.setdefault(verdict.module, Counter())[verdict.outcome] += 1
    return counts


def score(counts: Iterable[Counter[Outcome]]) -> float:
    """Return the percent of mutants that died; 100 when there was none to kill."""
    together = sum(counts, Counter[Outcome]())
    total = together.total()
    return 100 * sum(together[outcome] for outcome in DEAD) / total if total else 100.0


def _functions(source: str) -> dict[str, list[str]]:
    lines = source.splitlines()
    return {
        node.name: lines[node.lineno - 1 : node.end_lineno]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
    }


def _diff(functions: dict[str, list[str]], name: str) -> str:
    mangled = name.rpartition("__mutmut_")[0]
    original = f"{mangled}__mutmut_orig"
    readable = mangled.rpartition(_CLASS_MARK)[2].removeprefix("x_")
    before = [line.replace(original, readable) for line in functions.get(original, [])]
    after = [line.replace(name, readable) for line in functions.get(name, [])]
    return "\n".join([*difflib.unified_diff(before, after, lineterm="", n=1)][2:])
