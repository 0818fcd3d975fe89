"""The oracle: compares what a round left on Kafka with what was sent. It shares no code with agents or streams."""

from dataclasses import dataclass
from itertools import chain

from tests.crash.effects import wrong_effects
from tests.crash.facts import Facts
from tests.crash.feed import Sent
from tests.crash.plan import Limits
from tests.crash.prices import wrong_prices
from tests.crash.records import wrong_records
from tests.crash.totals import wrong_totals


def violations(facts: Facts, limits: Limits) -> list[str]:
    """Return everything that contradicts what must always hold, each a sentence with its ids."""
    return list(
        chain(
            wrong_effects(facts, limits),
            wrong_totals(facts, limits),
            wrong_prices(facts, limits),
            wrong_records(facts),
        )
    )


def not_as_sent(facts: Facts, sent: Sent) -> list[str]:
    """Return where the feed's topics differ from what the feeder sent: a fault of Kafka or of the feeder."""
    return [
        f"{what}: {len(ids - set(found))} sent are not there, {len(set(found) - ids)} there were not sent"
        for what, ids, found in (
            ("signals", sent.signals, facts.signals.first),
            ("contexts", sent.contexts, facts.contexts.first),
            ("frames", sent.frames, facts.frames.first),
        )
        if ids != set(found)
    ]


@dataclass(frozen=True, slots=True)
class Counts:
    """How much passed, so that a round which traded nothing is not taken for a proof."""

    signals: int
    approved: int
    fills: int
    failed_orders: int
    closed_positions: int
    ticks: int
    repeats: int
    record_versions: int
    epochs: int


def counts(facts: Facts) -> Counts:
    """Return how much passed in a round."""
    versions = [
        stored.record for kept in facts.tables.values() for written in kept.versions.values() for stored in written
    ]
    return Counts(
        signals=len(facts.signals.first),
        approved=sum(decision.status == "approved" for decision in facts.decisions.events),
        fills=len(facts.fills.first),
        failed_orders=sum(update.status == "failed" for update in facts.updates.events),
        closed_positions=len(facts.trades.first),
        ticks=sum(len(frame) for frame in facts.frames.events),
        repeats=sum(told.repeats for told in facts.emitted),
        record_versions=len(versions),
        epochs=len({record.epoch for record in versions}),
    )
