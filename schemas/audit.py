"""The head of the audit log, as it is told on Kafka."""

from pydantic import Field

from schemas.event import Event


class AuditHead(Event):
    """A row was added to the audit log: whoever knows this sees when the log is cut off or written anew.

    `occurred_at` is the row's time.
    """

    number: int = Field(description="of the row; they count from 1 without a gap")
    hash: str = Field(description="SHA-256 over the row and the hash before it, 64 hexadecimal digits")
