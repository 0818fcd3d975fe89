"""Hearing that a child is ready: systemd's protocol, on a Unix datagram socket in a folder of its own."""

import asyncio
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

MESSAGE_BYTES = 4096


def parse(message: bytes) -> dict[str, str]:
    """Return the assignments of a message: `READY=1`, `CHILD=worker-0`."""
    lines = message.decode("utf-8", "replace").splitlines()
    return {name: value for name, mark, value in (line.partition("=") for line in lines) if mark}


class NotifyLine:
    """Where children's messages arrive.

    address  for NOTIFY_SOCKET
    heard    called with each message's assignments; who sets it hears from then on
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.heard: Callable[[dict[str, str]], None] = lambda message: None


@contextmanager
def listening() -> Iterator[NotifyLine]:
    """Listen on the running loop.

    The folder has a short name, as a socket's path may have about 100 characters and a home's may have more.
    """
    loop = asyncio.get_running_loop()
    with (
        tempfile.TemporaryDirectory(prefix="tape-") as folder,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver,
    ):
        line = NotifyLine(str(Path(folder) / "n"))
        receiver.bind(line.address)
        receiver.setblocking(False)
        loop.add_reader(receiver, lambda: line.heard(parse(receiver.recv(MESSAGE_BYTES))))
        try:
            yield line
        finally:
            loop.remove_reader(receiver)
