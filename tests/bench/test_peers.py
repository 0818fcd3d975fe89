"""That peers are given the job that the platform does: the same rules, and every tick once."""

import json
from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agents import book as books
from agents.rules import ExitRules
from schemas.event import to_micros
from schemas.orders import OrderPlaced
from schemas.ticks import ABSENT, Tick
from tests.agents.strategies import few
from tests.bench import reaction_tape
from tests.bench.holding import holding
from tests.bench.peers import feeding, stops
from tests.bench.spy_day import CENT, ENTRY, MIDNIGHT, UNDERLYINGS, Tape, names

CONTRACT = names()[1][0]
percents = st.lists(st.integers(-95, 90), min_size=1, max_size=40)


@few
@given(percents)
def test_a_peer_leaves_as_the_book_does(gains: list[int]) -> None:
    [record] = holding([("a0", CONTRACT)]).records.values()
    [position] = record.state.positions
    held = [stops.position("a0", int(position.entry_price * Decimal(10**9)), position.quantity)]
    begun = to_micros(MIDNIGHT) + 10 * 3_600_000_000
    marks = [(begun + number, ENTRY * (100 + gain) // 100) for number, gain in enumerate(gains)]
    ticks = [Tick(CONTRACT, at, bid=mark - CENT, ask=mark + CENT) for at, mark in marks]
    _, events = books.on_ticks(record.state, ticks, rules=ExitRules())
    ours = [feeding.of_ours(event) for event in events if isinstance(event, OrderPlaced)]
    theirs = []
    for at, mark in marks:
        found, after = stops.judged(CONTRACT, held, at, mark)
        held = held if after is None else after
        theirs += [feeding.of_peer(json.dumps(each).encode()) for each in found]
    assert theirs == ours


def tape() -> Tape:
    """Return a trade and a quote of each name."""
    underlyings, contracts = names()
    known = [*underlyings, *contracts]
    count = len(known)
    is_trade = np.arange(count) < UNDERLYINGS
    absent = np.full(count, ABSENT)
    return Tape(
        names=known,
        instrument=np.arange(count),
        at=np.arange(count) + 7,
        price=np.where(is_trade, 5 * CENT, absent),
        size=np.where(is_trade, 3, absent),
        bid=np.where(is_trade, absent, 4 * CENT),
        ask=np.where(is_trade, absent, 6 * CENT),
        is_recorded=False,
    )


def test_each_tick_is_a_message_of_its_own() -> None:
    known = tape()
    found = [(key, json.loads(value)) for _, key, value in feeding.messages(known)]
    assert [key.decode() for key, _ in found] == known.names
    assert found[0][1] == {"symbol": "SPY", "at": 7, "price": 5 * CENT, "size": 3}
    assert found[-1][1] == {"symbol": known.names[-1], "at": len(found) + 6, "bid": 4 * CENT, "ask": 6 * CENT}


def test_a_thinned_tape_keeps_whole_contracts() -> None:
    known = tape()
    left = feeding.thinned(known, 5)
    quoted = {int(number) - UNDERLYINGS for number in left.instrument if number >= UNDERLYINGS}
    assert quoted == set(range(0, len(known.names) - UNDERLYINGS, 5))
    assert sum(left.price != ABSENT) == -(-UNDERLYINGS // 5)


def test_an_exit_is_called_for_at_the_rate_that_is_said_by_a_quote_that_the_next_one_fills() -> None:
    plan = reaction_tape.planned(0.5, first=0.0, leaving=True)
    every_us, contracts = 1_000_000 // reaction_tape.RATE, iter(names()[1])
    calls = round(0.5 * reaction_tape.CALLS_PER_S)
    assert list(plan.calls.values()) == [(next(contracts), "partial_profit") for _ in range(calls)]
    assert [at - plan.ticks[0].at for _, at in plan.calls] == [1 + number * 50_000 for number in range(calls)]
    called = {contract for contract, _ in plan.calls}
    others = [tick.at for tick in plan.ticks if tick.symbol not in called]
    assert others == list(range(others[0], others[0] + 500_000, every_us))
    assert [sum(tick.symbol == contract for tick in plan.ticks) for contract in called] == [2] * calls
    assert [tick.at for tick in plan.ticks] == sorted(tick.at for tick in plan.ticks)
