"""What both stages know of the controls: a record for each partition, folded like any other."""

from agents import controls
from agents.rules import Rules
from schemas.accounts import AccountSnapshot
from schemas.codec import Undecodable
from schemas.controls import Controls, InvalidControl
from schemas.operations import ControlChanged
from schemas.records import ControlsRecord
from streams.tables import Records

Key = tuple[str | None, str | None]
"""Underlying and account."""


class RulesInForce:
    """The configured rules with the controls of a partition applied; worked out once for each change."""

    def __init__(self, rules: Rules, records: Records[ControlsRecord]) -> None:
        self._rules = rules
        self._records = records
        self._empty: dict[int, ControlsRecord] = {}
        self._known: dict[int, tuple[Controls, dict[Key, Rules]]] = {}

    def record(self, partition: int) -> ControlsRecord:
        """Return a partition's record; before its first control the same empty one each time, as `of` knows it by."""
        known = self._records.get(str(partition))
        if known is not None:
            return known
        if partition not in self._empty:
            self._empty[partition] = ControlsRecord(state=Controls(partition=partition))
        return self._empty[partition]

    def of(self, partition: int, *, symbol: str | None = None, account_id: str | None = None) -> Rules:
        """Return the rules for an underlying, an account, or both."""
        state = self.record(partition).state
        known = self._known.get(partition)
        # snapshots of accounts come often and change no rule
        if known is None or known[0].values is not state.values:
            known = self._known[partition] = (state, {})
        key = (symbol, account_id)
        if key not in known[1]:
            known[1][key] = controls.in_force(self._rules, state, symbol=symbol, account_id=account_id)
        return known[1][key]

    def snapshot(self, partition: int, account_id: str) -> AccountSnapshot | None:
        """Return the newest snapshot of an account that a partition has read."""
        return self.record(partition).state.accounts.get(account_id)


def changed(state: Controls, event: ControlChanged) -> Controls:
    """Return the controls after a change; raises Undecodable naming what is wrong with it."""
    try:
        return controls.on_control(state, event)
    except InvalidControl as error:
        raise Undecodable(f"ControlChanged: {error}") from error
