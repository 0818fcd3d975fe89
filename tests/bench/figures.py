"""What a benchmark finds: samples of repeated runs, folded into figures with their spread, peers and targets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log
from statistics import fmean, median
from typing import Literal, NamedTuple

from tests.bench.load import Load


class Sample(NamedTuple):
    """What one run finds of a figure.

    peers  what the same run found of those it is measured against, in the figure's unit; the ratio is to the first
    note   what a reader has to know of the run
    """

    name: str
    value: float
    unit: str
    note: str = ""
    peers: Mapping[str, float] = {}


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure's value, or its ratio to its first peer, is to reach."""

    bound: float
    sense: Literal["at least", "under"]
    of: Literal["value", "ratio"] = "value"

    def met(self, value: float, ratio: float | None) -> bool:
        """Return whether it is reached; a ratio that is not known reaches nothing."""
        found = value if self.of == "value" else ratio
        if found is None:
            return False
        return found >= self.bound if self.sense == "at least" else found < self.bound

    def text(self, unit: str) -> str:
        """Return it in words."""
        return f"{self.sense} {self.bound:,.12g} {unit if self.of == 'value' else 'times'}".strip()


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of all repeats of a run.

    value          the median; spread, from the least to the most
    peers          the median of each
    ratio          the value in terms of the first peer's of the same repeat, the median; None: there is none
    met            whether the target is reached; None: there is none
    at             when it was measured, UTC
    steal_percent  least and most of all repeats, as are busy_percent and loop_ms; see `Load`
    """

    name: str
    value: float
    unit: str
    spread: tuple[float, float]
    peers: dict[str, float] = field(default_factory=dict)
    ratio: float | None = None
    ratio_spread: tuple[float, float] | None = None
    target: str | None = None
    met: bool | None = None
    part: str = ""
    at: str = ""
    repeats: int = 1
    quick: bool = False
    note: str = ""
    steal_percent: tuple[float, float] | None = None
    busy_percent: tuple[float, float] | None = None
    loop_ms: tuple[float, float] | None = None


def folded(runs: Sequence[Sequence[Sample]], targets: Mapping[str, Target], loads: Sequence[Load] = ()) -> list[Figure]:
    """Return the figures of a part's repeats, in the order in which they were first found.

    loads  the machine during each repeat
    """
    found: dict[str, list[Sample]] = {}
    for run in runs:
        for sample in run:
            found.setdefault(sample.name, []).append(sample)
    figures = [_figure(samples, targets.get(name)) for name, samples in found.items()]
    if not loads:
        return figures
    steal, busy, loop = (_range(values) for values in zip(*loads, strict=True))
    return [replace(figure, steal_percent=steal, busy_percent=busy, loop_ms=loop) for figure in figures]


def _range(values: Sequence[float]) -> tuple[float, float]:
    return min(values), max(values)


def _figure(samples: Sequence[Sample], target: Target | None) -> Figure:
    values = [sample.value for sample in samples]
    value = median(values)
    nearest = min(samples, key=lambda sample: abs(sample.value - value))
    of_peer: dict[str, list[float]] = {}
    for sample in samples:
        for name, found in sample.peers.items():
            of_peer.setdefault(name, []).append(found)
    peers = {name: median(found) for name, found in of_peer.items()}
    ratios = [sample.value / first for sample in samples if (first := next(iter(sample.peers.values()), 0.0))]
    ratio = median(ratios) if ratios else None
    return Figure(
        name=nearest.name,
        value=value,
        unit=nearest.unit,
        spread=_range(values),
        peers=peers,
        ratio=ratio,
        ratio_spread=_range(ratios) if ratios else None,
        target=None if target is None else target.text(nearest.unit),
        met=None if target is None else target.met(value, ratio),
        repeats=len(values),
        note=nearest.note,
    )


def exponent(cost_of_size: Mapping[int, float]) -> float:
    """Return by which power of the size a cost grows: the slope of the least squares through their logarithms.

    Raises ValueError with fewer than two sizes.
    """
    if len(cost_of_size) < 2:
        raise ValueError("growth needs two sizes")
    sizes, costs = [log(size) for size in cost_of_size], [log(cost) for cost in cost_of_size.values()]
    middle, mean = fmean(sizes), fmean(costs)
    along = sum((size - middle) * (cost - mean) for size, cost in zip(sizes, costs, strict=True))
    return along / sum((size - middle) ** 2 for size in sizes)


def growth(what: str, cost_of_size: Mapping[int, float], sizes: str) -> Sample:
    """Return the exponent as a figure, with the costs that it is of.

    sizes  what is counted, and the unit of what it costs
    """
    costs = f"by {sizes}, " + "; ".join(f"{size:,}: {cost:,.4g}" for size, cost in cost_of_size.items())
    return Sample(f"growth of {what}", exponent(cost_of_size), "exponent", costs)


def share(values: Sequence[float], part: float) -> float:
    """Return the value that so large a part of them does not exceed; of at least one value."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]
