"""The files that keep what was measured: `results.json`, and `RESULTS.md` to be read."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import groupby
from pathlib import Path

from tests.bench.figures import Figure

FOLDER = Path(__file__).parent
JSON, MARKDOWN = "results.json", "RESULTS.md"

HEAD = """# What was measured

By `make bench`, each part on a Kafka of its own; peers in the same run, on the same Kafka, on the same ticks. Values
are medians of the repeats, the spread goes from the least to the most. The ratio is a figure's value in terms of the
first one beside it. Times depend on the machine; ratios are what travels.
"""


def read(folder: Path = FOLDER) -> list[Figure]:
    """Return the figures that are kept in a folder; none when there is no file."""
    path = folder / JSON
    if not path.exists():
        return []
    return [Figure(**{**known, "spread": tuple(known["spread"])}) for known in json.loads(path.read_text())]


def write(
    figures: Sequence[Figure], machine: Mapping[str, str], folder: Path = FOLDER, *, targets: Iterable[str] = ()
) -> None:
    """Keep figures in both files; in the one that is read also the machine, and the targets that have no figure."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / JSON).write_text(json.dumps([asdict(figure) for figure in figures], indent=1) + "\n")
    (folder / MARKDOWN).write_text(rendered(figures, machine, targets))


def merged(
    kept: Sequence[Figure], found: Sequence[Figure], parts: Sequence[str], *, part: str, at: str, quick: bool
) -> list[Figure]:
    """Return all figures after a part was measured: of the other parts what was kept, in the order of `parts`.

    What is kept of a part that there is no longer is dropped.
    """
    new = [replace(figure, part=part, at=at, quick=quick) for figure in found]
    known = [figure for figure in kept if figure.part != part and figure.part in parts]
    return sorted([*known, *new], key=lambda figure: parts.index(figure.part))


def rendered(figures: Sequence[Figure], machine: Mapping[str, str], targets: Iterable[str] = ()) -> str:
    """Return the figures as Markdown: the machine, a table a part, and which targets have no figure."""
    lines = [HEAD, "| machine | |", "| --- | --- |"]
    lines += [f"| {name} | {_cell(value)} |" for name, value in machine.items()]
    for part, rows in groupby(figures, key=lambda figure: figure.part):
        of_part = list(rows)
        newest = max(figure.at for figure in of_part)
        quick = "; quick: less work where a part can do with it" if any(figure.quick for figure in of_part) else ""
        repeats = max(figure.repeats for figure in of_part)
        lines += ["", f"## {part}", "", f"{newest}, {repeats} repeat{'s' if repeats > 1 else ''}{quick}", ""]
        lines += ["| figure | value | spread | beside it | ratio | target | met |", "| --- " * 7 + "|"]
        lines += [_row(figure) for figure in of_part]
        notes = [f"- {figure.name}: {figure.note}" for figure in of_part if figure.note]
        lines += ["", *notes] if notes else []
    without = sorted(set(targets) - {figure.name for figure in figures})
    lines += ["", "## Not measured yet", "", *(f"- {name}" for name in without)] if without else []
    return "\n".join(lines) + "\n"


def _row(figure: Figure) -> str:
    spread = "" if figure.repeats == 1 else f"{number(figure.spread[0])} to {number(figure.spread[1])}"
    beside = "; ".join(f"{name}: {number(value)}" for name, value in figure.peers.items())
    met = {True: "yes", False: "**no**", None: ""}[figure.met]
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    cells = (f"{number(figure.value)} {figure.unit}", spread, beside, ratio, figure.target or "", met)
    return f"| {' | '.join(map(_cell, (figure.name, *cells)))} |"


def number(value: float) -> str:
    """Return a number as it is read: whole from a hundred on."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
