"""Figures of closed trades: what each counts for, and that none counts twice."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from agents.performance import MEASURED_MAX, RECENT_MAX, figures_key, on_trade
from schemas.decisions import AgentVote, EntryContext
from schemas.ids import derived_id
from schemas.market import Bias
from schemas.orders import ExitReason, TradeClosed
from schemas.performance import Figures, Performance, PerformanceMeasured
from tests.agents.strategies import AT, CALL, few

EMPTY = Performance(account_id="paper")


def vote(name: str, bias: Bias) -> AgentVote:
    return AgentVote(agent_name=name, agent_type="core", bias=bias, confidence=70)


def closed(name: str = "1", pnl: str = "120.50", **changes: Any) -> TradeClosed:
    """Return a closed trade that made `pnl` dollars."""
    return TradeClosed(
        **{
            "event_id": derived_id("trade", name),
            "occurred_at": AT + timedelta(hours=2),
            "account_id": "paper",
            "symbol": "SPY",
            "option_symbol": CALL,
            "strike": Decimal(596),
            "expiration": date(2026, 2, 20),
            "type": "call",
            "direction": "long",
            "engine": "A",
            "experiment_id": "exp-001",
            "signal_id": "sig-001",
            "position_id": f"position-{name}",
            "quantity": 1,
            "entry_order_id": "o-1",
            "exit_order_id": "o-2",
            "entry_price": Decimal("3.52"),
            "exit_price": Decimal("4.52"),
            "entry_timestamp": AT,
            "exit_timestamp": AT + timedelta(hours=2),
            "exit_reason": "profit_target",
            "realized_pnl": Decimal(pnl),
            "pnl_percent": Decimal(10),
            "pnl_r": Decimal("2.5"),
            "duration_minutes": 120,
            "entry": EntryContext(regime_type="TREND", mode_hint="BREAKOUT", macro_class="RISK_ON"),
            **changes,
        }
    )


def fold(trades: Sequence[TradeClosed], performance: Performance = EMPTY) -> Performance:
    for trade in trades:
        performance, _ = on_trade(performance, trade)
    return performance


def of(performance: Performance, dimension: Any, name: str, *, is_shadow: bool = False) -> Figures:
    return performance.figures[figures_key(dimension, name, is_shadow=is_shadow)]


pnls = st.integers(-500_00, 500_00).map(lambda cents: Decimal(cents).scaleb(-2))
entries = st.builds(
    EntryContext,
    regime_type=st.sampled_from([None, "TREND", "RANGE"]),
    mode_hint=st.sampled_from([None, "BREAKOUT", "PULLBACK"]),
    macro_class=st.sampled_from([None, "RISK_ON"]),
    agents=st.lists(
        st.builds(vote, st.sampled_from(["context", "technical"]), st.sampled_from(get_args(Bias))),
        unique_by=lambda told: told.agent_name,
    ).map(tuple),
)


@st.composite
def histories(draw: st.DrawFn) -> list[TradeClosed]:
    """Return different trades, real, shadow and test ones."""
    return [
        closed(
            str(number),
            str(draw(pnls)),
            engine=draw(st.sampled_from("AB")),
            direction=draw(st.sampled_from(["long", "short"])),
            is_shadow=draw(st.booleans()),
            is_test=draw(st.sampled_from([False, False, True])),
            exit_reason=draw(st.sampled_from(get_args(ExitReason)[:3])),
            entry=draw(entries),
        )
        for number in range(draw(st.integers(0, 12)))
    ]


@few
@given(trades=histories())
def test_figures_by_engine_add_up_to_the_trades(trades: list[TradeClosed]) -> None:
    """Orchestrator property: Performance aggregation by engine"""
    performance = fold(trades)
    for engine in "AB":
        for is_shadow in (False, True):
            own = [
                trade
                for trade in trades
                if (trade.engine, trade.is_shadow, trade.is_test) == (engine, is_shadow, False)
            ]
            if not own:
                assert figures_key("engine", engine, is_shadow=is_shadow) not in performance.figures
                continue
            figures = of(performance, "engine", engine, is_shadow=is_shadow)
            assert (figures.trades, figures.pnl_won + figures.pnl_lost) == (
                len(own),
                sum(trade.realized_pnl for trade in own),
            )
            assert figures.duration_minutes == 120 * len(own)
            assert figures.pnl_r == Decimal("2.5") * len(own)


@few
@given(outcomes=st.lists(pnls, min_size=1, max_size=20))
def test_win_rate_expectancy_and_averages_follow_from_the_outcomes(outcomes: list[Decimal]) -> None:
    """Orchestrator property: Performance metrics calculation"""
    figures = of(fold([closed(str(n), str(pnl)) for n, pnl in enumerate(outcomes)]), "engine", "A")
    won = [pnl for pnl in outcomes if pnl > 0]
    lost = [pnl for pnl in outcomes if pnl <= 0]
    assert figures.wins == len(won)
    assert figures.win_rate == round(Decimal(100 * len(won)) / len(outcomes), 4)
    assert figures.expectancy == round(sum(outcomes, Decimal(0)) / len(outcomes), 2)
    assert figures.average_win == (round(sum(won, Decimal(0)) / len(won), 2) if won else None)
    assert figures.average_loss == (round(sum(lost, Decimal(0)) / len(lost), 2) if lost else None)
    assert figures.pnl_lost <= 0 <= figures.pnl_won


@few
@given(trades=histories(), data=st.data())
def test_a_repeat_changes_nothing(trades: list[TradeClosed], data: st.DataObject) -> None:
    performance = fold(trades)
    for trade in data.draw(st.lists(st.sampled_from(trades), max_size=5)) if trades else []:
        assert on_trade(performance, trade) == (performance, ())


@few
@given(trades=histories(), data=st.data())
def test_figures_do_not_depend_on_the_order_of_the_trades(trades: list[TradeClosed], data: st.DataObject) -> None:
    assert fold(data.draw(st.permutations(trades))).figures == fold(trades).figures


def test_a_trade_counts_under_each_dimension_it_has_a_value_of() -> None:
    performance, (measured,) = on_trade(EMPTY, closed(entry=EntryContext(regime_type="TREND")))
    assert set(performance.figures) == {"regime|TREND|real", "engine|A|real", "exit_reason|profit_target|real"}
    performance, _ = on_trade(
        EMPTY,
        closed(
            is_shadow=True,
            engine="B",
            entry=EntryContext(mode_hint="PULLBACK", macro_class="RISK_OFF", agents=(vote("context", "bullish"),)),
        ),
    )
    assert set(performance.figures) == {
        "mode|PULLBACK|shadow",
        "macro_class|RISK_OFF|shadow",
        "engine|B|shadow",
        "exit_reason|profit_target|shadow",
        "agent|context|shadow",
    }
    assert {figures.expectancy for figures in performance.figures.values()} == {Decimal("120.50")}
    assert {figures.is_shadow for figures in performance.figures.values()} == {True}
    assert isinstance(measured, PerformanceMeasured)


def test_exactly_what_a_trade_changes_is_told() -> None:
    first = closed("1", "100", entry=EntryContext(regime_type="TREND"))
    second = closed("2", "-50.25", exit_reason="stop_loss", entry=EntryContext(regime_type="RANGE"))
    performance, _ = on_trade(EMPTY, first)
    performance, (measured,) = on_trade(performance, second)
    assert isinstance(measured, PerformanceMeasured)
    assert measured.event_id == derived_id("performance", "paper", "position-2")
    assert (measured.occurred_at, measured.account_id, measured.position_id) == (
        second.occurred_at,
        "paper",
        "position-2",
    )
    assert [(figures.dimension, figures.name) for figures in measured.figures] == [
        ("regime", "RANGE"),
        ("engine", "A"),
        ("exit_reason", "stop_loss"),
    ]
    assert [(figures.trades, figures.expectancy) for figures in measured.figures] == [
        (1, Decimal("-50.25")),
        (2, Decimal("24.88")),
        (1, Decimal("-50.25")),
    ]
    engine = measured.figures[1]
    assert engine == of(performance, "engine", "A")
    assert engine == Figures(
        dimension="engine",
        name="A",
        trades=2,
        wins=1,
        pnl_won=Decimal(100),
        pnl_lost=Decimal("-50.25"),
        pnl_r=Decimal(5),
        duration_minutes=240,
        win_rate=Decimal(50),
        expectancy=Decimal("24.88"),
    )
    assert (engine.average_win, engine.average_loss) == (Decimal(100), Decimal("-50.25"))


def test_a_trade_that_made_nothing_is_no_win_and_a_cent_is_one() -> None:
    nothing = of(fold([closed(pnl="0")]), "engine", "A")
    assert (nothing.wins, nothing.average_win, nothing.average_loss) == (0, None, 0)
    cent = of(fold([closed(pnl="0.01")]), "engine", "A")
    assert (cent.wins, cent.win_rate, cent.average_win, cent.average_loss) == (1, 100, Decimal("0.01"), None)


def test_an_agent_is_credited_when_it_agreed_and_charged_when_it_spoke_against() -> None:
    votes = (vote("with", "bullish"), vote("against", "bearish"), vote("neither", "neutral"))
    performance = fold([closed(pnl="80", entry=EntryContext(agents=votes))])
    agreed, against = of(performance, "agent", "with"), of(performance, "agent", "against")
    assert (agreed.wins, agreed.expectancy, agreed.pnl_r) == (1, 80, Decimal("2.5"))
    assert (against.wins, against.expectancy, against.pnl_r) == (0, -80, Decimal("-2.5"))
    assert "agent|neither|real" not in performance.figures
    short = fold([closed(pnl="80", direction="short", entry=EntryContext(agents=votes))])
    assert of(short, "agent", "with").expectancy == -80
    assert of(short, "agent", "against").expectancy == 80


def test_tests_are_left_out() -> None:
    assert on_trade(EMPTY, closed(is_test=True)) == (EMPTY, ())


def test_the_newest_trades_are_remembered() -> None:
    performance = fold([closed(str(number)) for number in range(MEASURED_MAX + 1)])
    assert MEASURED_MAX == RECENT_MAX == 256
    assert performance.measured == tuple(f"position-{number}" for number in range(1, MEASURED_MAX + 1))
    assert on_trade(performance, closed("1"))[1] == ()
    assert on_trade(performance, closed("0"))[1] != ()


def test_the_newest_real_outcomes_are_kept_for_the_tuner() -> None:
    trades = [closed(str(number), str(number)) for number in range(RECENT_MAX + 2)]
    shadow = closed("shadow", "9", is_shadow=True)
    other = closed("other", "7", entry=EntryContext(regime_type="RANGE"))
    unknown = closed("unknown", "8", entry=EntryContext())
    performance = fold([*trades, shadow, other, unknown])
    assert performance.recent["regime_multiplier.TREND"] == tuple(map(Decimal, range(2, RECENT_MAX + 2)))
    assert performance.recent["confidence_min"] == (*map(Decimal, range(4, RECENT_MAX + 2)), 7, 8)
    assert performance.recent["regime_multiplier.RANGE"] == (7,)
    assert len(performance.recent) == 3
