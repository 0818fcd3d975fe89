"""The crash oracle's verdict on logs in memory, where topics overtake one another further than on a broker."""

from unittest.mock import patch

from tests.crash import exits, facts, oracle
from tests.crash.exits import NEVER
from tests.crash.facts import Facts, gather
from tests.crash.plan import Limits
from tests.crash.rows import Rows

_OUT_OF_ORDER = "differs in remaining_quantity from its order"
"""Of two exits that work at once the one asked for later may be filled first: it leaves what the other will take."""


async def _no_rows(_: str) -> Rows:
    return {}


def gathered() -> Facts:
    """Read the logs as the crash oracle reads Kafka; nothing in it has to be waited for."""
    with patch.object(facts, "read_rows", _no_rows):
        reading = gather("simulation", "", answered={})
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
        said = oracle.violations(found, limits)
        return [text for text in said if not text.endswith(_OUT_OF_ORDER)]
