import base64
import hmac
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from argon2 import PasswordHasher, Type
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from api.problems import Problem
from api.server import create_app
from api.throttle import Throttle
from api.tokens import LIFETIME, Named, Tokens
from streams.settings import InvalidSettings
from tests.api.serving import JWT_SECRET, PASSWORD, USERNAME, client_of, log_in, reaching, settings

PROTECTED = "/auth/me"
SESSION = uuid4()


pytestmark = pytest.mark.postgres


@pytest.fixture
async def app(login_database: str) -> AsyncIterator[FastAPI]:
    """Yield an app that reaches the database of logins, and nothing else."""
    made = create_app(settings())
    async with reaching(made, login_database):
        yield made


def claims(**more: Any) -> dict[str, Any]:
    now = int(time.time())
    return {
        "iss": "tapestream",
        "aud": "tapestream",
        "sub": USERNAME,
        "sid": str(SESSION),
        "account_id": "paper",
        "iat": now,
        "nbf": now,
        "exp": now + 3600,
    } | more


def signed(content: dict[str, Any], *, secret: str = JWT_SECRET, algorithm: str = "HS256", **header: Any) -> str:
    return jwt.encode(content, secret, algorithm=algorithm, headers={"typ": "at+jwt"} | header)


async def test_a_login_gives_a_token_of_a_day(app: FastAPI) -> None:
    async with client_of(app) as client:
        answer = await client.post("/auth/login", json={"username": USERNAME, "password": PASSWORD})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["token_type"], body["expires_in"]) == ("bearer", 86_400)
    token = jwt.decode(body["access_token"], JWT_SECRET, algorithms=["HS256"], audience="tapestream")
    assert (token["sub"], token["account_id"]) == (USERNAME, "paper")
    assert token["exp"] - token["iat"] == 86_400


async def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(app: FastAPI) -> None:
    async with client_of(app) as client:
        answers = [
            await client.post("/auth/login", json={"username": username, "password": password})
            for username, password in (("nobody", PASSWORD), (USERNAME, "wrong"))
        ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].content == answers[1].content
    assert answers[0].headers["www-authenticate"].startswith("Bearer")


async def test_five_failed_logins_shut_the_door_for_that_name_and_address_only(app: FastAPI) -> None:
    async with client_of(app) as client:
        for _ in range(5):
            answer = await client.post("/auth/login", json={"username": USERNAME, "password": "wrong"})
            assert answer.status_code == 401
        # the right password is not even looked at
        shut = await client.post("/auth/login", json={"username": USERNAME, "password": PASSWORD})
        other_name = await client.post("/auth/login", json={"username": "nobody", "password": "wrong"})
    async with client_of(app, address="192.0.2.7") as elsewhere:
        other_address = await elsewhere.post("/auth/login", json={"username": USERNAME, "password": PASSWORD})
    assert shut.status_code == 429
    assert 1 <= int(shut.headers["retry-after"]) <= 60
    assert other_name.status_code == 401
    assert other_address.status_code == 200


async def test_a_login_refuses_fields_it_does_not_know(app: FastAPI) -> None:
    async with client_of(app) as client:
        body = {"username": USERNAME, "password": PASSWORD, "account_id": "other"}
        answer = await client.post("/auth/login", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "account_id"
    assert PASSWORD not in answer.text


def said_to_be(algorithm: str) -> str:
    """Return a token signed with our secret that claims another algorithm."""
    content = [{"alg": algorithm, "typ": "at+jwt"}, claims()]
    text = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in content)
    signature = hmac.digest(JWT_SECRET.encode(), text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


TOKENS = {
    "none given": None,
    "nonsense": "nonsense",
    "another secret": signed(claims(), secret="x" * 40),
    "unsigned": jwt.encode(claims(), "", algorithm="none", headers={"typ": "at+jwt"}),
    "another algorithm": signed(claims(), algorithm="HS512", secret=JWT_SECRET + "x" * 40),
    "said to be signed with a key pair": said_to_be("RS256"),
    "said to be unsigned": said_to_be("none"),
    "a key it names": signed(claims(), kid="../../dev/null"),
    "a key it links to": signed(claims(), jku="https://tapestream.test/keys"),
    "a key it carries": signed(claims(), jwk={"kty": "oct", "k": "AAAA"}),
    "another kind": signed(claims(), typ="refresh+jwt"),
    "no kind": signed(claims(), typ="JWT"),
    "over": signed(claims(exp=int(time.time()) - 1)),
    "not begun": signed(claims(nbf=int(time.time()) + 86_400)),
    "issued later": signed(claims(iat=int(time.time()) + 86_400)),
    "for somebody else": signed(claims(aud="another")),
    "by somebody else": signed(claims(iss="another")),
    "of another user": signed(claims(sub="another")),
    "of no session": signed(claims(sid=str(uuid4()))),
    "a session that is no id": signed(claims(sid="' OR true --")),
    "no session": signed({name: value for name, value in claims().items() if name != "sid"}),
    "no end": signed({name: value for name, value in claims().items() if name != "exp"}),
    "an end that is no number": signed(claims(exp="soon")),
}


async def session_is_there(app: FastAPI, client: Any) -> None:
    """Have the session that the tokens here name, so that it is never what they lack."""
    await log_in(client)
    del client.headers["Authorization"]
    await app.state.pool.execute(
        """INSERT INTO sessions (session_id, user_id, address, created_at, expires_at)
           SELECT $1, user_id, '', now(), now() + interval '1 day' FROM users WHERE username = $2
           ON CONFLICT DO NOTHING""",
        SESSION,
        USERNAME,
    )


async def test_a_token_as_ours_opens_what_the_others_do_not(app: FastAPI) -> None:
    async with client_of(app) as client:
        await session_is_there(app, client)
        answers = [
            await client.get(PROTECTED, headers={"Authorization": f"Bearer {token}"})
            for token in (signed(claims()), said_to_be("HS256"))
        ]
    assert [answer.status_code for answer in answers] == [200, 200]


@pytest.mark.parametrize("name", TOKENS)
async def test_a_token_that_is_not_ours_opens_nothing(app: FastAPI, name: str) -> None:
    async with client_of(app) as client:
        await session_is_there(app, client)
        token = TOKENS[name]
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        answer = await client.get(PROTECTED, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")


def basic(username: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()}


async def test_a_browser_reads_the_interface_with_its_login(app: FastAPI) -> None:
    async with client_of(app) as client:
        asked = await client.get("/docs")
        assert "Basic" in asked.headers["www-authenticate"]
        right = await client.get("/docs", headers=basic(USERNAME, PASSWORD))
        again = await client.get("/docs", headers=basic(USERNAME, PASSWORD))
        wrong = await client.get("/docs", headers=basic(USERNAME, "wrong"))
        broken = await client.get("/docs", headers={"Authorization": "Basic !!!"})
    assert (right.status_code, again.status_code) == (200, 200)
    assert "/orders/positions" in right.text
    assert (wrong.status_code, broken.status_code) == (401, 401)


async def test_a_basic_login_is_no_way_round_the_throttle(app: FastAPI) -> None:
    async with client_of(app) as client:
        codes = [(await client.get("/subjects", headers=basic(USERNAME, f"wrong {n}"))).status_code for n in range(6)]
        await log_in_refused(client)
    assert codes == [401] * 5 + [429]


async def log_in_refused(client: Any) -> None:
    answer = await client.post("/auth/login", json={"username": USERNAME, "password": PASSWORD})
    assert answer.status_code == 429


async def test_basic_opens_only_what_says_so(app: FastAPI) -> None:
    async with client_of(app) as client:
        answer = await client.get(PROTECTED, headers=basic(USERNAME, PASSWORD))
        await log_in(client)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("JWT_SECRET", "", "JWT_SECRET: is not set"),
        ("TAPESTREAM_USERNAME", "", "TAPESTREAM_USERNAME: is not set"),
        ("TAPESTREAM_PASSWORD_HASH", "", "TAPESTREAM_PASSWORD_HASH: is not set"),
        ("TAPESTREAM_PASSWORD_HASH", "plain", "TAPESTREAM_PASSWORD_HASH: is not an argon2 hash"),
        *(
            ("TAPESTREAM_PASSWORD_HASH", weaker, "TAPESTREAM_PASSWORD_HASH: is not an argon2id hash")
            for weaker in (PasswordHasher(1, 64, 1, type=kind).hash(PASSWORD) for kind in (Type.I, Type.D))
        ),
        ("KAFKA_BOOTSTRAP_SERVERS", "", "KAFKA_BOOTSTRAP_SERVERS: is not set"),
        ("DATABASE_URL", "", "DATABASE_URL: is not set"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_setting_that_is_missing_or_bad_stops_the_start_and_is_named(name: str, value: str, said: str) -> None:
    with pytest.raises(InvalidSettings, match=said):
        create_app(settings(**{name: value}))


@given(steps=st.lists(st.floats(min_value=0, max_value=40), max_size=60))
def test_no_window_ever_lets_more_failures_through_than_the_limit(steps: list[float]) -> None:
    throttle = Throttle(limit=5, window_s=60)
    now, through = 0.0, []
    for step in steps:
        now += step
        wait_s = throttle.wait_s("key", now=now)
        if wait_s == 0:
            throttle.fail("key", now=now)
            through.append(now)
        else:
            assert 0 < wait_s <= 60
    for at in through:
        assert sum(at <= other < at + 60 for other in through) <= 5


def test_the_throttle_remembers_only_so_many_keys() -> None:
    throttle = Throttle(limit=1, window_s=60, keys_max=10)
    for number in range(100):
        throttle.fail(number, now=0)
    assert throttle.wait_s(89, now=1) == 0
    assert throttle.wait_s(99, now=1) > 0


def test_a_token_that_was_read_before_is_refused_once_it_is_over() -> None:
    now = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
    tokens = Tokens(JWT_SECRET, now=lambda: now)
    named = Named(UUID(int=1), USERNAME)
    token = tokens.issue(named, account_id="paper").access_token
    assert tokens.read(token) == named
    now += LIFETIME
    with pytest.raises(Problem):
        tokens.read(token)
