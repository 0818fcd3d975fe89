"""A seeded random walk of any number of underlyings with contracts around them. Prices are in 1e-9 dollars."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from schemas.money import NANOS
from schemas.occ import OptionContract
from schemas.ticks import Tick

CENT = NANOS // 100

_FRIDAY = 4
_STEP_SHARE = 0.00008
"""Standard deviation of one step, as a share of the price."""
_YEARLY_VOLATILITY = 0.25
_TRADES_SHARE = 0.25
"""Of the ticks, those that are trades of the underlying; the others are quotes of its contracts."""
_NAMES = 26**3


@dataclass(slots=True)
class Instrument:
    """One underlying: where it stands, and its contracts with their strikes (1e-9 dollars) and days to live."""

    symbol: str
    price: int
    contracts: tuple[OptionContract, ...]
    time_values: tuple[tuple[int, int, float], ...]
    """(+1 call or -1 put, strike, standard deviation until the expiration as a share of the price) of each contract"""


def made_up_symbols(count: int) -> tuple[str, ...]:
    """Return that many symbols that no exchange lists: SIMAAA, SIMAAB ...; raises ValueError past 17,576."""
    if not 0 < count <= _NAMES:
        raise ValueError(f"symbols: {count} is not between 1 and {_NAMES}")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return tuple(f"SIM{letters[n // 676]}{letters[n // 26 % 26]}{letters[n % 26]}" for n in range(count))


def instruments(symbols: Sequence[str], *, contracts: int, seed: int, day: date) -> list[Instrument]:
    """Return underlyings at prices between 50 and 550 dollars, each with `contracts` listed contracts.

    day  the exchange's date: expirations are the second and third Friday after it, strikes whole dollars around the
         price, calls and puts in turn
    """
    random = Random(seed)
    found = []
    for symbol in symbols:
        price = random.randrange(5_000, 55_000) * CENT
        listed = tuple(_listed(symbol, price, contracts, day))
        values = tuple(
            (
                1 if contract.type == "call" else -1,
                int(contract.strike) * NANOS,
                _YEARLY_VOLATILITY * math.sqrt((contract.expiration - day).days / 365),
            )
            for contract in listed
        )
        found.append(Instrument(symbol, price, listed, values))
    return found


def _listed(symbol: str, price: int, count: int, day: date) -> Iterator[OptionContract]:
    friday = day + timedelta(days=(_FRIDAY - day.weekday()) % 7)
    nearest = round(price / NANOS)
    for number in range(count):
        pair, kind = divmod(number, 2)
        level, week = divmod(pair, 2)
        # 0, +1, -1, +2, -2 ... dollars from the money
        offset = (level + 1) // 2 * (1 if level % 2 else -1)
        yield OptionContract(
            root=symbol,
            expiration=friday + timedelta(weeks=1 + week),
            type="put" if kind else "call",
            strike=Decimal(max(1, nearest + offset)),
        )


def walk(instruments: Sequence[Instrument], *, seed: int) -> Iterator[Tick]:
    """Yield ticks without end: of each underlying in turn, a trade or a quote of one of its contracts.

    The same seed gives the same ticks. Their `at` is 0: whoever sends them stamps them.
    """
    random = Random(seed)
    uniform, gauss = random.random, random.gauss
    while True:
        for instrument in instruments:
            if not instrument.contracts or uniform() < _TRADES_SHARE:
                step = round(instrument.price * gauss(0.0, _STEP_SHARE) / CENT) * CENT
                instrument.price = max(CENT, instrument.price + step)
                yield Tick(instrument.symbol, 0, price=instrument.price, size=1 + int(uniform() * 500))
                continue
            number = int(uniform() * len(instrument.contracts))
            bid, ask = quote(instrument.price, *instrument.time_values[number])
            yield Tick(instrument.contracts[number].symbol, 0, bid=bid, ask=ask, bid_size=10, ask_size=10)


def quote(price: int, sign: int, strike: int, deviation: float) -> tuple[int, int]:
    """Return (bid, ask) of a contract: intrinsic value and a bell of time value around the money, to the cent.

    sign       +1 for a call, -1 for a put
    deviation  of the underlying until the expiration, as a share of its price
    """
    intrinsic = max(0, sign * (price - strike))
    spread = max(deviation * price, float(CENT))
    time_value = 0.4 * spread * math.exp(-(((price - strike) / spread) ** 2) / 2)
    middle = max(2, (intrinsic + round(time_value)) // CENT)
    half = max(1, middle // 100)
    return (middle - half) * CENT, (middle + half) * CENT
