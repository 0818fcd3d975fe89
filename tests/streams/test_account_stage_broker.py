"""The account stage with a broker: what it says is kept, counts once, and opens the way for orders."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from agents.rules import RiskLimits, Rules
from schemas.accounts import AccountSnapshot, BrokerReported
from schemas.decisions import DecisionMade
from schemas.event import Event
from schemas.orders import OrderPlaced
from streams.topics import (
    ACCOUNT_SNAPSHOTS,
    BROKER_REPORTS,
    CONTROLS,
    DECISIONS,
    ORDERS,
    PROPOSALS,
)
from tests.agents.changes import change
from tests.agents.strategies import AT, proposal
from tests.streams.feeding import Fed, account_fed
from tests.streams.test_stage import numbered

LIVE = Rules(limits=RiskLimits(live_accounts=("paper",), exposure_pct_max=Decimal(90)))


def report(sequence: int, **changes: Any) -> Event:
    said = BrokerReported(
        **{
            "event_id": f"report-{sequence}",
            "occurred_at": AT + timedelta(seconds=sequence - 60),
            "account_id": "paper",
            "cash": Decimal(50_000),
            "equity": Decimal(50_000),
            "buying_power": Decimal(50_000),
            "options_buying_power": Decimal(50_000),
            "day_trades": 0,
            "is_pattern_day_trader": False,
            "is_blocked": False,
            **changes,
        }
    )
    return numbered(said, "executor/paper", sequence)


def codes(fed: Fed) -> list[tuple[str, ...]]:
    return [decision.codes for decision in fed.log.of(DECISIONS, DecisionMade)]


async def test_an_account_trades_at_its_broker_once_that_has_spoken() -> None:
    fed = await account_fed(LIVE).begin()
    await fed.tell(PROPOSALS, proposal("one"))
    await fed.tell(BROKER_REPORTS, report(1))
    await fed.tell(PROPOSALS, proposal("two"))
    assert codes(fed) == [("broker_unknown",), ()]
    assert [order.order_type for order in fed.log.of(ORDERS, OrderPlaced)] == ["live"]
    first, *_ = fed.log.of(ACCOUNT_SNAPSHOTS, AccountSnapshot)
    assert first.equity == Decimal(50_000)


async def test_a_report_counts_once_also_after_a_restart() -> None:
    fed = await account_fed(LIVE).begin()
    await fed.tell(BROKER_REPORTS, report(1), report(2, cash_difference=Decimal("-2.50")))
    await fed.begin()
    await fed.tell(BROKER_REPORTS, report(2, cash_difference=Decimal("-2.50")), report(1))
    state = fed.state("accounts", "paper")
    assert (state.opening_equity, state.cash, state.adjustments) == (50_000, Decimal("49997.50"), Decimal("-2.50"))
    assert state.broker.event_id == "report-2"


async def test_an_account_on_paper_takes_no_report() -> None:
    fed = await account_fed(Rules()).begin()
    await fed.tell(BROKER_REPORTS, report(1))
    await fed.tell(PROPOSALS, proposal())
    assert fed.state("accounts", "paper").broker is None
    assert codes(fed) == [()]


async def test_a_report_that_cannot_be_read_or_stands_elsewhere_is_a_dead_letter() -> None:
    fed = await account_fed(LIVE).begin()
    await fed.tell(BROKER_REPORTS, b"nothing")
    await fed.tell(BROKER_REPORTS, report(1), partition=(fed.home + 1) % 8)
    assert [(topic, reason) for topic, _, reason in fed.letters()] == [("broker-reports.v1", "undecodable")] * 2


async def test_nothing_is_opened_in_an_underlying_while_it_is_paused() -> None:
    fed = await account_fed(replace(LIVE, limits=RiskLimits())).begin()
    await fed.tell(CONTROLS, change("pause.SPY", '{"paused": true}'))
    await fed.tell(PROPOSALS, proposal("one"))
    await fed.tell(CONTROLS, change("pause.SPY", '{"paused": false}', seconds=1))
    await fed.tell(PROPOSALS, proposal("two"))
    assert codes(fed) == [("instrument_paused",), ()]
