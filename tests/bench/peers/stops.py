"""The job that peers are given: stops, targets, parts and trailing stops of positions, in integers, tick by tick.

The rules are those of `agents.exits` as far as the tape calls for them. Nothing of the platform is imported here: a
peer runs in an environment of its own.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

STOP, TARGET, DEEP, PARTIAL, TRAILING_FROM, TRAILING_BY = 50, 50, 40, 25, 30, 20
"""Percents of the entry price; the trailing stop follows by percents of the highest mark."""

Held = dict[str, Any]
"""A position: account, entry (1e-9 dollars), quantity, fired, peak (whole percents), and its levels."""
Exit = dict[str, Any]


class Job(NamedTuple):
    """What a peer is asked to do.

    positions  by contract
    total      ticks, or frames, after which it is done
    framed     messages are the platform's own frames
    """

    servers: str
    topic: str
    exits: str
    total: int
    framed: bool
    schema: dict[str, Any]
    positions: dict[str, list[Held]]


def job() -> Job:
    """Return what the file named on the command line asks for."""
    return Job(**json.loads(Path(sys.argv[1]).read_text()))


def position(account: str, entry: int, quantity: int) -> Held:
    """Return a position with its first levels."""
    return _armed({"account": account, "entry": entry, "quantity": quantity, "fired": [], "peak": 0})


def _armed(held: Held) -> Held:
    entry, peak = held["entry"], held["peak"]
    stop, reason = entry * (100 - STOP) // 100, "stop_loss"
    if peak >= TRAILING_FROM:
        trailing = entry * (100 + peak) * (100 - TRAILING_BY) // 10_000
        if trailing > stop:
            stop, reason = trailing, "trailing_stop"
    held |= {
        "stop": stop,
        "reason": reason,
        "target": -(-entry * (100 + TARGET) // 100),
        "deep": -1 if "deep_loss" in held["fired"] else entry * (100 - DEEP) // 100,
        "partial": None if "partial_profit" in held["fired"] else -(-entry * (100 + PARTIAL) // 100),
        "above": -(-entry * (100 + max(TRAILING_FROM, peak + 1)) // 100),
    }
    return held


def judged(symbol: str, holdings: list[Held], at: int, mark: int) -> tuple[list[Exit], list[Held] | None]:
    """Return the exits that a mark calls for, and the positions after it; None: they stay as they are."""
    exits: list[Exit] = []
    kept: list[Held] = []
    changed = False
    for held in holdings:
        quantity = held["quantity"]
        if mark >= held["target"] or mark <= held["stop"]:
            reason = "profit_target" if mark >= held["target"] else held["reason"]
            exits.append(_exit(held, symbol, at, reason, quantity))
            changed = True
            continue
        called = None
        if quantity > 1 and mark <= held["deep"]:
            called = "deep_loss"
        elif quantity > 1 and held["partial"] is not None and mark >= held["partial"]:
            called = "partial_profit"
        if called is not None:
            sold = min((quantity + 1) // 2, quantity - 1)
            exits.append(_exit(held, symbol, at, called, sold))
            held = _armed({**held, "quantity": quantity - sold, "fired": [*held["fired"], called]})
            changed = True
        if mark >= held["above"]:
            held = _armed({**held, "peak": mark * 100 // held["entry"] - 100})
            changed = True
        kept.append(held)
    return exits, kept if changed else None


def _exit(held: Held, symbol: str, at: int, reason: str, quantity: int) -> Exit:
    return {"account": held["account"], "symbol": symbol, "at": at, "reason": reason, "quantity": quantity}


def mid(bid: int, ask: int) -> int:
    """Return the middle of a quote."""
    return (bid + ask) // 2


class Clock:
    """Counts what a peer has worked on, from the first of it to the last."""

    def __init__(self, total: int) -> None:
        self.total, self.done = total, 0
        self._begun = self._used = self._ended = self._spent = 0.0

    def __call__(self) -> bool:
        """Count one, and return whether it is the last."""
        self.done += 1
        if self.done == 1:
            self._begun, self._used = time.perf_counter(), time.process_time()
        if self.done != self.total:
            return False
        self._ended, self._spent = time.perf_counter(), time.process_time()
        return True

    def say(self) -> None:
        """Print what was counted and the seconds it took, on the wall and of the processor."""
        found = {"done": self.done, "took": self._ended - self._begun, "used": self._spent - self._used}
        assert sys.__stdout__ is not None
        sys.__stdout__.write(f"\n{json.dumps(found)}\n")  # a peer may take sys.stdout for its log
        sys.__stdout__.flush()


def framed_quotes(schema: dict[str, Any]) -> Callable[[bytes], Iterator[tuple[str, int, int]]]:
    """Return what takes a frame's bytes to its quotes: symbol, time and middle of each."""
    import io

    import fastavro
    import numpy as np

    parsed: Any = fastavro.parse_schema(schema)

    def quotes(value: bytes) -> Iterator[tuple[str, int, int]]:
        frame: Any = fastavro.schemaless_reader(io.BytesIO(value[5:]), parsed, None)
        names, bid = frame["instruments"], np.frombuffer(frame["bid"], "<i8")
        rows = np.flatnonzero(bid >= 0)
        ask, at, number = (np.frombuffer(frame[name], "<i8")[rows] for name in ("ask", "at", "instrument"))
        middle = (bid[rows] + ask) // 2
        return zip([names[one] for one in number.tolist()], at.tolist(), middle.tolist(), strict=True)

    return quotes
