"""How good a contract is: filters that refuse it, and a score of 0 to 100 from what is known of it.

What a chain does not say of a contract refuses nothing and scores the neutral middle.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from agents.rules import StrikeRules
from schemas.decisions import ContractSeen
from schemas.market import BiasState

NEUTRAL = Decimal(50)
"""The score of a part of which nothing is known."""
WEIGHTS = {
    "liquidity": Decimal("0.30"),
    "delta": Decimal("0.25"),
    "dte": Decimal("0.15"),
    "theta": Decimal("0.15"),
    "reward_to_risk": Decimal("0.15"),
}
LIQUID_FROM = 10
"""Times the least volume and open interest at which they score in full."""
REWARDING_FROM = 3
"""Times the least reward to risk at which it scores in full."""

_WEIGHTS = tuple(WEIGHTS.values())
_HUNDRED = Decimal(100)
_ZERO = Decimal(0)
_YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Hint:
    """What the bias's confidence asks of a contract: absolute delta and days to expiration, bounds included."""

    delta_min: Decimal
    delta_max: Decimal
    dte_min: int
    dte_max: int

    @property
    def delta(self) -> Decimal:
        """The middle of the range."""
        return (self.delta_min + self.delta_max) / 2


def hint_for(bias: BiasState | None, rules: StrikeRules) -> Hint:
    """Return what the bias asks for: the surer it is, the deeper in the money; unsure, the sooner it expires."""
    earliest, latest = rules.scored_dte_min, rules.scored_dte_max
    if bias is None:
        return Hint(Decimal("0.45"), Decimal("0.55"), earliest, latest)
    if bias.confidence >= 70:
        return Hint(Decimal("0.60"), Decimal("0.70"), earliest, latest)
    if bias.confidence >= 50:
        return Hint(Decimal("0.45"), Decimal("0.55"), earliest, latest)
    return Hint(Decimal("0.40"), Decimal("0.50"), earliest, (earliest + latest) // 2)


@dataclass(frozen=True, slots=True)
class Look:
    """A contract with what follows from it. None where the chain does not say."""

    contract: ContractSeen
    dte: int
    price: Decimal | None
    """dollars a share: the middle of bid and ask, else the newest trade"""
    spread_pct: Decimal | None
    theta_pct: Decimal | None
    delta: Decimal | None
    """absolute"""
    reward_to_risk: Decimal | None


def looks(contracts: Iterable[ContractSeen], *, underlying: Decimal, day: date, hold_days: int) -> Iterator[Look]:
    """Yield contracts with their percentages of the price, in their order.

    underlying  dollars a share
    day         the exchange's date, from which days to expiration run
    hold_days   how long one would be held
    """
    roots: dict[int, Decimal] = {}  # contracts share a few expirations, and a root costs as much as all the rest
    for contract in contracts:
        dte = (contract.expiration - day).days
        held = min(hold_days, dte)
        if held not in roots:
            roots[held] = (Decimal(max(held, 0)) / _YEAR_DAYS).sqrt()
        yield _look(contract, dte, underlying=underlying, root=roots[held])


def look(contract: ContractSeen, *, underlying: Decimal, day: date, hold_days: int) -> Look:
    """Return one contract as `looks` does several."""
    return next(looks((contract,), underlying=underlying, day=day, hold_days=hold_days))


def _look(contract: ContractSeen, dte: int, *, underlying: Decimal, root: Decimal) -> Look:
    """root is that of the years held."""
    theta, delta = contract.theta, contract.delta
    size = None if delta is None else abs(delta)
    price, spread = _priced(contract)
    if price is None or price <= 0:
        return Look(contract, dte, None, None, None, size, None)
    return Look(
        contract,
        dte,
        price,
        None if spread is None else spread * 100 / price,
        None if theta is None else abs(theta) * 100 / price,
        size,
        _reward_to_risk(contract, price, size, underlying=underlying, root=root),
    )


def _priced(contract: ContractSeen) -> tuple[Decimal | None, Decimal | None]:
    """Return (price, spread) in dollars; the spread only where both sides are quoted."""
    if contract.bid is None or contract.ask is None or contract.ask <= 0:
        return contract.price, None
    return (contract.bid + contract.ask) / 2, contract.ask - contract.bid


def _reward_to_risk(
    contract: ContractSeen, price: Decimal, delta: Decimal | None, *, underlying: Decimal, root: Decimal
) -> Decimal | None:
    """Return what one standard deviation's move in favour earns over the holding time, against the premium.

    move    underlying * implied volatility * sqrt(days / 365)
    reward  |delta| * move + gamma * move^2 / 2
    source  delta-gamma approximation: Hull, Options, Futures, and Other Derivatives, "The Greek Letters"
    """
    volatility, gamma = contract.implied_volatility, contract.gamma
    if volatility is None or delta is None or gamma is None:
        return None
    move = underlying * volatility * root
    return (delta * move + gamma * move * move / 2) / price


def refusal(seen: Look, hint: Hint, rules: StrikeRules, *, at: datetime, price_age_max: timedelta | None) -> str | None:
    """Return the first filter that refuses a contract, or None: dte, price, spread, volume, open_interest, ..."""
    contract = seen.contract
    if not hint.dte_min <= seen.dte <= hint.dte_max:
        return "dte"
    if seen.price is None or _is_old(contract, at, price_age_max):
        return "price"
    if seen.spread_pct is not None and seen.spread_pct > rules.spread_pct_max:
        return "spread"
    if contract.volume is not None and contract.volume < rules.volume_min:
        return "volume"
    if contract.open_interest is not None and contract.open_interest < rules.open_interest_min:
        return "open_interest"
    if seen.theta_pct is not None and seen.theta_pct > rules.theta_pct_max:
        return "theta"
    if seen.delta is not None and not hint.delta_min <= seen.delta <= hint.delta_max:
        return "delta"
    if seen.reward_to_risk is not None and seen.reward_to_risk < rules.reward_to_risk_min:
        return "reward_to_risk"
    return None


def _is_old(contract: ContractSeen, at: datetime, age_max: timedelta | None) -> bool:
    return age_max is not None and (contract.price_at is None or at - contract.price_at > age_max)


@dataclass(frozen=True, slots=True)
class Score:
    """How good a contract is, and how that came about."""

    seen: Look
    total: Decimal
    """0 to 100"""
    parts: tuple[Decimal | None, ...]
    """0 to 100 each, in the order of WEIGHTS; None where it is not known"""

    @property
    def reasons(self) -> tuple[str, ...]:
        """What each part scored, then what of the liquidity is not known."""
        contract = self.seen.contract
        liquid = (
            ("spread", self.seen.spread_pct),
            ("volume", contract.volume),
            ("open_interest", contract.open_interest),
        )
        scored = (
            f"{name} {NEUTRAL:.1f}, not known" if part is None else f"{name} {part:.1f}"
            for name, part in zip(WEIGHTS, self.parts, strict=True)
        )
        return (*scored, *(f"{name} not known" for name, value in liquid if value is None))


def scores(seen: Iterable[Look], hint: Hint, rules: StrikeRules, *, dte_wished: int) -> list[Score]:
    """Return the weighted means of contracts' parts, each 0 to 100, in their order.

    liquidity       the mean of spread, volume and open interest
    delta           100 in the middle of the hint's range, 0 at its ends
    dte             100 at the wished days, 0 at the end of the hint's range that is farther from them
    theta           100 for no decay, 0 at the most that is taken
    reward_to_risk  100 from REWARDING_FROM times the least that is taken
    """
    delta, half = hint.delta, (hint.delta_max - hint.delta_min) / 2
    target = max(hint.dte_min, min(hint.dte_max, dte_wished))
    farthest = Decimal(max(target - hint.dte_min, hint.dte_max - target))
    spread_worst, theta_worst = rules.spread_pct_max, rules.theta_pct_max
    volume_best = Decimal(LIQUID_FROM * rules.volume_min)
    interest_best = Decimal(LIQUID_FROM * rules.open_interest_min)
    reward_best = REWARDING_FROM * rules.reward_to_risk_min
    found = []
    for item in seen:
        volume, interest = item.contract.volume, item.contract.open_interest
        liquidity = (
            (NEUTRAL if item.spread_pct is None else _falling(item.spread_pct, spread_worst))
            + (NEUTRAL if volume is None else _rising(Decimal(volume), volume_best))
            + (NEUTRAL if interest is None else _rising(Decimal(interest), interest_best))
        ) / 3
        parts = (
            liquidity,
            None if item.delta is None else _falling(abs(item.delta - delta), half),
            _falling(Decimal(abs(item.dte - target)), farthest),
            None if item.theta_pct is None else _falling(item.theta_pct, theta_worst),
            None if item.reward_to_risk is None else _rising(item.reward_to_risk, reward_best),
        )
        total = _ZERO
        for weight, part in zip(_WEIGHTS, parts, strict=True):
            total += weight * (NEUTRAL if part is None else part)
        found.append(Score(item, total, parts))
    return found


def score(seen: Look, hint: Hint, rules: StrikeRules, *, dte_wished: int) -> Score:
    """Return the score of one contract as `scores` does those of several."""
    return scores((seen,), hint, rules, dte_wished=dte_wished)[0]


def _falling(value: Decimal, worst: Decimal) -> Decimal:
    """Return 100 at 0, falling to 0 at the worst."""
    if value <= 0:
        return _HUNDRED
    return _ZERO if value >= worst else _HUNDRED - value * 100 / worst


def _rising(value: Decimal, best: Decimal) -> Decimal:
    """Return 0 at 0, rising to 100 from the best on."""
    if best <= 0 or value >= best:
        return _HUNDRED
    return _ZERO if value <= 0 else value * 100 / best
