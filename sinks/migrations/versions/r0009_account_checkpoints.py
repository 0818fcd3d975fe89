"""Accounts as they were folded up to a fact of the log. Derived: all of it may be dropped, and comes again.

It only adds: rows and queries of the revision before stay as they are.
"""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE account_checkpoints (
            account_id  TEXT NOT NULL,
            begun_with  CHAR(64) NOT NULL,
            facts       BIGINT NOT NULL,
            known_at    TIMESTAMPTZ NOT NULL,
            rank        INTEGER NOT NULL,
            "partition" SMALLINT NOT NULL,
            "offset"    BIGINT NOT NULL,
            state       TEXT NOT NULL,
            PRIMARY KEY (account_id, begun_with, facts)
        )
        """
    )
    op.execute("CREATE INDEX ON account_checkpoints (account_id, known_at)")
