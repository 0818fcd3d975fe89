"""Facts on Kafka as events of the stream: who may see them, and what they say."""

import json
from dataclasses import dataclass

from pydantic import BaseModel

from api.controls import ControlRow
from api.orders import FillRow
from api.signals import SignalRow
from api.stream.rows import (
    AccountTold,
    AlertTold,
    CloseRequestTold,
    DecisionTold,
    OrderPlacedTold,
    OrderUpdatedTold,
    PositionTold,
)
from schemas.accounts import AccountSnapshot
from schemas.decisions import DecisionMade
from schemas.event import Event
from schemas.operations import ControlChanged, DeadLettered
from schemas.orders import CloseRequested, OrderFilled, OrderPlaced, OrderUpdated, TradeClosed
from schemas.reconciliation import Reconciled
from schemas.signals import SignalReceived
from streams.logs import logger

log = logger(__name__)

EVERYONE, ADMINISTRATORS = "*", "*administrators"
"""Audiences beside the accounts, whose ids have no asterisk."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event of the stream. `audience` is an account, EVERYONE or ADMINISTRATORS."""

    kind: str
    audience: str
    row: BaseModel


def told(event: Event) -> Told | None:
    """Return what the stream tells of a fact, or None when it tells nothing, or the fact makes no row."""
    try:
        return _told(event)
    except ValueError as error:
        log.warning("fact passed over", event_id=event.event_id, error=type(error).__name__)
        return None


def _told(event: Event) -> Told | None:
    match event:
        case SignalReceived():
            return Told("signal", event.account_id, _signal(event))
        case DecisionMade():
            return Told("decision", event.account_id, _decision(event))
        case OrderPlaced():
            fields = event.model_dump(include=set(OrderPlacedTold.model_fields))
            fields |= {"order_id": event.event_id, "status": "pending_execution", "created_at": event.occurred_at}
            return Told("order", event.account_id, OrderPlacedTold.model_validate(fields))
        case OrderUpdated():
            fields = event.model_dump(include=set(OrderUpdatedTold.model_fields))
            fields |= {"failure_reason": event.reason, "updated_at": event.occurred_at}
            return Told("order", event.account_id, OrderUpdatedTold.model_validate(fields))
        case OrderFilled():
            return Told("fill", event.account_id, _fill(event))
        case TradeClosed(is_shadow=False):
            return Told("position", event.account_id, _closed(event))
        case CloseRequested():
            fields = event.model_dump(include=set(CloseRequestTold.model_fields))
            fields |= {"request_id": event.event_id, "created_at": event.occurred_at}
            return Told("close_request", event.account_id, CloseRequestTold.model_validate(fields))
        case AccountSnapshot():
            fields = event.model_dump(include=set(AccountTold.model_fields)) | {"told_at": event.occurred_at}
            return Told("account", event.account_id, AccountTold.model_validate(fields))
        case ControlChanged():
            return Told("control", _concerned(event.name), _control(event))
        case Reconciled() if event.paused or event.differences:
            return Told("alert", event.account_id, _reconciled(event))
        case DeadLettered():
            return Told("alert", ADMINISTRATORS, _letter(event))
    return None


def closed_position(event: Event) -> str | None:
    """Return the position whose outcome a fact is, or None."""
    return event.position_id if isinstance(event, TradeClosed) else None


def _concerned(control: str) -> str:
    """Return the account that a control is of; most are everybody's."""
    family, _, name = control.partition(".")
    own = (family == "risk_limits" and name != "default") or (family == "kill_switch" and name)
    return name if own else EVERYONE


def _signal(event: SignalReceived) -> SignalRow:
    fields = event.model_dump(include=set(SignalRow.model_fields))
    unknown = dict.fromkeys(
        ("rejection_reason", "queued_at", "queued_until", "queue_reason", "next_retry_at", "experiment_id")
    )
    fields |= unknown | {"signal_id": event.event_id, "created_at": event.occurred_at}
    return SignalRow.model_validate(fields | {"status": "pending", "processed": False, "processing_attempts": 0})


def _decision(event: DecisionMade) -> DecisionTold:
    fields = event.model_dump(mode="json", include=set(DecisionTold.model_fields))
    ids = list(event.order_ids or ([event.order_id] if event.order_id else []))
    return DecisionTold.model_validate(
        fields | {"decision_id": event.event_id, "order_ids": ids, "created_at": event.occurred_at}
    )


def _fill(event: OrderFilled) -> FillRow:
    fields = event.model_dump(include=set(FillRow.model_fields))
    fields |= {"trade_id": event.event_id, "fill_price": event.price, "fill_quantity": event.quantity}
    return FillRow.model_validate(fields | {"fill_timestamp": event.occurred_at, "created_at": event.occurred_at})


def _closed(event: TradeClosed) -> PositionTold:
    fields = event.model_dump(include=set(PositionTold.model_fields))
    entry = event.entry
    fields |= {
        "change": "closed",
        "status": "closed",
        "initial_quantity": event.quantity,
        "current_price": event.exit_price,
        "unrealized_pnl": 0,
        "position_pnl_percent": event.pnl_percent,
        "exit_codes": event.exit_codes or (event.exit_reason,),
        "entry_bias_score": entry.bias_score,
        "entry_regime_type": entry.regime_type,
        "entry_mode_hint": entry.mode_hint,
        "entry_macro_class": entry.macro_class,
        "entry_acceleration_state_strength_delta": entry.acceleration_state_strength_delta,
    }
    return PositionTold.model_validate(fields)


def _control(event: ControlChanged) -> ControlRow:
    return ControlRow(
        name=event.name, value=json.loads(event.value), changed_by=event.changed_by, changed_at=event.occurred_at
    )


def _reconciled(event: Reconciled) -> AlertTold:
    where = ", ".join(event.paused)
    differences = f"{len(event.differences)} differences between the broker and the books"
    return AlertTold(
        kind="reconciliation",
        message=f"{differences}; nothing is opened in {where} until they agree" if where else differences,
        subject_id=event.event_id,
        paused=list(event.paused),
        at=event.occurred_at,
    )


def _letter(event: DeadLettered) -> AlertTold:
    # of what went wrong only the kind: the message's content stays where administrators ask for it
    return AlertTold(
        kind="dead_letter",
        message=f"{event.reader} could not process a message of {event.topic}: {event.reason}",
        subject_id=event.event_id,
        at=event.occurred_at,
    )
