"""The tape on nautilus_trader: one strategy that looks at each quote, and sells at market."""

from typing import Any

from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import QuoteTick, TradeTick
from nautilus_trader.model.enums import AccountType, AggressorSide, OmsType, OrderSide
from nautilus_trader.model.identifiers import InstrumentId, Symbol, TradeId, Venue
from nautilus_trader.model.instruments import Equity
from nautilus_trader.model.objects import FIXED_PRECISION, Money, Price, Quantity
from nautilus_trader.trading.strategy import Strategy

from tests.bench.peers.stops import Exit, Held, judged
from tests.bench.peers.taped import Taped, Took, taped

VENUE = Venue("SIM")
SCALE = 10 ** (FIXED_PRECISION - 9)


class Stops(Strategy):
    """Holds the positions and leaves them as the rules say."""

    def __init__(self, ids: dict[str, InstrumentId], held: dict[str, list[Held]]) -> None:
        super().__init__()
        self.ids, self.held, self.exits = ids, held, list[Exit]()

    def on_start(self) -> None:
        """Ask for every instrument's ticks."""
        for name, instrument_id in self.ids.items():
            if name in self.held:
                self.subscribe_quote_ticks(instrument_id)
            else:
                self.subscribe_trade_ticks(instrument_id)

    def on_quote_tick(self, tick: QuoteTick) -> None:
        """Look at a quote."""
        name = tick.instrument_id.symbol.value
        mark = (tick.bid_price.raw + tick.ask_price.raw) // 2 // SCALE
        found, after = judged(name, self.held[name], tick.ts_event // 1_000, mark)
        if after is not None:
            self.held[name] = after
        for each in found:
            self.exits.append(each)
            self.submit_order(
                self.order_factory.market(tick.instrument_id, OrderSide.SELL, Quantity.from_int(each["quantity"]))
            )


def instruments(known: Taped) -> dict[str, Equity]:
    """Return an instrument for each name."""
    found = {}
    for name in known.names:
        instrument_id = InstrumentId(Symbol(name), VENUE)
        found[name] = Equity(
            instrument_id=instrument_id,
            raw_symbol=Symbol(name),
            currency=USD,
            price_precision=4,
            price_increment=Price(0.0001, 4),
            lot_size=Quantity.from_int(1),
            ts_event=0,
            ts_init=0,
        )
    return found


def ticks(known: Taped, of_name: dict[str, Equity]) -> list[Any]:
    """Return the ticks as nautilus_trader has them."""
    ids = [of_name[name].id for name in known.names]
    one, columns = Quantity.from_int(100), (known.at, known.instrument, known.price, known.size, known.bid, known.ask)
    found: list[Any] = []
    for row, (at, number, price, size, bid, ask) in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
        when = at * 1_000
        if price < 0:
            sides = Price(bid / 1e9, 4), Price(ask / 1e9, 4)
            found.append(QuoteTick(ids[number], *sides, one, one, when, when))
        else:
            traded = Price(price / 1e9, 4), Quantity.from_int(max(1, size))
            found.append(TradeTick(ids[number], *traded, AggressorSide.BUYER, TradeId(str(row)), when, when))
    return found


def main() -> None:
    """Replay the tape."""
    known, took = taped(), Took()
    engine = BacktestEngine(config=BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
    engine.add_venue(
        venue=VENUE,
        oms_type=OmsType.NETTING,
        account_type=AccountType.MARGIN,
        base_currency=USD,
        starting_balances=[Money(1_000_000_000, USD)],
    )
    of_name = instruments(known)
    for instrument in of_name.values():
        engine.add_instrument(instrument)
    data = ticks(known, of_name)
    engine.add_data(data)
    held = {name: known.positions.get(name, []) for name in known.names if len(name) > 6}
    strategy = Stops({name: found.id for name, found in of_name.items()}, held)
    engine.add_strategy(strategy)
    with took:
        engine.run()
    took.done = len(data)
    took.say(strategy.exits)


if __name__ == "__main__":
    main()
