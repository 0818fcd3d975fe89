"""The crash oracle's verdict on logs in memory, where topics overtake one another further than on a broker."""

from unittest.mock import patch

from tests.crash import exits, facts, oracle
from tests.crash.exits import NEVER
from tests.crash.facts import Facts, gather
from tests.crash.plan import Limits
from tests.crash.rows import Rows


async def _no_rows(_: str) -> Rows:
    return {}


def gathered() -> Facts:
    """Read the logs as the crash oracle reads Kafka; nothing in it has to be waited for."""
    with patch.object(facts, "read_rows", _no_rows):
        reading = gather("simulation", "", broker=None, answered={})
        try:
            reading.send(None)
        except StopIteration as done:
            found: Facts = done.value
            return found
    raise AssertionError("logs in memory were waited for")


def judged(found: Facts, limits: Limits) -> list[str]:
    """Return everything that contradicts what must always hold."""
    with (
        # a record that is written first after a recovery does not say how far the tape had been read before it
        patch.object(exits, "_known_at", lambda *_: NEVER),
        # there is no history in Postgres here, and nobody posts
        patch.object(oracle, "wrong_history", lambda _: ()),
    ):
        return list(oracle.violations(found, limits))
