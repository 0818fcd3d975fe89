"""Homes for whole platforms."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.e2e.recorded", "tests.e2e.trace", "tests.e2e.running")


@pytest.fixture
def home() -> Iterator[Path]:
    """Yield a folder outside pytest's own, which pytest closes to the user that Postgres runs as."""
    folder = Path(tempfile.mkdtemp(prefix="tapestream-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
