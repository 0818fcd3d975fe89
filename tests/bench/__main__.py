"""`python -m tests.bench [--only NAME] [--repeat N] [--quick]`: measure, print, and keep it in RESULTS.md.

Parts that are not run keep what was found of them before, with its date.
"""

import argparse
import subprocess
import sys
import traceback
from datetime import UTC, datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from streams.cycles import collect_rarely
from tests.bench import machine, results
from tests.bench.figures import Figure, folded
from tests.bench.parts import PARTS
from tests.bench.peers import environment
from tests.bench.results import number
from tests.bench.targets import TARGETS

OF_PEERS = frozenset({"tape", "replay"})


def asked(arguments: list[str] | None = None) -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    about = ", ".join(f"{name} ({part.about})" for name, part in PARTS.items())
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="NAME", help=about)
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="runs of each part; the median counts")
    parser.add_argument("--quick", action="store_true", help="a fraction of the work, to see that it runs")
    return parser.parse_args(arguments)


def main() -> int:
    """Measure and keep part by part; return 1 when one failed."""
    wanted = asked()
    console, failed = Console(width=160), list[str]()
    collect_rarely(young=100_000)  # what asks must not pause, least of all where answers are timed
    parts = [name for name in PARTS if name in wanted.only]
    if OF_PEERS & set(parts):
        try:
            environment.ensure()
        except subprocess.CalledProcessError as error:
            console.print(f"peers could not be installed: {escape(str(error))}")
            failed = [name for name in parts if name in OF_PEERS]
    for name in [name for name in parts if name not in failed]:
        console.print(f"[bold]{name}[/]: {PARTS[name].about}")
        try:
            runs = [PARTS[name].run(wanted.quick) for _ in range(max(1, wanted.repeat))]
        except Exception:
            traceback.print_exc()
            failed.append(name)
            continue
        found, at = folded(runs, TARGETS), f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
        kept = results.merged(results.read(), found, list(PARTS), part=name, at=at, quick=wanted.quick)
        results.write(kept, machine.described(), targets=TARGETS)
        console.print(_table(found))
    if failed:
        console.print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def _table(figures: list[Figure]) -> Table:
    table = Table("figure", "value", "spread", "beside it", "ratio", "target", "met")
    for figure in figures:
        beside = "; ".join(f"{name}: {number(value)}" for name, value in figure.peers.items())
        table.add_row(
            escape(figure.name),
            f"{number(figure.value)} {figure.unit}",
            " to ".join(map(number, figure.spread)) if figure.repeats > 1 else "",
            escape(beside or figure.note),
            "" if figure.ratio is None else f"{figure.ratio:.2f}",
            figure.target or "",
            {True: "yes", False: "no", None: ""}[figure.met],
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
