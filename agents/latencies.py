"""How long things took: percentiles that have occurred, and a histogram on a scale that has room for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

EDGES_MS = (*(Decimal(step * 10**power) for power in range(5) for step in (1, 2, 5)), Decimal(100_000))
"""1, 2, 5, 10, ... 100,000 ms."""


@dataclass(frozen=True, slots=True)
class LatencyBin:
    """Spans of `low` or more and less than `high`, milliseconds; None: no end."""

    low: Decimal
    high: Decimal | None
    count: int


@dataclass(frozen=True, slots=True)
class Latencies:
    """Spans, milliseconds; None without any."""

    count: int
    p50: Decimal | None
    p95: Decimal | None
    p99: Decimal | None
    longest: Decimal | None
    bins: tuple[LatencyBin, ...]
    """from the first to the last that is not empty"""


def latencies(spans: Sequence[Decimal]) -> Latencies:
    """Return percentiles and histogram of spans in milliseconds.

    A percentile is the smallest span that so many percent do not exceed (nearest rank): one that has occurred.
    source   Hyndman and Fan, Sample quantiles in statistical packages, American Statistician 50 (1996), definition 1
    """
    ordered = sorted(spans)
    counts = [0] * (len(EDGES_MS) + 1)
    for span in ordered:
        counts[sum(edge <= span for edge in EDGES_MS)] += 1
    lows = (Decimal(0), *EDGES_MS)
    highs = (*EDGES_MS, None)
    filled = [place for place, count in enumerate(counts) if count]
    places = range(filled[0], filled[-1] + 1) if filled else range(0)
    return Latencies(
        count=len(ordered),
        p50=_percentile(ordered, 50),
        p95=_percentile(ordered, 95),
        p99=_percentile(ordered, 99),
        longest=ordered[-1] if ordered else None,
        bins=tuple(LatencyBin(lows[place], highs[place], counts[place]) for place in places),
    )


def _percentile(ordered: Sequence[Decimal], percent: int) -> Decimal | None:
    return ordered[-(-len(ordered) * percent // 100) - 1] if ordered else None
