"""What is looked up in a worker when Prometheus asks: its tables, its recovery, what stands still."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from prometheus_client.core import CollectorRegistry, GaugeMetricFamily
from prometheus_client.registry import Collector

from streams.metrics import Families
from streams.stage import Stage
from streams.tables import RecordTable
from streams.watch import Seen, View

TABLES: Mapping[str, tuple[str, Callable[[RecordTable], float]]] = {
    "tapestream_table_records": ("State records of the partitions this worker owns.", lambda table: table.count),
    "tapestream_table_watermark_timestamp_seconds": (
        "When the newest message that a table's records know was written to Kafka.",
        lambda table: table.watermark,
    ),
}


class WorkerCollector(Collector):
    """Reads what the worker's own loop keeps, from the thread that answers Prometheus."""

    def __init__(
        self, *, name: str, stages: Sequence[Stage], view: Callable[[], View], seen: Callable[[], Seen]
    ) -> None:
        self._name = name
        self._stages = stages
        self._view = view
        self._seen = seen

    def register(self, registry: CollectorRegistry) -> None:
        """Be asked along with the rest of the process."""
        registry.register(self)

    def describe(self) -> Families:
        """Return nothing: names are told when asked for, as there is nothing to read before the worker starts."""
        return ()

    def collect(self) -> Families:
        """Yield the families of a scrape."""
        view, seen = self._view(), self._seen()
        yield _gauge("tapestream_worker_ready", "1 while partitions are assigned and recovered.", view.is_at_work)
        yield _gauge(
            "tapestream_recovery_remaining_records", "Changelog records still to be read.", view.recovering or 0
        )
        info = GaugeMetricFamily("tapestream_worker_info", "Which worker this is.", labels=["worker"])
        info.add_metric([self._name], 1)
        yield info
        yield from self._of_stages()
        yield from self._of_tables(seen)
        owned = GaugeMetricFamily("tapestream_assigned_partitions", "Partitions owned.", labels=["topic"])
        for topic, count in sorted(Counter(at.topic for at in view.assigned).items()):
            owned.add_metric([topic], count)
        yield owned
        stalled = GaugeMetricFamily(
            "tapestream_stalled_seconds",
            "Since the commit or the reading of an assigned partition with lag has moved.",
            labels=["topic", "partition"],
        )
        for at, seconds in seen.stalled_s.items():
            stalled.add_metric([at.topic, str(at.partition)], seconds)
        yield stalled

    def _of_stages(self) -> Families:
        outbox = GaugeMetricFamily(
            "tapestream_outbox_events", "Decided, and not yet acknowledged by Kafka.", labels=["stage"]
        )
        last = GaugeMetricFamily(
            "tapestream_stage_last_message_timestamp_seconds",
            "When a stage has last worked a message in; 0: never.",
            labels=["stage"],
        )
        for stage in self._stages:
            outbox.add_metric([stage.name], stage.unsent)
            last.add_metric([stage.name], stage.worked_at)
        yield outbox
        yield last

    def _of_tables(self, seen: Seen) -> Families:
        tables = {table.name: table for stage in self._stages for table in stage.tables}
        for name, (text, value) in TABLES.items():
            family = GaugeMetricFamily(name, text, labels=["table"])
            for table in tables.values():
                family.add_metric([table.name], value(table))
            yield family
        ends = GaugeMetricFamily(
            "tapestream_table_changelog_end_offset", "End of a table's changelog.", labels=["table", "partition"]
        )
        for at, end in sorted(seen.ends.items()):
            ends.add_metric([at.topic, str(at.partition)], end)
        yield ends


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)
