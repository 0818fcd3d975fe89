"""An account: one writer for each, so that what it lets through is reserved before the next one asks."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agents.account_booking import booked
from agents.broker_gates import broker_gates, buying_power, is_live
from agents.capacity import CODES, make_room
from agents.limits import (
    equity,
    executing,
    exposure,
    kill_switch,
    limit_gates,
    nothing_trades,
    paused,
    positions,
    sized,
)
from agents.rules import RiskLimits, Rules
from schemas.accounts import Account, AccountEvent, AccountSnapshot, BrokerReported, Reservation
from schemas.decisions import DecisionMade, Engine, GateResult, Recommendation, TradeProposed
from schemas.event import Event
from schemas.ids import derived_id
from schemas.money import cents
from schemas.orders import CloseRequested, OrderPlaced


def opened(account_id: str, limits: RiskLimits) -> Account:
    """Return an account that has not traded yet."""
    worth = cents(limits.opening_equity)
    return Account(account_id=account_id, opening_equity=worth, cash=worth)


def on_proposal(
    account: Account, proposal: TradeProposed, *, day: date, rules: Rules
) -> tuple[Account, tuple[Event, ...]]:
    """End a proposal in one decision, with an order and a reservation for each engine that is let through.

    The engines are asked one after the other, the leading one first, each with the account as the one before left it.
    After the decision come requests to close what makes room, the orders, and a snapshot when it says something new.

    day  the exchange's date
    """
    before, account = account, on_day(account, day)
    made = proposal.recommendations or ((proposal.recommendation,) if proposal.recommendation else ())
    if proposal.codes:
        events: tuple[Event, ...] = (_decision(proposal, made, (), proposal.codes, ()),)
    elif trading := _trading(proposal, made):
        account, events = _ask(account, proposal, made, trading, rules.limits)
    else:
        gate = nothing_trades(made)
        assert gate.code
        events = (_decision(proposal, made, (gate,), (gate.code,), ()),)
    account, told = _tell(before, account, cause=proposal, limits=rules.limits)
    return account, (*events, *told)


def on_account_event(
    account: Account, event: AccountEvent, *, day: date, rules: Rules
) -> tuple[Account, tuple[Event, ...]]:
    """Return the account after a fill, a failed order or a change of a position, and a snapshot when it says news.

    A repeat of the same position_reduced is not recognised here: the reader of the topic drops repeats.
    """
    after = booked(on_day(account, day), event)
    return _tell(account, after, cause=event, limits=rules.limits)


def on_broker_report(account: Account, report: BrokerReported, *, rules: Rules) -> tuple[Account, tuple[Event, ...]]:
    """Keep what the broker of a live account has said last, and book the difference in cash that it has found.

    An account that has not traded yet begins with what its broker says it has.
    """
    known = account.broker
    if not is_live(account.account_id, rules.limits) or (known and report.occurred_at < known.occurred_at):
        return account, ()
    after = reported(account, report)
    return _tell(account, after, cause=report, limits=rules.limits)


def reported(account: Account, report: BrokerReported) -> Account:
    """Return a live account after a report that is newer than the one it knows."""
    if account.broker is None and _is_new(account):
        changes: dict[str, object] = {"opening_equity": report.equity, "cash": report.cash}
    else:
        changes = {
            "cash": cents(account.cash + report.cash_difference),
            "adjustments": cents(account.adjustments + report.cash_difference),
        }
    return account.model_copy(update={**changes, "broker": report})


def snapshot(account: Account, *, cause: Event, limits: RiskLimits) -> AccountSnapshot:
    """Return the account as the market stage may look at it, after `cause`."""
    counts = positions(account)
    return AccountSnapshot(
        event_id=derived_id("account-snapshot", account.account_id, cause.event_id),
        occurred_at=cause.occurred_at,
        account_id=account.account_id,
        positions=counts,
        positions_in_all=sum(counts.values()),
        exposure=exposure(account),
        equity=equity(account),
        halted=limits.halted,
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    account: Account
    gates: tuple[GateResult, ...]
    wanted: Recommendation
    order: OrderPlaced | None = None
    requests: tuple[CloseRequested, ...] = ()
    made_for: frozenset[str] = frozenset()


def _trading(proposal: TradeProposed, made: tuple[Recommendation, ...]) -> list[Recommendation]:
    """Return what is to be traded for real, the leading engine's first."""
    engines = executing(proposal.policy)
    trading = [item for item in made if not item.is_shadow and item.engine in engines]
    return sorted(trading, key=lambda item: item.engine != _leading(proposal))


def _leading(proposal: TradeProposed) -> Engine | None:
    return proposal.recommendation.engine if proposal.recommendation else None


def _ask(
    account: Account,
    proposal: TradeProposed,
    made: tuple[Recommendation, ...],
    trading: list[Recommendation],
    limits: RiskLimits,
) -> tuple[Account, tuple[Event, ...]]:
    gates: list[GateResult] = []
    orders: list[OrderPlaced] = []
    requests: list[CloseRequested] = []
    final = {item.engine: item for item in made}
    made_for: frozenset[str] = frozenset()
    apart = len(executing(proposal.policy)) > 1
    for wanted in trading:
        answer = _answer(account, proposal, wanted, limits, made_for)
        account, made_for = answer.account, answer.made_for
        final[wanted.engine] = answer.wanted
        gates += [gate.model_copy(update={"engine": wanted.engine}) if apart else gate for gate in answer.gates]
        orders += [answer.order] if answer.order else []
        requests += answer.requests
    codes = () if orders else tuple(dict.fromkeys(gate.code for gate in gates if gate.code))
    finally_made = tuple(final[item.engine] for item in made)
    decision = _decision(proposal, finally_made, tuple(gates), codes, tuple(order.event_id for order in orders))
    return account, (decision, *requests, *orders)


def _answer(
    account: Account, proposal: TradeProposed, wanted: Recommendation, limits: RiskLimits, made_for: frozenset[str]
) -> _Answer:
    """Pass one recommendation through the gates; the account stays as it is when one of them blocks."""
    sizing, wanted = sized(account, wanted, entry=proposal.entry, limits=limits)
    asked = (
        kill_switch(limits),
        *paused(limits, wanted.symbol),
        *broker_gates(account, proposal, limits=limits),
        *sizing,
    )
    bounds = _bounds(account, proposal, wanted, limits)
    codes = {gate.code for gate in (*asked, *bounds) if gate.code}
    after = account
    requests: tuple[CloseRequested, ...] = ()
    if codes and codes <= CODES:
        room = make_room(account, proposal, symbol=wanted.symbol, limits=limits, made_for=made_for)
        if room is not None:
            after, requests, made_for, codes = room.account, room.requests, room.made_for, set()
            bounds = (*_bounds(after, proposal, wanted, limits), *room.gates)
    if codes:
        return _Answer(account, (*asked, *bounds), wanted, made_for=made_for)
    order = _order(proposal, wanted, limits)
    return _Answer(reserved(after, order), (*asked, *bounds), wanted, order, requests, made_for)


def _bounds(
    account: Account, proposal: TradeProposed, wanted: Recommendation, limits: RiskLimits
) -> tuple[GateResult, ...]:
    return (
        *limit_gates(account, wanted, policy=proposal.policy, limits=limits),
        *buying_power(account, wanted, limits=limits),
    )


def reserved(account: Account, order: OrderPlaced) -> Account:
    """Return the account with the capacity for an order held, and one more of the day's trades."""
    reservation = Reservation(
        order_id=order.event_id,
        position_id=order.position_id,
        symbol=order.symbol,
        option_symbol=order.option_symbol,
        quantity=order.quantity,
        price=order.limit_price,
        engine=order.engine,
        ordered_at=order.occurred_at if order.order_type == "live" else None,
    )
    return account.model_copy(
        update={"reservations": (*account.reservations, reservation), "day_trades": account.day_trades + 1}
    )


def _is_new(account: Account) -> bool:
    traded = account.holdings or account.reservations or account.realized_pnl
    return not traded and account.cash == account.opening_equity


def on_day(account: Account, day: date) -> Account:
    """Start the day's figures again when the exchange's date has moved on."""
    if account.day is not None and day <= account.day:
        return account
    return account.model_copy(update={"day": day, "day_realized_pnl": Decimal("0.00"), "day_trades": 0})


def _tell(
    before: Account, after: Account, *, cause: Event, limits: RiskLimits
) -> tuple[Account, tuple[AccountSnapshot, ...]]:
    if _looks(before, halted=before.halted) == _looks(after, halted=limits.halted):
        return after, ()
    told = snapshot(after, cause=cause, limits=limits)
    return after.model_copy(update={"halted": limits.halted}), (told,)


def _looks(account: Account, *, halted: bool) -> tuple[object, ...]:
    """Return what a snapshot would tell."""
    return positions(account), exposure(account), equity(account), halted


def _order(proposal: TradeProposed, wanted: Recommendation, limits: RiskLimits) -> OrderPlaced:
    leads = wanted.engine == _leading(proposal)
    order_id = derived_id("order", proposal.event_id, *(() if leads else (wanted.engine,)))
    words = {"confidence": wanted.confidence, "agents": wanted.agents}
    return OrderPlaced(
        event_id=order_id,
        occurred_at=proposal.occurred_at,
        account_id=proposal.account_id,
        symbol=wanted.symbol,
        option_symbol=wanted.option_symbol,
        strike=wanted.strike,
        expiration=wanted.expiration,
        type=wanted.type,
        direction=wanted.direction,
        engine=wanted.engine,
        experiment_id=proposal.experiment.experiment_id,
        signal_id=proposal.signal_id,
        is_test=proposal.is_test,
        position_id=derived_id("position", order_id),
        client_order_id=f"ts-{order_id}",
        side="buy_to_open",
        order_type="live" if is_live(proposal.account_id, limits) else "paper",
        pricing=wanted.pricing or (limits.entry_pricing if is_live(proposal.account_id, limits) else "limit"),
        quantity=wanted.quantity,
        limit_price=wanted.entry_price,
        expires_at=proposal.occurred_at + limits.order_timeout,
        entry=proposal.entry.model_copy(update=words),
    )


def _decision(
    proposal: TradeProposed,
    recommendations: tuple[Recommendation, ...],
    gates: tuple[GateResult, ...],
    codes: tuple[str, ...],
    order_ids: tuple[str, ...],
) -> DecisionMade:
    leading = (item for item in recommendations if item.engine == _leading(proposal))
    return DecisionMade(
        event_id=derived_id("decision", proposal.event_id),
        occurred_at=proposal.occurred_at,
        account_id=proposal.account_id,
        signal_id=proposal.signal_id,
        proposal_id=proposal.event_id,
        symbol=proposal.symbol,
        direction=proposal.direction,
        timeframe=proposal.timeframe,
        is_test=proposal.is_test,
        status="approved" if order_ids else "rejected",
        rejection_reason=codes[0] if codes else None,
        codes=codes,
        gates=(*proposal.gates, *gates),
        context_hash=proposal.context_hash,
        experiment=proposal.experiment,
        policy=proposal.policy,
        recommendation=next(leading, None),
        order_id=order_ids[0] if order_ids else None,
        recommendations=recommendations,
        order_ids=order_ids,
        shadow_gates=proposal.shadow_gates,
    )
