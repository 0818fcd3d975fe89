from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.dealer import GAMMA_MULTIPLIERS, dealer_decision, overrides
from agents.rules import DealerRules
from schemas.decisions import DealerDecision
from schemas.market import DealerPosition, FlowTotals, GexState
from schemas.signals import Direction
from tests.agents.strategies import DAY, few, gex

RULES = DealerRules()
ABOVE, LEVEL, BELOW = Decimal(591), Decimal(590), Decimal(589)

positions = st.sampled_from(["long_gamma", "short_gamma", "neutral"])
directions = st.sampled_from(["long", "short"])
prices = st.sampled_from([None, BELOW, LEVEL, ABOVE])


def flow(netflow: int, *, premium: int = 100, entries: int = 50) -> FlowTotals:
    return FlowTotals(
        day=DAY, entries=entries, call_premium=Decimal(premium), put_premium=Decimal(0), netflow=Decimal(netflow)
    )


def exposure(position: DealerPosition, net_gex: int = 300_000_000, **changes: Any) -> GexState:
    """Return an exposure that makes three quarters of gamma's part, at the rules' 100 M."""
    return gex(dealer_position=position, net_gex=Decimal(net_gex), **changes)


def decided(
    gex: GexState, flow: FlowTotals | None = None, *, price: Decimal | None = None, rules: DealerRules = RULES
) -> DealerDecision:
    decision = dealer_decision(price=price, gex=gex, flow=flow, rules=rules)
    assert decision is not None
    return decision


def decision(direction: Direction | None, confidence: str) -> DealerDecision:
    return DealerDecision(direction=direction, confidence=Decimal(confidence))


totals = st.builds(
    lambda premium, share, entries: flow(round(premium * share), premium=premium, entries=entries),
    st.integers(0, 10**7),
    st.floats(-1, 1),
    st.integers(0, 200),
)
exposures = st.builds(
    lambda position, net, level, computed: gex(
        dealer_position=position, net_gex=Decimal(net), zero_gamma_level=level, computed=computed
    ),
    positions,
    st.integers(-(10**12), 10**12),
    st.sampled_from([None, LEVEL]),
    st.booleans(),
)


def test_there_is_no_decision_when_switched_off_or_nothing_is_known() -> None:
    assert (
        dealer_decision(price=ABOVE, gex=exposure("short_gamma"), flow=None, rules=DealerRules(enabled=False)) is None
    )
    assert dealer_decision(price=ABOVE, gex=None, flow=flow(50), rules=RULES) is None


def test_falls_below_zero_gamma_with_bearish_flow_are_a_strong_short() -> None:
    assert decided(exposure("short_gamma", -300_000_000), flow(-50), price=BELOW) == DealerDecision(
        direction="short",
        confidence=Decimal("0.95"),  # 0.45 + 0.35 + 0.2 x 0.75
        position_size_multiplier=Decimal("0.6"),
        regime="short_gamma",
        reasons=("dealer_short_gamma", "bearish_flow", "below_zero_gamma"),
    )


def test_rises_above_zero_gamma_with_bullish_flow_are_a_strong_long() -> None:
    assert decided(exposure("short_gamma"), flow(50), price=ABOVE) == DealerDecision(
        direction="long",
        confidence=Decimal("0.95"),
        position_size_multiplier=Decimal("0.6"),
        regime="short_gamma",
        reasons=("dealer_short_gamma", "bullish_flow", "above_zero_gamma"),
    )


def test_in_a_neutral_regime_the_same_counts_for_two_thirds() -> None:
    assert decided(exposure("neutral"), flow(50), price=ABOVE) == DealerDecision(
        direction="long",
        confidence=Decimal("0.6175"),
        position_size_multiplier=Decimal(1),
        regime="neutral",
        reasons=("dealer_neutral", "bullish_flow", "above_zero_gamma"),
    )


@pytest.mark.parametrize("price", [None, BELOW, LEVEL, ABOVE])
def test_in_long_gamma_the_flow_alone_counts_and_half(price: Decimal | None) -> None:
    assert decided(exposure("long_gamma"), flow(-50), price=price) == DealerDecision(
        direction="short",
        confidence=Decimal("0.3"),  # (0.45 + 0.2 x 0.75) / 2
        position_size_multiplier=Decimal("1.25"),
        regime="long_gamma",
        reasons=("dealer_long_gamma", "bearish_flow"),
    )


@pytest.mark.parametrize(
    ("netflow", "price", "reasons"),
    [(50, BELOW, ("bullish_flow", "below_zero_gamma")), (-50, ABOVE, ("bearish_flow", "above_zero_gamma"))],
)
@pytest.mark.parametrize(("regime", "confidence"), [("short_gamma", "0.15"), ("neutral", "0.0975")])
def test_flow_against_the_level_has_no_direction(
    netflow: int, price: Decimal, reasons: tuple[str, ...], regime: DealerPosition, confidence: str
) -> None:
    found = decided(exposure(regime), flow(netflow), price=price)
    assert (found.direction, found.confidence) == (None, Decimal(confidence))
    assert found.reasons == (f"dealer_{regime}", *reasons, "flow_against_zero_gamma")


@pytest.mark.parametrize(
    ("price", "level"), [(None, LEVEL), (ABOVE, None), (LEVEL, LEVEL)], ids=["no price", "no level", "on the level"]
)
def test_without_a_side_of_zero_gamma_flow_makes_the_direction(price: Decimal | None, level: Decimal | None) -> None:
    found = decided(exposure("short_gamma", zero_gamma_level=level), flow(50), price=price)
    assert (found.direction, found.confidence) == ("long", Decimal("0.6"))
    assert found.reasons == ("dealer_short_gamma", "bullish_flow")


@pytest.mark.parametrize(
    "nothing",
    [None, flow(0), FlowTotals(day=DAY, entries=9, netflow=Decimal(5))],
    ids=["no flow", "balanced", "no premium"],
)
def test_without_flow_there_is_no_direction(nothing: FlowTotals | None) -> None:
    found = decided(exposure("short_gamma"), nothing, price=ABOVE)
    assert (found.direction, found.confidence) == (None, Decimal("0.15"))
    assert found.reasons == ("dealer_short_gamma", "above_zero_gamma")


def test_a_chain_with_long_gamma_and_no_flow_overrides_nothing() -> None:
    found = decided(gex(), price=Decimal("595.42"))
    assert found == DealerDecision(
        direction=None,
        confidence=Decimal("0.0714"),  # 0.2 x 250 / 350 / 2
        position_size_multiplier=Decimal("1.25"),
        regime="long_gamma",
        reasons=("dealer_long_gamma",),
    )
    assert not overrides(found, "long", RULES)
    assert not overrides(found, "short", RULES)


@pytest.mark.parametrize(
    ("netflow", "entries", "confidence"),
    [
        (50, 50, "0.6"),
        (51, 50, "0.6"),
        (49, 50, "0.591"),
        (25, 50, "0.375"),
        (50, 49, "0.591"),
        (50, 51, "0.6"),
        (50, 25, "0.375"),
        (-25, 25, "0.2625"),
        (50, 0, "0.15"),
    ],
)
def test_confidence_grows_with_the_share_and_number_of_trades(netflow: int, entries: int, confidence: str) -> None:
    assert decided(exposure("short_gamma"), flow(netflow, entries=entries)).confidence == Decimal(confidence)


@pytest.mark.parametrize(("calls", "puts"), [(60, 40), (50, 50)])
def test_the_share_is_of_calls_and_puts(calls: int, puts: int) -> None:
    both = FlowTotals(day=DAY, entries=50, call_premium=Decimal(calls), put_premium=Decimal(puts), netflow=Decimal(25))
    assert decided(exposure("short_gamma"), both).confidence == Decimal("0.375")


@pytest.mark.parametrize(
    ("net_gex", "neutral_below", "confidence"),
    [
        (0, 100, "0"),
        (0, 0, "0"),
        (5, 0, "0.2"),
        (100, 100, "0.1"),
        (-100, 100, "0.1"),
        (300, 100, "0.15"),
        (-300, 100, "0.15"),
    ],
)
def test_confidence_grows_with_the_exposure_and_saturates(net_gex: int, neutral_below: int, confidence: str) -> None:
    rules = DealerRules(neutral_below=Decimal(neutral_below))
    assert decided(exposure("short_gamma", net_gex), rules=rules).confidence == Decimal(confidence)


@pytest.mark.parametrize(
    ("net_gex", "computed", "regime"),
    [
        (99, True, "neutral"),
        (100, True, "long_gamma"),
        (-100, True, "short_gamma"),
        (-99, True, "neutral"),
        (99, False, "short_gamma"),
        (500, False, "short_gamma"),
    ],
)
def test_the_regime_is_as_received_unless_it_was_computed(net_gex: int, computed: bool, regime: str) -> None:
    rules = DealerRules(neutral_below=Decimal(100))
    found = decided(exposure("short_gamma", net_gex, computed=computed), rules=rules)
    assert found.regime == regime
    assert found.position_size_multiplier == {"long_gamma": Decimal("1.25"), "short_gamma": Decimal("0.6")}.get(
        regime, 1
    )
    assert found.reasons == (f"dealer_{regime}",)


def test_the_multipliers_are_those_of_the_regimes() -> None:
    assert {"long_gamma": Decimal("1.25"), "short_gamma": Decimal("0.6"), "neutral": Decimal(1)} == GAMMA_MULTIPLIERS


@pytest.mark.parametrize(
    ("direction", "confidence", "expected"),
    [
        ("short", "0.7", True),
        ("short", "0.6999", False),
        ("short", "1", True),
        ("long", "1", False),
        (None, "1", False),
    ],
)
def test_a_sure_decision_overrides_a_contrary_direction(
    direction: Direction | None, confidence: str, expected: bool
) -> None:
    assert overrides(decision(direction, confidence), "long", RULES) is expected


def test_what_overrides_is_a_rule() -> None:
    assert overrides(decision("long", "0.5"), "short", DealerRules(override_from=Decimal("0.5")))
    assert not overrides(None, "long", RULES)


@few
@given(exposures, st.one_of(st.none(), totals), prices)
def test_it_takes_short_gamma_flow_and_level_to_override(
    state: GexState, flowing: FlowTotals | None, price: Decimal | None
) -> None:
    found = decided(state, flowing, price=price)
    assert 0 <= found.confidence <= 1
    assert found.direction is None or found.confidence >= RULES.confidence_min
    if found.confidence >= RULES.override_from:
        assert flowing is not None
        assert found.regime == "short_gamma"
        assert found.direction == ("long" if flowing.netflow > 0 else "short")
        assert price == (ABOVE if found.direction == "long" else BELOW)


@few
@given(exposures, totals, prices)
def test_flow_that_turns_round_turns_the_direction_where_the_level_does_not_count(
    state: GexState, flowing: FlowTotals, price: Decimal | None
) -> None:
    free = state.model_copy(update={"zero_gamma_level": None})
    turned = flowing.model_copy(update={"netflow": -flowing.netflow})
    one, other = decided(free, flowing, price=price), decided(free, turned, price=price)
    assert {one.direction, other.direction} in ({"long", "short"}, {None})
    assert one.confidence == other.confidence


@pytest.mark.parametrize(("least", "direction"), [("0.3", "long"), ("0.3001", None)])
def test_a_decision_that_is_not_sure_enough_has_no_direction(least: str, direction: Direction | None) -> None:
    # long gamma: (0.45 of flow + 0.2 x 3/4 of gamma) x 0.5
    found = decided(exposure("long_gamma"), flow(50), rules=DealerRules(confidence_min=Decimal(least)))
    assert (found.confidence, found.direction) == (Decimal("0.3"), direction)
