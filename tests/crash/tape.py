"""The tape and the alerts of a round: endless, and the same for the same seed."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise

from schemas.event import from_micros, to_micros
from schemas.ids import derived_id
from schemas.market import (
    BiasState,
    ChainState,
    FlowEntry,
    FlowState,
    GexState,
    HistoricBar,
    HistoryState,
    ListedContract,
    MarketContextReceived,
)
from schemas.occ import OptionContract
from schemas.signals import SignalReceived
from schemas.ticks import ABSENT, Tick
from streams.feeds.recorded import open_session, ticks_of
from tests.crash.plan import ACCOUNTS, EXPIRATION, START, STRIKES, contracts, underlyings

STEP_US = 100_000
"""Tape time between two steps, UTC microseconds."""
TICK_US = 7
"""Between two ticks of a step: no two ticks of the tape have the same time."""
CENT = 10_000_000
"""In 1e-9 dollars."""
SIGNALS_A_STEP = 1
_HISTORY_BARS = 60
RECORDED = "spx-2021-01-04"
RECORDED_UNDERLYINGS = 3
"""Those move as the recorded session did, a step of it a step; the others by the dice, so that exits are many."""


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes known in a tenth of a second: contexts first, then ticks, then alerts."""

    contexts: tuple[MarketContextReceived, ...]
    ticks: tuple[Tick, ...]
    signals: tuple[SignalReceived, ...]


def steps(seed: int, *, recorded: int = RECORDED_UNDERLYINGS) -> Iterator[Step]:
    """Yield the round's steps in order.

    recorded  underlyings that move as the recorded session did
    """
    rng = random.Random(f"tape {seed}")
    symbols = underlyings()
    listed = {symbol: contracts(symbol) for symbol in symbols}
    cents = {contract.symbol: rng.randrange(200, 600) for held in listed.values() for contract in held}
    sessions = {symbol: _Session(number, listed[symbol]) for number, symbol in enumerate(symbols[:recorded])}
    begun = to_micros(START)
    yield Step(tuple(_introduction(symbol, listed[symbol], seed) for symbol in symbols), (), ())
    number = 0
    while True:
        number += 1
        at = begun + number * STEP_US
        yield Step(
            contexts=tuple(_contexts(rng, symbols, at, seed)),
            ticks=tuple(_ticks(rng, symbols, listed, cents, at, sessions, number)),
            signals=tuple(_signals(rng, symbols, at + STEP_US // 2, seed)),
        )


def _introduction(symbol: str, listed: list[OptionContract], seed: int) -> MarketContextReceived:
    return MarketContextReceived(
        event_id=derived_id("crash context", seed, symbol),
        occurred_at=START,
        symbol=symbol,
        bias=_bias(f"{seed} {symbol}", to_micros(START), Decimal(1)),
        gex=GexState(
            timestamp=START,
            net_gex=Decimal(250_000_000),
            dealer_position="long_gamma",
            zero_gamma_level=Decimal(90),
        ),
        chain=ChainState(
            timestamp=START,
            contracts=tuple(
                ListedContract(
                    option_symbol=contract.symbol,
                    strike=contract.strike,
                    expiration=contract.expiration,
                    type=contract.type,
                )
                for contract in listed
            ),
        ),
        history=_history(random.Random(f"history {seed} {symbol}")),
    )


def _history(rng: random.Random) -> HistoryState:
    """An hour that rose to just below the tape, so that the agents agree on longs where the flow does."""
    closes = [Decimal(8_800 + 16 * number + rng.randrange(-8, 9)) / 100 for number in range(_HISTORY_BARS)]
    return HistoryState(
        timeframe="1m",
        bars=tuple(
            HistoricBar(
                start=START - timedelta(minutes=_HISTORY_BARS - number),
                open=before,
                high=max(before, close) + Decimal("0.05"),
                low=min(before, close) - Decimal("0.05"),
                close=close,
                volume=rng.randrange(10_000, 20_000),
            )
            for number, (before, close) in enumerate(pairwise((closes[0], *closes)))
        ),
    )


def _bias(name: str, at: int, risk_multiplier: Decimal) -> BiasState:
    return BiasState(
        event_id_raw=name,
        timestamp=from_micros(at),
        bias="bullish",
        bias_score=Decimal(70),
        confidence=Decimal(75),
        regime_type="TRENDING",
        chop_score=Decimal(20),
        risk_multiplier=risk_multiplier,
        stale_after_s=86_400,
    )


def _contexts(rng: random.Random, symbols: list[str], at: int, seed: int) -> Iterator[MarketContextReceived]:
    if rng.random() < 0.7:
        return
    symbol = rng.choice(symbols)
    bias = _bias(f"{seed} {at}", at, Decimal(rng.randrange(3, 13)) / 10) if rng.random() < 0.3 else None
    entries = tuple(
        FlowEntry(
            timestamp=from_micros(at),
            type=rng.choice(("call", "put")),
            side=rng.choice(("buy", "sell")),
            strike=rng.choice(STRIKES),
            expiration=EXPIRATION,
            size=rng.randrange(1, 50),
            premium=Decimal(rng.randrange(100, 1_000_000)) / 100,
        )
        for _ in range(rng.randrange(1, 4))
    )
    yield MarketContextReceived(
        event_id=derived_id("crash context", seed, symbol, at),
        occurred_at=from_micros(at),
        symbol=symbol,
        bias=bias,
        flow=FlowState(timestamp=from_micros(at), entries=entries),
    )


def _ticks(
    rng: random.Random,
    symbols: list[str],
    listed: dict[str, list[OptionContract]],
    cents: dict[str, int],
    at: int,
    sessions: Mapping[str, "_Session"],
    number: int,
) -> Iterator[Tick]:
    """Yield each underlying's trade and what its contracts do: quotes, trades, one-sided quotes, silence."""
    order = rng.sample(symbols, len(symbols))
    for symbol in order:
        if symbol in sessions:
            for recorded in sessions[symbol].at(number):
                at += TICK_US
                yield recorded._replace(at=at)
            continue
        at += TICK_US
        yield Tick(symbol, at, price=rng.randrange(9_800, 10_200) * CENT, size=rng.randrange(1, 500))
        for contract in listed[symbol]:
            at += TICK_US
            tick = _contract_tick(rng, contract.symbol, cents, at)
            if tick is not None:
                yield tick


class _Session:
    """An underlying and six contracts of the recorded session, under names that a round lists; its price about 100."""

    def __init__(self, number: int, listed: Sequence[OptionContract]) -> None:
        prices, quotes = _recorded()
        self._prices = [round(price / prices[0] * 10_000) * CENT for price in prices]
        self._symbol = listed[0].root
        own = quotes[number * len(listed) : (number + 1) * len(listed)]
        self._quotes = [
            [quote._replace(symbol=contract.symbol) for quote in of_one]
            for contract, of_one in zip(listed, own, strict=True)
        ]

    def at(self, step: int) -> Iterator[Tick]:
        """Yield the ticks of a step; after its end the session begins again."""
        yield Tick(self._symbol, 0, price=self._prices[step % len(self._prices)], size=100)
        for quotes in self._quotes:
            yield quotes[step % len(quotes)]


@cache
def _recorded() -> tuple[Sequence[int], Sequence[Sequence[Tick]]]:
    """Return the prices of the recorded underlying, 1e-9 dollars, and the quotes of each of its contracts."""
    prices: list[int] = []
    quotes: dict[str, list[Tick]] = {}
    for tick in ticks_of(open_session(RECORDED)):
        if tick.price != ABSENT:
            prices.append(tick.price)
        else:
            quotes.setdefault(tick.symbol, []).append(tick)
    return prices, [quotes[symbol] for symbol in sorted(quotes)]


def _contract_tick(rng: random.Random, symbol: str, cents: dict[str, int], at: int) -> Tick | None:
    """A price that wanders by 2 % a step, drawn back to where most contracts trade."""
    before = cents[symbol]
    drawn = (400 - before) / 400 * 0.01
    middle = cents[symbol] = max(50, round(before * (1 + rng.gauss(drawn, 0.02))))
    half = rng.randrange(1, 4)
    kind = rng.random()
    if kind < 0.2:
        return None
    if kind < 0.25:
        return Tick(symbol, at, price=middle * CENT, size=rng.randrange(1, 20))
    if kind < 0.3:
        return Tick(symbol, at, bid=(middle - half) * CENT, bid_size=10)
    # an uneven spread: the middle is not always a whole cent
    return Tick(symbol, at, bid=(middle - half) * CENT, ask=(middle + half + 1) * CENT, bid_size=10, ask_size=10)


def _signals(rng: random.Random, symbols: list[str], at: int, seed: int) -> Iterator[SignalReceived]:
    for number in range(SIGNALS_A_STEP):
        symbol = rng.choice(symbols)
        known = rng.random() < 0.97
        occurred_at = from_micros(at) + timedelta(microseconds=number)
        yield SignalReceived(
            event_id=derived_id("crash signal", seed, at, number),
            occurred_at=occurred_at,
            account_id=rng.choice(ACCOUNTS),
            symbol=symbol if known else f"{symbol}X",
            direction=rng.choice(("long", "short")),
            timeframe=rng.choice(("1m", "5m", "1h")),
            timestamp=occurred_at,
            confidence=Decimal(rng.randrange(45, 100)),
            strike=rng.choice(STRIKES),
            expiration=EXPIRATION,
            signal_hash=derived_id("crash hash", seed, at, number),
        )
