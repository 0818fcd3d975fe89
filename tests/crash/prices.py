"""Every fill at a quote that was sent, every market as the tape has it."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from schemas.event import to_micros
from schemas.market import Quote
from schemas.records import MarketRecord
from schemas.ticks import Tick
from tests.crash.effects import Fill, on_paper
from tests.crash.facts import Facts
from tests.crash.plan import underlying

NANOS = 1_000_000_000
ABSENT = -1


@dataclass(frozen=True, slots=True)
class Tape:
    """The ticks of each instrument in the order of the topic; their times only rise."""

    ticks: Mapping[str, Sequence[Tick]]
    last_offset: Mapping[str, tuple[int, int]]
    """(partition, offset) of the newest frame with an underlying's ticks"""

    def after(self, symbol: str, at: int) -> Sequence[Tick]:
        """Return an instrument's ticks later than an instant, UTC microseconds."""
        ticks = self.ticks.get(symbol, ())
        return ticks[bisect_right(ticks, at, key=lambda tick: tick.at) :]

    def quoted_after(self, symbol: str, at: int) -> Tick | None:
        """Return a contract's first quote with two sides that is later than an instant, or None."""
        return next((tick for tick in self.after(symbol, at) if middle_of(tick) is not None), None)

    def at(self, symbol: str, at: int) -> Tick | None:
        """Return an instrument's tick of an instant, or None."""
        later = len(self.after(symbol, at))
        ticks = self.ticks.get(symbol, ())
        found = ticks[len(ticks) - later - 1] if len(ticks) > later else None
        return found if found is not None and found.at == at else None


def tape_of(facts: Facts) -> Tape:
    """Return the tape as it stands on price-ticks; raises ValueError when its times do not rise."""
    ticks: dict[str, list[Tick]] = defaultdict(list)
    last: dict[str, tuple[int, int]] = {}
    for stored in facts.frames.first.values():
        for tick in stored.record.ticks():
            known = ticks[tick.symbol]
            if known and known[-1].at >= tick.at:
                raise ValueError(f"{tick.symbol}: times do not rise at {stored.place}")
            known.append(tick)
            last[underlying(tick.symbol)] = stored.partition, stored.offset
    return Tape(ticks, last)


def wrong_prices(facts: Facts, tape: Tape) -> Iterator[str]:
    """Yield fills and markets that the tape does not bear out."""
    fills: list[Fill] = [*on_paper(facts), *facts.shadow_fills.events]
    for fill in fills:
        tick = tape.at(fill.option_symbol, to_micros(fill.occurred_at))
        middle = None if tick is None else middle_of(tick)
        if middle is None or usd(middle) != fill.price:
            yield f"fill {fill.event_id}: {fill.price} is not the middle of a quote at {fill.occurred_at}"
    for symbol, record in facts.markets.newest.items():
        yield from _market(facts, tape, symbol, record)
    for symbol in sorted(set(tape.last_offset) - set(facts.markets.newest)):
        yield f"market {symbol} has ticks and no record"


def middle_of(tick: Tick) -> int | None:
    """Return the middle of a quote with two sides, rounded down to 1e-9 dollars, or None."""
    return None if ABSENT in (tick.bid, tick.ask) else (tick.bid + tick.ask) // 2


def usd(nanos: int) -> Decimal:
    """Return 1e-9 dollars as dollars with four decimals."""
    return (Decimal(nanos) / NANOS).quantize(Decimal("0.0001"))


def _market(facts: Facts, tape: Tape, symbol: str, record: MarketRecord) -> Iterator[str]:
    """A market's checkpoint is the fold of the whole tape: newest quotes, volume, flow."""
    market = record.state
    if symbol in tape.last_offset:
        partition, offset = tape.last_offset[symbol]
        if record.applied.get(f"price-ticks.v1-{partition}") != offset:
            yield f"market {symbol} has not been written with the newest frame, {offset}: {record.applied}"
    for name, quote in {symbol: market.last, **market.quotes}.items():
        if quote != _quote(tape.ticks.get(name, ())):
            yield f"market {symbol}: {name} is {quote}, not as the tape has it"
    bars = [series.bar for name, series in market.series.items() if name in ("1d", "1m") and series.bar is not None]
    traded = sum(tick.size for tick in tape.ticks.get(symbol, ()) if tick.price != ABSENT)
    if sum(bar.volume for bar in bars) != traded:
        yield f"market {symbol}: bars hold {sum(bar.volume for bar in bars)} shares, {traded} were traded"
    contexts = sorted(
        (stored for stored in facts.contexts.first.values() if stored.record.symbol == symbol),
        key=lambda stored: stored.offset,
    )
    flows = [stored.record.flow for stored in contexts if stored.record.flow is not None]
    entries = [entry for flow in flows for entry in flow.entries]
    calls = sum((entry.premium for entry in entries if entry.type == "call"), Decimal(0))
    puts = sum((entry.premium for entry in entries if entry.type == "put"), Decimal(0))
    flow = market.flow
    said = (flow.entries, flow.call_premium, flow.put_premium) if flow else (0, Decimal(0), Decimal(0))
    if said != (len(entries), calls, puts):
        yield f"market {symbol}: flow is {said}, {(len(entries), calls, puts)} was sent"
    biases = [stored.record.bias for stored in contexts if stored.record.bias is not None]
    if market.bias != (biases[-1] if biases else None):
        yield f"market {symbol}: its bias is not the newest one sent"


def _quote(ticks: Sequence[Tick]) -> Quote:
    """Return the newest trade and the newest quote."""
    traded = next((tick for tick in reversed(ticks) if tick.price != ABSENT), None)
    quoted = next((tick for tick in reversed(ticks) if tick.price == ABSENT), None)
    return Quote(
        bid=quoted.bid if quoted else ABSENT,
        ask=quoted.ask if quoted else ABSENT,
        price=traded.price if traded else ABSENT,
        quoted_at=quoted.at if quoted else 0,
        traded_at=traded.at if traded else 0,
    )
