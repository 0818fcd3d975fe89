"""`python -m tests.bench [--only NAME] [--repeat N] [--quick]`: measure, print, and keep it in RESULTS.md.

Parts that are not run keep what was found of them before, with its date.
"""

import argparse
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import product
from statistics import fmean

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from streams.cycles import collect_rarely
from tests.bench import machine, results
from tests.bench.figures import Figure, Sample, folded
from tests.bench.load import Load, Watch
from tests.bench.parts import PARTS, Part
from tests.bench.peers import environment
from tests.bench.results import number, ratio_of, span
from tests.bench.targets import TARGETS

OF_PEERS = frozenset({"tape", "replay"})
ABOUT = {name: f"What is measured: {part.about}. {part.how}".strip() for name, part in PARTS.items()}


def asked(arguments: list[str] | None = None) -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    about = ", ".join(f"{name} ({part.about})" for name, part in PARTS.items())
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="NAME", help=about)
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="runs of each part; the median counts")
    parser.add_argument("--quick", action="store_true", help="a fraction of the work, to see that it runs")
    return parser.parse_args(arguments)


def main() -> int:
    """Measure each part, then each again, and keep what is found as it is found; return 1 when one failed."""
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
    repeats = max(1, wanted.repeat)
    found: dict[str, Found] = {name: Found() for name in parts if name not in failed}
    # by turns, so that each part is measured at several moments of the machine
    for repeat, name in product(range(1, repeats + 1), list(found)):
        if name in failed:
            continue
        left = _left([found[other] for other in found if other not in failed], repeats)
        console.print(f"[bold]{name}[/], repeat {repeat} of {repeats}: {PARTS[name].about}{left}")
        begun = time.monotonic()
        try:
            found[name].measure(PARTS[name], quick=wanted.quick)
        except Exception:
            traceback.print_exc()
            failed.append(name)
            continue
        figures, at = folded(found[name].runs, TARGETS, found[name].loads), f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
        kept = results.merged(results.read(), figures, list(PARTS), part=name, at=at, quick=wanted.quick)
        results.write(kept, machine.described(), targets=TARGETS, about=ABOUT)
        console.print(_table(figures))
        console.print(*(f"  {escape(note)}" for note in results.notes_of(figures)), sep="\n", soft_wrap=True)
        console.print(f"{name} took {time.monotonic() - begun:.0f} s")
    if failed:
        console.print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


@dataclass
class Found:
    """What the repeats of a part have found so far, the machine during each, and the seconds each took."""

    runs: list[Sequence[Sample]] = field(default_factory=list)
    loads: list[Load] = field(default_factory=list)
    took_s: list[float] = field(default_factory=list)

    def measure(self, part: Part, *, quick: bool) -> None:
        """Measure once more."""
        begun, watch = time.monotonic(), Watch()
        run = part.run(quick)
        self.runs.append(run)
        self.loads.append(watch.load())
        self.took_s.append(time.monotonic() - begun)


def _left(found: Sequence[Found], repeats: int) -> str:
    """Return how long the rest will take, once each part has been measured."""
    if not all(one.took_s for one in found):
        return ""
    left_s = sum(fmean(one.took_s) * (repeats - len(one.took_s)) for one in found)
    return f" (about {left_s / 60:.0f} min left)"


def _table(figures: list[Figure]) -> Table:
    table = Table("figure", "value", "spread", "beside it", "ratio", "target", "met")
    for figure in figures:
        beside = "; ".join(f"{name}: {number(value)}" for name, value in figure.peers.items())
        table.add_row(
            escape(figure.name),
            f"{number(figure.value)} {figure.unit}",
            span(figure.spread) if figure.repeats > 1 else "",
            escape(beside),
            ratio_of(figure),
            figure.target or "",
            {True: "yes", False: "no", None: ""}[figure.met],
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
