"""The tape on backtrader: a run an instrument, each tick a bar; its feeds are kept in step by time, not by tick."""

from typing import Any

import backtrader as bt
import pandas as pd

from tests.bench.peers.stops import Exit, judged
from tests.bench.peers.taped import Took, taped


class Stops(bt.Strategy):
    """Holds an instrument's positions and leaves them as the rules say."""

    params = (("name", ""), ("held", None), ("at", None), ("exits", None))

    def __init__(self) -> None:
        self.held = self.p.held

    def next(self) -> None:
        """Look at a tick."""
        if not self.held:
            return
        at, mark = self.p.at[len(self) - 1], round(self.data.close[0] * 1e9)
        found, after = judged(self.p.name, self.held, at, mark)
        if after is not None:
            self.held = after
        for each in found:
            self.p.exits.append(each)
            self.sell(size=each["quantity"])


def main() -> None:
    """Replay the tape."""
    known, took = taped(), Took()
    exits: list[Exit] = []
    for name, at, marks in known.of_each():
        prices = marks / 1e9
        frame = pd.DataFrame(
            {"open": prices, "high": prices, "low": prices, "close": prices, "volume": 1, "openinterest": 0},
            index=pd.to_datetime(at, unit="us"),
        )
        cerebro: Any = bt.Cerebro(stdstats=False)
        cerebro.broker.setcash(1e9)
        feed = bt.feeds.PandasData(dataname=frame, timeframe=bt.TimeFrame.Ticks)
        cerebro.adddata(feed)
        cerebro.addstrategy(Stops, name=name, held=known.positions.get(name), at=at.tolist(), exits=exits)
        with took:
            cerebro.run()
        took.done += len(at)
    took.say(exits)


if __name__ == "__main__":
    main()
