"""Who may send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.signatures import may_send, same_secret, secrets_of, signature_fits, signature_of
from streams.settings import Security

BODY = b'{"symbol": "SPY"}'


def security(**environment: str) -> Security:
    values = {"HMAC_SECRET": "key", "WEBHOOK_TOKEN": "token", "WEBHOOK_AUTH": "required"} | environment
    return Security.model_validate(values)


def test_a_signature_is_over_the_raw_bytes() -> None:
    # printf '{"symbol": "SPY"}' | openssl dgst -sha256 -hmac key
    assert signature_of(BODY, secret="key") == "sha256=979ce7cc697572126cab1b709447b17840a6934f91927bb87b08289dd83635a7"
    assert signature_fits(BODY, shown=signature_of(BODY, secret="key"), secret="key")
    assert signature_fits(BODY, shown=signature_of(BODY, secret="key").upper(), secret="key")
    assert not signature_fits(BODY + b" ", shown=signature_of(BODY, secret="key"), secret="key")


@given(st.binary(max_size=50), st.text(max_size=80), st.text(max_size=10))
def test_no_other_text_is_a_signature(raw: bytes, shown: str, secret: str) -> None:
    assert not signature_fits(raw, shown=shown, secret=secret)
    assert not signature_fits(raw, shown=None, secret=secret)


def test_without_a_secret_nothing_fits() -> None:
    assert not signature_fits(BODY, shown=signature_of(BODY, secret=""), secret="")
    assert not same_secret("", expected="")
    assert not same_secret(None, expected="")
    assert not same_secret(5, expected="5")


SIGNED, WRONG = signature_of(BODY, secret="key"), "sha256=" + "0" * 64


@pytest.mark.parametrize(
    ("signature", "secret", "auth", "token_only", "allowed"),
    [
        (SIGNED, None, "required", False, True),
        (None, "token", "required", False, True),
        (None, None, "required", False, False),
        (None, "wrong", "required", False, False),
        (None, None, "none", False, True),
        (None, "wrong", "none", False, True),
        (WRONG, "token", "required", False, False),
        (WRONG, None, "none", False, False),
        ("", None, "none", False, False),
        (SIGNED, None, "required", True, False),
        (None, None, "none", True, False),
        (None, "token", "required", True, True),
        (WRONG, "token", "none", True, False),
    ],
)
def test_who_may_send(signature: str | None, secret: str | None, auth: str, token_only: bool, allowed: bool) -> None:
    payload = {"symbol": "SPY", "secret": secret}
    settings = security(WEBHOOK_AUTH=auth)
    assert may_send(BODY, {**payload}, signature=signature, security=settings, token_only=token_only) is allowed


def test_an_unset_token_lets_nobody_in() -> None:
    settings = security(WEBHOOK_TOKEN="", HMAC_SECRET="")
    assert not may_send(BODY, {"secret": ""}, signature=None, security=settings, token_only=False)
    assert not may_send(BODY, {}, signature=signature_of(BODY, secret=""), security=settings, token_only=False)
    assert secrets_of(settings) == ()
