"""A bad setting is named, with what is wrong and what to do."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from compose import configuration
from compose.cli import app
from compose.environment import settings_environment
from streams.settings import load_settings


@pytest.fixture
def env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / ".env"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("PORT=eighty", "PORT"),
        ("KAFKA_REPLICATION=0", "KAFKA_REPLICATION"),
        ("CLOCK=sundial", "CLOCK"),
        ("JWT_SECRET=short", "JWT_SECRET"),
        ("MAX_EXPOSURE_PERCENT=101", "MAX_EXPOSURE_PERCENT"),
        ("APP_MODE=REAL", "APP_MODE"),
        ("TAPESTREAM_PASSWORD_HASH=plain", "TAPESTREAM_PASSWORD_HASH"),
    ],
)
def test_a_bad_setting_stops_the_start_with_its_name(env_file: Path, written: str, name: str) -> None:
    env_file.write_text(written)
    result = CliRunner().invoke(app, ["run"])
    assert result.exit_code == 2
    assert name in result.stderr
    assert "→" in result.stderr


def test_every_bad_setting_is_named_at_once(env_file: Path) -> None:
    env_file.write_text("PORT=eighty\nCLOCK=sundial\n")
    settings, problems = configuration.read(env_file)
    assert settings is None
    assert {problem.setting for problem in problems} == {"PORT", "CLOCK"}
    assert any("8080" in problem.fix for problem in problems)


def test_a_misspelt_setting_is_pointed_out_but_stops_nothing(env_file: Path) -> None:
    env_file.write_text("WEBHOOK_TOKN=x\n")
    settings, problems = configuration.read(env_file)
    assert settings is not None
    assert [(problem.setting, problem.serious) for problem in problems] == [("WEBHOOK_TOKN", False)]
    assert "WEBHOOK_TOKEN" in problems[0].fix


LIVE = {
    "APP_MODE": "LIVE",
    "BROKER": "alpaca",
    "ALPACA_PAPER": "false",
    "ALPACA_BASE_URL": "https://api.alpaca.markets",
    "ALPACA_API_KEY": "key",
    "ALPACA_SECRET_KEY": "secret",
    "ACCOUNT_ID": "mine",
    "LIVE_TRADING_CONFIRMATION": "mine",
}
"""All that it takes to trade with real money."""


def problems_of(env_file: Path, settings: dict[str, str]) -> list[tuple[str, bool, str]]:
    """Return setting, whether it is serious, and the fix of each problem."""
    env_file.write_text("\n".join(f"{name}={value}" for name, value in settings.items()))
    _, problems = configuration.read(env_file)
    return [(problem.setting, problem.serious, problem.fix) for problem in problems]


def test_real_money_that_is_confirmed_to_the_last_word_is_no_problem(env_file: Path) -> None:
    assert problems_of(env_file, LIVE) == []
    assert load_settings(env_file).trades_at_broker


@pytest.mark.parametrize(
    ("left_out", "named"),
    [
        ("APP_MODE", "LIVE_TRADING_CONFIRMATION"),
        ("BROKER", "LIVE_TRADING_CONFIRMATION"),
        ("ALPACA_PAPER", "LIVE_TRADING_CONFIRMATION"),
        ("ACCOUNT_ID", "LIVE_TRADING_CONFIRMATION"),
        ("LIVE_TRADING_CONFIRMATION", "ALPACA_PAPER"),
        ("ALPACA_API_KEY", "ALPACA_API_KEY"),
        ("ALPACA_SECRET_KEY", "ALPACA_SECRET_KEY"),
        ("ALPACA_BASE_URL", "ALPACA_BASE_URL"),
    ],
)
def test_half_a_confirmation_stops_the_start_and_names_the_other_half(
    env_file: Path, left_out: str, named: str
) -> None:
    problems = problems_of(env_file, {name: value for name, value in LIVE.items() if name != left_out})
    fixes = [fix for setting, is_serious, fix in problems if setting == named and is_serious]
    wanted = "LIVE_TRADING_CONFIRMATION" if left_out == "ACCOUNT_ID" else left_out
    assert any(wanted in fix or LIVE[left_out] in fix for fix in fixes), problems


def test_an_address_alone_does_not_lead_to_real_money(env_file: Path) -> None:
    paper = LIVE | {"APP_MODE": "PAPER", "ALPACA_PAPER": "true", "LIVE_TRADING_CONFIRMATION": ""}
    assert [(setting, serious) for setting, serious, _ in problems_of(env_file, paper)] == [("ALPACA_BASE_URL", True)]
    assert problems_of(env_file, paper | {"ALPACA_BASE_URL": "https://paper-api.alpaca.markets"}) == []


def test_a_live_mode_that_trades_nothing_is_pointed_out_but_stops_nothing(env_file: Path) -> None:
    ((setting, is_serious, fix),) = problems_of(env_file, {"APP_MODE": "LIVE", "ACCOUNT_ID": "mine"})
    assert (setting, is_serious) == ("APP_MODE", False)
    assert all(wanted in fix for wanted in ("BROKER=alpaca", "ALPACA_PAPER=false", "LIVE_TRADING_CONFIRMATION=mine"))


@pytest.mark.parametrize(
    "arguments",
    [
        ["--feed", "replay:nowhere"],
        ["--feed", "carrier-pigeon"],
        ["--speed", "-1"],
        ["--speed", "soon"],
        ["--clock", "sun"],
    ],
)
def test_a_bad_option_stops_the_start_with_its_name(env_file: Path, arguments: list[str]) -> None:
    result = CliRunner().invoke(app, ["run", *arguments])
    assert result.exit_code == 2
    assert arguments[0] in result.stderr


def test_children_read_the_very_settings_of_the_supervisor(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env_file.write_text("PORT=1234\nGAMMA_METRICS_SYMBOLS=spy, qqq\nMAX_DAILY_LOSS=12.50\nALLOW_PREMARKET=yes\n")
    settings = load_settings(env_file)
    for name, value in settings_environment(settings).items():
        monkeypatch.setenv(name, value)
    assert load_settings(None) == settings


def test_the_example_file_names_every_setting_with_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    example = Path(__file__).resolve().parents[2] / ".env.example"
    written = dict(
        line.removeprefix("#").strip().split("=", 1) for line in example.read_text().splitlines() if "=" in line
    )
    for name in configuration.fields():
        monkeypatch.delenv(name, raising=False)
    defaults = settings_environment(load_settings(None))
    assert written == defaults
