"""The audit log as a chain: what is done to it shows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinks.audit_chain import GENESIS, Change, Row, canonical, linked, verify
from tests.agents.strategies import few

AT = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
texts = st.text(max_size=8)
details = st.dictionaries(
    texts,
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False, places=3) | texts,
    max_size=3,
)
changes = st.builds(
    Change,
    at=st.integers(0, 10**9).map(lambda seconds: AT + timedelta(seconds=seconds)),
    actor=texts,
    account_id=st.sampled_from(("paper", "live", "")),
    action=texts,
    target=texts,
    detail=details,
    event_id=st.none() | st.uuids().map(str),
)


def chain(found: list[Change]) -> list[Row]:
    rows: list[Row] = []
    for change in found:
        rows.append(linked(len(rows) + 1, change, rows[-1].hash if rows else GENESIS))
    return rows


chains = st.lists(changes, min_size=1, max_size=6).map(chain)


def heads_of(rows: list[Row]) -> dict[int, set[str]]:
    return {row.number: {row.hash} for row in rows}


@few
@given(rows=chains)
def test_a_log_that_nobody_touched_is_intact(rows: list[Row]) -> None:
    assert verify(rows, heads=heads_of(rows)) == []


@few
@given(rows=chains, data=st.data())
def test_an_edit_of_any_field_of_any_row_is_found_at_its_number(rows: list[Row], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    row = rows[place]
    fields = ("at", "actor", "account_id", "action", "target", "detail", "event_id", "hash", "previous_hash")
    field = data.draw(st.sampled_from(fields))
    edited: Row
    if field == "hash":
        edited = replace(row, hash="f" * 64)
    elif field == "previous_hash":
        edited = replace(row, previous_hash="f" * 64)
    else:
        new: Any = {
            "at": row.change.at + timedelta(microseconds=1),
            "detail": {**row.change.detail, "more": 1},
            "event_id": "00000000-0000-0000-0000-000000000000",
        }.get(field, f"{getattr(row.change, field)}x")
        edited = replace(row, change=replace(row.change, **{field: new}))
    found = verify([*rows[:place], edited, *rows[place + 1 :]], heads=heads_of(rows))
    assert row.number in {finding.number for finding in found}


@few
@given(rows=chains, data=st.data())
def test_an_edit_with_all_hashes_after_it_made_anew_is_found_by_the_heads(rows: list[Row], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    forged = [row.change for row in rows]
    forged[place] = replace(forged[place], actor=forged[place].actor + "x")
    found = verify(chain(forged), heads=heads_of(rows))
    assert [finding.number for finding in found] == list(range(place + 1, len(rows) + 1))


@few
@given(rows=chains, data=st.data())
def test_a_deletion_or_truncation_is_found_at_its_number(rows: list[Row], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(rows) - 1))
    last = data.draw(st.integers(first, len(rows) - 1))
    found = verify([*rows[:first], *rows[last + 1 :]], heads=heads_of(rows))
    assert found[0].number == first + 1
    assert found[0].fault == ("truncated" if last == len(rows) - 1 else "missing")


@few
@given(rows=st.lists(changes, min_size=2, max_size=6).map(chain), data=st.data())
def test_two_rows_that_have_changed_places_are_found(rows: list[Row], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows) - 2))
    swapped = [*rows[:place], rows[place + 1], rows[place], *rows[place + 2 :]]
    assert "reordered" in {finding.fault for finding in verify(swapped, heads=heads_of(rows))}
    renumbered = [
        *rows[:place],
        replace(rows[place + 1], number=place + 1),
        replace(rows[place], number=place + 2),
        *rows[place + 2 :],
    ]
    assert {finding.number for finding in verify(renumbered, heads=heads_of(rows))} >= {place + 1, place + 2}


@few
@given(rows=chains)
def test_a_row_that_kafka_was_not_told_of_is_found_unless_its_head_still_waits(rows: list[Row]) -> None:
    heads = heads_of(rows[:-1])
    assert [(found.number, found.fault) for found in verify(rows, heads=heads)] == [(len(rows), "unsaid")]
    assert verify(rows, heads=heads, unsaid={len(rows)}) == []
    assert verify(rows, heads=heads, upto=len(rows) - 1) == []


def test_rows_cut_off_and_written_anew_are_found() -> None:
    change = Change(AT, "trader", "paper", "change_control", "kill_switch", {"value": {"halted": True}})
    before = chain([change, change, change])
    after = chain([change, replace(change, actor="another"), change])
    heads = heads_of(before)
    for number, told in heads_of(after).items():
        heads[number] |= told
    assert [found.number for found in verify(after, heads=heads)] == [2, 3]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"b": 1, "a": 2}, {"a": 2, "b": 1}),
        ({"a": Decimal("1.50")}, {"a": Decimal("1.5")}),
        ({"a": 100.0}, {"a": Decimal("1E+2")}),
        ({"a": (1, 2)}, {"a": [1, 2]}),
        ({"a": "x\0"}, {"a": "x\ufffd"}),
    ],
)
def test_equal_details_have_one_form(one: dict[str, object], other: dict[str, object]) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN")])
def test_a_number_without_a_json_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="finite"):
        canonical({"a": [value]})
