"""Creating the registry's topics on a broker, and finding those that differ from it."""

import asyncio

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import GroupCoordinatorNotAvailableError, TopicAlreadyExistsError, for_code

from streams.topics import GROUP, PARTITIONS, TOPICS

DEADLINE_S = 30.0


class TopicsDiffer(Exception):
    """A topic is there with another number of partitions; the text names it."""


class TopicsNotCreated(Exception):
    """The broker refused a topic, or did not show it in time; the text names it."""


async def ensure_topics(
    bootstrap_servers: str, *, replication: int = 1, settled_deadline_s: float = DEADLINE_S
) -> None:
    """Create the registry's missing topics and wait until each partition has a leader.

    raises   TopicsDiffer, TopicsNotCreated, aiokafka.errors.KafkaError when the broker cannot be reached
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers, request_timeout_ms=20_000)
    await admin.start()
    try:
        present = set(await admin.list_topics())
        missing = [topic for topic in TOPICS if topic.name not in present]
        if missing:
            answer = await admin.create_topics(
                [
                    NewTopic(
                        name=topic.name,
                        num_partitions=PARTITIONS,
                        replication_factor=replication,
                        topic_configs=topic.configuration,
                    )
                    for topic in missing
                ],
                timeout_ms=20_000,
            )
            for name, code, *_ in answer.topic_errors:
                error = for_code(code)
                # another process may have been quicker
                if code and error is not TopicAlreadyExistsError:
                    raise TopicsNotCreated(f"{name}: {error.__name__}")
        await _settled(admin, deadline_s=settled_deadline_s)
        await _groups_can_form(admin, deadline_s=settled_deadline_s)
    finally:
        await admin.close()


async def check_topics(bootstrap_servers: str) -> tuple[str, ...]:
    """Return the registry's topics that are missing; raises TopicsDiffer, aiokafka.errors.KafkaError."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers, request_timeout_ms=20_000)
    await admin.start()
    try:
        present = set(await admin.list_topics())
        names = [topic.name for topic in TOPICS if topic.name in present]
        if names:
            await _unsettled(admin, names)
        return tuple(topic.name for topic in TOPICS if topic.name not in present)
    finally:
        await admin.close()


async def _settled(admin: AIOKafkaAdminClient, *, deadline_s: float) -> None:
    names = [topic.name for topic in TOPICS]
    end = asyncio.get_running_loop().time() + deadline_s
    while unsettled := await _unsettled(admin, names):
        if asyncio.get_running_loop().time() > end:
            raise TopicsNotCreated(f"no leader within {deadline_s:g} s: {', '.join(unsettled)}")
        await asyncio.sleep(0.05)


async def _groups_can_form(admin: AIOKafkaAdminClient, *, deadline_s: float) -> None:
    """Wait until the broker has its own topic of consumer groups, which it makes when first asked for a coordinator."""
    end = asyncio.get_running_loop().time() + deadline_s
    while True:
        try:
            await admin.find_coordinator(GROUP)
            return
        except GroupCoordinatorNotAvailableError:
            if asyncio.get_running_loop().time() > end:
                raise
        await asyncio.sleep(0.05)


async def _unsettled(admin: AIOKafkaAdminClient, names: list[str]) -> list[str]:
    """Return the topics that have no leader yet; raises TopicsDiffer."""
    unsettled = []
    for found in await admin.describe_topics(names):
        partitions = [part for part in found["partitions"] if part["leader"] >= 0 and not part["error_code"]]
        if found["error_code"] or len(partitions) < len(found["partitions"]) or not partitions:
            unsettled.append(found["topic"])
        elif len(partitions) != PARTITIONS:
            raise TopicsDiffer(
                f"{found['topic']} has {len(partitions)} partitions where the registry says {PARTITIONS}: "
                "another number moves keys between tables; use another cluster or delete the topic"
            )
    return unsettled
