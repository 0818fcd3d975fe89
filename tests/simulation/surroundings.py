"""What the platform's code finds around itself: virtual time, few partitions, a process that can leave."""

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any, NoReturn, TypeVar
from unittest.mock import patch

from pydantic import BaseModel

from schemas import codec
from streams import lease, topics
from tests.crash import log
from tests.crash.log import Stored
from tests.simulation.kafka import Kafka
from tests.simulation.loops import Clock, ProcessLoop
from tests.streams.tallying import Crashed

M = TypeVar("M", bound=BaseModel)
_PACKAGES = ("streams.", "tests.crash.")


class _Time:
    """The time module, of which the simulation's clock answers for the time that passes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def monotonic(self) -> float:
        return self._clock.now

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


class _Codec:
    """The codec, which remembers: the same bytes are read by many, and records are frozen.

    trusting  whether what was encoded is remembered too, so that it is never decoded
    """

    def __init__(self, *, trusting: bool) -> None:
        self._known: dict[tuple[type[BaseModel], bytes], BaseModel] = {}
        self._trusting = trusting

    def encode(self, record: BaseModel) -> bytes:
        value = codec.encode(record)
        if self._trusting:
            self._known[type(record), value] = record
        return value

    def decode(self, model: type[M], value: bytes | None) -> M:
        if value is None or (found := self._known.get((model, value))) is None:
            found = codec.decode(model, value)
            assert value is not None
            self._known[model, value] = found
        assert isinstance(found, model)
        return found


def _leave(why: str, code: int, **details: object) -> NoReturn:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, ProcessLoop)
    loop.left = why
    raise Crashed


@contextmanager
def few_partitions(count: int) -> Iterator[None]:
    """Let every topic have so many partitions: a control goes to each of them, and is a record in each of them."""
    with ExitStack() as stack:
        for module in _loaded(with_="PARTITIONS"):
            stack.enter_context(patch.object(module, "PARTITIONS", count))
        yield


@contextmanager
def around(kafka: Kafka, clock: Clock, *, trusting: bool) -> Iterator[None]:
    """Surround the stages, and whoever reads the logs afterwards.

    trusting  whether a record is taken to be what its bytes decode to
    """
    known = _Codec(trusting=trusting)

    async def read(_: str, topic: str, model: type[M]) -> list[Stored[M]]:
        """Return a topic; what a zombie wrote behind its successor's back, and nobody took for true, is left out."""
        return [
            Stored(topic, partition, offset, entry.key, entry.value, known.decode(model, entry.value))
            for partition in range(topics.PARTITIONS)
            for offset, entry in kafka.counted((topic, partition))
            if entry.value is not None
        ]

    with ExitStack() as stack:
        for name, real, ours in (
            ("time", time, _Time(clock)),
            ("leave", lease.leave, _leave),
            ("encode", codec.encode, known.encode),
            ("decode", codec.decode, known.decode),
            ("read", log.read, read),
        ):
            for module in _loaded(with_=name):
                if getattr(module, name) is real:
                    stack.enter_context(patch.object(module, name, ours))
        yield


@cache
def _loaded(*, with_: str) -> list[Any]:
    """Return the modules of the platform that know a name; all that the stages need have been imported above."""
    return [
        module for name, module in sorted(sys.modules.items()) if name.startswith(_PACKAGES) and with_ in vars(module)
    ]
