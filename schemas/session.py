"""Where an instant lies in an exchange's trading day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Phase = Literal["regular", "premarket", "afterhours", "closed"]


@dataclass(frozen=True, slots=True)
class MarketSession:
    """The session at one instant. Instants are UTC.

    phase             premarket is 04:00 to the open, afterhours the close to 20:00, on trading days, exchange time
    day               the exchange's date
    open_at           of that day's regular session; None when the exchange is closed all day
    close_at          likewise; on a half day the early close
    minutes_to_close  whole minutes left of the regular session; None outside it
    next_open_at      the first open after the instant
    """

    phase: Phase
    day: date
    open_at: datetime | None
    close_at: datetime | None
    minutes_to_close: int | None
    next_open_at: datetime
