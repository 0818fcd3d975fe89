"""A tape replayed without Kafka: the market stage as it runs in a worker, beside backtesting libraries.

Ours decodes frames, folds markets with their bars, judges books and encodes what it writes. A peer is handed its ticks
as objects or tables that are there before its clock starts, and judges the same stops; its exits must be the same.
"""

import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
import uvloop

from tests.bench import tape
from tests.bench.figures import Sample, growth
from tests.bench.peers import environment, feeding
from tests.bench.spy_day import Tape, day, frames
from tests.bench.tape_beside import differing, expected_of

POSITIONS = (100, 1_000, 10_000)
COLUMNS = ("instrument", "at", "price", "size", "bid", "ask")


class Peer(NamedTuple):
    """A library and its script; one in `keep` of the contracts and trades are its tape."""

    name: str
    script: str
    keep: int


PEERS = (
    Peer("nautilus_trader", "nautilus", 1),
    Peer("backtrader", "back_trader", 10),
    Peer("backtesting.py", "backtesting_py", 10),
)


def measure(quick: bool) -> list[Sample]:
    """Return what one run finds. Raises AssertionError when a peer's exits differ from what the rules call for."""
    known = day()
    looped = frames(known, days=1 if quick else tape.DAYS)
    cost: dict[int, float] = {}
    samples = []
    ours = 0.0
    for count in POSITIONS:
        found = uvloop.run(tape.alone(looped, count))
        cost[count] = found.cpu_us
        ours = found.per_second if count == tape.MEASURED else ours
        note = f"{found.cpu_us:.2f} us of processor a tick; {found.exits} exits"
        samples.append(Sample(f"replay without Kafka, {count:,} positions", found.per_second, "ticks/s", note))
    samples.append(growth("a tick's cost with positions, without Kafka", cost, "positions, us"))
    for peer in PEERS:
        found_of, note = replayed(peer, feeding.thinned(known, 10 if quick else peer.keep))
        samples.append(Sample(f"replay beside {peer.name}", ours, "ticks/s", note, {peer.name: found_of}))
    return samples


def replayed(peer: Peer, known: Tape) -> tuple[float, str]:
    """Return the ticks a second of a peer, and what to know of its run."""
    with tempfile.TemporaryDirectory(prefix="tapestream-") as name:
        folder = Path(name)
        np.savez(folder / "tape.npz", **{name: asdict(known)[name] for name in COLUMNS})
        asked = {"names": known.names, "positions": feeding.positions(tape.MEASURED)}
        (folder / "job.json").write_text(json.dumps(asked))
        found = environment.run(peer.script, [folder], folder=folder)
    exits = {feeding.of_peer(json.dumps(each).encode()) for each in found["exits"]}
    expected = expected_of(known)
    assert exits == expected, differing(peer.name, exits, expected)
    done = found["done"]
    used_us = found["used"] / done * 1e6
    note = f"{done:,} ticks, {used_us:.2f} us of processor each, {len(exits)} exits, the same as ours"
    return done / found["took"], note
