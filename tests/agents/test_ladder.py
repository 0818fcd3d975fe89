"""The rungs of the ladder that a signal has not reached."""

from hypothesis import given

from agents.ladder import ACCOUNT, CHAINS, Unreached, unreached
from schemas.decisions import Engine
from tests.agents.deciding import Told, endings
from tests.agents.strategies import few

ENGINES: tuple[Engine, ...] = ("A", "B")


@few
@given(endings)
def test_what_was_asked_and_what_was_not_make_the_whole_chain(told: Told) -> None:
    decision = told.decision
    left = unreached(decision)
    for engine in ENGINES:
        met = [gate.gate for gate in (*decision.gates, *decision.shadow_gates) if gate.engine == engine]
        missing = [item.gate for item in left if item.engine == engine]
        chain = list(CHAINS[engine])
        assert missing == chain[len(chain) - len(missing) :]
        assert not set(met) & set(missing)
        if any(made.engine == engine for made in decision.recommendations):
            # of what is there every rung was climbed, in the chain's order; without a bias two are not there
            climbed = [gate for gate in met if gate in chain]
            assert missing == []
            assert climbed == [gate for gate in chain if gate in climbed]
            assert set(chain) - set(climbed) <= {"bias_suppression", "bias_staleness"}
    asked = [gate.gate for gate in decision.gates if gate.gate in ACCOUNT]
    assert [item for item in left if item.engine is None] == [Unreached(gate, None) for gate in ACCOUNT if not asked]
    if decision.status == "approved":
        assert list(dict.fromkeys(asked)) == list(ACCOUNT)
