"""Orders by hand, and the first answers to requests that carry an idempotency key.

It only adds: rows and queries of the revision before stay as they are.
"""

from alembic import op

revision = "0008"
down_revision = "0007"

TABLES = (
    # answers, not facts: the API's own, kept for a day
    """
    CREATE TABLE idempotency_keys (
        account_id  VARCHAR(64) NOT NULL,
        caller      VARCHAR(128) NOT NULL,
        key         VARCHAR(255) NOT NULL,
        fingerprint CHAR(64) NOT NULL,
        request_id  UUID,
        status      SMALLINT NOT NULL,
        body        TEXT NOT NULL,
        created_at  TIMESTAMPTZ NOT NULL DEFAULT now(),
        PRIMARY KEY (account_id, caller, key)
    )
    """,
    """
    CREATE TABLE order_requests (
        request_id    UUID PRIMARY KEY,
        account_id    VARCHAR(64) NOT NULL,
        symbol        VARCHAR(20) NOT NULL,
        option_symbol VARCHAR(50) NOT NULL,
        quantity      INTEGER NOT NULL,
        pricing       VARCHAR(10) NOT NULL,
        limit_price   NUMERIC(18, 4),
        requested_by  VARCHAR(128) NOT NULL,
        created_at    TIMESTAMPTZ NOT NULL
    )
    """,
)

CHANGES = (
    # who traded may be a person: "manual"
    "ALTER TABLE orders ALTER engine TYPE VARCHAR(10)",
    "ALTER TABLE trades ALTER engine TYPE VARCHAR(10)",
    "ALTER TABLE refactored_positions ALTER engine TYPE VARCHAR(10)",
    "ALTER TABLE trade_outcomes ALTER engine TYPE VARCHAR(10)",
    "ALTER TABLE trade_outcomes DROP CONSTRAINT trade_outcomes_engine_check",
    "ALTER TABLE trade_outcomes ADD CHECK (engine IN ('A', 'B', 'manual'))",
    "ALTER TABLE bias_trade_performance ALTER engine TYPE VARCHAR(10)",
)

INDEXES = (
    "idempotency_keys (created_at)",
    "idempotency_keys (account_id, request_id)",
    "order_requests (account_id, created_at DESC)",
    "close_requests (account_id, created_at DESC)",
    "control_changes (name, changed_at)",
)


def upgrade() -> None:
    for statement in (*TABLES, *CHANGES):
        op.execute(statement)
    for index in INDEXES:
        op.execute(f"CREATE INDEX ON {index}")
