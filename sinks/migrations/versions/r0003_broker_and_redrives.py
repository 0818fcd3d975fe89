"""What becomes of dead letters, and when somebody was told of them; orders at a live broker.

It only adds: rows and queries of the revision before stay as they are.
"""

from alembic import op

revision = "0003"
down_revision = "0002"

TABLES = [
    """
    CREATE TABLE dead_letter_updates (
        update_id      UUID PRIMARY KEY,
        dead_letter_id UUID NOT NULL,
        status         VARCHAR(20) NOT NULL CHECK (status IN ('redriven', 'discarded')),
        changed_by     VARCHAR(128) NOT NULL,
        reason         TEXT,
        created_at     TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE dead_letter_alerts (
        reader       TEXT NOT NULL,
        topic        TEXT NOT NULL,
        reason       VARCHAR(20) NOT NULL,
        alerted_at   TIMESTAMPTZ NOT NULL,
        delivered_at TIMESTAMPTZ,
        letters      BIGINT NOT NULL,
        PRIMARY KEY (reader, topic, reason)
    )
    """,
]

CHANGES = [
    "ALTER TABLE dead_letters ADD record TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE dead_letters ADD headers JSONB NOT NULL DEFAULT '{}'",
    "ALTER TABLE dead_letters ADD is_complete BOOLEAN NOT NULL DEFAULT true",
    "ALTER TABLE dead_letters ADD redrive_of UUID",
    # of letters and what became of them, whichever came first
    "ALTER TABLE dead_letters ADD status VARCHAR(20) NOT NULL DEFAULT 'open'",
    "ALTER TABLE dead_letters ADD attempts INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE dead_letters ADD redriven_at TIMESTAMPTZ",
    "ALTER TABLE dead_letters ADD changed_at TIMESTAMPTZ",
    "ALTER TABLE dead_letters ADD changed_by VARCHAR(128)",
    "ALTER TABLE dead_letters ADD change_reason TEXT",
]

INDEXES = [
    "dead_letter_updates (dead_letter_id)",
    "dead_letters (status, created_at DESC)",
]


TABLES += [
    # an order is on record here before its broker knows it
    """
    CREATE TABLE broker_orders (
        client_order_id TEXT PRIMARY KEY,
        order_id        TEXT NOT NULL UNIQUE,
        account_id      VARCHAR(64) NOT NULL,
        number          BIGSERIAL,
        placed          BYTEA NOT NULL,
        state           VARCHAR(10) NOT NULL CHECK (state IN ('intended', 'sent', 'working', 'ended')),
        chain           TEXT[] NOT NULL DEFAULT '{}',
        filled_quantity INTEGER NOT NULL DEFAULT 0,
        cancel_reason   TEXT,
        taken_at        TIMESTAMPTZ NOT NULL,
        sent_at         TIMESTAMPTZ
    )
    """,
    """
    CREATE TABLE broker_cancels (
        order_id     TEXT PRIMARY KEY,
        account_id   VARCHAR(64) NOT NULL,
        reason       TEXT NOT NULL,
        requested_at TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE broker_executions (
        order_id               TEXT NOT NULL,
        number                 INTEGER NOT NULL,
        filled_quantity        INTEGER NOT NULL,
        told                   INTEGER NOT NULL,
        quantity               INTEGER NOT NULL,
        price                  NUMERIC NOT NULL,
        broker_order_id        TEXT NOT NULL,
        broker_filled_quantity INTEGER NOT NULL,
        executed_at            TIMESTAMPTZ NOT NULL,
        execution_id           TEXT,
        is_busted              BOOLEAN NOT NULL,
        PRIMARY KEY (order_id, number)
    )
    """,
    # numbers are given in the order of the transactions: of an account only one is under way at a time
    """
    CREATE TABLE broker_outbox (
        number      BIGSERIAL PRIMARY KEY,
        account_id  VARCHAR(64) NOT NULL,
        topic       TEXT NOT NULL,
        key         TEXT NOT NULL,
        event_id    TEXT NOT NULL UNIQUE,
        occurred_at TIMESTAMPTZ NOT NULL,
        value       BYTEA NOT NULL,
        sent_at     TIMESTAMPTZ
    )
    """,
    """
    CREATE TABLE reconciliation_requests (
        request_id   UUID PRIMARY KEY,
        account_id   VARCHAR(64) NOT NULL,
        requested_by VARCHAR(128) NOT NULL,
        requested_at TIMESTAMPTZ NOT NULL,
        answered_at  TIMESTAMPTZ
    )
    """,
    """
    CREATE TABLE reconciliations (
        reconciliation_id UUID PRIMARY KEY,
        account_id        VARCHAR(64) NOT NULL,
        cause             VARCHAR(10) NOT NULL,
        orders            INTEGER NOT NULL,
        positions         INTEGER NOT NULL,
        differences       JSONB NOT NULL,
        paused            TEXT[] NOT NULL,
        created_at        TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE broker_reports (
        report_id             UUID PRIMARY KEY,
        account_id            VARCHAR(64) NOT NULL,
        cash                  NUMERIC(18, 2) NOT NULL,
        equity                NUMERIC(18, 2) NOT NULL,
        buying_power          NUMERIC(18, 2) NOT NULL,
        options_buying_power  NUMERIC(18, 2) NOT NULL,
        day_trades            INTEGER NOT NULL,
        is_pattern_day_trader BOOLEAN NOT NULL,
        is_blocked            BOOLEAN NOT NULL,
        cash_difference       NUMERIC(18, 2) NOT NULL,
        created_at            TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE cancel_requests (
        request_id      UUID PRIMARY KEY,
        account_id      VARCHAR(64) NOT NULL,
        order_id        UUID NOT NULL,
        client_order_id VARCHAR(128) NOT NULL,
        symbol          VARCHAR(20) NOT NULL,
        reason          TEXT NOT NULL,
        created_at      TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE position_adjustments (
        adjustment_id UUID PRIMARY KEY,
        account_id    VARCHAR(64) NOT NULL,
        position_id   UUID NOT NULL,
        symbol        VARCHAR(20) NOT NULL,
        option_symbol VARCHAR(50) NOT NULL,
        quantity      INTEGER NOT NULL,
        price         NUMERIC(18, 4) NOT NULL,
        reason        TEXT NOT NULL,
        created_at    TIMESTAMPTZ NOT NULL
    )
    """,
]

_STATUSES = (
    "'pending_execution', 'accepted', 'partially_filled', 'filled', 'failed', 'canceled', 'expired', 'busted', "
    "'corrected'"
)

CHANGES += [
    "ALTER TABLE order_updates DROP CONSTRAINT order_updates_status_check",
    f"ALTER TABLE order_updates ADD CHECK (status IN ({_STATUSES}))",
    "ALTER TABLE order_updates ADD quantity INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE order_updates ADD price NUMERIC(18, 4)",
    "ALTER TABLE order_updates ADD was_price NUMERIC(18, 4)",
    "ALTER TABLE order_updates ADD filled_quantity INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE order_updates ADD broker_order_id TEXT",
    "ALTER TABLE orders DROP CONSTRAINT orders_status_check",
    f"ALTER TABLE orders ADD CHECK (status IN ({_STATUSES}))",
    "ALTER TABLE orders ADD filled_quantity INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE orders ADD broker_order_id TEXT",
    "ALTER TABLE orders ADD pricing VARCHAR(10) NOT NULL DEFAULT 'limit'",
    "ALTER TABLE orders ADD step INTEGER NOT NULL DEFAULT 0",
    # an execution that a broker took back is a fill below zero
    "ALTER TABLE trades DROP CONSTRAINT trades_fill_quantity_check",
    "ALTER TABLE trades ADD CHECK (fill_quantity <> 0)",
    "ALTER TABLE trades ADD undoes TEXT",
]

INDEXES += [
    "broker_orders (account_id) WHERE state <> 'ended'",
    "broker_orders (sent_at)",
    "broker_orders USING gin (chain)",
    "broker_outbox (account_id, number) WHERE sent_at IS NULL",
    "reconciliation_requests (account_id) WHERE answered_at IS NULL",
    "reconciliations (account_id, created_at DESC)",
    "broker_reports (account_id, created_at DESC)",
    "cancel_requests (order_id)",
    "position_adjustments (position_id)",
]


def upgrade() -> None:
    for statement in (*TABLES, *CHANGES):
        op.execute(statement)
    for index in INDEXES:
        op.execute(f"CREATE INDEX ON {index}")
