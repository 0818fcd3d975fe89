"""Bodies from outside: what is read of them, and what is kept."""

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from api.payloads import VALUES_MAX, Secrets, parse, redacted_object, redacted_text, stored_json, stored_text

values = st.recursive(
    st.none() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(st.binary(max_size=200))
@example(b"[" * 100_000)
@example(b'{"a":' * 50 + b"1" + b"}" * 50)
@example(b'{"a": 1e99999999}')
@example(b'{"a": "\\ud800"}')
@example(b'{"a": ' + b"1" * 5000 + b"}")
@example(b"[1]")
@example(b"")
@example(b"\xff\xfe{}")
def test_any_bytes_are_an_object_or_a_named_problem(raw: bytes) -> None:
    parsed = parse(raw)
    assert isinstance(parsed.payload, dict)
    if parsed.problem is None:
        stored_json(parsed.payload)
    else:
        assert parsed.problem.details[0]["field"] == "body"


def test_a_body_holds_so_many_values_and_no_more() -> None:
    # the list and its name are two of them
    bodies = (b'{"a": [%s]}' % b",".join([b"0"] * count) for count in (VALUES_MAX - 2, VALUES_MAX - 1))
    full, over = (str(parse(body).problem and "too many") for body in bodies)
    assert (full, over) == ("None", "too many")


def test_a_token_is_found_in_a_body_with_a_problem() -> None:
    parsed = parse(b'{"secret": "s", "price": NaN}')
    assert parsed.payload["secret"] == "s"
    assert parsed.problem is not None


SECRET = "a-long-signal-token"


@given(values, st.lists(st.text(max_size=5), max_size=3))
def test_no_secret_survives_anywhere(value: Any, path: list[str]) -> None:
    payload: Any = {"deep": [value, SECRET, f"Bearer {SECRET}", {SECRET: 1, "secret": "another"}]}
    for name in path:
        payload = {name: payload, "Secret": "another", "other": SECRET}
    raw = json.dumps(payload).encode()
    parsed = parse(raw)
    if parsed.problem is None:
        kept = stored_json(redacted_object(parsed.payload, Secrets((SECRET,))))
        assert SECRET not in kept
        assert "another" not in kept
    assert SECRET not in redacted_text(raw, Secrets((SECRET,)))


def test_text_that_is_no_json_loses_what_follows_the_word_secret() -> None:
    kept = redacted_text(b'{"secret": "older-token", "symbol": "SPY",}', Secrets((SECRET,)))
    assert "older-token" not in kept
    assert "SPY" in kept


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=20), st.integers(1_000, 30_000))
def test_what_is_stored_is_json_of_at_most_32_kilobytes(part: str, times: int) -> None:
    text = part * times
    for stored in (stored_json({"text": text}), stored_text(text)):
        assert len(stored.encode()) <= 32 * 1024
        assert isinstance(json.loads(stored), dict)
