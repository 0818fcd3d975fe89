"""What a live account's broker must have said before an order opens anything; accounts on paper pass no such gate."""

from datetime import datetime
from decimal import Decimal

from agents.limits import cost_of, gate_of
from agents.rules import RiskLimits
from schemas.accounts import Account, BrokerReported
from schemas.decisions import GateResult, Recommendation, TradeProposed
from schemas.money import CONTRACT_MULTIPLIER, cents

DAY_TRADER_EQUITY = Decimal(25_000)
"""Dollars from which day trades are not counted."""
DAY_TRADES_MAX = 3
"""Within five sessions; an account below DAY_TRADER_EQUITY that has made so many opens nothing."""


def is_live(account_id: str, limits: RiskLimits) -> bool:
    """Return whether an account's orders go to a broker."""
    return account_id in limits.live_accounts


def broker_gates(account: Account, proposal: TradeProposed, *, limits: RiskLimits) -> tuple[GateResult, ...]:
    """Return the gates before the sizing; none for an account that trades on paper."""
    if not is_live(account.account_id, limits):
        return ()
    test = gate_of(
        "test_signal",
        "test_signal_not_live" if proposal.is_test else None,
        {"is_test": proposal.is_test},
        "no test",
        "a test signal is not traded at a broker",
    )
    known = _report(account.broker, at=proposal.occurred_at, limits=limits)
    if account.broker is None:
        return test, known
    return test, known, _trading(account.broker), _day_trader(account.broker)


def buying_power(account: Account, wanted: Recommendation, *, limits: RiskLimits) -> tuple[GateResult, ...]:
    """Return the gate on what the broker lets the account buy; none on paper, or where the broker has said nothing.

    What was ordered or bought since its word is not in it yet.
    """
    broker = account.broker
    if broker is None or not is_live(account.account_id, limits):
        return ()
    cost, since = cost_of(wanted), _spent_since(account, broker.occurred_at)
    return (
        gate_of(
            "buying_power",
            "insufficient_buying_power" if cost + since > broker.options_buying_power else None,
            {"cost": cost, "spent_since": since},
            f"at most ${broker.options_buying_power}",
            "the order would cost more than the broker lets the account buy",
        ),
    )


def _report(broker: BrokerReported | None, *, at: datetime, limits: RiskLimits) -> GateResult:
    oldest = limits.broker_report_age_max
    is_known = broker is not None and at - broker.occurred_at <= oldest
    return gate_of(
        "broker_report",
        None if is_known else "broker_unknown",
        {"reported_at": "never" if broker is None else broker.occurred_at.isoformat()},
        f"at most {int(oldest.total_seconds())} s old",
        "the broker has said nothing of the account, or not lately",
    )


def _trading(broker: BrokerReported) -> GateResult:
    return gate_of(
        "trading_blocked",
        "trading_blocked" if broker.is_blocked else None,
        {"is_blocked": broker.is_blocked},
        "not blocked",
        "the broker has blocked the account, or its owner has",
    )


def _day_trader(broker: BrokerReported) -> GateResult:
    is_caught = broker.equity < DAY_TRADER_EQUITY and broker.day_trades >= DAY_TRADES_MAX
    return gate_of(
        "pattern_day_trader",
        "pattern_day_trader" if is_caught else None,
        {"equity": broker.equity, "day_trades": broker.day_trades},
        f"fewer than {DAY_TRADES_MAX} day trades, or an equity of ${DAY_TRADER_EQUITY}",
        "another day trade would be one too many: what is opened might have to be closed today",
    )


def _spent_since(account: Account, at: datetime) -> Decimal:
    """What was ordered after an instant and is not filled, and what was bought after it, at cost, in dollars."""
    costs = [item.price * item.quantity for item in account.reservations if item.ordered_at and item.ordered_at > at]
    costs += [
        item.entry_price * item.quantity
        for item in account.holdings
        if item.entry_timestamp is not None and item.entry_timestamp > at
    ]
    return cents(sum(costs, Decimal(0)) * CONTRACT_MULTIPLIER)
