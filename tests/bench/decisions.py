"""What deciding on one signal costs: the context, its hash, each engine, both together. No Kafka is needed."""

import math
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from agents.desk import Seen, on_signal
from agents.enrichment import context_hash, enrich
from agents.experiment import assign, policy_for
from agents.judgement import Asked, judge_all
from agents.market import OpeningWindow, on_context, on_ticks
from agents.rules import AgentRules, EngineRules, Rules, StrikeRules
from schemas.desks import Desk
from schemas.event import to_micros
from schemas.market import FlowEntry, FlowState, HistoricBar, HistoryState, ListedContract, Market
from schemas.occ import OptionContract
from schemas.ticks import Tick
from tests.agents.strategies import AT, DAY, SPY, bias, chain, context_received, gex, session, signal

BOTH = Rules(
    engine=EngineRules(
        engines=("A", "B"), shadows=True, agents=AgentRules(orb=True, strat=True, ttm=True, satyland=True)
    )
)
SCORED = replace(BOTH, engine=replace(BOTH.engine, strikes=StrikeRules(mode="scored")))
LENGTHS = {"1m": 1, "5m": 5, "15m": 15, "1h": 60, "1d": 1440}
ROUNDS, CALLS = 40, 15


def busy_market() -> Market:
    """Return an underlying with everything known: bars on all timeframes, 400 contracts, flow, gamma, bias."""
    known = Market(symbol=SPY)
    for timeframe, minutes in LENGTHS.items():
        bars = []
        for number in range(250):
            price = Decimal(str(round(580 + math.sin(number / 9) + number / 20, 2)))
            start = AT - timedelta(days=1) - timedelta(minutes=minutes * (250 - number))
            wide = price + Decimal("0.6")
            bars.append(HistoricBar(start=start, open=price, high=wide, low=price - 1, close=price, volume=9_000))
        history = HistoryState(timeframe=timeframe, bars=tuple(bars))
        known = on_context(known, context_received(history=history), day=DAY)
    contracts = [_listed(strike, DAY + timedelta(days=days)) for strike in range(570, 620) for days in (7, 14, 21, 28)]
    contracts += [_listed(strike, item.expiration, "put") for strike, item in enumerate(contracts, start=495)]
    entry = FlowEntry(
        timestamp=AT, type="call", side="buy", strike=Decimal(596), expiration=DAY, size=9, premium=Decimal(90_000)
    )
    known = on_context(
        known,
        context_received(
            bias=bias(), gex=gex(), chain=chain(*contracts), flow=FlowState(timestamp=AT, entries=(entry,) * 60)
        ),
        day=DAY,
    )
    opened = to_micros(session().open_at or AT)
    window = OpeningWindow(
        day=DAY, day_start_us=opened - 34_200_000_000, open_us=opened, until_us=opened + 15 * 60_000_000
    )
    ticks = [
        Tick(
            SPY,
            opened + second * 1_000_000,
            price=int((593 + second / 1_500 + math.sin(second / 60) / 4) * 10**9),
            size=100,
        )
        for second in range(0, 3_600, 4)
    ]
    return on_ticks(known, ticks, window=window)


def _listed(strike: int, expiration: date, kind: str = "call") -> ListedContract:
    contract = OptionContract(SPY, expiration, "call" if kind == "call" else "put", Decimal(strike))
    return ListedContract(
        option_symbol=contract.symbol,
        strike=contract.strike,
        expiration=expiration,
        type=contract.type,
        bid=Decimal("3.40"),
        ask=Decimal("3.50"),
        volume=900,
        open_interest=4_000,
        implied_volatility=Decimal("0.15"),
        delta=Decimal("0.65") if kind == "call" else Decimal("-0.65"),
        gamma=Decimal("0.03"),
        theta=Decimal("-0.11"),
        vega=Decimal("0.3"),
    )


def _milliseconds(call: Callable[[], object]) -> float:
    """Return what one call takes: the least of short rounds, for whatever else runs only ever adds to it."""
    call()
    rounds = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for _ in range(CALLS):
            call()
        rounds.append((time.perf_counter() - begun) * 1000 / CALLS)
    return min(rounds)


def measure() -> list[tuple[str, float, str, str]]:
    """Return rows of (figure, value, unit, beside it)."""
    known, asked_for = busy_market(), signal()
    rows = []
    context = enrich(asked_for, known, session(), at=AT, rules=BOTH, account=None)
    hashing = _milliseconds(lambda: context_hash(context))
    modes = (("", BOTH), (", scored strikes", SCORED))
    for name, rules in modes:
        context = enrich(asked_for, known, session(), at=AT, rules=rules, account=None)
        experiment = assign(asked_for, rules.engine)
        asked = Asked(asked_for, context, "h", experiment, policy_for(experiment, rules.engine), rules)
        judged = judge_all(asked)
        assert all(judgement.recommendation for judgement, _ in judged.values()), judged
        took = _milliseconds(partial(judge_all, asked))
        rows.append(
            (f"both engines on one context{name}", took, "ms", f"{took / hashing:.2f} times the hashing of its context")
        )
    for name, rules in modes:
        took = _milliseconds(partial(enrich, asked_for, known, session(), at=AT, rules=rules, account=None))
        rows.append(
            (f"the context of a signal{name}", took, "ms", f"{took / hashing:.2f} times its hashing, {hashing:.2f} ms")
        )
    for name, rules in modes:
        seen = Seen(market=known, session=session(), view=partial(_view, rules), read_positions={})
        took = _milliseconds(partial(on_signal, Desk(symbol=SPY), asked_for, seen=seen))
        rows.append(
            (
                f"a signal from its arrival to its proposal{name}",
                took,
                "ms",
                f"{took / hashing:.2f} times the hashing of its context",
            )
        )
    return rows


def _view(rules: Rules, _: str) -> tuple[Rules, None]:
    return rules, None
