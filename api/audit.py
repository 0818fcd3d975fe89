"""Who changed what: one line for each change of who may ask."""

from collections.abc import Mapping

from sinks.writes import Connection
from streams.logs import logger

log = logger(__name__)


async def record(
    connection: Connection, *, actor: str, account_id: str, action: str, target: str, detail: Mapping[str, object]
) -> None:
    """Put a change on record, in the transaction that makes it.

    actor       who did it: a user, `settings`, or `cli:NAME`
    account_id  of what was changed
    action      such as user.role_changed
    target      what was changed, by its name
    detail      what it became; never a secret
    """
    log.info("audit", actor=actor, account_id=account_id, action=action, target=target, detail=dict(detail))
