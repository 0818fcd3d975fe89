"""What the topics rest on: symbols, keys and their partitions."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import confluent_kafka
import pytest
from aiokafka.partitioner import murmur2
from confluent_kafka.admin import AdminClient, NewTopic
from hypothesis import given
from hypothesis import strategies as st

from schemas.catalogue import MODELS
from schemas.money import cents, to_nanos, to_usd
from schemas.occ import OptionContract, OptionType, parse_option_symbol, underlying_of
from streams.topics import ACCOUNT_SNAPSHOTS, BY_NAME, PARTITIONS, TOPICS, partition_of

FROZEN = {
    "signals.v1": "underlying",
    "market-context.v1": "underlying",
    "price-ticks.v1": "shard",
    "enrichments.v1": "underlying",
    "agent-outputs.v1": "underlying",
    "proposals.v1": "account",
    "decisions.v1": "account",
    "orders.v1": "underlying",
    "order-updates.v1": "underlying",
    "fills.v1": "underlying",
    "account-events.v1": "account",
    "trades.v1": "account",
    "signal-updates.v1": "underlying",
    "shadow-trades.v1": "underlying",
    "shadow-fills.v1": "underlying",
    "close-requests.v1": "underlying",
    "cancel-requests.v1": "underlying",
    "position-adjustments.v1": "underlying",
    "broker-reports.v1": "account",
    "reconciliations.v1": "account",
    "account-snapshots.v1": "account",
    "performance.v1": "account",
    "tunings.v1": "account",
    "controls.v1": "control",
    "clock.v1": "partition",
    "markets.v1": "record",
    "desks.v1": "record",
    "books.v1": "record",
    "accounts.v1": "record",
    "market-controls.v1": "record",
    "account-controls.v1": "record",
    "performances.v1": "record",
    "dead-letters.v1": "topic",
    "dead-letter-updates.v1": "letter",
    "audit.v1": "log",
    "order-requests.v1": "underlying",
    "cancels-asked.v1": "underlying",
}
SYMBOLS = ["SPY", "QQQ", "IWM", "SPX", "A", "BRK.B", "paper", "paper|SPY", "Zoë", ""]

roots = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=6)
strikes = st.integers(0, 99_999_999).map(lambda thousandths: Decimal(thousandths) / 1000)


@given(
    root=roots,
    expiration=st.dates(date(2000, 1, 1), date(2068, 12, 31)),
    kind=st.sampled_from(("call", "put")),
    strike=strikes,
)
def test_a_contract_s_symbol_names_it_again(root: str, expiration: date, kind: OptionType, strike: Decimal) -> None:
    contract = OptionContract(root, expiration, kind, strike)
    assert parse_option_symbol(contract.symbol) == contract
    assert parse_option_symbol(f"{root:<6}{contract.symbol[len(root) :]}") == contract
    assert underlying_of(contract.symbol) == contract.underlying


@given(text=st.text(max_size=25))
def test_any_text_names_a_contract_or_none(text: str) -> None:
    contract = parse_option_symbol(text)
    assert contract is None or parse_option_symbol(contract.symbol) == contract


@pytest.mark.parametrize(
    ("symbol", "underlying"),
    [
        ("SPY260220C00596000", "SPY"),
        ("SPXW  260220P05900000", "SPX"),
        ("spy", "SPY"),
        ("SPY261320C00596000", "SPY261320C00596000"),
        ("BRK.B", "BRK.B"),
    ],
)
def test_the_underlying_of_a_symbol(symbol: str, underlying: str) -> None:
    assert underlying_of(symbol) == underlying


@given(nanos=st.integers(-(10**15), 10**15))
def test_fixed_point_prices_are_exact(nanos: int) -> None:
    assert to_nanos(Decimal(nanos) / 10**9) == nanos
    assert abs(to_usd(nanos) - Decimal(nanos) / 10**9) <= Decimal("0.00005")


def test_amounts_round_half_to_even() -> None:
    assert cents(Decimal("0.125")) == Decimal("0.12")
    assert cents(Decimal("0.135")) == Decimal("0.14")
    with pytest.raises(ValueError, match="more than nine decimals"):
        to_nanos(Decimal("0.0000000001"))


@pytest.mark.parametrize(
    ("key", "hashed"),
    [
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (b"abc", 479470107),
    ],
)
def test_keys_hash_as_in_kafka_s_own_client(key: bytes, hashed: int) -> None:
    assert murmur2(key) & 0xFFFFFFFF == hashed & 0xFFFFFFFF
    assert partition_of(key.decode()) == (hashed & 0x7FFFFFFF) % PARTITIONS


@pytest.mark.kafka
def test_another_client_sends_a_key_to_the_same_partition(kafka: str) -> None:
    name = f"partitioning-{uuid4()}"
    admin = AdminClient({"bootstrap.servers": kafka})
    admin.create_topics([NewTopic(name, PARTITIONS, 1)])[name].result(20)
    try:
        producer = confluent_kafka.Producer({"bootstrap.servers": kafka, "partitioner": "murmur2"})
        placed: dict[str, int] = {}

        def note(error: object, message: confluent_kafka.Message) -> None:
            assert error is None
            partition = message.partition()
            assert partition is not None
            placed[(message.key() or b"").decode()] = partition

        for symbol in SYMBOLS:
            producer.produce(name, b"", key=symbol.encode(), on_delivery=note)
        assert producer.flush(20) == 0
    finally:
        admin.delete_topics([name])[name].result(20)
    assert placed == {symbol: partition_of(symbol) for symbol in SYMBOLS}


def test_topics_keys_and_partitions_stay_as_they_are() -> None:
    assert PARTITIONS == 8
    assert {topic.name: topic.key for topic in TOPICS} == FROZEN
    assert list(BY_NAME) == list(FROZEN)


def test_each_topic_carries_a_record_of_its_own() -> None:
    records = [topic.record.__name__ for topic in TOPICS]
    assert set(records) == {model.__name__ for model in MODELS}
    # both stages keep what they know of the controls
    assert [name for name in records if records.count(name) > 1] == ["ControlsRecord", "ControlsRecord"]


def test_state_is_compacted_and_never_deleted() -> None:
    for topic in TOPICS:
        compacted = topic.configuration["cleanup.policy"] == "compact"
        assert compacted == (topic.key in ("record", "control") or topic is ACCOUNT_SNAPSHOTS)
        if compacted:
            assert topic.retention is None
            assert topic.configuration["min.compaction.lag.ms"] == "60000"
