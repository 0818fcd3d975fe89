"""Who is asking, and what a role may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

UserRole = Literal["viewer", "trader", "admin"]
Role = Literal["viewer", "trader", "admin", "service"]
Permission = Literal["read", "trade", "administer"]

PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    "viewer": frozenset({"read"}),
    "trader": frozenset({"read", "trade"}),
    "admin": frozenset({"read", "trade", "administer"}),
    "service": frozenset({"read", "trade"}),
}
"""What a role may do; a service at most this, and no more than its key names."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking, for which account, and what that caller may do.

    user_id, session_id, key_id  what it showed: a session, or a service's key; a user who sent a password, neither
    is_remembered                Postgres is away, and this is what it said a short while ago
    """

    username: str
    account_id: str
    role: Role = "admin"
    permissions: frozenset[Permission] = PERMISSIONS["admin"]
    user_id: UUID | None = None
    session_id: UUID | None = None
    key_id: UUID | None = None
    is_remembered: bool = False
