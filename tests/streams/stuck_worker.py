"""A worker whose market stage blocks for ever on its first signal. Run with `python -m tests.streams.stuck_worker`."""

import threading
from typing import Any

from streams import worker
from streams.processors.market import MarketStage
from streams.topics import SIGNALS, Topic

works = MarketStage._work


def blocks(self: MarketStage, topic: Topic, message: Any) -> None:
    if topic is SIGNALS:
        threading.Event().wait()
    works(self, topic, message)


if __name__ == "__main__":
    MarketStage._work = blocks  # type: ignore[method-assign]  # the fault of this process
    worker.main()
