"""The account stage: every proposal ends here in one decision; fills, closings and brokers move the account's book."""

from typing import Any

from agents import account as accounts
from agents import performance
from agents.rules import Rules
from agents.tuner import tune
from schemas.accounts import AccountEvent, AccountSnapshot, BrokerReported
from schemas.codec import decode
from schemas.decisions import TradeProposed
from schemas.operations import ControlChanged
from schemas.orders import TradeClosed
from schemas.performance import Performance
from schemas.records import AccountRecord, PerformanceRecord, StateRecord
from streams.processors.controls import RulesInForce, changed
from streams.sessions import SessionCalendar
from streams.stage import Stage, check_place
from streams.topics import BROKER_REPORTS, CONTROLS, PROPOSALS, TRADES, Topic

ACCOUNTS, PERFORMANCES, ACCOUNT_CONTROLS = "accounts", "performances", "account-controls"


class AccountStage(Stage):
    """One loop over the proposals, the account events and the outcomes of a shard of accounts."""

    name = "account"

    def __init__(self, *, rules: Rules, calendar: SessionCalendar, **stage: Any) -> None:
        super().__init__(**stage)
        self._rules = RulesInForce(rules, self._tables[ACCOUNT_CONTROLS])
        self._calendar = calendar
        self._untold: dict[str, tuple[AccountSnapshot, Any]] = {}
        """By account the newest snapshot that the batch has led to, and the message it follows from."""

    def _forget(self) -> None:
        super()._forget()
        self._untold.clear()

    def _taken_back(self) -> None:
        super()._taken_back()
        self._untold.clear()

    def _answers_for(self, topic: Topic) -> bool:
        return topic.reader == self.name  # controls are the market stage's, outcomes the history's

    def _ledger(self, partition: int) -> tuple[str, StateRecord]:
        return ACCOUNT_CONTROLS, self._rules.record(partition)

    def _work(self, topic: Topic, message: Any) -> None:
        if topic is PROPOSALS:
            self._on_account(decode(TradeProposed, message.value), message)
        elif topic is TRADES:
            self._on_trade(decode(TradeClosed, message.value), message)
        elif topic is BROKER_REPORTS:
            self._on_account(decode(BrokerReported, message.value), message)
        elif topic is CONTROLS:
            self._on_control(decode(ControlChanged, message.value), message)
        else:
            self._on_account(decode(AccountEvent, message.value), message)

    def _on_account(self, event: TradeProposed | AccountEvent | BrokerReported, message: Any) -> None:
        check_place(message, event.account_id)
        key = event.account_id
        rules = self._rules.of(message.partition, symbol=event.symbol, account_id=key)
        record: AccountRecord = self._tables[ACCOUNTS].get(key) or AccountRecord(
            state=accounts.opened(key, rules.limits)
        )
        if not self._is_news(ACCOUNTS, key, record, message, event):
            return
        with self._isolated(ACCOUNTS, key, record, message, event):
            day = self._calendar.phase(event.occurred_at).day
            if isinstance(event, TradeProposed):
                state, emitted = accounts.on_proposal(record.state, event, day=day, rules=rules)
            elif isinstance(event, BrokerReported):
                state, emitted = accounts.on_broker_report(record.state, event, rules=rules)
            else:
                state, emitted = accounts.on_account_event(record.state, event, day=day, rules=rules)
            told = [said for said in emitted if isinstance(said, AccountSnapshot)]
            others = [said for said in emitted if not isinstance(said, AccountSnapshot)]
            self._apply(ACCOUNTS, key, record, message, state=state, emitted=others, heard=event)
            if told:
                self._untold[key] = told[-1], message

    def _conclude(self) -> None:
        """Tell every partition of an account once a batch: of what it was in between nobody hears.

        How often that is depends on how the topics were cut into batches. So that no number of what else the account
        emits does, snapshots are numbered apart, by the version of the record that tells of them.
        """
        for key, (told, message) in self._untold.items():
            record = self._tables[ACCOUNTS].get(key)
            assert record is not None, "what it is told of has changed it"
            self._trace, self._redrive = dict(message.headers or ()), None
            numbered = {"source": f"{ACCOUNTS}/{key}/snapshots", "sequence": record.version + 1}
            with self._isolated(ACCOUNTS, key, record, message):
                told = told.model_copy(update=numbered)
                self._apply(ACCOUNTS, key, record, message, state=record.state, emitted=(), apart=(told,))
        self._untold.clear()

    def _on_trade(self, trade: TradeClosed, message: Any) -> None:
        check_place(message, trade.account_id)
        key = trade.account_id
        record: PerformanceRecord = self._tables[PERFORMANCES].get(key) or PerformanceRecord(
            state=Performance(account_id=key)
        )
        if not self._is_news(PERFORMANCES, key, record, message, trade):
            return
        with self._isolated(PERFORMANCES, key, record, message, trade):
            rules = self._rules.of(message.partition, symbol=trade.symbol, account_id=key)
            state, measured = performance.on_trade(record.state, trade)
            state, tuned = tune(
                state, rules=rules, at=trade.occurred_at, cause_id=trade.event_id, account_id=trade.account_id
            )
            self._apply(PERFORMANCES, key, record, message, state=state, emitted=(*measured, *tuned), heard=trade)

    def _on_control(self, event: ControlChanged, message: Any) -> None:
        key, record = str(message.partition), self._rules.record(message.partition)
        if self._is_news(ACCOUNT_CONTROLS, key, record, message, event):
            state = changed(record.state, event)
            self._apply(ACCOUNT_CONTROLS, key, record, message, state=state, emitted=(), heard=event)
