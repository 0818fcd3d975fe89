"""Which processes a platform has, and what each is told."""

from pathlib import Path

from compose.children import application_children, metrics_ports, with_metrics
from compose.options import Feed, RunOptions
from compose.ports import remembered_ports


def test_a_half_written_file_of_ports_is_written_anew(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    for left in ("", '{"api": 1', "[1]", '{"api": "x"}'):
        file.write_text(left)
        (port,) = remembered_ports(file, "api")
        assert remembered_ports(file, "api") == (port,)


def test_each_process_answers_prometheus_at_a_port_of_its_own_that_stays_the_same(tmp_path: Path) -> None:
    options = RunOptions(home=tmp_path, port=0, workers=2, feed=Feed("none"), speed="max", clock=None, demo=False)
    children = application_children(options, environment={"METRICS_PORT": "0"})
    ports = metrics_ports(tmp_path / "ports.json", children)
    assert set(ports) == {child.name for child in children}
    assert len(set(ports.values())) == len(children)
    assert metrics_ports(tmp_path / "ports.json", children) == ports
    workers = f"127.0.0.1:{ports['worker-0']},127.0.0.1:{ports['worker-1']}"
    for child in with_metrics(children, ports):
        assert child.command.environment["METRICS_PORT"] == str(ports[child.name])
        assert child.command.environment["WORKER_METRICS"] == workers
        assert child.command.environment["GUARD_METRICS"] == f"executor=127.0.0.1:{ports['executor']}"
