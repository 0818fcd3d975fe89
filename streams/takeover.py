"""What a new owner writes again, so that a zombie's late record never stays the last of its key.

A process that was paused leaves before it sends (`streams.lease`), but what it had handed to the network before may
still arrive behind its successor's first records. Recovery goes by (epoch, version), so as long as both are on the
changelog the successor's wins. Compaction does not: it keeps the last. So, without writing all that was recovered:

- a key that the predecessor was writing is one whose messages nobody has acknowledged: they come again, and their
  effects are written by the successor. Whatever it writes in its first SETTLED_AFTER_S is written once more after them,
  well before the changelogs' `min.compaction.lag.ms`. A key it does not write has nothing that could be lost: the
  late record then follows from the last one, by messages that have been read;
- a key whose last record on the changelog is not its newest when a recovery reads it is written again at once.
"""

import time
from collections.abc import Mapping
from typing import Any

from streams.tables import Records

SETTLED_AFTER_S = 30.0
"""After an opening, until nothing that a former owner has sent is on its way any more."""


class Takeover:
    """The first while of an ownership: which records have been written in it."""

    def __init__(self, tables: Mapping[str, Records[Any]]) -> None:
        self._tables = tables
        self._settled_at = time.monotonic() + SETTLED_AFTER_S
        self._early: dict[str, set[str]] = {name: set() for name in tables}

    def begun_again(self) -> "Takeover":
        """Return what a further opening begins with: what was written early before it has still to be written again."""
        again = Takeover(self._tables)
        again._early = {name: set(keys) for name, keys in self._early.items()}
        return again

    def written(self, table: str, key: str) -> None:
        """Note that a record was written."""
        if time.monotonic() < self._settled_at:
            self._early[table].add(key)
        else:
            self._early[table].discard(key)

    @property
    def is_due(self) -> bool:
        """Whether there is something to write again by now."""
        return time.monotonic() >= self._settled_at and any(self._early.values())

    def write_overtaken(self, *, epoch: int) -> bool:
        """Have what stands before a zombie's record written; returns whether there is any."""
        overtaken = {name: sorted(records.table.overtaken) for name, records in self._tables.items()}
        for name, keys in overtaken.items():
            self._tables[name].write_again([key.decode() for key in keys], epoch=epoch)
        return any(overtaken.values())

    def write_early_again(self, *, epoch: int) -> None:
        """Have what was written first written once more."""
        for name, keys in self._early.items():
            self._tables[name].write_again(sorted(keys), epoch=epoch)
            keys.clear()
