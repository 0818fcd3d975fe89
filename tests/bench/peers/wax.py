"""The job on Bytewax: a message a tick, keyed by contract, its state in snapshots; or the platform's frames."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import bytewax.operators as op
from bytewax.connectors.kafka import KafkaSinkMessage, KafkaSourceMessage
from bytewax.connectors.kafka import operators as kafka
from bytewax.dataflow import Dataflow
from bytewax.recovery import RecoveryConfig, init_db_dir
from bytewax.run import cli_main

from tests.bench.peers.stops import Clock, Held, framed_quotes, job, judged, mid

Mark = tuple[int, int]


def main() -> None:
    """Work through the topic."""
    asked = job()
    clock, opened = Clock(asked.total), asked.positions
    quotes = framed_quotes(asked.schema)

    def quoted(message: KafkaSourceMessage[Any, Any]) -> tuple[str, Mark] | None:
        tick = json.loads(message.value)
        clock()
        return (tick["symbol"], (tick["at"], mid(tick["bid"], tick["ask"]))) if "bid" in tick else None

    def of_frame(message: KafkaSourceMessage[Any, Any]) -> Iterable[tuple[str, Mark]]:
        clock()
        return [(symbol, (at, mark)) for symbol, at, mark in quotes(message.value)]

    def stops(held: list[Held] | None, tick: tuple[str, Mark]) -> tuple[list[Held], list[dict[str, Any]]]:
        symbol, (at, mark) = tick
        known = opened.get(symbol, []) if held is None else held
        found, after = judged(symbol, known, at, mark)
        return known if after is None else after, found

    def message(item: tuple[str, dict[str, Any]]) -> KafkaSinkMessage[Any, Any]:
        return KafkaSinkMessage(key=item[0].encode(), value=json.dumps(item[1]).encode())

    flow = Dataflow("stops")
    brokers = [asked.servers]
    read = kafka.input("ticks", flow, brokers=brokers, topics=[asked.topic], tail=False, batch_size=1_000)
    framed, oks = asked.framed, read.oks
    marks = op.flat_map("quotes", oks, of_frame) if framed else op.filter_map("quotes", oks, quoted)
    keyed = op.map("keyed", marks, lambda tick: (tick[0], tick))
    exits = op.stateful_flat_map("stops", keyed, stops)
    kafka.output("exits", op.map("messages", exits, message), brokers=brokers, topic=asked.exits)
    folder = Path(f"recovery-{asked.topic}-{os.getpid()}")
    folder.mkdir()
    init_db_dir(folder, 1)
    cli_main(flow, recovery_config=RecoveryConfig(str(folder)))
    clock.say()


if __name__ == "__main__":
    main()
