"""Settings: one frozen object in groups, from the environment and `.env`, built in the entry point and passed on."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import NoDecode

from streams.limit_settings import RequestLimits as RequestLimits
from streams.security_settings import HASHED as HASHED
from streams.security_settings import Security as Security
from streams.setting_group import Group, Origin, Percent, Provider, Share, empty_is_zero, listed, upper_listed
from streams.setting_group import Network as Network


class InvalidSettings(Exception):
    """A setting is bad or missing; the text names it and says what is wrong."""


class Server(Group):
    """Where the API listens, and how much is said in the log."""

    host: str = Field(default="127.0.0.1", alias="HOST")
    port: int = Field(default=8080, alias="PORT", ge=0, le=65535)
    app_mode: Literal["PAPER", "LIVE"] = Field(default="PAPER", alias="APP_MODE")
    metrics_host: str = Field(default="127.0.0.1", alias="METRICS_HOST")
    metrics_port: int = Field(default=0, alias="METRICS_PORT", ge=0, le=65535, description="0: none")
    worker_metrics: Annotated[tuple[str, ...], NoDecode, BeforeValidator(listed)] = Field(
        default=(), alias="WORKER_METRICS", description="host:port of each worker's metrics, for /health/ready"
    )
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(listed)] = Field(
        default=(), alias="TRUSTED_PROXIES", description="whose X-Forwarded-For says where a request comes from"
    )
    cors_origins: Annotated[tuple[Origin, ...], NoDecode, BeforeValidator(listed)] = Field(
        default=(), alias="CORS_ORIGINS", description="of pages, beside the platform's own, that may read answers"
    )
    guard_metrics: Annotated[tuple[str, ...], NoDecode, BeforeValidator(listed)] = Field(
        default=(),
        alias="GUARD_METRICS",
        description="name=host:port of the metrics of each process that has breakers and limiters, for /monitoring",
    )
    stream_heartbeat_s: float = Field(default=1.0, alias="STREAM_HEARTBEAT_S", gt=0, le=60)
    stream_clients_max: int = Field(default=2000, alias="STREAM_CLIENTS_MAX", ge=1, le=100_000)
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", alias="LOG_LEVEL")
    clock: Literal["tape", "wall"] = Field(default="wall", alias="CLOCK")


class Kafka(Group):
    """Where Kafka is. Empty lets `tapestream run` start one."""

    bootstrap_servers: str = Field(default="", alias="KAFKA_BOOTSTRAP_SERVERS")
    replication: int = Field(default=1, alias="KAFKA_REPLICATION", ge=1)
    commit_interval_s: float = Field(default=0.1, alias="KAFKA_COMMIT_INTERVAL_S", gt=0, le=60)
    session_timeout_s: float = Field(default=10.0, alias="KAFKA_SESSION_TIMEOUT_S", ge=6, le=300)
    progress_timeout_s: float = Field(default=60.0, alias="PROGRESS_TIMEOUT_S", ge=5, le=3600)


class Database(Group):
    """Where Postgres is. Empty lets `tapestream run` start one."""

    url: str = Field(default="", alias="DATABASE_URL")
    pool_max: int = Field(default=20, alias="DB_POOL_MAX", ge=1, le=1000)


class Risk(Group):
    """Limits that the account stage applies, and sizing."""

    account_id: str = Field(default="paper", alias="ACCOUNT_ID", pattern=r"^[A-Za-z0-9_-]{1,64}$")
    account_equity: Decimal = Field(default=Decimal(100_000), alias="ACCOUNT_EQUITY", gt=0)
    max_position_size: int = Field(default=10, alias="MAX_POSITION_SIZE", ge=1)
    base_position_size: int = Field(default=1, alias="BASE_POSITION_SIZE", ge=1)
    position_size_percent: Annotated[Percent, BeforeValidator(empty_is_zero)] = Field(
        default=Decimal(0), alias="POSITION_SIZE_PERCENT"
    )
    max_daily_loss: Decimal = Field(default=Decimal(1000), alias="MAX_DAILY_LOSS", ge=0)
    max_open_positions: int = Field(default=5, alias="MAX_OPEN_POSITIONS", ge=0)
    max_positions_per_symbol: int = Field(default=3, alias="MAX_POSITIONS_PER_SYMBOL", ge=0)
    max_total_exposure: Decimal = Field(default=Decimal(10_000), alias="MAX_TOTAL_EXPOSURE", ge=0)
    max_exposure_percent: Percent = Field(default=Decimal(20), alias="MAX_EXPOSURE_PERCENT")
    max_daily_trades: int = Field(default=0, alias="MAX_DAILY_TRADES", ge=0)
    paper_order_timeout_s: int = Field(default=300, alias="PAPER_ORDER_TIMEOUT_S", ge=1)


class Replacement(Group):
    """Whether a position is closed to make room for a signal when the account is at its capacity."""

    enabled: bool = Field(default=False, alias="POSITION_REPLACEMENT_ENABLED")
    min_confidence: Percent = Field(default=Decimal(70), alias="MIN_CONFIDENCE_FOR_REPLACEMENT")
    auto_close_near_target: bool = Field(default=False, alias="AUTO_CLOSE_NEAR_TARGET")
    close_aged_positions: bool = Field(default=False, alias="CLOSE_AGED_POSITIONS")
    min_hold_minutes: int = Field(default=15, alias="MIN_HOLD_MINUTES_FOR_CAPACITY_CLOSE", ge=0, le=1_000_000)
    aged_position_hours: int = Field(default=48, alias="AGED_POSITION_HOURS", ge=0, le=100_000)
    near_target_share: Share = Field(default=Decimal("0.8"), alias="NEAR_TARGET_SHARE")
    low_gain_pct: Decimal = Field(default=Decimal(10), alias="LOW_GAIN_PCT", ge=0, le=10_000)


class Session(Group):
    """Market hours and how old things may be."""

    calendar: str = Field(default="XNYS", alias="EXCHANGE_CALENDAR")
    allow_premarket: bool = Field(default=False, alias="ALLOW_PREMARKET")
    allow_afterhours: bool = Field(default=False, alias="ALLOW_AFTERHOURS")
    decision_only_when_market_closed: bool = Field(default=True, alias="DECISION_ONLY_WHEN_MARKET_CLOSED")
    market_close_grace_minutes: int = Field(default=10, alias="MARKET_CLOSE_GRACE_MINUTES", ge=0, le=390)
    signal_max_age_minutes: int = Field(default=30, alias="SIGNAL_MAX_AGE_MINUTES", ge=0)
    market_data_max_age_s: int = Field(default=300, alias="MARKET_DATA_MAX_AGE_S", ge=1)
    orchestrator_signal_timeout_ms: int = Field(default=30_000, alias="ORCHESTRATOR_SIGNAL_TIMEOUT_MS", ge=1)
    orchestrator_retry_delay_ms: int = Field(default=60_000, alias="ORCHESTRATOR_RETRY_DELAY_MS", ge=1)
    orb_minutes: int = Field(default=15, alias="ORB_MINUTES", ge=1, le=390)


class ExitRules(Group):
    """When a position is reduced or closed: percentages of the entry price, and shares of the quantity."""

    profit_target_pct: Decimal = Field(default=Decimal(50), alias="PROFIT_TARGET_PCT", gt=0, le=10_000)
    stop_loss_pct: Decimal = Field(default=Decimal(50), alias="STOP_LOSS_PCT", gt=0, le=100)
    max_hold_time_hours: int = Field(default=120, alias="MAX_HOLD_TIME_HOURS", ge=1)
    min_dte_exit: int = Field(default=1, alias="TIME_STOP_DTE", ge=0)
    max_hold_days: int = Field(default=5, alias="MAX_HOLD_DAYS", ge=0, le=365)
    enable_exit_decision_engine: bool = Field(default=True, alias="ENABLE_EXIT_DECISION_ENGINE")
    partial_profit_pct: Decimal = Field(default=Decimal(25), alias="PARTIAL_PROFIT_PCT", gt=0, le=10_000)
    partial_profit_share: Share = Field(default=Decimal("0.5"), alias="PARTIAL_PROFIT_SHARE")
    deep_loss_pct: Decimal = Field(default=Decimal(40), alias="DEEP_LOSS_PCT", gt=0, le=100)
    deep_loss_share: Share = Field(default=Decimal("0.5"), alias="DEEP_LOSS_SHARE")
    near_expiration_days: int = Field(default=2, alias="NEAR_EXPIRATION_DAYS", ge=0, le=365)
    trailing_from_pct: Decimal = Field(default=Decimal(30), alias="TRAILING_FROM_PCT", gt=0, le=10_000)
    trailing_distance_pct: Decimal = Field(default=Decimal(20), alias="TRAILING_DISTANCE_PCT", gt=0, le=100)
    enable_exit_intelligence: bool = Field(default=True, alias="ENABLE_EXIT_INTELLIGENCE")
    confidence_collapse_points: Percent = Field(default=Decimal(30), alias="CONFIDENCE_COLLAPSE_POINTS")
    chop_spike_score: Percent = Field(default=Decimal(80), alias="CHOP_SPIKE_SCORE")
    exit_intelligence_share: Share = Field(default=Decimal("0.5"), alias="EXIT_INTELLIGENCE_SHARE")
    tightened_stop_pct: Decimal = Field(default=Decimal(20), alias="TIGHTENED_STOP_PCT", gt=0, le=100)


class Features(Group):
    """What takes part in a decision."""

    enable_variant_b: bool = Field(default=False, alias="ENABLE_VARIANT_B")
    ab_split_percentage: int = Field(default=0, alias="AB_SPLIT_PERCENTAGE", ge=0, le=100)
    policy_version: str = Field(default="v1.0", alias="POLICY_VERSION")
    execution_mode: Literal["", "SHADOW_ONLY", "ENGINE_A_PRIMARY", "ENGINE_B_PRIMARY", "SPLIT_CAPITAL"] = Field(
        default="", alias="EXECUTION_MODE"
    )
    split_percentage: Decimal = Field(
        default=Decimal("0.50"),
        alias="SPLIT_PERCENTAGE",
        ge=0,
        le=1,
        decimal_places=2,
        description="engine B's share of the capital under SPLIT_CAPITAL, as a fraction",
    )
    enable_dual_paper_trading: bool = Field(default=False, alias="ENABLE_DUAL_PAPER_TRADING")
    enable_shadow_execution: bool = Field(default=False, alias="ENABLE_SHADOW_EXECUTION")
    enable_orb_specialist: bool = Field(default=False, alias="ENABLE_ORB_SPECIALIST")
    enable_strat_specialist: bool = Field(default=False, alias="ENABLE_STRAT_SPECIALIST")
    enable_ttm_specialist: bool = Field(default=False, alias="ENABLE_TTM_SPECIALIST")
    enable_satyland_subagent: bool = Field(default=False, alias="ENABLE_SATYLAND_SUBAGENT")
    require_mtf_bias_for_entry: bool = Field(default=True, alias="REQUIRE_MTF_BIAS_FOR_ENTRY")
    bias_stale_behavior: Literal["block", "allow"] = Field(default="block", alias="BIAS_STALE_BEHAVIOR")
    enable_portfolio_guard: bool = Field(default=True, alias="ENABLE_PORTFOLIO_GUARD")
    min_signal_confidence: Percent = Field(default=Decimal(50), alias="MIN_SIGNAL_CONFIDENCE")
    enable_confluence_gate: bool = Field(default=True, alias="ENABLE_CONFLUENCE_GATE")
    enable_confluence_sizing: bool = Field(default=True, alias="ENABLE_CONFLUENCE_SIZING")
    confluence_min_threshold: Percent = Field(default=Decimal(50), alias="CONFLUENCE_MIN_THRESHOLD")
    enable_dealer_gex: bool = Field(default=True, alias="ENABLE_DEALER_GEX")
    dealer_strategy_weight: Annotated[Decimal, Field(ge=0, le=1)] = Field(
        default=Decimal("0.25"), alias="DEALER_STRATEGY_WEIGHT"
    )
    dealer_uw_neutral_threshold: Decimal = Field(
        default=Decimal(100_000_000), alias="DEALER_UW_NEUTRAL_THRESHOLD", ge=0
    )
    strike_selection_mode: Literal["atm", "scored"] = Field(default="atm", alias="STRIKE_SELECTION_MODE")
    enable_adaptive_tuner: bool = Field(default=False, alias="ENABLE_ADAPTIVE_TUNER")
    e2e_test_mode: bool = Field(default=False, alias="E2E_TEST_MODE")


class Feeds(Group):
    """Where prices come from."""

    symbols: Annotated[tuple[str, ...], NoDecode, BeforeValidator(upper_listed)] = Field(
        default=("SPY", "QQQ", "IWM"), alias="GAMMA_METRICS_SYMBOLS"
    )
    alpaca_stream_url: str = Field(
        default="wss://stream.data.alpaca.markets", alias="ALPACA_STREAM_URL", pattern=r"^wss?://"
    )
    alpaca_stock_feed: Literal["iex", "sip", "delayed_sip"] = Field(default="iex", alias="ALPACA_STOCK_FEED")
    alpaca_option_feed: Literal["indicative", "opra"] = Field(default="indicative", alias="ALPACA_OPTION_FEED")
    alpaca_stock_symbols_max: int = Field(default=30, alias="ALPACA_STOCK_SYMBOLS_MAX", ge=1)
    alpaca_option_symbols_max: int = Field(default=200, alias="ALPACA_OPTION_SYMBOLS_MAX", ge=1)
    alpaca_gap_max_s: int = Field(default=900, alias="ALPACA_GAP_MAX_S", ge=0, le=86_400)
    alpaca_mute_max_s: float = Field(default=30.0, alias="ALPACA_MUTE_MAX_S", ge=1, le=86_400)
    alpaca_fallback_poll_s: float = Field(default=5.0, alias="ALPACA_FALLBACK_POLL_S", gt=0, le=3600)


class Providers(Group):
    """Services that market data can be asked of. One without its key is left out."""

    market_data_provider: Provider = Field(default="twelvedata", alias="MARKET_DATA_PROVIDER")
    market_data_provider_priority: Annotated[tuple[Provider, ...], NoDecode, BeforeValidator(listed)] = Field(
        default=("twelvedata", "marketdata"), alias="MARKET_DATA_PROVIDER_PRIORITY"
    )
    alpaca_api_key: SecretStr = Field(default=SecretStr(""), alias="ALPACA_API_KEY")
    alpaca_secret_key: SecretStr = Field(default=SecretStr(""), alias="ALPACA_SECRET_KEY")
    alpaca_paper: bool = Field(default=True, alias="ALPACA_PAPER")
    alpaca_base_url: str = Field(default="https://paper-api.alpaca.markets", alias="ALPACA_BASE_URL")
    alpaca_data_url: str = Field(default="https://data.alpaca.markets", alias="ALPACA_DATA_URL")
    twelve_data_api_key: SecretStr = Field(default=SecretStr(""), alias="TWELVE_DATA_API_KEY")
    twelve_data_url: str = Field(default="https://api.twelvedata.com", alias="TWELVE_DATA_URL")
    market_data_api_key: SecretStr = Field(default=SecretStr(""), alias="MARKET_DATA_API_KEY")
    market_data_url: str = Field(default="https://api.marketdata.app", alias="MARKET_DATA_URL")


class Execution(Group):
    """Who fills orders, and what the executor never lets through, whoever asks."""

    broker: Literal["paper", "alpaca"] = Field(default="paper", alias="BROKER")
    live_trading_confirmation: str = Field(default="", alias="LIVE_TRADING_CONFIRMATION")
    entry_order_type: Literal["limit", "market"] = Field(default="limit", alias="ENTRY_ORDER_TYPE")
    exit_order_step_s: float = Field(default=5.0, alias="EXIT_ORDER_STEP_S", gt=0, le=3600)
    max_order_contracts: int = Field(default=100, alias="MAX_ORDER_CONTRACTS", ge=1)
    max_order_notional: Decimal = Field(default=Decimal(50_000), alias="MAX_ORDER_NOTIONAL", gt=0)
    max_orders_per_minute: int = Field(default=60, alias="MAX_ORDERS_PER_MINUTE", ge=1)
    broker_requests_per_minute: int = Field(default=180, alias="BROKER_REQUESTS_PER_MINUTE", ge=1)
    broker_timeout_s: float = Field(default=5.0, alias="BROKER_TIMEOUT_S", gt=0, le=60)
    reconcile_interval_s: float = Field(default=180.0, alias="RECONCILE_INTERVAL_S", gt=0, le=86_400)


class Alerting(Group):
    """Who is told when messages could not be processed."""

    alert_urls: SecretStr = Field(default=SecretStr(""), alias="ALERT_URLS")
    alert_repeat_s: float = Field(default=3600.0, alias="ALERT_REPEAT_S", ge=1, le=2_592_000)


class Settings(BaseModel):
    """All groups."""

    model_config = ConfigDict(frozen=True)

    server: Server
    limits: RequestLimits
    kafka: Kafka
    database: Database
    security: Security
    risk: Risk
    replacement: Replacement
    session: Session
    exits: ExitRules
    features: Features
    feeds: Feeds
    providers: Providers
    execution: Execution
    alerting: Alerting

    @property
    def is_live_confirmed(self) -> bool:
        """Whether real money may be traded: said twice, by APP_MODE and by the account's name."""
        return self.server.app_mode == "LIVE" and self.execution.live_trading_confirmation == self.risk.account_id

    @property
    def trades_at_broker(self) -> bool:
        """Whether the account's orders go to a broker: its paper account, or, confirmed, the one with real money."""
        if self.execution.broker == "paper":
            return False
        return self.server.app_mode == "PAPER" if self.providers.alpaca_paper else self.is_live_confirmed

    @property
    def trades_real_money(self) -> bool:
        """Whether the account's orders go to a broker's account with real money."""
        return self.trades_at_broker and not self.providers.alpaca_paper


def load_settings(env_file: Path | None = Path(".env")) -> Settings:
    """Return the settings of the environment and of `env_file`; raises InvalidSettings naming every bad one."""
    problems: list[str] = []
    groups: dict[str, Group] = {}
    for name, field in Settings.model_fields.items():
        group = field.annotation
        assert isinstance(group, type)
        assert issubclass(group, Group)
        try:
            groups[name] = group(_env_file=env_file)
        except ValidationError as error:
            problems += [
                f"{item['loc'][0] if item['loc'] else name}: {item['msg'].removeprefix('Value error, ')}"
                for item in error.errors(include_input=False, include_url=False)
            ]
    if problems:
        raise InvalidSettings("\n".join(problems))
    return Settings.model_validate(groups)
