"""A book: the positions of one account in one underlying, folded over its tape.

Every reducer returns the book and the events that follow; `agents.shadows` says what a shadow book lets out. Orders are
filled here (`agents.paper_exchange`) or, live ones, by a broker (`agents.live_exchange`).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from agents import corrections, exit_intelligence, live_exchange
from agents.closing import Outcome, asked_out, replaced
from agents.exits import REGIME_CHANGE, band_at, full_exit, gain_pct, partial_exit, partial_quantity, rearmed
from agents.live_exits import NO_QUOTES, Quotes, cancel, overdue, sent
from agents.paper_exchange import expired, filled, given_up, is_fillable
from agents.quiet import Quiet, quiet_marks
from agents.rules import ExitRules, Rules
from agents.settlement import expirations_settled
from agents.shadows import as_told, order_of
from schemas.accounts import AccountEvent
from schemas.event import Event, from_micros
from schemas.ids import derived_id
from schemas.market import BiasState, Market
from schemas.money import to_usd
from schemas.operations import ClockAdvanced
from schemas.orders import CancelAsked, CloseRequested, OrderPlaced, OrderUpdated, PositionAdjusted, ShadowTrade
from schemas.positions import Book, LiveOrder, Position
from schemas.ticks import ABSENT, Tick, mid


def on_order(book: Book, order: OrderPlaced, *, halted: bool = False) -> Outcome:
    """Take an opening order in; a closing one is the book's own. On paper it is filled at its contract's next quote.

    Of a live one `on_early_updates` may have something to add.

    halted  the account opens nothing: an order that was on its way when the kill switch was thrown fails
    """
    if order.side == "sell_to_close" or book.is_shadow != (order.order_type == "shadow"):
        return book, ()
    if any(known.event_id == order.event_id for known in book.working):
        return book, ()
    changes: dict[str, Any] = {"working": (*book.working, order)}
    if order.order_type == "live":
        if any(position.entry_order_id == order.event_id for position in book.positions):
            return book, ()
        changes["live"] = {**book.live, order.event_id: LiveOrder()}
    book = book.model_copy(update=changes)
    return on_halt(book, at=order.occurred_at) if halted else (book, ())


def on_halt(book: Book, *, at: datetime) -> Outcome:
    """Give up the orders that open something, live ones by asking their broker; exits go on, and so do shadows."""
    events: tuple[Event, ...] = ()
    for order in book.working:
        if order.side == "buy_to_open" and order.order_type == "paper":
            book, dropped = given_up(book, order, at, reason="kill_switch")
            events += dropped
        elif order.side == "buy_to_open" and order.order_type == "live":
            book, asked = cancel(book, order, at=at, reason="kill_switch")
            events += asked
    return book, events


def on_cancel_asked(book: Book, asked: CancelAsked) -> Outcome:
    """Give up an order that opens a position, a live one by asking its broker; an exit goes on."""
    for order in book.working:
        if order.event_id == asked.order_id and order.side == "buy_to_open":
            if order.order_type == "live":
                return cancel(book, order, at=asked.occurred_at, reason="manual")
            return given_up(book, order, asked.occurred_at, reason="manual", status="canceled")
    return book, ()


def on_closing(book: Book, *, at: datetime, rules: Rules) -> Outcome:
    """Close what is held where the kill switch calls for it: each change of it asks once for a position."""
    cause = rules.limits.closing
    if cause is None or book.is_shadow:
        return book, ()
    events: tuple[Event, ...] = ()
    for position in book.positions:
        request = CloseRequested(
            event_id=derived_id("close-request", cause, position.position_id),
            occurred_at=at,
            account_id=book.account_id,
            symbol=book.symbol,
            position_id=position.position_id,
            reason="kill_switch",
            requested_by="kill_switch",
        )
        after, caused = on_close_request(book, request, rules=rules.exits)
        if after is not book:
            book, events = after, (*events, request, *caused)
    return book, events


def on_shadow_trade(book: Book, trade: ShadowTrade) -> Outcome:
    """Take a shadow trade into its shadow book, to be filled like an order; any other book leaves it alone."""
    if any(position.entry_order_id == trade.event_id for position in book.positions):
        return book, ()
    return on_order(book, order_of(trade))


def on_order_update(book: Book, update: OrderUpdated, *, rules: ExitRules, quotes: Quotes = NO_QUOTES) -> Outcome:
    """Work in what an executor says of a live order; paper orders are the book's own.

    quotes  the newest prices of the underlying's contracts, for orders that follow
    """
    return live_exchange.on_update(book, update, rules=rules, quotes=quotes)


def on_early_updates(book: Book, *, rules: ExitRules) -> Outcome:
    """Work in what an executor has said of live orders before they were read here, once they are."""
    return live_exchange.on_early_updates(book, rules=rules)


def on_adjustment(book: Book, event: PositionAdjusted, *, rules: ExitRules) -> Outcome:
    """Go by the broker in the quantity of a live position."""
    return corrections.on_adjustment(book, event, rules=rules)


def on_bias(book: Book, bias: BiasState, *, at: datetime, rules: ExitRules, quotes: Quotes = NO_QUOTES) -> Outcome:
    """Judge open positions by a new bias, as `agents.exit_intelligence` does."""
    return sent(exit_intelligence.on_bias(book, bias, at=at, rules=rules), at=at, rules=rules, quotes=quotes)


def on_close_request(book: Book, request: CloseRequested, *, rules: ExitRules, quotes: Quotes = NO_QUOTES) -> Outcome:
    """Close an open position, or as many of its contracts as are asked for; each request counts once."""
    position = next((held for held in book.positions if held.position_id == request.position_id), None)
    wanted = request.quantity
    if position is None or not position.available or request.event_id in position.close_requests:
        return book, ()
    if wanted is not None and wanted <= 0:
        return book, ()
    noted = position.model_copy(update={"close_requests": (*position.close_requests, request.event_id)})
    quantity = None if wanted is None else min(wanted, position.available)
    book = replaced(book, position, noted)
    after, _, order = asked_out(book, noted, at=request.occurred_at, reason=request.reason, quantity=quantity)
    return as_told(book, sent((after, (order,)), at=request.occurred_at, rules=rules, quotes=quotes))


def on_clock(book: Book, clock: ClockAdvanced, *, rules: ExitRules, market: Market | None = None) -> Outcome:
    """Let time pass in silence: orders expire, time rules close positions, contracts that are over are settled.

    market  of the underlying; None: no contract is settled
    """
    after, events = _at(book, clock.occurred_at, None, rules)
    if market is not None:
        after, caused = expirations_settled(after, clock, market=market, rules=rules)
        events += caused
    return as_told(book, (after, events))


def on_ticks(book: Book, ticks: Iterable[Tick], *, rules: ExitRules, quiet: Quiet | None = None) -> Outcome:
    """Work ticks of the underlying and its contracts through the book, in their order.

    At each tick: orders that are too old expire, those that were there before it are filled, positions that were
    open before it are judged, by price first. An exit it calls for is filled at a later quote.

    quiet  the book's `quiet_marks`, where they are known
    """
    before, events = book, list[Event]()
    levels_of, due = quiet or quiet_marks(book, None)
    for tick in ticks:
        if tick.at < due:
            levels = levels_of.get(tick.symbol)
            if levels is None:
                continue
            mark = tick.mark
            if levels[0] < mark < levels[1] or mark == ABSENT:
                continue
        at = from_micros(tick.at)
        after, caused = _at(book, at, tick, rules)
        if after is not book or tick.at >= due:
            book = after
            levels_of, due = quiet_marks(after, at)
            events += caused
    return as_told(before, (book, tuple(events)))


def on_rules(book: Book, *, at: datetime, rules: Rules) -> Outcome:
    """Go by other rules: positions are armed anew, and an account that is halted opens nothing, or closes all."""
    book = rearm(book, rules.exits)
    if not rules.limits.halted:
        return book, ()
    book, events = on_halt(book, at=at)
    book, caused = on_closing(book, at=at, rules=rules)
    return book, (*events, *caused)


def rearm(book: Book, rules: ExitRules) -> Book:
    """Return the book with the levels of its open positions by other rules; the very same one when none moves."""
    for position in book.positions:
        if position.available:
            book = replaced(book, position, rearmed(position, rules))
    return book


def _at(book: Book, at: datetime, tick: Tick | None, rules: ExitRules) -> Outcome:
    """What an instant does, and a tick that comes with it."""
    open_before = {position.position_id for position in book.positions if position.available}
    book, events = expired(book, at)
    book, asked = overdue(book, at)
    events += asked
    middle = ABSENT if tick is None else mid(tick.bid, tick.ask)
    if tick is not None and middle != ABSENT:
        price = to_usd(middle)
        for order in book.working:
            if order.option_symbol == tick.symbol and is_fillable(order, at=at, price=price):
                book, caused = filled(book, order, at=at, price=price, rules=rules)
                events += caused
    symbol, mark_of_tick = ("", ABSENT) if tick is None else (tick.symbol, tick.mark)
    concerned = [
        held
        for held in book.positions
        if held.option_symbol == symbol or held.due_at <= at or held.retry_at is not None
    ]
    # what is overdue longest goes out first; those due together keep their places
    for position in sorted(concerned, key=lambda held: held.due_at):
        if position.position_id in open_before:
            mark = mark_of_tick if symbol == position.option_symbol else ABSENT
            book, caused = _judged(book, position, at, mark, rules)
            events += caused
    return sent((book, events), at=at, rules=rules)


def _judged(book: Book, position: Position, at: datetime, mark: int, rules: ExitRules) -> Outcome:
    """Judge an open position by an instant and, unless it is ABSENT, by a mark of its contract."""
    if position.retry_at is not None:
        if at < position.retry_at:
            return book, ()
        rested = position.model_copy(update={"retry_at": None})
        book, position = replaced(book, position, rested), rested
    trigger = None if mark == ABSENT else to_usd(mark)
    reason = full_exit(position, at=at, mark=mark, rules=rules)
    if reason is not None:
        details = (REGIME_CHANGE,) if reason == "exit_intelligence" else ()
        book, _, order = asked_out(book, position, at=at, reason=reason, trigger=trigger, details=details)
        return book, (order,)
    if mark == ABSENT:
        return book, ()
    events: tuple[Event, ...] = ()
    called = partial_exit(position, mark=mark, rules=rules)
    if called is not None:
        why, share = called
        quantity = partial_quantity(position.available, share)
        book, position, order = asked_out(book, position, at=at, reason=why, quantity=quantity, trigger=trigger)
        book, position = _moved(book, position, rules, fired=(*position.fired, why))
        events += (order,)
    if mark >= position.peak_at_or_above:
        book, position = _moved(book, position, rules, peak_pct=gain_pct(position.entry_price, mark))
    if not position.band_at_or_below < mark < position.band_at_or_above:
        band = band_at(position, mark=mark, rules=rules)
        book, position = _moved(book, position, rules, band=band, band_changes=position.band_changes + 1)
        events += (_banded(position, at),)
    return book, events


def _moved(book: Book, position: Position, rules: ExitRules, **changes: Any) -> tuple[Book, Position]:
    after = rearmed(position, rules, **changes)
    return replaced(book, position, after), after


def _banded(position: Position, at: datetime) -> AccountEvent:
    return AccountEvent(
        event_id=derived_id("account-event", position.position_id, "position_banded", position.band_changes),
        occurred_at=at,
        account_id=position.account_id,
        kind="position_banded",
        order_id=position.entry_order_id,
        position_id=position.position_id,
        symbol=position.symbol,
        option_symbol=position.option_symbol,
        quantity=position.quantity,
        engine=position.engine,
        band=position.band,
    )
