"""The tape on backtesting.py: a run an instrument, as it knows no other, each tick a bar."""

from typing import Any

import pandas as pd
from backtesting import Backtest, Strategy

from tests.bench.peers.stops import Exit, Held, judged
from tests.bench.peers.taped import Took, taped


def stops(name: str, held: list[Held], at: list[int], exits: list[Exit]) -> Any:
    """Return the strategy that holds an instrument's positions and leaves them as the rules say."""

    class Stops(Strategy):
        def init(self) -> None:
            self.held = held

        def next(self) -> None:
            if not self.held:
                return
            row, mark = len(self.data) - 1, round(self.data.Close[-1] * 1e9)
            found, after = judged(name, self.held, at[row], mark)
            if after is not None:
                self.held = after
            for each in found:
                exits.append(each)
                self.sell(size=each["quantity"])

    return Stops


def main() -> None:
    """Replay the tape."""
    known, took = taped(), Took()
    exits: list[Exit] = []
    for name, at, marks in known.of_each():
        prices = marks / 1e9
        frame = pd.DataFrame(
            {"Open": prices, "High": prices, "Low": prices, "Close": prices, "Volume": 1},
            index=pd.to_datetime(at, unit="us"),
        )
        strategy = stops(name, known.positions.get(name, []), at.tolist(), exits)
        test = Backtest(frame, strategy, cash=1e9)
        with took:
            test.run()
        took.done += len(at)
    took.say(exits)


if __name__ == "__main__":
    main()
