"""librdkafka's mock cluster in a process of its own: a convenience where there is no Java, in memory, one broker.

It is reached through the C library inside confluent-kafka's wheel, as the Python binding cannot give a topic of the
mock its number of partitions.
"""

import ctypes
import importlib.util
import signal
import sys
from pathlib import Path

from streams.topics import PARTITIONS, TOPICS

RD_KAFKA_PRODUCER = 0


class NoMockCluster(Exception):
    """The wheel, or the library in it, is not there, or refuses; the text says which."""


def library() -> Path:
    """Return the path of librdkafka inside the wheel; raises NoMockCluster."""
    spec = importlib.util.find_spec("confluent_kafka")
    for package in (spec.submodule_search_locations or ()) if spec else ():
        for folder in (Path(package).parent / "confluent_kafka.libs", Path(package) / ".dylibs"):
            if found := sorted(folder.glob("librdkafka[.-]*")):
                return found[0]
    raise NoMockCluster("no broker here: install Java and Maven, set KAFKA_BOOTSTRAP_SERVERS, or add confluent-kafka")


def start() -> str:
    """Start the cluster with all topics of the registry and return its bootstrap servers; it ends with the process."""
    import confluent_kafka  # noqa: F401 - loads what the library itself depends on

    kafka = ctypes.CDLL(str(library()))
    kafka.rd_kafka_new.restype = ctypes.c_void_p
    kafka.rd_kafka_new.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
    kafka.rd_kafka_mock_cluster_new.restype = ctypes.c_void_p
    kafka.rd_kafka_mock_cluster_new.argtypes = [ctypes.c_void_p, ctypes.c_int]
    kafka.rd_kafka_mock_topic_create.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_int]
    kafka.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p
    kafka.rd_kafka_mock_cluster_bootstraps.argtypes = [ctypes.c_void_p]

    reason = ctypes.create_string_buffer(512)
    client = kafka.rd_kafka_new(RD_KAFKA_PRODUCER, None, reason, len(reason))
    if not client:
        raise NoMockCluster(reason.value.decode())
    cluster = kafka.rd_kafka_mock_cluster_new(client, 1)
    if not cluster:
        raise NoMockCluster("librdkafka could not start its mock cluster")
    for topic in TOPICS:
        if code := kafka.rd_kafka_mock_topic_create(cluster, topic.name.encode(), PARTITIONS, 1):
            raise NoMockCluster(f"librdkafka refused {topic.name} with code {code}")
    return bytes(kafka.rd_kafka_mock_cluster_bootstraps(cluster)).decode()


def main() -> None:
    """Run until a signal ends the process; the address goes to the file named by the first argument."""
    address = Path(sys.argv[1])
    draft = address.with_suffix(".draft")
    draft.write_text(start())
    draft.rename(address)
    signal.pause()


if __name__ == "__main__":
    main()
