"""Every exit at the tick that calls for it, by the rules in force; those asked for by hand in between."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction

from schemas.controls import ExitRulesControl
from schemas.event import to_micros
from schemas.orders import OrderFilled, OrderPlaced
from schemas.positions import Book
from schemas.records import StateRecord
from schemas.ticks import Tick
from streams.topics import partition_of
from tests.crash.effects import Fill, closing_fills, closing_orders, opening_fills
from tests.crash.facts import Facts
from tests.crash.plan import Limits
from tests.crash.prices import ABSENT, NANOS, Tape, middle_of, usd

NEVER = 2**63
Exit = tuple[int, str | None, Decimal | None, int]
"""Instant, reason, the mark that calls for it, contracts."""


@dataclass(frozen=True, slots=True)
class Change:
    """An underlying's exit rules are changed.

    known_at  newest tick of the partition, UTC microseconds, when the change was first on the changelog for good:
              what is opened later goes by it
    """

    exit_pct: Decimal
    known_at: int


@dataclass(frozen=True, slots=True)
class ExitRules:
    """What calls for exits: percents of the entry price."""

    exit_pct: Decimal
    part_pct: Decimal
    changes: Mapping[str, Change]
    """by underlying, at most one each"""

    def newest_of(self, symbol: str) -> Decimal:
        """Return the profit target and the stop that are in force for an underlying in the end."""
        return self.changes[symbol].exit_pct if symbol in self.changes else self.exit_pct


def exit_rules_of(facts: Facts, limits: Limits) -> ExitRules:
    """Return the rules that a round went by."""
    changes = {}
    for control in facts.controls.once.events:
        family, _, symbol = control.name.partition(".")
        if family == "exit_rules":
            wanted = ExitRulesControl.model_validate_json(control.value).profit_target_percent
            assert wanted is not None
            changes[symbol] = Change(wanted, _known_at(facts, control.name, partition_of(symbol)))
    return ExitRules(limits.exit_pct, limits.part_pct, changes)


def _known_at(facts: Facts, name: str, partition: int) -> int:
    """Return the newest tick that had been read when a partition's record took a control in, never to lose it again."""
    versions = [stored.record for stored in facts.market_controls.versions.get(str(partition), ())]
    first = max((at for at, record in enumerate(versions) if name not in record.state.values), default=-1) + 1
    if first == len(versions):
        return NEVER
    return newest_tick_read(facts, versions[first], partition)


def newest_tick_read(facts: Facts, record: StateRecord, partition: int) -> int:
    """Return the time of the newest tick of a partition that had been read when a record was written; 0: none."""
    read = record.applied.get(f"price-ticks.v1-{partition}", -1)
    frames = [s for s in facts.frames.first.values() if s.partition == partition and s.offset <= read]
    return max((tick.at for stored in frames[-1:] for tick in stored.record.ticks()), default=0)


def wrong_exits(facts: Facts, tape: Tape, rules: ExitRules) -> Iterator[str]:
    """Yield positions that are not asked out, or sold, when the tape and the rules call for it."""
    asked, sold = closing_orders(facts), closing_fills(facts)
    for position_id, entry in opening_fills(facts).items():
        orders = asked.get(position_id, ())
        fills = sold.get(position_id, ())
        yield from _position(tape, entry, orders, fills, rules)
        yield from _sold(tape, entry, orders, fills)
    for key, versions in facts.books.versions.items():
        # while rules are being changed, a book may go by either
        changed = key.split("|")[1] in rules.changes
        wrong = {text for stored in versions if not changed for text in _armed(stored.record.state, rules)}
        yield from sorted(wrong.union(_armed(facts.books.newest[key].state, rules)))


def exits(
    tape: Tape, entry: Fill, rules: ExitRules, *, switch: int = NEVER, asked: Sequence[tuple[OrderPlaced, int]] = ()
) -> Iterator[Exit]:
    """Yield what the ticks after a position's entry call for, and what is asked for by hand in between.

    At the target or the stop all that is left goes. Before that half of it goes, rounded half up, once for a gain and
    once for a loss; the last contract is not divided.

    switch  from when on the changed rules hold, UTC microseconds
    asked   the position's orders, each with the newest tick that must have been read before it. Those that no tick
            calls for are taken as they are, in their turn: when exactly they came is not on the tape
    """
    price, left, halved = Fraction(entry.price) * NANOS, entry.quantity, set[str]()
    waiting = list(asked)
    for tick in tape.after(entry.option_symbol, to_micros(entry.occurred_at)):
        while waiting and waiting[0][0].exit_reason == "manual" and tick.at > waiting[0][1]:
            order, _ = waiting.pop(0)
            left -= order.quantity
            yield _as_asked(order)
        if left <= 0:
            return
        called = _called(tick, price, left, halved, rules, rules.newest_of(entry.symbol) if tick.at >= switch else None)
        if called is None:
            continue
        yield called
        left -= called[3]
        halved.add(str(called[1]))
        waiting = waiting[1:]
    for order, _ in waiting:
        if order.exit_reason == "manual":
            yield _as_asked(order)


def _as_asked(order: OrderPlaced) -> Exit:
    return to_micros(order.occurred_at), order.exit_reason, None, order.quantity


def _called(
    tick: Tick, price: Fraction, left: int, halved: set[str], rules: ExitRules, changed: Decimal | None
) -> Exit | None:
    mark = tick.price if tick.price != ABSENT else middle_of(tick)
    if mark is None:
        return None
    gain = (mark / price - 1) * 100
    if abs(gain) >= Fraction(rules.exit_pct if changed is None else changed):
        return tick.at, "profit_target" if gain > 0 else "stop_loss", usd(mark), left
    reason = "partial_profit" if gain > 0 else "deep_loss"
    if abs(gain) >= Fraction(rules.part_pct) and left > 1 and reason not in halved:
        return tick.at, reason, usd(mark), (left + 1) // 2
    return None


def _read_before(tape: Tape, order: OrderPlaced, fill: OrderFilled | None) -> int:
    """Return the newest quote that an order which waits for it, and was not filled by it, cannot have been there for.

    returns  UTC microseconds, -1 when nothing tells
    """
    asked_at = to_micros(order.occurred_at)
    filled_at = NEVER if fill is None else to_micros(fill.occurred_at)
    later = tape.after(order.option_symbol, asked_at - 1)
    return max((tick.at for tick in later if tick.at < filled_at and middle_of(tick) is not None), default=-1)


def switches(tape: Tape, entry: Fill, rules: ExitRules) -> list[int]:
    """Return the instants from which a position may have gone by the changed rules, as far as they differ."""
    change = rules.changes.get(entry.symbol)
    if change is None:
        return [NEVER]
    opened = to_micros(entry.occurred_at)
    if opened > change.known_at:
        return [0]
    least, most = sorted((Fraction(rules.exit_pct), Fraction(change.exit_pct)))
    price = Fraction(entry.price) * NANOS
    instants = [NEVER, 0]
    for tick in tape.after(entry.option_symbol, opened):
        mark = tick.price if tick.price != ABSENT else middle_of(tick)
        gain = Fraction(0) if mark is None else abs((mark / price - 1) * 100)
        if gain >= most:
            break
        if gain >= least:
            instants.append(tick.at + 1)
    return instants


def _position(
    tape: Tape, entry: OrderFilled, asked: Sequence[OrderPlaced], sold: Sequence[OrderFilled], rules: ExitRules
) -> Iterator[str]:
    """Each exit is asked for by the first tick that calls for it."""
    fills = {fill.order_id: fill for fill in sold}
    placed = [(order, _read_before(tape, order, fills.get(order.event_id))) for order in asked]
    said = [(to_micros(o.occurred_at), o.exit_reason, o.trigger_price, o.quantity) for o in asked]
    expected: list[Exit] = []
    for switch in switches(tape, entry, rules):
        expected = list(exits(tape, entry, rules, switch=switch, asked=placed))
        if said == expected:
            return
    yield f"position {entry.position_id} should be asked out by {expected}, was by {said}"


def _sold(tape: Tape, entry: OrderFilled, asked: Sequence[OrderPlaced], sold: Sequence[OrderFilled]) -> Iterator[str]:
    """Each exit is filled by the contract's next quote; when one asked for by hand came is not on the tape."""
    filled = {fill.order_id: to_micros(fill.occurred_at) for fill in sold}
    for order in asked:
        name, at = f"position {entry.position_id}: order {order.event_id}", filled.get(order.event_id)
        due = tape.quoted_after(entry.option_symbol, to_micros(order.occurred_at))
        if order.exit_reason == "manual":
            if at is not None and (due is None or at < due.at):
                yield f"{name} was filled at {at}, before a quote that could"
        elif at != (None if due is None else due.at):
            yield f"{name} should fill at {due and due.at}, did at {at}"


def _armed(book: Book, rules: ExitRules) -> Iterator[str]:
    """An open position has its levels by the newest rules, whenever it was opened."""
    percent = rules.newest_of(book.symbol)
    for position in (held for held in book.positions if held.order_type != "live"):
        price = position.entry_price * NANOS / 100
        target = int((price * (100 + percent)).to_integral_value(rounding=ROUND_CEILING))
        stop = int((price * (100 - percent)).to_integral_value(rounding=ROUND_FLOOR))
        said = (position.target_at_or_above, position.stop_at_or_below)
        if position.available and said != (target, stop):
            yield f"position {position.position_id} has its levels at {said}, its rules at {(target, stop)}"
