"""The market stage: what a person orders is proposed once, what is cancelled ends, and a kill switch closes."""

from agents.rules import RiskLimits, Rules
from schemas.decisions import DecisionMade, TradeProposed
from schemas.orders import CancelAsked, CloseRequested, OrderPlaced, OrderUpdated
from streams.topics import (
    CANCELS_ASKED,
    CLOSE_REQUESTS,
    CONTROLS,
    DECISIONS,
    MARKET_CONTEXT,
    ORDER_REQUESTS,
    ORDER_UPDATES,
    ORDERS,
    PRICE_TICKS,
    PROPOSALS,
)
from tests.agents.changes import change
from tests.agents.strategies import order
from tests.agents.test_manual import request
from tests.streams.feeding import ACCOUNT, BOOK, CONTEXT, PRICES, Fed, account_fed, asked_out, holding, quote
from tests.streams.test_stage import numbered

CLOSE_ALL = change("kill_switch.paper", '{"halted": true, "close": true}', seconds=2)


async def test_a_request_becomes_a_proposal_a_decision_an_order_and_a_position_once_each() -> None:
    market = await Fed().begin()
    await market.tell(MARKET_CONTEXT, CONTEXT)
    await market.tell(PRICE_TICKS, PRICES)
    await market.tell(ORDER_REQUESTS, request(), request())
    await market.begin()
    await market.tell(ORDER_REQUESTS, request())
    (proposal,) = {event.event_id: event for event in market.log.of(PROPOSALS, TradeProposed)}.values()
    assert (proposal.signal_id, proposal.policy.executed_engine) == (request().event_id, "manual")
    account = await account_fed(Rules(limits=RiskLimits())).begin()
    await account.tell(PROPOSALS, proposal)
    (decision,) = account.log.of(DECISIONS, DecisionMade)
    (placed,) = account.log.of(ORDERS, OrderPlaced)
    assert (decision.status, decision.order_id) == ("approved", placed.event_id)
    await market.tell(ORDERS, placed)
    await market.tell(PRICE_TICKS, quote("3.36", "3.40", 3))
    assert (market.position().engine, market.position().quantity) == ("manual", 2)


async def test_an_order_that_is_cancelled_never_fills_wherever_a_process_begins_anew() -> None:
    fed = await Fed().begin()
    await fed.tell(ORDERS, numbered(order(), ACCOUNT, 3))
    ended = CancelAsked(
        event_id="c-1",
        occurred_at=order().occurred_at,
        account_id="paper",
        symbol="SPY",
        order_id=order().event_id,
        requested_by="ada",
    )
    await fed.tell(CANCELS_ASKED, ended)
    await fed.begin()
    await fed.tell(CANCELS_ASKED, ended)
    await fed.tell(PRICE_TICKS, quote("3.50", "3.54", 1))
    told = {event.event_id: event.status for event in fed.log.of(ORDER_UPDATES, OrderUpdated)}
    assert list(told.values()) == ["canceled"]
    assert fed.state("books", BOOK).positions == ()


async def test_a_kill_switch_that_closes_orders_out_what_is_held_once_and_says_so() -> None:
    fed = await holding(await Fed().begin())
    await fed.tell(CONTROLS, CLOSE_ALL)
    await fed.begin()
    await fed.tell(CONTROLS, CLOSE_ALL, change("flag.enable_variant_b", '{"enabled": true}', seconds=3))
    assert asked_out(fed) == [("kill_switch", 9)]
    requests = {event.event_id: event for event in fed.log.of(CLOSE_REQUESTS, CloseRequested)}
    assert [event.reason for event in requests.values()] == ["kill_switch"]
    await fed.tell(CLOSE_REQUESTS, *requests.values())
    assert asked_out(fed) == [("kill_switch", 9)]
    await fed.tell(PRICE_TICKS, quote("3.50", "3.54", 4))
    assert fed.state("books", BOOK).positions == ()
