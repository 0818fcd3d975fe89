"""A live account and its book, at work: all that may happen to them, in any order."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from agents import book as books
from agents.account import on_account_event, on_broker_report, on_proposal, opened
from agents.closing import Outcome
from agents.rules import ExitRules, RiskLimits, Rules
from schemas.accounts import AccountEvent, BrokerReported
from schemas.event import Event, to_micros
from schemas.ids import derived_id
from schemas.market import Quote
from schemas.money import NANOS
from schemas.operations import ClockAdvanced
from schemas.orders import (
    CancelRequested,
    CloseRequested,
    OrderFilled,
    OrderPlaced,
    OrderUpdated,
    PositionAdjusted,
    TradeClosed,
)
from schemas.positions import Book
from schemas.ticks import Tick
from tests.agents.brokerage import AtBroker, Brokerage
from tests.agents.strategies import AT, CALL, CENT, DAY, OTHER_CALL, SPY, proposal, recommendation

LIMITS = RiskLimits(
    live_accounts=("paper",),
    exposure_max=Decimal(90_000),
    exposure_pct_max=Decimal(90),
    daily_loss_max=Decimal(10**9),
    broker_report_age_max=timedelta(days=30),
)
Draw = Callable[[st.SearchStrategy[Any]], Any]
OPENING = Decimal(100_000)
prices = st.sampled_from([1, 2, 199, 200, 201, 300, 333, 345, 400, 401, 600]).map(lambda cents: Decimal(cents) / 100)


class LiveBookUnderWay:
    """Proposals, executions, ends, busts, corrections, adjustments, prices, time and repeats, in any order."""

    def __init__(self) -> None:
        self.rules = Rules(exits=ExitRules(), limits=LIMITS)
        self.account = opened("paper", LIMITS)
        report = BrokerReported(
            event_id="r-1",
            occurred_at=AT - timedelta(minutes=1),
            account_id="paper",
            cash=OPENING,
            equity=OPENING,
            buying_power=Decimal(10**7),
            options_buying_power=Decimal(10**7),
            day_trades=0,
            is_pattern_day_trader=False,
            is_blocked=False,
        )
        self.account, _ = on_broker_report(self.account, report, rules=self.rules)
        self.book = Book(account_id="paper", symbol=SPY)
        self.broker = Brokerage()
        self.at = AT
        self.quotes: dict[str, Quote] = {}
        self.said: list[OrderUpdated | PositionAdjusted] = []
        self.fills: list[OrderFilled] = []
        self.trades: list[TradeClosed] = []
        self.asked: Counter[str] = Counter()
        self.ids: set[str] = set()
        self.count = 0

    def _listen(self, outcome: Outcome, *, again: bool = False) -> None:
        self.book, events = outcome
        for event in events:
            assert event.event_id not in self.ids
            self.ids.add(event.event_id)
            self._hear(event)
        if again:
            assert events == ()

    def _hear(self, event: Event) -> None:
        if isinstance(event, AccountEvent):
            self.account, _ = on_account_event(self.account, event, day=DAY, rules=self.rules)
        elif isinstance(event, OrderFilled):
            self.fills.append(event)
        elif isinstance(event, TradeClosed):
            self.trades.append(event)
        elif isinstance(event, CancelRequested):
            self.asked[event.order_id] += 1
        else:
            assert isinstance(event, OrderPlaced)
            assert event.side == "sell_to_close"
            assert event.quantity > 0
            entries = [order for order in self.book.working if order.side == "buy_to_open"]
            assert event.position_id not in {order.position_id for order in entries}
            self.broker.take(event)

    def _say(self, update: OrderUpdated) -> None:
        self.said.append(update)
        self._listen(books.on_order_update(self.book, update, rules=self.rules.exits, quotes=self.quotes))

    def order(self, draw: Draw) -> None:
        if len(self.broker.orders) >= 12:
            return
        symbol, quantity = draw(st.sampled_from([CALL, OTHER_CALL])), draw(st.sampled_from([1, 2, 3, 9]))
        self.count += 1
        wanted = recommendation(option_symbol=symbol, quantity=quantity, entry_price=Decimal("2.00"))
        asked = proposal(f"sig-{self.count}", recommendation=wanted, occurred_at=self.at)
        self.account, events = on_proposal(self.account, asked, day=DAY, rules=self.rules)
        for event in events:
            if isinstance(event, OrderPlaced):
                assert event.order_type == "live"
                self.broker.take(event)

    def read_an_order(self, draw: Draw) -> None:
        if unread := [known for known in self.broker.orders.values() if not known.is_told]:
            self._read(unread[0], halted=draw(st.integers(0, 9)) == 9)

    def _read(self, known: AtBroker, *, halted: bool) -> None:
        known.is_told = True
        self._listen(books.on_order(self.book, known.order, halted=halted))
        self._listen(books.on_early_updates(self.book, rules=self.rules.exits))

    def execute(self, draw: Draw) -> None:
        if not self.broker.working():
            return
        known, price = draw(st.sampled_from(self.broker.working())), draw(prices)
        most = known.rest
        if known.order.side == "sell_to_close":
            most = min(most, self.broker.held(known.order.position_id))
        if most > 0:
            quantity = draw(st.sampled_from([most, 1, draw(st.integers(1, most))]))
            self._say(self.broker.execute(known, quantity, price, self.at))

    def end(self, draw: Draw) -> None:
        if not (working := self.broker.working()):
            return
        status = draw(st.sampled_from(["canceled", "canceled", "expired", "failed"]))
        asked = [known for known in working if self.asked[known.order.event_id]]
        known = draw(st.sampled_from(asked or working))
        self._say(self.broker.end(known, status, self.at))

    def _executions(self) -> list[tuple[AtBroker, int]]:
        return [
            (known, number)
            for known in self.broker.orders.values()
            for number, one in enumerate(known.executions)
            if not one.is_busted
        ]

    def bust(self, draw: Draw) -> None:
        if self._executions():
            known, number = draw(st.sampled_from(self._executions()))
            self._say(self.broker.bust(known, number, self.at))

    def correct(self, draw: Draw) -> None:
        if not self._executions():
            return
        (known, number), price = draw(st.sampled_from(self._executions())), draw(prices)
        if known.executions[number].price != price:
            self._say(self.broker.correct(known, number, price, self.at))

    def adjust(self, draw: Draw) -> None:
        if not self.book.positions:
            return
        quantity, price = draw(st.integers(0, 10)), draw(prices)
        position = draw(st.sampled_from(self.book.positions))
        self.count += 1
        event = PositionAdjusted(
            event_id=derived_id("adjusted", self.count),
            occurred_at=self.at,
            account_id="paper",
            symbol=SPY,
            option_symbol=position.option_symbol,
            position_id=position.position_id,
            quantity=quantity,
            price=price,
            reason="sold_elsewhere",
        )
        is_free = all(order.position_id != position.position_id for order in self.book.working)
        self._listen(books.on_adjustment(self.book, event, rules=self.rules.exits))
        left = {held.position_id: held.quantity for held in self.book.positions}
        assert left.get(position.position_id, 0) == (quantity if is_free else position.quantity)
        self.said += [event] if is_free and quantity != position.quantity else []

    def say_again(self, draw: Draw) -> None:
        if not self.said:
            return
        event = draw(st.sampled_from(self.said))
        if isinstance(event, PositionAdjusted):
            self._listen(books.on_adjustment(self.book, event, rules=self.rules.exits), again=True)
            return
        before = self.book
        again = books.on_order_update(self.book, event, rules=self.rules.exits, quotes=self.quotes)
        self._listen(again, again=True)
        assert self.book.positions == before.positions
        assert self.book.working == before.working

    def tick(self, draw: Draw) -> None:
        symbol, price, is_quote = draw(st.sampled_from([CALL, OTHER_CALL])), draw(prices), draw(st.booleans())
        self.at += timedelta(seconds=draw(st.sampled_from([0, 1, 1, 5, 59, 301, 40_000])))
        mark, at = int(price * NANOS), to_micros(self.at)
        tick = Tick(symbol, at, bid=mark - CENT, ask=mark + CENT) if is_quote else Tick(symbol, at, price=mark, size=1)
        if is_quote:
            self.quotes[symbol] = Quote(bid=mark - CENT, ask=mark + CENT, quoted_at=at)
        self._listen(books.on_ticks(self.book, [tick], rules=self.rules.exits))

    def let_time_pass(self, draw: Draw) -> None:
        self.at += timedelta(seconds=draw(st.sampled_from([1, 5, 60, 400])))
        self.count += 1
        event = ClockAdvanced(event_id=derived_id("clock", self.count), occurred_at=self.at, kind="minute")
        self._listen(books.on_clock(self.book, event, rules=self.rules.exits))

    def ask_to_close(self, draw: Draw) -> None:
        if not self.book.positions:
            return
        quantity = draw(st.sampled_from([None, None, 1, 2]))
        position = draw(st.sampled_from(self.book.positions))
        self.count += 1
        request = CloseRequested(
            event_id=derived_id("request", self.count),
            occurred_at=self.at,
            account_id="paper",
            symbol=SPY,
            position_id=position.position_id,
            reason="manual",
            requested_by="somebody",
            quantity=quantity,
        )
        known = {"rules": self.rules.exits, "quotes": self.quotes}
        self._listen(books.on_close_request(self.book, request, **known))  # type: ignore[arg-type]  # by name

    def change_the_rules(self, draw: Draw) -> None:
        loss = Decimal(draw(st.sampled_from([50, 10])))
        self.rules = replace(self.rules, exits=replace(self.rules.exits, stop_loss_pct=loss))
        self._listen(books.on_rules(self.book, at=self.at, rules=self.rules))

    def finish(self) -> None:
        """Read what is unread, and end what works: entries first, as exits wait for them."""
        for known in list(self.broker.orders.values()):
            if not known.is_told:
                self._read(known, halted=False)
        while entries := [known for known in self.broker.working() if known.order.side == "buy_to_open"]:
            self._say(self.broker.end(entries[0], "canceled", self.at))
        assert self.account.reservations == ()
        while working := self.broker.working():
            self._say(self.broker.end(working[0], "expired", self.at))
        assert (self.book.working, self.book.live) == ((), {})
        assert all(position.status == "open" and not position.leaving for position in self.book.positions)
