"""Which processes make a platform, in which order they start and stop."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from compose.options import RunOptions
from compose.ports import remembered_ports
from compose.processes import Command
from compose.supervisor import Child

STOP_DEADLINE_S = {
    "feed": 4.0,
    "clock": 4.0,
    "providers": 4.0,
    "api": 5.0,
    # a request to the broker that is under way may take its time; what became of it is found out at the next start
    "executor": 6.0,
    "alerts": 4.0,
    "worker": 5.0,
    "history": 4.0,
    "bars": 4.0,
    "postgres": 3.0,
    "kafka": 3.0,
}
"""How long each is waited for before it is killed; with feed, clock and providers, executor and alerts, and all
workers, stopped together: 30 s."""

PROVIDER_KEYS = ("ALPACA_API_KEY", "TWELVE_DATA_API_KEY", "MARKET_DATA_API_KEY")


def application_children(options: RunOptions, *, environment: Mapping[str, str]) -> list[Child]:
    """Return the workers, the sinks and the API, in the order they start."""
    workers = [f"worker-{number}" for number in range(options.workers)]
    return [
        *(_python(name, "streams.worker", "--name", name, environment=environment) for name in workers),
        _python("executor", "sinks.executor", environment=environment),
        _python("history", "sinks.history", environment=environment),
        _python("bars", "sinks.bars", environment=environment),
        _python("alerts", "sinks.alerts", environment=environment),
        _python("api", "api.server", environment=environment),
    ]


def feed_children(options: RunOptions, *, environment: Mapping[str, str]) -> list[Child]:
    """Return the price feed and the clock; a replay tells the time by itself.

    Where prices come from outside, and a market data provider has a key, its bars and chains are fetched too. They
    would not fit a recorded or made-up market.
    """
    match options.feed.kind:
        case "replay":
            arguments = ["--session", options.feed.name, "--speed", options.speed]
            arguments += [] if options.demo else ["--no-demo"]
            return [_python("feed", "streams.feeds.replay", *arguments, environment=environment, finite=True)]
        case "simulated":
            arguments = ["--rate", options.feed.name] if options.feed.name else []
            feeds = [_python("feed", "streams.feeds.simulated", *arguments, environment=environment, finite=True)]
        case "alpaca":
            feeds = [
                _python("feed", "streams.feeds.alpaca", environment=environment),
                _python("providers", "streams.feeds.history", environment=environment),
            ]
        case "none":
            with_key = any(environment.get(name) for name in PROVIDER_KEYS)
            feeds = [_python("providers", "streams.feeds.history", environment=environment)] if with_key else []
    return [*feeds, _python("clock", "streams.clock", environment=environment)]


def metrics_ports(file: Path, children: Sequence[Child]) -> dict[str, int]:
    """Return the port at which each child answers Prometheus, by name: the same ones at every start of a home.

    file  that remembers a home's ports
    """
    names = [child.name for child in children]
    ports = remembered_ports(file, *(f"metrics_{name}" for name in names))
    return dict(zip(names, ports, strict=True))


def with_metrics(children: Sequence[Child], ports: Mapping[str, int]) -> list[Child]:
    """Return children told where to answer Prometheus, and the API told where the workers do."""
    workers = ",".join(f"127.0.0.1:{port}" for name, port in ports.items() if name.startswith("worker-"))
    told = [(child, {"METRICS_PORT": str(ports[child.name])}) for child in children]
    return [
        replace(
            child,
            command=replace(
                child.command, environment={**child.command.environment, **port, "WORKER_METRICS": workers}
            ),
        )
        for child, port in told
    ]


def stop_order(workers: int) -> list[list[str]]:
    """Return the groups to stop one after another.

    Workers stop before the broker does, as Faust waits for a broker that has gone.
    """
    names = [f"worker-{number}" for number in range(workers)]
    return [
        ["feed", "clock", "providers"],
        ["api"],
        ["executor", "alerts"],
        names,
        ["history", "bars"],
        ["postgres"],
        ["kafka"],
    ]


def _python(
    name: str,
    module: str,
    *arguments: str,
    environment: Mapping[str, str],
    finite: bool = False,
) -> Child:
    return Child(
        name,
        Command(
            arguments=(sys.executable, "-m", module, *arguments),
            environment={**os.environ, **environment, "PYTHONUNBUFFERED": "1"},
        ),
        finite=finite,
        stop_deadline_s=STOP_DEADLINE_S[name.partition("-")[0]],
        # a replay waits for the workers to have taken in all that was there before
        start_deadline_s=180.0 if name == "feed" else 60.0,
    )
