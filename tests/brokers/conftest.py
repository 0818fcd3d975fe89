"""One fake broker for all of its tests in a worker; each test finds it as new."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.brokers.alpaca.running import FakeAlpaca, fake_alpaca
from tests.brokers.listening import trading


@pytest.fixture(scope="session")
def shared_fake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeAlpaca]:
    with fake_alpaca(tmp_path_factory.mktemp("fake"), rate_limit=0, most_connections=0) as running:
        yield running


@pytest.fixture
def fake(shared_fake: FakeAlpaca) -> FakeAlpaca:
    shared_fake.reset()
    return shared_fake


@pytest.fixture
def client(fake: FakeAlpaca) -> Any:
    return trading(fake)
