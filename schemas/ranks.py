"""How new a state record is, as its changelog message's headers tell: whole tables are read at a start."""

from collections.abc import Iterable

from schemas.records import StateRecord

Rank = tuple[int, int]
"""(epoch, version) of a record."""


def rank_headers(record: StateRecord, *, is_early: bool = False) -> list[tuple[str, bytes]]:
    """Return what tells how new a record is without decoding it.

    is_early  it is written soon after a takeover, and will be once more
    """
    rank = [("epoch", b"%d" % record.epoch), ("version", b"%d" % record.version)]
    return [*rank, ("early", b"1")] if is_early else rank


def rank_of(headers: Iterable[tuple[str, bytes]] | None) -> Rank | None:
    """Return (epoch, version) of a changelog message's headers, or None when they are not there."""
    known = dict(headers or ())
    try:
        return int(known["epoch"]), int(known["version"])
    except (KeyError, ValueError):
        return None


def is_early(headers: Iterable[tuple[str, bytes]] | None) -> bool:
    """Return whether a changelog message was written soon after a takeover."""
    return any(name == "early" for name, _ in headers or ())
