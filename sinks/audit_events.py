"""Events that say that somebody changed something, as changes of the audit log."""

import json
from typing import Any

from pydantic import BaseModel

from schemas.dead_letters import DeadLetterUpdated
from schemas.event import Event
from schemas.operations import ControlChanged
from schemas.orders import CancelAsked, CloseRequested, OrderRequested
from sinks.audit_chain import Change

BY_HAND = frozenset({"api", "cli", "redrive"})
"""How the sources of events begin that a person or a key has caused; all others are the platform itself."""
OF_ACCOUNTS = ("risk_limits", "kill_switch")
"""Controls whose names may go on with an account."""


def change_of(event: BaseModel) -> Change | None:
    """Return the change that an event says, or None when it says none.

    What the platform does by itself has the actor `system/<its name>`.
    """
    match event:
        case ControlChanged(name=name):
            family, _, rest = name.partition(".")
            account_id = rest if family in OF_ACCOUNTS and rest != "default" else ""
            detail = {"value": _value(event.value)}
            return _change(event, event.changed_by, account_id, "change_control", name, detail)
        case CloseRequested():
            detail = {"symbol": event.symbol, "quantity": event.quantity, "reason": event.reason}
            return _change(event, event.requested_by, event.account_id, "close_position", event.position_id, detail)
        case OrderRequested():
            price = None if event.limit_price is None else str(event.limit_price)
            detail = {"quantity": event.quantity, "limit_price": price}
            return _change(event, event.requested_by, event.account_id, "place_order", event.option_symbol, detail)
        case CancelAsked():
            detail = {"symbol": event.symbol}
            return _change(event, event.requested_by, event.account_id, "cancel_order", event.order_id, detail)
        case DeadLetterUpdated():
            action = "redrive_dead_letter" if event.status == "redriven" else "discard_dead_letter"
            return _change(event, event.changed_by, "", action, event.dead_letter_id, {"reason": event.reason})
        case _:
            return None


def _change(event: Event, by: str, account_id: str, action: str, target: str, detail: dict[str, Any]) -> Change:
    actor = by if _is_by_hand(event) else f"system/{by}"
    return Change(event.occurred_at, actor, account_id, action, target, detail, event.event_id)


def _is_by_hand(event: Event) -> bool:
    return event.source.replace("/", ".").split(".")[0] in BY_HAND


def _value(text: str) -> object:
    try:
        return json.loads(text, parse_constant=str)
    except (ValueError, RecursionError):
        return text
