"""Services of a benchmark's own."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from compose.kafka import running
from compose.topic_admin import ensure_topics


@contextmanager
def kafka() -> Iterator[tuple[str, Path]]:
    """Run a Kafka with the topics, and yield its address and a folder."""
    with tempfile.TemporaryDirectory(prefix="tapestream-") as folder, running(Path(folder) / "kafka") as servers:
        asyncio.run(ensure_topics(servers))
        yield servers, Path(folder)
