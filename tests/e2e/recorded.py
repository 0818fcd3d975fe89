"""A recorded session played through the whole platform, and what is on the topics afterwards."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from types import MappingProxyType
from typing import Any

from schemas.codec import decode
from schemas.decisions import DecisionMade
from schemas.operations import ClockAdvanced
from schemas.orders import OrderFilled, OrderPlaced, TradeClosed
from streams.topics import (
    AGENT_OUTPUTS,
    CLOCK,
    DECISIONS,
    ENRICHMENTS,
    FILLS,
    ORDERS,
    SHADOW_FILLS,
    SHADOW_TRADES,
    TRADES,
    Topic,
)
from tests.e2e.oracle import Predicted, Prediction, predict
from tests.e2e.running import Platform, platform, read_topic, until

KEPT = (ENRICHMENTS, AGENT_OUTPUTS, DECISIONS, ORDERS, FILLS, TRADES, SHADOW_TRADES, SHADOW_FILLS)
"""Topics whose messages a run keeps."""
HOLD_HOURS = 2
"""Short, so that time closes positions within the day too."""


@dataclass(frozen=True)
class Played:
    """What a run left: decoded facts, repeats dropped, and their bytes."""

    decisions: tuple[DecisionMade, ...]
    orders: tuple[OrderPlaced, ...]
    fills: tuple[OrderFilled, ...]
    trades: tuple[TradeClosed, ...]
    raw: dict[str, tuple[bytes, ...]]
    positions: tuple[dict[str, Any], ...]
    """as the API gives them at the end"""
    closed: tuple[dict[str, Any], ...]


def play(
    home: Path,
    session: str,
    *,
    workers: int = 1,
    disturb: Callable[[Platform], None] = lambda running: None,
    speed: str = "max",
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Played:
    """Play a session to its close on a fresh home; `disturb` is called once it is running."""
    with _running(home, session, workers, speed, environment) as running:
        disturb(running)
        servers = running.endpoints["kafka_bootstrap_servers"]
        until(lambda: is_closed(servers), within_s=240, what="the session's close")
        trades = [
            trade for value in _facts(servers, TRADES.name) if not (trade := decode(TradeClosed, value)).is_shadow
        ]
        until(lambda: len(running.items("/history/positions")) == len(trades), what="the history of closed positions")
        raw = {
            topic.name: tuple(dict.fromkeys(message.value for message in read_topic(servers, topic.name)))
            for topic in KEPT
        }
        return Played(
            decisions=tuple(decode(DecisionMade, value) for value in raw[DECISIONS.name]),
            orders=tuple(decode(OrderPlaced, value) for value in raw[ORDERS.name]),
            fills=tuple(decode(OrderFilled, value) for value in raw[FILLS.name]),
            trades=tuple(trade for value in raw[TRADES.name] if not (trade := decode(TradeClosed, value)).is_shadow),
            raw=raw,
            positions=tuple(running.items("/orders/positions")),
            closed=tuple(running.items("/history/positions")),
        )


def _running(
    home: Path, session: str, workers: int, speed: str, environment: Mapping[str, str]
) -> AbstractContextManager[Platform]:
    return platform(
        home,
        "--feed",
        f"replay:{session}",
        "--speed",
        speed,
        "--workers",
        str(workers),
        MAX_HOLD_TIME_HOURS=str(HOLD_HOURS),
        **environment,
    )


def is_closed(servers: str) -> bool:
    """Return whether the tape has told a session's close."""
    messages = [message for message in read_topic(servers, CLOCK.name) if message.partition == 0]
    return any(decode(ClockAdvanced, message.value).kind == "session_close" for message in messages)


def _facts(servers: str, topic: str) -> set[bytes]:
    return {message.value for message in read_topic(servers, topic)}


def expected(session: str) -> Prediction:
    """Return what the raw files say must come of a session."""
    return predict(session, max_hold_hours=HOLD_HOURS)


def compare(played: Played, prediction: Prediction) -> None:
    """See that a run is what was predicted: each alert's end, and each position to the cent."""
    decisions = sorted(played.decisions, key=lambda decision: decision.occurred_at)
    assert len(decisions) == len({decision.signal_id for decision in decisions})
    assert [_decided(decision) for decision in decisions] == [_foretold(item) for item in prediction.alerts]
    closed = sorted(played.trades, key=lambda trade: (trade.entry_timestamp, trade.option_symbol))
    foretold = sorted(prediction.closed, key=lambda item: (item.entry_at, item.option_symbol))
    assert [_outcome(trade) for trade in closed] == [_foretold_outcome(item) for item in foretold]
    held = {(item["option_symbol"], item["quantity"], item["status"]) for item in played.positions}
    assert held == {(item.option_symbol, item.remaining, item.status) for item in prediction.held}
    total = sum((Decimal(str(item["realized_pnl"])) for item in played.closed), Decimal(0))
    assert total == prediction.realized_pnl
    opening = [order for order in played.orders if order.side == "buy_to_open"]
    assert len(opening) == len({order.event_id for order in opening})
    entered = [*prediction.closed, *prediction.held]
    sold = sorted(
        (item.filled_at, item.reason, item.quantity, item.price) for position in entered for item in position.fills
    )
    fills = [fill for fill in played.fills if fill.side == "sell_to_close"]
    assert sorted((fill.occurred_at, str(fill.exit_reason), fill.quantity, fill.price) for fill in fills) == sold
    assert len(played.fills) == len(entered) + len(sold)


def compare_runs(first: Played, second: Played, topics: Iterable[Topic]) -> None:
    """See that two runs left the same bytes on topics; the first message that differs is told by its fields."""
    for topic in topics:
        pairs = zip_longest(first.raw[topic.name], second.raw[topic.name])
        for number, (one, other) in enumerate(pairs):
            if one != other:
                fields, others = (decode(topic.record, value).model_dump() if value else {} for value in (one, other))
                differing = {
                    name: (fields.get(name), others.get(name))
                    for name in fields | others
                    if fields.get(name) != others.get(name)
                }
                raise AssertionError(f"{topic.name}, message {number}: {differing}")


def _decided(decision: DecisionMade) -> tuple[Any, ...]:
    wanted = decision.recommendation
    return (
        decision.direction,
        decision.status,
        decision.codes,
        (wanted.option_symbol, wanted.quantity) if wanted else (),
    )


def _foretold(item: Predicted) -> tuple[Any, ...]:
    status = "rejected" if item.status == "rejected" else "approved"
    return item.direction, status, item.codes, (item.option_symbol, item.quantity) if item.quantity else ()


def _outcome(trade: TradeClosed) -> tuple[Any, ...]:
    return (
        trade.option_symbol,
        trade.quantity,
        trade.entry_timestamp,
        trade.entry_price,
        trade.exit_timestamp,
        trade.exit_price,
        trade.exit_reason,
        trade.realized_pnl,
    )


def _foretold_outcome(item: Predicted) -> tuple[Any, ...]:
    return (
        item.option_symbol,
        item.quantity,
        item.entry_at,
        item.entry_price,
        item.exit_at,
        item.exit_price,
        item.exit_reason,
        item.realized_pnl,
    )
