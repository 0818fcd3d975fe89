"""The table of properties is complete and up to date, and its check would notice if it were not."""

from pathlib import Path

from tests.properties import (
    EXPECTED,
    TABLE,
    TESTS,
    Proof,
    missing,
    problems,
    proofs,
    table,
    unknown,
)

MODULE = '''
import hypothesis
from hypothesis import given

@few
@given(st.integers())
def test_one(number):
    """Property 20: Deterministic hash consistency

    And more about it.
    """

@hypothesis.given(st.integers())
async def test_two(number):
    """Orchestrator property: Market context creation"""

@given(st.integers())
def test_three(number):
    """Property 20: Deterministic hash consistency"""

def test_without_hypothesis():
    """Property 21: Variant assignment determinism"""

@given(st.integers())
def test_with_another_docstring(number):
    """Proves Property 21: Variant assignment determinism"""

@given(st.integers())
def test_misspelt(number):
    """Property 21: Variant determinism"""
'''


def found_in(folder: Path) -> list[Proof]:
    tests = folder / "tests"
    (tests / "agents").mkdir(parents=True)
    (tests / "agents" / "test_some.py").write_text(MODULE)
    (tests / "agents" / "not_a_test.py").write_text(MODULE)
    return proofs(tests)


def test_every_property_is_proved_and_the_table_says_by_which_test() -> None:
    assert problems(proofs(TESTS), TABLE.read_text()) == []


def test_only_hypothesis_tests_with_the_name_on_their_first_line_prove_anything(tmp_path: Path) -> None:
    assert found_in(tmp_path) == [
        Proof("Property 20: Deterministic hash consistency", "tests/agents/test_some.py::test_one"),
        Proof("Orchestrator property: Market context creation", "tests/agents/test_some.py::test_two"),
        Proof("Property 20: Deterministic hash consistency", "tests/agents/test_some.py::test_three"),
        Proof("Property 21: Variant determinism", "tests/agents/test_some.py::test_misspelt"),
    ]


def test_what_is_missing_or_misspelt_is_named(tmp_path: Path) -> None:
    found = found_in(tmp_path)
    assert len(missing(found)) == len(EXPECTED) - 2
    assert "Property 21: Variant assignment determinism" in missing(found)
    assert [proof.test for proof in unknown(found)] == ["tests/agents/test_some.py::test_misspelt"]
    wrong = problems(found, table(found))
    assert len(wrong) == len(EXPECTED) - 2 + 1
    assert problems(found, "")[-1] == "PROPERTIES.md is out of date: python -m tests.properties"


def test_the_table_lists_every_test_of_a_property_and_marks_what_is_missing(tmp_path: Path) -> None:
    lines = table(found_in(tmp_path)).splitlines()
    assert "| 20 | Deterministic hash consistency | `tests/agents/test_some.py::test_one` |" in lines
    assert "| 20 | Deterministic hash consistency | `tests/agents/test_some.py::test_three` |" in lines
    assert "| Market context creation | `tests/agents/test_some.py::test_two` |" in lines
    assert "| 21 | Variant assignment determinism | **missing** |" in lines
    assert f"2 of {len(EXPECTED)} properties" in table(found_in(tmp_path / "again"))
