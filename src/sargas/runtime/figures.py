"""What a node measures of itself, in the words of Prometheus. Names and meanings: docs/operator/metrics.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from prometheus_client import CollectorRegistry, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from sargas.model.records import SourceHealth

if TYPE_CHECKING:
    from sargas.runtime.audit import AuditLog
    from sargas.runtime.bus.status import PartnerStatus
    from sargas.runtime.federation.federation import Federation
    from sargas.runtime.history import HistoryWriter
    from sargas.runtime.journal import Journal
    from sargas.runtime.live_picture import LivePicture
    from sargas.runtime.store import StoreWriter

BUCKETS_S = (0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1.0, 3.0, 10.0)
SOURCE_STATES = ("waiting", "ok", "degraded", "silent", "quarantined", "failed", "paused")


class Measured(Protocol):
    """The parts of a node that are measured."""

    picture: LivePicture
    journal: Journal
    store_writer: StoreWriter
    history: HistoryWriter
    audit: AuditLog
    federation: Federation | None


class NodeFigures(Collector):
    """Read a node whenever somebody asks; the turns of the core are measured as they happen."""

    def __init__(self, node: Measured) -> None:
        self._node = node
        self.registry = CollectorRegistry()
        self.turn_s = Histogram(
            "sargas_core_turn_seconds", "One turn of the core: journal, decode, track, assess, hand on",
            buckets=BUCKETS_S, registry=self.registry,
        )  # fmt: skip
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self.registry.register(self)

    def collect(self) -> Iterator[Metric]:
        """Yield every figure as it is now."""
        shown = self._node.picture.snapshot()
        yield _gauge("sargas_tracks", "Tracks on the screen", len(shown.tracks))
        yield _by_labels(
            "sargas_alerts", "Alerts that wait", ("tier", "state"), Counter((a.tier, a.state) for a in shown.alerts)
        )
        yield from _of_sources(shown.sources)
        yield from self._of_keeping()
        if self._node.federation is not None:
            yield from _of_links(self._node.federation.status())

    def _of_keeping(self) -> Iterator[Metric]:
        node = self._node
        journal, writer, history = node.journal.status(), node.store_writer.status(), node.history.status()
        yield _counter("sargas_journal_envelopes", "Envelopes in the journal", journal.next_sequence)
        yield _gauge("sargas_journal_ok", "1: the journal takes what comes", float(journal.state == "ok"))
        yield _gauge("sargas_journal_fsync_p99_seconds", "Of the last fsyncs", journal.fsync_p99_ms / 1e3)
        yield _gauge("sargas_store_queued", "Records that wait for the database", writer.queued)
        yield _counter("sargas_store_written", "Records in the database since the start", writer.written)
        yield _counter("sargas_store_refused", "Records the queue had no room for", writer.refused)
        yield _gauge("sargas_store_away", "1: the database is out of reach", float(writer.away))
        yield _gauge("sargas_history_queued", "Rows of plots and tracks that wait for the disk", history.queued)
        yield _counter("sargas_history_written", "Rows on the disk since the start", history.written)
        yield _gauge("sargas_history_failing", "1: the history cannot be written", float(history.failing))
        yield _counter("sargas_audit_entries", "Entries of the audit", node.audit.size)


def _of_sources(sources: Sequence[SourceHealth]) -> Iterator[Metric]:
    counted = {
        "received": "Datagrams",
        "decoded": "Records decoded",
        "rejected": "Records or blocks refused",
        "duplicates": "Records that another path had brought",
        "lost": "Datagrams dropped by a full queue",
    }
    for name, meaning in counted.items():
        family = CounterMetricFamily(f"sargas_source_{name}", meaning, labels=("source",))
        for health in sources:
            family.add_metric((health.source,), float(getattr(health, name)))
        yield family
    state = GaugeMetricFamily("sargas_source_state", "1 for the state that it is in", labels=("source", "state"))
    for health in sources:
        for name in SOURCE_STATES:
            state.add_metric((health.source, name), float(health.state == name))
    yield state
    offset = GaugeMetricFamily("sargas_source_clock_offset_seconds", "Receive time minus stamp", labels=("source",))
    for health in sources:
        if health.clock_offset_s is not None:
            offset.add_metric((health.source,), health.clock_offset_s)
    yield offset


def _of_links(links: Sequence[PartnerStatus]) -> Iterator[Metric]:
    up = GaugeMetricFamily("sargas_link_up", "1: this way of the link is up", labels=("partner", "way"))
    lag = GaugeMetricFamily("sargas_link_lag", "Releases not confirmed yet", labels=("partner", "traffic"))
    fill = GaugeMetricFamily("sargas_link_outbox_fill", "Share of the outbox of the log", labels=("partner",))
    for link in links:
        up.add_metric((link.partner, "in"), float(link.is_dialled))
        up.add_metric((link.partner, "out"), float(link.dials_us))
        fill.add_metric((link.partner,), link.outbox_fill)
        for traffic, count in link.lag.items():
            lag.add_metric((link.partner, traffic), float(count))
    yield from (up, lag, fill)


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)


def _counter(name: str, meaning: str, value: float) -> Metric:
    return CounterMetricFamily(name, meaning, value=value)


def _by_labels(name: str, meaning: str, labels: Sequence[str], counts: Counter[tuple[str, ...]]) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=labels)
    for values, count in sorted(counts.items()):
        family.add_metric(values, float(count))
    return family
