"""What is wrong with the settings, name by name, and what would put it right."""

import difflib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from sinks.order_guard import LIVE_HOST, PAPER_HOST, is_wrong_address
from streams.settings import InvalidSettings, Settings, load_settings

ENV_FILE = Path(".env")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
OURS = ("KAFKA_", "WEBHOOK_", "TAPESTREAM_", "MAX_", "BIAS_", "ENABLE_", "JWT_", "HMAC_")
OTHERS = frozenset({"TAPESTREAM_HOME", "TAPESTREAM_CACHE", "TAPESTREAM_CHILD"})


@dataclass(frozen=True, slots=True)
class Problem:
    """A setting that is bad, or missing, or looks like a mistake.

    serious  whether the platform will not start with it
    """

    setting: str
    problem: str
    fix: str
    serious: bool = True


def fields() -> dict[str, FieldInfo]:
    """Return every setting by the name it has in the environment."""
    found: dict[str, FieldInfo] = {}
    for group in Settings.model_fields.values():
        kind = group.annotation
        assert isinstance(kind, type)
        assert issubclass(kind, BaseSettings)
        found |= {field.alias or name.upper(): field for name, field in kind.model_fields.items()}
    return found


def read(env_file: Path = ENV_FILE) -> tuple[Settings | None, list[Problem]]:
    """Return the settings, None when one is bad, and everything that is wrong with them."""
    try:
        settings = load_settings(env_file)
    except InvalidSettings as error:
        return None, [_problem(line) for line in str(error).splitlines()]
    return settings, [*_inconsistent(settings), *_unknown(env_file)]


def _problem(line: str) -> Problem:
    name, _, text = line.partition(": ")
    known = fields()
    # a rule about a whole group names the setting in its text
    name = next((word for word in (name, *text.split()) if word in known), name)
    default = known[name].default if name in known else None
    shown = f" (its default is {default})" if isinstance(default, str | int | float) and str(default) else ""
    return Problem(name, text, f"correct {name} in the environment or {ENV_FILE}, or remove it{shown}")


def _inconsistent(settings: Settings) -> Iterator[Problem]:
    yield from _live(settings)
    if settings.features.e2e_test_mode:
        yield Problem(
            "E2E_TEST_MODE",
            "is on: no bias is required and the portfolio guard is off",
            "set E2E_TEST_MODE=false",
            serious=False,
        )
    if settings.security.webhook_auth == "none" and settings.server.host not in LOOPBACK:
        yield Problem(
            "WEBHOOK_AUTH",
            f"is none, so anyone who reaches {settings.server.host} can send alerts",
            "set WEBHOOK_AUTH=required, or HOST=127.0.0.1",
            serious=False,
        )
    hashed = settings.security.password_hash.get_secret_value()
    if hashed and not hashed.startswith("$argon2id$"):
        yield Problem(
            "TAPESTREAM_PASSWORD_HASH",
            "is not an argon2id hash",
            "make one with argon2's PasswordHasher().hash(...), or remove it to have a login generated",
        )


def _live(settings: Settings) -> Iterator[Problem]:
    """Yield what stands between the settings and a broker. Real money takes every word of it; half of them are none."""
    execution, providers = settings.execution, settings.providers
    wants_live = settings.server.app_mode == "LIVE"
    if execution.broker == "alpaca":
        for name, secret in (
            ("ALPACA_API_KEY", providers.alpaca_api_key),
            ("ALPACA_SECRET_KEY", providers.alpaca_secret_key),
        ):
            if not secret.get_secret_value():
                yield Problem(name, "is not set, but BROKER is alpaca", f"set {name}, or BROKER=paper")
        if is_wrong_address(providers.alpaca_base_url, is_paper=providers.alpaca_paper):
            yield Problem(
                "ALPACA_BASE_URL",
                "is another account's than ALPACA_PAPER says",
                f"use https://{PAPER_HOST if providers.alpaca_paper else LIVE_HOST}",
            )
    account_id = settings.risk.account_id
    missing = [
        wanted
        for wanted, is_so in (
            ("APP_MODE=LIVE", wants_live),
            ("BROKER=alpaca", execution.broker == "alpaca"),
            ("ALPACA_PAPER=false", not providers.alpaca_paper),
            (f"LIVE_TRADING_CONFIRMATION={account_id}", execution.live_trading_confirmation == account_id),
        )
        if not is_so
    ]
    confirms = bool(execution.live_trading_confirmation)
    real_account = execution.broker == "alpaca" and not providers.alpaca_paper
    if missing and (confirms or real_account):
        setting = "LIVE_TRADING_CONFIRMATION" if confirms else "ALPACA_PAPER"
        said = "confirms trading with real money" if confirms else "is false: the account with real money"
        yield Problem(setting, f"{said}, but not all of it is said", f"set {', '.join(missing)}, or remove {setting}")
    elif wants_live and missing:
        yield Problem(
            "APP_MODE",
            "is LIVE, but nothing is traded: signals are judged only",
            f"set {', '.join(missing)}, or APP_MODE=PAPER",
            serious=False,
        )


def _unknown(env_file: Path) -> Iterator[Problem]:
    """Yield names that look like settings of ours, but are none."""
    known = fields()
    written: Mapping[str, str | None] = dotenv_values(env_file) if env_file.exists() else {}
    ours = {name for name in os.environ if name.startswith(OURS)}
    for name in sorted({*written, *ours} - known.keys() - OTHERS):
        near = difflib.get_close_matches(name, known, n=1)
        if near or name in written:
            advice = f"did you mean {near[0]}?" if near else f"remove it from {env_file}"
            yield Problem(name, "is no setting of Tapestream", advice, serious=False)
