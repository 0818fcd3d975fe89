"""The files that keep what was measured: `results.json`, and `RESULTS.md` to be read."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tests.bench.figures import Figure

FOLDER = Path(__file__).parent
JSON, MARKDOWN = "results.json", "RESULTS.md"

HEAD = """# What was measured

By `make bench`, each part on a Kafka of its own; peers in the same run, on the same Kafka, on the same ticks. Values
are medians of the repeats, the spread goes from the least to the most. The ratio is a figure's value in terms of the
first one beside it in the same repeat. Times depend on the machine; ratios are what travels. Each part says what the
machine was like meanwhile: the time that its host gave to others (steal), how busy its processors were, and what a
fixed loop of pure Python took right before and after: a loop twice as long is a machine half as fast. Growth is the
power of the size by which a figure grows: 0 is not at all, 1 is in proportion.
"""


def read(folder: Path = FOLDER) -> list[Figure]:
    """Return the figures that are kept in a folder; none when there is no file."""
    path = folder / JSON
    if not path.exists():
        return []
    return [_figure(known) for known in json.loads(path.read_text())]


def _figure(known: Mapping[str, Any]) -> Figure:
    ranges = ("spread", "ratio_spread", "steal_percent", "busy_percent", "loop_ms")
    return Figure(**{**known, **{name: tuple(known[name]) for name in ranges if known.get(name) is not None}})


def write(
    figures: Sequence[Figure],
    machine: Mapping[str, str],
    folder: Path = FOLDER,
    *,
    targets: Iterable[str] = (),
    about: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Keep figures in both files; in the one that is read also the machine, and the targets that have no figure.

    about  what a part measures, and how
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / JSON).write_text(json.dumps([asdict(figure) for figure in figures], indent=1) + "\n")
    (folder / MARKDOWN).write_text(rendered(figures, machine, targets, about))


def merged(
    kept: Sequence[Figure], found: Sequence[Figure], parts: Sequence[str], *, part: str, at: str, quick: bool
) -> list[Figure]:
    """Return all figures after a part was measured: of the other parts what was kept, in the order of `parts`.

    What is kept of a part that there is no longer is dropped.
    """
    new = [replace(figure, part=part, at=at, quick=quick) for figure in found]
    known = [figure for figure in kept if figure.part != part and figure.part in parts]
    return sorted([*known, *new], key=lambda figure: parts.index(figure.part))


def rendered(
    figures: Sequence[Figure],
    machine: Mapping[str, str],
    targets: Iterable[str] = (),
    about: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return the figures as Markdown: the machine, a table a part with its notes, and which targets have no figure."""
    lines = [HEAD, "| machine | |", "| --- | --- |"]
    lines += [f"| {name} | {_cell(value)} |" for name, value in machine.items()]
    for part, rows in groupby(figures, key=lambda figure: figure.part):
        lines += _part(part, list(rows), about.get(part, ""))
    without = sorted(set(targets) - {figure.name for figure in figures})
    lines += ["", "## Not measured yet", "", *(f"- {name}" for name in without)] if without else []
    return "\n".join(lines) + "\n"


def _part(part: str, figures: Sequence[Figure], about: str) -> list[str]:
    repeats = max(figure.repeats for figure in figures)
    said = f"{max(figure.at for figure in figures)}, {repeats} repeat{'s' if repeats > 1 else ''}"
    said += ", quick: less work where a part can do with it." if any(figure.quick for figure in figures) else "."
    one = figures[0]
    if one.steal_percent and one.busy_percent and one.loop_ms:
        said += f" Meanwhile steal {span(one.steal_percent)} %, processors busy {span(one.busy_percent)} %,"
        said += f" the loop {span(one.loop_ms)} ms."
    notes = notes_of(figures)
    head = [
        "",
        f"## {part}",
        "",
        *([about, ""] if about else []),
        said,
        "",
        "| figure | value | spread | beside it | ratio | target | met | |",
    ]
    rows = [_row(figure, str(notes.index(figure.note) + 1) if figure.note else "") for figure in figures]
    listed = [f"{nth}. {note}" for nth, note in enumerate(notes, 1)]
    return [*head, "| --- " * 8 + "|", *rows, *(["", *listed] if listed else [])]


def notes_of(figures: Sequence[Figure]) -> list[str]:
    """Return each note once, in the order of the figures."""
    return list(dict.fromkeys(figure.note for figure in figures if figure.note))


def _row(figure: Figure, note: str) -> str:
    several = figure.repeats > 1
    beside = "; ".join(f"{name}: {number(value)}" for name, value in figure.peers.items())
    met = {True: "yes", False: "**no**", None: ""}[figure.met]
    value, spread = f"{number(figure.value)} {figure.unit}", span(figure.spread) if several else ""
    cells = (figure.name, value, spread, beside, ratio_of(figure), figure.target or "", met, note)
    return f"| {' | '.join(map(_cell, cells))} |"


def ratio_of(figure: Figure) -> str:
    """Return a figure's ratio as it is read, with its spread when there are repeats."""
    if figure.ratio is None:
        return ""
    spread = f" ({span(figure.ratio_spread)})" if figure.repeats > 1 and figure.ratio_spread else ""
    return f"{figure.ratio:.2f}{spread}"


def span(spread: tuple[float, float]) -> str:
    """Return the least and the most as they are read."""
    least, most = map(number, spread)
    return least if least == most else f"{least} to {most}"


def number(value: float) -> str:
    """Return a number as it is read: whole from a hundred on."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
