"""Saying that a process is ready, by systemd's protocol (NOTIFY_SOCKET), to whatever supervises it."""

import os
import socket


def notify(state: str) -> None:
    """Send a state such as READY=1 or STATUS=text; does nothing without a supervisor."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    name = os.environ.get("TAPESTREAM_CHILD", "")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.connect("\0" + address[1:] if address.startswith("@") else address)
        line.send(f"{state}\nCHILD={name}\n".encode())


def ready() -> None:
    """Say that this process does its work from now on."""
    notify("READY=1")
