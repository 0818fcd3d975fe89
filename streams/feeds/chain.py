"""A recorded session's listed contracts as a chain webhook's payload."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from streams.feeds.posting import Payload
from streams.feeds.recorded import ContractFacts


def chain_payload(symbol: str, facts: Iterable[ContractFacts], *, at: datetime) -> Payload:
    """Return the payload that lists the contracts of an underlying as of `at`.

    Quotes are left out: the tape brings them, and the first ones are not known before it runs.
    """
    return {"symbol": symbol, "timestamp": iso(at), "contracts": [_contract(item) for item in facts]}


def iso(at: datetime) -> str:
    """Return an instant in UTC as ISO 8601."""
    return at.isoformat().replace("+00:00", "Z")


def _contract(facts: ContractFacts) -> dict[str, object]:
    contract = facts.contract
    known = {
        "open_interest": facts.open_interest,
        "implied_volatility": _number(facts.implied_volatility),
        "delta": _number(facts.delta),
        "gamma": _number(facts.gamma),
        "theta": _number(facts.theta),
        "vega": _number(facts.vega),
    }
    return {
        "option_symbol": contract.symbol,
        "strike": _number(contract.strike),
        "expiration": contract.expiration.isoformat(),
        "type": contract.type,
        **{name: value for name, value in known.items() if value is not None},
    }


def _number(value: Decimal | None) -> int | float | None:
    """JSON has no decimals; these have few enough digits to be written and read back exactly."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)
