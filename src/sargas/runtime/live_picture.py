"""The latest state of everything: written by the core's thread, read by the console's event loop.

Readers ask for what changed since the revision they know; a reader that knows nothing, or too little, gets a snapshot.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from operator import attrgetter
from typing import Any

import numpy as np

from sargas.geo.zone_changes import zones_with
from sargas.model.columns import Int64
from sargas.model.configuration_changes import with_policy, with_source_label
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
from sargas.runtime.shelf import Shelf
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
        self._deletions: deque[tuple[int, int]] = deque(maxlen=DELETIONS_KEPT)  # track, revision
        self._deletions_lost_before = 0
        self._alerts = Shelf[Alert](attrgetter("alert_id"), ENDED_ALERTS_KEPT, _has_ended)
        self._sources = Shelf[SourceHealth](attrgetter("source"))
        self._registrations = Shelf[SensorRegistration](attrgetter("sensor_id"))
        self._interference = Shelf[GnssInterference](attrgetter("event_id"), ENDED_INTERFERENCE_KEPT, _has_ended)
        self._permissions = Shelf[FlightPermission](attrgetter("permission_id"))
        self._warnings = Shelf[PublicWarning](attrgetter("message_id"), WARNINGS_KEPT)
        self._sightings = Shelf[Sighting](attrgetter("sighting_id"), SIGHTINGS_KEPT)
        self._winds = Shelf[WindTable](attrgetter("table_id"))
        self._units = Shelf[Unit](attrgetter("unit_id"))
        self._drift = Shelf[DriftForecast](attrgetter("track_id"), DRIFT_KEPT)
        self._launches = Shelf[LaunchEstimate](attrgetter("launch_id"), LAUNCHES_KEPT)
        self._closures = Shelf[ClosureAdvice](attrgetter("zone_id"))
        self._lost = Shelf[LostTrack](attrgetter("lost_id"), ENDED_LOST_KEPT, _has_ended)
        self._shelves: dict[type[Message], Shelf[Any]] = {
            Alert: self._alerts,
            SourceHealth: self._sources,
            SensorRegistration: self._registrations,
            GnssInterference: self._interference,
            FlightPermission: self._permissions,
            PublicWarning: self._warnings,
            Sighting: self._sightings,
            WindTable: self._winds,
            Unit: self._units,
            DriftForecast: self._drift,
            LaunchEstimate: self._launches,
            ClosureAdvice: self._closures,
            LostTrack: self._lost,
        }
        self._pauses: dict[str, SourcePause] = {}
        self._source_labels: dict[str, SourceLabel] = {}
        self._configured_labels: dict[str, Label] = {}
        self._network = NetworkShown()
        self._claims: dict[int, dict[str, Claim]] = {}
        self._claimed: dict[int, int] = {}
        self._configuration: tuple[int, Configuration] | None = None
        self._label = Label()
        self._revision = 0
        self._shown_revision = 0
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

    def apply(self, messages: Sequence[Message], receive_time_ns: int, waited_ns: int = 0) -> None:
        """Take over the outputs of one step of the core, called from its thread.

        ``waited_ns``: how long before ``receive_time_ns`` (UTC ns) the first plot behind its tracks was received.
        """
        if not messages:
            return
        with self._lock:
            self._revision += 1
            self._valid_time_ns = max(self._valid_time_ns, receive_time_ns)
            are_shown = [self._apply_one(message, receive_time_ns - waited_ns) for message in messages]
            if not any(are_shown):
                return  # woken by each status of a radar, a reader would have its turn just before tracks are told
            self._shown_revision = self._revision
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

    def configuration(self) -> Configuration | None:
        """Return what the picture runs with, as persons changed it; none: there is none yet."""
        with self._lock:
            return self._configuration[1] if self._configuration else None

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
            gone = () if whole else reversed(self._deletions)
            settings = self._configuration
            return PictureChange(
                revision=self._revision,
                valid_time_ns=self._valid_time_ns,
                snapshot=whole,
                tracks=tracks,
                receive_time_ns=received,
                deleted=_newer(gone, since),
                alerts=self._alerts.newer(since),
                sources=self._sources.newer(since),
                registrations=self._registrations.newer(since),
                interference=self._interference.newer(since),
                permissions=self._permissions.newer(since),
                warnings=self._warnings.newer(since),
                sightings=self._sightings.newer(since),
                units=self._units.newer(since),
                winds=self._winds.newer(since),
                drift=tuple(one for one in self._drift.newer(since) if not whole or one.state == "current"),
                launches=self._launches.newer(since),
                closures=self._closures.newer(since),
                lost=self._lost.newer(since),
                network=self._network.changes(since),
                claimed=_newer(reversed(self._claimed.items()), since),
                configuration=settings[1] if settings and settings[0] > since else None,
                exercise=settings is not None and settings[1].exercise,
            )

    async def wait_for_change(self, since_revision: int, timeout_s: float) -> bool:
        """Wait until what is shown changes after ``since_revision``; False when ``timeout_s`` went by first."""
        if self._shown_revision > since_revision:
            return True
        entry = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            self._waiting.add(entry)
        try:
            if self._shown_revision <= since_revision:  # a change may have come before we were listed
                await asyncio.wait_for(entry[1].wait(), timeout_s)
        except TimeoutError:
            return False
        finally:
            with self._lock:
                self._waiting.discard(entry)
        return self._shown_revision > since_revision

    def _apply_one(self, message: Message, receive_time_ns: int) -> bool:
        """Take over one message; returns whether it is part of what is shown."""
        shelf = self._shelves.get(type(message))
        if shelf is not None:
            shelf.put(message, self._revision)
            return True
        match message:
            case Tracks():
                self._take_tracks(message, receive_time_ns)
            case Claim() if message.track_id in self._table:  # else it is about a track that has just ended
                self._claims.setdefault(message.track_id, {})[message.claim_id] = message
                self._claimed.pop(message.track_id, None)  # so that the newest stand last
                self._claimed[message.track_id] = self._revision
            case NetworkIdentity() | Handover() | Cue() | PartnerNotice() | Decision():
                self._network.apply(message, self._revision)
            case SourcePause():
                self._pauses[message.source] = message
            case SourceLabel():
                self._source_labels[message.source] = message
                if message.state == "in_force":
                    self._reconfigure(lambda now: with_source_label(now, message.source, message.marking))
            case ZoneChange():
                self._reconfigure(lambda now: now.model_copy(update={"zones": zones_with(now.zones, message)}))
            case PolicyChange():
                self._reconfigure(lambda now: with_policy(now, message))
            case Configuration():
                self._configuration = (self._revision, message)
                self._network.begin_anew()
                self._pauses, self._source_labels = {}, {}
                self._configured_labels = {source.name: source.label for source in message.sources}
            case _:
                return False  # ticks, plots and sensor statuses are not part of the shown state
        return True

    def _take_tracks(self, tracks: Tracks, receive_time_ns: int) -> None:
        self._label = tracks.label if not len(self._table) else most_restrictive((self._label, tracks.label))
        for track_id in self._table.update(tracks, self._revision, receive_time_ns):
            if len(self._deletions) == DELETIONS_KEPT:
                self._deletions_lost_before = self._deletions[0][1]
            self._claims.pop(track_id, None)
            self._claimed.pop(track_id, None)
            self._deletions.append((track_id, self._revision))

    def _reconfigure(self, changed: Callable[[Configuration], Configuration]) -> None:
        """Take over what a person changed of the configuration; before there is one, nothing."""
        if self._configuration is not None:
            self._configuration = (self._revision, changed(self._configuration[1]))


def _newer(told: Iterable[tuple[int, int]], since: int) -> Int64:
    """Return the tracks of (track, revision), newest first, that came after a revision, the oldest of them first."""
    tracks = [track for track, _ in takewhile(lambda one: one[1] > since, told)]
    return np.array(tracks[::-1], np.int64)


def _has_ended(message: Alert | GnssInterference | LostTrack) -> bool:
    return message.state == "ended"
