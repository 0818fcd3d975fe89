"""Greeks of a contract, and what a chain says of dealers: gamma exposure, zero gamma, max pain.

The model is Black and Scholes without dividends. Dealers are taken to hold the usual book: long the calls that are
open, short the puts.

vollib inverts the price. The greeks are written out here: vollib's bring scipy.stats with them, which takes longer to
load than all the rest of a worker.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from vollib.black_scholes.implied_volatility import implied_volatility as volatility_of_price
from vollib.lets_be_rational import PriceIsAboveMaximum, PriceIsBelowIntrinsic, norm_cdf

from schemas.market import DealerPosition, GexState, ListedContract
from schemas.money import CONTRACT_MULTIPLIER
from schemas.occ import OptionType

RATE = 0.04
"""A year's interest without risk, about what US Treasury bills pay; gamma hardly depends on it."""

ZERO_GAMMA_WITHIN = 0.2
"""How far from the price, as a share of it, zero gamma is searched for."""

_STEPS = 41
"""prices of the search, beside the strikes, near which the exposure of short-lived contracts turns"""
_HALVINGS = 40
"""which leave less of a step than a float can tell"""
_PERCENT = Decimal("0.01")
_YEAR_S = 365 * 86_400
_LEFT_MIN_S = 60
_CLOSE = time(16, tzinfo=ZoneInfo("America/New_York"))
_FLAGS = {"call": "c", "put": "p"}
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Greeks:
    """Sensitivities of an option's price.

    delta  dollars a dollar of the underlying
    gamma  delta a dollar of the underlying
    theta  dollars a day that passes, 365 to the year
    vega   dollars a percentage point of volatility
    """

    delta: float
    gamma: float
    theta: float
    vega: float


def years_to_expiration(expiration: date, *, at: datetime) -> float | None:
    """Return years (ACT/365) to 16:00 in New York on the expiration date, at least a minute; None once it has come."""
    left_s = (datetime.combine(expiration, _CLOSE).astimezone(UTC) - at).total_seconds()
    return max(left_s, _LEFT_MIN_S) / _YEAR_S if left_s > 0 else None


def greeks(
    *, kind: OptionType, spot: float, strike: float, years: float, rate: float = RATE, volatility: float
) -> Greeks:
    """Return the greeks of a European option.

    spot, strike  dollars
    years         to expiration
    rate          a year's, continuously compounded: 0.04 is 4 %
    volatility    a year's: 0.2 is 20 %
    raises        ValueError unless spot, strike, years and volatility are above 0
    source        Black and Scholes (1973), as in Hull, Options, Futures and Other Derivatives, 7th edition, chapter 17
    """
    if min(spot, strike, years, volatility) <= 0:
        raise ValueError("spot, strike, years and volatility must be above 0")
    sign = 1 if kind == "call" else -1
    deviation = volatility * math.sqrt(years)
    d1 = _d1(spot, strike, years, rate, volatility)
    interest = rate * strike * math.exp(-rate * years) * norm_cdf(sign * (d1 - deviation))
    return Greeks(
        delta=sign * float(norm_cdf(sign * d1)),
        gamma=_density(d1) / (spot * deviation),
        theta=(-spot * _density(d1) * volatility / (2 * math.sqrt(years)) - sign * interest) / 365,
        vega=spot * _density(d1) * math.sqrt(years) / 100,
    )


def _d1(spot: float, strike: float, years: float, rate: float, volatility: float) -> float:
    return (math.log(spot / strike) + (rate + volatility**2 / 2) * years) / (volatility * math.sqrt(years))


def _density(x: float) -> float:
    """Return the standard normal distribution's density."""
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def implied_volatility(
    *, kind: OptionType, price: float, spot: float, strike: float, years: float, rate: float = RATE
) -> float | None:
    """Return the volatility at which the model gives a price, or None when none does.

    price    dollars a share, such as a quote's mid
    others   as for `greeks`
    source   Jäckel, Let's Be Rational (2015), by vollib
    """
    try:
        volatility = float(volatility_of_price(price, spot, strike, years, rate, _FLAGS[kind]))
    except (PriceIsAboveMaximum, PriceIsBelowIntrinsic):
        return None
    # 0 answers a price of exactly the intrinsic value
    return volatility if volatility > 0 else None


@dataclass(frozen=True, slots=True)
class _Exposure:
    """What one contract adds: `held` is its open interest as dealers hold it, negative for puts."""

    strike: float
    years: float
    held: int
    gamma: Decimal
    volatility: float | None


def from_chain(
    contracts: Iterable[ListedContract], *, spot: Decimal, at: datetime, neutral_below: Decimal, rate: float = RATE
) -> GexState | None:
    """Return dealers' gamma exposure by a chain, or None when no contract says anything of it.

    Gamma is the chain's; else it follows from the chain's implied volatility, else from that of the quote's mid. A
    contract that is expired, or without open interest, or without any of these is left out. One with nothing but a
    gamma counts for the exposure, but says nothing of other prices.

    spot           dollars; no price (0) says nothing
    neutral_below  dollars a percent move
    returns        net_gex, the sum of gamma x open interest x 100 x spot^2 x 0.01, calls positive and puts negative: so
                   many dollars of the underlying do dealers sell when it rises by a percent;
                   zero_gamma_level, where net gamma, each contract at its own volatility, changes sign nearest to spot,
                   at most 20 % away, looked for at whole percents and strikes; max_pain, of the contracts alive
    """
    if spot <= 0:
        return None
    listed = [
        (contract, years)
        for contract in contracts
        if (years := years_to_expiration(contract.expiration, at=at)) is not None
    ]
    exposures = [
        exposure
        for contract, years in listed
        if (exposure := _exposure(contract, spot=float(spot), years=years, rate=rate)) is not None
    ]
    if not exposures:
        return None
    net_gamma = sum(entry.gamma * entry.held for entry in exposures)
    net_gex = net_gamma * CONTRACT_MULTIPLIER * spot**2 * _PERCENT
    level = _zero_gamma(exposures, spot=float(spot), rate=rate)
    return GexState(
        timestamp=at,
        net_gex=net_gex,
        dealer_position=dealer_position(net_gex, neutral_below=neutral_below),
        zero_gamma_level=None if level is None else Decimal(level),
        max_pain=max_pain([contract for contract, _ in listed]),
        computed=True,
    )


def dealer_position(net_gex: Decimal, *, neutral_below: Decimal) -> DealerPosition:
    """Return what dealers are by their exposure; both in dollars a percent move."""
    if net_gex > 0 and net_gex >= neutral_below:
        return "long_gamma"
    if net_gex < 0 and -net_gex >= neutral_below:
        return "short_gamma"
    return "neutral"


def max_pain(contracts: Sequence[ListedContract]) -> Decimal | None:
    """Return the listed strike at which all open contracts together pay least, the lowest of several; None without any.

    What they pay is convex in the price and turns only at strikes: it falls by the open puts below all of them, and
    each strike adds its open interest to the slope. So it is least at the first strike from which it does not fall.
    """
    open_interest: dict[Decimal, int] = {}
    for contract in contracts:
        open_interest[contract.strike] = open_interest.get(contract.strike, 0) + (contract.open_interest or 0)
    if not any(open_interest.values()):
        return None
    slope = -sum(contract.open_interest or 0 for contract in contracts if contract.type == "put")
    for strike in sorted(open_interest):
        slope += open_interest[strike]
        if slope >= 0:
            break
    return strike


def _exposure(contract: ListedContract, *, spot: float, years: float, rate: float) -> _Exposure | None:
    if not contract.open_interest or contract.strike <= 0:
        return None
    strike = float(contract.strike)
    volatility = _volatility(contract, spot=spot, years=years, rate=rate)
    gamma = _gamma(contract, volatility, spot=spot, years=years, rate=rate)
    if gamma is None:
        return None
    held = contract.open_interest if contract.type == "call" else -contract.open_interest
    return _Exposure(strike=strike, years=years, held=held, gamma=gamma, volatility=volatility)


def contract_gamma(contract: ListedContract, *, spot: float, years: float, rate: float = RATE) -> Decimal | None:
    """Return the chain's gamma, else that of its volatility, as `from_chain` takes it; None where neither is known.

    spot   dollars, above 0
    years  to expiration
    """
    if contract.strike <= 0:
        return None
    volatility = None if contract.gamma is not None else _volatility(contract, spot=spot, years=years, rate=rate)
    return _gamma(contract, volatility, spot=spot, years=years, rate=rate)


def _gamma(
    contract: ListedContract, volatility: float | None, *, spot: float, years: float, rate: float
) -> Decimal | None:
    if contract.gamma is not None or volatility is None:
        return contract.gamma
    strike = float(contract.strike)
    d1 = _d1(spot, strike, years, rate, volatility)
    return Decimal(_density(d1) / (spot * volatility * math.sqrt(years)))


def _volatility(contract: ListedContract, *, spot: float, years: float, rate: float) -> float | None:
    """Return the chain's implied volatility, else that of the quote's mid."""
    if contract.implied_volatility is not None and contract.implied_volatility > 0:
        return float(contract.implied_volatility)
    if contract.bid is None or not contract.ask:
        return None
    price, strike = float(contract.bid + contract.ask) / 2, float(contract.strike)
    return implied_volatility(kind=contract.type, price=price, spot=spot, strike=strike, years=years, rate=rate)


def _zero_gamma(exposures: Iterable[_Exposure], *, spot: float, rate: float) -> float | None:
    curved = [(entry, entry.volatility) for entry in exposures if entry.volatility is not None]
    strikes = np.array([entry.strike for entry, _ in curved])
    years = np.array([entry.years for entry, _ in curved])
    held = np.array([entry.held for entry, _ in curved])
    volatilities = np.array([volatility for _, volatility in curved])
    deviations = volatilities * np.sqrt(years)
    drifts = (rate + volatilities**2 / 2) * years - np.log(strikes)

    def signs(prices: _Floats) -> _Floats:
        """Return net gamma's sign at prices. The factor 1 / (price sqrt(2 pi)) is left out: it does not change it."""
        d1 = (np.log(prices)[:, None] + drifts) / deviations
        net: _Floats = (np.exp(-(d1**2) / 2) * (held / deviations)).sum(axis=1)
        return np.sign(net)

    lowest, highest = spot * (1 - ZERO_GAMMA_WITHIN), spot * (1 + ZERO_GAMMA_WITHIN)
    steps = np.linspace(lowest, highest, _STEPS)
    prices = np.unique(np.concatenate([steps, strikes.clip(lowest, highest), [spot]]))
    found = signs(prices)
    prices, found = prices[found != 0], found[found != 0]
    changes = np.flatnonzero(found[:-1] != found[1:])
    below, above = changes[prices[changes] < spot][-1:], changes[prices[changes + 1] > spot][:1]
    levels = [_change(signs, between=prices[[change, change + 1]]) for change in (*below, *above)]
    return min(levels, key=lambda level: (abs(level - spot), level), default=None)


def _change(signs: Callable[[_Floats], _Floats], *, between: _Floats) -> float:
    """Return where the sign changes between two prices at which it differs."""
    at_low = signs(between)[0]
    for _ in range(_HALVINGS):
        middle = between.mean()
        between[0 if signs(np.array([middle]))[0] == at_low else 1] = middle
    return float(between.mean())
