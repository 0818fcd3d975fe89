from decimal import Decimal
from typing import Any

import pytest

from agents.engine_b import gamma_flow
from agents.engine_b.output import AgentOutput
from agents.rules import ConfluenceRules, DealerRules, EngineRules, Rules
from tests.agents.contexts import BARE, context, flow
from tests.agents.strategies import gex, signal


def flowing(rules: Rules = Rules(), **changes: Any) -> AgentOutput:  # noqa: B008 -- frozen
    said = gamma_flow.assess(signal(), context(**{**BARE, **changes}), rules)
    assert said is not None
    return said


def test_it_says_of_the_trace_what_the_trace_says() -> None:
    assert flowing(gex=gex(), flow=flow()) == AgentOutput(
        "gamma-flow",
        "specialist",
        "bullish",
        70,
        ("positive_gex", "call_premium_dominant", "bullish_netflow"),
        metadata={"net_gex": "250000000.00", "netflow": "4500000.00", "premium_lead": "0.22"},
    )


def test_it_does_not_take_part_when_neither_gamma_nor_flow_is_known() -> None:
    assert gamma_flow.assess(signal(), context(gex=None, flow=None), Rules()) is None


def test_it_takes_part_when_one_is_known() -> None:
    gamma_only = flowing(gex=gex())
    assert (gamma_only.bias, gamma_only.confidence, gamma_only.reasons) == ("bullish", 50, ("positive_gex",))
    assert (gamma_only.metadata["netflow"], gamma_only.metadata["premium_lead"]) == ("unknown", "unknown")
    flow_only = flowing(flow=flow())
    assert (flow_only.bias, flow_only.confidence, flow_only.metadata["net_gex"]) == ("bullish", 60, "unknown")


@pytest.mark.parametrize(
    ("net_gex", "bias", "confidence", "reasons"),
    [
        (100_000_000, "bullish", 50, ("positive_gex",)),
        (50_000_000, "bullish", 45, ("positive_gex",)),
        (-50_000_000, "bearish", 45, ("negative_gex",)),
        (-100_000_000, "bearish", 50, ("negative_gex",)),
        (-900_000_000, "bearish", 50, ("negative_gex",)),
        (0, "neutral", 30, ()),
    ],
)
def test_gamma_leans_as_far_as_it_is_not_neutral(
    net_gex: int, bias: str, confidence: int, reasons: tuple[str, ...]
) -> None:
    said = flowing(gex=gex(net_gex=Decimal(net_gex)))
    assert (said.bias, said.confidence, said.reasons) == (bias, confidence, reasons)


@pytest.mark.parametrize(
    ("neutral_below", "net_gex", "confidence"), [(0, 1, 50), (0, "0.50", 45), (20_000_000, 10_000_000, 45)]
)
def test_what_counts_as_neutral_gamma_is_a_rule(neutral_below: int, net_gex: int | str, confidence: int) -> None:
    rules = Rules(engine=EngineRules(dealer=DealerRules(neutral_below=Decimal(neutral_below))))
    assert flowing(rules, gex=gex(net_gex=Decimal(net_gex))).confidence == confidence


@pytest.mark.parametrize(
    ("calls", "puts", "net", "entries", "bias", "confidence", "reasons"),
    [
        (60, 40, 0, 50, "bullish", 50, "call_premium_dominant"),
        (60, 40, 0, 0, "bullish", 45, "call_premium_dominant"),
        (60, 40, 0, 20, "bullish", 47, "call_premium_dominant"),
        (60, 40, 0, 500, "bullish", 50, "call_premium_dominant"),
        (40, 60, 0, 50, "bearish", 50, "put_premium_dominant"),
        (74, 26, 0, 50, "bullish", 50, "call_premium_dominant"),
        (75, 25, 0, 50, "bullish", 60, "call_premium_dominant calls_prevail"),
        (25, 75, -50, 50, "bearish", 70, "put_premium_dominant puts_prevail bearish_netflow"),
        (1, 0, 0, 50, "bullish", 60, "call_premium_dominant calls_prevail"),
        (50, 50, 1, 50, "bullish", 50, "bullish_netflow"),
        (50, 50, -1, 50, "bearish", 50, "bearish_netflow"),
        (60, 40, -20, 50, "neutral", 30, "call_premium_dominant bearish_netflow"),
        (60, 40, -20, 0, "bearish", 45, "call_premium_dominant bearish_netflow"),
        (0, 0, 0, 0, "neutral", 30, ""),
    ],
)
def test_flow_leans_to_where_the_premium_goes(
    calls: int, puts: int, net: int, entries: int, bias: str, confidence: int, reasons: str
) -> None:
    said = flowing(flow=flow(call_premium=calls, put_premium=puts, netflow=net, entries=entries))
    assert (said.bias, said.confidence, " ".join(said.reasons)) == (bias, confidence, reasons)


@pytest.mark.parametrize(("full", "entries", "confidence"), [(10, 10, 50), (0, 1, 50), (0, 0, 45), (40, 10, 46)])
def test_how_many_entries_make_full_evidence_is_a_rule(full: int, entries: int, confidence: int) -> None:
    rules = Rules(engine=EngineRules(confluence=ConfluenceRules(entries_full=full)))
    assert flowing(rules, flow=flow(entries=entries, netflow=0)).confidence == confidence


def test_without_premium_no_side_leads() -> None:
    assert flowing(flow=flow(call_premium=0, put_premium=0)).metadata["premium_lead"] == "0.00"
