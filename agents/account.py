"""An account's gate: one writer for each account, so that what it lets through is reserved before the next one asks."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from agents.rules import RiskLimits, Rules
from schemas.accounts import Account, AccountEvent, Holding, Reservation
from schemas.decisions import DecisionMade, EntryContext, GateResult, Recommendation, TradeProposed
from schemas.event import Event
from schemas.ids import derived_id
from schemas.money import CONTRACT_MULTIPLIER, cents
from schemas.orders import OrderPlaced

CHOP_BLOCKS = Decimal(80)
"""Chop score from which the portfolio guard adds nothing to what is held."""
CHOP_REDUCES = Decimal(60)
"""Chop score from which the portfolio guard halves the quantity."""


def opened(account_id: str, limits: RiskLimits) -> Account:
    """Return an account that has not traded yet."""
    equity = cents(limits.opening_equity)
    return Account(account_id=account_id, opening_equity=equity, cash=equity)


def on_proposal(
    account: Account, proposal: TradeProposed, *, day: date, rules: Rules
) -> tuple[Account, tuple[Event, ...]]:
    """End a proposal in one decision, with its order and a reservation when it is let through.

    day  the exchange's date
    """
    account = _on_day(account, day)
    wanted = proposal.recommendation
    if proposal.codes or wanted is None:
        return account, (_decision(proposal, proposal.gates, proposal.codes, wanted, None),)
    guard, wanted = _portfolio_guard(account, wanted, proposal.entry, rules.limits)
    gates = (guard, *_limits(account, wanted, rules.limits)) if guard else tuple(_limits(account, wanted, rules.limits))
    codes = tuple(dict.fromkeys(gate.code for gate in gates if gate.code))
    if codes:
        return account, (_decision(proposal, (*proposal.gates, *gates), codes, wanted, None),)
    order = _order(proposal, wanted, rules.limits)
    reservation = Reservation(
        order_id=order.event_id,
        position_id=order.position_id,
        symbol=order.symbol,
        option_symbol=order.option_symbol,
        quantity=order.quantity,
        price=order.limit_price,
    )
    account = account.model_copy(
        update={"reservations": (*account.reservations, reservation), "day_trades": account.day_trades + 1}
    )
    return account, (_decision(proposal, (*proposal.gates, *gates), (), wanted, order.event_id), order)


def on_account_event(account: Account, event: AccountEvent, *, day: date) -> Account:
    """Return the account after a fill, a failed order or a closed position."""
    account = _on_day(account, day)
    rest = tuple(held for held in account.reservations if held.order_id != event.order_id)
    if event.kind == "order_failed":
        return account.model_copy(update={"reservations": rest})
    assert event.price is not None
    amount = event.price * event.quantity * CONTRACT_MULTIPLIER
    held = any(item.position_id == event.position_id for item in account.holdings)
    if held == (event.kind == "order_filled"):
        return account  # opened already, or closed already
    if event.kind == "order_filled":
        holding = Holding(
            position_id=event.position_id,
            symbol=event.symbol,
            option_symbol=event.option_symbol,
            quantity=event.quantity,
            entry_price=event.price,
        )
        return account.model_copy(
            update={
                "reservations": rest,
                "holdings": (*account.holdings, holding),
                "cash": cents(account.cash - amount),
            }
        )
    realized = event.realized_pnl or Decimal(0)
    return account.model_copy(
        update={
            "holdings": tuple(held for held in account.holdings if held.position_id != event.position_id),
            "cash": cents(account.cash + amount),
            "realized_pnl": cents(account.realized_pnl + realized),
            "day_realized_pnl": cents(account.day_realized_pnl + realized),
        }
    )


def exposure(account: Account) -> Decimal:
    """Return what is held and reserved, at cost, in dollars."""
    held = sum((item.entry_price * item.quantity for item in account.holdings), Decimal(0))
    reserved = sum((item.price * item.quantity for item in account.reservations), Decimal(0))
    return cents((held + reserved) * CONTRACT_MULTIPLIER)


def _on_day(account: Account, day: date) -> Account:
    """Start the day's figures again when the exchange's date has moved on."""
    if account.day is not None and day <= account.day:
        return account
    return account.model_copy(update={"day": day, "day_realized_pnl": Decimal("0.00"), "day_trades": 0})


def _limits(account: Account, wanted: Recommendation, limits: RiskLimits) -> Iterator[GateResult]:
    everything: tuple[Holding | Reservation, ...] = (*account.holdings, *account.reservations)
    in_symbol = sum(item.symbol == wanted.symbol for item in everything)
    equity = cents(account.opening_equity + account.realized_pnl)
    cost = cents(wanted.entry_price * wanted.quantity * CONTRACT_MULTIPLIER)
    before = exposure(account)
    share = str(cents((before + cost) / equity * 100)) if equity > 0 else "no equity"
    yield _gate(
        "open_positions",
        len(everything) >= limits.open_positions_max,
        "max_open_positions_exceeded",
        {"open_positions": len(everything)},
        f"fewer than {limits.open_positions_max}",
        "the account holds, or has ordered, as many positions as it may",
    )
    yield _gate(
        "positions_per_symbol",
        in_symbol >= limits.positions_per_symbol_max,
        "max_positions_per_symbol_exceeded",
        {"symbol": wanted.symbol, "open_positions": in_symbol},
        f"fewer than {limits.positions_per_symbol_max}",
        "the account holds, or has ordered, as many positions in the symbol as it may",
    )
    yield _gate(
        "duplicate_position",
        any(item.option_symbol == wanted.option_symbol for item in everything),
        "duplicate_position",
        {"option_symbol": wanted.option_symbol},
        "one position a contract",
        "the contract is held or ordered already",
    )
    yield _gate(
        "total_exposure",
        before + cost > limits.exposure_max,
        "exposure_exceeded",
        {"exposure": before, "cost": cost},
        f"at most ${limits.exposure_max}",
        "the order would carry the exposure past its limit",
    )
    yield _gate(
        "exposure_percent",
        (before + cost) * 100 > limits.exposure_pct_max * equity,
        "exposure_exceeded",
        {"exposure_percent": share, "equity": equity},
        f"at most {limits.exposure_pct_max} % of equity",
        "the order would carry the exposure past its share of equity",
    )
    yield _gate(
        "daily_loss",
        account.day_realized_pnl < 0 and -account.day_realized_pnl >= limits.daily_loss_max,
        "max_daily_loss_exceeded",
        {"day_realized_pnl": account.day_realized_pnl},
        f"a loss under ${limits.daily_loss_max}",
        "the day's loss has reached its limit",
    )
    yield _gate(
        "daily_trades",
        0 < limits.daily_trades_max <= account.day_trades,
        "max_daily_trades_exceeded",
        {"day_trades": account.day_trades},
        f"fewer than {limits.daily_trades_max}" if limits.daily_trades_max else "none",
        "the day's orders have reached their limit",
    )


def _portfolio_guard(
    account: Account, wanted: Recommendation, entry: EntryContext, limits: RiskLimits
) -> tuple[GateResult | None, Recommendation]:
    """ALLOW, REDUCE or BLOCK, by how choppy the market is against what is held already."""
    if not limits.portfolio_guard:
        return None, wanted
    chop = entry.chop_score or Decimal(0)
    held = len(account.holdings) + len(account.reservations)
    inputs: dict[str, object] = {"chop_score": chop, "open_positions": held}
    if chop >= CHOP_BLOCKS and held:
        gate = _gate(
            "portfolio_guard",
            True,
            "portfolio_guard_block",
            inputs,
            f"chop score under {CHOP_BLOCKS} while positions are held",
            "the market is too choppy to add to what is held",
        )
        return gate, wanted
    limit = f"whole size under chop score {CHOP_REDUCES}"
    if chop >= CHOP_REDUCES:
        reduced = wanted.model_copy(update={"quantity": max(1, wanted.quantity // 2)})
        gate = GateResult(
            gate="portfolio_guard",
            verdict="reduce",
            inputs={name: str(value) for name, value in inputs.items()},
            limit=limit,
            detail=f"quantity {wanted.quantity} becomes {reduced.quantity}",
        )
        return gate, reduced
    return _gate("portfolio_guard", False, "", inputs, limit, ""), wanted


def _order(proposal: TradeProposed, wanted: Recommendation, limits: RiskLimits) -> OrderPlaced:
    order_id = derived_id("order", proposal.event_id)
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
        order_type="paper",
        quantity=wanted.quantity,
        limit_price=wanted.entry_price,
        expires_at=proposal.occurred_at + limits.order_timeout,
        entry=proposal.entry,
    )


def _decision(
    proposal: TradeProposed,
    gates: tuple[GateResult, ...],
    codes: tuple[str, ...],
    recommendation: Recommendation | None,
    order_id: str | None,
) -> DecisionMade:
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
        status="rejected" if order_id is None else "approved",
        rejection_reason=codes[0] if codes else None,
        codes=codes,
        gates=gates,
        context_hash=proposal.context_hash,
        experiment=proposal.experiment,
        policy=proposal.policy,
        recommendation=recommendation,
        order_id=order_id,
    )


def _gate(gate: str, blocks: bool, code: str, inputs: dict[str, object], limit: str, detail: str) -> GateResult:
    return GateResult(
        gate=gate,
        verdict="block" if blocks else "pass",
        inputs={name: str(value) for name, value in inputs.items()},
        limit=limit,
        code=code if blocks else None,
        detail=detail if blocks else "",
    )
