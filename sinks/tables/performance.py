"""Figures of closed trades as they are now, and what the tuner has made of them."""

from collections.abc import Iterator

from schemas.performance import Figures, PerformanceMeasured, TuningProposed
from sinks.writes import Effect, Write, insert

_COLUMNS = (
    "trades",
    "wins",
    "win_rate",
    "avg_win",
    "avg_loss",
    "expectancy",
    "pnl_won",
    "pnl_lost",
    "pnl_r",
    "duration_minutes",
    "updated_at",
)


def _newest(table: str, key: tuple[str, ...]) -> str:
    """Return the write of figures that takes the place of those of fewer trades: trades are only ever added."""
    names = (*key, *_COLUMNS)
    marks = ", ".join(f"${number}" for number in range(1, len(names) + 1))
    changed = ", ".join(f"{name} = EXCLUDED.{name}" for name in _COLUMNS)
    return f"""INSERT INTO {table} AS f ({", ".join(names)}) VALUES ({marks})
               ON CONFLICT ({", ".join(key)}) DO UPDATE SET {changed} WHERE EXCLUDED.trades > f.trades"""


_AGENT = _newest("agent_performance", ("account_id", "agent_name", "is_shadow"))
_OTHER = _newest("performance_figures", ("account_id", "dimension", "name", "is_shadow"))


def measured(event: PerformanceMeasured) -> Iterator[Effect]:
    """Store the figures that a trade has changed, each unless newer ones are stored."""
    for figures in event.figures:
        values = (*_values(figures), event.occurred_at)
        if figures.dimension == "agent":
            yield Write(_AGENT, (event.account_id, figures.name, figures.is_shadow, *values))
        else:
            yield Write(_OTHER, (event.account_id, figures.dimension, figures.name, figures.is_shadow, *values))


def _values(figures: Figures) -> tuple[object, ...]:
    return (
        figures.trades,
        figures.wins,
        figures.win_rate,
        figures.average_win,
        figures.average_loss,
        figures.expectancy,
        figures.pnl_won,
        figures.pnl_lost,
        figures.pnl_r,
        figures.duration_minutes,
    )


def tuned(event: TuningProposed) -> Iterator[Effect]:
    """Store a change of the tuner's."""
    yield insert(
        "bias_adaptive_config_history",
        "id",
        id=event.event_id,
        account_id=event.account_id,
        config_key=event.config_key,
        old_value=event.old_value,
        new_value=event.new_value,
        reason=event.reason,
        applied=event.applied,
        created_at=event.occurred_at,
    )
