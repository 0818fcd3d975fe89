"""The stream without Kafka: any interleaving of partitions, any reconnection, at any process."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.auth import Caller
from api.problems import Problem
from api.stream.client import Client, EventStream
from api.stream.cursors import PLACES, NoCursor, OtherLayout, Progress, read_cursor
from api.stream.fact_log import FactLog, Repeats
from api.stream.facts import told
from api.stream.streams import Streams
from tests.agents.strategies import few
from tests.api.serving import settings, until
from tests.api.stream_facts import Event, closed, control, events_of, filled, letter, placed
from tests.api.stream_hubs import MINE, OTHERS, THREE_PLACES, a_hub, caller, facts_in, joined


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
    # a clear no is not waited with, where no answer at all may be
    monkeypatch.setattr("api.stream.streams.UNCONFIRMED_MAX_S", 0.0 if answer is None else 3600.0)
    streams = Streams(settings(), tape_is_silent=lambda: False)
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
    await until(clients, lambda found: found == 1)
    await asyncio.gather(*tasks[:2])
    assert len(asked) == 2  # each caller once
    streams.close()
    await asyncio.gather(*tasks)
    with pytest.raises(Problem):
        streams.open(caller(), None, resync=False, still_valid=still_valid)
