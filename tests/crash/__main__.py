"""`python -m tests.crash --seed N --rounds N`: rounds of the crash oracle, each with the next seed."""

import argparse
import asyncio
import logging
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tests.crash.recovery import Recovery, figures
from tests.crash.round import Round, run
from tests.crash.schedule import KINDS

_SHOWN_MAX = 30


def main() -> int:
    """Run the rounds; returns 1 when one of them ended in a violation, whose folder is kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=main.__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the first round; each round takes the next one")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--faults", type=int, default=12, help="in each round")
    parser.add_argument("--kinds", type=_kinds, default=tuple(KINDS), help=f"of faults: {','.join(KINDS)}")
    parser.add_argument("--backlog", type=int, default=0, help="tenths of a second that wait for the workers at first")
    parser.add_argument("--home", type=Path, help="where each round keeps its Kafka, its Postgres and the logs")
    parser.add_argument("--keep", action="store_true", help="keep the folders of good rounds too")
    chosen = parser.parse_args()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it tells of every retry
    # not at once: what runs is to be ended, and the disk given up
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    passed, recoveries = [], list[Recovery]()
    for seed in range(chosen.seed, chosen.seed + chosen.rounds):
        began = time.monotonic()
        folder = Path(tempfile.mkdtemp(prefix=f"crash-{seed}-", dir=chosen.home))
        done = asyncio.run(run(folder, seed=seed, faults=chosen.faults, kinds=chosen.kinds, backlog=chosen.backlog))
        passed.append(_tell(done, folder, took_s=time.monotonic() - began))
        if passed[-1] and not chosen.keep:
            shutil.rmtree(folder)
        recoveries += done.recoveries
    if chosen.rounds > 1:
        _say(f"{chosen.rounds} rounds, {passed.count(False)} with violations")
        _say_all(figures(recoveries))
    return 0 if all(passed) else 1


def _kinds(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    unknown = [name for name in names if name not in KINDS]
    if unknown or not names:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown) or 'none'}: choose among {', '.join(KINDS)}")
    return names


def _tell(done: Round, folder: Path, *, took_s: float) -> bool:
    said = ", ".join(f"{name} {value}" for name, value in asdict(done.counts).items())
    _say(f"seed {done.seed}: {done.injected.total()} faults, {took_s:.0f} s, {said}")
    _say("  injected: " + ", ".join(f"{kind} {count}" for kind, count in sorted(done.injected.items())))
    for kind, why in done.passed_over.items():
        _say(f"  {kind} was passed over: {why}")
    posted = done.posted
    _say(f"  alerts: {len(posted.sent)} posted, {posted.resent} sent again, {posted.given_up} never taken in")
    _say_all(figures(done.recoveries))
    if done.own_exits:
        exits = ", ".join(f"{name} code {code}: {count}" for (name, code), count in sorted(done.own_exits.items()))
        _say(f"  ended by themselves: {exits}")
    if done.late:
        _say(f"  asked to stop, and killed in the end: {', '.join(done.late)}")
    if not done.violations:
        return True
    _say(f"  {len(done.violations)} violations; see {folder}")
    for violation in done.violations[:_SHOWN_MAX]:
        _say(f"  - {violation}")
    return False


def _say_all(lines: Sequence[str]) -> None:
    for line in lines:
        _say(f"  recovery from {line}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
