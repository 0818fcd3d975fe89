import json
from collections import Counter
from pathlib import Path

import pytest

from tests.mutation.verdicts import Outcome, Verdict, counted, score, verdicts

MUTATED = """
def x_stop__mutmut_orig(price: int) -> int:
    return price - 1

def x_stop__mutmut_1(price: int) -> int:
    return price + 1

def x_stop__mutmut_2(price: int) -> int:
    return price - 2
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder as mutmut leaves it."""
    mutated = tmp_path / "mutants" / "agents" / "exits.py"
    mutated.parent.mkdir(parents=True)
    mutated.write_text(MUTATED)
    codes = {"agents.exits.x_stop__mutmut_1": 1, "agents.exits.x_stop__mutmut_2": 0}
    mutated.with_name("exits.py.meta").write_text(json.dumps({"exit_code_by_key": codes}))
    return tmp_path


def test_a_survivor_is_shown_as_a_change_of_the_original(folder: Path) -> None:
    killed, survived = verdicts(folder)
    assert killed == Verdict("agents/exits.py", "agents.exits.x_stop__mutmut_1", "killed")
    assert (survived.outcome, survived.name) == ("survived", "agents.exits.x_stop__mutmut_2")
    assert survived.diff.splitlines()[1:] == [
        " def stop(price: int) -> int:",
        "-    return price - 1",
        "+    return price - 2",
    ]


def test_outcomes_are_counted_by_module(folder: Path) -> None:
    assert counted(verdicts(folder)) == {"agents/exits.py": Counter({"killed": 1, "survived": 1})}


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        (["killed", "timeout", "crashed", "survived"], 75),
        (["killed", "untested"], 50),
        (["killed", "unknown"], 50),
        (["killed"], 100),
        ([], 100),
    ],
)
def test_the_score_is_the_percent_that_died_of_all(outcomes: list[Outcome], expected: float) -> None:
    assert score([Counter([outcome]) for outcome in outcomes]) == expected
