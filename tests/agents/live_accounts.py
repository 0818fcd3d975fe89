"""Accounts whose orders go to a broker: what it says of them, and what executions tell them."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from agents.account import on_account_event
from agents.rules import Rules
from schemas.accounts import Account, AccountEvent, BrokerReported
from schemas.decisions import GateResult
from schemas.ids import derived_id
from tests.agents.accounts import LIMITS, Outcome, account, decide, reservation
from tests.agents.strategies import AT, CALL, DAY, order

LIVE = replace(LIMITS, live_accounts=("paper",), exposure_max=Decimal(10**6), exposure_pct_max=Decimal(100))
RULES = Rules(limits=LIVE)


def report(*, seconds: float = -60, **changes: Any) -> BrokerReported:
    return BrokerReported(
        **{
            "event_id": f"report {seconds}",
            "occurred_at": AT + timedelta(seconds=seconds),
            "account_id": "paper",
            "cash": Decimal(100_000),
            "equity": Decimal(100_000),
            "buying_power": Decimal(50_000),
            "options_buying_power": Decimal(10_000),
            "day_trades": 0,
            "is_pattern_day_trader": False,
            "is_blocked": False,
            **changes,
        }
    )


def live(**changes: Any) -> Account:
    return account(**{"broker": report(), **changes})


def ask(known: Account, asked: Any = None, **limits: Any) -> Outcome:
    names = ("live_accounts", "exposure_max", "exposure_pct_max")
    return decide(known, asked, **{**{name: getattr(LIVE, name) for name in names}, **limits})


def gate(found: Outcome, name: str) -> GateResult:
    (one,) = [item for item in found.decision.gates if item.gate == name]
    return one


def names(found: Outcome) -> list[str]:
    return [item.gate for item in found.decision.gates[1:]]


def happened(kind: str, quantity: int, price: str | None = None, *, made: str | None = None, **changes: Any) -> Any:
    return AccountEvent.model_validate(
        {
            "event_id": derived_id("account-event", kind, quantity, price or "", made or "", *sorted(changes)),
            "occurred_at": AT,
            "account_id": "paper",
            "kind": kind,
            "order_id": order().event_id,
            "position_id": order().position_id,
            "symbol": "SPY",
            "option_symbol": CALL,
            "quantity": quantity,
            "price": None if price is None else Decimal(price),
            "realized_pnl": None if made is None else Decimal(made),
            **changes,
        }
    )


def tell(known: Account, *events: AccountEvent) -> Account:
    for event in events:
        known, _ = on_account_event(known, event, day=DAY, rules=RULES)
    return known


def ordered() -> Account:
    """Return an account with the order of nine at 3.45 on its way."""
    kept = reservation(CALL, price="3.45", quantity=9).model_copy(
        update={"order_id": order().event_id, "position_id": order().position_id}
    )
    return live(reservations=(kept,))
