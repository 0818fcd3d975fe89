"""Ports of a home: free when chosen, and the same again at the next start."""

import itertools
import json
import secrets
import socket
import time
from pathlib import Path

from compose.kafka_jars import cache_folder, locked

CANDIDATES = range(15_000, 32_000)
"""Below the ports that kernels give to outgoing connections: a client that keeps trying a server which is down could
otherwise be given the server's own port, connect to itself and keep the server from coming back."""
RESERVED_S = 120
"""How long a port that was given is given to nobody else: until its server listens."""


def is_free(port: int, *, host: str = "127.0.0.1") -> bool:
    """Return whether something could listen on a port now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def listens(port: int, *, host: str = "127.0.0.1", timeout_s: float = 0.5) -> bool:
    """Return whether something takes connections on a port."""
    try:
        with socket.create_connection((host, port), timeout=timeout_s):
            return True
    except OSError:
        return False


def free_ports(count: int) -> tuple[int, ...]:
    """Return different free ports of 127.0.0.1 that nobody else has been given of late; raises OSError for too few."""
    candidates = secrets.SystemRandom().sample(CANDIDATES, 200 + count)
    file = cache_folder() / "ports.json"
    # a server listens only seconds after its port was chosen: of platforms that start side by side two would now and
    # then be given the same one
    with locked(file.with_suffix(".lock")):
        now = int(time.time())
        given = {port: at for port, at in _known(file).items() if at > now - RESERVED_S}
        free = (port for port in candidates if str(port) not in given and is_free(port))
        found = tuple(itertools.islice(free, count))
        _keep(file, given | {str(port): now for port in found})
    if len(found) < count:
        raise OSError(f"no {count} free ports between {CANDIDATES.start} and {CANDIDATES.stop}")
    return found


def remembered_ports(file: Path, *names: str) -> tuple[int, ...]:
    """Return a port for each name: the one in `file` while it is free, else another, written there."""
    known = _known(file)
    if any(name not in known or not _becomes_free(known[name]) for name in names):
        known |= dict(zip(names, free_ports(len(names)), strict=True))
        _keep(file, known)
    return tuple(known[name] for name in names)


def _keep(file: Path, numbers: dict[str, int]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.draft")
    draft.write_text(json.dumps(numbers, indent=2, sort_keys=True) + "\n")
    draft.replace(file)


def _known(file: Path) -> dict[str, int]:
    """Return the numbers in a file; none when there is no such file, or a crash has left half of it."""
    try:
        found = json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) and all(isinstance(port, int) for port in found.values()) else {}


def _becomes_free(port: int) -> bool:
    """Return whether a port is free, or soon is: its last owner may just be ending."""
    for _ in range(10):
        if is_free(port):
            return True
        time.sleep(0.1)
    return False
