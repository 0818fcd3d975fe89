"""Contexts that an engine could be shown: that of the trace, and any other."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from agents.rules import AgentRules, EngineRules, Rules
from schemas.decisions import (
    AccountSeen,
    Candle,
    Confluence,
    ContractSeen,
    DealerDecision,
    EnrichedContext,
    IndicatorSet,
    OpeningRangeSeen,
)
from schemas.market import FlowTotals
from tests.agents.strategies import AT, CALL, DAY, EXPIRATION, SPY, bias, gex

TIMEFRAMES = ("1m", "5m", "15m", "1h", "1d")


def candle(
    open_: str = "595.00",
    high: str = "595.50",
    low: str = "594.80",
    close: str = "595.30",
    *,
    volume: int = 1_000,
    strat: str | None = None,
) -> Candle:
    return Candle.model_validate(
        {"open": open_, "high": high, "low": low, "close": close, "volume": volume, "strat": strat}
    )


def indicators(**changes: Any) -> IndicatorSet:
    """Return the indicators of the trace."""
    return IndicatorSet(
        **{
            "bars": 200,
            "close": Decimal("595.30"),
            "ema8": Decimal("595.10"),
            "ema21": Decimal("594.80"),
            "atr14": Decimal("1.25"),
            **changes,
        }
    )


def flow(**changes: Any) -> FlowTotals:
    """Return the options flow of the trace."""
    return FlowTotals(
        **{
            "day": DAY,
            "entries": 50,
            "call_premium": Decimal(12_500_000),
            "put_premium": Decimal(8_000_000),
            "netflow": Decimal(4_500_000),
            **changes,
        }
    )


def opening_range(**changes: Any) -> OpeningRangeSeen:
    return OpeningRangeSeen(
        **{
            "minutes": 15,
            "high": Decimal("595.00"),
            "low": Decimal("593.00"),
            "volume": 250_000,
            "complete": True,
            **changes,
        }
    )


def account(**changes: Any) -> AccountSeen:
    """Return the account of the trace: two positions, none in the symbol."""
    return AccountSeen(
        **{
            "open_positions": 2,
            "positions_in_symbol": 0,
            "exposure": Decimal(4_000),
            "equity": Decimal(100_000),
            **changes,
        }
    )


def contract_seen(**changes: Any) -> ContractSeen:
    """Return the contract that the trace buys."""
    return ContractSeen(
        **{
            "option_symbol": CALL,
            "strike": Decimal(596),
            "expiration": EXPIRATION,
            "type": "call",
            "listed": True,
            "bid": Decimal("3.40"),
            "ask": Decimal("3.50"),
            "price": Decimal("3.45"),
            "price_at": AT - timedelta(seconds=1),
            **changes,
        }
    )


def context(**changes: Any) -> EnrichedContext:
    """Return the context of the trace: SPY at 595.42, on a Friday at 10:30 in New York."""
    return EnrichedContext(
        **{
            "symbol": SPY,
            "at": AT,
            "session": "regular",
            "minutes_to_close": 330,
            "minutes_from_open": 60,
            "day": DAY,
            "price": Decimal("595.42"),
            "price_at": AT,
            "newest_at": AT,
            "indicators": {"5m": indicators()},
            "reported_indicators": {"ema8": Decimal("595.10"), "ema21": Decimal("594.80"), "atr": Decimal("1.25")},
            "opening_range": opening_range(),
            "bias": bias(),
            "gex": gex(),
            "flow": flow(),
            "confluence": Confluence(
                score=Decimal(72),
                flow_alignment=Decimal("0.22"),
                evidence=Decimal(1),
                gamma_alignment=Decimal(1),
                flow_entries=50,
            ),
            "dealer": DealerDecision(direction="long", confidence=Decimal("0.6"), regime="long_gamma"),
            "listed_contracts": 1,
            "contracts": (contract_seen(),),
            "account": account(),
            **changes,
        }
    )


BARE: dict[str, Any] = {
    "indicators": {},
    "reported_indicators": {},
    "opening_range": None,
    "bias": None,
    "gex": None,
    "flow": None,
    "confluence": None,
    "dealer": None,
    "listed_contracts": 0,
    "contracts": (),
    "account": None,
}
"""Changes after which nothing but the price is known."""


def rules_with(**agents: Any) -> Rules:
    """Return rules under which agents differ in what is given."""
    return Rules(engine=EngineRules(agents=AgentRules(**agents)))


def decimals(lowest: int, highest: int, places: int = 2) -> st.SearchStrategy[Decimal]:
    """Return decimals from lowest to highest, both in units of the last place."""
    return st.integers(lowest, highest).map(lambda number: Decimal(number).scaleb(-places))


prices = decimals(58_000, 61_000)
"""Prices near that of the trace, so that levels are met, touched and missed."""
percents = decimals(0, 100_00)
maybe_prices = st.none() | prices


@st.composite
def candles(draw: st.DrawFn) -> Candle:
    opened, closed = draw(prices), draw(prices)
    return Candle(
        open=opened,
        high=max(opened, closed) + draw(decimals(0, 500)),
        low=min(opened, closed) - draw(decimals(0, 500)),
        close=closed,
        volume=draw(st.integers(0, 100_000)),
        strat=draw(st.sampled_from([None, "1", "2u", "2d", "3"])),
    )


indicator_sets: st.SearchStrategy[IndicatorSet] = st.builds(
    IndicatorSet,
    bars=st.integers(0, 300),
    close=maybe_prices,
    ema8=maybe_prices,
    ema13=maybe_prices,
    ema21=maybe_prices,
    ema48=maybe_prices,
    ema200=maybe_prices,
    atr14=st.none() | decimals(0, 800),
    atr_percentile=st.none() | percents,
    squeeze=st.sampled_from([None, "on", "off"]),
    squeeze_bars=st.integers(0, 40),
    momentum=st.none() | decimals(-300, 300),
    momentum_before=st.none() | decimals(-300, 300),
    phase=st.none() | decimals(-150_00, 150_00),
    volume_average=st.none() | decimals(0, 5_000_000),
    candles=st.lists(candles(), max_size=4).map(tuple),
)

opening_ranges: st.SearchStrategy[OpeningRangeSeen] = st.builds(
    lambda low, width, complete: opening_range(low=low, high=low + width, complete=complete),
    prices,
    decimals(0, 500),
    st.booleans(),
)

accounts: st.SearchStrategy[AccountSeen] = st.builds(
    AccountSeen,
    open_positions=st.integers(0, 6),
    positions_in_symbol=st.integers(0, 4),
    exposure=decimals(0, 2_500_000),
    equity=decimals(0, 20_000_000),
    halted=st.sampled_from([False, False, False, True]),
)


@st.composite
def contexts(draw: st.DrawFn, /, timeframes: Sequence[str] = TIMEFRAMES, **fixed: Any) -> EnrichedContext:
    """Return any context with a price; what is fixed stays as it is given."""
    session = fixed.get("session") or draw(st.sampled_from(["regular", "regular", "premarket", "afterhours", "closed"]))
    from_open = draw(st.integers(0, 389)) if session == "regular" else None
    parts: dict[str, st.SearchStrategy[Any]] = {
        "price": prices,
        "indicators": st.dictionaries(st.sampled_from(timeframes), indicator_sets, max_size=3),
        "reported_indicators": st.dictionaries(st.sampled_from(["ema8", "ema21", "atr"]), prices),
        "opening_range": st.none() | opening_ranges,
        "bias": st.none()
        | st.builds(
            lambda side, sure, regime: bias(bias=side, confidence=sure, regime_type=regime),
            st.sampled_from(["bullish", "bearish", "neutral"]),
            percents,
            st.sampled_from([None, "TRENDING", "RANGING", "VOLATILE", "OTHER"]),
        ),
        "bias_stale": st.booleans(),
        "gex": st.none()
        | st.builds(
            lambda net, position, level: gex(net_gex=net, dealer_position=position, zero_gamma_level=level),
            st.integers(-500_000_000, 500_000_000),
            st.sampled_from(["long_gamma", "short_gamma", "neutral"]),
            maybe_prices,
        ),
        "flow": st.none()
        | st.builds(
            lambda entries, calls, puts, net: flow(entries=entries, call_premium=calls, put_premium=puts, netflow=net),
            st.integers(0, 100),
            st.integers(0, 20_000_000),
            st.integers(0, 20_000_000),
            st.integers(-20_000_000, 20_000_000),
        ),
        "account": st.none() | accounts,
    }
    drawn = {name: draw(part) for name, part in parts.items() if name not in fixed}
    return context(
        **{
            **BARE,
            "session": session,
            "minutes_from_open": from_open,
            "minutes_to_close": None if from_open is None else 390 - from_open,
            **drawn,
            **fixed,
        }
    )


rulebooks: st.SearchStrategy[Rules] = st.builds(
    rules_with, orb=st.booleans(), strat=st.booleans(), ttm=st.booleans(), satyland=st.booleans()
)
"""Rules with any of the optional agents switched on."""
