"""A broker that speaks Alpaca's protocols, as a process: `python -m tests.brokers.alpaca --announce FILE`."""

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path

from aiohttp import web

from tests.brokers.alpaca.behaviour import Behaviour
from tests.brokers.alpaca.book import Book
from tests.brokers.alpaca.contracts import Listing
from tests.brokers.alpaca.control import Control
from tests.brokers.alpaca.data_rest import MarketData
from tests.brokers.alpaca.data_stream import ALL_FEEDS, FEEDS, MarketStream, Terms
from tests.brokers.alpaca.desk import Desk
from tests.brokers.alpaca.market import Market
from tests.brokers.alpaca.moments import Clock
from tests.brokers.alpaca.requests import Gate
from tests.brokers.alpaca.rest import Trading
from tests.brokers.alpaca.stream import TradeUpdates


@dataclass(frozen=True, slots=True)
class Options:
    """How the fake is run; each is a command line option."""

    port: int = 0
    """0: any that is free."""
    announce: str = ""
    """A file to which port and process id are written once requests are answered."""
    key: str = "PKFAKE"
    secret: str = "fake-secret"
    cash: str = "100000"
    seed: int = 0
    """For what happens by chance."""
    binary: bool = False
    """Whether `/stream` sends binary frames, as Alpaca's paper stream does; the live one sends text."""
    rate_limit: int = 200
    """Requests a minute, trading and data apart; 0: any number."""
    shares_execution_ids: bool = False
    """Whether an activity's id ends in the stream's `execution_id`; Alpaca promises no such thing."""
    day_trades: bool = False
    """Whether the account tells its day trades, as it did until 2026-07-06."""
    feeds: str = ",".join(ALL_FEEDS)
    """The data feeds that the subscription has."""
    most_symbols: int = 0
    most_connections: int = 1
    """Of a data feed at once; 0: any number."""
    auth_timeout_s: float = 10.0
    tethered: bool = False
    """Whether to end when standard input is closed, as it is when whoever started this has died."""


def application(options: Options) -> web.Application:
    """Return the whole broker."""
    clock, market = Clock(), Market()
    behaviour = Behaviour(options.seed)
    gate = Gate(options.key, options.secret, behaviour, clock, per_minute=options.rate_limit)
    updates = TradeUpdates(options.key, options.secret, behaviour, clock, binary=options.binary)
    terms = Terms(options.feeds.split(","), options.most_symbols, options.most_connections, options.auth_timeout_s)
    data = MarketStream(options.key, options.secret, behaviour, clock, terms)
    book = Book(Decimal(options.cash), shares_execution_ids=options.shares_execution_ids)
    desk = Desk(book, market, clock, behaviour, updates.tell)
    listing = Listing(market, clock)
    app = web.Application(middlewares=[gate.middleware])
    app.add_routes(
        [
            *Trading(desk, listing, with_day_trades=options.day_trades).routes(),
            *MarketData(market, clock).routes(),
            *Control(desk, listing, updates, data, gate).routes(),
            web.get("/stream", updates.serve),
            web.get(f"/v2/{{feed:{'|'.join(FEEDS['stocks'])}}}", data.stocks),
            web.get(f"/v1beta1/{{feed:{'|'.join(FEEDS['options'])}}}", data.options),
        ]
    )
    return app


async def serve(options: Options) -> None:
    """Serve until SIGTERM, SIGINT, or the end of the tether."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    if options.tethered:
        loop.add_reader(sys.stdin, _end_if_closed, ended)
    runner = web.AppRunner(application(options), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", options.port)
    await site.start()
    if options.announce:
        port = runner.addresses[0][1]
        await asyncio.to_thread(_announce, Path(options.announce), port)
    try:
        await ended.wait()
    finally:
        await runner.cleanup()


def _end_if_closed(ended: asyncio.Event) -> None:
    if not sys.stdin.read(1):
        ended.set()


def _announce(path: Path, port: int) -> None:
    """Write the file whole or not at all."""
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps({"port": port, "pid": os.getpid()}))
    draft.replace(path)


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="python -m tests.brokers.alpaca", description=__doc__)
    for name, value in asdict(Options()).items():
        flag = "--" + name.replace("_", "-")
        if isinstance(value, bool):
            parser.add_argument(flag, action="store_true")
        else:
            parser.add_argument(flag, type=type(value), default=value)
    return Options(**vars(parser.parse_args()))


if __name__ == "__main__":
    logging.getLogger("aiohttp").setLevel(logging.CRITICAL)
    asyncio.run(serve(_options()))
