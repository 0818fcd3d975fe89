"""Whatever bytes stand on a topic, a stage goes on."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.topics import (
    ACCOUNT_STAGE,
    MARKET_STAGE,
    PROPOSALS,
    SIGNALS,
    Topic,
)
from tests.agents.strategies import SPY, few, proposal, signal
from tests.streams.feeding import (
    Fed,
    account_fed,
)
from tests.streams.staging import delivery
from tests.streams.test_stage import numbered

POISON = st.one_of(
    st.none(),
    st.binary(max_size=40),
    st.binary(max_size=40).map(lambda tail: b"\x00\x7f\xff\xff\xff" + tail),
    st.integers(1, 60).flatmap(lambda number: st.binary(max_size=80).map(lambda tail: _of_schema(number, tail))),
    st.just(b"\x00\x00\x00\x00\x01" + b"\xff" * 100_000),
)
"""Garbage, an unknown schema's id, garbage under a known one's, and a large value."""


def _of_schema(number: int, tail: bytes) -> bytes:
    return b"\x00" + number.to_bytes(4, "big") + tail


HEADERS = st.lists(
    st.tuples(
        st.sampled_from(("ce_id", "ce_sequence", "ce_source", "traceparent", "tapestream-redrive", "other")),
        st.one_of(st.none(), st.binary(max_size=60)),
    ),
    max_size=5,
)


@pytest.mark.parametrize("kind", ["market", "account"])
@few
@given(data=st.data())
def test_no_bytes_on_any_topic_stop_a_stage(kind: str, data: st.DataObject) -> None:
    topics = MARKET_STAGE if kind == "market" else ACCOUNT_STAGE

    async def look() -> None:
        fed = await (Fed() if kind == "market" else account_fed()).begin()
        for number in range(data.draw(st.integers(1, 6))):
            topic: Topic = data.draw(st.sampled_from(topics))
            event = delivery(
                topic,
                data.draw(POISON),
                partition=data.draw(st.integers(0, 7)),
                offset=number,
            )
            event.message.headers = data.draw(HEADERS)
            event.message.timestamp = data.draw(st.sampled_from((None, -1.0, 1e9, 1e300)))
            event.message.key = data.draw(st.one_of(st.none(), st.binary(max_size=10)))
            await fed.stage._process([event])
            if kind == "market":
                await fed.stage._checkpoint()
            assert event.acked
        if kind == "market":
            await fed.tell(SIGNALS, signal())
            assert fed.state("desks", SPY).decided
        else:
            await fed.tell(PROPOSALS, numbered(proposal(), "desks/SPY", 1))
            assert fed.state("accounts", "paper")

    asyncio.run(look())
