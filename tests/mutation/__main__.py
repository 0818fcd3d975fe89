"""`python -m tests.mutation [agents/exits.py ...]`: how many mutants of the decisions their tests kill."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.mutation.sandbox import CACHE, ROOT, lay_out, python_with_mutmut, run_mutmut
from tests.mutation.verdicts import DEAD, Verdict, counted, score, verdicts

SCORE_MIN = 90
"""Percent of the mutants that the tests must kill."""
OUTCOMES = (*DEAD, "survived", "untested", "unknown")
_WIDTH = 120


def main() -> int:
    """Run the mutants; returns 1 when too many live on, 2 when they could not be run."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=main.__doc__)
    parser.add_argument("modules", nargs="*", type=Path, help="files or folders of agents/; none: all of it")
    parser.add_argument(
        "--tests", nargs="*", type=Path, default=[], help="test files or folders; none: all of tests/agents"
    )
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args()
    modules, tests = (_in_repository(paths) for paths in (chosen.modules or [Path("agents")], chosen.tests))
    name = "-".join(str(path.with_suffix("")).replace("/", ".") for path in modules)
    log, report = CACHE / f"{name}.log", CACHE / f"{name}.txt"
    python = python_with_mutmut()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=CACHE, prefix=f"{name}-") as made:
        folder = Path(made)
        taking_part = lay_out(folder, modules=modules, tests=tests)
        code = run_mutmut(python, folder, workers=chosen.workers, log=log)
        found = verdicts(folder) if code == 0 else []
    if not found:
        said = log.read_text(errors="replace")[-4_000:]
        sys.stderr.write(
            f"{said}\nno mutant was tried: the tests must pass without any, and must reach the module ({log})\n"
        )
        return 2
    _say(found, seconds=time.monotonic() - began, tests=len(taking_part), report=report)
    return 0 if score(counted(found).values()) >= SCORE_MIN else 1


def _in_repository(paths: Sequence[Path]) -> list[Path]:
    """Return paths relative to the repository; ends the program when one of them is not there."""
    for path in paths:
        if not (ROOT / path).exists():
            sys.exit(f"there is no {path}")
    return [(ROOT / path).resolve().relative_to(ROOT) for path in paths]


def _say(found: Sequence[Verdict], *, seconds: float, tests: int, report: Path) -> None:
    table = Table(*("module", *OUTCOMES, "score"))
    counts = counted(found)
    for module, count in counts.items():
        table.add_row(module, *(str(count[outcome]) for outcome in OUTCOMES), f"{score([count]):.1f} %")
    alive = [verdict for verdict in found if verdict.outcome not in DEAD]
    said = (
        f"{score(counts.values()):.1f} % of {len(found)} mutants died, {SCORE_MIN} % must; {tests} test files,"
        f" {seconds:.0f} s, {100 * seconds / len(found):.1f} s a hundred"
    )
    with report.open("w") as out:
        for console in (Console(width=None if sys.stdout.isatty() else _WIDTH), Console(file=out, width=_WIDTH)):
            console.print(table)
            console.print(said)
        out.writelines(f"\n{verdict.name}: {verdict.outcome}\n{verdict.diff}\n" for verdict in alive)
    Console().print(f"those that live on: {report.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(main())
