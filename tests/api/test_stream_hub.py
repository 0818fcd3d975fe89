"""The stream without Kafka: any interleaving of partitions, any reconnection, at any process."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.rules import Rules
from api.auth import PERMISSIONS, Caller
from api.live_view import LiveView
from api.problems import Problem
from api.stream.client import Client, EventStream
from api.stream.cursors import NUMBER_OF, PLACES, NoCursor, OtherLayout, Progress, read_cursor
from api.stream.fact_log import FactLog, Repeats
from api.stream.facts import told
from api.stream.hub import Hub, Missed, audiences_of
from api.stream.states import position_changes, risk_told
from api.stream.streams import Streams
from schemas.accounts import AccountSnapshot
from schemas.codec import encode
from schemas.controls import Controls
from schemas.event import to_micros
from schemas.ids import derived_id
from schemas.positions import Book, Position
from schemas.records import BookRecord
from schemas.ticks import Tick, TickFrame
from streams.topics import FILLS, ORDERS, SIGNALS
from tests.agents.strategies import few
from tests.api.serving import settings, until
from tests.api.stream_facts import AT, Event, closed, contract, control, events_of, filled, letter, placed

MINE, OTHERS = "mine", "theirs"
THREE_PLACES = tuple(NUMBER_OF[topic.name, 3] for topic in (ORDERS, FILLS, SIGNALS))


def caller(account_id: str = MINE, role: Any = "trader") -> Caller:
    return Caller("someone", account_id, role, PERMISSIONS[role])


def joined(hub: Hub, cursor: str | None = None, *, role: Any = "trader", account_id: str = MINE, **more: Any) -> Client:
    """Return a client that has joined a hub which holds all it has missed."""
    client = Client(
        caller(account_id, role), audiences_of(account_id, administers="administer" in PERMISSIONS[role]), **more
    )
    following = None if cursor is None else read_cursor(cursor)
    assert following is None or not hub.facts.missing(following)
    hub.join(client, None if following is None else Missed(following, following), resync=False)
    return client


def a_hub() -> Hub:
    return Hub(Rules(), heartbeat_s=5.0)


def facts_in(events: list[Event]) -> list[str]:
    return [event.data["client_order_id"] for event in events if event.kind == "order"]


@st.composite
def logs(draw: st.DrawFn) -> list[list[tuple[str, str]]]:
    """Return what three places hold: (account, name) of orders, all of different names."""
    return [
        [
            (draw(st.sampled_from([MINE, MINE, OTHERS])), f"{place}-{number}")
            for number in range(draw(st.integers(0, 8)))
        ]
        for place in range(3)
    ]


@few
@given(logs(), st.data())
def test_each_fact_comes_once_and_in_the_order_of_its_log_however_one_reconnects(
    held: list[list[tuple[str, str]]], data: st.DataObject
) -> None:
    hubs = [a_hub(), a_hub()]
    read = [[0, 0, 0], [0, 0, 0]]
    at, cursor, had = 0, None, list[Event]()
    client = joined(hubs[0])
    for _ in range(data.draw(st.integers(0, 40))):
        match data.draw(st.sampled_from(["read", "read", "read", "come again"])):
            case "read":
                process = data.draw(st.integers(0, 1))
                place = data.draw(st.integers(0, 2))
                if (offset := read[process][place]) < len(held[place]):
                    account_id, name = held[place][offset]
                    hubs[process].read(THREE_PLACES[place], offset, placed(name, account_id))
                    read[process][place] += 1
            case "come again":
                events = events_of(client.take())
                # a connection breaks anywhere, but never before its first event
                events = events[: data.draw(st.integers(1, max(1, len(events))))]
                had += events
                cursor = next((event.id for event in reversed(had) if event.id is not None), None)
                hubs[at].leave(client)
                at = data.draw(st.integers(0, 1))
                client = joined(hubs[at], cursor)
    for place, facts in enumerate(held):
        for offset in range(read[at][place], len(facts)):
            account_id, name = facts[offset]
            hubs[at].read(THREE_PLACES[place], offset, placed(name, account_id))
    had += events_of(client.take())
    names = facts_in(had)
    assert sorted(names) == sorted(name for facts in held for account_id, name in facts if account_id == MINE)
    for place in range(3):
        of_place = [int(name.split("-")[1]) for name in names if name.startswith(f"{place}-")]
        assert of_place == sorted(of_place)


@few
@given(st.lists(st.integers(0, 2**63 - 1), min_size=len(PLACES), max_size=len(PLACES)))
def test_a_cursor_holds_every_offset(following: list[int]) -> None:
    assert read_cursor(Progress(following).cursor) == following


@few
@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda data: Progress().cursor[:6] + data.hex()))
def test_what_is_no_cursor_is_known_as_none(text: str) -> None:
    with pytest.raises((NoCursor, OtherLayout)):
        read_cursor(text)


@few
@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 30)), max_size=60))
def test_a_number_that_was_heard_is_a_repeat(messages: list[tuple[str, int]]) -> None:
    repeats, newest = Repeats(), dict[str, int]()
    for number, (source, sequence) in enumerate(messages):
        found = repeats.is_repeat(0, source=source, sequence=sequence, event_id=str(number))
        assert found == (0 < sequence <= newest.get(source, 0))
        newest[source] = max(sequence, newest.get(source, 0))


def test_what_has_no_number_is_known_by_its_id() -> None:
    repeats = Repeats()
    found = [repeats.is_repeat(0, source="", sequence=0, event_id=name) for name in ("a", "b", "a")]
    assert found == [False, False, True]


def test_memory_is_bounded_and_says_what_it_has_forgotten() -> None:
    facts = FactLog(bytes_max=50_000)
    for offset in range(2_000):
        facts.add(THREE_PLACES[0], offset, audience=MINE, event_id=str(offset), lines=b"x" * 100)
    floor = facts.floor[THREE_PLACES[0]]
    assert floor > 1_500
    kept = [fact.offset for fact in facts.since(facts.floor, {MINE})]
    assert kept == list(range(floor, 2_000))
    assert facts.missing([0] * len(PLACES)) == [(THREE_PLACES[0], 0, floor)]


def test_nobody_is_told_of_another_account() -> None:
    hub = a_hub()
    mine, theirs, admin = joined(hub), joined(hub, account_id=OTHERS), joined(hub, role="admin")
    for client in (mine, theirs, admin):
        client.take()
    facts: list[Any] = [
        placed("m-1", MINE),
        placed("t-1", OTHERS),
        filled("t-2", OTHERS),
        closed("t-3", OTHERS),
        control("risk_limits.theirs", {"max_open_positions": 1}),
        control("kill_switch.theirs", {"halted": True}),
        control("kill_switch", {"halted": True}),
        letter("l-1"),
    ]
    for offset, fact in enumerate(facts):
        hub.apply(fact)
        hub.read(THREE_PLACES[0], offset, fact)
    hub.settle()
    seen = {name: events_of(client.take()) for name, client in (("m", mine), ("t", theirs), ("a", admin))}
    assert [event.kind for event in seen["m"]] == ["order", "control", "risk"]
    assert [event.kind for event in seen["t"]] == ["order", "fill", "position", "control", "control", "control", "risk"]
    assert [event.kind for event in seen["a"]] == ["order", "control", "alert", "risk"]
    assert OTHERS not in "".join(event.text for event in (*seen["m"], *seen["a"]))
    assert "its content" not in seen["a"][2].text


def test_a_shadows_outcome_is_not_told() -> None:
    assert told(closed("s-1", MINE, is_shadow=True)) is None


def test_a_fact_that_makes_no_row_is_passed_over() -> None:
    hub = a_hub()
    client = joined(hub)
    hub.read(THREE_PLACES[0], 0, placed("bad", MINE, signal_id="no id at all"))
    hub.read(THREE_PLACES[0], 1, placed("good", MINE))
    assert facts_in(events_of(client.take())) == ["good"]


def position(**more: Any) -> Position:
    own = contract("p-1", MINE, "SPY")
    del own["event_id"], own["occurred_at"]
    fields = {
        "entry_order_id": derived_id("order", "p-1"),
        "quantity": 9,
        "entry_price": "3.52",
        "entry_timestamp": AT,
        "stop_at_or_below": 1,
        "target_at_or_above": 2,
        "due_at": AT,
        "due_reason": "max_hold_time",
    }
    return Position.model_validate(own | fields | more)


def view_of(*positions: Position, version: int = 1, view: LiveView | None = None) -> LiveView:
    view = LiveView() if view is None else view
    state = Book(account_id=MINE, symbol="SPY", positions=positions)
    view.apply_book("mine|SPY", encode(BookRecord(epoch=1, version=version, state=state)))
    return view


def tick(view: LiveView, number: int) -> None:
    price = 3_500_000_000 + number * 10_000_000
    frame = TickFrame.of(
        [Tick(position().option_symbol, to_micros(AT) + number, price=price)], source="t", sequence=number
    )
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
        hub.tell_marks()
    hub.read(THREE_PLACES[0], 0, placed("o-1", MINE))
    events = events_of(client.take())
    assert [event.kind for event in events] == ["order", "mark"]
    assert events[1].data["current_price"] == 3.99
    assert events[1].data["unrealized_pnl"] == 423
    assert events[1].id is None
    hub.tell_marks()  # nothing has changed since
    assert client.take() == []
    assert other.take() == []


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
    hub.tell_heartbeat(b"event: heartbeat\ndata: {}\n")
    (beat,) = events_of(quiet.take())
    assert beat.id == hub.facts.progress.cursor
    assert "heartbeat" not in [event.kind for event in events_of(busy.take())]


def test_staleness_is_told_once_each_way_and_to_whoever_comes() -> None:
    hub = a_hub()
    client = joined(hub)
    client.take()
    for stale in (True, True, False, False):
        hub.tell_staleness(stale=stale)
    assert [event.data["kind"] for event in events_of(client.take())] == ["feed_stale", "feed_back"]
    hub.tell_staleness(stale=True)
    assert events_of(joined(hub).take())[-1].data["kind"] == "feed_stale"


async def test_a_client_that_takes_nothing_is_let_go_and_holds_up_nobody() -> None:
    hub = a_hub()
    slow, quick = joined(hub, queue_bytes_max=20_000), joined(hub, queue_bytes_max=20_000)
    stuck = asyncio.Event()
    taken = list[bytes]()

    async def never(message: Any) -> None:
        if message["type"] == "http.response.body":
            stuck.set()
            await asyncio.Event().wait()

    async def receive() -> Any:
        await asyncio.Event().wait()

    async def attend(client: Client) -> None:
        await client.closed()
        hub.leave(client)

    scope: Any = {"type": "http"}
    answer = asyncio.create_task(EventStream(slow, attend)(scope, receive, never))
    await stuck.wait()
    for offset in range(100):
        hub.read(THREE_PLACES[0], offset, placed(f"o-{offset}", MINE))
        taken += quick.take()
    await answer  # ends by itself, and without an error
    assert slow.is_closed
    assert not quick.is_closed
    assert len(facts_in(events_of(taken))) == 100


@pytest.mark.parametrize("answer", [False, None])
async def test_a_caller_who_may_no_longer_look_is_shown_out(
    answer: bool | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.stream.streams.UNCONFIRMED_MAX_S", 0.0)
    streams = Streams(settings())
    asked = list[Caller]()

    async def still_valid(of: Caller) -> bool:
        asked.append(of)
        if answer is None and of.account_id == MINE:
            raise OSError
        return of.account_id != MINE

    tasks = []

    async def send(_: Any) -> None: ...

    async def receive() -> Any:
        await asyncio.Event().wait()

    scope: Any = {"type": "http"}
    for account_id in (MINE, MINE, OTHERS):
        opened = streams.open(caller(account_id), None, resync=False, still_valid=still_valid)
        tasks.append(asyncio.create_task(opened(scope, receive, send)))

    async def clients() -> int:
        return streams.clients

    await until(clients, lambda found: found == 3)
    await streams.check_callers()
    await asyncio.gather(*tasks[:2])
    assert len(asked) == 2  # each caller once
    assert streams.clients == 1
    streams.close()
    await asyncio.gather(*tasks)
    with pytest.raises(Problem):
        streams.open(caller(), None, resync=False, still_valid=still_valid)
