"""An account of the past is the plain fold of its log, whatever checkpoints there are and however late facts come."""

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from agents.facts import Fact
from agents.past_accounts import PastAccount, begun, folded
from agents.rules import RiskLimits
from api import past_account
from api.past import read_facts
from api.past_account import Checkpoint, account_then
from api.pool import Pool, open_pool
from sinks.event_log import OF_ACCOUNTS
from streams.topics import DECISIONS, ORDERS
from tests.api.logged import keep_messages
from tests.api.test_past import known_by, record_of
from tests.simulation.kept_log import Message, facts_of, kept
from tests.simulation.plan import TRADERS

pytestmark = pytest.mark.postgres

LIMITS = RiskLimits()
TRADER = TRADERS[0]
READ = {topic.name for topic in OF_ACCOUNTS}


@pytest.fixture(scope="module")
def messages() -> list[Message]:
    """Return what a session that was played told of accounts."""
    told, _ = kept(29)
    return [message for message in told if message.topic in READ]


@pytest.fixture
async def pool(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pool]:
    monkeypatch.setattr(past_account, "PAGE", 3)
    pool = await open_pool(database_url, max_size=2)
    yield pool
    pool.terminate()


def plain(told: list[Message], at: datetime | None = None) -> PastAccount:
    facts = known_by(facts_of(told), at or datetime.max.replace(tzinfo=UTC), TRADER)
    return folded(begun(TRADER, LIMITS), facts)


async def asked(pool: Pool, at: datetime | None = None, limits: RiskLimits = LIMITS) -> PastAccount:
    return await account_then(pool, account_id=TRADER, at=at, limits=limits)


async def checkpoints(pool: Pool) -> list[int]:
    return [row["facts"] for row in await pool.fetch("SELECT facts FROM account_checkpoints ORDER BY facts")]


@pytest.mark.parametrize("seed", range(3))
async def test_answers_are_those_of_the_plain_fold_however_late_facts_come(
    database_url: str, pool: Pool, messages: list[Message], seed: int
) -> None:
    dice = random.Random(seed)
    # as a history that is behind on some partitions: half of them come in order, the others much later
    coming = sorted(messages, key=lambda item: (dice.choice((0, 1)), item.number))
    known = list[Message]()
    kept_most = 0
    while coming:
        size = dice.randrange(1, 20)
        batch, coming = coming[:size], coming[size:]
        await keep_messages(database_url, map(record_of, batch))
        known += batch
        for at in (dice.choice(batch).known_at, None):
            assert await asked(pool, at) == plain(known, at)
        kept_most = max(kept_most, len(await checkpoints(pool)))
    assert kept_most > 3
    for _ in range(20):
        at = dice.choice(messages).known_at
        assert await asked(pool, at) == plain(known, at)
    await pool.execute("TRUNCATE account_checkpoints")
    assert await asked(pool) == plain(known)


async def test_a_question_folds_no_more_than_a_page_after_a_checkpoint(
    database_url: str, pool: Pool, messages: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    await keep_messages(database_url, map(record_of, messages))
    read = list[int]()
    whole = read_facts

    def counted(rows: list[asyncpg.Record]) -> list[Fact]:
        read.append(len(rows))
        return whole(rows)

    monkeypatch.setattr(past_account, "read_facts", counted)
    await asked(pool)
    assert sum(read) > 5 * past_account.PAGE
    dice = random.Random(3)
    for at in (None, *(dice.choice(messages).known_at for _ in range(20))):
        read.clear()
        await asked(pool, at)
        assert sum(read) < past_account.PAGE


async def test_what_was_folded_without_a_fact_that_came_meanwhile_is_not_kept(
    database_url: str, pool: Pool, messages: list[Message]
) -> None:
    mine = [item for item in messages if facts_of([item]) and known_by(facts_of([item]), item.known_at, TRADER)]
    late, told = mine[0], mine[1:14]
    await keep_messages(database_url, map(record_of, told))
    held: list[tuple[Checkpoint, Checkpoint]] = []

    async def noted(of: Pool, before: Checkpoint, after: Checkpoint, _: str) -> None:
        held.append((before, after))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(past_account, "_keep", noted)
        await asked(pool)
    assert len(held) == 4
    await keep_messages(database_url, [record_of(late)])
    digest = past_account._digest(begun(TRADER, LIMITS))
    await asked(pool)  # another one, with all facts, whose checkpoints stand by now
    right: list[Any] = await pool.fetch("SELECT * FROM account_checkpoints ORDER BY facts")
    await pool.execute("DELETE FROM account_checkpoints WHERE facts > $1", past_account.PAGE)
    for before, after in held:
        await past_account._keep(pool, before, after, digest)
    assert await pool.fetch("SELECT * FROM account_checkpoints") == right[:1]
    await pool.execute("TRUNCATE account_checkpoints")
    for before, after in held:
        await past_account._keep(pool, before, after, digest)
    assert await checkpoints(pool) == []
    assert await asked(pool) == plain([late, *told])


async def test_what_an_account_begins_with_is_part_of_what_a_checkpoint_is_for(
    database_url: str, pool: Pool, messages: list[Message]
) -> None:
    # nothing of what it has been told says what it began with
    untold = [item for item in messages if item.topic in (DECISIONS.name, ORDERS.name)]
    await keep_messages(database_url, map(record_of, untold))
    await asked(pool)
    assert await checkpoints(pool)
    richer = RiskLimits(opening_equity=LIMITS.opening_equity * 2)
    facts = known_by(facts_of(untold), messages[-1].known_at, TRADER)
    assert await asked(pool, limits=richer) == folded(begun(TRADER, richer), facts)
