"""What the stream tells of how things are: positions, marks, risk, and whether it is current."""

import time

from hypothesis import given
from hypothesis import strategies as st

from agents.rules import Rules
from api.live_view import LiveView
from api.stream.cursors import Progress
from api.stream.moved import EVERY_S
from api.stream.states import position_changes, risk_told
from schemas.accounts import AccountSnapshot
from schemas.codec import encode
from schemas.controls import Controls
from schemas.event import to_micros
from schemas.positions import Book, Position
from schemas.records import BookRecord
from schemas.ticks import Tick, TickFrame
from tests.agents.strategies import few
from tests.api.stream_facts import AT, closed, control, events_of, placed, position
from tests.api.stream_hubs import MINE, OTHERS, THREE_PLACES, a_hub, joined


def view_of(*positions: Position, version: int = 1, view: LiveView | None = None) -> LiveView:
    view = LiveView() if view is None else view
    state = Book(account_id=MINE, symbol="SPY", positions=positions)
    view.apply_book("mine|SPY", encode(BookRecord(epoch=1, version=version, state=state)))
    return view


def tick(view: LiveView, number: int, symbol: str = position().option_symbol) -> None:
    price = 3_500_000_000 + number * 10_000_000
    frame = TickFrame.of([Tick(symbol, to_micros(AT) + number, price=price)], source="t", sequence=number)
    view.apply_frame(encode(frame))


def test_a_position_is_told_as_it_changes_and_its_levels_are_nobodys_business() -> None:
    opened = position()
    steps = [
        ((), (opened,)),
        ((opened,), (position(stop_at_or_below=99),)),
        ((opened,), (position(quantity=4),)),
        ((opened,), (position(status="closing", exit_reason="profit_target"),)),
        ((opened,), ()),
    ]
    changes = [[change for change, _ in position_changes(before, after)] for before, after in steps]
    assert changes == [["opened"], [], ["changed"], ["closing"], []]


def test_a_late_book_does_not_bring_back_what_is_closed() -> None:
    hub = a_hub()
    client = joined(hub)
    hub.read(THREE_PLACES[0], 0, closed("p-1", MINE))
    hub.on_books(view_of(position()), {"mine|SPY"})
    events = [event for event in events_of(client.take()) if event.kind == "position"]
    assert [event.data["change"] for event in events] == ["closed"]
    again = events_of(joined(hub, Progress().cursor).take())
    assert [event.data["change"] for event in again if event.kind == "position"] == ["closed"]


def test_of_many_marks_a_client_that_is_busy_gets_the_newest_after_its_facts() -> None:
    hub, view = a_hub(), view_of(position())
    hub.on_books(view, None)
    client, other = joined(hub), joined(hub, account_id=OTHERS)
    client.take()
    other.take()
    for number in range(1, 50):
        tick(view, number)
        hub.tell_moved(number)
    hub.read(THREE_PLACES[0], 0, placed("o-1", MINE))
    events = events_of(client.take())
    assert [event.kind for event in events] == ["order", "mark"]
    assert events[1].data["current_price"] == 3.99
    assert events[1].data["unrealized_pnl"] == 423
    assert events[1].id is None
    hub.tell_moved(50)  # nothing has changed since
    assert client.take() == []
    assert other.take() == []


def test_everybody_is_told_what_an_underlying_costs_and_nobody_what_a_contract_does() -> None:
    hub, view = a_hub(), view_of()
    hub.on_books(view, None)
    tick(view, 1, "SPY")
    hub.tell_moved(0.0)  # nobody listens
    clients = joined(hub), joined(hub, account_id=OTHERS)
    begun = [client.take() for client in clients]
    assert "market" not in [event.kind for frames in begun for event in events_of(frames)]
    tick(view, 2, "SPY")
    tick(view, 3, position().option_symbol)
    hub.tell_moved(1.0)
    for client in clients:
        (told,) = events_of(client.take())
        assert (told.kind, told.id) == ("market", None)
        assert told.data == {"symbol": "SPY", "price": 3.52, "price_at": "2026-02-13T15:30:00.000002Z"}


@few
@given(st.lists(st.integers(0, 400), min_size=2, max_size=60))
def test_what_moves_is_told_at_once_and_then_at_its_pace(gaps_ms: list[int]) -> None:
    hub, view = a_hub(), LiveView()
    hub.on_books(view, None)
    client, now_ms, told_ms = joined(hub), 0, list[int]()
    client.take()
    for number, gap_ms in enumerate(gaps_ms, 1):
        now_ms += gap_ms
        tick(view, number, "SPY")
        waits = hub.tell_moved(now_ms / 1e3)
        events = events_of(client.take())
        told_ms += [now_ms] * len(events)
        assert waits != bool(events)
    assert told_ms[0] == gaps_ms[0]
    # so many and one more in any span of time
    for first, begun in enumerate(told_ms):
        for count, ended in enumerate(told_ms[first:]):
            assert count <= (ended - begun) / (EVERY_S * 1e3) + 1 + 1e-6
    # what waits comes without another tick
    assert not hub.tell_moved(now_ms / 1e3 + 1)
    newest = [*events, *events_of(client.take())][-1]
    assert newest.data["price_at"].endswith(f"{len(gaps_ms):06d}Z")


def test_a_stream_begins_with_what_is_held_at_its_mark_and_the_risk() -> None:
    hub, view = a_hub(), view_of(position())
    tick(view, 1)
    hub.on_books(view, None)
    snapshot = AccountSnapshot(
        event_id="s", occurred_at=AT, account_id=MINE, positions={"SPY": 2, "QQQ": 1}, exposure=2500, equity=100_000
    )
    hub.apply(snapshot)
    hub.apply(control("risk_limits.mine", {"max_open_positions": 7}))
    hello, account, held, risk = events_of(joined(hub).take())
    assert (hello.kind, hello.data["cursor"], hello.data["resync"]) == ("hello", hello.id, False)
    assert (account.kind, account.data["exposure"]) == ("account", 2500)
    assert (held.data["change"], held.data["current_price"]) == ("held", 3.51)
    assert (risk.data["open_positions"], risk.data["max_open_positions"]) == (3, 7)
    assert (risk.data["most_positions_in_a_symbol"], risk.data["exposure_percent"]) == (2, 2.5)


def test_without_a_snapshot_the_risk_is_unknown_rather_than_none() -> None:
    row = risk_told(MINE, None, Controls(partition=0), Rules())
    assert (row.exposure, row.open_positions, row.max_open_positions) == (None, None, 5)


def test_a_heartbeat_is_told_to_nobody_for_whom_facts_wait() -> None:
    hub = a_hub()
    quiet, busy = joined(hub), joined(hub)
    quiet.take()
    hub.tell_heartbeat(b"event: heartbeat\ndata: {}\n", now=time.monotonic())
    (beat,) = events_of(quiet.take())
    assert beat.id == hub.facts.progress.cursor
    assert "heartbeat" not in [event.kind for event in events_of(busy.take())]


def test_a_heartbeat_is_told_only_to_who_has_heard_nothing_for_as_long_as_it_takes() -> None:
    hub, now = a_hub(), time.monotonic()
    client = joined(hub)
    client.take()

    def beats(after_s: float) -> int:
        hub.tell_heartbeat(b"event: heartbeat\ndata: {}\n", now=now + after_s)
        return len(client.take())

    hub.read(THREE_PLACES[0], 0, placed("o-1", MINE))
    assert len(client.take()) == 1
    assert [beats(after_s) for after_s in (1, 4.9, 5.5, 5.75, 10.4, 10.6)] == [0, 0, 1, 0, 0, 1]


def test_staleness_is_told_once_each_way_and_to_whoever_comes() -> None:
    hub = a_hub()
    client = joined(hub)
    client.take()
    for stale in (True, True, False, False):
        hub.tell_staleness(stale=stale)
    assert [event.data["kind"] for event in events_of(client.take())] == ["feed_stale", "feed_back"]
    hub.tell_staleness(stale=True)
    assert events_of(joined(hub).take())[-1].data["kind"] == "feed_stale"
