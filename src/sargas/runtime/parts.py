"""How each part of a running node is, as an administrator looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from sargas.model.saying import NOTHING, Said, quoted
from sargas.runtime.saying import say

if TYPE_CHECKING:
    from sargas.runtime.audit import AuditLog
    from sargas.runtime.bus.status import PartnerStatus
    from sargas.runtime.federation.federation import Federation
    from sargas.runtime.history import HistoryWriter
    from sargas.runtime.journal import Journal
    from sargas.runtime.store import Store, StoreWriter

State = Literal["ok", "degraded", "failed", "off"]


@dataclass(frozen=True, slots=True)
class PartState:
    """One part: its state, why it is not ok, and figures under names that carry their units."""

    part: str
    state: State
    reason: Said = NOTHING
    figures: Mapping[str, float] = field(default_factory=dict)


class Whole(Protocol):
    """The parts of a node that are looked at."""

    journal: Journal
    store: Store
    store_writer: StoreWriter
    history: HistoryWriter
    audit: AuditLog
    federation: Federation | None

    @property
    def is_loaded(self) -> bool: ...


def parts_of(node: Whole) -> tuple[PartState, ...]:
    """Look at every part; the store is asked how large it is, so not more often than somebody reads."""
    core = PartState("core", "ok") if node.is_loaded else PartState("core", "degraded", say("loading"))
    return (core, _journal(node), _store(node), _history(node), _audit(node), *_network(node.federation))


def _journal(node: Whole) -> PartState:
    status = node.journal.status()
    figures = {
        "envelopes": status.next_sequence,
        "bytes": status.bytes,
        "segments": status.segments,
        "fsync_p99_ms": round(status.fsync_p99_ms, 2),
    }
    return PartState("journal", "ok" if status.state == "ok" else "failed", status.reason, figures)


def _store(node: Whole) -> PartState:
    writer, health = node.store_writer.status(), node.store.health()
    figures: dict[str, float] = {"queued": writer.queued, "written": writer.written, "refused": writer.refused}
    figures |= {name: health[name] for name in ("bytes", "unsent") if isinstance(health.get(name), int)}
    if writer.away or not health["ok"]:
        reason = quoted(writer.last_error if writer.away else str(health["reason"]))
        return PartState("store", "failed", reason, figures)
    state: State = "degraded" if writer.refused or writer.rejected else "ok"
    return PartState("store", state, quoted(writer.last_error), figures)


def _history(node: Whole) -> PartState:
    status = node.history.status()
    figures = {"queued": status.queued, "written": status.written, "refused": status.refused}
    state: State = "failed" if status.failing else "degraded" if status.refused or status.rejected else "ok"
    return PartState("history", state, quoted(status.last_error) if state != "ok" else NOTHING, figures)


def _audit(node: Whole) -> PartState:
    failed = node.audit.last_error
    return PartState("audit", "failed" if failed else "ok", quoted(failed), {"entries": node.audit.size})


def _network(federation: Federation | None) -> tuple[PartState, ...]:
    if federation is None:
        return (PartState("bus", "off"),)
    links = federation.status()
    bus = PartState("bus", "ok") if federation.has_bus else PartState("bus", "failed", say("bus_gone"))
    return (bus, *(_link(one) for one in links))


def _link(link: PartnerStatus) -> PartState:
    figures: dict[str, float] = {f"lag_{name}": count for name, count in link.lag.items()}
    figures |= {"outbox_fill": round(link.outbox_fill, 3), "refused": link.refused}
    if link.round_trip_ms is not None:
        figures["round_trip_ms"] = round(link.round_trip_ms, 1)
    if link.last_message_ns is not None:
        figures["last_message_ns"] = link.last_message_ns
    state: State = "ok" if link.connected and not link.is_filling else "degraded" if link.connected else "failed"
    return PartState(f"link {link.partner}", state, _why(link), figures)


def _why(link: PartnerStatus) -> Said:
    if link.connected:
        return quoted(link.last_error)
    if link.is_dialled or link.dials_us:
        return say("not_from_there" if link.is_dialled else "not_to_there")
    return say("neither_way")
