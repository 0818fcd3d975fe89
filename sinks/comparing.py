"""Comparing a broker with the tables: at the start, every so often, after a gap, after a bust, and when asked."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from aiokafka.errors import KafkaError

from schemas.accounts import BrokerReported
from schemas.event import Event, to_micros
from schemas.ids import derived_id
from schemas.money import cents
from schemas.orders import PositionAdjusted
from schemas.reconciliation import Difference, Reconciled
from sinks.broker import Broker, Execution, Refused, Unavailable
from sinks.execution import LiveExecution
from sinks.intents import Intents
from sinks.line import Timing
from sinks.live_orders import LiveOrder, source_of
from sinks.pauses import Pauses
from sinks.reconciliation import Found, Ours, Theirs, adjustments, at_work, compare, held, is_ours, standing
from sinks.tables_view import TablesView, viewing
from streams.logs import logger

SECOND_LOOK_S = 5.0
NEWS_S = 1.0
"""What the stream is about to tell needs no asking."""
SOON_S = 15.0
"""To the next comparison while something is paused by us, or the stages are behind."""
AWAY_S = 5.0
"""To the next try when the broker does not answer."""
LOOK_BACK = timedelta(hours=1)
"""Of executions."""

Cause = Literal["start", "period", "gap", "bust", "manual"]

log = logger(__name__)


class Comparing:
    """Compares an account at its broker with books and account, and tells what it finds and repairs."""

    def __init__(
        self, bootstrap_servers: str, *, account_id: str, interval_s: float, stages: str, timing: Timing
    ) -> None:
        self._servers = bootstrap_servers
        self._account_id = account_id
        self._source = source_of(account_id)
        self._interval_s = interval_s
        self._stages = stages
        self._timing = timing
        self._wanted = asyncio.Event()
        self._cause: Cause = "start"
        self._noticed: list[Difference] = []
        self._pauses = Pauses(self._source)

    def notice(self, cause: Literal["gap", "bust"], differences: Sequence[Difference]) -> None:
        """Ask for a comparison, and have it tell differences that were found already."""
        self._noticed += differences
        if self._cause == "period":
            self._cause = cause
        self._wanted.set()

    async def run(self, intents: Intents, execution: LiveExecution, broker: Broker) -> None:
        """Compare until cancelled; raises LockLost."""
        self._intents, self._execution, self._broker = intents, execution, broker
        await execution.has_begun()
        await intents.listen(self._wanted.set)
        while True:
            try:
                async with viewing(self._servers, account_id=self._account_id, stages=self._stages) as view:
                    while True:
                        await self._wait(await self._compare(view))
            except (KafkaError, OSError) as error:
                log.warning("waiting", what="kafka", error=type(error).__name__)
                await self._timing.pause(NEWS_S)

    async def _wait(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wanted.wait(), min(seconds, self._interval_s))
        self._wanted.clear()

    async def _compare(self, view: TablesView) -> float:
        """Compare once and tell; return after how many seconds to compare again."""
        requests = await self._intents.requests()
        cause: Cause = "manual" if requests else self._cause
        try:
            differences = []
            ours, theirs = await self._look(view)
            found = compare(ours, theirs)
            if found:
                differences = await self._ask_about(found)
                await self._timing.pause(SECOND_LOOK_S)
                ours, theirs = await self._look(view)
                found = standing(found, compare(ours, theirs))
            events: list[Event] = []
            for one in found:
                repair, made = await self._repair(one, ours, theirs)
                differences.append(self._difference(one, repair))
                events += made
        except (Unavailable, Refused) as failure:
            log.warning("not_compared", cause=cause, error=str(failure))
            return AWAY_S
        differences += self._noticed
        self._cause, self._noticed = "period", []
        now = self._timing.now()
        events += self._pauses.changes(found, view, is_settled=ours.is_settled, busy=at_work(ours), at=now)
        events.append(self._report(found, theirs, at=now))
        if cause != "period" or differences:
            ids = requests or [derived_id("reconciled", self._account_id, cause, to_micros(now))]
            events += [self._reconciled(one, cause, differences, ours, at=now) for one in ids]
        await self._intents.tell(events, answers=requests)
        for told in differences:
            log.warning("difference", kind=told.kind, subject=told.subject, ours=told.ours, theirs=told.theirs)
        log.info("compared", cause=cause, differences=len(differences), is_settled=ours.is_settled)
        return self._interval_s if ours.is_settled and not self._pauses.paused and not found else SOON_S

    async def _look(self, view: TablesView) -> tuple[Ours, Theirs]:
        """Ask the tables, then the broker; what moves meanwhile is at work on both sides."""
        line, broker, outbox = self._execution.line, self._broker, self._intents.outbox
        before, told = self._execution.unfinished, outbox.told
        is_settled = outbox.is_empty.is_set() and await view.catch_up()
        theirs = Theirs(
            orders=await line.ask(broker.open_orders),
            positions=await line.ask(broker.positions),
            account=await line.ask(broker.account),
            executions=await line.ask(lambda: broker.executions(self._timing.now() - LOOK_BACK)),
        )
        unfinished = list({live.order_id: live for live in (*before, *self._execution.unfinished)}.values())
        ours = Ours(
            unfinished=unfinished,
            books=view.books(),
            account=view.account(),
            is_settled=is_settled and outbox.told == told,
            executed=await self._executed(unfinished, theirs.executions),
        )
        return ours, theirs

    async def _executed(self, unfinished: Sequence[LiveOrder], executions: Sequence[Execution]) -> dict[str, int]:
        known = {link: live.executed_in(link) for live in unfinished for link in live.chain}
        for broker_order_id in {execution.broker_order_id for execution in executions} - known.keys():
            if (live := await self._intents.find(broker_order_id)) is not None:
                known[broker_order_id] = live.executed_in(broker_order_id)
        return known

    async def _ask_about(self, found: Sequence[Found]) -> list[Difference]:
        """Ask for orders whose news may be lost, and return what was told thereby."""
        subjects = {one.subject: one for one in found if one.kind in ("order_status", "execution_missing")}
        if not subjects:
            return []
        await self._timing.pause(NEWS_S)
        differences = []
        for live in self._execution.unfinished:
            one = subjects.get(live.order_id) or next((subjects[link] for link in live.chain if link in subjects), None)
            if one is not None and await self._execution.look_at(live.order_id):
                differences.append(self._difference(one, "asked for, and told", symbol=live.order.symbol))
        return differences

    async def _repair(self, found: Found, ours: Ours, theirs: Theirs) -> tuple[str, list[Event]]:
        """Do what a difference asks for; return it in words, and the events that follow."""
        match found.kind:
            case "order_unknown_here" if is_ours(found):
                placed = next(one for one in theirs.orders if one.client_order_id == found.subject)
                with suppress(Refused):
                    await self._execution.line.ask(lambda: self._broker.cancel(placed.broker_order_id))
                return "cancelled at the broker: it bears our name, and none of ours is at work under it", []
            case "order_unknown_here":
                return "somebody else's: left alone", []
            case "position_quantity":
                now = self._timing.now()
                made = adjustments(found, ours=ours, theirs=theirs, day=now.date())
                return "the book goes by the broker; paused until they agree", [
                    PositionAdjusted(
                        event_id=derived_id("position-adjusted", one.position.position_id, to_micros(now)),
                        occurred_at=now,
                        source=self._source,
                        account_id=self._account_id,
                        symbol=one.position.symbol,
                        option_symbol=one.position.option_symbol,
                        position_id=one.position.position_id,
                        quantity=one.quantity,
                        price=one.price,
                        reason=one.reason,
                    )
                    for one in made
                ]
            case "position_unknown_here":
                return "paused until it is gone, or a person lifts the pause", []
            case "cash":
                return "booked as an adjustment", []
            case "execution_missing":
                return "its order has ended: booked by its position's quantity", []
            case _:
                return "asked for again", []

    def _difference(self, found: Found, repair: str, *, symbol: str = "") -> Difference:
        return Difference(
            kind=found.kind,
            subject=found.subject,
            symbol=found.symbol or symbol,
            ours=found.ours,
            theirs=found.theirs,
            repair=repair,
        )

    def _report(self, found: Sequence[Found], theirs: Theirs, *, at: datetime) -> BrokerReported:
        said = theirs.account
        cash = [one for one in found if one.kind == "cash"]
        return BrokerReported(
            event_id=derived_id("broker-report", self._account_id, to_micros(at)),
            occurred_at=at,
            source=self._source,
            account_id=self._account_id,
            cash=said.cash,
            equity=said.equity,
            buying_power=said.buying_power,
            options_buying_power=said.options_buying_power,
            day_trades=said.day_trades,
            is_pattern_day_trader=said.is_pattern_day_trader,
            is_blocked=said.is_blocked,
            cash_difference=sum((cents(Decimal(one.theirs)) - Decimal(one.ours) for one in cash), Decimal(0)),
        )

    def _reconciled(
        self, event_id: str, cause: Cause, differences: Sequence[Difference], ours: Ours, *, at: datetime
    ) -> Reconciled:
        return Reconciled(
            event_id=event_id,
            occurred_at=at,
            source=self._source,
            account_id=self._account_id,
            cause=cause,
            orders=len(ours.unfinished),
            positions=len(held(ours.books)) if ours.is_settled else 0,
            differences=tuple(differences),
            paused=tuple(sorted(self._pauses.paused)),
        )
