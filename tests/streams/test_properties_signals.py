"""What holds of the signals on a topic, however they are delivered and whatever dies on the way."""

import asyncio
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from schemas.codec import encode
from schemas.decisions import SignalEnriched, TradeProposed
from schemas.signals import SignalReceived
from streams.topics import ENRICHMENTS, PROPOSALS, SIGNALS
from tests.agents.strategies import few, signal
from tests.streams.staging import MARKET_TABLES, Line, Log, delivery, recover, tables
from tests.streams.tallying import Crashed
from tests.streams.test_market_stage import market_stage
from tests.streams.test_stage import HOME


async def taken(alerts: Sequence[SignalReceived], crashes: Sequence[tuple[int, bool]], *, size: int) -> tuple[Log, int]:
    """Deliver alerts to one process after the other, from the first that is not acknowledged, the last to the end.

    returns  what Kafka has then, and the offset up to which everything is acknowledged
    """
    log, known, committed = Log(), tables(MARKET_TABLES), 0
    for crash in [*crashes, None]:
        line = Line(log) if crash is None else Line(log, breaks_at=crash[0], arrives=crash[1])
        stage = market_stage(known, line)
        recover(known, log)
        pending = []
        try:
            await stage.open()
            for start in range(committed, len(alerts), size):
                batch = [
                    delivery(SIGNALS, encode(alert), partition=HOME, offset=start + number)
                    for number, alert in enumerate(alerts[start : start + size])
                ]
                pending += batch
                await stage._process(batch)
        except Crashed:
            pass
        for event in pending:
            if event.acked and event.message.offset == committed:
                committed += 1
    return log, committed


@few
@given(
    st.lists(st.sampled_from([f"sig-{number}" for number in range(5)]), min_size=1, max_size=7),
    st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=3),
    st.integers(1, 4),
)
def test_every_signal_on_the_topic_is_taken_up_once_in_its_order(
    names: list[str], crashes: list[tuple[int, bool]], size: int
) -> None:
    """Orchestrator property: Signal retrieval completeness"""
    alerts = [signal(name) for name in names]
    log, committed = asyncio.run(taken(alerts, crashes, size=size))
    assert committed == len(alerts)
    expected = list(dict.fromkeys(alert.event_id for alert in alerts))
    for topic, model in ((ENRICHMENTS, SignalEnriched), (PROPOSALS, TradeProposed)):
        newest, kept = 0, []
        for event in log.of(topic, model):
            # a reader takes a number that is not newer for a repeat
            if event.sequence > newest:
                newest = event.sequence
                kept.append(event.signal_id)  # type: ignore[attr-defined]  # both name their signal
        assert kept == expected
