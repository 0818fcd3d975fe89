"""The scheduler: workers, their group and Kafka, moved one small step at a time by the schedule's own dice."""

from collections.abc import Callable, Iterator
from functools import partial

from tests.simulation.kafka import TP
from tests.simulation.plan import Fault
from tests.simulation.processes import CHANGELOGS, READ_BY, Process
from tests.simulation.scene import Scene

MOVES_MAX = 6_000
POLLED_MAX = 6
"""Messages of a partition that are handed over at once."""
SLEEPS_ON = 0.9
Move = Callable[[], object]


class NotSettled(Exception):
    """The workers did not get through what was sent in as many moves as there are."""


class World(Scene):
    """One schedule while it is played."""

    def play(self) -> None:
        """Move until everything has been sent, read and committed; raises NotSettled."""
        while not self._is_settled():
            self.moves += 1
            if self.moves > MOVES_MAX:
                raise NotSettled(f"nothing settles within {MOVES_MAX} moves: {self._behind()}")
            self._go_wrong()
            moves = self._moves()
            if moves:
                self._rng.choice(moves)()

    # what is left to do

    def _ends(self) -> Iterator[tuple[TP, int]]:
        for topics in READ_BY:
            for topic in topics:
                for partition in range(self._plan.partitions):
                    if log := self.kafka.logs.get((topic, partition)):
                        yield (topic, partition), len(log)

    def _behind(self) -> list[TP]:
        return [tp for tp, end in self._ends() if self.kafka.committed[tp] < end]

    def _is_settled(self) -> bool:
        if self._fed < len(self._plan.fed) or self._wires or self._is_due or self._is_rebalancing:
            return False
        if any(process is not None and (process.is_asleep or process.is_unheard) for process in self._processes):
            return False
        return not self._behind() and not any(p is not None and p.line.is_at_work for p in self._processes)

    # what can happen next

    def _moves(self) -> list[Move]:
        """Return what can happen next with one of those that something can happen with."""
        number = int(self._rng.random() * (len(self._processes) * 3 + 3 + len(self._wires)))
        if number < len(self._processes) * 3:
            slot = number // 3
            process = self._processes[slot]
            return [partial(self._start, slot)] if process is None else self._of(process)
        number -= len(self._processes) * 3
        if number == 0:
            return [self._feed] if self._fed < len(self._plan.fed) else []
        if number == 1:
            return [self._pass_a_moment]
        if number == 2:
            return self._of_the_group()
        return [partial(self._arrive, *self._wires[number - 3])]

    def _of(self, process: Process) -> list[Move]:
        if process.is_asleep:
            return self._of_a_sleeper(process)
        line, moves = process.line, list[Move]()
        if line.waiting:
            moves.append(partial(self._arrive, line, process.generation))
        if process.is_unheard:
            moves.append(partial(self._give_up, process))
        elif line.unheard:
            moves.append(partial(self._hear, process))
        if line.turns:
            moves.append(partial(self._take_turns, process))
        if process.slot not in self._members or process.generation != self._generation:
            return moves
        if process.is_assigned:
            moves.append(partial(self._recover, process))
        if process.is_reading:
            moves += [partial(self._poll, process, stage) for stage in process.unread(self.kafka)]
        if any(offset > self.kafka.committed[tp] for tp, offset in process.committable().items()):
            moves.append(partial(self._commit, process))
        return moves

    def _of_a_sleeper(self, process: Process) -> list[Move]:
        """Mostly it sleeps on: until the group has done without it, and others have worked on what was its own."""
        if process.slot in self._members and self._rng.random() < 0.5:
            return [partial(self._expire, process)]
        if self._rng.random() < SLEEPS_ON:
            return []
        if process.line.waiting and self._rng.random() < 0.3:
            return [partial(self._arrive, process.line, process.generation)]
        return [partial(self._wake, process)]

    def _of_the_group(self) -> list[Move]:
        taking_part = [process for process in self._processes if process is not None and not self._is_out(process)]
        if not self._is_rebalancing:
            return [partial(self._begin_rebalance, taking_part)] if self._is_due and taking_part else []
        if taking_part and all(not process.is_asleep and process.is_revoked for process in taking_part):
            return [partial(self._complete_rebalance, taking_part)]
        return []

    def _is_out(self, process: Process) -> bool:
        """Return whether the group has gone on without a process."""
        return process.is_asleep and process.slot not in self._members

    # what goes wrong

    def _go_wrong(self) -> None:
        for fault in [fault for fault in self._faults if fault.at <= self.moves]:
            process = self._processes[fault.slot]
            if fault.kind == "rebalance":
                self._is_due = True
            elif self._has_its_moment(fault, process):
                self._strike(fault, process)
            elif self._fed < len(self._plan.fed):
                continue
            self._faults.remove(fault)

    def _has_its_moment(self, fault: Fault, process: Process | None) -> bool:
        """Return whether what a fault waits for has come: for each kind what hurts most."""
        if fault.kind == "compaction":
            return self._all_is_owned() and (not fault.in_flight or self.happened["written too late"] > 0)
        if process is None or process.is_asleep:
            return False
        if fault.kind == "sleep":
            return not fault.in_flight or any(topic in CHANGELOGS for topic, _ in process.line.waiting)
        return not fault.in_flight or process.line.is_at_work

    # moves

    def _pass_a_moment(self) -> None:
        self.clock.now += self._rng.choice((0.01, 0.06, 0.06, 0.06, 1.1))
        for process in list(self._processes):
            if process is not None:
                self._run(process)

    def _feed(self) -> None:
        for _ in range(self._rng.randint(1, 2)):
            if self._fed == len(self._plan.fed):
                return
            message = self._plan.fed[self._fed]
            self._fed += 1
            self._say(f"fed {message.says}")
            for partition in message.partitions:
                self.kafka.append((message.topic, partition), message.key, message.value)

    def _start(self, slot: int) -> None:
        process = Process(
            slot, clock=self.clock, rng=self._rng, rules=self._rules, tables=self._tables(self.happened["start"])
        )
        self.happened["start"] += 1
        self._processes[slot] = process
        self._is_due = True
        self._run(process)

    def _begin_rebalance(self, taking_part: list[Process]) -> None:
        self._is_due = False
        self._is_rebalancing = True
        for process in taking_part:
            process.revoke()
            self._run(process)

    def _complete_rebalance(self, taking_part: list[Process]) -> None:
        self._is_rebalancing = False
        self._generation += 1
        self.happened["rebalances"] += 1
        self._members = {process.slot for process in taking_part}
        order = self._rng.sample(taking_part, len(taking_part))
        for number, process in enumerate(order):
            owned = tuple(range(number, self._plan.partitions, len(order)))
            process.assign(owned, generation=self._generation)
            self._say(f"worker {process.slot} owns {owned} in generation {self._generation}")

    def _recover(self, process: Process) -> None:
        self._say(f"worker {process.slot} recovers")
        process.recover(self.kafka, keeps_queue=self._rng.random() < 0.2)
        self._run(process)

    def _poll(self, process: Process, stage: int) -> None:
        most = self._rng.choice((1, 2, POLLED_MAX, 4 * POLLED_MAX))
        for read in process.poll(self.kafka, stage, self._rng, most=most):
            if (stage, *read) in self._read:
                self.happened[f"redelivered {read[0]}"] += 1
            self._read.add((stage, *read))
        self._run(process)

    def _commit(self, process: Process) -> None:
        for tp, offset in process.committable().items():
            self.kafka.committed[tp] = max(offset, self.kafka.committed[tp])

    def _hear(self, process: Process) -> None:
        process.line.hear(self._rng.randint(1, len(process.line.unheard)))
        self._run(process)

    def _take_turns(self, process: Process) -> None:
        process.line.take_turns()
        self._run(process)
