"""Logging of every process: one JSON object a line on standard error, named fields, no message contents."""

import logging
import sys
import time
from typing import cast

import structlog

LIBRARIES = ("faust", "mode", "aiokafka", "asyncio", "httpx", "httpcore")
SPARED_S = 10.0
_KINDS_MAX = 1_000


def configure(level: str, *, process: str) -> None:
    """Set up structlog and the standard library's logging to write JSON lines that name their process."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(Sparing())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(default=str),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # Faust makes a debug record for every send, even when no handler wants it
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


class Sparing(logging.Filter):
    """Lets a library say the same once in SPARED_S: while Kafka is away its clients tell of each of many attempts."""

    def __init__(self) -> None:
        super().__init__()
        self._passed: dict[tuple[str, str], float] = {}
        self._left_out: dict[tuple[str, str], int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.partition(".")[0] not in LIBRARIES:
            return True
        kind, now = (record.name, str(record.msg)), time.monotonic()
        if now - self._passed.get(kind, -SPARED_S) < SPARED_S:
            self._left_out[kind] = self._left_out.get(kind, 0) + 1
            return False
        if len(self._passed) >= _KINDS_MAX:
            self._passed.clear()
        self._passed[kind] = now
        if left_out := self._left_out.pop(kind, 0):
            record.msg = f"{record.msg} (and {left_out} like it)"
        return True


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return the logger of a module."""
    return cast(structlog.stdlib.BoundLogger, structlog.get_logger(name))
