"""Both engines, shadow trades, partial exits, waiting signals, outcomes, figures, and what was changed at run time.

It only adds: rows and queries of the revision before stay as they are.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = (
    """
    CREATE TABLE signal_updates (
        update_id  UUID PRIMARY KEY,
        signal_id  UUID NOT NULL,
        account_id VARCHAR(64) NOT NULL,
        symbol     VARCHAR(20) NOT NULL,
        status     VARCHAR(20) NOT NULL CHECK (status IN ('queued', 'retrying', 'released')),
        reason     TEXT NOT NULL,
        until      TIMESTAMPTZ,
        created_at TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE market_contexts (
        context_id    UUID PRIMARY KEY,
        signal_id     UUID NOT NULL,
        account_id    VARCHAR(64) NOT NULL,
        timestamp     TIMESTAMPTZ NOT NULL,
        symbol        VARCHAR(20) NOT NULL,
        current_price NUMERIC(18, 4),
        bid           NUMERIC(18, 4),
        ask           NUMERIC(18, 4),
        volume        BIGINT,
        indicators    JSONB NOT NULL,
        context_hash  VARCHAR(64) NOT NULL
    )
    """,
    """
    CREATE TABLE shadow_trades (
        shadow_trade_id     UUID PRIMARY KEY,
        account_id          VARCHAR(64) NOT NULL,
        experiment_id       UUID NOT NULL,
        signal_id           UUID NOT NULL,
        position_id         UUID NOT NULL,
        symbol              VARCHAR(20) NOT NULL,
        option_symbol       VARCHAR(50) NOT NULL,
        strike              NUMERIC(18, 4) NOT NULL,
        expiration          DATE NOT NULL,
        type                VARCHAR(10) NOT NULL CHECK (type IN ('call', 'put')),
        direction           VARCHAR(10) NOT NULL CHECK (direction IN ('long', 'short')),
        quantity            INTEGER NOT NULL CHECK (quantity > 0),
        entry_price         NUMERIC(18, 4) NOT NULL,
        entry_timestamp     TIMESTAMPTZ NOT NULL,
        engine              VARCHAR(1) NOT NULL,
        contributing_agents JSONB NOT NULL,
        meta_confidence     INTEGER,
        dealer_decision     JSONB,
        expires_at          TIMESTAMPTZ,
        is_test             BOOLEAN NOT NULL,
        created_at          TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE shadow_fills (
        fill_id         UUID PRIMARY KEY,
        shadow_trade_id UUID NOT NULL,
        account_id      VARCHAR(64) NOT NULL,
        position_id     UUID NOT NULL,
        symbol          VARCHAR(20) NOT NULL,
        option_symbol   VARCHAR(50) NOT NULL,
        side            VARCHAR(20) NOT NULL CHECK (side IN ('buy_to_open', 'sell_to_close')),
        fill_price      NUMERIC(18, 4) NOT NULL,
        fill_quantity   INTEGER NOT NULL CHECK (fill_quantity > 0),
        fill_timestamp  TIMESTAMPTZ NOT NULL,
        exit_reason     TEXT,
        engine          VARCHAR(1) NOT NULL,
        created_at      TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE shadow_positions (
        shadow_position_id   UUID PRIMARY KEY,
        shadow_trade_id      UUID NOT NULL,
        account_id           VARCHAR(64) NOT NULL,
        signal_id            UUID NOT NULL,
        symbol               VARCHAR(20) NOT NULL,
        option_symbol        VARCHAR(50) NOT NULL,
        strike               NUMERIC(18, 4) NOT NULL,
        expiration           DATE NOT NULL,
        type                 VARCHAR(10) NOT NULL CHECK (type IN ('call', 'put')),
        direction            VARCHAR(10) NOT NULL CHECK (direction IN ('long', 'short')),
        quantity             INTEGER NOT NULL CHECK (quantity >= 0),
        initial_quantity     INTEGER NOT NULL CHECK (initial_quantity > 0),
        partial_exits        INTEGER NOT NULL DEFAULT 0,
        entry_price          NUMERIC(18, 4) NOT NULL,
        exit_price           NUMERIC(18, 4),
        current_price        NUMERIC(18, 4),
        unrealized_pnl       NUMERIC(18, 2),
        realized_pnl         NUMERIC(18, 2),
        status               VARCHAR(20) NOT NULL CHECK (status IN ('open', 'closing', 'closed')),
        entry_timestamp      TIMESTAMPTZ NOT NULL,
        exit_timestamp       TIMESTAMPTZ,
        exit_reason          TEXT,
        exit_codes           TEXT[] NOT NULL DEFAULT '{}',
        engine               VARCHAR(1) NOT NULL,
        experiment_id        UUID NOT NULL,
        is_test              BOOLEAN NOT NULL,
        entry_bias_score     NUMERIC,
        entry_regime_type    VARCHAR(50),
        entry_mode_hint      VARCHAR(50),
        entry_macro_class    VARCHAR(50),
        entry_acceleration_state_strength_delta NUMERIC,
        position_pnl_percent NUMERIC,
        pnl_r                NUMERIC,
        last_updated         TIMESTAMPTZ NOT NULL,
        created_at           TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE trade_outcomes (
        outcome_id       UUID PRIMARY KEY,
        experiment_id    UUID NOT NULL,
        engine           VARCHAR(1) NOT NULL CHECK (engine IN ('A', 'B')),
        trade_id         UUID NOT NULL,
        account_id       VARCHAR(64) NOT NULL,
        position_id      UUID NOT NULL,
        signal_id        UUID NOT NULL,
        symbol           VARCHAR(20) NOT NULL,
        direction        VARCHAR(10) NOT NULL,
        quantity         INTEGER NOT NULL,
        entry_price      NUMERIC(18, 4) NOT NULL,
        exit_price       NUMERIC(18, 4) NOT NULL,
        pnl              NUMERIC(18, 2) NOT NULL,
        pnl_percent      NUMERIC(18, 2) NOT NULL,
        pnl_r            NUMERIC(18, 2) NOT NULL,
        exit_reason      TEXT NOT NULL,
        exit_codes       TEXT[] NOT NULL,
        partial_exits    INTEGER NOT NULL,
        entry_time       TIMESTAMPTZ NOT NULL,
        exit_time        TIMESTAMPTZ NOT NULL,
        duration_minutes INTEGER NOT NULL,
        is_shadow        BOOLEAN NOT NULL,
        is_test          BOOLEAN NOT NULL
    )
    """,
    """
    CREATE TABLE agent_performance (
        account_id       VARCHAR(64) NOT NULL,
        agent_name       VARCHAR(50) NOT NULL,
        is_shadow        BOOLEAN NOT NULL,
        trades           INTEGER NOT NULL,
        wins             INTEGER NOT NULL,
        win_rate         NUMERIC(18, 4) NOT NULL,
        avg_win          NUMERIC(18, 2),
        avg_loss         NUMERIC(18, 2),
        expectancy       NUMERIC(18, 2) NOT NULL,
        pnl_won          NUMERIC(18, 2) NOT NULL,
        pnl_lost         NUMERIC(18, 2) NOT NULL,
        pnl_r            NUMERIC(18, 2) NOT NULL,
        duration_minutes BIGINT NOT NULL,
        updated_at       TIMESTAMPTZ NOT NULL,
        PRIMARY KEY (account_id, agent_name, is_shadow)
    )
    """,
    """
    CREATE TABLE performance_figures (
        account_id       VARCHAR(64) NOT NULL,
        dimension        VARCHAR(20) NOT NULL,
        name             VARCHAR(50) NOT NULL,
        is_shadow        BOOLEAN NOT NULL,
        trades           INTEGER NOT NULL,
        wins             INTEGER NOT NULL,
        win_rate         NUMERIC(18, 4) NOT NULL,
        avg_win          NUMERIC(18, 2),
        avg_loss         NUMERIC(18, 2),
        expectancy       NUMERIC(18, 2) NOT NULL,
        pnl_won          NUMERIC(18, 2) NOT NULL,
        pnl_lost         NUMERIC(18, 2) NOT NULL,
        pnl_r            NUMERIC(18, 2) NOT NULL,
        duration_minutes BIGINT NOT NULL,
        updated_at       TIMESTAMPTZ NOT NULL,
        PRIMARY KEY (account_id, dimension, name, is_shadow)
    )
    """,
    """
    CREATE TABLE bias_adaptive_config_history (
        id         UUID PRIMARY KEY,
        account_id VARCHAR(64) NOT NULL,
        config_key VARCHAR(100) NOT NULL,
        old_value  JSONB NOT NULL,
        new_value  JSONB NOT NULL,
        reason     TEXT NOT NULL,
        applied    BOOLEAN NOT NULL,
        created_at TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE close_requests (
        request_id   UUID PRIMARY KEY,
        account_id   VARCHAR(64) NOT NULL,
        symbol       VARCHAR(20) NOT NULL,
        position_id  UUID NOT NULL,
        reason       TEXT NOT NULL,
        requested_by VARCHAR(128) NOT NULL,
        quantity     INTEGER,
        created_at   TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE control_changes (
        change_id  UUID PRIMARY KEY,
        name       VARCHAR(128) NOT NULL,
        value      JSONB NOT NULL,
        changed_by VARCHAR(128) NOT NULL,
        changed_at TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE controls (
        name       VARCHAR(128) PRIMARY KEY,
        value      JSONB NOT NULL,
        changed_by VARCHAR(128) NOT NULL,
        changed_at TIMESTAMPTZ NOT NULL,
        change_id  UUID NOT NULL
    )
    """,
)

CHANGES = (
    "ALTER TABLE decisions ADD recommendations JSONB NOT NULL DEFAULT '[]'",
    "ALTER TABLE decisions ADD shadow_gates JSONB NOT NULL DEFAULT '[]'",
    "ALTER TABLE decisions ADD order_ids UUID[] NOT NULL DEFAULT '{}'",
    "ALTER TABLE experiments ADD account_id VARCHAR(64), ADD symbol VARCHAR(20), ADD timeframe VARCHAR(10)",
    "ALTER TABLE experiments ADD is_test BOOLEAN",
    """
    UPDATE experiments AS e
       SET account_id = d.account_id, symbol = d.symbol, timeframe = d.timeframe, is_test = d.is_test
      FROM decisions AS d WHERE d.signal_id = e.signal_id
    """,
    "ALTER TABLE execution_policies ADD executed_engines TEXT[] NOT NULL DEFAULT '{}'",
    "ALTER TABLE execution_policies ADD shares JSONB NOT NULL DEFAULT '{}'",
    "ALTER TABLE agent_decisions ADD engine VARCHAR(1)",
    "ALTER TABLE orders ADD remaining_quantity INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE orders ADD exit_codes TEXT[] NOT NULL DEFAULT '{}'",
    "ALTER TABLE trades ADD exit_reason TEXT",
    "ALTER TABLE refactored_positions ADD initial_quantity INTEGER",
    "UPDATE refactored_positions SET initial_quantity = quantity",
    "ALTER TABLE refactored_positions ADD partial_exits INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE refactored_positions ADD exit_codes TEXT[] NOT NULL DEFAULT '{}'",
    # all is sold a moment before the end is told
    "ALTER TABLE refactored_positions DROP CONSTRAINT refactored_positions_quantity_check",
    "ALTER TABLE refactored_positions ADD CHECK (quantity >= 0)",
    "ALTER TABLE bias_trade_performance ADD is_shadow BOOLEAN NOT NULL DEFAULT false",
    "ALTER TABLE bias_trade_performance ADD is_test BOOLEAN NOT NULL DEFAULT false",
    "ALTER TABLE bias_trade_performance ADD engine VARCHAR(1)",
    "ALTER TABLE bias_trade_performance ADD exit_reason TEXT",
)

VIEWS = (
    """
    CREATE VIEW feature_flags AS
    SELECT change_id AS flag_id, substr(name, length('flag.') + 1) AS name,
           (value ->> 'enabled')::boolean AS enabled, changed_at AS updated_at, changed_by AS updated_by
      FROM controls WHERE split_part(name, '.', 1) = 'flag'
    """,
    """
    CREATE VIEW exit_rules AS
    SELECT change_id AS rule_id, substr(name, length('exit_rules.') + 1) AS rule_name,
           (value ->> 'profit_target_percent')::numeric AS profit_target_percent,
           (value ->> 'stop_loss_percent')::numeric AS stop_loss_percent,
           (value ->> 'max_hold_time_hours')::integer AS max_hold_time_hours,
           (value ->> 'min_dte_exit')::integer AS min_dte_exit,
           coalesce((value ->> 'enabled')::boolean, true) AS enabled
      FROM controls WHERE split_part(name, '.', 1) = 'exit_rules'
    """,
    """
    CREATE VIEW risk_limits AS
    SELECT change_id AS limit_id, substr(name, length('risk_limits.') + 1) AS limit_name,
           (value ->> 'max_position_size')::integer AS max_position_size,
           (value ->> 'max_total_exposure')::numeric AS max_total_exposure,
           (value ->> 'max_exposure_percent')::numeric AS max_exposure_percent,
           (value ->> 'max_positions_per_symbol')::integer AS max_positions_per_symbol,
           coalesce((value ->> 'enabled')::boolean, true) AS enabled
      FROM controls WHERE split_part(name, '.', 1) = 'risk_limits'
    """,
)
"""Tables that once held what controls hold now, for whoever reads them; null: as configured."""

INDEXES = (
    "signal_updates (signal_id)",
    "market_contexts (signal_id)",
    "shadow_trades (account_id, created_at DESC)",
    "shadow_trades (signal_id)",
    "shadow_fills (position_id)",
    "shadow_positions (account_id, entry_timestamp DESC)",
    "shadow_positions (signal_id)",
    "trade_outcomes (account_id, exit_time DESC)",
    "trade_outcomes (experiment_id)",
    "experiments (account_id, created_at DESC)",
    "agent_decisions (account_id, agent_name)",
    "bias_adaptive_config_history (created_at DESC)",
    "close_requests (position_id)",
    "control_changes (name, changed_at DESC)",
)


def upgrade() -> None:
    for statement in (*TABLES, *CHANGES, *VIEWS):
        op.execute(statement)
    for index in INDEXES:
        op.execute(f"CREATE INDEX ON {index}")
