"""The parts of the benchmark: each measures on services of its own, and may be run alone."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.bench import (
    alert,
    decisions,
    kill_switch,
    lists,
    page,
    reaction,
    replay,
    signals,
    state,
    stream,
    tape_beside,
    webhooks,
)
from tests.bench.figures import Sample
from tests.bench.services import kafka

Row = tuple[str, float, str, str]


class Part(NamedTuple):
    """A part by what it measures.

    run  one repeat of it; asked with whether a fraction of the work is enough
    how  what a reader has to know of all its figures
    """

    about: str
    run: Callable[[bool], Sequence[Sample]]
    how: str = ""


def _samples(rows: Sequence[Row]) -> list[Sample]:
    return [Sample(*row) for row in rows]


def _signals(_: bool) -> list[Sample]:
    with kafka() as (servers, folder):
        return _samples(signals.measure(servers, folder))


def _stream(_: bool) -> list[Sample]:
    with kafka() as (servers, folder):
        return _samples(stream.measure(servers, folder))


def _lists(_: bool) -> list[Sample]:
    with kafka() as (servers, _folder):
        return _samples(lists.measure(servers))


def _webhooks(_: bool) -> list[Sample]:
    with kafka() as (servers, _folder):
        return webhooks.measure(servers)


def _decisions(_: bool) -> list[Sample]:
    return _samples(decisions.measure())


def _kill_switch(_: bool) -> list[Sample]:
    with tempfile.TemporaryDirectory(prefix="tapestream-") as folder:
        return _samples(kill_switch.measure(Path(folder)))


def _page(_: bool) -> list[Sample]:
    with tempfile.TemporaryDirectory(prefix="tapestream-") as folder:
        return _samples(page.measure(Path(folder)))


PARTS: Mapping[str, Part] = {
    "tape": Part(
        "ticks a second of a worker, of two, and of peers",
        tape_beside.measure,
        "Half of the ticks are SPY's, a quarter trades of 31 simulated underlyings, a quarter quotes of 500 contracts. "
        "Ours runs from its first commit to its last; a peer from its first tick to its last, without its start and "
        "last flush, and judges the stops alone: no bars, no indicators, no records that outlive a crash to the tick.",
    ),
    "reaction": Part(
        "from a tick to its exit, and to its fill",
        reaction.measure,
        "A tick falls due every 0.1 ms; the framer of the product's own feeds makes frames of them, in a process of "
        "its own. The clock starts when the frame with the tick is handed to Kafka's producer; where it starts as the "
        "tick falls due, this is said. The fill is at the quote right behind the tick.",
    ),
    "alert": Part(
        "from a webhook to its decision, its order and its fill",
        alert.measure,
        "A platform with all its processes; the clock starts when an alert is due. A decision and its order leave in "
        "one batch. Once as many positions are open as the notes say, each that opens has the oldest leave at its "
        "target, so exits are worked on beside; each rate begins with nothing open.",
    ),
    "replay": Part(
        "ticks a second without Kafka, and of peers",
        replay.measure,
        "Ours decodes frames, folds markets with their bars, judges books and encodes what it writes. A peer is handed "
        "its ticks as objects or tables that are there before its clock starts, and judges the stops alone.",
    ),
    "signals": Part("signals decided by a worker", _signals),
    "decisions": Part("what deciding on a signal costs, without Kafka", _decisions),
    "state": Part(
        "time to ready, a takeover, memory and changelogs",
        state.measure,
        "Memory is what is resident once a worker has looked at every contract and rests; its peak on a full tape is a "
        "figure of `tape`.",
    ),
    "webhooks": Part(
        "alerts that the API takes",
        _webhooks,
        "One process of the API, or two that share the connections: each alert is claimed in Postgres and on Kafka "
        "before it is answered. The clock starts when an alert is due. Postgres runs as `make run` has it, every "
        "commit flushed to the disk.",
    ),
    "lists": Part("questions to history", _lists),
    "stream": Part("facts to many clients of the live stream", _stream),
    "kill_switch": Part("how soon the kill switch holds", _kill_switch),
    "page": Part("what happens to the pixel, in a browser", _page),
}
