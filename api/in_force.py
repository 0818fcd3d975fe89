"""What answers are measured by: the rules as controls have changed them, and where an instant lies in the session."""

import asyncio
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from fastapi import Request

from agents.controls import in_force
from agents.rules import Rules
from api.live import Live
from api.live_view import LiveView
from schemas.controls import Controls
from schemas.session import MarketSession
from streams.rules import rules_of
from streams.sessions import SessionCalendar
from streams.settings import Settings


def rules_in_force(
    settings: Settings, view: LiveView, *, symbol: str | None = None, account_id: str | None = None
) -> Rules:
    """Return the settings' rules with the controls laid over them, those of an underlying or an account too."""
    controls = Controls(partition=0, values={control.name: control for control in view.controls()})
    return in_force(rules_of(settings), controls, symbol=symbol, account_id=account_id)


def opened_with(request: Request, account_id: str) -> Decimal:
    """Return the equity that an account began with, dollars; raises Problem 503 until its books are known."""
    live: Live = request.app.state.live
    account = live.view.account(account_id)
    settings: Settings = request.app.state.settings
    return rules_of(settings).limits.opening_equity if account is None else account.opening_equity


async def session_at(settings: Settings, at: datetime) -> MarketSession:
    """Return where an instant lies in the exchange's day."""
    # in a thread: the first look at a year reads a calendar, which takes half a second
    return await asyncio.to_thread(_calendar(settings.session.calendar).phase, at)


async def sessions_between(settings: Settings, first: date, last: date) -> list[date]:
    """Return the dates on which the exchange trades, from `first` to `last`, both included."""
    return await asyncio.to_thread(_calendar(settings.session.calendar).sessions, first, last)


@lru_cache(maxsize=8)
def _calendar(name: str) -> SessionCalendar:
    return SessionCalendar(name)
