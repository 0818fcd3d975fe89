"""Who may ask: users, their sessions, and the keys of services.

It only adds. These are no facts from topics: they are written here only, so they may refer to each other.
"""

from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = [
    # configured_*: what the settings said when they were last heard; the digest is SHA-256 of the hash they named
    """
    CREATE TABLE users (
        user_id            UUID PRIMARY KEY,
        username           VARCHAR(128) NOT NULL UNIQUE,
        account_id         VARCHAR(64) NOT NULL,
        role               VARCHAR(10) NOT NULL CHECK (role IN ('admin', 'trader', 'viewer')),
        password_hash      TEXT NOT NULL,
        is_disabled        BOOLEAN NOT NULL DEFAULT false,
        configured_digest  BYTEA,
        configured_account VARCHAR(64),
        created_at         TIMESTAMPTZ NOT NULL,
        changed_at         TIMESTAMPTZ NOT NULL
    )
    """,
    # a session is there as long as it opens anything
    """
    CREATE TABLE sessions (
        session_id UUID PRIMARY KEY,
        user_id    UUID NOT NULL REFERENCES users,
        address    TEXT NOT NULL,
        created_at TIMESTAMPTZ NOT NULL,
        expires_at TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE api_keys (
        key_id        UUID PRIMARY KEY,
        prefix        VARCHAR(16) NOT NULL UNIQUE,
        secret_digest BYTEA NOT NULL,
        name          VARCHAR(64) NOT NULL,
        account_id    VARCHAR(64) NOT NULL,
        permissions   TEXT[] NOT NULL CHECK (permissions <@ '{read,trade}' AND permissions <> '{}'),
        created_by    VARCHAR(128) NOT NULL,
        created_at    TIMESTAMPTZ NOT NULL,
        expires_at    TIMESTAMPTZ,
        revoked_at    TIMESTAMPTZ,
        last_used_at  TIMESTAMPTZ
    )
    """,
]

INDEXES = [
    "users (created_at DESC, user_id DESC)",
    "sessions (user_id)",
    "api_keys (created_at DESC, key_id DESC)",
]


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    for index in INDEXES:
        op.execute(f"CREATE INDEX ON {index}")
