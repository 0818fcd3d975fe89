"""An account through any sequence of what can happen to it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from agents.account import on_account_event, on_proposal, opened
from agents.limits import exposure, positions
from agents.rules import RiskLimits, Rules
from schemas.accounts import AccountEvent, AccountSnapshot
from schemas.decisions import DecisionMade, Engine, EntryContext, TradeProposed
from schemas.event import Event
from schemas.ids import derived_id
from schemas.occ import OptionContract
from schemas.orders import OrderPlaced
from tests.agents.strategies import AT, DAY, EXAMPLES, EXPIRATION, POLICY, proposal, recommendation

prices = st.integers(1, 60_000).map(lambda count: Decimal(count) / 10_000)
chops = st.sampled_from([None, Decimal(0), Decimal(59), Decimal(60), Decimal(79), Decimal(80)])


def contract(symbol: str, strike: int) -> OptionContract:
    return OptionContract(symbol, EXPIRATION, "call", Decimal(strike))


def wish(symbol: str, strike: int, quantity: int, price: Decimal, engine: Engine) -> dict[str, Any]:
    return {
        "policy": POLICY.model_copy(update={"executed_engine": engine}),
        "recommendation": recommendation(
            engine=engine,
            symbol=symbol,
            option_symbol=contract(symbol, strike).symbol,
            strike=Decimal(strike),
            quantity=quantity,
            entry_price=price,
        ),
    }


def happened(
    order: OrderPlaced,
    kind: str,
    *,
    quantity: int,
    price: Decimal | None = None,
    realized: Decimal | None = None,
    **changes: Any,
) -> AccountEvent:
    return AccountEvent.model_validate(
        {
            "event_id": derived_id("account-event", order.event_id, kind, quantity),
            "occurred_at": AT,
            "account_id": order.account_id,
            "kind": kind,
            "order_id": order.event_id if kind.startswith("order") else derived_id("order", order.event_id, "exit"),
            "position_id": order.position_id,
            "symbol": order.symbol,
            "option_symbol": order.option_symbol,
            "quantity": quantity,
            "price": price,
            "realized_pnl": realized,
            "engine": order.engine,
            **changes,
        }
    )


class AccountUnderWay(RuleBasedStateMachine):
    """One account through proposals, fills, failures and closings in any order, beside a ledger of plain sums."""

    @initialize(
        open_max=st.integers(0, 4),
        symbol_max=st.integers(1, 3),
        exposure_max=st.sampled_from([500, 2_000, 10_000]),
        percent=st.sampled_from([1, 5, 20]),
        loss_max=st.sampled_from([100, 1_000]),
        trades_max=st.integers(0, 6),
    )
    def open(
        self, open_max: int, symbol_max: int, exposure_max: int, percent: int, loss_max: int, trades_max: int
    ) -> None:
        self.limits = RiskLimits(
            opening_equity=Decimal(20_000),
            open_positions_max=open_max,
            positions_per_symbol_max=symbol_max,
            exposure_max=Decimal(exposure_max),
            exposure_pct_max=Decimal(percent),
            daily_loss_max=Decimal(loss_max),
            daily_trades_max=trades_max,
        )
        self.account = opened("paper", self.limits)
        self.day = DAY
        self.count = 0
        self.ordered: dict[str, OrderPlaced] = {}
        self.held: dict[str, tuple[OrderPlaced, Decimal, int]] = {}
        """by order: the order, what it cost a share, and how many contracts are left"""
        self.told: AccountSnapshot | None = None
        self.paid = Decimal(0)
        self.realized = Decimal(0)
        self.realized_today = Decimal(0)
        self.let_through_today = 0

    @rule(
        symbol=st.sampled_from(["SPY", "QQQ", "IWM"]),
        strike=st.integers(590, 594),
        quantity=st.integers(1, 12),
        price=prices,
        chop=chops,
        engine=st.sampled_from(["A", "B"]),
    )
    def propose(
        self, symbol: str, strike: int, quantity: int, price: Decimal, chop: Decimal | None, engine: Engine
    ) -> None:
        self.count += 1
        asked = proposal(
            f"sig-{self.count}", entry=EntryContext(chop_score=chop), **wish(symbol, strike, quantity, price, engine)
        )
        self.account, events = on_proposal(self.account, asked, day=self.day, rules=Rules(limits=self.limits))
        self._listen(events)
        decisions = [event for event in events if isinstance(event, DecisionMade)]
        orders = [event for event in events if isinstance(event, OrderPlaced)]
        assert len(decisions) == 1
        assert decisions[0].proposal_id == asked.event_id
        assert (decisions[0].status == "approved") == bool(orders) == (not decisions[0].codes)
        assert [order.event_id for order in orders] == ([decisions[0].order_id] if orders else [])
        for order in orders:
            self._check_order(order, asked, chop)

    def _check_order(self, order: OrderPlaced, asked: TradeProposed, chop: Decimal | None) -> None:
        """The limits hold with this order, by the ledger's own sums; and then the ledger takes it in."""
        wanted = asked.recommendation
        assert wanted is not None
        mine = [*self.ordered.values(), *(held for held, *_ in self.held.values())]
        assert len(mine) < self.limits.open_positions_max
        assert sum(other.symbol == order.symbol for other in mine) < self.limits.positions_per_symbol_max
        assert order.option_symbol not in {other.option_symbol for other in mine}
        carried = self._carried() + order.limit_price * order.quantity * 100
        assert carried <= self.limits.exposure_max
        share = carried * 100 / (20_000 + self.realized)
        assert share <= self.limits.exposure_pct_max
        assert self.realized_today > -self.limits.daily_loss_max
        assert not self.limits.daily_trades_max or self.let_through_today < self.limits.daily_trades_max
        assert not (chop is not None and chop >= 80 and mine)
        halved = chop is not None and chop >= 60
        assert order.quantity == (max(1, wanted.quantity // 2) if halved else wanted.quantity)
        self.ordered[order.event_id] = order
        self.let_through_today += 1

    def _carried(self) -> Decimal:
        reserved = sum((order.limit_price * order.quantity * 100 for order in self.ordered.values()), Decimal(0))
        return reserved + self._cost()

    def _cost(self) -> Decimal:
        return sum((price * left * 100 for _, price, left in self.held.values()), Decimal(0))

    @precondition(lambda self: self.ordered)
    @rule(data=st.data(), price=prices)
    def fill(self, data: st.DataObject, price: Decimal) -> None:
        order = self.ordered.pop(data.draw(st.sampled_from(sorted(self.ordered))))
        self._tell(happened(order, "order_filled", quantity=order.quantity, price=price))
        self.held[order.event_id] = order, price, order.quantity
        self.paid -= price * order.quantity * 100

    @precondition(lambda self: self.ordered)
    @rule(data=st.data())
    def fail(self, data: st.DataObject) -> None:
        order = self.ordered.pop(data.draw(st.sampled_from(sorted(self.ordered))))
        self._tell(happened(order, "order_failed", quantity=order.quantity))

    @precondition(lambda self: self.held)
    @rule(data=st.data(), price=prices)
    def close(self, data: st.DataObject, price: Decimal) -> None:
        order, entry, left = self.held.pop(data.draw(st.sampled_from(sorted(self.held))))
        self._sell(order, "position_closed", entry=entry, price=price, quantity=left)

    @precondition(lambda self: any(left > 1 for *_, left in self.held.values()))
    @rule(data=st.data(), price=prices)
    def reduce(self, data: st.DataObject, price: Decimal) -> None:
        name = data.draw(st.sampled_from(sorted(name for name, (*_, left) in self.held.items() if left > 1)))
        order, entry, left = self.held[name]
        sold = data.draw(st.integers(1, left - 1))
        self.held[name] = order, entry, left - sold
        self._sell(order, "position_reduced", entry=entry, price=price, quantity=sold)

    @precondition(lambda self: self.held)
    @rule(data=st.data(), band=st.sampled_from(["low", "middle", "near_target"]))
    def band(self, data: st.DataObject, band: str) -> None:
        order, *_ = self.held[data.draw(st.sampled_from(sorted(self.held)))]
        self._tell(happened(order, "position_banded", quantity=0, band=band))
        assert [item.band for item in self.account.holdings if item.position_id == order.position_id] == [band]

    def _sell(self, order: OrderPlaced, kind: str, *, entry: Decimal, price: Decimal, quantity: int) -> None:
        gain = (price - entry) * quantity * 100
        self._tell(happened(order, kind, quantity=quantity, price=price, realized=gain), again=kind.endswith("closed"))
        self.realized += gain
        self.realized_today += gain
        self.paid += price * quantity * 100

    def _tell(self, event: AccountEvent, *, again: bool = True) -> None:
        rules = Rules(limits=self.limits)
        self.account, events = on_account_event(self.account, event, day=self.day, rules=rules)
        self._listen(events)
        if again:  # told twice, counted once
            assert on_account_event(self.account, event, day=self.day, rules=rules) == (self.account, ())

    def _listen(self, events: tuple[Event, ...]) -> None:
        told = [event for event in events if isinstance(event, AccountSnapshot)]
        assert len(told) <= 1
        for snapshot in told:
            assert self.told is None or said(snapshot) != said(self.told)
            self.told = snapshot

    @rule(days=st.integers(-1, 2))
    def let_days_pass(self, days: int) -> None:
        """A message of the day before may still come; it counts into the newest day."""
        before = self.account
        blocked = proposal(f"blocked-{self.count}-{days}", recommendation=None, codes=("no_recommendation",))
        newest = self.account.day or self.day
        self.account, _ = on_proposal(
            self.account, blocked, day=self.day + timedelta(days=days), rules=Rules(limits=self.limits)
        )
        if self.day + timedelta(days=days) > newest:
            self.day += timedelta(days=days)
            self.realized_today, self.let_through_today = Decimal(0), 0
        elif before.day is not None:
            assert self.account == before

    @invariant()
    def the_account_agrees_with_the_ledger(self) -> None:
        assert {item.order_id for item in self.account.reservations} == set(self.ordered)
        assert {item.position_id for item in self.account.holdings} == {
            order.position_id for order, *_ in self.held.values()
        }
        assert exposure(self.account) == self._carried()
        assert self.account.realized_pnl == self.realized
        assert self.account.day_realized_pnl == self.realized_today
        assert self.account.day_trades == self.let_through_today

    @invariant()
    def cash_and_the_cost_of_what_is_held_are_the_opening_equity_and_what_was_made(self) -> None:
        assert self.account.cash + self._cost() == self.account.opening_equity + self.account.realized_pnl

    @invariant()
    def cash_is_the_sum_over_fills(self) -> None:
        assert self.account.cash == self.account.opening_equity + self.paid

    @invariant()
    def what_was_told_last_is_how_it_stands(self) -> None:
        if self.told is None:
            assert not self.account.holdings
            assert not self.account.reservations
            return
        stands = positions(self.account), exposure(self.account), self.account.opening_equity + self.realized
        assert said(self.told) == stands


def said(snapshot: AccountSnapshot) -> tuple[dict[str, int], Decimal, Decimal]:
    return snapshot.positions, snapshot.exposure, snapshot.equity


TestAccountUnderWay = AccountUnderWay.TestCase
TestAccountUnderWay.settings = settings(max_examples=EXAMPLES, stateful_step_count=30, deadline=None)
