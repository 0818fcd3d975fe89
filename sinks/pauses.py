"""Pausing an underlying while its positions differ from the broker's, and lifting what was paused for that alone."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from pydantic import ValidationError

from schemas.controls import PauseControl
from schemas.event import to_micros
from schemas.ids import derived_id
from schemas.occ import underlying_of
from schemas.operations import ControlChanged
from sinks.reconciliation import Found
from sinks.tables_view import TablesView

PAUSE = "pause."


class Pauses:
    """What an executor has paused. A person's pause is a person's to lift, and what a person has lifted stays so."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._for: dict[str, frozenset[Found]] = {}
        """The differences for which each underlying was paused: a person who lifts that has seen them."""
        self.paused: frozenset[str] = frozenset()
        """Underlyings that are paused by this executor."""

    def changes(
        self,
        found: Iterable[Found],
        view: TablesView,
        *,
        is_settled: bool,
        busy: Iterable[str],
        at: datetime,
    ) -> list[ControlChanged]:
        """Return the controls that follow from the differences that stand.

        is_settled  whether positions were compared
        busy        contracts that were not, as something is under way
        """
        wanted: dict[str, frozenset[Found]] = {}
        for one in found:
            if one.symbol:
                wanted[one.symbol] = wanted.get(one.symbol, frozenset()) | {one}
        ours, theirs = self._in_force(view)
        events = []
        for symbol, differences in sorted(wanted.items()):
            was_lifted = symbol not in ours and self._for.get(symbol) == differences
            if symbol not in ours | theirs and not was_lifted:
                events.append(self._control(symbol, view, paused=True, found=differences, at=at))
            self._for[symbol] = differences
        unknown = {underlying_of(symbol) for symbol in busy}
        lifted = ours - wanted.keys() - unknown if is_settled else frozenset()
        events += [self._control(symbol, view, paused=False, found=(), at=at) for symbol in sorted(lifted)]
        if is_settled:
            self._for = {symbol: seen for symbol, seen in self._for.items() if symbol in wanted or symbol in unknown}
        begun = {event.name.removeprefix(PAUSE) for event in events} - lifted
        self.paused = (ours | begun) - lifted
        return events

    def _in_force(self, view: TablesView) -> tuple[frozenset[str], frozenset[str]]:
        """Return underlyings paused by this executor, and by others."""
        ours: set[str] = set()
        theirs: set[str] = set()
        for control in view.controls():
            if control.name.startswith(PAUSE) and _pauses(control):
                (ours if control.changed_by == self._source else theirs).add(control.name.removeprefix(PAUSE))
        return frozenset(ours), frozenset(theirs)

    def _control(
        self, symbol: str, view: TablesView, *, paused: bool, found: Iterable[Found], at: datetime
    ) -> ControlChanged:
        name = f"{PAUSE}{symbol}"
        differs = sorted(f"{one.subject}: {one.ours} here, {one.theirs} at the broker" for one in found)
        value = {"paused": paused, "reason": "; ".join(differs) or None}
        text = json.dumps(value, sort_keys=True, separators=(",", ":"))
        # readers know what is newer by its time
        newest = view.control(name)
        at = at if newest is None else max(at, newest.occurred_at + timedelta(microseconds=1))
        return ControlChanged(
            event_id=derived_id("control", name, text, to_micros(at)),
            occurred_at=at,
            source=self._source,
            name=name,
            value=text,
            changed_by=self._source,
        )


def _pauses(control: ControlChanged) -> bool:
    try:
        return PauseControl.model_validate_json(control.value).paused
    except ValidationError:
        return False  # nobody goes by it either
