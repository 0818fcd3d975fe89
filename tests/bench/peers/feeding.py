"""What peers are fed and asked: the tape as a JSON message a tick, and the positions; and the exits that come out."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
from confluent_kafka import Producer

from schemas.catalogue import newest
from schemas.event import to_micros
from schemas.occ import underlying_of
from schemas.orders import OrderPlaced
from streams.topics import partition_of
from tests.bench.peers.stops import position
from tests.bench.spy_day import UNDERLYINGS, Tape
from tests.bench.tape import held

Found = tuple[str, str, int, str, int]
"""An exit: account, contract, UTC microseconds, reason, contracts."""


def positions(count: int) -> dict[str, list[dict[str, Any]]]:
    """Return the open positions by contract, as a peer knows them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for record in held(count).records.values():
        for one in record.state.positions:
            entry = int(one.entry_price * 1_000_000_000)
            found.setdefault(one.option_symbol, []).append(position(one.account_id, entry, one.quantity))
    return found


def schema() -> dict[str, Any]:
    """Return the Avro schema of the platform's frames."""
    known: dict[str, Any] = newest("TickFrame").schema
    return known


def thinned(tape: Tape, keep: int) -> Tape:
    """Return one in `keep` of the contracts, with all their quotes, and of the trades."""
    is_quote = tape.price < 0
    wanted = np.where(is_quote, (tape.instrument - UNDERLYINGS) % keep == 0, np.arange(len(tape.at)) % keep == 0)
    columns = {name: getattr(tape, name)[wanted] for name in ("instrument", "at", "price", "size", "bid", "ask")}
    return Tape(names=tape.names, is_recorded=tape.is_recorded, **columns)


def messages(tape: Tape) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield the partition, key and JSON of each tick."""
    keys = [name.encode() for name in tape.names]
    shards = [partition_of(underlying_of(name)) for name in tape.names]
    columns = (tape.instrument, tape.at, tape.price, tape.size, tape.bid, tape.ask)
    for number, at, price, size, bid, ask in zip(*(column.tolist() for column in columns), strict=True):
        name = tape.names[number]
        if price < 0:
            value = f'{{"symbol":"{name}","at":{at},"bid":{bid},"ask":{ask}}}'
        else:
            value = f'{{"symbol":"{name}","at":{at},"price":{price},"size":{size}}}'
        yield shards[number], keys[number], value.encode()


def send(bootstrap_servers: str, topic: str, tape: Tape) -> int:
    """Put the ticks on a topic, and return how many there are."""
    producer, count = Producer({"bootstrap.servers": bootstrap_servers, "linger.ms": 20}), 0
    for partition, key, value in messages(tape):
        while True:
            try:
                producer.produce(topic, value, key, partition)
                break
            except BufferError:
                producer.poll(0.1)
        count += 1
        if not count % 1_000:
            producer.poll(0)
    assert producer.flush(60) == 0
    return count


def of_peer(value: bytes) -> Found:
    """Return an exit that a peer has sent."""
    known = json.loads(value)
    return known["account"], known["symbol"], known["at"], known["reason"], known["quantity"]


def of_ours(order: OrderPlaced) -> Found:
    """Return an exit that the platform has sent."""
    at = to_micros(order.occurred_at)
    return order.account_id, order.option_symbol, at, str(order.exit_reason), order.quantity
