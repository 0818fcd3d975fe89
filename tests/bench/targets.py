"""What figures are to reach. Ratios hold on every machine, times on two cores with everything on them."""

from tests.bench.figures import Target

TARGETS: dict[str, Target] = {
    "ticks drained by one worker, 1,000 positions": Target(500_000, "at least"),
    "one worker beside Quix Streams, one message a tick": Target(5, "at least", of="ratio"),
    "one worker beside Bytewax, one message a tick": Target(3, "at least", of="ratio"),
    "one worker beside fetching and decoding alone": Target(0.6, "at least", of="ratio"),
    "growth of a tick's cost with positions, on Kafka": Target(0.1, "under"),
    "growth of a tick's cost with positions, without Kafka": Target(0.1, "under"),
    "exit after its tick at 10,000 ticks/s, 1,000 positions, p99": Target(10, "under"),
    "growth of an exit's delay with positions, p50": Target(0.1, "under"),
    "alert to fill at 20/s, p99": Target(60, "under"),
    "POST /webhook at 200/s, p99": Target(20, "under"),
    "POST /webhook, accepted": Target(1_500, "at least"),
    "POST /webhook, accepted by two processes": Target(1_500, "at least"),
    "replay without Kafka, 1,000 positions": Target(1_000_000, "at least"),
    "replay beside nautilus_trader": Target(1, "at least", of="ratio"),
    "replay beside backtrader": Target(1, "at least", of="ratio"),
    "replay beside backtesting.py": Target(1, "at least", of="ratio"),
    "peak memory of a worker that drains a tape, 10,000 positions": Target(300, "under"),
    "memory of a worker with 10,000 positions": Target(300, "under"),
    "a fact from Kafka to the pixel, p95": Target(250, "under"),
    "a mark from Kafka to the pixel, p95": Target(250, "under"),
}
