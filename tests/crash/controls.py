"""Controls: in the end each partition goes by the newest of each, and by the newest snapshot of each account."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from schemas.event import to_micros
from schemas.operations import ControlChanged
from schemas.orders import OrderFilled
from schemas.records import BookRecord, ControlsRecord
from tests.crash.accounts import newest_snapshots
from tests.crash.effects import halts
from tests.crash.exits import newest_tick_read
from tests.crash.facts import Facts
from tests.crash.log import PARTITIONS


def wrong_controls(facts: Facts) -> Iterator[str]:
    """Yield partitions that have missed a change, and accounts that were halted without one."""
    changes = facts.controls.once.events
    for table, records in (
        ("market-controls", facts.market_controls.newest),
        ("account-controls", facts.account_controls.newest),
    ):
        for number in range(PARTITIONS):
            record = records.get(str(number))
            yield from _values(f"{table}/{number}", record.state.values if record else {}, changes)
    yield from _snapshots(facts, facts.market_controls.newest)
    halted = halts(facts)
    for decision in facts.decisions.events:
        if "kill_switch" in decision.codes and not {"", decision.account_id} & set(halted):
            yield f"decision {decision.event_id} was stopped by a kill switch that nobody set"
    for account_id, change_id in halted.items():
        yield from _opened_while_halted(facts, account_id, change_id)


def _opened_while_halted(facts: Facts, account_id: str, change_id: str) -> Iterator[str]:
    """While a partition's record has the kill switch of an account, no tick that it reads opens anything for it.

    A tick may come again after a crash: what it opens then is opened by what is in force by then. So what was told
    before the owner that was told of the switch, or after the one that was told of its end, counts for neither.
    """
    for number in range(PARTITIONS):
        versions = [stored.record for stored in facts.market_controls.versions.get(str(number), ())]
        halted = [
            n for n, v in enumerate(versions) if change_id in {change.event_id for change in v.state.values.values()}
        ]
        if not halted:
            continue
        first, last, lifted = versions[halted[0]], versions[halted[-1]], versions[halted[-1] + 1 :]
        begun, over = (newest_tick_read(facts, version, number) for version in (first, last))
        for stored in facts.fills.first.values():
            fill = stored.record
            opens = (stored.partition, fill.account_id, fill.side) == (number, account_id, "buy_to_open")
            if not opens or not begun < to_micros(fill.occurred_at) <= over:
                continue
            told = _telling(facts, fill)
            if told is not None and (
                told.epoch < first.epoch or (lifted and _knows(told, lifted[0], beyond=last, number=number))
            ):
                continue
            yield f"position {fill.position_id} was opened at {fill.occurred_at}, while {account_id} was halted"


def _telling(facts: Facts, fill: OrderFilled) -> BookRecord | None:
    """Return the first version of a fill's book that tells it."""
    for stored in facts.books.versions.get(f"{fill.account_id}|{fill.symbol}", ()):
        if fill.event_id in {entry.event_id for entry in stored.record.outbox}:
            return stored.record
    return None


def _knows(book: BookRecord, lifted: ControlsRecord, *, beyond: ControlsRecord, number: int) -> bool:
    """Return whether a book was written when the switch was lifted already."""
    source = f"controls.v1-{number}"
    is_offered = book.applied.get(source, -1) > beyond.applied.get(source, -1)
    return book.epoch > lifted.epoch or (book.epoch == lifted.epoch and is_offered)


def _values(name: str, said: Mapping[str, ControlChanged], changes: list[ControlChanged]) -> Iterator[str]:
    by_name: dict[str, list[ControlChanged]] = defaultdict(list)
    for change in changes:
        by_name[change.name].append(change)
    for control in sorted(set(by_name) | set(said)):
        newest = max((change.occurred_at for change in by_name[control]), default=None)
        # two accounts may tune at one instant
        allowed = {change.event_id for change in by_name[control] if change.occurred_at == newest}
        if control not in said or said[control].event_id not in allowed:
            yield f"{name} does not go by the newest {control}"


def _snapshots(facts: Facts, records: Mapping[str, ControlsRecord]) -> Iterator[str]:
    expected = {account_id: told.event_id for account_id, told in newest_snapshots(facts).items()}
    for number in range(PARTITIONS):
        record = records.get(str(number))
        said = {account_id: told.event_id for account_id, told in record.state.accounts.items()} if record else {}
        if said != expected:
            yield f"market-controls/{number} knows accounts by {said}, the newest are {expected}"
