"""What is known when a signal is judged: one context, the same for every engine."""

import hashlib
import json
from datetime import datetime, timedelta

from agents.confluence import confluence
from agents.dealer import dealer_decision
from agents.indicators import indicator_set
from agents.market import newest_price
from agents.rules import Rules
from agents.strikes import candidates
from schemas.accounts import AccountSnapshot
from schemas.decisions import AccountSeen, ContractSeen, EnrichedContext, OpeningRangeSeen
from schemas.event import from_micros
from schemas.market import Market, OpeningRange
from schemas.money import to_usd
from schemas.session import MarketSession
from schemas.signals import SignalReceived

_MINUTE = timedelta(minutes=1)


def enrich(
    signal: SignalReceived,
    market: Market,
    session: MarketSession,
    *,
    at: datetime,
    rules: Rules,
    account: AccountSnapshot | None,
) -> EnrichedContext:
    """Return the context of a signal.

    at       the time of judgement: when the signal was received, or when its waiting ended
    account  the newest snapshot of the signal's account; None when it has never held or ordered anything
    """
    flow = market.flow if market.flow is not None and market.flow.day == session.day else None
    newest = newest_price(market.last)
    price = None if newest is None else to_usd(newest[0])
    bias = market.bias
    contracts: tuple[ContractSeen, ...] = ()
    if price is not None and price > 0:
        contracts = candidates(market, signal=signal, price=price, day=session.day, rules=rules.engine.strikes)
    return EnrichedContext(
        symbol=signal.symbol,
        at=at,
        session=session.phase,
        minutes_to_close=session.minutes_to_close,
        minutes_from_open=_minutes_from_open(session, at),
        day=session.day,
        price=price,
        price_at=None if newest is None else from_micros(newest[1]),
        newest_at=newest_at(market),
        indicators={timeframe: indicator_set(series) for timeframe, series in market.series.items()},
        reported_indicators=signal.indicators,
        opening_range=_opening_range(market.opening_range, session),
        bias=bias,
        bias_stale=bias is not None and at > bias.timestamp + timedelta(seconds=bias.stale_after_s),
        gex=market.gex,
        flow=flow,
        confluence=confluence(direction=signal.direction, gex=market.gex, flow=flow, rules=rules.engine.confluence),
        dealer=dealer_decision(price=price, gex=market.gex, flow=flow, rules=rules.engine.dealer),
        listed_contracts=len(market.chain),
        contracts=contracts,
        account=_account(signal.symbol, account),
    )


def _minutes_from_open(session: MarketSession, at: datetime) -> int | None:
    return (at - session.open_at) // _MINUTE if session.phase == "regular" and session.open_at else None


def newest_at(market: Market) -> datetime | None:
    """Return the newest time of a price of the underlying, or None before the first one."""
    newest = max(market.last.quoted_at, market.last.traded_at)
    return from_micros(newest) if newest > 0 else None


def _opening_range(known: OpeningRange | None, session: MarketSession) -> OpeningRangeSeen | None:
    if known is None or known.day != session.day:
        return None
    return OpeningRangeSeen(
        minutes=known.minutes,
        high=to_usd(known.high),
        low=to_usd(known.low),
        volume=known.volume,
        complete=known.complete,
    )


def _account(symbol: str, account: AccountSnapshot | None) -> AccountSeen | None:
    if account is None:
        return None
    return AccountSeen(
        open_positions=account.open_positions,
        positions_in_symbol=account.positions.get(symbol, 0),
        exposure=account.exposure,
        equity=account.equity,
        halted=account.halted,
    )


def context_hash(context: EnrichedContext) -> str:
    """Return SHA-256, hex, of the context's canonical JSON: sorted keys, exact decimals, no spaces."""
    canonical = json.dumps(context.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
