"""A minute's prices of underlyings, and of contracts that were bought: what charts and curves are drawn from.

It only adds: rows and queries of the revision before stay as they are.
"""

from alembic import op

revision = "0009"
down_revision = "0008"

TABLES = (
    # first and last: by them a price that is told again, or late, opens or closes what it did before
    """
    CREATE TABLE price_bars (
        symbol   VARCHAR(50) NOT NULL,
        start    TIMESTAMPTZ NOT NULL,
        open     NUMERIC(18, 4) NOT NULL,
        high     NUMERIC(18, 4) NOT NULL,
        low      NUMERIC(18, 4) NOT NULL,
        close    NUMERIC(18, 4) NOT NULL,
        first_at TIMESTAMPTZ NOT NULL,
        last_at  TIMESTAMPTZ NOT NULL,
        PRIMARY KEY (symbol, start)
    )
    """,
)

INDEXES = ("position_adjustments (account_id, created_at)",)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    for index in INDEXES:
        op.execute(f"CREATE INDEX ON {index}")
