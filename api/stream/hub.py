"""What has been read, told to whom it concerns: each event is made once, and waits with each client on its own."""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from agents.controls import on_control, on_snapshot
from agents.rules import Rules
from api.live_view import LiveView, Mark
from api.stream.client import Client
from api.stream.cursors import Progress, read_cursor
from api.stream.fact_log import FactLog, Repeats
from api.stream.facts import ADMINISTRATORS, EVERYONE, closed_position, told
from api.stream.frames import closed_frame, lines_of
from api.stream.moved import Moved
from api.stream.rows import AlertTold, Hello
from api.stream.states import mark_told, market_told, position_changes, position_told, risk_told
from schemas.accounts import AccountSnapshot
from schemas.controls import Controls, InvalidControl
from schemas.event import Event
from schemas.operations import ControlChanged
from schemas.positions import Position

CLOSED_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Missed:
    """What a client that resumes has missed and is not in memory any more.

    asked      next offsets of its cursor
    following  next offsets once it has had `frames`
    """

    asked: Sequence[int]
    following: Sequence[int]
    frames: Sequence[bytes] = ()
    event_ids: Collection[str] = frozenset()


class Hub:
    """Facts and states of all accounts, and the clients that are told of them."""

    def __init__(self, rules: Rules, *, heartbeat_s: float) -> None:
        self.facts = FactLog()
        self.stale = False
        self.books_known = asyncio.Event()
        """Set once the live view has caught up."""
        self._rules = rules
        self._heartbeat_s = heartbeat_s
        self._repeats = Repeats()
        self._controls = Controls(partition=0)
        self._view: LiveView | None = None
        self._held: dict[str, tuple[Position, ...]] = {}
        self._marked: dict[str, Mark] = {}
        self._moved = Moved()
        self._closed: OrderedDict[str, None] = OrderedDict()
        self._clients: dict[str, set[Client]] = defaultdict(set)
        self._risk_changed: set[str] = set()

    def clients(self, audience: str = EVERYONE) -> Collection[Client]:
        """Return the clients of an audience."""
        return self._clients.get(audience, frozenset())

    def begin_anew(self) -> None:
        """Forget what was read, as Kafka no longer has what follows; clients come again and read the queries."""
        for client in self.clients():
            client.close()
        self.facts, self._repeats = FactLog(), Repeats()
        self._controls = Controls(partition=0)

    # what is read

    def is_repeat(self, place: int, *, source: str, sequence: int, event_id: str) -> bool:
        """Return whether a message brings what has been told before, and remember it."""
        return self._repeats.is_repeat(place, source=source, sequence=sequence, event_id=event_id)

    def apply(self, event: Event) -> None:
        """Keep what a fact says of how things are."""
        if isinstance(event, AccountSnapshot):
            known, self._controls = self._controls, on_snapshot(self._controls, event)
            if self._controls is not known:
                self._risk_changed.add(event.account_id)
        elif isinstance(event, ControlChanged):
            try:
                self._controls = on_control(self._controls, event)
            except InvalidControl:
                return  # its own reader dead-letters it
            if event.name.startswith(("risk_limits", "kill_switch")):
                self._risk_changed.add(EVERYONE)

    def read(self, place: int, offset: int, event: Event | None) -> None:
        """Take the next message of a place: a fact to tell, or None where it tells nothing new."""
        found = None if event is None else told(event)
        if event is None or found is None:
            self.facts.read(place, offset)
            return
        if (gone := closed_position(event)) is not None:
            self._closed[gone] = None
            self._marked.pop(gone, None)
            if len(self._closed) > CLOSED_MAX:
                self._closed.popitem(last=False)
        lines = lines_of(found.kind, found.row)
        fact = self.facts.add(place, offset, audience=found.audience, event_id=event.event_id, lines=lines)
        for client in self.clients(found.audience):
            client.push_fact(fact, self.facts.progress)

    def settle(self) -> None:
        """Tell what follows from the messages of a batch."""
        changed, self._risk_changed = self._risk_changed, set()
        if EVERYONE in changed:
            changed = {client.caller.account_id for client in self.clients()}
        for account_id in changed:
            if clients := self.clients(account_id):
                frame = self._risk(account_id)
                for client in clients:
                    client.push(frame)

    def on_books(self, view: LiveView, keys: Iterable[str] | None) -> None:
        """Tell what books have become; None: all of them, as the view is another one."""
        self._view = view
        self.books_known.set()
        for key in {*view.book_keys(), *self._held} if keys is None else keys:
            book = view.book(key)
            after = () if book is None or book.is_shadow else book.positions
            before = self._held.get(key, ())
            if after:
                self._held[key] = after
            else:
                self._held.pop(key, None)
            for position in before:
                if all(position.position_id != other.position_id for other in after):
                    self._marked.pop(position.position_id, None)
            if not after or not (clients := self.clients(after[0].account_id)):
                continue
            for change, position in position_changes(before, after):
                if position.position_id not in self._closed:
                    frame = self._position(change, position)
                    for client in clients:
                        client.push(frame)

    # what is told at its time

    def tell_moved(self, now: float) -> bool:
        """Tell what has moved: marks to who holds, prices to everybody; return whether any waits for its turn.

        now  seconds of a clock that only rises
        """
        view = self._view
        moved = set[str]() if view is None else self._moved.take(view)
        if view is None or not moved or not self.clients():
            return False
        for positions in self._held.values():
            clients = self.clients(positions[0].account_id)
            for position in positions if clients else ():
                if position.option_symbol in moved:
                    self._tell_mark(position, view.mark(position.option_symbol), clients, now)
        for symbol in self._moved.underlyings(moved):
            mark = view.mark(symbol)
            if mark is not None and self._moved.is_due(symbol, symbol, now):
                frame = closed_frame(lines_of("market", market_told(symbol, mark)))
                for client in self.clients():
                    client.push_moved(symbol, frame)
        return self._moved.is_waiting

    def _tell_mark(self, position: Position, mark: Mark | None, clients: Collection[Client], now: float) -> None:
        name = position.position_id
        if mark is None or self._marked.get(name) == mark or not self._moved.is_due(name, position.option_symbol, now):
            return
        self._marked[name] = mark
        frame = closed_frame(lines_of("mark", mark_told(position, mark)))
        for client in clients:
            client.push_moved(name, frame)

    def tell_heartbeat(self, lines: bytes, *, now: float) -> None:
        """Tell clients that have not been told for a while that the stream is there, and how far it is.

        now  seconds of `time.monotonic`
        """
        frame = closed_frame(lines, self.facts.progress.cursor)
        for client in self.clients():
            # behind facts that wait it would say nothing new, and pile up
            if now - client.told_at >= self._heartbeat_s and not client.has_waiting:
                client.told_at = now
                client.push(closed_frame(lines, client.cursor(self.facts.progress)) if client.ahead else frame)

    def tell_staleness(self, *, stale: bool) -> None:
        """Tell everybody when what is shown may be old, and when it is current again."""
        if stale != self.stale:
            self.stale = stale
            for client in self.clients():
                client.push(staleness_frame(stale=stale))

    # clients

    def join(self, client: Client, missed: Missed | None, *, resync: bool) -> None:
        """Begin a client's stream: what it has missed, then how things are, then all that comes.

        missed  what it asks for since its cursor, as far as that is not in memory; None: from here on
        """
        account_id, progress = client.caller.account_id, self.facts.progress
        cursor = progress.cursor if missed is None else Progress(missed.asked).cursor
        hello = Hello(cursor=cursor, resync=resync, account_id=account_id, heartbeat_s=self._heartbeat_s)
        frames = [closed_frame(lines_of("hello", hello), cursor)]
        if missed is not None:
            frames += [*missed.frames, *self._since(client, missed)]
            client.ahead = {place: at for place, at in enumerate(missed.following) if at > progress.following[place]}
        elif (known := self._controls.accounts.get(account_id)) is not None and (found := told(known)) is not None:
            frames.append(closed_frame(lines_of(found.kind, found.row)))
        for positions in self._held.values():
            if positions[0].account_id == account_id:
                held = (position for position in positions if position.position_id not in self._closed)
                frames += [self._position("held", position) for position in held]
        frames.append(self._risk(account_id))
        if self.stale:
            frames.append(staleness_frame(stale=True))
        client.begin_with(frames)
        for audience in client.audiences:
            self._clients[audience].add(client)

    def leave(self, client: Client) -> None:
        """Forget a client."""
        for audience in client.audiences:
            if (clients := self._clients.get(audience)) is not None:
                clients.discard(client)
                if not clients:
                    del self._clients[audience]

    def _since(self, client: Client, missed: Missed) -> Iterator[bytes]:
        """Yield what is in memory after a cursor. No id is behind the cursor itself."""
        is_past = False
        for fact in self.facts.since(missed.following, client.audiences):
            frame = fact.frame
            if not is_past:
                read = read_cursor(fact.cursor)
                is_past = all(here >= there for here, there in zip(read, missed.following, strict=True))
                if not is_past:
                    both = Progress([max(pair) for pair in zip(read, missed.following, strict=True)])
                    frame = closed_frame(fact.lines, both.cursor)
            if fact.event_id not in missed.event_ids:
                yield frame

    def _position(self, change: str, position: Position) -> bytes:
        mark = None if self._view is None else self._view.mark(position.option_symbol)
        return closed_frame(lines_of("position", position_told(change, position, mark)))

    def _risk(self, account_id: str) -> bytes:
        row = risk_told(account_id, self._controls.accounts.get(account_id), self._controls, self._rules)
        return closed_frame(lines_of("risk", row))


def audiences_of(account_id: str, *, administers: bool) -> frozenset[str]:
    """Return whose events a caller is told."""
    return frozenset({account_id, EVERYONE} | ({ADMINISTRATORS} if administers else set()))


def staleness_frame(*, stale: bool) -> bytes:
    """Return the alert that what is shown is not current, or is again."""
    row = (
        AlertTold(
            kind="feed_stale",
            message="What is shown may be old: Kafka cannot be read, or no prices come in regular hours",
        )
        if stale
        else AlertTold(
            kind="feed_back", message="What is shown is current again: what was missed has come, or comes now"
        )
    )
    return closed_frame(lines_of("alert", row))
