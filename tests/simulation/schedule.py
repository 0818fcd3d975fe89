"""One schedule: its plan is played, and the crash oracle says what is wrong with what is left on the logs."""

import logging
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from unittest.mock import patch

import structlog

from agents.rules import Rules
from streams.rules import rules_of
from streams.settings import load_settings
from streams.tables import Records
from tests.crash.oracle import Counts, counts
from tests.crash.plan import Limits
from tests.simulation.judging import gathered, judged
from tests.simulation.plan import Plan, plan
from tests.simulation.surroundings import around, few_partitions
from tests.simulation.world import NotSettled, World
from tests.streams.staging import ACCOUNT_TABLES, MARKET_TABLES, tables

PARTITIONS = 2
DISTRUSTED_EVERY = 16
"""One schedule in so many decodes all that it reads."""


@dataclass(frozen=True, slots=True)
class Played:
    """How a schedule went."""

    plan: Plan
    violations: tuple[str, ...]
    happened: Mapping[str, int]
    moves: int
    counts: Counts
    digest: str
    told: tuple[str, ...]


def planned(seed: int) -> Plan:
    """Return the schedule of a number."""
    with few_partitions(PARTITIONS):
        return plan(seed, partitions=PARTITIONS)


def play(scheduled: Plan, *, tell: bool = False) -> Played:
    """Play a schedule to its end and judge it.

    tell  whether to keep what happened, in words
    """
    with few_partitions(scheduled.partitions):
        world = World(scheduled, _rules(scheduled.limits), tables=_tables)
        if tell:
            world.told = []
        with around(world.kafka, world.clock, trusting=bool(scheduled.seed % DISTRUSTED_EVERY)):
            problems = world.problems
            try:
                world.play()
            except NotSettled as error:
                problems.append(f"NotSettled: {error}")
            facts = gathered()
            problems += judged(facts, scheduled.limits)
        return Played(
            plan=scheduled,
            violations=tuple(problems),
            happened=Counter(world.happened),
            moves=world.moves,
            counts=counts(facts),
            digest=world.kafka.digest(),
            told=tuple(world.told or ()),
        )


@lru_cache(maxsize=8)
def _rules(limits: Limits) -> Rules:
    with patch.dict(os.environ, limits.environment()):
        return rules_of(load_settings(env_file=None))


_POOL: list[tuple[dict[str, Records[Any]], ...]] = []
"""Tables are costly to make: each schedule empties them and takes them again."""


def _tables(number: int) -> tuple[dict[str, Records[Any]], ...]:
    if number == len(_POOL):
        _POOL.append((tables(MARKET_TABLES), tables(ACCOUNT_TABLES)))
    for known in _POOL[number]:
        for records in known.values():
            records.forget()
            records.table.keep(())
    return _POOL[number]


def played(seed: int) -> Played:
    """Play the schedule of a number."""
    return play(planned(seed))


def quiet() -> None:
    """Let workers log nothing: they crash on purpose."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)


def schedules(first: int, count: int) -> Iterator[Played]:
    """Play so many schedules, from one number on."""
    for seed in range(first, first + count):
        yield played(seed)
