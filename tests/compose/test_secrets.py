"""Secrets of a home: made once, private, and second to what is set."""

import hashlib
import stat
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from pydantic import ValidationError

from compose.environment import secrets_environment
from compose.secrets import FILE, home_secrets
from streams.settings import Security


def security(**given: str) -> Security:
    return Security.model_validate(given)


def test_secrets_stay_the_same_for_a_home(tmp_path: Path) -> None:
    first = home_secrets(tmp_path, security=security())
    assert home_secrets(tmp_path, security=security()) == first
    assert PasswordHasher().verify(first.password_hash, first.password)


def test_homes_have_different_secrets(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    a, b = (home_secrets(tmp_path / name, security=security()) for name in "ab")
    assert a.jwt_secret != b.jwt_secret
    assert a.password != b.password


def test_only_the_owner_can_read_them(tmp_path: Path) -> None:
    home_secrets(tmp_path, security=security())
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_what_the_environment_sets_goes_first_and_is_not_written(tmp_path: Path) -> None:
    chosen = home_secrets(tmp_path, security=security(WEBHOOK_TOKEN="chosen-by-hand", TAPESTREAM_USERNAME="me"))
    assert (chosen.webhook_token, chosen.username) == ("chosen-by-hand", "me")
    assert "chosen-by-hand" not in (tmp_path / FILE).read_text()
    assert home_secrets(tmp_path, security=security()).webhook_token != "chosen-by-hand"


def test_with_a_hash_of_ones_own_no_password_is_told(tmp_path: Path) -> None:
    hashed = PasswordHasher().hash("mine")
    chosen = home_secrets(tmp_path, security=security(TAPESTREAM_PASSWORD_HASH=hashed))
    assert (chosen.password, chosen.password_hash) == ("", hashed)


def test_a_file_of_an_older_home_gets_what_it_lacks(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"jwt_secret": "kept"}')
    found = home_secrets(tmp_path, security=security())
    assert found.jwt_secret == "kept"
    assert PasswordHasher().verify(found.password_hash, found.password)


def test_children_are_given_hashes_and_never_the_password_or_a_signal_token(tmp_path: Path) -> None:
    given = security(WEBHOOK_TOKEN_BEFORE="an-older-token", WEBHOOK_TOKEN_BEFORE_UNTIL="2026-03-01T00:00:00Z")
    found = home_secrets(tmp_path, security=given)
    environment = secrets_environment(found, given)
    assert environment["TAPESTREAM_PASSWORD_HASH"] == found.password_hash
    assert found.password not in environment.values()
    for name, token in (("WEBHOOK_TOKEN", found.webhook_token), ("WEBHOOK_TOKEN_BEFORE", "an-older-token")):
        assert environment[name] == f"sha256:{hashlib.sha256(token.encode()).hexdigest()}"
    assert security(WEBHOOK_TOKEN=environment["WEBHOOK_TOKEN"]).webhook_token.get_secret_value() != found.webhook_token
    assert found.password not in repr(found)


def test_of_a_signal_token_set_as_its_hash_nothing_is_told(tmp_path: Path) -> None:
    digest = f"sha256:{hashlib.sha256(b'mine').hexdigest()}"
    chosen = home_secrets(tmp_path, security=security(WEBHOOK_TOKEN=digest))
    assert (chosen.webhook_token, chosen.signal_token) == (digest, "")
    assert secrets_environment(chosen, security())["WEBHOOK_TOKEN"] == digest


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"WEBHOOK_TOKEN": "sha256:abc"}, "WEBHOOK_TOKEN needs 64 hex digits"),
        ({"WEBHOOK_TOKEN_BEFORE": "old"}, "WEBHOOK_TOKEN_BEFORE_UNTIL"),
        ({"WEBHOOK_TOKEN_BEFORE_UNTIL": "2026-03-01T00:00:00Z"}, "WEBHOOK_TOKEN_BEFORE"),
        ({"WEBHOOK_TOKEN_BEFORE": "old", "WEBHOOK_TOKEN_BEFORE_UNTIL": "2026-03-01T00:00:00"}, "timezone"),
        ({"WEBHOOK_NETWORKS": "10.0.0.0/8,everywhere"}, "WEBHOOK_NETWORKS"),
    ],
)
def test_a_token_that_could_never_be_shown_is_refused_at_the_start(given: dict[str, str], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        security(**given)
