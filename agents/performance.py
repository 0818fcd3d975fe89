"""What trades come to, folded trade by trade: by regime, entry mode, macro class, engine, exit reason and agent."""

from collections.abc import Iterator
from decimal import Decimal

from schemas.event import Event
from schemas.ids import derived_id
from schemas.money import cents, ratio
from schemas.orders import TradeClosed
from schemas.performance import Dimension, Figures, Performance, PerformanceMeasured

MEASURED_MAX = 256
"""Newest trades that are remembered, by which a repeat is known."""
RECENT_MAX = 256
"""Newest outcomes that are kept for the tuner, by config key."""
CONFIDENCE_KEY = "confidence_min"
"""The tuner's key of the least confidence: it goes by every real trade."""

Outcome = tuple[Performance, tuple[Event, ...]]


def regime_key(regime: str) -> str:
    """Return the tuner's key of a regime's multiplier: it goes by the real trades that were entered in it."""
    return f"regime_multiplier.{regime}"


def on_trade(performance: Performance, trade: TradeClosed) -> Outcome:
    """Work a closed trade into the figures, and tell those that it changes.

    A trade counts under each dimension that it has a value of, and as a win when it made more than nothing. Real and
    shadow trades are counted apart. For an agent whose bias agreed with the trade's direction the P&L counts as it is;
    for one that spoke for the contrary with its sign turned, since that is what following it would have come to; a
    neutral word says nothing of the outcome and is not counted. A trade that is a test, or that has been worked in
    before, changes nothing.
    """
    if trade.is_test or trade.position_id in performance.measured:
        return performance, ()
    figures = dict(performance.figures)
    changed = []
    for dimension, name, sign in _counted_under(trade):
        key = figures_key(dimension, name, is_shadow=trade.is_shadow)
        before = figures.get(key) or Figures(dimension=dimension, name=name, is_shadow=trade.is_shadow)
        figures[key] = _with(before, trade, sign)
        changed.append(figures[key])
    measured = PerformanceMeasured(
        event_id=derived_id("performance", trade.account_id, trade.position_id),
        occurred_at=trade.occurred_at,
        account_id=trade.account_id,
        position_id=trade.position_id,
        figures=tuple(changed),
    )
    after = performance.model_copy(
        update={
            "figures": figures,
            "measured": (*performance.measured, trade.position_id)[-MEASURED_MAX:],
            "recent": _recent(performance, trade),
        }
    )
    return after, (measured,)


def figures_key(dimension: Dimension, name: str, *, is_shadow: bool) -> str:
    """Return where the figures of a name are kept."""
    return f"{dimension}|{name}|{'shadow' if is_shadow else 'real'}"


def _counted_under(trade: TradeClosed) -> Iterator[tuple[Dimension, str, int]]:
    """Yield dimension, name, and 1, or -1 when the P&L counts the other way round."""
    entry = trade.entry
    if entry.regime_type is not None:
        yield "regime", entry.regime_type, 1
    if entry.mode_hint is not None:
        yield "mode", entry.mode_hint, 1
    if entry.macro_class is not None:
        yield "macro_class", entry.macro_class, 1
    yield "engine", trade.engine, 1
    yield "exit_reason", trade.exit_reason, 1
    agreeing = "bullish" if trade.direction == "long" else "bearish"
    for vote in entry.agents:
        if vote.bias != "neutral":
            yield "agent", vote.agent_name, 1 if vote.bias == agreeing else -1


def _with(figures: Figures, trade: TradeClosed, sign: int) -> Figures:
    pnl = sign * trade.realized_pnl
    trades = figures.trades + 1
    wins = figures.wins + (1 if pnl > 0 else 0)
    won = figures.pnl_won + max(pnl, Decimal(0))
    lost = figures.pnl_lost + min(pnl, Decimal(0))
    return figures.model_copy(
        update={
            "trades": trades,
            "wins": wins,
            "pnl_won": won,
            "pnl_lost": lost,
            "pnl_r": figures.pnl_r + sign * trade.pnl_r,
            "duration_minutes": figures.duration_minutes + trade.duration_minutes,
            "win_rate": ratio(Decimal(100 * wins) / trades),
            "expectancy": cents((won + lost) / trades),
        }
    )


def _recent(performance: Performance, trade: TradeClosed) -> dict[str, tuple[Decimal, ...]]:
    """The newest outcomes, by which engines are tuned: shadows are not among them, nor what a person ordered."""
    if trade.is_shadow or trade.engine == "manual":
        return performance.recent
    recent = dict(performance.recent)
    regime = trade.entry.regime_type
    for key in (CONFIDENCE_KEY, *(() if regime is None else (regime_key(regime),))):
        recent[key] = (*recent.get(key, ()), trade.realized_pnl)[-RECENT_MAX:]
    return recent
