"""The account stage: every proposal ends here in one decision; fills and closings move the account's book."""

from typing import Any

from agents import account as accounts
from agents.rules import Rules
from schemas.accounts import AccountEvent
from schemas.codec import decode
from schemas.decisions import TradeProposed
from schemas.event import Event
from schemas.records import AccountRecord
from streams.sessions import SessionCalendar
from streams.stage import Stage, check_place
from streams.topics import PROPOSALS, Topic

ACCOUNTS = "accounts"


class AccountStage(Stage):
    """One loop over the proposals and the account events of a shard of accounts."""

    name = "account"

    def __init__(self, *, rules: Rules, calendar: SessionCalendar, **stage: Any) -> None:
        super().__init__(**stage)
        self._rules = rules
        self._calendar = calendar

    def _work(self, topic: Topic, message: Any) -> None:
        model: type[TradeProposed | AccountEvent] = TradeProposed if topic is PROPOSALS else AccountEvent
        event = decode(model, message.value)
        check_place(message, event.account_id)
        key = event.account_id
        record: AccountRecord = self._tables[ACCOUNTS].get(key) or AccountRecord(
            state=accounts.opened(key, self._rules.limits)
        )
        if not self._is_news(ACCOUNTS, key, record, message, event):
            return
        day = self._calendar.phase(event.occurred_at).day
        emitted: tuple[Event, ...] = ()
        if isinstance(event, TradeProposed):
            state, emitted = accounts.on_proposal(record.state, event, day=day, rules=self._rules)
        else:
            state = accounts.on_account_event(record.state, event, day=day)
        self._apply(ACCOUNTS, key, record, message, state=state, emitted=emitted, heard=event)
