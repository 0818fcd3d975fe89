"""Which test proves which property: `python -m tests.properties` writes PROPERTIES.md, `--check` says what is wrong.

A test proves a property when hypothesis runs it and its docstring's first line names the property:

    Property 28: Confidence bounds enforcement
    Orchestrator property: Shadow-only mode safety
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parent
TABLE = TESTS / "PROPERTIES.md"

NUMBERED: Mapping[int, str] = {
    1: "Webhook validation consistency",
    4: "Deduplication idempotence",
    5: "Webhook logging completeness",
    6: "Cache consistency",
    7: "Indicator derivation without API calls",
    8: "API fallback behavior",
    9: "Signal enrichment completeness",
    10: "Risk check attribution",
    11: "Approved signal order creation",
    12: "Order-signal referential integrity",
    13: "Paper execution with real prices",
    14: "Trade-to-position propagation",
    20: "Deterministic hash consistency",
    21: "Variant assignment determinism",
    22: "Master feature flag override",
    23: "Experiment metadata propagation",
    24: "Shared data access (no duplicate API calls)",
    25: "Agent output schema compliance",
    26: "Risk Agent absolute veto",
    27: "Specialist agent conditional activation",
    28: "Confidence bounds enforcement",
    29: "Sub-agent no veto power",
    30: "Meta-decision weighting hierarchy",
    31: "No live orders from Engine 2",
    32: "Shadow execution logic parity",
    33: "Shadow trade real pricing",
    34: "Shadow position P&L calculation parity",
    35: "Log immutability",
    36: "Signal processing replay",
    37: "Event logging completeness",
    38: "API retry with exponential backoff",
    39: "Graceful degradation",
    40: "Worker resilience",
    41: "Circuit breaker state transitions",
    42: "JWT token issuance",
    43: "Token-based authentication",
    45: "API rate limit enforcement",
    47: "Shutdown signal handling",
    48: "Resource cleanup on shutdown",
}
"""The platform's numbered properties; the numbers between stand for none."""

ORCHESTRATOR: Sequence[str] = (
    "Signal retrieval completeness",
    "Market context creation",
    "Identical inputs to both engines",
    "Signal immutability during distribution",
    "Distribution audit trail",
    "Experiment creation idempotency",
    "Deterministic assignment hash generation",
    "Deterministic variant assignment (replay)",
    "Experiment record completeness",
    "Execution policy enforcement",
    "Shadow-only mode safety",
    "Mutual exclusion of real trade execution",
    "Execution policy record existence",
    "Shadow trade creation requirement",
    "Exit synchronization",
    "Shadow trade attribution",
    "Trade outcome record completeness",
    "Performance aggregation by engine",
    "Performance metrics calculation",
    "Experiment traceability",
    "Policy version tracking",
    "Webhook payload validation",
    "Valid signal storage",
    "Single signal record per webhook",
    "Signal processing status update",
    "Processing lock during signal processing",
    "Structured logging completeness (signal retrieval)",
    "Structured logging completeness (experiment creation)",
    "Structured logging completeness (policy application)",
    "Structured logging completeness (shadow trades)",
    "Structured logging completeness (errors)",
    "Dynamic configuration application",
    "Split capital percentage application",
)
"""Properties of the orchestration, which have names only."""

EXPECTED: Sequence[str] = (
    *(f"Property {number}: {name}" for number, name in NUMBERED.items()),
    *(f"Orchestrator property: {name}" for name in ORCHESTRATOR),
)

_FORM = re.compile(r"(Property \d+|Orchestrator property): \S.*")


@dataclass(frozen=True, slots=True)
class Proof:
    """A property as a docstring names it, and the test as pytest calls it."""

    name: str
    test: str


def proofs(folder: Path) -> list[Proof]:
    """Return what the tests of a folder prove, by test."""
    return [
        Proof(name, f"{path.relative_to(folder.parent)}::{test}")
        for path in sorted(folder.rglob("test_*.py"))
        for name, test in _named(ast.parse(path.read_text()))
    ]


def _named(module: ast.Module) -> Iterator[tuple[str, str]]:
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(map(_is_given, node.decorator_list)):
            first = (ast.get_docstring(node) or "").partition("\n")[0].strip()
            if _FORM.fullmatch(first):
                yield first, node.name


def _is_given(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and ast.unparse(decorator.func) in ("given", "hypothesis.given")


def missing(found: Iterable[Proof]) -> list[str]:
    """Return the expected properties that no test proves."""
    proved = {proof.name for proof in found}
    return [name for name in EXPECTED if name not in proved]


def unknown(found: Iterable[Proof]) -> list[Proof]:
    """Return the proofs of what is not expected: a name that was misspelt."""
    return [proof for proof in found if proof.name not in EXPECTED]


def table(found: Sequence[Proof]) -> str:
    """Return PROPERTIES.md."""
    tests = {name: [proof.test for proof in found if proof.name == name] for name in EXPECTED}
    lines = [
        "# Properties",
        "",
        f"{sum(map(bool, tests.values()))} of {len(EXPECTED)} properties are proved, each by a hypothesis test whose",
        "docstring names it. `python -m tests.properties` writes this file, `make check` sees to it that nothing is",
        "missing.",
        "",
        "| number | property | test |",
        "| --- | --- | --- |",
        *(
            row
            for number, name in NUMBERED.items()
            for row in _rows(str(number), name, tests[f"Property {number}: {name}"])
        ),
        "",
        "## Orchestrator",
        "",
        "| property | test |",
        "| --- | --- |",
        *(
            row.removeprefix("|  ")
            for name in ORCHESTRATOR
            for row in _rows("", name, tests[f"Orchestrator property: {name}"])
        ),
    ]
    return "\n".join(lines) + "\n"


def _rows(number: str, name: str, tests: Sequence[str]) -> list[str]:
    return [f"| {number} | {name} | `{test}` |" for test in tests] or [f"| {number} | {name} | **missing** |"]


def problems(found: Sequence[Proof], written: str) -> list[str]:
    """Return what is wrong with the tests or with the table, a line each."""
    return [
        *(f"no test proves: {name}" for name in missing(found)),
        *(f"{proof.test}: there is no such property: {proof.name}" for proof in unknown(found)),
        *([] if written == table(found) else [f"{TABLE.name} is out of date: python -m tests.properties"]),
    ]


def main(arguments: Sequence[str]) -> int:
    found = proofs(TESTS)
    if "--check" not in arguments:
        TABLE.write_text(table(found))
    wrong = problems(found, TABLE.read_text() if TABLE.exists() else "")
    sys.stdout.writelines(f"{line}\n" for line in wrong)
    return 1 if wrong and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
