"""What the properties are about: ticks, contexts, signals and orders as they could really come."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from agents.market import on_context
from schemas.decisions import EntryContext, ExecutionPolicy, Experiment, GateResult, Recommendation, TradeProposed
from schemas.event import to_micros
from schemas.ids import derived_id
from schemas.market import BiasState, ChainState, GexState, ListedContract, Market, MarketContextReceived, Quote
from schemas.money import NANOS
from schemas.occ import OptionContract
from schemas.orders import OrderPlaced
from schemas.session import MarketSession
from schemas.signals import SignalReceived
from schemas.ticks import Tick

EXAMPLES = min(40, settings().max_examples)
few = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Enough examples to find what is wrong, few enough for all properties to take seconds."""

SPY = "SPY"
CALL = "SPY260220C00596000"
OTHER_CALL = "SPY260220C00600000"
PUT = "SPY260220P00595000"
EXPIRATION = date(2026, 2, 20)
DAY = date(2026, 2, 13)
AT = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
"""Friday, 10:30 in New York."""
CLOSE = datetime(2026, 2, 13, 21, tzinfo=UTC)
CENT = NANOS // 100

cents_up = st.integers(1, 1_000).map(lambda count: count * CENT)
"""Prices of 0.01 to 10 dollars, in nanos."""
instants = st.integers(0, 7 * 86_400).map(lambda seconds: AT + timedelta(seconds=seconds))


def nanos(price: str) -> int:
    return int(Decimal(price) * NANOS)


def micros(seconds: float = 0) -> int:
    """Return UTC microseconds so many seconds after AT."""
    return to_micros(AT + timedelta(seconds=seconds))


def traded(symbol: str, price: str, *, seconds: float = 0, size: int = 100) -> Tick:
    return Tick(symbol, micros(seconds), price=nanos(price), size=size)


def quoted(symbol: str, bid: str, ask: str, *, seconds: float = 0) -> Tick:
    return Tick(symbol, micros(seconds), bid=nanos(bid), ask=nanos(ask), bid_size=10, ask_size=10)


@st.composite
def tapes(
    draw: st.DrawFn,
    symbols: Sequence[str] = (SPY, CALL, PUT),
    *,
    steps_s: Sequence[float] = (0, 0.5, 1, 59, 61, 301, -20),
    size_max: int = 40,
    start_s: float = 0,
) -> list[Tick]:
    """Return ticks of several instruments in the order in which they arrived; some of them are late."""
    at = micros(start_s)
    ticks = []
    for _ in range(draw(st.integers(0, size_max))):
        at += int(draw(st.sampled_from(steps_s)) * 1_000_000)
        symbol = draw(st.sampled_from(symbols))
        price = draw(cents_up)
        if draw(st.booleans()):
            ticks.append(Tick(symbol, at, price=price, size=draw(st.integers(0, 500))))
        else:
            width = draw(st.sampled_from([0, 1, CENT, 4 * CENT]))
            absent = draw(st.sampled_from(["", "", "", "bid", "ask"]))
            ticks.append(
                Tick(symbol, at, bid=-1 if absent == "bid" else price, ask=-1 if absent == "ask" else price + width)
            )
    return ticks


def bias(**changes: Any) -> BiasState:
    """Return the bias of the trace."""
    return BiasState(
        **{
            "event_id_raw": "mtf-20260213-1529-SPY",
            "timestamp": AT - timedelta(minutes=1),
            "bias": "bullish",
            "bias_score": Decimal(72),
            "confidence": Decimal(75),
            "regime_type": "TRENDING",
            "macro_class": "RISK_ON",
            "entry_mode_hint": "BREAKOUT",
            "state_strength_delta": Decimal("0.15"),
            "chop_score": Decimal(20),
            "risk_multiplier": Decimal("0.8"),
            **changes,
        }
    )


def gex(**changes: Any) -> GexState:
    return GexState(
        **{
            "timestamp": AT - timedelta(seconds=30),
            "net_gex": Decimal(250_000_000),
            "dealer_position": "long_gamma",
            "zero_gamma_level": Decimal(590),
            **changes,
        }
    )


def listed(
    strike: str, *, expiration: date = EXPIRATION, kind: str = "call", bid: str | None = None, ask: str | None = None
) -> ListedContract:
    contract = OptionContract(SPY, expiration, "call" if kind == "call" else "put", Decimal(strike))
    return ListedContract(
        option_symbol=contract.symbol,
        strike=contract.strike,
        expiration=expiration,
        type=contract.type,
        bid=None if bid is None else Decimal(bid),
        ask=None if ask is None else Decimal(ask),
    )


def context_received(**parts: Any) -> MarketContextReceived:
    occurred_at = parts.pop("occurred_at", AT)
    return MarketContextReceived(
        event_id=derived_id("context", parts.pop("name", ""), repr(parts)), occurred_at=occurred_at, symbol=SPY, **parts
    )


def chain(*contracts: ListedContract, at: datetime = AT) -> ChainState:
    return ChainState(timestamp=at, contracts=contracts)


def market(**changes: Any) -> Market:
    """Return the market of the trace just before its alert."""
    call = listed("596", bid="3.40", ask="3.50")
    values: dict[str, Any] = {
        "symbol": SPY,
        "last": Quote(price=nanos("595.42"), traded_at=micros()),
        "quotes": {CALL: Quote(bid=nanos("3.40"), ask=nanos("3.50"), quoted_at=micros(-1))},
        "bias": bias(),
        "gex": gex(),
        "chain": {call.option_symbol: call},
        "chain_at": AT - timedelta(seconds=30),
        **changes,
    }
    contracts, chain_at = values.pop("chain"), values.pop("chain_at")
    known = Market(**values)
    if not contracts:
        return known
    received = context_received(chain=chain(*contracts.values(), at=chain_at))
    return on_context(known, received, day=DAY)


def session(**changes: Any) -> MarketSession:
    return MarketSession(
        **{
            "phase": "regular",
            "day": DAY,
            "open_at": datetime(2026, 2, 13, 14, 30, tzinfo=UTC),
            "close_at": CLOSE,
            "minutes_to_close": 330,
            "next_open_at": datetime(2026, 2, 17, 14, 30, tzinfo=UTC),
            **changes,
        }
    )


CLOSED = {"phase": "closed", "minutes_to_close": None}
"""Changes that close the session."""


def signal(name: str = "sig-001", **changes: Any) -> SignalReceived:
    """Return the alert of the trace."""
    return SignalReceived(
        **{
            "event_id": derived_id("signal", name),
            "occurred_at": AT,
            "account_id": "paper",
            "symbol": SPY,
            "direction": "long",
            "timeframe": "5m",
            "timestamp": AT,
            "price": Decimal("595.42"),
            "confidence": Decimal(75),
            "signal_hash": "a" * 64,
            **changes,
        }
    )


def recommendation(**changes: Any) -> Recommendation:
    return Recommendation(
        **{
            "engine": "A",
            "symbol": SPY,
            "direction": "long",
            "option_symbol": CALL,
            "strike": Decimal(596),
            "expiration": EXPIRATION,
            "type": "call",
            "quantity": 9,
            "entry_price": Decimal("3.45"),
            "is_shadow": False,
            "base_quantity": 10,
            **changes,
        }
    )


EXPERIMENT = Experiment(
    experiment_id="exp-001",
    variant="A",
    assignment_hash="0" * 64,
    bucket=Decimal(0),
    split_percentage=0,
    policy_version="v1.0",
)
POLICY = ExecutionPolicy(
    policy_id="pol-001",
    execution_mode="ENGINE_A_PRIMARY",
    executed_engine="A",
    shadow_engine=None,
    reason="paper mode, variant A",
    policy_version="v1.0",
)


def proposal(name: str = "sig-001", **changes: Any) -> TradeProposed:
    """Return a proposal that the engine wants to trade."""
    wanted = changes.get("recommendation", recommendation())
    return TradeProposed(
        **{
            "event_id": derived_id("proposal", name),
            "occurred_at": AT,
            "account_id": "paper",
            "signal_id": derived_id("signal", name),
            "symbol": wanted.symbol if wanted else SPY,
            "direction": "long",
            "timeframe": "5m",
            "context_hash": "c" * 64,
            "experiment": EXPERIMENT,
            "policy": POLICY,
            "gates": (GateResult(gate="market_session", verdict="pass"),),
            "recommendation": wanted,
            "entry": EntryContext(chop_score=Decimal(20)),
            **changes,
        }
    )


def order(name: str = "ord-001", *, option_symbol: str = CALL, **changes: Any) -> OrderPlaced:
    """Return an order to open, placed at AT."""
    order_id = derived_id("order", name)
    return OrderPlaced(
        **{
            "event_id": order_id,
            "occurred_at": AT,
            "account_id": "paper",
            "symbol": SPY,
            "option_symbol": option_symbol,
            "strike": Decimal(596),
            "expiration": EXPIRATION,
            "type": "put" if option_symbol == PUT else "call",
            "direction": "short" if option_symbol == PUT else "long",
            "engine": "A",
            "experiment_id": "exp-001",
            "signal_id": derived_id("signal", name),
            "position_id": derived_id("position", order_id),
            "client_order_id": f"ts-{order_id}",
            "side": "buy_to_open",
            "order_type": "paper",
            "quantity": 9,
            "limit_price": Decimal("3.45"),
            "expires_at": AT + timedelta(minutes=5),
            "entry": EntryContext(bias_score=Decimal(72), regime_type="TRENDING"),
            **changes,
        }
    )
