"""A made-up market for load and for trying things out: seeded, any number of symbols, any rate, the wall's time."""

import argparse
import asyncio
import sys
from collections.abc import Coroutine, Iterator, Sequence
from itertools import islice
from random import Random

from schemas.event import to_micros
from schemas.money import to_usd
from schemas.ticks import Tick
from streams import logs, metrics
from streams.clocks import Clock, WallClock
from streams.feeds.chain import chain_payload, iso
from streams.feeds.framing import Framer
from streams.feeds.posting import BIAS_PATH, CHAIN_PATH, Poster, api_url, poster
from streams.feeds.recorded import ContractFacts
from streams.feeds.walk import Instrument, instruments, made_up_symbols, walk
from streams.publisher import Publisher
from streams.readiness import ready
from streams.sessions import SessionCalendar
from streams.settings import InvalidSettings, Settings, load_settings
from streams.stopping import run_until_stopped

SOURCE = "feeds/simulated"

_BURST_S = 0.01
"""At high rates ticks go out this often."""
_BURST_MAX = 4_096
_POSTS_AT_ONCE = 8
_BIAS_STALE_AFTER_S = 3_600
_BIAS_EVERY_S = 1_800

_log = logs.logger(__name__)


async def run(settings: Settings, *, symbols: Sequence[str], contracts: int, rate: float, seed: int) -> None:
    """Send `rate` ticks a second until cancelled, or as many as Kafka takes.

    With API_URL set, each symbol's chain and bias are posted first, so that alerts can trade.

    raises   ApiUnavailable, PostRefused, aiokafka.errors.KafkaError
    """
    clock = WallClock()
    day = SessionCalendar(settings.session.calendar).local_date(clock.now())
    market = instruments(symbols, contracts=contracts, seed=seed, day=day)
    async with Publisher(settings.kafka.bootstrap_servers, client_id="simulated") as publisher:
        if api_url():
            async with poster(settings, api_url=api_url()) as line, asyncio.TaskGroup() as group:
                await _list_chains(line, market, clock)
                await _tell_bias(line, market, clock, seed)
                group.create_task(_keep_bias_fresh(line, market, clock, seed))
                group.create_task(stream(publisher, walk(market, seed=seed), clock=clock, rate=rate))
        else:
            await stream(publisher, walk(market, seed=seed), clock=clock, rate=rate)


async def stream(publisher: Publisher, ticks: Iterator[Tick], *, clock: Clock, rate: float) -> None:
    """Stamp ticks with the clock and send them at `rate` a second. The tape never goes back, even if the clock does."""
    loop = asyncio.get_running_loop()
    newest = 0
    async with Framer(publisher, source=SOURCE, run=clock.now().isoformat()) as framer:
        ready()
        _log.info("streaming", rate=rate)
        began, sent = loop.time(), 0
        while True:
            owed = min(int((loop.time() - began) * rate) - sent, _BURST_MAX)
            if owed <= 0:
                await asyncio.sleep(max(1 / rate, _BURST_S))
                continue
            newest = max(newest, to_micros(clock.now()))
            burst = [tick._replace(at=newest) for tick in islice(ticks, owed)]
            sent += len(burst)
            await framer.offer(burst)
            # at most a second of what Kafka was too slow for is caught up on
            began = max(began, loop.time() - sent / rate - 1)


async def _list_chains(line: Poster, market: Sequence[Instrument], clock: Clock) -> None:
    async def one(instrument: Instrument) -> None:
        facts = [ContractFacts(contract) for contract in instrument.contracts]
        payload = chain_payload(instrument.symbol, facts, at=clock.now())
        underlying_price = float(to_usd(instrument.price))
        await line.post(CHAIN_PATH, {**payload, "underlying_price": underlying_price})

    await _each([one(instrument) for instrument in market if instrument.contracts])


async def _tell_bias(line: Poster, market: Sequence[Instrument], clock: Clock, seed: int) -> None:
    at = clock.now()
    random = Random(seed)

    async def one(instrument: Instrument, score: int) -> None:
        payload = {
            "event_id_raw": f"simulated-{instrument.symbol}-{to_micros(at)}",
            "symbol": instrument.symbol,
            "timestamp": iso(at),
            "bias": "bullish" if score >= 20 else "neutral",
            "bias_score": score,
            "confidence": 70,
            "regime_type": "TRENDING",
            "chop_score": 20,
            "trade_suppressed": False,
            "risk_multiplier": 1,
            "stale_after_s": _BIAS_STALE_AFTER_S,
        }
        await line.post(BIAS_PATH, payload)

    await _each([one(instrument, random.randrange(0, 80)) for instrument in market])


async def _keep_bias_fresh(line: Poster, market: Sequence[Instrument], clock: Clock, seed: int) -> None:
    while True:
        await asyncio.sleep(_BIAS_EVERY_S)
        await _tell_bias(line, market, clock, seed)


async def _each(posts: Sequence[Coroutine[None, None, None]]) -> None:
    """Await all, a few at a time."""
    slots = asyncio.Semaphore(_POSTS_AT_ONCE)

    async def one(post: Coroutine[None, None, None]) -> None:
        async with slots:
            await post

    await asyncio.gather(*map(one, posts))


def _rate(text: str) -> float:
    rate = float(text)
    if not rate > 0:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return rate


def main() -> None:
    """Run until SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m streams.feeds.simulated", description=__doc__)
    parser.add_argument("--symbols", type=int, help="how many made-up symbols; without it GAMMA_METRICS_SYMBOLS")
    parser.add_argument("--contracts", type=int, default=20, help="option contracts of each symbol")
    parser.add_argument("--rate", type=_rate, default=100.0, help="ticks a second, of all symbols together")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    try:
        settings = load_settings()
        symbols = settings.feeds.symbols if arguments.symbols is None else made_up_symbols(arguments.symbols)
    except (InvalidSettings, ValueError) as error:
        sys.exit(str(error))
    logs.configure(settings.server.log_level, process="simulated")
    metrics.serve(settings.server.metrics_host, settings.server.metrics_port)
    run_until_stopped(
        run(settings, symbols=symbols, contracts=arguments.contracts, rate=arguments.rate, seed=arguments.seed)
    )


if __name__ == "__main__":
    main()
