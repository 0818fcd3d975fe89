"""What the log says of a library that says the same again and again."""

import io
import logging
import time
from collections.abc import Iterator

import pytest

from streams.logs import SPARED_S, Sparing

Log = tuple[logging.Logger, io.StringIO]


@pytest.fixture(params=["aiokafka.of.a.test", "streams.of.a.test"])
def log(request: pytest.FixtureRequest) -> Iterator[Log]:
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.addFilter(Sparing())
    found = logging.getLogger(request.param)
    found.propagate = False
    found.addHandler(handler)
    found.setLevel(logging.WARNING)  # another test may want silence of its family, or of all
    kept = logging.root.manager.disable
    logging.disable(logging.NOTSET)
    yield found, said
    logging.disable(kept)
    found.setLevel(logging.NOTSET)
    found.removeHandler(handler)


def test_a_library_says_the_same_once_in_a_while_and_how_often_it_would_have(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    logger, said = log
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    for attempt in range(100):
        logger.warning("no connection to %s: 100%%", attempt)
    logger.warning("something else")
    monkeypatch.setattr(time, "monotonic", lambda: now + SPARED_S)
    logger.warning("no connection to %s: 100%%", "it")
    lines = said.getvalue().splitlines()
    if logger.name.startswith("aiokafka"):
        assert lines == [
            "no connection to 0: 100%",
            "something else",
            "no connection to it: 100% (and 99 like it)",
        ]
    else:  # what the platform itself says is never left out
        assert len(lines) == 102
