"""A trader's alert, once taken in and normalised."""

from datetime import date
from typing import Literal

from pydantic import Field

from schemas.event import Event, Instant
from schemas.money import PriceUsd, Ratio

Direction = Literal["long", "short"]


class SignalReceived(Event):
    """An alert was accepted. Written by `api.webhook`, judged by the market stage. `event_id` is the signal's id."""

    account_id: str
    symbol: str = Field(description="underlying, upper case, 1 to 20 characters")
    direction: Direction
    timeframe: str = Field(description="1m, 5m, 1h, 1d ...")
    timestamp: Instant = Field(description="when the alert says it fired; UTC microseconds")
    price: PriceUsd | None = Field(default=None, description="dollars a share, as the alert says")
    confidence: Ratio | None = Field(default=None, description="0 to 100, as the alert says")
    pattern_strength: Ratio | None = None
    mtf_alignment: Ratio | None = None
    indicators: dict[str, Ratio] = Field(default_factory=dict, description="newest value of each, as the alert says")
    strike: PriceUsd | None = Field(default=None, description="pre-selected strike, dollars")
    expiration: date | None = Field(default=None, description="pre-selected expiration")
    is_test: bool = False
    test_session_id: str | None = None
    test_scenario: str | None = None
    sequence_number: int | None = None
    signal_hash: str = Field(description="SHA-256, hex, of symbol:direction:timeframe:timestamp")
    raw_payload: str = Field(default="{}", description="the alert as JSON, secrets removed, at most 32 KB")
