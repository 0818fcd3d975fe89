"""`python -m tests.simulation --seed N --schedules N`: plays schedules, each with the next seed, over all cores."""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from multiprocessing import get_context

from tests.simulation.schedule import Played, planned, play, played, quiet
from tests.simulation.shrinking import shrunk

_SHOWN_MAX = 20
_TOLD_MAX = 5
_EVERY_S = 30.0


def main() -> int:
    """Play the schedules; returns 1 when one of them ended in a violation."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=main.__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the first schedule; each takes the next one")
    parser.add_argument("--schedules", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--shrink", action="store_true", help="make the first that fails small, and tell it")
    chosen = parser.parse_args()
    quiet()
    seeds = range(chosen.seed, chosen.seed + chosen.schedules)
    begun = time.monotonic()
    if chosen.processes == 1 or len(seeds) < 2 * chosen.processes:
        failed = _watched(map(played, seeds), len(seeds), begun)
    else:
        with ProcessPoolExecutor(chosen.processes, get_context("spawn"), initializer=quiet) as pool:
            failed = _watched(pool.map(played, seeds, chunksize=8), len(seeds), begun)
    if failed and chosen.shrink:
        _tell(min(failed))
    return 1 if failed else 0


def _watched(schedules: Iterable[Played], count: int, begun: float) -> list[int]:
    """Add up what comes in, and say what fails; returns the seeds."""
    happened, passed, failed, said = Counter[str](), Counter[str](), list[int](), begun
    done = messages = 0
    for one in schedules:
        done += 1
        messages += sum(len(message.partitions) for message in one.plan.fed)
        happened.update(one.happened)
        passed.update(asdict(one.counts))
        if one.violations:
            failed.append(one.plan.seed)
            if len(failed) <= _TOLD_MAX:
                _say(f"seed {one.plan.seed}: {len(one.violations)} violations in {one.moves} moves")
                for violation in one.violations[:_SHOWN_MAX]:
                    _say(f"  - {violation}")
        if time.monotonic() - said > _EVERY_S:
            said = time.monotonic()
            _say(f"{done} of {count}, {len(failed)} failed")
    seconds = time.monotonic() - begun
    redelivered = {name.split()[1]: n for name, n in sorted(happened.items()) if name.startswith("redelivered ")}
    _say(f"{done} schedules in {seconds:.0f} s, {done / seconds * 60:.0f} a minute; {messages} messages from outside")
    _say("passed: " + _listed(passed))
    _say("went wrong: " + _listed({name: n for name, n in happened.items() if not name.startswith("redelivered ")}))
    _say("redelivered: " + _listed(redelivered))
    _say(f"{len(failed)} with violations" + (f", seeds {sorted(failed)[:_SHOWN_MAX]}" if failed else ""))
    return failed


def _tell(seed: int) -> None:
    small = shrunk(planned(seed), lambda tried: bool(play(tried).violations))
    told = play(small, tell=True)
    _say(f"seed {seed}, as small as it gets: {len(small.fed)} messages, {small.faults}")
    for text in (*told.told, *told.violations):
        _say(f"  {text}")


def _listed(counted: "dict[str, int] | Counter[str]") -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counted.items()))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
