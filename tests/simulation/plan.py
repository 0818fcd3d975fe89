"""What a schedule is made of, from its number: few underlyings, two accounts, a short tape, and what goes wrong."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import islice, product
from string import ascii_uppercase
from typing import Any, Literal
from unittest.mock import patch

from schemas.codec import encode
from schemas.controls import ExitRulesControl, FlagControl, KillSwitchControl, RiskLimitsControl
from schemas.event import Event, Record
from schemas.ids import derived_id
from schemas.operations import ClockAdvanced, ControlChanged
from schemas.orders import CloseRequested
from schemas.signals import SignalReceived
from schemas.ticks import Tick, TickFrame
from streams.topics import (
    CLOCK,
    CLOSE_REQUESTS,
    CONTROLS,
    MARKET_CONTEXT,
    PRICE_TICKS,
    SIGNALS,
    Topic,
    partition_of,
)
from tests.crash import tape
from tests.crash.hands import position_of
from tests.crash.plan import ACCOUNTS, FEED, START, Limits, contracts
from tests.crash.tape import STEP_US, Step

TRADERS = ACCOUNTS[:2]
SYMBOL_LENGTH = 3
CONTRACTS = 4
"""Of an underlying."""
STEPS = (12, 20)
SECONDS_EVERY = 5
"""Steps between two events of the clock."""
SENT_AGAIN = 0.15
FAULTS_MAX = 6
FAULTS_WITHIN = 450
"""Moves of the scheduler in which the faults begin."""

Kind = Literal["crash", "sleep", "silence", "rebalance", "compaction"]
KINDS: tuple[Kind, ...] = ("crash", "crash", "crash", "sleep", "sleep", "silence", "rebalance", "compaction")


@dataclass(frozen=True, slots=True)
class Fed:
    """A message that comes from outside: the same bytes to each partition."""

    topic: str
    key: str
    partitions: tuple[int, ...]
    value: bytes
    says: str
    """for a person"""


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with a worker.

    at         the move of the scheduler from which on it happens
    in_flight  whether it waits for its moment: until the worker has sent what it has not heard of yet; a compaction,
               until a zombie has written
    """

    kind: Kind
    slot: int
    at: int
    in_flight: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A schedule: everything about it follows from this."""

    seed: int
    partitions: int
    workers: int
    limits: Limits
    fed: tuple[Fed, ...]
    faults: tuple[Fault, ...]


def plan(seed: int, *, partitions: int) -> Plan:
    """Return the schedule of a number; to be called where there are as many partitions as it says."""
    rng = random.Random(f"plan {seed}")
    workers = rng.choice((2, 2, 3))
    limits = Limits(
        open_positions_max=rng.choice((2, 40)),
        exit_pct=Decimal(3),
        changed_exit_pct=Decimal(2),
        part_pct=Decimal(1),
        order_timeout_s=1,
    )
    return Plan(
        seed=seed,
        partitions=partitions,
        workers=workers,
        limits=limits,
        fed=tuple(_fed(seed, rng, limits, partitions)),
        faults=tuple(_faults(rng, workers)),
    )


def _faults(rng: random.Random, workers: int) -> Iterator[Fault]:
    for _ in range(rng.randint(0, FAULTS_MAX)):
        yield Fault(rng.choice(KINDS), rng.randrange(workers), rng.randrange(1, FAULTS_WITHIN), rng.random() < 0.6)


def _underlyings(rng: random.Random, partitions: int) -> list[str]:
    """Return two or three symbols, on more than one partition."""
    names = ("S" + "".join(letters) for letters in product(ascii_uppercase, repeat=2))
    found: list[str] = []
    for name in names:
        if partition_of(name) == len(found) % partitions:
            found.append(name)
        if len(found) == 3:
            break
    return found[: rng.choice((2, 2, 3))]


def _steps(seed: int, symbols: Sequence[str], count: int) -> list[Step]:
    """Return the beginning of the crash rounds' tape, of less, and without the hour before: its fold takes longest."""
    less: dict[str, Any] = {
        "underlyings": lambda: list(symbols),
        "contracts": lambda symbol: contracts(symbol)[:CONTRACTS],
        "_history": lambda _: None,
    }
    with patch.multiple(tape, **less):
        return list(islice(tape.steps(seed, recorded=0), count))


def _fed(seed: int, rng: random.Random, limits: Limits, partitions: int) -> Iterator[Fed]:
    symbols = _underlyings(rng, partitions)
    steps = _steps(seed, symbols, rng.randint(*STEPS))
    everywhere, home = tuple(range(partitions)), {symbol: partition_of(symbol) for symbol in symbols}
    alerts = _alerts(rng, steps)
    requests = _requests(rng, alerts, len(steps), seed)
    controls = _controls(rng, symbols, len(steps), limits, seed)
    for number, step in enumerate(steps):
        for context in step.contexts:
            yield _message(MARKET_CONTEXT, context, context.symbol)
        by_partition: dict[int, list[Tick]] = {}
        for tick in step.ticks:
            by_partition.setdefault(home[tick.symbol[:SYMBOL_LENGTH]], []).append(tick)
        for partition, ticks in sorted(by_partition.items()):
            frame = TickFrame.of(ticks, source=f"{FEED}/{partition}", sequence=number)
            yield _message(PRICE_TICKS, frame, str(partition), (partition,))
        for signal in alerts.get(number, ()):
            yield from _once_or_twice(rng, _message(SIGNALS, signal, signal.symbol))
        if number % SECONDS_EVERY == 1 and number + 1 < len(steps):
            yield _message(CLOCK, _second(seed, number), "clock", everywhere)
        for change in controls.get(number, ()):
            yield _message(CONTROLS, change, change.name, everywhere)
        for request in requests.get(number, ()):
            yield from _once_or_twice(rng, _message(CLOSE_REQUESTS, request, request.symbol))


def _message(topic: Topic, event: Event, key: str, partitions: tuple[int, ...] | None = None) -> Fed:
    says = f"{type(event).__name__} {event.event_id}"
    return Fed(topic.name, key, partitions or (partition_of(key),), encode(event), says)


def _once_or_twice(rng: random.Random, message: Fed) -> list[Fed]:
    return [message] * (2 if rng.random() < SENT_AGAIN else 1)


def _second(seed: int, number: int) -> ClockAdvanced:
    at = START + timedelta(microseconds=number * STEP_US + 50_000)
    return ClockAdvanced(event_id=derived_id("second", seed, number), occurred_at=at, kind="second")


def _alerts(rng: random.Random, steps: Sequence[Step]) -> dict[int, list[SignalReceived]]:
    """Return two to five alerts by step, most of them early, so that their positions live to see the tape."""
    alerts: dict[int, list[SignalReceived]] = {}
    known = [(number, signal) for number, step in enumerate(steps) for signal in step.signals]
    early = known[: max(5, len(known) // 2)]
    chosen = rng.sample(early, min(len(early), rng.randint(2, 5)))
    for number, signal in sorted(chosen, key=lambda item: (item[0], item[1].event_id)):
        told = signal.model_copy(update={"account_id": rng.choice(TRADERS)})
        alerts.setdefault(number, []).append(told)
    return alerts


def _requests(
    rng: random.Random, alerts: dict[int, list[SignalReceived]], steps: int, seed: int
) -> dict[int, list[CloseRequested]]:
    """Return up to two requests to close what an alert may have opened, no two of one time."""
    requests: dict[int, list[CloseRequested]] = {}
    known = [(number, signal) for number, signals in alerts.items() for signal in signals]
    for count in range(rng.choice((0, 1, 1, 2))):
        number, signal = rng.choice(known)
        at = min(steps - 2, number + rng.randint(1, 8))
        asked = CloseRequested(
            event_id=derived_id("request", seed, count),
            occurred_at=START + timedelta(microseconds=at * STEP_US + STEP_US // 2 + count),
            source=FEED,
            account_id=signal.account_id,
            symbol=signal.symbol,
            position_id=position_of(signal),
            reason="manual",
            requested_by=FEED,
            quantity=rng.choice((None, None, 1, 3)),
        )
        requests.setdefault(at, []).append(asked)
    return requests


def _controls(
    rng: random.Random, symbols: Sequence[str], steps: int, limits: Limits, seed: int
) -> dict[int, list[ControlChanged]]:
    """Return changes by step: exit rules of an underlying, a halt and its end, a flag, or a limit."""
    exits = ExitRulesControl(profit_target_percent=limits.changed_exit_pct, stop_loss_percent=limits.changed_exit_pct)
    early, late = sorted(rng.sample(range(1, steps), 2))
    choices: list[list[tuple[int, str, Record]]] = [
        [],
        [(early, f"exit_rules.{rng.choice(symbols)}", exits)],
        [
            (early, f"kill_switch.{TRADERS[-1]}", KillSwitchControl(halted=True)),
            (late, f"kill_switch.{TRADERS[-1]}", KillSwitchControl(halted=False)),
        ],
        [
            (early, "flag.enable_shadow_execution", FlagControl(enabled=False)),
            (late, "flag.enable_shadow_execution", FlagControl(enabled=True)),
        ],
        [(early, f"risk_limits.{TRADERS[0]}", RiskLimitsControl(max_position_size=6))],
    ]
    planned = rng.choice(choices)
    by_step: dict[int, list[ControlChanged]] = {}
    for step, name, value in planned:
        change = ControlChanged(
            event_id=derived_id("control", seed, name, step),
            occurred_at=START + timedelta(microseconds=step * STEP_US),
            source=FEED,
            name=name,
            value=value.model_dump_json(),
            changed_by=FEED,
        )
        by_step.setdefault(step, []).append(change)
    return by_step
