"""What goes wrong in a round, drawn from its seed: which kind, of whom, when, for how long.

A new kind needs a line in `KINDS`, which says how it is drawn, and its function in `tests.crash.faults.FAULTS`.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.crash.plan import WORKERS

SESSION_TIMEOUT_S = 10
"""Of every consumer, as the platform has it unless told otherwise."""
WORKER_NAMES = tuple(f"worker-{number}" for number in range(WORKERS))
SPARE_WORKER = f"worker-{WORKERS}"
"""The one that comes and goes."""
PROCESSES = (*WORKER_NAMES, "history", "executor", "api")


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of fault is drawn.

    victims  processes of which one is drawn; none where the kind says it all
    for_s    from and to: seconds until what was taken away is given back
    hard     share of those that come without notice (SIGKILL), where that is not what the kind is about
    all      share of those that fall on every victim at once
    """

    victims: tuple[str, ...]
    for_s: tuple[float, float]
    hard: float = 0.0
    all: float = 0.0


KINDS: Mapping[str, Kind] = {
    "kill_worker": Kind(WORKER_NAMES, for_s=(0, 1.5), hard=1, all=0.3),
    "kill_executor": Kind(("executor",), for_s=(0, 2), hard=1),
    "kill_api": Kind(("api",), for_s=(0, 3), hard=1),
    "kill_history": Kind(("history",), for_s=(0, 3), hard=1),
    "kill_feed": Kind(("feed",), for_s=(0, 2), hard=1),
    "pause_worker": Kind(WORKER_NAMES, for_s=(SESSION_TIMEOUT_S + 1, SESSION_TIMEOUT_S + 4)),
    "restart_kafka": Kind(("kafka",), for_s=(0, 5), hard=0.5),
    "restart_postgres": Kind(("postgres",), for_s=(0, 6), hard=0.5),
    "rebalance": Kind((SPARE_WORKER,), for_s=(4, 8)),
    "full_disk": Kind((), for_s=(3, 8)),
    "clock_jump": Kind(PROCESSES, for_s=(2, 6)),
    "broker_timeout": Kind((), for_s=(4, 10), hard=0.3),
}


@dataclass(frozen=True, slots=True)
class Strike:
    """One fault.

    at_work  whether everything is first waited for until it has got over the strikes before; else this one falls
             wherever it falls: into a rebalance, into a recovery
    after_s  seconds to wait then
    for_s    seconds until what was taken away is given back
    hard     without notice
    shift_s  how far a clock jumps ahead, seconds; below 0, back
    """

    kind: str
    victims: tuple[str, ...]
    at_work: bool
    after_s: float
    for_s: float
    hard: bool
    shift_s: int


def strikes(seed: int, *, faults: int, kinds: Sequence[str] = tuple(KINDS)) -> list[Strike]:
    """Return a schedule of so many faults, each kind before any comes again; the first falls on all at work."""
    order, rng = random.Random(f"order {seed}"), random.Random(f"strikes {seed}")
    names: list[str] = []
    while len(names) < faults:
        names += order.sample(kinds, len(kinds))
    return [_strike(rng, name, first=not number) for number, name in enumerate(names[:faults])]


def _strike(rng: random.Random, name: str, *, first: bool) -> Strike:
    kind = KINDS[name]
    together = rng.random() < kind.all
    one = rng.choice(kind.victims) if kind.victims else ""
    at_work = first or rng.random() < 0.55
    at_once = kind.for_s[0] == 0 and rng.random() < 0.4
    return Strike(
        kind=name,
        victims=kind.victims if together or not one else (one,),
        at_work=at_work,
        after_s=rng.uniform(0, 1) if at_work else rng.uniform(0.3, 5),
        for_s=0.0 if at_once else rng.uniform(*kind.for_s),
        hard=rng.random() < kind.hard,
        shift_s=rng.choice((-1, 1)) * rng.randrange(60, 1200),
    )
