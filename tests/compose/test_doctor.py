"""The doctor names what is wrong and what to do."""

import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api import page
from compose.cli import app
from compose.configuration import fields


@pytest.fixture(autouse=True)
def _plain_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in fields():
        monkeypatch.delenv(name, raising=False)


def doctor() -> tuple[int, str]:
    result = CliRunner().invoke(app, ["doctor", "--home", "home"])
    return result.exit_code, result.stdout


def test_nothing_wrong_is_exit_code_0(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "0")
    code, said = doctor()
    assert (code, "ready to run" in said) == (0, True), said


def test_a_bad_setting_is_named_with_its_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eighty")
    code, said = doctor()
    assert code == 1
    assert "PORT" in said
    assert "its default is 8080" in said


def test_services_that_do_not_answer_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "0")
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:secret@127.0.0.1:1/tape")
    code, said = doctor()
    assert code == 1
    assert "no broker answers at 127.0.0.1:1" in said
    assert "no Postgres lets us in at postgresql://me@127.0.0.1:1/tape" in said
    assert "secret" not in said


def test_a_port_in_use_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))
        code, said = doctor()
    assert code == 1
    assert "is in use" in said


def test_missing_programs_are_named_with_what_they_are_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "0")
    monkeypatch.setenv("PATH", "")
    _, said = doctor()
    assert "install Maven" in said
    assert "mock cluster in memory" in said
    assert "not needed: make setup takes one from a Python wheel" in said


@pytest.mark.parametrize(("found", "word"), [(True, "built"), (False, "make setup builds it")])
def test_a_dashboard_that_is_not_built_is_named_with_what_builds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found: bool, word: str
) -> None:
    monkeypatch.setenv("PORT", "0")
    monkeypatch.setattr(page, "BUILT", tmp_path)
    if found:
        (tmp_path / "index.html").touch()
    code, said = doctor()
    assert (code, word in said, "not built" in said) == (0, True, not found)


@pytest.mark.kafka
@pytest.mark.postgres
def test_services_that_answer_are_reported(kafka: str, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "0")
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", kafka)
    monkeypatch.setenv("DATABASE_URL", database_url)
    code, said = doctor()
    assert code == 0, said
    assert f"answers at {kafka}, all topics are there" in said
