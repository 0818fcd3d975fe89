"""Ids that derive from their causes, so that what happens twice is recognised."""

from uuid import UUID, uuid5

_NAMESPACE = UUID("6f0d9d0e-2c0b-5f43-9a53-0d6a6a0b7c11")


def derived_id(what: str, *causes: str | int) -> str:
    """Return the id of `what` that follows from `causes`: equal causes, equal id."""
    return str(uuid5(_NAMESPACE, "\x1f".join((what, *map(str, causes)))))
