"""A worker: a Faust app with both stages, on the shards that Kafka assigns to it."""

import argparse
import asyncio
import logging
import os
import time
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import faust
import uvloop
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from prometheus_client import REGISTRY

from schemas.records import (
    AccountRecord,
    BookRecord,
    ControlsRecord,
    DeskRecord,
    MarketRecord,
    PerformanceRecord,
)
from streams import metrics, readiness
from streams.clocks import WallClock
from streams.cycles import collect_rarely
from streams.lease import Lease
from streams.logs import configure, logger
from streams.metrics_worker import WorkerCollector
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
from streams.watch import View, Watch

RETRY_S = 1.0
FETCH_BYTES_MAX = 2 * 1024 * 1024
"""Of a partition at once: 64 full frames. With fewer, a backlog waits for Kafka more often than it is worked on."""
WAITING_MAX = 512
"""Messages of a stage that wait in memory, two batches: more of them would be memory and nothing else."""

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
        # a broker that has just started may not know its topics yet: a leader that asks it then assigns nothing to
        # anybody, and notices with its next look
        consumer_metadata_max_age_ms=10_000,
        broker_session_timeout=kafka.session_timeout_s,
        broker_heartbeat_interval=kafka.session_timeout_s / 5,
        broker_commit_interval=kafka.commit_interval_s,
        broker_commit_every=None,
        broker_max_poll_records=500,
        consumer_max_fetch_size=FETCH_BYTES_MAX,
        stream_buffer_maxsize=WAITING_MAX,
        producer_acks=-1,
        autodiscover=False,
        broker_client_id=name,  # who asks Kafka for the members of the group sees which worker is which
    )
    lease = Lease(kafka.session_timeout_s)
    # a producer has one request under way at a time: with one for both, each stage would wait for the other's
    publishers = [Publisher(kafka.bootstrap_servers, client_id=name, guard=lease.check) for _ in range(2)]
    rules, calendar = rules_of(settings), SessionCalendar(settings.session.calendar)

    def records(topic: Any, model: Any) -> Records[Any]:
        return Records(RecordTable(app, topic=topic), model)

    market = MarketStage(
        app=app,
        publisher=publishers[0],
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
        publisher=publishers[1],
        lease=lease,
        rules=rules,
        calendar=calendar,
        tables={
            "accounts": records(ACCOUNTS, AccountRecord),
            "account-controls": records(ACCOUNT_CONTROLS, ControlsRecord),
            "performances": records(PERFORMANCES, PerformanceRecord),
        },
    )
    stages = (market, account)
    view = partial(view_of, app, stages)
    watch = Watch(kafka.bootstrap_servers, group=GROUP, name=name, timeout_s=kafka.progress_timeout_s, view=view)
    _wire(app, market=market, account=account, publishers=publishers, lease=lease, watch=watch, name=name)
    original_start = app.on_start

    async def on_start() -> None:
        # all of this first: nothing that a stage needs may take its time once there are partitions
        await asyncio.to_thread(calendar.phase, WallClock().now())  # its hours take seconds to work out
        collect_rarely(young=100_000)
        for publisher in publishers:
            await _reach_kafka(publisher)
        REGISTRY.register(WorkerCollector(name=name, stages=stages, view=view, seen=lambda: watch.seen))
        # no task of the app: those begin when recovery is complete, and a rebalance before may take long
        lease.start()
        await original_start()

    app.on_start = on_start
    return app


async def _reach_kafka(publisher: Publisher) -> None:
    """Return once Kafka answers: while it is away there is nothing to do but to wait."""
    while True:
        try:
            await publisher.start()
        except (KafkaError, OSError) as error:
            log.warning("waiting", what="kafka", error=type(error).__name__)
            await asyncio.sleep(RETRY_S)
        else:
            return


def view_of(app: Any, stages: Sequence[Stage]) -> View:
    """Return how a worker stands; called from any thread."""
    if not app.has_partitions:  # Faust makes what is asked for below on first use, for the thread that asks
        return View(is_at_work=False, assigned=frozenset(), read={})
    consumer, recovery = app.consumer, app.tables.recovery
    changelogs = app.tables.changelog_topics
    assigned = [TopicPartition(*tp) for tp in consumer.assignment()]
    return View(
        is_at_work=all(stage.is_open for stage in stages) and not app.rebalancing,
        assigned=frozenset(at for at in assigned if at.topic not in changelogs),
        read=dict(consumer.read_offsets),
        recovering=recovery.active_remaining_total() if recovery.in_recovery else None,
        tables=frozenset(at for at in assigned if at.topic in changelogs),
    )


def _wire(
    app: Any,
    *,
    market: MarketStage,
    account: AccountStage,
    publishers: Sequence[Publisher],
    lease: Lease,
    watch: Watch,
    name: str,
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

    @app.on_before_shutdown.connect(weak=False)
    async def finish(*_: Any, **__: Any) -> None:
        watch.stop()
        for stage in stages:
            await stage.close()
        lease.stop()
        for publisher in publishers:
            await publisher.stop()

    @app.on_partitions_revoked.connect(weak=False)
    async def close_stages(*_: Any, **__: Any) -> None:
        for stage in stages:
            await stage.close()

    assigned_at = time.monotonic()

    @app.on_partitions_assigned.connect(weak=False)
    async def note_assignment(*_: Any, **__: Any) -> None:
        nonlocal assigned_at
        assigned_at = time.monotonic()
        app.has_partitions = True
        watch.start()

    @app.on_rebalance_complete.connect(weak=False)
    async def open_stages(*_: Any, **__: Any) -> None:
        owned: dict[str, set[int]] = defaultdict(set)
        for tp in app.consumer.assignment():
            owned[tp.topic].add(tp.partition)
        for stage in stages:
            await stage.open(owned)
        metrics.RECOVERY_SECONDS.observe(time.monotonic() - assigned_at)
        partitions = sorted({tp.partition for tp in app.consumer.assignment()})
        log.info("partitions_assigned", worker=name, partitions=partitions, epoch=app.consumer_generation_id)
        readiness.ready()

    @app.task
    async def keep_checkpoints() -> None:
        await market.keep_checkpoints()

    @app.task
    async def keep_ahead() -> None:
        await asyncio.gather(*(stage.keep_ahead() for stage in stages))


def main() -> None:
    """Run a worker until it is told to stop."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--name", default="worker-0")
    name = parser.parse_args().name
    settings = load_settings()
    configure(settings.server.log_level, process=name)
    metrics.serve(settings.server.metrics_host, settings.server.metrics_port)
    uvloop.install()
    home = Path(os.environ.get("TAPESTREAM_HOME", ".tapestream"))
    app = create_app(settings, name=name, folder=home / "faust")
    worker = faust.Worker(
        app, override_logging=False, redirect_stdouts=False, quiet=True, loglevel=logging.WARNING, debug=False
    )
    worker.execute_from_commandline()


if __name__ == "__main__":
    main()
