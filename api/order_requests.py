"""Orders by hand: asking for one, what became of it, and cancelling what still works."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.auth import Asking, Caller, Trading
from api.closing import ask_out
from api.exact_json import exact
from api.idempotency import ANSWERS, KeyHeader, once, required
from api.intake import Intake, NotStored
from api.order_request_outcome import OrderRequestOutcome, outcome_of
from api.orders import live_view
from api.pagination import SYMBOL_PATTERN
from api.pool import fetch
from api.problems import PROBLEMS, Problem, ProblemBody, invalid_field
from schemas.event import Event
from schemas.ids import derived_id
from schemas.occ import OptionContract, parse_option_symbol
from schemas.orders import CancelAsked, OrderPlaced, OrderRequested
from streams.topics import CANCELS_ASKED, ORDER_REQUESTS, Topic

router = APIRouter(tags=["orders"], responses=PROBLEMS)

LimitPrice = Annotated[Decimal, Field(gt=0, le=100_000, decimal_places=2)]
MISSING: dict[int | str, dict[str, Any]] = {404: {"model": ProblemBody, "description": "The account has none of this"}}


class OrderWanted(BaseModel):
    """An order: `buy_to_open` a contract, or `sell_to_close` (some of) a position."""

    model_config = ConfigDict(extra="forbid")

    side: Literal["buy_to_open", "sell_to_close"]
    quantity: Annotated[int, Field(ge=1, le=10_000)] | None = Field(
        default=None, description="contracts; needed to buy; to sell, null: all that is held"
    )
    position_id: UUID | None = Field(default=None, description="needed to sell, and only then")
    option_symbol: Annotated[str, Field(max_length=21)] | None = Field(
        default=None, description="OCC form, such as SPY260220C00596000; or name the contract by the next four"
    )
    symbol: Annotated[str, Field(pattern=SYMBOL_PATTERN)] | None = Field(default=None, description="underlying")
    strike: Annotated[Decimal, Field(gt=0, lt=100_000, decimal_places=3)] | None = None
    expiration: date | None = None
    type: Literal["call", "put"] | None = None
    limit_price: LimitPrice | None = Field(
        default=None, description="dollars a share, of a buying order; null: at the market. Exits find their own price"
    )


class OrderAccepted(BaseModel):
    """The request is durable; it is judged by the account's gates, or, to sell, worked in by the position's book."""

    order_request_id: UUID
    side: Literal["buy_to_open", "sell_to_close"]
    status: Literal["pending"] = "pending"
    requested_at: datetime
    url: str = Field(description="where its outcome stands")


class CancelAccepted(BaseModel):
    """The request is durable; the order's end stands in its status."""

    cancel_request_id: UUID
    order_id: UUID
    requested_at: datetime


@router.post(
    "/orders",
    operation_id="place_order",
    summary="Place an order",
    status_code=202,
    response_model=OrderAccepted,
    responses=ANSWERS | MISSING,
)
async def place(wanted: OrderWanted, asking: Trading, request: Request, idempotency_key: KeyHeader = None) -> Response:
    """Ask for an order. The header Idempotency-Key is needed.

    To buy passes the same gates as the engines' orders do: kill switch, pauses, limits, exposure, buying power, market
    hours; what became of it stands at `url`. To sell needs none of them.
    """
    key = required(idempotency_key)
    contract = _checked(wanted)

    async def work(cause: str | None) -> tuple[Response, str]:
        assert cause is not None
        if contract is None:
            assert wanted.position_id is not None
            asked = await ask_out(request, asking, wanted.position_id, wanted.quantity, cause=cause)
            return _accepted(asked.close_request_id, wanted, asked.requested_at)
        event = _requested(request, asking, wanted, contract, cause)
        await _publish(request, ORDER_REQUESTS, event, event.symbol)
        return _accepted(UUID(event.event_id), wanted, event.occurred_at)

    return await once(request, asking, key, wanted, work)


@router.get(
    "/order-requests/{request_id}",
    operation_id="get_order_request",
    summary="What became of an order by hand",
    response_model=OrderRequestOutcome,
    responses=MISSING,
)
async def one(request_id: UUID, asking: Asking, request: Request) -> Response:
    """Whether a request is still to be judged, was approved, with its order, or rejected, with the gates it met."""
    found = await outcome_of(request.app.state.pool, request_id, asking.account_id)
    if found is None:
        raise Problem(404, "no order request has this id")
    return exact(found)


@router.post(
    "/orders/{order_id}/cancel",
    operation_id="cancel_order",
    summary="Cancel an order",
    status_code=202,
    response_model=CancelAccepted,
    responses=ANSWERS | MISSING,
)
async def cancel(order_id: UUID, asking: Trading, request: Request, idempotency_key: KeyHeader = None) -> Response:
    """Ask for the end of a working order that opens a position. An exit cannot be cancelled: 409, as for one ended."""

    async def work(cause: str | None) -> tuple[Response, str]:
        order = await _working(request, order_id, asking.account_id)
        event = CancelAsked(
            event_id=derived_id("cancel-asked", order.event_id),  # once is enough, whoever asks
            occurred_at=_now(request),
            source="api.orders",
            account_id=asking.account_id,
            symbol=order.symbol,
            order_id=order.event_id,
            requested_by=asking.username,
        )
        await _publish(request, CANCELS_ASKED, event, event.symbol)
        accepted = CancelAccepted(
            cancel_request_id=UUID(event.event_id), order_id=order_id, requested_at=event.occurred_at
        )
        answer = exact(accepted)
        answer.status_code = 202
        return answer, event.event_id

    return await once(request, asking, idempotency_key, None, work)


def _checked(wanted: OrderWanted) -> OptionContract | None:
    """Return the contract that is to be bought, None when a position is to be sold; raises Problem 422 by field."""
    contract_fields = ("option_symbol", "symbol", "strike", "expiration", "type")
    if wanted.side == "sell_to_close":
        if wanted.position_id is None:
            raise _wrong("position_id", "is needed to sell")
        for field in (*contract_fields, "limit_price"):
            if getattr(wanted, field) is not None:
                raise _wrong(field, "is not for an order that sells a position")
        return None
    if wanted.position_id is not None:
        raise _wrong("position_id", "is not for an order that buys")
    if wanted.quantity is None:
        raise _wrong("quantity", "is needed to buy")
    if wanted.option_symbol is not None:
        for field in contract_fields[2:]:
            if getattr(wanted, field) is not None:
                raise _wrong(field, "the contract is named by option_symbol already")
        contract = parse_option_symbol(wanted.option_symbol)
        if contract is None:
            raise _wrong("option_symbol", "names no contract")
        if wanted.symbol is not None and wanted.symbol.upper() != contract.underlying:
            raise _wrong("symbol", f"the contract is one of {contract.underlying}")
        return contract
    for field in contract_fields[1:]:
        if getattr(wanted, field) is None:
            raise _wrong(field, "is needed where option_symbol is not given")
    assert wanted.symbol is not None
    assert wanted.strike is not None
    assert wanted.expiration is not None
    assert wanted.type is not None
    contract = OptionContract(wanted.symbol.upper(), wanted.expiration, wanted.type, wanted.strike)
    if parse_option_symbol(contract.symbol) != contract:
        raise _wrong("symbol", "has no contracts of this form: name one by option_symbol")
    return contract


def _wrong(field: str, message: str) -> Problem:
    return invalid_field(field, message, location="body")


def _requested(
    request: Request, asking: Caller, wanted: OrderWanted, contract: OptionContract, cause: str
) -> OrderRequested:
    assert wanted.quantity is not None
    return OrderRequested(
        event_id=derived_id("order-request", asking.account_id, cause),
        occurred_at=_now(request),
        source="api.orders",
        account_id=asking.account_id,
        symbol=contract.underlying,
        option_symbol=contract.symbol,
        strike=contract.strike,
        expiration=contract.expiration,
        type=contract.type,
        quantity=wanted.quantity,
        limit_price=wanted.limit_price,
        requested_by=asking.username,
    )


def _accepted(request_id: UUID, wanted: OrderWanted, at: datetime) -> tuple[Response, str]:
    url = f"/order-requests/{request_id}"
    answer = exact(OrderAccepted(order_request_id=request_id, side=wanted.side, requested_at=at, url=url))
    answer.status_code = 202
    answer.headers["Location"] = url
    return answer, str(request_id)


def _now(request: Request) -> datetime:
    intake: Intake = request.app.state.intake
    return intake.clock.now()


async def _publish(request: Request, topic: Topic, event: Event, symbol: str) -> None:
    intake: Intake = request.app.state.intake
    try:
        await intake.publish(topic, event, key=symbol)
    except NotStored as error:
        raise Problem(503, "the request could not be kept: try again", headers={"Retry-After": "1"}) from error


async def _working(request: Request, order_id: UUID, account_id: str) -> OrderPlaced:
    """Return an order that can be cancelled; raises Problem 404 when there is none, 409 when it is none any more."""
    for order in live_view(request).working(account_id):
        if order.event_id == str(order_id):
            if order.side == "sell_to_close":
                raise Problem(409, "the order closes a position: exits go on")
            return order
    sql = "SELECT status FROM orders WHERE order_id = $1 AND account_id = $2"
    rows = await fetch(request.app.state.pool, sql, order_id, account_id)
    if rows:
        raise Problem(409, f"the order works no longer: {rows[0]['status']}")
    raise Problem(404, "no order has this id")
