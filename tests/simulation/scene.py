"""What happens to the processes of a schedule: they run, sleep, end; what they send arrives, late or never."""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from agents.rules import Rules
from streams.tables import Records
from streams.topics import BOOKS as CHANGELOG
from tests.simulation.kafka import TP, Kafka, Line
from tests.simulation.loops import Clock
from tests.simulation.plan import Fault, Plan
from tests.simulation.processes import CHANGELOGS, SESSION_TIMEOUT_S, Process

COMPACTED_AFTER_S = int(CHANGELOG.configuration["min.compaction.lag.ms"]) / 1000
TablesOfBoth = tuple[dict[str, Records[Any]], ...]


class Scene:
    """Kafka, the clock, and the processes of one schedule, with what can happen to them."""

    def __init__(self, plan: Plan, rules: Rules, *, tables: Callable[[int], TablesOfBoth]) -> None:
        self._plan = plan
        self._rules = rules
        self._tables = tables
        self._rng = random.Random(f"world {plan.seed}")
        self.kafka = Kafka()
        self.clock = Clock()
        self._fed = 0
        self._faults = sorted(plan.faults, key=lambda fault: fault.at)
        self._processes: list[Process | None] = [None] * plan.workers
        self._buried: list[Process] = []
        self._wires: list[tuple[Line, int]] = []
        """Of processes that are gone: what may still arrive, and the generation they were of."""
        self._generation = 0
        self._members: set[int] = set()
        self._is_due = True
        """Whether the group has to come together again."""
        self._is_rebalancing = False
        self._read: set[tuple[int, str, int, int]] = set()
        self.moves = 0
        self.problems: list[str] = []
        """What was wrong by then, whatever came of it."""
        self.happened: Counter[str] = Counter()
        self.told: list[str] | None = None
        """What happened, for a person; None: nobody asks."""

    def _say(self, text: str) -> None:
        if self.told is not None:
            self.told.append(f"{self.moves}: {text}")

    # what goes wrong

    def _all_is_owned(self) -> bool:
        """Return whether each partition is being read: so long as that time passes, it does not stay otherwise."""
        return not (self._is_due or self._is_rebalancing) and all(
            process is not None and process.is_reading for process in (self._processes[slot] for slot in self._members)
        )

    def _compact(self) -> None:
        """Let so long pass that what has been written by now may be compacted, and who owns what be changed.

        What was on the wire has arrived long before.
        """
        for line, generation in (*self._wires, *((p.line, p.generation) for p in self._processes if p is not None)):
            for tp in sorted(line.waiting):
                self._on_log(line, tp, len(line.waiting[tp]), generation)
        self._wires.clear()
        self._pass(COMPACTED_AFTER_S + 1)
        self.problems += self.kafka.compact(CHANGELOGS, older_than=self.clock.now - COMPACTED_AFTER_S)
        self._is_due = True

    def _strike(self, fault: Fault, process: Process | None) -> None:
        self.happened[fault.kind] += 1
        self._say(f"worker {fault.slot}: {fault.kind}")
        if process is None or fault.kind == "compaction":
            self._compact()
        elif fault.kind == "crash":
            self._bury(process)
        elif fault.kind == "sleep":
            process.is_asleep = True
        else:
            process.is_unheard = True

    def _bury(self, process: Process) -> None:
        """A process is gone: its memory, and of what it sent all that is not on the wire."""
        process.line.lose(lambda count: self._rng.randint(0, count))
        if process.line.waiting:
            self._wires.append((process.line, process.generation))
        self._processes[process.slot] = None
        self._buried.append(process)
        self._members.discard(process.slot)
        self._is_due = True

    def _expire(self, process: Process) -> None:
        self._say(f"worker {process.slot}: its session is over, and it sleeps")
        self._members.discard(process.slot)
        self._is_due = True
        self._pass(SESSION_TIMEOUT_S)

    def _wake(self, process: Process) -> None:
        """Go on where it fell asleep: what came meanwhile is looked at before the time is."""
        self._say(f"worker {process.slot} wakes")
        self.happened["woken too late"] += process.slot not in self._members
        process.is_asleep = False
        process.line.take_turns()
        if self._rng.random() < 0.7:
            self._all_on_log(process)
        self._run(process)

    def _give_up(self, process: Process) -> None:
        self._say(f"worker {process.slot} hears nothing")
        self._pass(21.0)
        process.is_unheard = False

    # what goes on

    def _run(self, process: Process) -> None:
        if process.is_asleep:
            return
        process.loop.run()
        if process.loop.left is not None and self._processes[process.slot] is process:
            self.happened[process.loop.left] += 1
            self._say(f"worker {process.slot} leaves: {process.loop.left}")
            self._bury(process)

    def _pass(self, seconds: float) -> None:
        """Let time pass, in parts that no lease notices, while all that are awake and heard get on."""
        for _ in range(int(seconds / 2) + 1):
            self.clock.now += 2.0
            for process in list(self._processes):
                if process is None or process.is_asleep:
                    continue
                while not process.is_unheard and process.line.is_at_work and process.loop.left is None:
                    self._all_on_log(process)
                    process.line.take_turns()
                    process.loop.run()
                self._run(process)

    def _all_on_log(self, process: Process) -> None:
        """Let all that a process has sent arrive, and let it know."""
        for tp in sorted(process.line.waiting):
            self._on_log(process.line, tp, len(process.line.waiting[tp]), process.generation)
        process.line.hear(len(process.line.unheard))

    def _arrive(self, line: Line, generation: int) -> None:
        tp = self._rng.choice(sorted(line.waiting))
        count = len(line.waiting[tp])
        self._on_log(line, tp, self._rng.randint(1, count), generation)
        if not line.waiting:
            self._wires = [wire for wire in self._wires if wire[0] is not line]

    def _on_log(self, line: Line, tp: TP, count: int, generation: int) -> None:
        for entry in line.arriving(tp, count):
            if tp[0] in CHANGELOGS and generation < self._generation:
                entry.is_late = True
                self.happened["written too late"] += 1
            entry.at = self.clock.now
            self.kafka.logs[tp].append(entry)
