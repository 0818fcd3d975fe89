"""Fetch sessions (KIP-227): a consumer names what has changed of its partitions, and is answered for those with news.

aiokafka names every partition in each fetch and is answered for each; a worker has over a hundred of them. At a few
messages a fetch that was most of what the worker, and Kafka, did for a message.
"""

import time
from collections import defaultdict
from collections.abc import Set
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from aiokafka import AIOKafkaConsumer
from aiokafka.client import ConnectionGroup
from aiokafka.protocol.fetch import FetchRequest, FetchRequestStruct

SESSIONS_FROM = 7
"""The version of Kafka's fetch request that has them."""
EPOCH_MAX = 2**31 - 1

Place = tuple[str, int]
"""Topic and partition."""


@dataclass(frozen=True, slots=True)
class Session:
    """What a broker knows of a consumer's fetches.

    number  the broker's id of it; 0: there is none yet
    epoch   of the next request; 0 begins a session anew, with all partitions
    known   offset and size asked for, by partition
    """

    number: int = 0
    epoch: int = 0
    known: dict[Place, tuple[int, int]] = field(default_factory=dict)

    def after(self, wanted: dict[Place, tuple[int, int]], number: int) -> "Session":
        """Return the session once the broker has answered a request for these partitions."""
        if number == 0:
            return Session()  # it keeps none for us
        return Session(number, 1 if self.epoch == EPOCH_MAX else self.epoch + 1, wanted)


class SessionRequest(FetchRequest):
    """A fetch in a session: of `whole`, what the broker does not know yet."""

    def __init__(self, whole: FetchRequest, session: Session) -> None:
        self.wanted = {
            (topic, partition): (offset, size)
            for topic, partitions in whole.topics
            for partition, offset, size in partitions
        }
        self._whole = whole
        self._session = session
        changed = defaultdict(list)
        for (topic, partition), (offset, size) in self.wanted.items():
            if session.known.get((topic, partition)) != (offset, size):
                changed[topic].append((partition, offset, size))
        super().__init__(
            whole._max_wait_ms,
            whole._min_bytes,
            whole._max_bytes,
            whole._isolation_level,
            list(changed.items()),
            rack_id=whole._rack_id,
        )

    def build(self, request_struct_class: type[FetchRequestStruct]) -> FetchRequestStruct:
        """Return the request in the broker's version."""
        if request_struct_class.API_VERSION < SESSIONS_FROM:
            return self._whole.build(request_struct_class)
        forgotten = defaultdict(list)
        for topic, partition in self._session.known.keys() - self.wanted.keys():
            forgotten[topic].append(partition)
        built: Any = super().build(request_struct_class)
        built.session_id, built.session_epoch = self._session.number, self._session.epoch
        built.forgotten_topics_data = list(forgotten.items())
        return built


_answered_at: WeakKeyDictionary[AIOKafkaConsumer, float] = WeakKeyDictionary()


def answered_at(consumer: AIOKafkaConsumer) -> float:
    """Return when a broker has last answered a fetch of a consumer in sessions, in seconds since the epoch; 0: never.

    aiokafka's own `last_poll_timestamp` tells when it heard of a partition; here it hears of those with news.
    """
    return _answered_at.get(consumer, 0.0)


def in_sessions(consumer: AIOKafkaConsumer) -> AIOKafkaConsumer:
    """Return the consumer, which fetches in sessions from now on."""
    client: Any = consumer._client
    send = client.send
    sessions: dict[int, Session] = defaultdict(Session)
    """By broker."""

    async def sent(node_id: int, request: Any, *, group: Any = ConnectionGroup.DEFAULT) -> Any:
        if not isinstance(request, FetchRequest):
            return await send(node_id, request, group=group)
        session = sessions[node_id]
        # a request without an answer may have moved the broker's epoch or not: the next one begins anew
        sessions[node_id] = Session(number=session.number)
        asked = SessionRequest(request, session)
        response = await send(node_id, asked, group=group)
        if getattr(response, "error_code", 0) and session.epoch:
            return await sent(node_id, request, group=group)  # it knows the session no more
        sessions[node_id] = session.after(asked.wanted, getattr(response, "session_id", 0))
        _answered_at[consumer] = time.time()
        return response

    client.send = sent
    start = consumer.start

    async def started() -> None:
        await start()
        _look_when_free(consumer._fetcher, client.cluster)

    consumer.start = started
    return consumer


_fetched: WeakKeyDictionary[AIOKafkaConsumer, tuple[Any, frozenset[Place]]] = WeakKeyDictionary()
"""Of which assignment which partitions are fetched."""


def fetch_only(consumer: AIOKafkaConsumer, wanted: Set[Place]) -> None:
    """Have brokers asked for these partitions alone, until the next call or assignment.

    Faust leaves what it has paused, such as changelogs once they are recovered, where it was fetched to. aiokafka asks
    a broker for nothing within 0.1 s of a record that nobody takes: the first of each changelog held up the tape.
    """
    subscription: Any = consumer._subscription.subscription
    assignment = None if subscription is None else subscription.assignment
    if assignment is None or _fetched.get(consumer) == (assignment, wanted):
        return
    for tp in assignment.tps:
        state = assignment.state_value(tp)
        state.resume() if tp in wanted else state.pause()
    _fetched[consumer] = assignment, frozenset(wanted)


def _look_when_free(fetcher: Any, cluster: Any) -> None:
    """Have a fetcher (aiokafka's) go over its partitions only while there is a broker that it could ask.

    It does at each answer, and again once that has been taken; at the first it has something of every broker at hand.
    """
    look = fetcher._get_actions_per_node

    def actions(assignment: Any) -> Any:
        waits = {tp: wait for tp, found in fetcher._records.items() if (wait := found.calculate_backoff())}
        busy = fetcher._in_flight | {cluster.leader_for_partition(tp) for tp in waits}
        brokers = {broker.nodeId for broker in cluster.brokers()}
        if brokers and brokers <= busy:
            return [], {}, max(waits.values(), default=fetcher._fetcher_timeout), False, []
        return look(assignment)

    fetcher._get_actions_per_node = actions
