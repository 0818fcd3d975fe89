"""What holds of every token: it names a session for a day, and nothing else opens a door."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.problems import Problem
from api.tokens import AUDIENCE, ISSUER, KIND, Named, Tokens
from tests.api.serving import JWT_SECRET, USERNAME

AT = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
DAY_S = 24 * 3_600
some = settings(max_examples=100, deadline=None)
instants = st.integers(0, 10 * 365 * DAY_S).map(lambda seconds: AT + timedelta(seconds=seconds))
NAMED = Named(uuid4(), USERNAME)


class At:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = AT

    def __call__(self) -> datetime:
        return self.now


CLOCK = At()
TOKENS = Tokens(JWT_SECRET, now=CLOCK)


def refused(token: str) -> bool:
    with pytest.raises(Problem) as caught:
        TOKENS.read(token)
    return caught.value.status == 401


@some
@given(instants, st.integers(0, 3 * DAY_S))
def test_a_token_names_its_session_from_its_issue_for_24_hours_and_no_second_longer(
    issued: datetime, age_s: int
) -> None:
    """Property 42: JWT token issuance"""
    CLOCK.now = issued
    answer = TOKENS.issue(NAMED, account_id="paper")
    assert (answer.token_type, answer.expires_in) == ("bearer", DAY_S)
    claims = jwt.decode(
        answer.access_token, JWT_SECRET, algorithms=["HS256"], audience=AUDIENCE, options={"verify_signature": False}
    )
    assert (claims["sub"], claims["sid"], claims["iss"]) == (USERNAME, str(NAMED.session_id), ISSUER)
    assert claims["exp"] - claims["iat"] == DAY_S
    assert claims["iat"] == claims["nbf"] == int(issued.timestamp())
    CLOCK.now = issued + timedelta(seconds=age_s)
    if age_s < DAY_S:
        assert TOKENS.read(answer.access_token) == NAMED
    else:
        assert refused(answer.access_token)
    CLOCK.now = issued - timedelta(seconds=age_s + 2)
    assert refused(answer.access_token)


CLAIMS: dict[str, list[Any]] = {
    "sub": [None, 7, ["trader"]],
    "sid": [None, "", "another", 7, [str(NAMED.session_id)]],
    "aud": [None, "another"],
    "iss": [None, "another"],
    "exp": [None, "soon", 0],
    "nbf": [None, 2**40],
    "iat": [None, 2**40],
}


@some
@given(st.sampled_from(["nothing", *CLAIMS, "secret", "algorithm", "kind", "cut", "turned"]), st.data())
def test_only_a_token_of_ours_with_every_claim_as_we_wrote_it_opens_anything(changed: str, data: st.DataObject) -> None:
    """Property 43: Token-based authentication"""
    CLOCK.now = AT
    claims: dict[str, Any] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": USERNAME,
        "sid": str(NAMED.session_id),
        "iat": AT,
        "nbf": AT,
        "exp": AT + timedelta(hours=24),
    }
    if changed in CLAIMS:
        value = data.draw(st.sampled_from(CLAIMS[changed]))
        claims = {name: old for name, old in claims.items() if name != changed}
        claims |= {} if value is None else {changed: value}
    secret = data.draw(st.text(min_size=32, max_size=64)) if changed == "secret" else JWT_SECRET
    algorithm = data.draw(st.sampled_from(["HS384", "HS512"])) if changed == "algorithm" else "HS256"
    kind = data.draw(st.sampled_from(["JWT", "refresh+jwt"])) if changed == "kind" else KIND
    # signed by hand: pyjwt's own encoder refuses claims of a wrong type
    signer = jwt.PyJWS()
    payload = jwt.PyJWT()._encode_payload(
        {**claims, **{k: int(v.timestamp()) for k, v in claims.items() if isinstance(v, datetime)}}
    )
    token = signer.encode(payload, secret + "x" * 64 if changed == "algorithm" else secret, algorithm, {"typ": kind})
    if changed == "cut":
        token = token[: data.draw(st.integers(0, len(token) - 1))]
    elif changed == "turned":
        at = data.draw(st.integers(0, len(token) - 2))
        token = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
    if changed == "nothing":
        assert TOKENS.read(token) == NAMED
    else:
        assert refused(token)
