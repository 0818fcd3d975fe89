"""The audit log: who changed what, each row hashed with the one before it; and what Kafka has not been told of it yet.

It only adds: rows and queries of the revision before stay as they are.
"""

from alembic import op

revision = "0005"
down_revision = "0004"

STATEMENTS = (
    """
    CREATE TABLE audit_log (
        number        BIGINT PRIMARY KEY CHECK (number > 0),
        at            TIMESTAMPTZ NOT NULL,
        actor         TEXT NOT NULL,
        account_id    TEXT NOT NULL,
        action        TEXT NOT NULL,
        target        TEXT NOT NULL,
        detail        JSONB NOT NULL,
        event_id      UUID UNIQUE,
        previous_hash CHAR(64) NOT NULL,
        hash          CHAR(64) NOT NULL
    )
    """,
    "CREATE INDEX ON audit_log (account_id, number DESC)",
    "CREATE INDEX ON audit_log (actor, number DESC)",
    "CREATE INDEX ON audit_log (action, number DESC)",
    # what was cut off and added again has the same number and another hash: both are told
    """
    CREATE TABLE audit_outbox (
        number BIGINT NOT NULL,
        hash   CHAR(64) NOT NULL,
        at     TIMESTAMPTZ NOT NULL,
        PRIMARY KEY (number, hash)
    )
    """,
    """
    CREATE FUNCTION audit_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the audit log only grows' USING ERRCODE = 'insufficient_privilege';
    END
    $$
    """,
    """
    CREATE TRIGGER audit_log_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
        FOR EACH STATEMENT EXECUTE FUNCTION audit_log_only_grows()
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
