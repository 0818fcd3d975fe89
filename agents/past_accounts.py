"""An account as a set of facts has it, at any moment of the past: the account's own reducers, driven by what was told.

Its orders reserve, what its books tell it is booked, its broker's reports are kept. What a gate let through is
in its orders, so nothing is decided again here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from agents.account import on_day, opened, reported, reserved
from agents.account_booking import booked
from agents.facts import Fact, exchange_day, news
from agents.rules import RiskLimits
from schemas.accounts import Account, AccountEvent, AccountSnapshot, BrokerReported
from schemas.decisions import DecisionMade
from schemas.orders import CloseRequested, OrderPlaced

_OVER = frozenset({"order_filled", "order_failed"})


@dataclass(frozen=True, slots=True)
class PastAccount:
    """An account at a moment, and what is needed to go on from there."""

    account: Account
    is_opened: bool = False
    """whether a fact has told what it began with; until then that is as configured"""
    over: frozenset[str] = frozenset()
    """orders whose end was told before they were: two processes' clocks may differ"""
    heard: dict[tuple[str, str], int] = field(default_factory=dict)


def begun(account_id: str, limits: RiskLimits) -> PastAccount:
    """Return an account of which nothing is known yet but what it is configured to begin with."""
    return PastAccount(opened(account_id, limits))


def folded(past: PastAccount, facts: Iterable[Fact]) -> PastAccount:
    """Return an account after more facts, in the order in which they became known."""
    heard = dict(past.heard)
    for fact in news(facts, heard):
        past = _after(past, fact)
    return replace(past, heard=heard)


def _after(past: PastAccount, fact: Fact) -> PastAccount:
    account, event = past.account, fact.event
    day = exchange_day(event.occurred_at)
    match event:
        case DecisionMade():
            return replace(past, account=on_day(account, day))
        case OrderPlaced(side="buy_to_open") if event.order_type != "shadow":
            after = reserved(on_day(account, day), event)
            if event.event_id in past.over:
                after = after.model_copy(update={"reservations": account.reservations})
            return replace(past, account=after, over=past.over - {event.event_id})
        case AccountEvent():
            known = {item.order_id for item in account.reservations}
            is_early = event.kind in _OVER and event.order_id not in known
            over = past.over | {event.order_id} if is_early and not _is_held(account, event) else past.over
            return replace(past, account=booked(on_day(account, day), event), is_opened=True, over=over)
        case BrokerReported() if account.broker is None or event.occurred_at >= account.broker.occurred_at:
            return replace(past, account=reported(account, event), is_opened=True)
        case AccountSnapshot():
            changes: dict[str, object] = {"halted": event.halted}
            if not past.is_opened:
                changes |= {"opening_equity": event.equity, "cash": event.equity}
            return replace(past, account=account.model_copy(update=changes), is_opened=True)
        case CloseRequested(requested_by="account"):
            holdings = tuple(
                item.model_copy(update={"is_closing": True}) if item.position_id == event.position_id else item
                for item in account.holdings
            )
            return replace(past, account=account.model_copy(update={"holdings": holdings}))
    return past


def _is_held(account: Account, event: AccountEvent) -> bool:
    return any(item.position_id == event.position_id for item in account.holdings)
