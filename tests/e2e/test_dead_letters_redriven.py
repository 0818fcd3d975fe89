"""Dead letters of a running platform: one alert, and sent again with one effect, whatever is killed meanwhile."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from schemas.codec import decode, encode
from schemas.decisions import DecisionMade, TradeProposed
from schemas.ids import derived_id
from schemas.operations import DeadLettered
from schemas.records import AccountRecord
from streams.publisher import Publisher
from streams.topics import ACCOUNTS, DEAD_LETTERS, DECISIONS, PROPOSALS, SIGNALS, partition_of
from tests.agents.strategies import proposal
from tests.e2e.running import Platform, platform, read_topic, until
from tests.sinks.letters import letter

pytestmark = [pytest.mark.e2e, pytest.mark.kafka, pytest.mark.postgres, pytest.mark.timeout(300)]

MANY = 5


def decisions(running: Platform) -> list[str]:
    messages = read_topic(running.endpoints["kafka_bootstrap_servers"], DECISIONS.name)
    events = {event.event_id: event for event in (decode(DecisionMade, message.value) for message in messages)}
    return sorted(event.proposal_id for event in events.values())


def emitted(running: Platform) -> int:
    """Return how many events the account has ever told of."""
    messages = read_topic(running.endpoints["kafka_bootstrap_servers"], ACCOUNTS.name)
    return max([0, *(decode(AccountRecord, message.value).emitted for message in messages)])


def letters(running: Platform) -> list[DeadLettered]:
    messages = read_topic(running.endpoints["kafka_bootstrap_servers"], DEAD_LETTERS.name)
    return [decode(DeadLettered, message.value) for message in messages]


async def publish(running: Platform, *events: Any, garbage: int = 0) -> None:
    async with Publisher(running.endpoints["kafka_bootstrap_servers"]) as publisher:
        for event in events:
            topic = DEAD_LETTERS if isinstance(event, DeadLettered) else PROPOSALS
            key = event.topic if isinstance(event, DeadLettered) else event.account_id
            await publisher.publish(topic, event, key=key)
        for _ in range(garbage):
            await (
                await publisher.send_encoded(
                    SIGNALS.name, key="SPY", value=b"\x00garbage", partition=partition_of("SPY"), headers=[]
                )
            )


def numbered(name: str, sequence: int) -> TradeProposed:
    made = proposal(name)
    experiment = made.experiment.model_copy(update={"experiment_id": derived_id("experiment", name)})
    return made.model_copy(update={"source": "desks/SPY", "sequence": sequence, "experiment": experiment})


def of_account(missed: TradeProposed) -> DeadLettered:
    """Return the letter of a proposal that an earlier release of the account stage could not work on."""
    return letter(
        topic=PROPOSALS,
        reader="account",
        record="accounts/paper",
        partition=partition_of("paper"),
        key=b"paper",
        value=encode(missed),
        headers=[("ce_id", missed.event_id.encode()), ("ce_sequence", b"1")],
    )


def test_a_letter_whose_cause_is_gone_takes_effect_once_though_workers_are_killed(home: Path) -> None:
    with platform(home, "--feed", "none", "--clock", "tape") as running:
        missed, later = numbered("missed", 1), numbered("later", 2)
        found = of_account(missed)
        asyncio.run(publish(running, later, found))
        until(lambda: decisions(running) == [later.event_id], what="the later decision")
        until(
            lambda: [row for row in running.items("/dead-letters") if row["dead_letter_id"] == found.event_id],
            what="the letter in the database",
        )
        for kills in (True, False, True):
            answer = running.client.post(f"/dead-letters/{found.event_id}/redrive")
            assert answer.status_code == 200, answer.text
            if kills:
                running.kill("streams.worker")
        until(lambda: len(decisions(running)) == 2, within_s=60, what="the missed decision")
        running.settle()
        assert decisions(running) == sorted([missed.event_id, later.event_id])
        before = emitted(running)
        assert running.client.post(f"/dead-letters/{found.event_id}/redrive").status_code == 200
        running.settle()
        assert emitted(running) == before
        [shown] = until(
            lambda: [row for row in running.items("/dead-letters") if row["attempts"] == 4], what="its status"
        )
        assert shown["status"] == "redriven"

        # what nobody can read: a letter each and one alert; sent again it fails again, and says of which
        asyncio.run(publish(running, garbage=MANY))
        until(lambda: len(running.items("/dead-letters", topic=SIGNALS.name)) == MANY, what="letters")
        first = letters(running)[-1]
        assert running.client.post(f"/dead-letters/{first.event_id}/redrive").status_code == 200
        again = until(lambda: [item for item in letters(running) if item.redrive_of], what="another letter")
        assert [item.redrive_of for item in again] == [first.event_id]
        alerts = [json.loads(line) for line in (running.home / "logs" / "alerts.log").read_text().splitlines()]
        raised = [(said["topic"], said["reader"]) for said in alerts if said["event"] == "dead_letters"]
        assert [raised.count(kind) for kind in ((PROPOSALS.name, "account"), (SIGNALS.name, "market"))] == [1, 1]
