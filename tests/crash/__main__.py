"""`python -m tests.crash --seed N --rounds N`: rounds of the crash oracle, each with the next seed."""

import argparse
import asyncio
import logging
import shutil
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from tests.crash.round import run

_SHOWN_MAX = 30


def main() -> int:
    """Run the rounds; returns 1 when one of them ended in a violation, whose folder is kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=main.__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the first round; each round takes the next one")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--kills", type=int, default=10, help="in each round")
    parser.add_argument("--backlog", type=int, default=0, help="tenths of a second that wait for the workers at first")
    parser.add_argument("--home", type=Path, help="where each round keeps its Kafka and its workers' logs")
    chosen = parser.parse_args()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it tells of every retry
    seeds = range(chosen.seed, chosen.seed + chosen.rounds)
    passed = [_round(seed, kills=chosen.kills, backlog=chosen.backlog, home=chosen.home) for seed in seeds]
    return 0 if all(passed) else 1


def _round(seed: int, *, kills: int, backlog: int, home: Path | None) -> bool:
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix=f"crash-{seed}-", dir=home))
    done = asyncio.run(run(folder, seed=seed, kills=kills, backlog=backlog))
    said = ", ".join(f"{name} {value}" for name, value in asdict(done.counts).items())
    _say(f"seed {seed}: {done.kills} kills, {time.monotonic() - began:.0f} s, {said}")
    if done.own_exits or not done.stopped_in_time:
        _say(f"  workers ended by themselves (code: times) {dict(done.own_exits)}, in time {done.stopped_in_time}")
    if not done.violations:
        shutil.rmtree(folder)
        return True
    _say(f"  {len(done.violations)} violations; see {folder}")
    for violation in done.violations[:_SHOWN_MAX]:
        _say(f"  - {violation}")
    return False


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
