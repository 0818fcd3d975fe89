"""Orders by hand: a request becomes a proposal, and passes the account's gates like every other one."""

from decimal import Decimal

from agents import gates
from agents.desk import Outcome, Seen, on_signal
from agents.live_exits import Quotes
from agents.proposal import entry_at
from agents.rules import Rules
from schemas.decisions import ExecutionPolicy, Experiment, GateResult, Recommendation, TradeProposed
from schemas.desks import DECIDED_MAX, Desk
from schemas.event import from_micros
from schemas.ids import derived_id
from schemas.money import to_usd
from schemas.orders import OrderRequested
from schemas.signals import SignalReceived
from schemas.ticks import ABSENT, mid

TIMEFRAME = "manual"
"""Of a decision on what no signal has asked for."""


def on_wanted(desk: Desk, event: SignalReceived | OrderRequested, *, seen: Seen) -> Outcome:
    """Return the desk and what follows from what wants a trade: a signal, or a person."""
    if isinstance(event, OrderRequested):
        return on_order_request(desk, event, seen=seen)
    return on_signal(desk, event, seen=seen)


def on_order_request(desk: Desk, request: OrderRequested, *, seen: Seen) -> Outcome:
    """Return the desk and the proposal that a request is; nothing when it was taken in before.

    There is no context and no engine: market hours, the contract and, of an order at the market, its price are looked
    at here, and all that concerns the account in its stage.
    """
    if request.event_id in desk.decided:
        return desk, ()
    desk = desk.model_copy(update={"decided": (*desk.decided, request.event_id)[-DECIDED_MAX:]})
    rules, _ = seen.view(request.account_id)
    price = request.limit_price
    met = [_session(seen, rules), _contract(request, seen)]
    if price is None:
        priced, price = _priced(request, seen.market.quotes, rules)
        met.append(priced)
    policy = _policy(request, rules)
    met.append(gates.execution_policy(policy))
    codes = tuple(gate.code for gate in met if gate.code)
    wanted = None if price is None else _recommendation(request, price)
    proposal = TradeProposed(
        event_id=derived_id("proposal", request.event_id),
        occurred_at=request.occurred_at,
        account_id=request.account_id,
        signal_id=request.event_id,
        symbol=request.symbol,
        direction="long" if request.type == "call" else "short",
        timeframe=TIMEFRAME,
        context_hash="",
        experiment=_experiment(request, rules),
        policy=policy,
        gates=tuple(met),
        codes=codes,
        recommendation=wanted,
        entry=entry_at(seen.market.bias),
        recommendations=() if wanted is None else (wanted,),
    )
    return desk, (proposal,)


def _session(seen: Seen, rules: Rules) -> GateResult:
    is_open = gates.tradable(seen.session.phase, rules)
    return gates.result(
        "market_session",
        blocks=not is_open,
        code="market_closed",
        inputs={"session": seen.session.phase},
        limit="regular hours",
        detail="" if is_open else "no orders are made while the market is closed",
    )


def _contract(request: OrderRequested, seen: Seen) -> GateResult:
    """The contract has not expired, and is one that is listed or quoted, where any is known to be."""
    market = seen.market
    is_known = not market.chain or request.option_symbol in market.chain or request.option_symbol in market.quotes
    has_expired = seen.session.day is not None and request.expiration < seen.session.day
    return gates.result(
        "contract",
        blocks=has_expired or not is_known,
        code="contract_expired" if has_expired else "contract_unknown",
        inputs={"option_symbol": request.option_symbol, "listed_contracts": len(market.chain)},
        limit="listed or quoted, and not expired",
        detail="" if is_known and not has_expired else "the contract is not there to be bought",
    )


def _priced(request: OrderRequested, quotes: Quotes, rules: Rules) -> tuple[GateResult, Decimal | None]:
    """An order at the market has a quote of its contract by which it can be judged what it will cost."""
    quote = quotes.get(request.option_symbol)
    middle = ABSENT if quote is None else mid(quote.bid, quote.ask)
    quoted_at = from_micros(quote.quoted_at) if quote is not None and middle != ABSENT else None
    age_max = rules.session.market_data_age_max
    is_fresh = quoted_at is not None and middle > 0 and request.occurred_at - quoted_at <= age_max
    price = to_usd(middle) if is_fresh else None
    gate = gates.result(
        "market_data",
        blocks=price is None,
        code="market_data_unavailable",
        inputs={"price": price, "price_at": quoted_at},
        limit=f"at most {int(age_max.total_seconds())} s old",
        detail="" if price is not None else f"no quote of {request.option_symbol} on the tape that is new enough",
    )
    return gate, price


def _policy(request: OrderRequested, rules: Rules) -> ExecutionPolicy:
    """A person trades, except where nobody does: unconfirmed real money, or SHADOW_ONLY."""
    engine = rules.engine
    reason = "ordered by hand"
    if engine.app_mode != "PAPER" and not engine.live_confirmed:
        reason = f"application mode is {engine.app_mode}"
    elif engine.execution_mode == "SHADOW_ONLY":
        reason = "execution mode is SHADOW_ONLY"
    trades = reason == "ordered by hand"
    return ExecutionPolicy(
        policy_id=derived_id("policy", request.event_id),
        execution_mode="MANUAL" if trades else "SHADOW_ONLY",
        executed_engine="manual" if trades else None,
        shadow_engine=None,
        reason=reason,
        policy_version=engine.policy_version,
        executed_engines=("manual",) if trades else (),
    )


def _experiment(request: OrderRequested, rules: Rules) -> Experiment:
    """There is none: what is ordered by hand is no engine's, and counts for neither."""
    return Experiment(
        experiment_id=derived_id("experiment", request.event_id),
        variant="manual",
        assignment_hash="",
        bucket=Decimal(0),
        split_percentage=0,
        policy_version=rules.engine.policy_version,
    )


def _recommendation(request: OrderRequested, price: Decimal) -> Recommendation:
    return Recommendation(
        engine="manual",
        symbol=request.symbol,
        direction="long" if request.type == "call" else "short",
        option_symbol=request.option_symbol,
        strike=request.strike,
        expiration=request.expiration,
        type=request.type,
        quantity=request.quantity,
        entry_price=price,
        is_shadow=False,
        base_quantity=request.quantity,
        pricing="market" if request.limit_price is None else "limit",
    )
