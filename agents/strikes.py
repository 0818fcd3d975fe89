"""Which contract to trade: what may be chosen, and the choice, at the money or by score."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TypedDict

from agents.market import newest_price
from agents.rules import StrikeRules
from agents.strike_scores import Hint, Look, hint_for, looks, refusal, scores
from schemas.decisions import ContractSeen, StrikeSelection
from schemas.event import from_micros
from schemas.market import BiasState, ListedContract, Market, Quote
from schemas.money import to_usd
from schemas.occ import OptionContract, OptionType
from schemas.signals import Direction, SignalReceived
from schemas.ticks import ABSENT

CANDIDATES_MAX = 16
"""Contracts of each type, nearest to the wish, that an engine may choose; as many again by delta when scored."""

_FRIDAY = 4
_Distance = tuple[Decimal, int, Decimal, str]
"""From a wish; what comes first decides, the option symbol last."""
_DIRECTIONS: tuple[Direction, Direction] = ("long", "short")


def target_contract(symbol: str, direction: Direction, *, price: Decimal, day: date, hold_days: int) -> OptionContract:
    """Return the contract wished for, listed or not.

    price  dollars a share of the underlying: the strike is the next whole dollar above for a call, below for a put
    day    the exchange's date; the expiration is the first Friday on or after day + hold_days
    """
    kind: OptionType = "call" if direction == "long" else "put"
    rounding = ROUND_CEILING if direction == "long" else ROUND_FLOOR
    return OptionContract(
        root=symbol,
        expiration=first_friday(day + timedelta(days=hold_days)),
        type=kind,
        strike=price.to_integral_value(rounding=rounding),
    )


def first_friday(day: date) -> date:
    """Return the first Friday on or after a day."""
    return day + timedelta(days=(_FRIDAY - day.weekday()) % 7)


def wished_contract(
    signal: SignalReceived, direction: Direction, *, price: Decimal, day: date, rules: StrikeRules
) -> OptionContract:
    """Return the contract wished for in a direction; in the signal's own, by the strike and expiration it names."""
    wish = target_contract(signal.symbol, direction, price=price, day=day, hold_days=rules.hold_days)
    if direction != signal.direction:
        return wish
    strike = wish.strike if signal.strike is None else signal.strike
    return OptionContract(wish.root, signal.expiration or wish.expiration, wish.type, strike)


def _distance(item: ListedContract | ContractSeen, wish: OptionContract, price: Decimal) -> _Distance:
    """Return how far a contract is from a wish; the rest of the key settles a tie.

    A percent of the underlying's price in the strike weighs as much as a week in the expiration. The distance
    |strikes| * 100 / price + |days| / 7 is multiplied by 7 * price, so that it stays exact.
    """
    days = _days_off(item.expiration, wish)
    strike = item.strike
    return 700 * abs(strike - wish.strike) + price * days, days, strike, item.option_symbol


def _days_off(expiration: date, wish: OptionContract) -> int:
    return abs(expiration.toordinal() - wish.expiration.toordinal())


def candidates(
    market: Market, *, signal: SignalReceived, price: Decimal, day: date, rules: StrikeRules
) -> tuple[ContractSeen, ...]:
    """Return the contracts that an engine may choose, calls before puts, each nearest to its wish first.

    Both types, because dealer positioning may turn a signal's direction. Contracts that a time rule would close at
    once (dte_min days or less) are left out. When scored, those nearest to the delta that the bias asks for join.
    Where no chain is known these are the wishes themselves, not listed.

    price  dollars a share of the underlying, above 0
    """
    hint, chain = hint_for(market.bias, rules), market.chain
    listed: defaultdict[tuple[OptionType, date], list[ListedContract]] = defaultdict(list)
    for item in chain.values():
        listed[item.type, item.expiration].append(item)
    earliest = day + timedelta(days=rules.dte_min)
    found: list[ContractSeen] = []
    for direction in _DIRECTIONS:
        wish = wished_contract(signal, direction, price=price, day=day, rules=rules)
        if not chain:
            found.append(_wished(wish, market.quotes.get(wish.symbol)))
            continue
        living = {
            expiration: items
            for (kind, expiration), items in listed.items()
            if kind == wish.type and expiration > earliest
        }
        chosen = _nearest(living, wish, price)
        if rules.mode == "scored":
            known = {symbol for _, _, _, symbol in chosen}
            others = _nearest_delta(living, hint, day, known)
            chosen = sorted([*chosen, *(_distance(chain[symbol], wish, price) for symbol in others)])
        found += (_listed(chain[symbol], market.quotes.get(symbol)) for _, _, _, symbol in chosen)
    return tuple(found)


def _nearest(living: Mapping[date, Iterable[ListedContract]], wish: OptionContract, price: Decimal) -> list[_Distance]:
    """Return the distances of the nearest to a wish, nearest first.

    living  contracts of the wish's type by expiration; those that expire too far from the wish are not looked at
    """
    nearest: list[_Distance] = []
    for expiration in sorted(living, key=lambda expiration: _days_off(expiration, wish)):
        days = _days_off(expiration, wish)
        if len(nearest) == CANDIDATES_MAX and price * days > nearest[-1][0]:
            break
        nearest += [_distance(item, wish, price) for item in living[expiration]]
        nearest = heapq.nsmallest(CANDIDATES_MAX, nearest)
    return nearest


def _nearest_delta(
    living: Mapping[date, Iterable[ListedContract]], hint: Hint, day: date, known: Collection[str]
) -> list[str]:
    """Return those nearest to the middle of the hint's deltas among contracts that expire within its days.

    known  option symbols that are chosen already
    """
    first, last, middle = day + timedelta(days=hint.dte_min), day + timedelta(days=hint.dte_max), hint.delta
    others = [
        (abs(abs(item.delta) - middle), item.option_symbol)
        for expiration, items in living.items()
        if first <= expiration <= last
        for item in items
        if item.delta is not None and item.option_symbol not in known
    ]
    return [symbol for _, symbol in heapq.nsmallest(CANDIDATES_MAX, others)]


_BLANK = ContractSeen(option_symbol="", strike=Decimal(0), expiration=date.max, type="call", listed=True)


def _listed(item: ListedContract, quote: Quote | None) -> ContractSeen:
    """The chain says of a contract what it is seen with, all but the prices; to validate it again takes milliseconds.

    A filled copy is made in half the time of model_construct.
    """
    return _BLANK.model_copy(update=vars(item) | _prices(quote))


def _wished(wish: OptionContract, quote: Quote | None) -> ContractSeen:
    return ContractSeen(
        option_symbol=wish.symbol,
        strike=wish.strike,
        expiration=wish.expiration,
        type=wish.type,
        listed=False,
        **_prices(quote),
    )


class _Prices(TypedDict):
    bid: Decimal | None
    ask: Decimal | None
    price: Decimal | None
    price_at: datetime | None


def _prices(quote: Quote | None) -> _Prices:
    newest = None if quote is None else newest_price(quote)
    return {
        "bid": None if quote is None or quote.bid == ABSENT else to_usd(quote.bid),
        "ask": None if quote is None or quote.ask == ABSENT else to_usd(quote.ask),
        "price": None if newest is None else to_usd(newest[0]),
        "price_at": None if newest is None else from_micros(newest[1]),
    }


@dataclass(frozen=True, slots=True)
class Choice:
    """The contract to trade, or None, and why."""

    contract: ContractSeen | None
    selection: StrikeSelection


def choose(
    contracts: Sequence[ContractSeen],
    *,
    direction: Direction,
    price: Decimal,
    day: date,
    signal: SignalReceived,
    bias: BiasState | None,
    rules: StrikeRules,
    at: datetime,
    price_age_max: timedelta | None = None,
) -> Choice:
    """Return the contract to trade in a direction, of those that may be chosen.

    At the money it is the one nearest to the wish. By score it is the best that no filter refuses; but a strike or an
    expiration that the alert names settles it in both modes, where such a contract is among them.

    price          dollars a share of the underlying, above 0
    at             the time of judgement
    price_age_max  by score, older prices count as none; None: however old
    """
    wish = wished_contract(signal, direction, price=price, day=day, rules=rules)
    last = day + timedelta(days=rules.dte_min)
    of_type = [item for item in contracts if item.type == wish.type]
    living = [item for item in of_type if item.expiration > last]
    ranked = sorted(living, key=lambda item: _distance(item, wish, price))
    refused = Counter({"type": len(contracts) - len(of_type), "dte": len(of_type) - len(living)})
    named = direction == signal.direction and (signal.strike is not None or signal.expiration is not None)
    if rules.mode == "atm" or (named and bool(ranked) and _is(ranked[0], wish)):
        nearest = [(item, _nearness(item, wish, named=named), None) for item in ranked[:2]]
        return _choice(rules, contracts, refused, nearest)
    hint = hint_for(bias, rules)
    passed: list[Look] = []
    for seen in looks(ranked, underlying=price, day=day, hold_days=rules.hold_days):
        filter_name = refusal(seen, hint, rules, at=at, price_age_max=price_age_max)
        if filter_name is None:
            passed.append(seen)
        else:
            refused[filter_name] += 1
    found = scores(passed, hint, rules, dte_wished=(wish.expiration - day).days)
    # the sort is stable: of two with one score, the one nearer to the wish comes first
    found.sort(key=lambda item: item.total, reverse=True)
    best = [(item.seen.contract, item.reasons, item.total) for item in found[:2]]
    return _choice(rules, contracts, refused, best)


def _is(item: ContractSeen, wish: OptionContract) -> bool:
    return item.strike == wish.strike and item.expiration == wish.expiration


def _nearness(item: ContractSeen, wish: OptionContract, *, named: bool) -> tuple[str, ...]:
    why = "nearest_to_wish" if not _is(item, wish) else "named_by_alert" if named else "as_wished"
    known = () if item.listed else ("no_chain_known",)
    return why, f"strike {item.strike.normalize():f}", f"expiration {item.expiration.isoformat()}", *known


def _choice(
    rules: StrikeRules,
    contracts: Sequence[ContractSeen],
    refused: Counter[str],
    best: Sequence[tuple[ContractSeen, tuple[str, ...], Decimal | None]],
) -> Choice:
    """Return the best, and say what came second."""
    first, reasons, points = best[0] if best else (None, (), None)
    second, other_reasons, other_points = best[1] if len(best) > 1 else (None, (), None)
    return Choice(
        contract=first,
        selection=StrikeSelection(
            mode=rules.mode,
            considered=len(contracts),
            refused={name: count for name, count in sorted(refused.items()) if count},
            score=points,
            reasons=reasons,
            runner_up=None if second is None else second.option_symbol,
            runner_up_score=other_points,
            runner_up_reasons=other_reasons,
        ),
    )
