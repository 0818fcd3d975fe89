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
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from streams.letters import Name
from streams.tables import Records

SETTLED_AFTER_S = 30.0
"""After an opening, until nothing that a former owner has sent is on its way any more."""
AGAIN_AT_ONCE = 100
"""Records that are written once more before others may work: there are thousands, and an exit would wait for them."""


class Takeover:
    """The first while of an ownership, and what of it is still to be done."""

    def __init__(self, tables: Mapping[str, Records[Any]]) -> None:
        self._tables = tables
        self._settled_at = time.monotonic() + SETTLED_AFTER_S

    @property
    def is_settled(self) -> bool:
        """Whether what is written now is the last of its key, whatever a former owner has sent."""
        return time.monotonic() >= self._settled_at

    def early(self) -> Iterator[tuple[int, list[Name]]]:
        """Yield what was written first and is by now to be written once more: a partition, and some of its records."""
        if not self.is_settled:
            return
        found = sorted(
            (records.table.place(key), name, key.decode())
            for name, records in self._tables.items()
            for key in records.table.early
        )
        for partition, own in groupby(found, key=itemgetter(0)):
            while some := [(name, key) for _, name, key in islice(own, AGAIN_AT_ONCE)]:
                yield partition, some

    def overtaken(self) -> list[Name]:
        """Return what stands before a zombie's record."""
        return sorted((name, key.decode()) for name, known in self._tables.items() for key in known.table.overtaken)

    def write_again(self, names: Iterable[Name], *, epoch: int) -> None:
        """Have records written once more."""
        for table, key in names:
            self._tables[table].write_again([key], epoch=epoch)
