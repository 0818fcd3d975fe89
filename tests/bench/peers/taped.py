"""The tape that peers replay from a file, without Kafka, and what they say of it."""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.bench.peers.stops import Exit, Held

Column = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Taped:
    """Ticks in the order of their time, and the positions by contract; a price of -1 is a quote's."""

    names: list[str]
    instrument: Column
    at: Column
    price: Column
    size: Column
    bid: Column
    ask: Column
    positions: dict[str, list[Held]]

    def of_each(self) -> Iterator[tuple[str, Column, Column]]:
        """Yield each instrument that has ticks, with their times and marks."""
        marks = np.where(self.price < 0, (self.bid + self.ask) // 2, self.price)
        for number in np.unique(self.instrument).tolist():
            rows = self.instrument == number
            yield self.names[number], self.at[rows], marks[rows]


def taped() -> Taped:
    """Return the tape of the folder that the command line names."""
    folder = Path(sys.argv[1])
    known = json.loads((folder / "job.json").read_text())
    with np.load(folder / "tape.npz") as columns:
        return Taped(**known, **{name: columns[name] for name in ("instrument", "at", "price", "size", "bid", "ask")})


@dataclass
class Took:
    """What replaying took, of however many runs; the making of a run's data does not count."""

    done: int = 0
    took: float = 0.0
    used: float = 0.0

    def __enter__(self) -> None:
        self.took -= time.perf_counter()
        self.used -= time.process_time()

    def __exit__(self, *_: object) -> None:
        self.took += time.perf_counter()
        self.used += time.process_time()

    def say(self, exits: list[Exit]) -> None:
        """Print it as the last line, with the exits."""
        found: dict[str, Any] = {"done": self.done, "took": self.took, "used": self.used, "exits": exits}
        sys.stdout.write(f"\n{json.dumps(found)}\n")
