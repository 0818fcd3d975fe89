"""The mock cluster has the registry's topics, with the registry's partitions."""

from pathlib import Path

from compose.kafka import mock_command
from compose.processes import spawn, stop, wait_until
from compose.topic_admin import check_topics, ensure_topics


async def test_the_mock_cluster_has_all_topics(tmp_path: Path) -> None:
    address = tmp_path / "address"
    command = mock_command(address)
    process = spawn(command, log=tmp_path / "log")
    try:
        assert wait_until(address.exists, deadline_s=20), (tmp_path / "log").read_text()
        servers = address.read_text()
        await ensure_topics(servers)
        assert await check_topics(servers) == ()
    finally:
        assert stop(process, stop_signal=command.stop_signal, deadline_s=5)
