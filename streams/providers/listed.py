"""A provider's contracts as a chain: those near the price, dated by the newest quote."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, Field, ValidationError

from schemas.market import ChainState, ListedContract
from schemas.occ import parse_option_symbol
from streams.providers.failures import NoData, Unreadable
from streams.providers.provider import CONTRACTS_MAX, Answer, Measure, Side, sides

Count = Annotated[int, Field(ge=0, lt=2**53)]


class ContractSeen(Answer):
    """A contract as a provider tells it; `at` is when it was quoted."""

    option_symbol: str
    at: AwareDatetime | None = None
    bid: Side | None = None
    ask: Side | None = None
    volume: Count | None = None
    open_interest: Count | None = None
    implied_volatility: Measure | None = None
    delta: Measure | None = None
    gamma: Measure | None = None
    theta: Measure | None = None
    vega: Measure | None = None


def chain_of(
    rows: Iterable[Mapping[str, object]], *, provider: str, symbol: str, price: Decimal | None, now: datetime
) -> ChainState:
    """Return contracts as a chain, by symbol.

    rows    fields of ContractSeen. One that cannot be read is left out, as is one whose symbol is not in OCC form
            (adjusted contracts)
    price   the underlying's; of more than CONTRACTS_MAX contracts those with strikes nearest to it are kept
    now     dates the chain when no contract has a time, and bounds the times that they have
    raises  NoData when there are no rows, Unreadable when none of them can be read
    """
    told = list(rows)
    if not told:
        raise NoData(provider, symbol, "no contracts")
    listed = []
    for row in told:
        seen = _read(row)
        contract = None if seen is None else parse_option_symbol(seen.option_symbol)
        if seen is not None and contract is not None:
            listed.append((seen, contract))
    if not listed:
        raise Unreadable(provider, symbol, f"none of {len(told)} contracts")
    if price is not None:
        listed.sort(key=lambda pair: (abs(pair[1].strike - price), pair[1].symbol))
    kept = sorted(listed[:CONTRACTS_MAX], key=lambda pair: pair[1].symbol)
    newest = max((seen.at for seen, _ in kept if seen.at is not None), default=now)
    states = []
    for seen, contract in kept:
        bid, ask = sides(seen.bid, seen.ask)
        known = seen.model_dump(exclude={"option_symbol", "at", "bid", "ask"})
        states.append(
            ListedContract(
                option_symbol=contract.symbol,
                strike=contract.strike,
                expiration=contract.expiration,
                type=contract.type,
                bid=bid,
                ask=ask,
                **known,
            )
        )
    return ChainState(timestamp=min(newest, now), underlying_price=price, contracts=tuple(states))


def _read(row: Mapping[str, object]) -> ContractSeen | None:
    try:
        return ContractSeen.model_validate(row)
    except ValidationError:
        return None
