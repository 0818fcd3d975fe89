"""What answers are measured by: the rules as controls have changed them, and where an instant lies in the session."""

import asyncio
from datetime import datetime
from functools import lru_cache

from agents.controls import in_force
from agents.rules import Rules
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


async def session_at(settings: Settings, at: datetime) -> MarketSession:
    """Return where an instant lies in the exchange's day."""
    # in a thread: the first look at a year reads a calendar, which takes half a second
    return await asyncio.to_thread(_calendar(settings.session.calendar).phase, at)


@lru_cache(maxsize=8)
def _calendar(name: str) -> SessionCalendar:
    return SessionCalendar(name)
