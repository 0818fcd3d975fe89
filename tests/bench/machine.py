"""What the figures were measured on."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

import psutil

import compose.kafka
from compose import postgres
from compose.kafka import kind_of
from tests.bench.peers import environment

LIBRARIES = ("aiokafka", "faust-streaming", "fastavro", "numpy", "pydantic", "uvloop")


def described() -> dict[str, str]:
    """Return the processor, memory, system and versions by what they are called."""
    known = {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "kernel": f"{platform.system()} {platform.release()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "Kafka": _kafka(),
        "Postgres": _postgres(),
        "libraries": ", ".join(f"{name} {version(name)}" for name in LIBRARIES),
    }
    peers = environment.versions()
    return {**known, "peers": ", ".join(f"{name} {found}" for name, found in peers.items())} if peers else known


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _kafka() -> str:
    pom = ElementTree.parse(Path(compose.kafka.__file__).parent / "kafka" / "pom.xml")
    found = pom.findtext(".//{http://maven.apache.org/POM/4.0.0}kafka.version")
    return f"Apache Kafka {found}, one node" if kind_of("") == "java" else "the client's mock cluster"


def _postgres() -> str:
    program = str(postgres.programs() / "postgres")
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.strip()
