"""The broker: the one that is set, else Apache Kafka started here (KRaft, one node), else the client's mock cluster."""

import secrets
import subprocess
import sys
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from compose.kafka_jars import fetch_jars, jars_folder, java_and_maven
from compose.ports import listens, remembered_ports
from compose.processes import Command, spawn, stop, wait_until

Kind = Literal["given", "java", "mock"]

JVM = (
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Xshare:auto",
    "-Djava.awt.headless=true",
    "-Dorg.apache.logging.log4j.level=WARN",
)
START_DEADLINE_S = 60.0
STOP_DEADLINE_S = 10.0


class KafkaNotStarted(Exception):
    """The broker did not come up; the text says why and where its log is."""


def kind_of(bootstrap_servers: str) -> Kind:
    """Return which broker `tapestream run` uses for a value of KAFKA_BOOTSTRAP_SERVERS."""
    if bootstrap_servers:
        return "given"
    return "java" if java_and_maven() else "mock"


def prepare(folder: Path) -> None:
    """Copy the jars and format the storage under `folder`, as far as that is still to be done.

    raises   JarsUnavailable, KafkaNotStarted when formatting fails
    """
    folder = folder.resolve()
    classpath = f"{fetch_jars()}/*"
    if (folder / "data" / "meta.properties").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    properties = _write_properties(folder, port=1, controller_port=2)  # formatting looks at no port
    cluster_id = urlsafe_b64encode(uuid.UUID(bytes=secrets.token_bytes(16), version=4).bytes).decode().rstrip("=")
    # one word: an id may begin with a hyphen
    asked = ["format", f"--cluster-id={cluster_id}", "-c", str(properties)]
    done = subprocess.run(
        ["java", *JVM, "-cp", classpath, "kafka.tools.StorageTool", *asked],
        capture_output=True,
        text=True,
        timeout=START_DEADLINE_S,
        check=False,
    )
    if done.returncode:
        said = (done.stdout + done.stderr).strip()[-1000:]
        raise KafkaNotStarted(f"Kafka's storage under {folder} could not be formatted:\n{said}")


def prepared(folder: Path) -> bool:
    """Return whether `prepare` has nothing to do."""
    return jars_folder().exists() and (folder / "data" / "meta.properties").exists()


def java_command(folder: Path, *, port: int, controller_port: int) -> Command:
    """Return the command of a broker with its data under `folder`, which is prepared."""
    properties = _write_properties(folder.resolve(), port=port, controller_port=controller_port)
    return Command(arguments=("java", *JVM, "-cp", f"{jars_folder()}/*", "kafka.Kafka", str(properties)))


def _write_properties(folder: Path, *, port: int, controller_port: int) -> Path:
    file = folder / "server.properties"
    file.write_text(_properties(folder / "data", port=port, controller_port=controller_port))
    return file


def _properties(data: Path, *, port: int, controller_port: int) -> str:
    values = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "controller.listener.names": "CONTROLLER",
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "log.dirs": data,
        "auto.create.topics.enable": "false",
        "message.max.bytes": 8_388_608,
        "replica.fetch.max.bytes": 8_388_608,
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 8,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "transaction.state.log.num.partitions": 8,
        # the defaults wait for a fleet: here the first member is all there is
        "group.initial.rebalance.delay.ms": 0,
        "log.cleaner.dedupe.buffer.size": 33_554_432,
        # an index is laid out in full beforehand: 150 partitions of 10 MB each would look like 3 GB
        "log.index.size.max.bytes": 1_048_576,
        "num.network.threads": 2,
        "num.io.threads": 4,
        "background.threads": 2,
    }
    return "".join(f"{name}={value}\n" for name, value in values.items())


def mock_command(address_file: Path) -> Command:
    """Return the command of the mock cluster, which writes its address to a file once it listens."""
    return Command(arguments=(sys.executable, "-m", "compose.mock_kafka", str(address_file)))


def takes_connections(bootstrap_servers: str) -> bool:
    """Return whether any of the servers takes a connection now."""
    addresses = [server.strip().rpartition(":") for server in bootstrap_servers.split(",") if server.strip()]
    return any(listens(int(port), host=host.strip("[]")) for host, _, port in addresses if port.isdigit())


async def answers(bootstrap_servers: str) -> bool:
    """Return whether a broker answers and has brokers to offer."""
    if not takes_connections(bootstrap_servers):
        return False
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers, request_timeout_ms=5000)
    try:
        await admin.start()
        return bool((await admin.describe_cluster())["brokers"])
    except (KafkaError, OSError):
        return False
    finally:
        await admin.close()


@contextmanager
def running(folder: Path, *, deadline_s: float = START_DEADLINE_S) -> Iterator[str]:
    """Run Apache Kafka with its data under `folder` and yield its bootstrap servers; raises KafkaNotStarted.

    The same folder keeps its data, its cluster id and, while they are free, its ports.
    """
    port, controller_port = remembered_ports(folder / "ports.json", "kafka", "kafka_controller")
    log = folder / "kafka.log"
    prepare(folder)
    command = java_command(folder, port=port, controller_port=controller_port)
    process = spawn(command, log=log)
    try:
        # the listener opens as soon as the broker is unfenced, which is the last thing it does
        if not wait_until(lambda: listens(port) or process.poll() is not None, deadline_s=deadline_s):
            raise KafkaNotStarted(f"Kafka did not answer within {deadline_s:g} s; see {log}")
        if process.poll() is not None:
            raise KafkaNotStarted(f"Kafka ended with code {process.returncode}; see {log}")
        yield f"127.0.0.1:{port}"
    finally:
        stop(process, stop_signal=command.stop_signal, deadline_s=STOP_DEADLINE_S)
