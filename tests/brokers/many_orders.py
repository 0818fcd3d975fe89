"""Many orders at a broker at which anything may go wrong, by an executor that is killed again and again."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from schemas.orders import OrderPlaced
from tests.brokers.alpaca.running import ROOT, FakeAlpaca
from tests.brokers.executor_at_work import Floor, floor_at

CONTRACTS = 40
CANCELLED_SHARE = 0.2
KINDS = (
    "slow",
    "error_before",
    "error_after",
    "timeout_before",
    "timeout_after",
    "throttle",
    "reset_before",
    "reset_after",
    "refuse_buying_power",
    "refuse_day_trade",
    "invisible",
    "slow_routing",
    "reject",
    "partial_fills",
    "unsolicited_cancel",
    "unsolicited_expiry",
    "replaced_by_other",
    "slow_cancel",
    "cancel_loses",
    "cancel_then_filled",
    "drop",
    "lose",
    "duplicate",
    "reorder",
    "delay",
    "replay",
)
SETTINGS = {
    "timeout_before": {"seconds": 1},
    "timeout_after": {"seconds": 1},
    "throttle": {"seconds": 0.2},
    "slow": {"seconds": 0.2},
    "delay": {"seconds": 0.2},
    "invisible": {"seconds": 1},
    "slow_routing": {"seconds": 0.2},
    "slow_cancel": {"seconds": 0.2},
    "unsolicited_cancel": {"seconds": 0.1},
    "unsolicited_expiry": {"seconds": 0.1},
    "replaced_by_other": {"seconds": 0.1},
}
DEADLINE_S = 90.0
A_SECOND = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the orders; `doubled` and `lost` must be 0."""

    orders: int
    at_broker: int
    executions: int
    doubled: int
    lost: int
    kills: int
    misbehaved: int
    seconds: float
    ends: dict[str, int]


def _start(floor: Floor, log: Path) -> "subprocess.Popen[bytes]":
    settings = floor.settings(BROKER_TIMEOUT_S=2.0)
    environment = {
        **os.environ,
        "KAFKA_BOOTSTRAP_SERVERS": floor.kafka,
        "KAFKA_SESSION_TIMEOUT_S": "6",
        "DATABASE_URL": floor.database_url,
        "ACCOUNT_ID": floor.account_id,
        "BROKER": "alpaca",
        "ALPACA_API_KEY": floor.fake.key,
        "ALPACA_SECRET_KEY": floor.fake.secret,
        "ALPACA_BASE_URL": floor.fake.rest_url,
        "BROKER_TIMEOUT_S": str(settings.execution.broker_timeout_s),
        "BROKER_REQUESTS_PER_MINUTE": str(settings.execution.broker_requests_per_minute),
        "MAX_ORDERS_PER_MINUTE": str(settings.execution.max_orders_per_minute),
    }
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.brokers.executor_process"],
            cwd=ROOT,
            env=environment,
            stderr=output,
        )


def _said(log: Path) -> str:
    return log.read_text()[-2000:]


async def _hand_in(floor: Floor, orders: Sequence[OrderPlaced], resting: frozenset[str]) -> None:
    for order in orders:
        await floor.place(order)
        if order.event_id in resting:
            await floor.cancel(order)


async def _kill_again_and_again(floor: Floor, orders: Sequence[OrderPlaced], kills: int, log: Path) -> int:
    """Run an executor until all orders have ended, killing it at even steps of what has ended; return the kills."""
    process = _start(floor, log)
    killed, end = 0, time.monotonic() + DEADLINE_S + len(orders) / A_SECOND
    try:
        while (done := sum(floor.of(order).has_ended for order in orders)) < len(orders):
            assert process.poll() is None, f"the executor left: {_said(log)}"
            assert time.monotonic() < end, f"{done} of {len(orders)} orders have ended: {_said(log)}"
            if killed < kills and done >= len(orders) * (killed + 1) // (kills + 1):
                process.send_signal(signal.SIGKILL)
                await asyncio.to_thread(process.wait)
                killed += 1
                process = _start(floor, log)
            await asyncio.sleep(0.02)
    finally:
        process.kill()
        await asyncio.to_thread(process.wait)
    return killed


async def carry_out(
    fake: FakeAlpaca, kafka: str, database_url: str, *, orders: int, kills: int, seed: int, folder: Path
) -> Outcome:
    """Carry out so many orders and return what became of them; fails where what was told is not the broker's book."""
    begun = time.monotonic()
    dice = random.Random(seed)
    async with floor_at(fake, kafka, database_url) as floor:
        contracts = [f"{floor.symbol}270115C00{number:03}000" for number in range(100, 100 + CONTRACTS)]
        for contract in contracts:
            await fake.asking(fake.quote, contract, "2.40", "2.50", bid_size=1_000_000, ask_size=1_000_000)
        expires_at = datetime.now(UTC) + timedelta(hours=1)
        made = [
            floor.order(
                str(number), contract=dice.choice(contracts), quantity=dice.randint(1, 4), expires_at=expires_at
            )
            for number in range(orders)
        ]
        resting = frozenset(order.event_id for order in made if dice.random() < CANCELLED_SHARE)
        made = [
            order.model_copy(update={"limit_price": Decimal("2.20")}) if order.event_id in resting else order
            for order in made
        ]
        fake.misbehave(seed=seed, probability=0.02, kinds=list(KINDS), settings=SETTINGS)
        handing_in = asyncio.create_task(_hand_in(floor, made, resting))
        killed = await _kill_again_and_again(floor, made, kills, folder / "executor.log")
        await handing_in
        await floor.agrees()
        book = fake.book()
    clients = Counter(order["client_order_id"] for order in book["orders"] if not order.get("replaces"))
    known = {order.client_order_id for order in made}
    placed = {order.client_order_id for order in made if "accepted" in floor.of(order).statuses}
    return Outcome(
        orders=orders,
        at_broker=len(clients),
        executions=len(book["executions"]),
        doubled=sum(count - 1 for count in clients.values()) + len(clients.keys() - known),
        lost=len(placed - clients.keys()) + sum(not floor.of(order).has_ended for order in made),
        kills=killed,
        misbehaved=len(fake.misbehaved()),
        seconds=round(time.monotonic() - begun, 1),
        ends=dict(Counter(floor.of(order).statuses[-1] for order in made)),
    )
