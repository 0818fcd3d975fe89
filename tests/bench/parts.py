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
    """

    about: str
    run: Callable[[bool], Sequence[Sample]]


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
        return _samples(webhooks.measure(servers))


def _decisions(_: bool) -> list[Sample]:
    return _samples(decisions.measure())


def _kill_switch(_: bool) -> list[Sample]:
    with tempfile.TemporaryDirectory(prefix="tapestream-") as folder:
        return _samples(kill_switch.measure(Path(folder)))


def _page(_: bool) -> list[Sample]:
    with tempfile.TemporaryDirectory(prefix="tapestream-") as folder:
        return _samples(page.measure(Path(folder)))


PARTS: Mapping[str, Part] = {
    "tape": Part("ticks a second of a worker, of two, and of peers", tape_beside.measure),
    "reaction": Part("from a tick to its exit, and to its fill", reaction.measure),
    "alert": Part("from a webhook to its decision, its order and its fill", alert.measure),
    "replay": Part("ticks a second without Kafka, and of peers", replay.measure),
    "signals": Part("signals decided by a worker", _signals),
    "decisions": Part("what deciding on a signal costs, without Kafka", _decisions),
    "state": Part("time to ready, a takeover, memory and changelogs", state.measure),
    "webhooks": Part("alerts that the API takes", _webhooks),
    "lists": Part("questions to history", _lists),
    "stream": Part("facts to many clients of the live stream", _stream),
    "kill_switch": Part("how soon the kill switch holds", _kill_switch),
    "page": Part("what happens to the pixel, in a browser", _page),
}
