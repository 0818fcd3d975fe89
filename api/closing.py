"""Closing a position by hand."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.auth import Caller, Trading
from api.exact_json import exact
from api.idempotency import ANSWERS, KeyHeader, once
from api.intake import Intake, NotStored
from api.orders import live_view
from api.problems import PROBLEMS, FieldError, Problem, ProblemBody
from schemas.event import to_micros
from schemas.ids import derived_id
from schemas.orders import CloseRequested
from schemas.positions import Position
from streams.topics import CLOSE_REQUESTS

router = APIRouter(tags=["orders"], responses=PROBLEMS)


class Closing(BaseModel):
    """How much of a position to close."""

    model_config = ConfigDict(extra="forbid")

    quantity: int | None = Field(default=None, ge=1, description="contracts; null: all")


class ClosingAccepted(BaseModel):
    """The request is durable; the position's book asks for its exit, which fills at the contract's next quote."""

    close_request_id: UUID
    position_id: UUID
    quantity: int = Field(description="contracts asked to be closed")
    requested_at: datetime


@router.post(
    "/orders/positions/{position_id}/close",
    operation_id="close_position",
    summary="Close a position",
    status_code=202,
    response_model=ClosingAccepted,
    responses=ANSWERS | {404: {"model": ProblemBody, "description": "No open position of the account has this id"}},
)
async def close(
    position_id: UUID,
    asking: Trading,
    request: Request,
    closing: Annotated[Closing | None, Body()] = None,
    idempotency_key: KeyHeader = None,
) -> Response:
    """Ask for the exit of an open position, or of some of its contracts, now.

    A second request to close all of it changes nothing; one for a part sells as many more, unless it comes under the
    same idempotency key.
    """

    async def work(cause: str | None) -> tuple[Response, str]:
        accepted = await ask_out(
            request, asking, position_id, None if closing is None else closing.quantity, cause=cause
        )
        answer = exact(accepted)
        answer.status_code = 202
        return answer, str(accepted.close_request_id)

    return await once(request, asking, idempotency_key, closing, work)


async def ask_out(
    request: Request, asking: Caller, position_id: UUID, quantity: int | None, *, cause: str | None
) -> ClosingAccepted:
    """Ask for the exit of contracts of an open position, and return once that is durable.

    quantity  contracts; None: all
    cause     what the request's id derives from, beside its position; None: its time, and what was asked before
    raises    Problem 404, 409 when the position is closing, 422 when it is smaller, 503
    """
    position = _held(request, asking.account_id, str(position_id))
    intake: Intake = request.app.state.intake
    at = intake.clock.now()
    # the tape's clock may stand still between two requests, which differ in what is asked or was ordered out
    causes = (asking.username, to_micros(at), quantity or 0, position.exit_orders) if cause is None else (cause,)
    event_id = derived_id("close-request", position.position_id, *causes)
    if event_id in position.close_requests:
        # taken in before, and its answer lost: nothing of it happens twice
        return _accepted(event_id, position_id, quantity or position.bought, at)
    if position.status == "closing":
        raise Problem(409, "the position is closing already")
    if quantity is not None and quantity > position.available:
        message = f"must be at most the {position.available} contracts held that are not on their way out"
        raise Problem(
            422,
            "the position is smaller",
            errors=[FieldError(field="quantity", location="body", message=message, code="less_than_equal")],
        )
    event = CloseRequested(
        event_id=event_id,
        occurred_at=at,
        source="api.close",
        account_id=position.account_id,
        symbol=position.symbol,
        position_id=position.position_id,
        reason="manual",
        requested_by=asking.username,
        quantity=quantity,
    )
    try:
        await intake.publish(CLOSE_REQUESTS, event, key=position.symbol)
    except NotStored as error:
        raise Problem(503, "the request could not be kept: try again", headers={"Retry-After": "1"}) from error
    return _accepted(event_id, position_id, quantity or position.available, at)


def _accepted(event_id: str, position_id: UUID, quantity: int, at: datetime) -> ClosingAccepted:
    return ClosingAccepted(close_request_id=UUID(event_id), position_id=position_id, quantity=quantity, requested_at=at)


def _held(request: Request, account_id: str, position_id: str) -> Position:
    for position in live_view(request).positions(account_id):
        if position.position_id == position_id:
            return position
    raise Problem(404, "no open position has this id")
