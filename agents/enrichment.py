"""What is known when a signal is judged: one context, the same for every engine."""

import hashlib
import json
from datetime import timedelta

from agents.market import newest_price
from schemas.decisions import EnrichedContext, IndicatorSet
from schemas.event import from_micros
from schemas.market import Market, Series
from schemas.money import to_usd
from schemas.session import MarketSession
from schemas.signals import SignalReceived


def enrich(signal: SignalReceived, market: Market, session: MarketSession) -> EnrichedContext:
    """Return the context of a signal at the time it was received."""
    at = signal.occurred_at
    newest = newest_price(market.last)
    bias = market.bias
    return EnrichedContext(
        symbol=signal.symbol,
        at=at,
        session=session.phase,
        minutes_to_close=session.minutes_to_close,
        price=None if newest is None else to_usd(newest[0]),
        price_at=None if newest is None else from_micros(newest[1]),
        indicators={timeframe: _indicators(series) for timeframe, series in market.series.items()},
        reported_indicators=signal.indicators,
        bias=bias,
        bias_stale=bias is not None and at > bias.timestamp + timedelta(seconds=bias.stale_after_s),
        gex=market.gex,
        flow=market.flow,
        listed_contracts=len(market.chain),
    )


def _indicators(series: Series) -> IndicatorSet:
    return IndicatorSet(
        bars=series.closed,
        close=to_usd(series.last_close) if series.closed else None,
        ema8=None if series.ema8 is None else to_usd(series.ema8),
        ema21=None if series.ema21 is None else to_usd(series.ema21),
        atr14=None if series.atr14 is None else to_usd(series.atr14),
    )


def context_hash(context: EnrichedContext) -> str:
    """Return SHA-256, hex, of the context's canonical JSON: sorted keys, exact decimals, no spaces."""
    canonical = json.dumps(context.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
