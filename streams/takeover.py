"""What a new owner writes again, so that a zombie's late record never stays the last of its key.

A process that was paused leaves before it sends (`streams.lease`), but what it had handed to the network before may
still arrive behind its successor's first records. Recovery goes by (epoch, version), so as long as both are on the
changelog the successor's wins. Compaction does not: it keeps the last. So, without writing all that was recovered:

- a key that the predecessor was writing is one whose messages nobody has acknowledged: they come again, and their
  effects are written by the successor. Whatever it writes in its first SETTLED_AFTER_S is written once more after them,
  well before the changelogs' `min.compaction.lag.ms`. A key it does not write has nothing that could be lost: the
  late record then follows from the last one, by messages that have been read;
- what was written so early says so in a header, until it is written once more: an owner that loses the partition before
  leaves that to whoever takes it over next;
- a key whose last record on the changelog is not its newest when a recovery reads it is written again at once.
"""

import time
from collections.abc import Iterable, Mapping
from typing import Any

from streams.tables import Records

SETTLED_AFTER_S = 30.0
"""After an opening, until nothing that a former owner has sent is on its way any more."""


class Takeover:
    """The first while of an ownership, and what of it is still to be done."""

    def __init__(self, tables: Mapping[str, Records[Any]]) -> None:
        self._tables = tables
        self._settled_at = time.monotonic() + SETTLED_AFTER_S

    @property
    def is_settled(self) -> bool:
        """Whether what is written now is the last of its key, whatever a former owner has sent."""
        return time.monotonic() >= self._settled_at

    @property
    def is_due(self) -> bool:
        """Whether there is something to write again by now."""
        return self.is_settled and any(records.table.early for records in self._tables.values())

    def write_overtaken(self, *, epoch: int) -> bool:
        """Have what stands before a zombie's record written; returns whether there is any."""
        return self._write_again({name: records.table.overtaken for name, records in self._tables.items()}, epoch)

    def write_early_again(self, *, epoch: int) -> None:
        """Have what was written first written once more."""
        self._write_again({name: records.table.early for name, records in self._tables.items()}, epoch)

    def _write_again(self, keys: Mapping[str, Iterable[bytes]], epoch: int) -> bool:
        for name, those in keys.items():
            self._tables[name].write_again(sorted(key.decode() for key in those), epoch=epoch)
        return any(keys.values())
