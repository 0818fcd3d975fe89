"""A schedule that fails, made smaller: what it does not need in order to fail is left out."""

from collections.abc import Callable
from dataclasses import replace

from tests.simulation.plan import Plan

Fails = Callable[[Plan], bool]


def shrunk(plan: Plan, fails: Fails) -> Plan:
    """Return a plan that still fails, of which neither a fault nor a message can be left out any more."""
    while True:
        smaller = _without_one(plan, fails)
        if smaller is None:
            return plan
        plan = smaller


def _without_one(plan: Plan, fails: Fails) -> Plan | None:
    """Return the plan without as much as it can do without in one pass, or None when it needs all of it."""
    found = plan
    for at in reversed(range(len(plan.faults))):
        without = replace(found, faults=found.faults[:at] + found.faults[at + 1 :])
        found = without if fails(without) else found
    size = max(1, len(plan.fed) // 4)
    while size:
        for begun in range(len(found.fed) - size, -1, -size):
            without = replace(found, fed=found.fed[:begun] + found.fed[begun + size :])
            found = without if fails(without) else found
        size //= 2
    return None if found == plan else found
