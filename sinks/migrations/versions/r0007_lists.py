"""Whose address a webhook came to, and what lists are read by.

It only adds. Webhooks from before that led to a signal are its account's; of the others nobody can say it any more.
"""

from alembic import op

revision = "0007"
down_revision = "0006"

CHANGES = (
    "ALTER TABLE webhook_events ADD account_id VARCHAR(64)",
    """
    UPDATE webhook_events AS w SET account_id = s.account_id
      FROM signals AS s WHERE s.signal_id = w.signal_id
    """,
)

INDEXES = (
    # each ends as its list is ordered: a page is read from where the one before ended, and nothing is sorted
    "webhook_events (account_id, created_at DESC, event_id DESC)",
    "signals (account_id, created_at DESC, signal_id DESC)",
    "trades (account_id, fill_timestamp DESC, trade_id DESC)",
    "refactored_positions (account_id, exit_timestamp DESC, position_id DESC) WHERE status = 'closed'",
    # what an agent said last, and the outcome of one position
    "agent_decisions (account_id, agent_name, created_at DESC)",
    "trade_outcomes (position_id)",
)


def upgrade() -> None:
    for statement in CHANGES:
        op.execute(statement)
    for index in INDEXES:
        op.execute(f"CREATE INDEX ON {index}")
