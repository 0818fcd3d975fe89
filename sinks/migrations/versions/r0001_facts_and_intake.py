"""Facts of the platform as tables, and what the intake needs to take each alert once.

No foreign keys between facts: topics arrive in any order. Prices keep four decimals and amounts two, as the events do.
"""

from alembic import op

revision = "0001"
down_revision = None

TABLES = (
    """
    CREATE TABLE signals (
        signal_id           UUID PRIMARY KEY,
        account_id          VARCHAR(64) NOT NULL,
        symbol              VARCHAR(20) NOT NULL,
        direction           VARCHAR(10) NOT NULL CHECK (direction IN ('long', 'short')),
        timeframe           VARCHAR(10) NOT NULL,
        timestamp           TIMESTAMPTZ NOT NULL,
        price               NUMERIC(18, 4),
        confidence          NUMERIC(18, 4),
        sequence_number     BIGINT,
        status              VARCHAR(20) NOT NULL DEFAULT 'pending'
                            CHECK (status IN ('pending', 'approved', 'rejected')),
        raw_payload         JSONB,
        signal_hash         VARCHAR(64),
        is_test             BOOLEAN NOT NULL DEFAULT false,
        test_session_id     VARCHAR(128),
        test_scenario       VARCHAR(128),
        rejection_reason    TEXT,
        processed           BOOLEAN NOT NULL DEFAULT false,
        experiment_id       UUID,
        meta_gamma          JSONB,
        queued_until        TIMESTAMPTZ,
        queued_at           TIMESTAMPTZ,
        queue_reason        VARCHAR(100),
        processing_attempts INTEGER NOT NULL DEFAULT 0,
        next_retry_at       TIMESTAMPTZ,
        created_at          TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE webhook_events (
        event_id           UUID PRIMARY KEY,
        request_id         UUID,
        signal_id          UUID,
        experiment_id      UUID,
        variant            VARCHAR(1),
        status             VARCHAR(30) NOT NULL,
        error_message      TEXT,
        symbol             VARCHAR(20),
        direction          VARCHAR(10),
        timeframe          VARCHAR(10),
        processing_time_ms INTEGER,
        raw_payload        JSONB,
        is_test            BOOLEAN NOT NULL DEFAULT false,
        test_session_id    VARCHAR(128),
        test_scenario      VARCHAR(128),
        created_at         TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE webhook_dedup (
        account_id  VARCHAR(64) NOT NULL,
        symbol      VARCHAR(20) NOT NULL,
        direction   VARCHAR(10) NOT NULL,
        timeframe   VARCHAR(10) NOT NULL,
        is_test     BOOLEAN NOT NULL,
        accepted_at TIMESTAMPTZ NOT NULL,
        signal_id   UUID NOT NULL,
        PRIMARY KEY (account_id, symbol, direction, timeframe, is_test)
    )
    """,
    """
    CREATE TABLE signal_spool (
        spool_id     BIGSERIAL PRIMARY KEY,
        topic        TEXT NOT NULL,
        key          TEXT NOT NULL,
        partition    INTEGER NOT NULL,
        event_id     UUID NOT NULL,
        value        BYTEA NOT NULL,
        headers      JSONB NOT NULL DEFAULT '{}',
        created_at   TIMESTAMPTZ NOT NULL,
        forwarded_at TIMESTAMPTZ,
        UNIQUE (topic, event_id)
    )
    """,
    """
    CREATE TABLE refactored_signals (
        refactored_signal_id UUID PRIMARY KEY,
        signal_id            UUID NOT NULL,
        account_id           VARCHAR(64) NOT NULL,
        enriched_data        JSONB NOT NULL,
        context_hash         VARCHAR(64) NOT NULL,
        risk_check_result    JSONB,
        rejection_reason     TEXT,
        processed_at         TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE decisions (
        decision_id      UUID PRIMARY KEY,
        signal_id        UUID NOT NULL UNIQUE,
        account_id       VARCHAR(64) NOT NULL,
        proposal_id      UUID NOT NULL,
        symbol           VARCHAR(20) NOT NULL,
        direction        VARCHAR(10) NOT NULL CHECK (direction IN ('long', 'short')),
        timeframe        VARCHAR(10) NOT NULL,
        is_test          BOOLEAN NOT NULL,
        status           VARCHAR(20) NOT NULL CHECK (status IN ('approved', 'rejected')),
        rejection_reason TEXT,
        codes            TEXT[] NOT NULL,
        gates            JSONB NOT NULL,
        recommendation   JSONB,
        experiment       JSONB NOT NULL,
        policy           JSONB NOT NULL,
        context_hash     VARCHAR(64) NOT NULL,
        order_id         UUID,
        created_at       TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE orders (
        order_id        UUID PRIMARY KEY,
        client_order_id VARCHAR(128) NOT NULL,
        account_id      VARCHAR(64) NOT NULL,
        signal_id       UUID,
        position_id     UUID NOT NULL,
        symbol          VARCHAR(20) NOT NULL,
        option_symbol   VARCHAR(50) NOT NULL,
        strike          NUMERIC(18, 4) NOT NULL,
        expiration      DATE NOT NULL,
        type            VARCHAR(10) NOT NULL CHECK (type IN ('call', 'put')),
        direction       VARCHAR(10) NOT NULL CHECK (direction IN ('long', 'short')),
        side            VARCHAR(20) NOT NULL CHECK (side IN ('buy_to_open', 'sell_to_close')),
        quantity        INTEGER NOT NULL CHECK (quantity > 0),
        limit_price     NUMERIC(18, 4) NOT NULL,
        order_type      VARCHAR(20) NOT NULL CHECK (order_type IN ('paper', 'live')),
        status          VARCHAR(20) NOT NULL DEFAULT 'pending_execution'
                        CHECK (status IN ('pending_execution', 'filled', 'failed')),
        failure_reason  TEXT,
        exit_reason     TEXT,
        trigger_price   NUMERIC(18, 4),
        engine          VARCHAR(1),
        experiment_id   UUID,
        is_test         BOOLEAN NOT NULL,
        expires_at      TIMESTAMPTZ,
        filled_at       TIMESTAMPTZ,
        created_at      TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE order_updates (
        update_id  UUID PRIMARY KEY,
        account_id VARCHAR(64) NOT NULL,
        order_id   UUID NOT NULL,
        symbol     VARCHAR(20) NOT NULL,
        status     VARCHAR(20) NOT NULL CHECK (status IN ('pending_execution', 'filled', 'failed')),
        reason     TEXT,
        created_at TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE trades (
        trade_id       UUID PRIMARY KEY,
        order_id       UUID NOT NULL,
        account_id     VARCHAR(64) NOT NULL,
        position_id    UUID NOT NULL,
        signal_id      UUID NOT NULL,
        symbol         VARCHAR(20) NOT NULL,
        option_symbol  VARCHAR(50) NOT NULL,
        side           VARCHAR(20) NOT NULL CHECK (side IN ('buy_to_open', 'sell_to_close')),
        fill_price     NUMERIC(18, 4) NOT NULL,
        fill_quantity  INTEGER NOT NULL CHECK (fill_quantity > 0),
        fill_timestamp TIMESTAMPTZ NOT NULL,
        commission     NUMERIC(18, 2) NOT NULL DEFAULT 0,
        engine         VARCHAR(1),
        experiment_id  UUID,
        is_test        BOOLEAN NOT NULL,
        created_at     TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE refactored_positions (
        position_id          UUID PRIMARY KEY,
        account_id           VARCHAR(64) NOT NULL,
        signal_id            UUID NOT NULL,
        symbol               VARCHAR(20) NOT NULL,
        option_symbol        VARCHAR(50) NOT NULL,
        strike               NUMERIC(18, 4) NOT NULL,
        expiration           DATE NOT NULL,
        type                 VARCHAR(10) NOT NULL CHECK (type IN ('call', 'put')),
        direction            VARCHAR(10) NOT NULL CHECK (direction IN ('long', 'short')),
        quantity             INTEGER NOT NULL CHECK (quantity > 0),
        entry_order_id       UUID NOT NULL,
        exit_order_id        UUID,
        entry_price          NUMERIC(18, 4) NOT NULL,
        exit_price           NUMERIC(18, 4),
        current_price        NUMERIC(18, 4),
        unrealized_pnl       NUMERIC(18, 2),
        realized_pnl         NUMERIC(18, 2),
        status               VARCHAR(20) NOT NULL CHECK (status IN ('open', 'closing', 'closed')),
        entry_timestamp      TIMESTAMPTZ NOT NULL,
        exit_timestamp       TIMESTAMPTZ,
        exit_reason          TEXT,
        engine               VARCHAR(1),
        experiment_id        UUID,
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
    CREATE TABLE experiments (
        experiment_id    UUID PRIMARY KEY,
        signal_id        UUID NOT NULL,
        variant          VARCHAR(1) NOT NULL CHECK (variant IN ('A', 'B')),
        assignment_hash  VARCHAR(64) NOT NULL,
        bucket           NUMERIC(18, 4) NOT NULL,
        split_percentage INTEGER NOT NULL,
        policy_version   VARCHAR(20) NOT NULL,
        created_at       TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE execution_policies (
        policy_id       UUID PRIMARY KEY,
        experiment_id   UUID NOT NULL,
        execution_mode  VARCHAR(30) NOT NULL,
        executed_engine VARCHAR(1),
        shadow_engine   VARCHAR(1),
        reason          TEXT NOT NULL,
        policy_version  VARCHAR(20) NOT NULL,
        created_at      TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE decision_recommendations (
        experiment_id UUID NOT NULL,
        engine        VARCHAR(1) NOT NULL CHECK (engine IN ('A', 'B')),
        signal_id     UUID NOT NULL,
        symbol        VARCHAR(20) NOT NULL,
        direction     VARCHAR(10) NOT NULL,
        timeframe     VARCHAR(10) NOT NULL,
        option_symbol VARCHAR(50) NOT NULL,
        strike        NUMERIC(18, 4) NOT NULL,
        expiration    DATE NOT NULL,
        quantity      INTEGER NOT NULL,
        entry_price   NUMERIC(18, 4) NOT NULL,
        is_shadow     BOOLEAN NOT NULL,
        rationale     JSONB NOT NULL,
        PRIMARY KEY (experiment_id, engine)
    )
    """,
    """
    CREATE TABLE agent_decisions (
        decision_id   UUID PRIMARY KEY,
        experiment_id UUID NOT NULL,
        signal_id     UUID NOT NULL,
        account_id    VARCHAR(64) NOT NULL,
        agent_name    VARCHAR(50) NOT NULL,
        agent_type    VARCHAR(20) NOT NULL,
        bias          VARCHAR(20) NOT NULL,
        confidence    INTEGER NOT NULL,
        reasons       JSONB NOT NULL,
        block         BOOLEAN NOT NULL,
        metadata      JSONB NOT NULL,
        context_hash  VARCHAR(64) NOT NULL,
        created_at    TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE bias_state_current (
        symbol     VARCHAR(20) PRIMARY KEY,
        state      JSONB NOT NULL,
        event_id   UUID NOT NULL,
        updated_at TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE bias_trade_performance (
        id                 UUID PRIMARY KEY,
        account_id         VARCHAR(64) NOT NULL,
        position_id        UUID NOT NULL,
        symbol             VARCHAR(20) NOT NULL,
        direction          VARCHAR(10) NOT NULL,
        pnl_r              NUMERIC NOT NULL,
        pnl_percent        NUMERIC NOT NULL,
        duration_minutes   INTEGER NOT NULL,
        entry_bias_score   NUMERIC,
        entry_macro_class  VARCHAR(50),
        entry_regime       VARCHAR(50),
        entry_intent       VARCHAR(50),
        entry_acceleration NUMERIC,
        exit_reason_codes  TEXT[] NOT NULL,
        source             VARCHAR(20) NOT NULL CHECK (source IN ('live', 'simulation')),
        created_at         TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE dead_letters (
        dead_letter_id UUID PRIMARY KEY,
        reader         TEXT NOT NULL,
        topic          TEXT NOT NULL,
        partition      INTEGER NOT NULL,
        "offset"       BIGINT NOT NULL,
        reason         VARCHAR(20) NOT NULL,
        error          TEXT NOT NULL,
        key            BYTEA,
        value          BYTEA,
        created_at     TIMESTAMPTZ NOT NULL
    )
    """,
)

INDEXES = (
    "signals (status)",
    "signals (created_at DESC)",
    "signals (symbol)",
    "signals (timestamp DESC)",
    "webhook_events (created_at DESC)",
    "webhook_events (status)",
    "webhook_events (variant)",
    "webhook_events (signal_id)",
    "signal_spool (spool_id) WHERE forwarded_at IS NULL",
    "refactored_signals (signal_id)",
    "decisions (account_id, created_at DESC)",
    "orders (status)",
    "orders (signal_id)",
    "orders (symbol)",
    "orders (order_type)",
    "orders (position_id)",
    "orders (account_id, created_at DESC)",
    "order_updates (order_id)",
    "trades (order_id)",
    "trades (position_id)",
    "trades (fill_timestamp DESC)",
    "refactored_positions (status)",
    "refactored_positions (symbol)",
    "refactored_positions (expiration)",
    "refactored_positions (account_id, created_at DESC)",
    "experiments (signal_id)",
    "execution_policies (experiment_id)",
    "decision_recommendations (signal_id)",
    "agent_decisions (signal_id)",
    "agent_decisions (experiment_id)",
    "bias_trade_performance (position_id)",
    "bias_trade_performance (created_at DESC)",
    "dead_letters (created_at DESC)",
    "dead_letters (topic)",
)


def upgrade() -> None:
    for table in TABLES:
        op.execute(table)
    for index in INDEXES:
        op.execute(f"CREATE INDEX ON {index}")
