"""A poison message never stops a partition: it is set aside where it fails, the rest goes on, and it is redriven."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from schemas.accounts import AccountEvent
from schemas.codec import encode
from schemas.dead_letters import READER_HEADER, RECORD_HEADER, REDRIVE_HEADER
from schemas.event import to_micros
from schemas.operations import DeadLettered
from schemas.orders import OrderPlaced
from streams.letters import RECORD_BYTES_MAX, letter_of
from streams.publisher import Headers
from streams.topics import (
    ACCOUNT_EVENTS,
    ACCOUNT_STAGE,
    CLOSE_REQUESTS,
    CONTROLS,
    DEAD_LETTERS,
    MARKET_CONTEXT,
    MARKET_STAGE,
    ORDERS,
    PRICE_TICKS,
    book_key,
)
from tests.agents.strategies import AT, CALL, SPY, context_received, order, traded
from tests.streams.feeding import (
    ACCOUNT,
    BOOK,
    HALT,
    PRICES,
    Fed,
    account_fed,
    asked_out,
    asked_to_close,
    frame,
    holding,
    quote,
    states,
)
from tests.streams.staging import Delivery, Line
from tests.streams.tallying import Crashed
from tests.streams.test_stage import numbered

BOOKS_NAME = "books/paper|SPY"


def filled(price: str | None, *, sequence: int) -> AccountEvent:
    """Return what a book tells its account; without a price the account cannot make anything of it."""
    event = AccountEvent(
        event_id=f"filled-{sequence}",
        occurred_at=AT,
        source=BOOKS_NAME,
        sequence=sequence,
        account_id="paper",
        kind="order_filled",
        order_id=f"order-{sequence}",
        position_id=f"position-{sequence}",
        symbol=SPY,
        option_symbol=CALL,
        quantity=1,
    )
    return event if price is None else event.model_copy(update={"price": Decimal(price)})


def headers_of(event: Any) -> Headers:
    return [("ce_id", event.event_id.encode()), ("ce_sequence", str(event.sequence).encode())]


def letters(fed: Fed) -> list[DeadLettered]:
    return fed.log.of(DEAD_LETTERS, DeadLettered)


async def redriven(fed: Fed, letter: DeadLettered, value: bytes) -> Delivery:
    """Deliver a letter's message again, with what the mended reader makes of it."""
    topic = next(topic for topic in (*MARKET_STAGE, *ACCOUNT_STAGE) if topic.name == letter.topic)
    event = fed.deliver(topic, value, partition=letter.partition)
    event.message.headers = [
        *letter.headers.items(),
        (REDRIVE_HEADER, letter.event_id.encode()),
        (READER_HEADER, letter.reader.encode()),
        (RECORD_HEADER, letter.record.encode()),
    ]
    await fed.stage._process([event])
    return event


def held_positions(fed: Fed) -> list[str]:
    return [held.position_id for held in fed.state("accounts", "paper").holdings]


async def test_an_event_an_account_fails_on_is_redriven_though_later_ones_were_heard() -> None:
    fed = await account_fed().begin()
    bad, good = filled(None, sequence=1), filled("2.50", sequence=2)
    event = fed.deliver(ACCOUNT_EVENTS, bad)
    event.message.headers = headers_of(bad)
    await fed.stage._process([event])
    await fed.tell(ACCOUNT_EVENTS, good)
    [letter] = letters(fed)
    assert (letter.record, letter.reason, letter.error) == ("accounts/paper", "failed", "AssertionError")
    assert held_positions(fed) == ["position-2"]
    mended = filled("2.40", sequence=1)
    for _ in range(2):
        assert (await redriven(fed, letter, encode(mended))).acked
        assert held_positions(fed) == ["position-2", "position-1"]
    # nor does its sender's repeat count, though it can be worked on by now
    await fed.tell(ACCOUNT_EVENTS, mended)
    await fed.begin()
    await fed.tell(ACCOUNT_EVENTS, mended)
    assert held_positions(fed) == ["position-2", "position-1"]


async def test_what_fails_again_gives_a_letter_that_names_the_first() -> None:
    fed = await account_fed().begin()
    bad = filled(None, sequence=1)
    await fed.tell(ACCOUNT_EVENTS, bad)
    [letter] = letters(fed)
    await redriven(fed, letter, encode(bad))
    [_, second] = letters(fed)
    assert (second.redrive_of, second.record) == (letter.event_id, letter.record)
    assert second.event_id != letter.event_id
    await redriven(fed, second, encode(filled("2.40", sequence=1)))
    assert held_positions(fed) == ["position-1"]


@pytest.mark.parametrize("arrives", [False, True])
@pytest.mark.parametrize("breaks_at", range(2))
async def test_a_letter_is_sent_though_the_process_dies_before_it(breaks_at: int, arrives: bool) -> None:
    fed = account_fed()
    await fed.begin(Line(fed.log, breaks_at=breaks_at, arrives=arrives))
    with pytest.raises(Crashed):
        await fed.tell(ACCOUNT_EVENTS, filled(None, sequence=1))
    await fed.begin()
    await fed.tell_again()
    assert len({letter.event_id for letter in letters(fed)}) == 1


async def test_one_book_that_fails_on_a_tick_keeps_it_from_no_other() -> None:
    fed = await holding(await Fed().begin())
    other = order(name="other", account_id="another")
    await fed.tell(ORDERS, other)
    beyond = traded(SPY, "596", seconds=5)._replace(at=2**62)
    await fed.tell(PRICE_TICKS, poisoned_frame(beyond), quote("3.50", "3.54", 9))
    failed = {letter.record for letter in letters(fed)}
    assert failed
    assert failed <= {f"books/{BOOK}", "books/another|SPY", "markets/SPY"}
    (bought,) = fed.state("books", book_key("another", SPY)).positions
    assert bought.entry_price == Decimal("3.52")


def poisoned_frame(tick: Any) -> bytes:
    """Return a frame whose tick is of no time."""
    made = frame(tick._replace(at=to_micros(AT)))
    return encode(made.model_copy(update={"at": tick.at.to_bytes(8, "little", signed=True)}))


async def test_a_redriven_message_concerns_no_record_and_no_stage_but_the_one_that_failed() -> None:
    market, account = await holding(await Fed().begin()), await account_fed().begin()
    before = states(market), states(account)
    for fed in (market, account):
        event = fed.deliver(CONTROLS, HALT)
        event.message.headers = [(REDRIVE_HEADER, b"l-1"), (READER_HEADER, b"history"), (RECORD_HEADER, b"postgres")]
        await fed.stage._process([event])
        assert event.acked
    assert (states(market), states(account)) == before
    event = market.deliver(ORDERS, order(name="other"))
    event.message.headers = [(REDRIVE_HEADER, b"l-2"), (READER_HEADER, b"market"), (RECORD_HEADER, b"books/x|SPY")]
    await market.stage._process([event])
    assert states(market) == before[0]


async def test_a_redriven_message_that_came_to_nothing_comes_to_nothing_later() -> None:
    fed = await Fed().begin()
    request = asked_to_close(quantity=None)
    letter = letter_of(fed.deliver(CLOSE_REQUESTS, request).message, reader="market", reason="failed", error="E")
    letter = letter.model_copy(update={"record": f"books/{BOOK}"})
    await redriven(fed, letter, encode(request))
    await holding(fed)
    await redriven(fed, letter, encode(request))
    assert asked_out(fed) == []


async def test_what_nobody_could_read_is_redriven_to_the_stage_that_left_it_to_another_as_well() -> None:
    fed = await account_fed().begin()
    await fed.tell(CONTROLS, b"\x00broken", partition=0)
    assert letters(fed) == []
    event = fed.deliver(CONTROLS, HALT, partition=0)
    event.message.headers = [(REDRIVE_HEADER, b"l-1"), (READER_HEADER, b"market"), (RECORD_HEADER, b"")]
    await fed.stage._process([event])
    assert "kill_switch" in fed.state("account-controls", "0").values


def large_order(size: int, name: str = "large") -> OrderPlaced:
    return order(name=name).model_copy(update={"client_order_id": "x" * size})


async def test_an_order_that_makes_its_book_too_large_for_kafka_is_set_aside_alone() -> None:
    fed = await Fed().begin()
    orders = [order(name="first"), large_order(RECORD_BYTES_MAX), order(name="last")]
    await fed.tell(ORDERS, *orders)
    assert all(event.acked for event in fed.deliveries)
    assert [held.event_id for held in fed.state("books", BOOK).working] == [orders[0].event_id, orders[2].event_id]
    [letter] = letters(fed)
    assert (letter.offset, letter.record, letter.error) == (
        1,
        f"books/{BOOK}",
        "Unstorable (too large to repeat here: read it at its offset)",
    )
    assert (letter.value, letter.is_complete) == (None, False)
    # and so after a restart, with the book as it was written
    await fed.begin()
    await fed.tell_again()
    assert len(fed.state("books", BOOK).working) == 2


async def test_a_book_that_has_grown_to_the_limit_goes_on_without_what_would_break_it() -> None:
    fed = await Fed().begin()
    share = RECORD_BYTES_MAX // 4
    await fed.tell(ORDERS, *(large_order(share, f"large-{number}") for number in range(6)))
    assert len(fed.state("books", BOOK).working) == 3
    assert [letter.offset for letter in letters(fed)] == [3, 4, 5]
    await fed.tell(PRICE_TICKS, quote("3.50", "3.54", 1))
    assert fed.deliveries[-1].message.topic == PRICE_TICKS.name
    assert max(len(entry.value or b"") for entry in fed.log.sent) < 8_388_608


async def test_a_state_that_has_no_avro_form_is_never_reached() -> None:
    """A quantity within the event's bounds, and a sum of them that is not."""
    fed = await account_fed().begin()
    huge = filled("2.40", sequence=1).model_copy(update={"price": Decimal(9 * 10**9), "quantity": 2**62})
    fine = filled("2.40", sequence=2)
    await fed.tell(ACCOUNT_EVENTS, huge, fine)
    assert held_positions(fed) == ["position-2"]
    assert [letter.record for letter in letters(fed)] == ["accounts/paper"]


async def test_a_market_that_cannot_be_stored_goes_on_from_its_last_checkpoint() -> None:
    fed = await Fed().begin()
    await fed.tell(PRICE_TICKS, PRICES)
    await fed.stage._checkpoint()
    big = context_received(name="big", occurred_at=AT + timedelta(seconds=1)).model_copy(update={"symbol": SPY})
    market = fed.known["markets"]
    record = market.get(SPY)
    market.change(SPY, record.model_copy(update={"heard": {"x" * RECORD_BYTES_MAX: 1}}), partition=fed.home)
    await fed.tell(MARKET_CONTEXT, big)
    await fed.stage._checkpoint()
    assert all(event.acked for event in fed.deliveries)
    assert fed.known["markets"].get(SPY).heard == {}
    await fed.tell(PRICE_TICKS, quote("3.76", "3.80", 3))
    await fed.stage._checkpoint()
    assert all(event.acked for event in fed.deliveries)


async def test_what_stands_in_another_partition_than_its_key_is_set_aside() -> None:
    fed = await Fed().begin()
    await fed.tell(ORDERS, numbered(order(), ACCOUNT, 3), partition=(fed.home + 1) % 8)
    [letter] = letters(fed)
    assert (letter.reason, letter.record) == ("undecodable", "")
    assert fed.deliveries[-1].acked
