"""Alerts by webhook: what was answered as taken in is on Kafka, and nothing is there that nobody posted."""

import json
from collections.abc import Iterator

from tests.crash.alerts import MARK
from tests.crash.facts import Facts
from tests.crash.plan import WEBHOOK, WEBHOOK_ACCOUNT


def wrong_intake(facts: Facts) -> Iterator[str]:
    """Yield alerts that were taken in and lost, or taken for another signal than the one that stands for them."""
    by_webhook = {event.event_id: event for event in facts.signals.events if event.source == WEBHOOK}
    for number, signal_id in sorted(facts.answered.items()):
        if signal_id not in by_webhook:
            yield f"alert {number} was taken in as signal {signal_id}, which is not on Kafka"
    signal_of: dict[int, str] = {}
    for signal_id, event in by_webhook.items():
        number = json.loads(event.raw_payload).get(MARK)
        if not isinstance(number, int):
            yield f"signal {signal_id} came by webhook, and no alert says so"
            continue
        if signal_of.setdefault(number, signal_id) != signal_id:
            yield f"alert {number} has become two signals: {signal_of[number]} and {signal_id}"
        if event.account_id != WEBHOOK_ACCOUNT:
            yield f"signal {signal_id} of the webhook is of account {event.account_id}"
