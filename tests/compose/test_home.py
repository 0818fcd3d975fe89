"""A home has one supervisor, keeps its ports, and its files are private."""

import json
import socket
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from compose.home import HomeInUse, opened, read_endpoints
from compose.ports import CANDIDATES, RESERVED_S, free_ports, is_free, remembered_ports
from compose.private_files import write_private


def test_a_home_has_one_supervisor_at_a_time(tmp_path: Path) -> None:
    with opened(tmp_path / "home"), pytest.raises(HomeInUse, match="in use by process"), opened(tmp_path / "home"):
        pass
    with opened(tmp_path / "home"):
        pass


def test_ports_are_remembered(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    ports = remembered_ports(file, "kafka", "kafka_controller")
    assert len(set(ports)) == 2
    assert remembered_ports(file, "kafka", "kafka_controller") == ports
    (other,) = remembered_ports(file, "postgres")
    assert remembered_ports(file, "kafka", "kafka_controller") == ports
    assert other not in ports


def test_a_port_that_somebody_took_is_replaced(tmp_path: Path) -> None:
    (port,) = remembered_ports(tmp_path / "ports.json", "api")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        assert not is_free(port)
        assert remembered_ports(tmp_path / "ports.json", "api") != (port,)


def test_ports_are_none_that_outgoing_connections_get() -> None:
    assert all(port in CANDIDATES for port in free_ports(20))


def test_private_files_are_private_from_the_first_moment(tmp_path: Path) -> None:
    write_private(tmp_path / "endpoints.json", {"password": "x"})
    write_private(tmp_path / "endpoints.json", {"password": "y"})
    assert stat.S_IMODE((tmp_path / "endpoints.json").stat().st_mode) == 0o600
    assert read_endpoints(tmp_path) == {"password": "y"}
    assert [file.name for file in tmp_path.iterdir()] == ["endpoints.json"]


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "endpoints.json").write_text("[1]")
    with pytest.raises(ValueError, match=r"endpoints\.json"):
        read_endpoints(tmp_path)


def test_ports_that_nobody_listens_on_yet_are_given_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TAPESTREAM_CACHE", str(tmp_path))
    monkeypatch.setattr("compose.ports.CANDIDATES", range(15_000, 15_400))
    with ThreadPoolExecutor() as processes:  # each opens the file anew, as a process of its own would
        given = [port for ports in processes.map(free_ports, [10] * 8) for port in ports]
    assert len(given) == len(set(given)) == 80
    file = tmp_path / "ports.json"
    file.write_text(file.read_text()[:-5])  # as a crash leaves it
    assert len(free_ports(10)) == 10
    file.write_text(json.dumps(dict.fromkeys(map(str, range(15_000, 15_400)), int(time.time()))))
    with pytest.raises(OSError, match="free ports"):
        free_ports(1)
    file.write_text(json.dumps(dict.fromkeys(map(str, range(15_000, 15_400)), int(time.time()) - 2 * RESERVED_S)))
    assert free_ports(1)
