from hypothesis import given
from hypothesis import strategies as st

from agents.engine_b.evaluate import AGENTS
from agents.rules import Rules
from schemas.decisions import EnrichedContext
from tests.agents.contexts import contexts, rulebooks
from tests.agents.strategies import few, signal

SIGNS = {"long": 1, "short": -1}


@given(contexts(), rulebooks, st.sampled_from(["SPY", "QQQ", "SPX", "IWM"]), st.sampled_from(["long", "short"]))
@few
def test_a_specialist_takes_part_under_its_own_conditions_only(
    seen: EnrichedContext, rules: Rules, symbol: str, direction: str
) -> None:
    """Property 27: Specialist agent conditional activation"""
    seen = seen.model_copy(update={"symbol": symbol})
    asked, flags, known = signal(direction=direction, symbol=symbol), rules.engine.agents, seen.indicators.values()
    takes_part = {name: assess(asked, seen, rules) is not None for name, assess in AGENTS.items()}
    assert takes_part["gamma-flow"] == (seen.gex is not None or seen.flow is not None)
    in_window = seen.session == "regular" and seen.minutes_from_open is not None and seen.minutes_from_open <= 120
    formed = seen.opening_range is not None and seen.opening_range.complete
    assert takes_part["orb"] == (flags.orb and symbol != "IWM" and in_window and formed)
    if takes_part["strat"]:
        assert flags.strat
        assert any(values.candles for values in known)
    if takes_part["ttm"]:
        assert flags.ttm
        assert any(
            values.squeeze == "off" and values.momentum and values.momentum * SIGNS[direction] > 0 for values in known
        )
    assert takes_part["satyland"] == flags.satyland
    assert takes_part["context"]
    assert takes_part["technical"]
    assert takes_part["risk"]
