"""A worker: a Faust app with both stages, on the shards that Kafka assigns to it."""

import argparse
import asyncio
import logging
import os
from pathlib import Path
from typing import Any

import faust
import uvloop

from schemas.records import (
    AccountRecord,
    BookRecord,
    ControlsRecord,
    DeskRecord,
    MarketRecord,
    PerformanceRecord,
)
from streams import readiness
from streams.lease import Lease
from streams.logs import configure, logger
from streams.processors.account import AccountStage
from streams.processors.market import MarketStage
from streams.publisher import Publisher
from streams.rules import rules_of
from streams.sessions import SessionCalendar
from streams.settings import Settings, load_settings
from streams.stage import Stage
from streams.tables import Records, RecordTable
from streams.topics import (
    ACCOUNT_CONTROLS,
    ACCOUNT_STAGE,
    ACCOUNTS,
    BOOKS,
    DESKS,
    GROUP,
    MARKET_CONTROLS,
    MARKET_STAGE,
    MARKETS,
    PARTITIONS,
    PERFORMANCES,
)
from streams.transport import App

log = logger(__name__)

_RAW = {"key_type": bytes, "key_serializer": "raw", "value_type": bytes, "value_serializer": "raw"}


def create_app(settings: Settings, *, name: str, folder: Path) -> Any:
    """Return the Faust app of a worker; it connects to nothing before it is started.

    name    tells this worker from others, in logs and in its data folder
    folder  where Faust keeps its files
    """
    kafka = settings.kafka
    (folder / name).mkdir(parents=True, exist_ok=True)
    app = App(
        GROUP,
        broker=";".join(f"kafka://{server}" for server in kafka.bootstrap_servers.split(",")),
        store="memory://",
        datadir=str(folder / name),
        web_enabled=False,  # it would serve every table to anyone
        topic_allow_declare=False,  # topics are made from the registry, before any worker starts
        topic_disable_leader=True,
        topic_partitions=PARTITIONS,
        table_standby_replicas=0,
        consumer_auto_offset_reset="earliest",
        broker_session_timeout=kafka.session_timeout_s,
        broker_heartbeat_interval=kafka.session_timeout_s / 5,
        broker_commit_interval=kafka.commit_interval_s,
        broker_commit_every=None,
        broker_max_poll_records=500,
        stream_buffer_maxsize=4096,
        producer_acks=-1,
        autodiscover=False,
    )
    lease = Lease(kafka.session_timeout_s)
    publisher = Publisher(kafka.bootstrap_servers, client_id=name)
    rules, calendar = rules_of(settings), SessionCalendar(settings.session.calendar)

    def records(topic: Any, model: Any) -> Records[Any]:
        return Records(RecordTable(app, topic=topic), model)

    market = MarketStage(
        app=app,
        publisher=publisher,
        lease=lease,
        rules=rules,
        calendar=calendar,
        tables={
            "markets": records(MARKETS, MarketRecord),
            "desks": records(DESKS, DeskRecord),
            "books": records(BOOKS, BookRecord),
            "market-controls": records(MARKET_CONTROLS, ControlsRecord),
        },
    )
    account = AccountStage(
        app=app,
        publisher=publisher,
        lease=lease,
        rules=rules,
        calendar=calendar,
        tables={
            "accounts": records(ACCOUNTS, AccountRecord),
            "account-controls": records(ACCOUNT_CONTROLS, ControlsRecord),
            "performances": records(PERFORMANCES, PerformanceRecord),
        },
    )
    _wire(app, market=market, account=account, publisher=publisher, lease=lease, name=name)
    return app


def _wire(
    app: Any, *, market: MarketStage, account: AccountStage, publisher: Publisher, lease: Lease, name: str
) -> None:
    stages: tuple[Stage, ...] = (market, account)
    market_topics = app.topic(*[topic.name for topic in MARKET_STAGE], **_RAW)
    account_topics = app.topic(*[topic.name for topic in ACCOUNT_STAGE], **_RAW)

    @app.agent(market_topics, name="run_market_stage", concurrency=1)
    async def run_market_stage(stream: Any) -> None:
        await market.run(stream)

    @app.agent(account_topics, name="run_account_stage", concurrency=1)
    async def run_account_stage(stream: Any) -> None:
        await account.run(stream)

    background: set[asyncio.Task[None]] = set()

    @app.on_before_shutdown.connect(weak=False)
    async def stop_publisher(*_: Any, **__: Any) -> None:
        for stage in stages:
            await stage.close()
        for task in background:
            task.cancel()
        await publisher.stop()

    @app.on_partitions_revoked.connect(weak=False)
    async def close_stages(*_: Any, **__: Any) -> None:
        for stage in stages:
            await stage.close()

    @app.on_rebalance_complete.connect(weak=False)
    async def open_stages(*_: Any, **__: Any) -> None:
        for stage in stages:
            await stage.open()
        partitions = sorted({tp.partition for tp in app.consumer.assignment()})
        log.info("partitions_assigned", worker=name, partitions=partitions, epoch=app.consumer_generation_id)
        readiness.ready()

    @app.task
    async def keep_checkpoints() -> None:
        await market.keep_checkpoints()

    original_start = app.on_start

    async def on_start() -> None:
        # not a task of the app: those begin when recovery is complete, and a rebalance before may take long
        background.add(asyncio.create_task(lease.keep(), name="lease"))
        await publisher.start()
        await original_start()

    app.on_start = on_start


def main() -> None:
    """Run a worker until it is told to stop."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--name", default="worker-0")
    name = parser.parse_args().name
    settings = load_settings()
    configure(settings.server.log_level, process=name)
    uvloop.install()
    home = Path(os.environ.get("TAPESTREAM_HOME", ".tapestream"))
    app = create_app(settings, name=name, folder=home / "faust")
    worker = faust.Worker(
        app, override_logging=False, redirect_stdouts=False, quiet=True, loglevel=logging.WARNING, debug=False
    )
    worker.execute_from_commandline()


if __name__ == "__main__":
    main()
