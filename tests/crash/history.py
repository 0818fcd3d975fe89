"""The history in Postgres: row by row what the topics say, no more and no less."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from schemas.decisions import DecisionMade
from schemas.orders import OrderFilled, OrderPlaced, OrderUpdated, ShadowFilled, TradeClosed
from schemas.signals import SignalReceived
from tests.crash.effects import by_position, closing_fills, closing_orders, made_by, on_paper
from tests.crash.facts import Facts
from tests.crash.history_live import IDENTITY, Row, closed_by, live_orders, live_positions, of


def wrong_history(facts: Facts) -> Iterator[str]:
    """Yield rows that are missing, that no event has caused, or that say something else than the events."""
    for table, expect in _EXPECTED.items():
        expected, found = expect(facts), facts.rows[table]
        for name in sorted(set(expected) - set(found)):
            yield f"{table}: no row of {name}"
        for name in sorted(set(found) - set(expected)):
            yield f"{table}: row {name} is of no event"
        for name in sorted(set(expected) & set(found)):
            for column, value in expected[name].items():
                if found[name][column] != value:
                    yield f"{table}: {column} of {name} is {found[name][column]!r}, the topics say {value!r}"


def _by_id(events: Iterable[Any], row: Callable[[Any], Row]) -> Mapping[str, Row]:
    return {event.event_id: row(event) for event in events}


def _signal(signal: SignalReceived, decision: DecisionMade | None) -> Row:
    return {
        **of(signal, "account_id", "symbol", "direction", "timeframe", "timestamp", "price", "confidence"),
        **of(signal, "sequence_number", "signal_hash", "is_test"),
        "created_at": signal.occurred_at,
        "processed": decision is not None,
        "status": "pending" if decision is None else decision.status,
        "rejection_reason": None if decision is None else decision.rejection_reason,
        "experiment_id": None if decision is None else decision.experiment.experiment_id,
    }


def _decision(decision: DecisionMade) -> Row:
    said = decision.model_dump(mode="json")
    return {
        **of(decision, "signal_id", "account_id", "proposal_id", "symbol", "direction", "timeframe", "is_test"),
        **of(decision, "status", "rejection_reason", "context_hash", "order_id"),
        **{name: said[name] for name in ("codes", "gates", "recommendation", "experiment", "policy", "shadow_gates")},
        "created_at": decision.occurred_at,
    }


def _order(order: OrderPlaced, fill: OrderFilled | None, update: OrderUpdated | None) -> Row:
    failed = fill is None and update is not None and update.status == "failed"
    return {
        **of(order, *IDENTITY),
        **of(order, "client_order_id", "position_id", "side", "quantity", "limit_price", "order_type", "exit_reason"),
        **of(order, "remaining_quantity", "trigger_price", "expires_at"),
        "signal_id": None if order.side == "sell_to_close" else order.signal_id,
        "exit_codes": list(order.exit_codes),
        "created_at": order.occurred_at,
        "status": "filled" if fill else "failed" if failed else "pending_execution",
        "failure_reason": update.reason if failed and update else None,
        "filled_at": fill.occurred_at if fill else None,
    }


def _update(update: OrderUpdated) -> Row:
    return {**of(update, "account_id", "order_id", "symbol", "status", "reason"), "created_at": update.occurred_at}


def _fill(fill: OrderFilled) -> Row:
    return {
        **of(fill, "order_id", "account_id", "position_id", "signal_id", "symbol", "option_symbol", "side"),
        **of(fill, "commission", "exit_reason", "engine", "experiment_id", "is_test"),
        "fill_price": fill.price,
        "fill_quantity": fill.quantity,
        "fill_timestamp": fill.occurred_at,
    }


def _positions(facts: Facts) -> Mapping[str, Row]:
    """What each position has come to: by its outcome where it is closed, else by its fills and orders."""
    sold, asked = closing_fills(facts), closing_orders(facts)
    outcomes = {trade.position_id: trade for trade in facts.outcomes(shadow=False)}
    rows: dict[str, Row] = {}
    for entry in on_paper(facts):
        if entry.side != "buy_to_open":
            continue
        trade, name = outcomes.get(entry.position_id), entry.position_id
        last = next((order for order in asked.get(name, ()) if not order.remaining_quantity), None)
        closing = {
            "status": "open" if last is None else "closing",
            "exit_reason": last.exit_reason if last else None,
            "exit_order_id": last.event_id if last else None,
        }
        closed = {"exit_order_id": trade.exit_order_id} if trade else {}
        rows[name] = {
            **_open(entry, sold.get(name, ())),
            "entry_order_id": entry.order_id,
            **(closed_by(trade) if trade else closing),
            **closed,
        }
    return rows


def _shadow_positions(facts: Facts) -> Mapping[str, Row]:
    fills = by_position(facts.shadow_fills.events)
    outcomes = {trade.position_id: trade for trade in facts.outcomes(shadow=True)}
    rows: dict[str, Row] = {}
    for name, own in fills.items():
        trade, sold = outcomes.get(name), [fill for fill in own if fill.side == "sell_to_close"]
        for entry in own:
            if entry.side == "buy_to_open":
                rows[name] = {
                    **_open(entry, sold),
                    "shadow_trade_id": entry.shadow_trade_id,
                    **(closed_by(trade) if trade else {"status": "open"}),
                }
    return rows


def _open(entry: OrderFilled | ShadowFilled, sold: Iterable[OrderFilled | ShadowFilled]) -> Row:
    exits = list(sold)
    return {
        **of(entry, *IDENTITY),
        "entry_price": entry.price,
        "entry_timestamp": entry.occurred_at,
        "initial_quantity": entry.quantity,
        "quantity": entry.quantity - sum(fill.quantity for fill in exits),
        "partial_exits": len(exits),
        "realized_pnl": sum((made_by(fill, entry) for fill in exits), Decimal(0)) if exits else None,
    }


def _outcome(trade: TradeClosed) -> Row:
    return {
        **of(trade, "experiment_id", "engine", "account_id", "position_id", "signal_id", "symbol", "direction"),
        **of(trade, "quantity", "entry_price", "exit_price", "exit_reason", "partial_exits", "pnl_percent", "pnl_r"),
        **of(trade, "duration_minutes", "is_shadow", "is_test"),
        "trade_id": trade.entry_order_id,
        "pnl": trade.realized_pnl,
        "entry_time": trade.entry_timestamp,
        "exit_time": trade.exit_timestamp,
    }


def _signals(facts: Facts) -> Mapping[str, Row]:
    decisions = {decision.signal_id: decision for decision in facts.decisions.events}
    return _by_id(facts.signals.events, lambda signal: _signal(signal, decisions.get(signal.event_id)))


def _orders(facts: Facts) -> Mapping[str, Row]:
    filled = {fill.order_id: fill for fill in on_paper(facts)}
    ended = {update.order_id: update for update in facts.updates.events}
    live = [order for order in facts.orders.events if order.order_type == "live"]
    return {
        **_by_id(
            facts.orders.events, lambda order: _order(order, filled.get(order.event_id), ended.get(order.event_id))
        ),
        **live_orders(facts, _by_id(live, lambda order: _order(order, None, None))),
    }


def _ids(events: Iterable[Any]) -> Mapping[str, Row]:
    return _by_id(events, lambda _: {})


_EXPECTED: Mapping[str, Callable[[Facts], Mapping[str, Row]]] = {
    "signals": _signals,
    "orders": _orders,
    "order_updates": lambda facts: _by_id(facts.updates.events, _update),
    "trades": lambda facts: _by_id(facts.fills.events, _fill),
    "refactored_positions": lambda facts: {**_positions(facts), **live_positions(facts)},
    "shadow_positions": _shadow_positions,
    "trade_outcomes": lambda facts: _by_id(facts.trades.events, _outcome),
    "refactored_signals": lambda facts: _ids(facts.enrichments.events),
    "market_contexts": lambda facts: _ids(facts.enrichments.events),
    "signal_updates": lambda facts: _ids(facts.signal_updates.events),
    "agent_decisions": lambda facts: _ids(facts.reports.events),
    "shadow_trades": lambda facts: _ids(facts.shadow_trades.events),
    "shadow_fills": lambda facts: _ids(facts.shadow_fills.events),
    "close_requests": lambda facts: _ids(facts.close_requests.events),
    "cancel_requests": lambda facts: _ids(facts.cancel_requests.events),
    "control_changes": lambda facts: _ids(facts.controls.once.events),
    "bias_trade_performance": lambda facts: _ids(facts.trades.events),
    "bias_adaptive_config_history": lambda facts: _ids(facts.tunings.events),
    "dead_letters": lambda facts: _ids(facts.dead_letters.events),
    "decisions": lambda facts: _by_id(facts.decisions.events, _decision),
}
"""What the topics make of each table."""
