"""The latest state of everything: written by the core's thread, read by the console's event loop.

Readers ask for what changed since the revision they know; a reader that knows nothing, or too little, gets a snapshot.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from sargas.geo.zone_changes import zones_with
from sargas.model.columns import Int64
from sargas.model.label import Label, most_restrictive
from sargas.model.message import Message
from sargas.model.records import (
    Alert,
    Claim,
    ClosureAdvice,
    Configuration,
    Cue,
    Decision,
    DriftForecast,
    FlightPermission,
    GnssInterference,
    Handover,
    LaunchEstimate,
    LostTrack,
    NetworkIdentity,
    PartnerNotice,
    PolicyChange,
    PublicWarning,
    SensorRegistration,
    Sighting,
    SourceHealth,
    SourceLabel,
    SourcePause,
    Unit,
    WindTable,
    ZoneChange,
)
from sargas.model.tracks import Tracks
from sargas.runtime.network_shown import NetworkChange, NetworkShown
from sargas.runtime.track_table import TrackTable

DELETIONS_KEPT = 100_000
ENDED_ALERTS_KEPT = 200
ENDED_INTERFERENCE_KEPT = 200
WARNINGS_KEPT = 500
SIGHTINGS_KEPT = 200
DRIFT_KEPT = 1000
LAUNCHES_KEPT = 200
ENDED_LOST_KEPT = 20


@dataclass(frozen=True, slots=True)
class PictureChange:
    """What a reader must apply to know revision ``revision``.

    ``snapshot``: forget everything known before. ``tracks``: changed rows, confirmed or coasting;
    ``receive_time_ns``: per row, when the plot behind it arrived. ``deleted``: ids that are no more.
    """

    revision: int
    valid_time_ns: int
    snapshot: bool
    tracks: Tracks
    receive_time_ns: Int64
    deleted: Int64
    alerts: tuple[Alert, ...]
    sources: tuple[SourceHealth, ...]
    registrations: tuple[SensorRegistration, ...]
    interference: tuple[GnssInterference, ...]
    permissions: tuple[FlightPermission, ...]
    warnings: tuple[PublicWarning, ...]
    sightings: tuple[Sighting, ...]
    units: tuple[Unit, ...]
    winds: tuple[WindTable, ...]
    drift: tuple[DriftForecast, ...]
    """Those that ended too, so that readers forget them."""
    launches: tuple[LaunchEstimate, ...]
    closures: tuple[ClosureAdvice, ...]
    """Newest of each airport."""
    lost: tuple[LostTrack, ...]
    network: NetworkChange
    claimed: Int64
    """Live tracks of which something new is said."""
    configuration: Configuration | None
    exercise: bool


class LivePicture:
    """Keep the newest row per track, alerts, health of sources, registration of radars and the configuration."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._table = TrackTable()
        self._deletions: deque[tuple[int, int]] = deque(maxlen=DELETIONS_KEPT)
        self._deletions_lost_before = 0
        self._alerts: dict[str, tuple[int, Alert]] = {}
        self._sources: dict[str, tuple[int, SourceHealth]] = {}
        self._registrations: dict[str, tuple[int, SensorRegistration]] = {}
        self._interference: dict[str, tuple[int, GnssInterference]] = {}
        self._permissions: dict[str, tuple[int, FlightPermission]] = {}
        self._warnings: dict[str, tuple[int, PublicWarning]] = {}
        self._sightings: dict[str, tuple[int, Sighting]] = {}
        self._winds: dict[str, tuple[int, WindTable]] = {}
        self._units: dict[str, tuple[int, Unit]] = {}
        self._pauses: dict[str, SourcePause] = {}
        self._source_labels: dict[str, SourceLabel] = {}
        self._configured_labels: dict[str, Label] = {}
        self._drift: dict[int, tuple[int, DriftForecast]] = {}
        self._launches: dict[str, tuple[int, LaunchEstimate]] = {}
        self._closures: dict[str, tuple[int, ClosureAdvice]] = {}
        self._lost: dict[str, tuple[int, LostTrack]] = {}
        self._network = NetworkShown()
        self._claims: dict[int, dict[str, Claim]] = {}
        self._claimed: dict[int, int] = {}
        self._configuration: tuple[int, Configuration] | None = None
        self._label = Label()
        self._revision = 0
        self._valid_time_ns = 0
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    @property
    def revision(self) -> int:
        """Number of the newest state; rises with every change."""
        return self._revision

    @property
    def count(self) -> int:
        """Number of tracks that are shown now."""
        return len(self._table)

    def apply(self, messages: Sequence[Message], receive_time_ns: int) -> None:
        """Take over the outputs of one step of the core; called from its thread."""
        if not messages:
            return
        with self._lock:
            self._revision += 1
            self._valid_time_ns = max(self._valid_time_ns, receive_time_ns)
            for message in messages:
                self._apply_one(message, receive_time_ns)
            waiting = tuple(self._waiting)
        for loop, event in waiting:
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)

    def snapshot(self) -> PictureChange:
        """Return the whole state as one change from nothing."""
        return self.changes(-1)

    def claims(self, track_id: int) -> tuple[Claim, ...]:
        """Return what is said about a live track, newest revision of each claim, in the order they were first made."""
        with self._lock:
            return tuple(self._claims.get(track_id, {}).values())

    def pauses(self) -> tuple[SourcePause, ...]:
        """Return the newest word on each source that was ever paused."""
        with self._lock:
            return tuple(self._pauses.values())

    def source_labels(self) -> tuple[SourceLabel, ...]:
        """Return the newest word on each source that was given another label."""
        with self._lock:
            return tuple(self._source_labels.values())

    def configured_labels(self) -> dict[str, Label]:
        """Return by source the label that the node was configured with, whatever is in force."""
        with self._lock:
            return dict(self._configured_labels)

    def rows_of(self, track_id: Int64) -> Tracks:
        """Return the newest rows of tracks, in order of number; those that are no more are left out."""
        with self._lock:
            return self._table.rows_of(track_id, self._label)

    def label_of(self, track_id: int) -> Label | None:
        """Return the label of exactly the plots behind a live track; none: there is no such track."""
        with self._lock:
            return self._table.label_of(track_id)

    def changes(self, since_revision: int) -> PictureChange:
        """Return what changed after ``since_revision``; a snapshot when that is unknown or too long ago."""
        with self._lock:
            whole = since_revision < 0 or since_revision > self._revision
            whole = whole or since_revision < self._deletions_lost_before
            since = -1 if whole else since_revision
            tracks, received = self._table.changed_since(since, self._label)
            gone = [] if whole else [track for revision, track in self._deletions if revision > since]
            alerts = [alert for revision, alert in self._alerts.values() if revision > since]
            registrations = [told for revision, told in self._registrations.values() if revision > since]
            sources = [health for revision, health in self._sources.values() if revision > since]
            interference = [event for revision, event in self._interference.values() if revision > since]
            warnings = [told for revision, told in self._warnings.values() if revision > since]
            lost = [told for revision, told in self._lost.values() if revision > since]
            permissions = [told for revision, told in self._permissions.values() if revision > since]
            settings = self._configuration
            return PictureChange(
                revision=self._revision,
                valid_time_ns=self._valid_time_ns,
                snapshot=whole,
                tracks=tracks,
                receive_time_ns=received,
                deleted=np.array(gone, np.int64),
                alerts=tuple(alerts),
                sources=tuple(sources),
                registrations=tuple(registrations),
                interference=tuple(interference),
                permissions=tuple(permissions),
                warnings=tuple(warnings),
                sightings=tuple(told for revision, told in self._sightings.values() if revision > since),
                units=_newer(self._units, since),
                winds=_newer(self._winds, since),
                drift=tuple(one for one in _newer(self._drift, since) if not whole or one.state == "current"),
                launches=_newer(self._launches, since),
                closures=_newer(self._closures, since),
                lost=tuple(lost),
                network=self._network.changes(since),
                claimed=np.array([track for track, told in self._claimed.items() if told > since], np.int64),
                configuration=settings[1] if settings and settings[0] > since else None,
                exercise=settings is not None and settings[1].exercise,
            )

    async def wait_for_change(self, since_revision: int, timeout_s: float) -> bool:
        """Wait until the revision passes ``since_revision``; False when ``timeout_s`` went by first."""
        if self._revision > since_revision:
            return True
        entry = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            self._waiting.add(entry)
        try:
            if self._revision <= since_revision:  # a change may have come before we were listed
                await asyncio.wait_for(entry[1].wait(), timeout_s)
        except TimeoutError:
            return False
        finally:
            with self._lock:
                self._waiting.discard(entry)
        return self._revision > since_revision

    def _apply_one(self, message: Message, receive_time_ns: int) -> None:
        match message:
            case Tracks():
                self._label = message.label if not len(self._table) else most_restrictive((self._label, message.label))
                for track_id in self._table.update(message, self._revision, receive_time_ns):
                    if len(self._deletions) == DELETIONS_KEPT:
                        self._deletions_lost_before = self._deletions[0][0]
                    self._claims.pop(track_id, None)
                    self._claimed.pop(track_id, None)
                    self._deletions.append((self._revision, track_id))
            case Alert():
                self._alerts.pop(message.alert_id, None)
                self._alerts[message.alert_id] = (self._revision, message)
                self._forget_ended_alerts()
            case SourceHealth():
                self._sources[message.source] = (self._revision, message)
            case SensorRegistration():
                self._registrations[message.sensor_id] = (self._revision, message)
            case GnssInterference():
                self._interference.pop(message.event_id, None)
                self._interference[message.event_id] = (self._revision, message)
                ended = [key for key, (_, event) in self._interference.items() if event.state == "ended"]
                for key in ended[: max(0, len(ended) - ENDED_INTERFERENCE_KEPT)]:
                    del self._interference[key]
            case FlightPermission():
                self._permissions[message.permission_id] = (self._revision, message)
            case PublicWarning():
                self._warnings.pop(message.message_id, None)
                self._warnings[message.message_id] = (self._revision, message)
                for key in list(self._warnings)[: max(0, len(self._warnings) - WARNINGS_KEPT)]:
                    del self._warnings[key]
            case Sighting():
                self._sightings.pop(message.sighting_id, None)
                self._sightings[message.sighting_id] = (self._revision, message)
                for key in list(self._sightings)[: max(0, len(self._sightings) - SIGHTINGS_KEPT)]:
                    del self._sightings[key]
            case WindTable():
                self._winds[message.table_id] = (self._revision, message)
            case SourceLabel():
                self._label_source(message)
            case SourcePause():
                self._pauses[message.source] = message
            case Unit():
                self._units[message.unit_id] = (self._revision, message)
            case ZoneChange():
                self._change_zone(message)
            case PolicyChange():
                self._change_policy(message)
            case DriftForecast():
                self._drift.pop(message.track_id, None)
                self._drift[message.track_id] = (self._revision, message)
                _forget_oldest(self._drift, DRIFT_KEPT)
            case LaunchEstimate():
                self._launches.pop(message.launch_id, None)
                self._launches[message.launch_id] = (self._revision, message)
                _forget_oldest(self._launches, LAUNCHES_KEPT)
            case ClosureAdvice():
                self._closures[message.zone_id] = (self._revision, message)
            case LostTrack():
                self._lost.pop(message.lost_id, None)
                self._lost[message.lost_id] = (self._revision, message)
                over = [key for key, (_, told) in self._lost.items() if told.state == "ended"]
                for key in over[: max(0, len(over) - ENDED_LOST_KEPT)]:
                    del self._lost[key]
            case Claim():
                self._claims.setdefault(message.track_id, {})[message.claim_id] = message
                self._claimed[message.track_id] = self._revision
            case NetworkIdentity() | Handover() | Cue() | PartnerNotice() | Decision():
                self._network.apply(message, self._revision)
            case Configuration():
                self._configuration = (self._revision, message)
                self._network.begin_anew()
                self._pauses, self._source_labels = {}, {}
                self._configured_labels = {source.name: source.label for source in message.sources}
            case _:
                pass  # ticks, plots and sensor statuses are not part of the shown state

    def _change_zone(self, change: ZoneChange) -> None:
        if self._configuration is not None:
            settings = self._configuration[1]
            zones = zones_with(settings.zones, change)
            self._configuration = (self._revision, settings.model_copy(update={"zones": zones}))

    def _label_source(self, word: SourceLabel) -> None:
        self._source_labels[word.source] = word
        if word.state == "in_force" and self._configuration is not None:
            settings = self._configuration[1]
            sources = tuple(
                source.model_copy(update={"label": word.marking}) if source.name == word.source else source
                for source in settings.sources
            )
            self._configuration = (self._revision, settings.model_copy(update={"sources": sources}))

    def _change_policy(self, change: PolicyChange) -> None:
        if self._configuration is not None:
            update: dict[str, object] = {change.policy: change.alerting or change.warnings}
            self._configuration = (self._revision, self._configuration[1].model_copy(update=update))

    def _forget_ended_alerts(self) -> None:
        ended = [key for key, (_, alert) in self._alerts.items() if alert.state == "ended"]
        for key in ended[: max(0, len(ended) - ENDED_ALERTS_KEPT)]:
            del self._alerts[key]


Key = TypeVar("Key")
Kept = TypeVar("Kept")


def _newer(held: dict[Key, tuple[int, Kept]], since: int) -> tuple[Kept, ...]:
    """Return what changed after a revision."""
    return tuple(message for revision, message in held.values() if revision > since)


def _forget_oldest(held: dict[Key, tuple[int, Kept]], most: int) -> None:
    """Keep what was told last."""
    for key in list(held)[: max(0, len(held) - most)]:
        del held[key]
