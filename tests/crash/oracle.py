"""The oracle: compares what a round left on Kafka and in Postgres with what was sent, by schemas alone.

It shares no code with agents, streams or sinks.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from schemas.event import Event
from tests.crash.accounts import wrong_accounts
from tests.crash.controls import wrong_controls
from tests.crash.effects import wrong_effects
from tests.crash.exits import exit_rules_of, wrong_exits
from tests.crash.facts import Facts, Told
from tests.crash.feeder import Sent
from tests.crash.history import wrong_history
from tests.crash.intake import wrong_intake
from tests.crash.live import wrong_live
from tests.crash.plan import FEED, WEBHOOK, Limits
from tests.crash.prices import tape_of, wrong_prices
from tests.crash.records import wrong_records
from tests.crash.requests import manual_exits, wrong_requests
from tests.crash.shadows import wrong_shadows
from tests.crash.totals import wrong_totals


def violations(facts: Facts, limits: Limits) -> Iterator[str]:
    """Yield everything that contradicts what must always hold, each a sentence with its ids."""
    yield from wrong_intake(facts)
    yield from wrong_history(facts)
    yield from wrong_effects(facts, limits)
    yield from wrong_totals(facts, limits)
    yield from wrong_live(facts, limits)
    yield from wrong_requests(facts)
    yield from wrong_accounts(facts)
    yield from wrong_controls(facts)
    yield from wrong_records(facts)
    tape, rules = tape_of(facts), exit_rules_of(facts, limits)
    yield from wrong_prices(facts, tape)
    yield from wrong_exits(facts, tape, rules)
    yield from wrong_shadows(facts, tape, rules)


def not_as_sent(facts: Facts, sent: Sent) -> list[str]:
    """Return where the feed's topics differ from what the feeder sent: a fault of Kafka or of the feeder."""
    fed = {event.event_id for event in facts.signals.events if event.source != WEBHOOK}
    return [
        f"{what}: {len(ids - set(found))} sent are not there, {len(set(found) - ids)} there were not sent"
        for what, ids, found in (
            ("signals", sent.signals, fed),
            ("contexts", sent.contexts, facts.contexts.first),
            ("frames", sent.frames, facts.frames.first),
            ("close requests", sent.requests, _by_hand(facts.close_requests)),
            ("controls", sent.controls, _by_hand(facts.controls.once)),
        )
        if ids != set(found)
    ]


def _by_hand(told: Told[Event]) -> set[str]:
    return {event.event_id for event in told.events if event.source == FEED}


@dataclass(frozen=True, slots=True)
class Counts:
    """How much passed, so that a round which traded nothing is not taken for a proof."""

    signals: int
    by_webhook: int
    approved: int
    fills: int
    failed_orders: int
    closed_positions: int
    ticks: int
    live_orders: int
    live_fills: int
    live_cancels: int
    live_closed: int
    shadow_trades: int
    closed_shadows: int
    requested_exits: int
    measured: int
    tunings: int
    snapshots: int
    control_changes: int
    repeats: int
    rows: int
    record_versions: int
    epochs: int


def counts(facts: Facts) -> Counts:
    """Return how much passed in a round."""
    versions = [
        stored.record for kept in facts.tables.values() for written in kept.versions.values() for stored in written
    ]
    live = [fill for fill in facts.fills.events if fill.order_type == "live"]
    return Counts(
        signals=len(facts.signals.first),
        by_webhook=len(facts.answered),
        approved=sum(decision.status == "approved" for decision in facts.decisions.events),
        fills=len(facts.fills.first),
        failed_orders=sum(update.status == "failed" for update in facts.updates.events),
        closed_positions=len(facts.outcomes(shadow=False)),
        ticks=sum(len(frame) for frame in facts.frames.events),
        live_orders=sum(order.order_type == "live" for order in facts.orders.events),
        live_fills=len(live),
        live_cancels=len(facts.cancel_requests.first),
        live_closed=len({fill.position_id for fill in live} & {trade.position_id for trade in facts.trades.events}),
        shadow_trades=len(facts.shadow_trades.first),
        closed_shadows=len(facts.outcomes(shadow=True)),
        requested_exits=len(manual_exits(facts)),
        measured=len(facts.performance.first),
        tunings=len(facts.tunings.first),
        snapshots=len(facts.snapshots.once.first),
        control_changes=len(facts.controls.once.first),
        repeats=sum(told.repeats for told in facts.emitted.values()),
        rows=sum(len(rows) for rows in facts.rows.values()),
        record_versions=len(versions),
        epochs=len({record.epoch for record in versions}),
    )
