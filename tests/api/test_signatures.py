"""Who may send."""

import hashlib
import hmac
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.payloads import REDACTED, JsonObject, Secrets, redacted_object, redacted_text
from api.signatures import Shown, hashed, is_signed, may_send, same_secret, secrets_of, signature_fits, signature_of
from streams.settings import Security
from tests.schemas.story import NOON

LONG = "a-signal-token-of-the-tests"
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


def sends(
    settings: Security,
    payload: JsonObject,
    *,
    signature: str | None = None,
    token_only: bool = False,
    at: datetime = NOON,
    address: str = "127.0.0.1",
) -> bool:
    shown = Shown(signature)
    return may_send(BODY, payload, shown=shown, security=settings, token_only=token_only, at=at, address=address)


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
    payload: JsonObject = {"symbol": "SPY", "secret": secret}
    settings = security(WEBHOOK_AUTH=auth)
    assert sends(settings, payload, signature=signature, token_only=token_only) is allowed


def test_an_unset_token_lets_nobody_in() -> None:
    settings = security(WEBHOOK_TOKEN="", HMAC_SECRET="")
    assert not sends(settings, {"secret": ""})
    assert not sends(settings, {"secret": "sha256:x"})
    assert not sends(settings, {}, signature=signature_of(BODY, secret=""))
    assert secrets_of(settings) == Secrets()


def test_a_token_may_be_kept_as_its_hash_and_the_hash_opens_nothing() -> None:
    kept = hashed("token")
    assert kept == f"sha256:{hashlib.sha256(b'token').hexdigest()}"
    assert hashed(kept) == kept
    settings = security(WEBHOOK_TOKEN=kept)
    assert sends(settings, {"secret": "token"})
    assert not sends(settings, {"secret": kept})
    assert not sends(settings, {"secret": "tokem"})


@pytest.mark.parametrize("kept", ["old", hashed("old")])
def test_the_token_before_is_taken_until_its_time_and_the_new_one_at_once(kept: str) -> None:
    settings = security(WEBHOOK_TOKEN_BEFORE=kept, WEBHOOK_TOKEN_BEFORE_UNTIL=NOON.isoformat())
    moments = [NOON - timedelta(microseconds=1), NOON, NOON + timedelta(days=1)]
    assert [sends(settings, {"secret": "old"}, at=at) for at in moments] == [True, False, False]
    assert all(sends(settings, {"secret": "token"}, at=at) for at in moments)


@pytest.mark.parametrize(
    ("address", "is_near"),
    [
        ("52.89.214.238", True),
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("2001:db8::5", True),
        ("11.0.0.1", False),
        ("2001:db9::5", False),
        ("unknown", False),
    ],
)
def test_a_token_is_shown_from_the_listed_addresses_only_and_a_signature_from_anywhere(
    address: str, is_near: bool
) -> None:
    networks = "52.89.214.238, 10.0.0.0/8, 2001:db8::/32"
    for auth in ("required", "none"):
        settings = security(WEBHOOK_NETWORKS=networks, WEBHOOK_AUTH=auth)
        assert sends(settings, {"secret": "token"}, address=address) is is_near
        assert sends(settings, {}, address=address) is (is_near and auth == "none")
        assert sends(settings, {"secret": "token"}, address=address, token_only=True) is is_near
        assert sends(settings, {}, signature=SIGNED, address=address)
    assert sends(security(), {"secret": "token"}, address=address)


def test_what_is_kept_as_a_hash_is_taken_out_of_what_was_sent() -> None:
    secrets = secrets_of(
        security(
            WEBHOOK_TOKEN=hashed(LONG),
            HMAC_SECRET="",
            WEBHOOK_TOKEN_BEFORE=hashed("an old one"),
            WEBHOOK_TOKEN_BEFORE_UNTIL=NOON.isoformat(),
        )
    )
    sent: JsonObject = {
        "a": LONG,
        "b": [f"token={LONG};"],
        "c": {LONG: 1},
        "d": " an old one ",
        "e": "a-word-that-stays",
    }
    assert redacted_object(sent, secrets) == {
        "a": REDACTED,
        "b": [REDACTED],
        "c": {},
        "d": REDACTED,
        "e": "a-word-that-stays",
    }
    assert redacted_text(f"not json {LONG}!".encode(), secrets) == f"not json {REDACTED}!"
    # of a token that is no word, what was shown is known
    assert redacted_object({"a": "x an old one y"}, secrets.and_shown("an old one")) == {"a": REDACTED}
    assert secrets.and_shown("SPY") == secrets.and_shown(None) == secrets


SECONDS = int(NOON.timestamp())


def dated(name: str = "msg-1", seconds: str = str(SECONDS)) -> Shown:
    """Return what a sender shows that names and dates its call."""
    return Shown(signature_of(f"{name}.{seconds}.".encode() + BODY, secret="key"), name, seconds)


@pytest.mark.parametrize(("late_s", "is_taken"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)])
def test_a_dated_signature_is_taken_within_300_seconds_of_its_time_the_future_included(
    late_s: int, is_taken: bool
) -> None:
    assert is_signed(BODY, shown=dated(), secret="key", at=NOON + timedelta(seconds=late_s)) is is_taken


@pytest.mark.parametrize(
    "shown",
    [
        dated()._replace(timestamp=str(SECONDS + 1)),
        dated()._replace(id="msg-2"),
        dated()._replace(id=None),
        dated()._replace(timestamp=None),
        dated()._replace(id=None, timestamp=None),
        Shown(SIGNED, "msg-1", str(SECONDS)),
        dated(seconds=f"{SECONDS}.0"),
        dated(seconds="now"),
        dated(seconds="9" * 4000),
        dated(name=""),
        dated(name="é"),
        dated(name="msg.1"),
        dated(name="x" * 256),
    ],
)
def test_of_a_dated_call_nothing_may_be_changed_or_left_out(shown: Shown) -> None:
    assert not is_signed(BODY, shown=shown, secret="key", at=NOON)


def test_every_caller_is_compared_in_constant_time_and_on_the_same_path(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []
    real = hmac.compare_digest

    def counted(one: bytes, other: bytes) -> bool:
        compared.append(len(one))
        return real(one, other)

    monkeypatch.setattr(hmac, "compare_digest", counted)
    paths = set()
    for settings in (security(), security(WEBHOOK_TOKEN="", HMAC_SECRET="")):
        for secret in ("token", "wrong", None):
            for signature in (SIGNED, WRONG):
                compared.clear()
                sends(settings, {"secret": secret}, signature=signature)
                paths.add(tuple(compared))
    # the signature, the token and the token before it, whatever is shown and whatever is set
    assert paths == {(71, 32, 32)}
