"""Where a chain's open interest and gamma exposure lie, strike by strike, and the strikes that stand out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Context, Decimal, localcontext

from agents.gamma import RATE, contract_gamma, years_to_expiration
from schemas.market import ListedContract
from schemas.money import CONTRACT_MULTIPLIER, cents

_PERCENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class StrikeExposure:
    """What is open at a strike, over all expirations alive.

    call_gex, put_gex  dollars a percent move, as `agents.gamma.from_chain` counts them: calls add, puts take away
    """

    strike: Decimal
    call_open_interest: int = 0
    put_open_interest: int = 0
    call_gex: Decimal = Decimal(0)
    put_gex: Decimal = Decimal(0)

    @property
    def net_gex(self) -> Decimal:
        """Dollars a percent move."""
        return self.call_gex + self.put_gex


@dataclass(frozen=True, slots=True)
class Walls:
    """The strikes at which calls, and puts, carry most gamma: where a rise, or a fall, tends to be held up."""

    call: Decimal | None
    put: Decimal | None


def by_strike(
    contracts: Iterable[ListedContract], *, spot: Decimal, at: datetime, rate: float = RATE
) -> tuple[StrikeExposure, ...]:
    """Return what is open at each strike that has any open interest, lowest strike first.

    A contract of which no gamma is known counts with its open interest alone.

    spot     dollars; without a price (0) there is no exposure, only open interest
    returns  whose net_gex add up to that of `agents.gamma.from_chain`, but for each being rounded to the cent
    """
    # what a sender may say of prices and greeks reaches beyond the usual 28 digits when it is multiplied
    with localcontext(Context(prec=80)):
        return _by_strike(contracts, spot=spot, at=at, rate=rate)


def _by_strike(
    contracts: Iterable[ListedContract], *, spot: Decimal, at: datetime, rate: float
) -> tuple[StrikeExposure, ...]:
    open_interest: dict[tuple[Decimal, str], int] = {}
    exposure: dict[tuple[Decimal, str], Decimal] = {}
    for contract in contracts:
        years = years_to_expiration(contract.expiration, at=at)
        if years is None or not contract.open_interest:
            continue
        place = (contract.strike, contract.type)
        open_interest[place] = open_interest.get(place, 0) + contract.open_interest
        gamma = contract_gamma(contract, spot=float(spot), years=years, rate=rate) if spot > 0 else None
        if gamma is not None:
            held = contract.open_interest if contract.type == "call" else -contract.open_interest
            exposure[place] = exposure.get(place, Decimal(0)) + gamma * held * CONTRACT_MULTIPLIER * spot**2 * _PERCENT
    return tuple(
        StrikeExposure(
            strike=strike,
            call_open_interest=open_interest.get((strike, "call"), 0),
            put_open_interest=open_interest.get((strike, "put"), 0),
            call_gex=cents(exposure.get((strike, "call"), Decimal(0))),
            put_gex=cents(exposure.get((strike, "put"), Decimal(0))),
        )
        for strike in sorted({strike for strike, _ in open_interest})
    )


def walls(strikes: Sequence[StrikeExposure]) -> Walls:
    """Return the strikes of the greatest call and put exposure, the lowest of several; None where there is none."""
    call = max(strikes, key=lambda item: item.call_gex, default=None)
    put = min(strikes, key=lambda item: item.put_gex, default=None)
    return Walls(
        call=call.strike if call is not None and call.call_gex > 0 else None,
        put=put.strike if put is not None and put.put_gex < 0 else None,
    )
