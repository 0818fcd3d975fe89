"""Workers as processes on a Kafka of their own: they recover, get stuck, are killed and paused."""

import asyncio
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from compose import kafka
from compose.kafka_jars import java_and_maven
from compose.topic_admin import ensure_topics
from schemas.event import Event, to_micros
from schemas.orders import OrderFilled, OrderPlaced
from schemas.ticks import TickFrame
from streams.feeds.lockstep import progress_of, settled
from streams.lease import EXIT_LEASE_LOST
from streams.publisher import Publisher
from streams.topics import FILLS, ORDERS, PRICE_TICKS, SIGNALS, Topic, partition_of
from streams.watch import EXIT_NO_PROGRESS
from tests.agents.strategies import AT, CALL, SPY, order, quoted
from tests.agents.strategies import signal as alert
from tests.bench import recovery
from tests.sinks.proxy import line_to
from tests.streams.worker_process import Worker, accepted, running, until

pytestmark = [pytest.mark.kafka, pytest.mark.skipif(not java_and_maven(), reason="needs java and mvn")]

HOME = partition_of(SPY)
ORDERS_SENT = 30


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield a Kafka of these tests' own: a real worker reads all there is."""
    with kafka.running(tmp_path_factory.mktemp("kafka")) as bootstrap_servers:
        asyncio.run(ensure_topics(bootstrap_servers))
        yield bootstrap_servers


def tell(bootstrap_servers: str, *told: tuple[Topic, Event, int]) -> None:
    """Send (topic, event, partition) one after the other."""

    async def send() -> None:
        async with Publisher(bootstrap_servers) as publisher:
            for topic, event, partition in told:
                await (await publisher.send(topic, event, key=SPY, partition=partition))

    asyncio.run(send())


def quote(bid: str, ask: str, *, seconds: float) -> tuple[Topic, Event, int]:
    frame = TickFrame.of([quoted(CALL, bid, ask, seconds=seconds)], source="feed", sequence=int(seconds * 1000))
    return PRICE_TICKS, frame, HOME


def wait_until_settled(bootstrap_servers: str) -> None:
    async def wait() -> None:
        async with progress_of(bootstrap_servers) as progress:
            await settled(progress)

    asyncio.run(wait())


def owner(*workers: Worker) -> Worker:
    return next(worker for worker in workers if HOME in worker.owns)


def shared_out(*workers: Worker) -> bool:
    """Return whether the workers have all partitions, each of them some."""
    return all(worker.owns for worker in workers) and sum(len(worker.owns) for worker in workers) == 8


def opened(bootstrap_servers: str) -> set[str]:
    return {fill.order_id for fill in accepted(bootstrap_servers, FILLS, OrderFilled) if fill.side == "buy_to_open"}


def closing(bootstrap_servers: str) -> list[OrderPlaced]:
    return [one for one in accepted(bootstrap_servers, ORDERS, OrderPlaced) if one.side == "sell_to_close"]


def test_a_worker_that_makes_no_progress_leaves_and_its_successor_does_the_work(broker: str, tmp_path: Path) -> None:
    told = alert()
    with running(
        broker, tmp_path / "home", "worker-0", module="tests.streams.stuck_worker", PROGRESS_TIMEOUT_S="5"
    ) as stuck:
        until(lambda: stuck.owns, stuck, what="assignment")
        tell(broker, (SIGNALS, told, HOME))
        until(lambda: stuck.exit_code is not None, stuck, what="exit")
        assert stuck.exit_code == EXIT_NO_PROGRESS
        (said,) = stuck.said("no_progress")
        assert (said["what"], said["behind"]) == (f"{SIGNALS.name}-{HOME}", 1)
    with running(broker, tmp_path / "home", "worker-1"):
        wait_until_settled(broker)


async def test_a_worker_that_starts_before_kafka_waits_for_it(broker: str, tmp_path: Path) -> None:
    async with line_to(f"kafka://{broker}") as (line, address):
        line.cut()
        with running(address.rpartition("@")[2], tmp_path / "home", "worker-0") as worker:
            await asyncio.to_thread(until, lambda: line.refused > 1, worker, what="attempts")
            line.mend()
            await asyncio.to_thread(until, lambda: worker.owns, worker, what="assignment")
            assert worker.said("waiting")


def test_a_worker_recovers_all_records_before_it_works(broker: str, tmp_path: Path) -> None:
    asyncio.run(recovery.fill(broker, 2_000))
    with running(broker, tmp_path / "home", "worker-0") as worker:
        until(lambda: worker.owns, worker, what="assignment")
        records = worker.figures("tapestream_table_records")
        assert (records["markets.v1",], records["books.v1",]) == (1_000, 1_000)
        assert worker.figures("tapestream_recovery_remaining_records") == {(): 0}
        until(lambda: worker.figures("tapestream_worker_ready") == {(): 1}, worker, what="readiness")
        assert worker.figures("tapestream_table_watermark_timestamp_seconds")["books.v1",] > to_micros(AT) / 1e6


def test_the_positions_of_a_killed_worker_exit_at_the_other_one(broker: str, tmp_path: Path) -> None:
    with running(broker, tmp_path / "a", "worker-0") as first, running(broker, tmp_path / "b", "worker-1") as second:
        until(lambda: shared_out(first, second), first, second, what="assignment")
        asked = order()
        tell(broker, (ORDERS, asked, HOME), quote("1.00", "1.10", seconds=1))
        until(lambda: opened(broker), first, second, what="fill")
        victim = owner(first, second)
        victim.send(signal.SIGKILL)
        # what is due by its price and what is due by the time, while nobody looks
        tell(broker, quote("0.10", "0.12", seconds=60), quote("1.00", "1.10", seconds=61))
        other = second if victim is first else first
        until(lambda: closing(broker), other, what="exit")
        (exit_order,) = closing(broker)
        assert exit_order.position_id == asked.position_id
        assert exit_order.occurred_at == AT + timedelta(seconds=60)
        assert exit_order.exit_reason == "stop_loss"
        assert other.owns == list(range(8))


def test_a_paused_worker_that_wakes_leaves_and_nothing_is_lost_or_doubled(broker: str, tmp_path: Path) -> None:
    placed = [order(f"order-{number}", expires_at=None, quantity=1) for number in range(ORDERS_SENT)]
    sent = iter(placed)
    with (
        running(broker, tmp_path / "a", "worker-0", KAFKA_SESSION_TIMEOUT_S="6") as first,
        running(broker, tmp_path / "b", "worker-1", KAFKA_SESSION_TIMEOUT_S="6") as second,
    ):
        until(lambda: shared_out(first, second), first, second, what="assignment")

        def trade(count: int) -> None:
            for _ in range(count):
                number = placed.index(one := next(sent))
                tell(broker, (ORDERS, one, HOME), quote("1.00", "1.10", seconds=1 + number))

        trade(ORDERS_SENT // 3)
        sleeper = owner(first, second)
        sleeper.send(signal.SIGSTOP)
        try:
            trade(ORDERS_SENT // 3)
            other = second if sleeper is first else first
            until(
                lambda: placed[2 * ORDERS_SENT // 3 - 1].event_id in opened(broker),
                other,
                what="fills by the successor",
            )
        finally:
            sleeper.send(signal.SIGCONT)
        trade(ORDERS_SENT // 3)
        until(lambda: sleeper.exit_code is not None, sleeper, what="exit of the one that slept")
        assert sleeper.exit_code == EXIT_LEASE_LOST
        wait_until_settled(broker)
        fills = [fill.order_id for fill in accepted(broker, FILLS, OrderFilled)]
        ours = {one.event_id for one in placed}
        assert sorted(fill for fill in fills if fill in ours) == sorted(ours)
