"""Publishes what Alpaca's streams tell of stocks and options, and stands in for them while they are away.

Subscribed to is what is held or ordered, the underlyings that are watched, and the contracts an alert could lead to.
Nothing here decides anything: it only publishes ticks.
"""

import argparse
import asyncio
import sys
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import inf
from typing import Final

from schemas.event import from_micros
from schemas.occ import parse_option_symbol
from schemas.ticks import Tick
from streams import logs, metrics
from streams.clocks import Clock, WallClock
from streams.feeds.alpaca.connection import Name, Pace, Patience, endpoint_of
from streams.feeds.alpaca.fallback import AWAY_S, stand_in
from streams.feeds.alpaca.gap import Tape
from streams.feeds.alpaca.rest import rest_of
from streams.feeds.alpaca.stream import Stream
from streams.feeds.alpaca.wanted import Limits, Wanted
from streams.feeds.alpaca.watch import Watch, begin, caught_up, follow, published
from streams.feeds.framing import Framer
from streams.feeds.history import access_of
from streams.providers.fallback import guarded_providers
from streams.providers.newest import Newest
from streams.publisher import Publisher
from streams.readiness import ready
from streams.rules import rules_of
from streams.sessions import SessionCalendar
from streams.settings import InvalidSettings, Settings, load_settings
from streams.stopping import run_until_stopped
from streams.tail import reader

SOURCE: Final = "feeds/alpaca"
UNACKNOWLEDGED: Final = timedelta(seconds=30)
"""A run that ended may have lost what Kafka had not acknowledged: longer than the producer waits before it gives up."""
SHARE: Final = 2
"""One part in so many of the providers' limits: bars and chains are asked for by another process."""

_FETCH_WAIT_MS: Final = 100
_PROVIDER_TIMEOUT_S: Final = 3.0

_log = logs.logger(__name__)


@dataclass(frozen=True, slots=True)
class Tempo:
    """How long things may take."""

    pace: Pace = field(default_factory=Pace)
    patience: Patience = field(default_factory=Patience)
    away_s: float = AWAY_S


async def run(settings: Settings, *, source: str = SOURCE, tempo: Tempo | None = None) -> None:
    """Publish until cancelled; raises aiokafka.errors.KafkaError. Alpaca's failures do not end it.

    source  CloudEvents' source of the frames
    """
    servers, clock = settings.kafka.bootstrap_servers, WallClock()
    sessions = SessionCalendar(settings.session.calendar)
    providers = guarded_providers(
        access_of(settings), clock=clock, sessions=sessions, timeout_s=_PROVIDER_TIMEOUT_S, share=SHARE
    )
    async with AsyncExitStack() as stack:
        newest = Newest(providers)
        stack.push_async_callback(newest.aclose)
        publisher = await stack.enter_async_context(Publisher(servers, client_id="alpaca"))
        consumer = await stack.enter_async_context(reader(servers, fetch_wait_ms=_FETCH_WAIT_MS))
        watch = _watch(settings)
        before = await published(
            consumer, source=source, since=clock.now() - timedelta(seconds=settings.feeds.alpaca_gap_max_s)
        )
        await begin(consumer, now=clock.now())
        await caught_up(consumer, watch, day=sessions.local_date(clock.now()))
        framer = await stack.enter_async_context(Framer(publisher, source=source, run=clock.now().isoformat()))
        feed = Feed(settings, watch, framer, clock, sessions, tempo or Tempo())
        feed.tape.live(before)
        streams = [feed.stream(name, stack, _covered(before, name)) for name in ("stocks", "options")]
        ready()
        async with asyncio.TaskGroup() as group:
            group.create_task(follow(consumer, watch, today=feed.today))
            group.create_task(feed.keep_wanted(streams))
            for stream in streams:
                group.create_task(stream.run())
                group.create_task(feed.stand_in(stream, newest))


class Feed:
    """What the streams of a run share."""

    def __init__(
        self,
        settings: Settings,
        watch: Watch,
        framer: Framer,
        clock: Clock,
        sessions: SessionCalendar,
        tempo: Tempo,
    ) -> None:
        self.tape = Tape()
        self._settings = settings
        self._watch = watch
        self._framer = framer
        self._clock = clock
        self._sessions = sessions
        self._tempo = tempo
        self._wanted = Wanted()

    def today(self) -> date:
        """Return the exchange's date."""
        return self._sessions.local_date(self._clock.now())

    def is_open(self) -> bool:
        """Return whether prices are to be expected: in regular hours, and in the others that signals are taken in."""
        session = self._settings.session
        match self._sessions.phase(self._clock.now()).phase:
            case "regular":
                return True
            case "premarket":
                return session.allow_premarket
            case "afterhours":
                return session.allow_afterhours
        return False

    async def publish(self, ticks: Sequence[Tick]) -> None:
        """Send ticks in their order; raises aiokafka.errors.KafkaError."""
        self._watch.prices(ticks)
        await self._framer.offer(ticks)

    def stream(self, name: Name, stack: AsyncExitStack, since: dict[str, datetime]) -> Stream:
        """Return one of the streams, not connected yet; its line to the REST API is closed with the stack."""
        feeds, providers, tempo = self._settings.feeds, self._settings.providers, self._tempo
        key = providers.alpaca_api_key.get_secret_value()
        secret = providers.alpaca_secret_key.get_secret_value()
        feed = feeds.alpaca_stock_feed if name == "stocks" else feeds.alpaca_option_feed
        rest = rest_of(name, key=key, secret=secret, url=providers.alpaca_data_url, feed=feed)
        stack.callback(rest.close)
        return Stream(
            endpoint_of(name, base_url=feeds.alpaca_stream_url, feed=feed),
            key=key,
            secret=secret,
            tape=self.tape,
            rest=rest,
            publish=self.publish,
            clock=self._clock,
            gap_max=timedelta(seconds=feeds.alpaca_gap_max_s),
            is_open=self.is_open,
            # a contract may well be silent for an hour
            mute_s=feeds.alpaca_mute_max_s if name == "stocks" else inf,
            since=since,
            pace=tempo.pace,
            patience=tempo.patience,
        )

    async def keep_wanted(self, streams: Iterable[Stream]) -> None:
        """Tell the streams what to subscribe to, whenever it has changed."""
        named = {stream.name: stream for stream in streams}
        while True:
            self._watch.changed.clear()
            wanted = self._wanted = self._watch.wanted(self.today())
            if len(wanted.held) > len(wanted.held.intersection(wanted.options)):
                _log.error("more contracts are held than ALPACA_OPTION_SYMBOLS_MAX allows", held=len(wanted.held))
            named["stocks"].want(wanted.stocks)
            named["options"].want(wanted.options)
            await self._watch.changed.wait()

    async def stand_in(self, stream: Stream, newest: Newest) -> None:
        """Ask the providers while a stream is away: for the underlyings, and for the contracts that are held."""
        is_stocks = stream.name == "stocks"
        await stand_in(
            stream,
            newest=newest,
            symbols=lambda: self._wanted.stocks if is_stocks else sorted(self._wanted.held),
            tape=self.tape,
            publish=self.publish,
            is_open=self.is_open,
            poll_s=self._settings.feeds.alpaca_fallback_poll_s,
            away_s=self._tempo.away_s,
        )


def _watch(settings: Settings) -> Watch:
    limits = Limits(settings.feeds.alpaca_stock_symbols_max, settings.feeds.alpaca_option_symbols_max)
    return Watch(settings.feeds.symbols, rules=rules_of(settings).engine.strikes, limits=limits)


def _covered(before: Iterable[Tick], name: Name) -> dict[str, datetime]:
    """Return until when an earlier run covered the symbols of a stream: at least as far as the newest tick of any."""
    ticks = [tick for tick in before if (parse_option_symbol(tick.symbol) is None) == (name == "stocks")]
    newest = max((tick.at for tick in ticks), default=0)
    return {tick.symbol: from_micros(newest) - UNACKNOWLEDGED for tick in ticks}


def main() -> None:
    """Run until SIGTERM."""
    argparse.ArgumentParser(prog="python -m streams.feeds.alpaca", description=__doc__).parse_args()
    try:
        settings = load_settings()
    except InvalidSettings as error:
        sys.exit(str(error))
    keys = settings.providers.alpaca_api_key, settings.providers.alpaca_secret_key
    if not all(key.get_secret_value() for key in keys):
        sys.exit("ALPACA_API_KEY and ALPACA_SECRET_KEY are needed for --feed alpaca")
    logs.configure(settings.server.log_level, process="alpaca")
    metrics.serve(settings.server.metrics_host, settings.server.metrics_port)
    run_until_stopped(run(settings))


if __name__ == "__main__":
    main()
