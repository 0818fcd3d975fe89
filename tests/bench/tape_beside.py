"""The tape beside its peers: one worker, the least that reading costs, Quix Streams, Bytewax and Faust, on one Kafka.

A peer's clock runs from its first tick to its last inside its own process: neither its start nor its last flush and
commit count against it. Ours runs from the first commit to the last. Peers judge the same stops and leave out all else
that a worker does: bars, indicators, books that survive their process without a tick's loss. Each must send the very
exits that ours sends.
"""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import uvloop
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from agents import book as books
from agents.rules import ExitRules
from schemas.codec import decode
from schemas.orders import OrderPlaced
from schemas.ticks import Tick
from streams.topics import ORDERS, PARTITIONS, PRICE_TICKS
from tests.bench import tape
from tests.bench.figures import Sample, growth
from tests.bench.peers import environment, feeding
from tests.bench.peers.feeding import Found
from tests.bench.services import kafka
from tests.bench.spy_day import Encoded, Tape, day, frames
from tests.bench.tape_workers import drained_by
from tests.e2e.running import read_topic

OURS = "one worker"
THINNED = 5
"""Faust gets one in so many of the contracts and trades, and so does every peer in a quick run."""


class Peer(NamedTuple):
    """A way to do the job elsewhere.

    keep    one in so many contracts and trades are its tape
    framed  it reads our frames
    ours    it is run by the platform's own Python
    """

    name: str
    script: str
    keep: int = 1
    framed: bool = False
    ours: bool = False


PEERS = (
    Peer("Quix Streams, one message a tick", "quix"),
    Peer("Bytewax, one message a tick", "wax"),
    Peer("Faust, one record a tick", "faust_agent", keep=THINNED, ours=True),
    Peer("Quix Streams, our frames", "quix", framed=True),
    Peer("Bytewax, our frames", "wax", framed=True),
)


def measure(quick: bool) -> list[Sample]:
    """Return what one run finds. Raises AssertionError when a peer's exits differ from ours."""
    known = day()
    looped = frames(known, days=3 if quick else tape.DAYS)
    kind = "SPY's trades of 2013-10-08" if known.is_recorded else "simulated trades in place of SPY's recorded ones"
    samples: list[Sample] = []
    memory: list[Sample] = []
    cost: dict[int, float] = {}
    rates: dict[int, float] = {}
    for count in (100, tape.MEASURED, 10_000):
        with kafka() as (servers, folder):
            found = uvloop.run(tape.drained(servers, folder, looped, count))
            cost[count], rates[count] = found.cpu_us, found.per_second
            name = f"ticks drained by one worker, {count:,} positions"
            note = f"{found.cpu_us:.2f} us of processor a tick; {found.exits} exits; {kind}"
            samples.append(Sample(name, found.per_second, "ticks/s", note))
            name = f"peak memory of a worker that drains a tape, {count:,} positions"
            memory.append(Sample(name, found.peak_bytes / 1e6, "MB"))
            if count == tape.MEASURED:
                least = uvloop.run(tape.least(servers, looped))
                samples.append(_beside("fetching and decoding alone", found.per_second, least.per_second, ""))
                peers = [peer._replace(keep=THINNED) for peer in PEERS] if quick else PEERS
                samples += _peers(servers, folder, peers, known, looped, found.per_second)
    with kafka() as (servers, folder):
        two = uvloop.run(drained_by(2, servers, folder, looped, tape.MEASURED))
    one = {OURS: rates[tape.MEASURED]}
    each = " and ".join(f"{cores:.2f}" for cores in two.workers)
    note = f"the workers kept {each} processors busy, all else {two.others:.2f}, of {os.cpu_count()}; SPY is half of it"
    samples.append(Sample("ticks drained by two workers, 1,000 positions", two.per_second, "ticks/s", note, one))
    return [*samples, *memory, growth("a tick's cost with positions, on Kafka", cost, "positions, us")]


def _beside(name: str, ours: float, theirs: float, note: str) -> Sample:
    return Sample(f"one worker beside {name}", ours, "ticks/s", note, {name: theirs})


def _peers(
    servers: str, folder: Path, peers: Sequence[Peer], known: Tape, looped: Sequence[Encoded], ours: float
) -> list[Sample]:
    exits = {
        feeding.of_ours(order)
        for order in (decode(OrderPlaced, message.value) for message in read_topic(servers, ORDERS.name))
        if order.side == "sell_to_close"
    }
    assert exits
    expected = {keep: expected_of(feeding.thinned(known, keep)) for keep in {peer.keep for peer in peers}}
    for wanted in expected.values():
        assert wanted <= exits, differing("ours", exits, wanted)
    samples, fed = [], set[str]()
    for number, peer in enumerate(peers):
        own = feeding.thinned(known, peer.keep)
        topic = PRICE_TICKS.name if peer.framed else f"ticks-of-{peer.keep}"
        if not peer.framed and topic not in fed:
            asyncio.run(_topics(servers, topic))
            feeding.send(servers, topic, own)
            fed.add(topic)
        found = run(servers, folder, peer, topic, len(looped) if peer.framed else len(own.at), number=number)
        worked = sum(frame.ticks for frame in looped) if peer.framed else len(own.at)
        theirs = {feeding.of_peer(message.value) for message in read_topic(servers, exits_of(number))}
        wanted = exits if peer.framed else expected[peer.keep]
        assert theirs == wanted, differing(peer.name, theirs, wanted)
        used_us = found["used"] / worked * 1e6
        note = f"{worked:,} ticks, {used_us:.2f} us of processor each, {len(theirs)} exits, the same as ours"
        samples.append(_beside(peer.name, ours, worked / found["took"], note))
    return samples


def exits_of(number: int) -> str:
    """Return the topic that a peer sends its exits to."""
    return f"exits-of-{number}"


def run(servers: str, folder: Path, peer: Peer, topic: str, total: int, *, number: int) -> dict[str, Any]:
    """Have a peer do the job and return what it counted."""
    asyncio.run(_topics(servers, exits_of(number)))
    home = folder / f"peer-{number}"
    home.mkdir()
    asked = {
        "servers": servers,
        "topic": topic,
        "exits": exits_of(number),
        "total": total,
        "framed": peer.framed,
        "schema": feeding.schema(),
        "positions": feeding.positions(tape.MEASURED),
    }
    (home / "job.json").write_text(json.dumps(asked))
    arguments: list[str | Path] = [home / "job.json"]
    if peer.ours:
        return environment.run(peer.script, [*arguments, "worker"], python=Path(sys.executable), folder=home)
    return environment.run(peer.script, arguments, folder=home)


def expected_of(known: Tape) -> set[Found]:
    """Return the exits that the rules themselves call for on a day's tape."""
    quotes: dict[str, list[int]] = {}
    for row in (known.price < 0).nonzero()[0].tolist():
        quotes.setdefault(known.names[int(known.instrument[row])], []).append(row)
    found: set[Found] = set()
    for record in tape.held(tape.MEASURED).records.values():
        symbols = {position.option_symbol for position in record.state.positions}
        rows = sorted(row for symbol in symbols for row in quotes.get(symbol, ()))
        _, events = books.on_ticks(record.state, [_tick(known, row) for row in rows], rules=ExitRules())
        found |= {feeding.of_ours(event) for event in events if isinstance(event, OrderPlaced)}
    return found


def _tick(known: Tape, row: int) -> Tick:
    bid, ask = int(known.bid[row]), int(known.ask[row])
    return Tick(known.names[int(known.instrument[row])], int(known.at[row]), bid=bid, ask=ask)


def differing(name: str, theirs: set[Found], expected: set[Found]) -> str:
    """Return a few of the exits that are too many, and a few that are missing."""
    return f"{name}: too many {sorted(theirs - expected)[:3]}, missing {sorted(expected - theirs)[:3]}"


async def _topics(servers: str, name: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name=name, num_partitions=PARTITIONS, replication_factor=1)])
    finally:
        await admin.close()
