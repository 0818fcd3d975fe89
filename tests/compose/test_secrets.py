"""Secrets of a home: made once, private, and second to what is set."""

import stat
from pathlib import Path

from argon2 import PasswordHasher

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


def test_children_are_given_the_hash_and_never_the_password(tmp_path: Path) -> None:
    found = home_secrets(tmp_path, security=security())
    environment = secrets_environment(found)
    assert environment["TAPESTREAM_PASSWORD_HASH"] == found.password_hash
    assert found.password not in environment.values()
    assert found.password not in repr(found)
