"""The log: what was told of an account on Kafka, as it was told, with the time from which it was known.

It only adds: rows and queries of the revision before stay as they are. Offsets are of a topic-partition, so a message
that comes twice under one offset has one row, and one that was sent twice has two.
"""

from alembic import op

revision = "0006"
down_revision = "0005"

TABLES = [
    """
    CREATE TABLE event_log (
        topic       TEXT NOT NULL,
        "partition" SMALLINT NOT NULL,
        "offset"    BIGINT NOT NULL,
        event_id    TEXT NOT NULL,
        account_id  TEXT,
        symbol      TEXT,
        position_id TEXT,
        kind        TEXT NOT NULL,
        occurred_at TIMESTAMPTZ NOT NULL,
        known_at    TIMESTAMPTZ NOT NULL,
        source      TEXT NOT NULL,
        sequence    BIGINT NOT NULL,
        value       BYTEA NOT NULL,
        PRIMARY KEY (topic, "partition", "offset")
    )
    """,
]

CHANGES = [
    "ALTER TABLE refactored_signals ADD read_positions JSONB NOT NULL DEFAULT '{}'",
]

INDEXES = [
    'event_log (account_id, known_at, topic, "partition", "offset")',
    "event_log (event_id)",
    "event_log (position_id) WHERE position_id IS NOT NULL",
]


def upgrade() -> None:
    for statement in (*TABLES, *CHANGES):
        op.execute(statement)
    for index in INDEXES:
        op.execute(f"CREATE INDEX ON {index}")
