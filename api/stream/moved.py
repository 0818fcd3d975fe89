"""What has moved on the tape and is yet to be told: each thing at once, and then at its pace on average."""

from collections import OrderedDict

from api.live_view import LiveView
from schemas.occ import parse_option_symbol

EVERY_S = 0.225
"""Between two marks of a position, and two prices of an underlying, on average: about four a second, and a little more,
so that what comes four times a second catches up when it was late."""
NAMES_MAX = 100_000
CONTRACTS_MAX = 200_000


class Moved:
    """Instruments that have moved, and when each thing that follows from them was told."""

    def __init__(self) -> None:
        self._waiting: set[str] = set()
        self._due: OrderedDict[str, float] = OrderedDict()
        self._contracts: set[str] = set()

    @property
    def is_waiting(self) -> bool:
        """Whether anything waits for its turn."""
        return bool(self._waiting)

    def take(self, view: LiveView) -> set[str]:
        """Return the instruments to tell of: what has moved, and what had to wait."""
        moved, self._waiting = self._waiting | view.take_moved(), set()
        return moved

    def is_due(self, name: str, instrument: str, now: float) -> bool:
        """Return whether something may be told now, and count it; what may not waits, with the instrument it is of.

        One more than the pace allows goes through at once: else a word that came late would make all those late that
        follow it at the very same pace.

        now  seconds of a clock that only rises
        """
        due = self._due.get(name, now)
        if now < due - EVERY_S:
            self._waiting.add(instrument)
            return False
        self._due[name] = max(now, due) + EVERY_S
        self._due.move_to_end(name)
        if len(self._due) > NAMES_MAX:
            self._due.popitem(last=False)
        return True

    def underlyings(self, moved: set[str]) -> list[str]:
        """Return those that are no contracts; contracts are by far the most, and each is looked at once."""
        unknown = moved - self._contracts
        if len(self._contracts) > CONTRACTS_MAX:
            self._contracts = set()
        found = [symbol for symbol in unknown if parse_option_symbol(symbol) is None]
        self._contracts |= unknown.difference(found)
        return found
