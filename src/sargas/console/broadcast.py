"""Follow the live picture and encode every change once for all readers.

One ``Broadcast`` serves all clients that may see the same. Readers never queue: each remembers the sequence it has and
takes the newest delta when that is based on it, else a snapshot. A slow reader so costs nobody else anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import structlog

from sargas.console.affiliation import affiliation_of
from sargas.console.event_book import EventBook
from sargas.console.frame import VERSION, FrameFlag, TrackFrame, encode_frame
from sargas.console.messages import (
    AlertsSection,
    ClockSection,
    ClosuresSection,
    ConfigurationSection,
    DriftSection,
    InterferenceSection,
    LostSection,
    NetworkSection,
    PermissionsSection,
    RegistrationsSection,
    Section,
    SightingsSection,
    SourcesSection,
    UnitsSection,
    WarningsSection,
    WindsSection,
)
from sargas.console.names import SentNames, names_section
from sargas.console.partners import partners_of
from sargas.console.shown import ShownPicture
from sargas.console.shown_warnings import ShownWarnings
from sargas.console.track_rows import Affiliation, Threat, frame_columns
from sargas.console.waiting import waits
from sargas.model.columns import Int64
from sargas.model.records import (
    Alert,
    ClosureAdvice,
    Configuration,
    DriftForecast,
    FlightPermission,
    GnssInterference,
    LaunchEstimate,
    LostTrack,
    SensorRegistration,
    Sighting,
    SourceHealth,
    Unit,
    WindTable,
)
from sargas.model.tracks import Tracks
from sargas.runtime.live_picture import PictureChange
from sargas.runtime.network_shown import NetworkShown
from sargas.sharing.urgency import is_urgent

CLOCK_INTERVAL_S, AGAIN_S = 1.0, 1.0
IDENTITIES_SHOWN, NETWORK_SHOWN = 100, 50
TROUBLED = ("silent", "quarantined", "failed", "paused")
QUIET = ("ended", "held_back", "shelved")
"""States of alerts that mark no track."""
_log = structlog.get_logger("sargas.console")
_TIERS = {"advisory": Threat.ADVISORY, "critical": Threat.CRITICAL}


@dataclass(frozen=True, slots=True)
class Update:
    """One step of the feed: a track frame, and the names that belong to it when any changed."""

    sequence: int
    base_sequence: int
    frame: bytes
    names: str | None
    table: TrackFrame
    """The frame before it was encoded, for readers that want a part of it."""
    named: Int64
    """Tracks whose names are in ``names``."""


_NOTHING = Update(
    0, 0, b"", None, TrackFrame(
        sequence=0, base_sequence=0, valid_time_ms=0.0, send_time_ms=0.0, flags=FrameFlag(0),
        columns={"track_id": np.zeros(0, np.uint32)},
    ), np.zeros(0, np.int64),
)  # fmt: skip


class Broadcast:
    """Turn picture changes into one shared update per tick and the newest text of each section."""

    def __init__(
        self, picture: ShownPicture, now_ns: Callable[[], int], *, replay: bool = False, interval_s: float = 0.1
    ) -> None:
        self._picture = picture
        self._now_ns = now_ns
        self._replay = replay
        self._interval_s = interval_s
        self._revision = -1
        self._names = SentNames()
        self._all_names: str | None = None
        self._alerts: dict[str, Alert] = {}
        self._sources: dict[str, SourceHealth] = {}
        self._registrations: dict[str, SensorRegistration] = {}
        self._interference: dict[str, GnssInterference] = {}
        self._warnings = ShownWarnings()
        self._permissions: dict[str, FlightPermission] = {}
        self._sightings: dict[str, Sighting] = {}
        self._units: dict[str, Unit] = {}
        self._winds: dict[str, WindTable] = {}
        self._drift: dict[int, DriftForecast] = {}
        self._launches: dict[str, LaunchEstimate] = {}
        self._closures: dict[str, ClosureAdvice] = {}
        self._lost: dict[str, LostTrack] = {}
        self._network = NetworkShown()
        self._settings: Configuration | None = None
        self._threats: dict[int, Threat] = {}
        self._affiliations: dict[int, Affiliation] = {}
        self._exercise = False
        self._valid_time_ns = 0
        self._next_change = asyncio.Event()
        self.events = EventBook()
        """For small consumers."""
        self._snapshot: Update | None = None
        self.update = _NOTHING
        """The newest delta."""
        self.on_announce: Callable[[], None] = lambda: None
        """Called when readers are told, before any of them reads."""
        self.sections: dict[str, tuple[int, str]] = {}
        """Newest text per section, with a number that rises when it changes."""

    async def run(self) -> None:
        """Follow the picture until cancelled; after a fault, which is logged, all readers begin anew."""
        while True:
            try:
                await self._follow()
            except Exception as error:  # whatever it is: else every screen stands still, and nobody is told why
                _log.exception("the picture could not be told; it is told anew", exc_info=error)
                self._revision = -1
                await asyncio.sleep(AGAIN_S)

    async def _follow(self) -> None:
        """Tell at most one update per interval, and a clock every second."""
        loop = asyncio.get_running_loop()
        clock_due = loop.time()
        while True:
            started = loop.time()
            await self._picture.wait_for_change(self._revision, max(0.0, clock_due - started))
            changed = self.advance()
            if loop.time() >= clock_due:
                clock_due = loop.time() + CLOCK_INTERVAL_S
                self.set_clock()
                changed = True
            if changed:
                self._announce()
            await asyncio.sleep(max(0.0, started + self._interval_s - loop.time()))

    def catch_up(self) -> None:
        """Take over at once what the picture holds: whoever joins between two updates must not start in the past."""
        if self.advance():
            self._announce()

    def next_change(self) -> asyncio.Event:
        """Return what is set at the next update or section; take it before looking, so that none is missed."""
        return self._next_change

    def advance(self) -> bool:
        """Take over what changed in the picture; False when nothing did."""
        if self._revision == self._picture.revision:
            return False
        change = self._picture.changes(self._revision)
        self._revision, self._valid_time_ns, self._exercise = change.revision, change.valid_time_ns, change.exercise
        self._take_sections(change)
        self.events.take(change)
        tracks = self._with_code_changes(change)
        if change.snapshot:
            self._names = SentNames()
        self._names.forget(change.deleted)
        named = self._names.changed(tracks)
        if len(named) or change.snapshot:
            self._all_names = None  # names of tracks that are gone may stay in it: nobody asks for them
        sequence = self.update.sequence + 1
        names = names_section(named, snapshot=change.snapshot).model_dump_json() if len(named) else None
        base = 0 if change.snapshot else self.update.sequence
        table = self._table(sequence, base, change, tracks)
        self.update = Update(sequence, base, encode_frame(table), names, table, named.track_id)
        self._snapshot = self.update if change.snapshot else None
        return True

    def snapshot(self) -> Update:
        """Return the whole picture under the newest sequence; encoded once, however many readers ask."""
        if self._snapshot is None:
            change = self._picture.snapshot()
            table = self._table(self.update.sequence, 0, change, change.tracks)
            if self._all_names is None:
                self._all_names = names_section(change.tracks, snapshot=True).model_dump_json()
            named = change.tracks.track_id
            self._snapshot = Update(self.update.sequence, 0, encode_frame(table), self._all_names, table, named)
        return self._snapshot

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """Standing alerts and those shown that ended unacknowledged, oldest first."""
        return tuple(sorted(self._alerts.values(), key=lambda alert: (alert.raised_ns, alert.alert_id)))

    @property
    def valid_time_ns(self) -> int:
        """Time of the newest input in the picture, UTC ns; 0: none yet."""
        return self._valid_time_ns

    @property
    def threats(self) -> dict[int, Threat]:
        """Tier of the worst standing alert, by track."""
        return self._threats

    def set_clock(self) -> None:
        """Renew the clock section."""
        clock = ClockSection(
            server_time_ms=self._now_ns() / 1e6,
            valid_time_ms=self._valid_time_ns / 1e6,
            exercise=self._exercise,
            replay=self._replay,
            frame_version=VERSION,
            tracks=self._picture.count,
        )
        self._set("clock", clock)

    def wake(self) -> None:
        """Make readers look again: one of them asks for something."""
        self._announce()

    def _announce(self) -> None:
        self.on_announce()
        self._next_change.set()
        self._next_change = asyncio.Event()

    def _take_sections(self, change: PictureChange) -> None:
        if change.snapshot:
            self._alerts, self._sources, self._registrations = {}, {}, {}
            self._sightings, self._units = {}, {}
            self._winds, self._drift, self._launches, self._closures = {}, {}, {}, {}
            self._interference, self._permissions, self._warnings, self._lost = {}, {}, ShownWarnings(), {}
        for alert in change.alerts:
            if alert.state == "ended" and not waits(alert):
                self._alerts.pop(alert.alert_id, None)
            else:
                self._alerts[alert.alert_id] = alert
        for health in change.sources:
            self._sources[health.source] = health
        if change.alerts or change.snapshot:
            self._set("alerts", AlertsSection(alerts=self.alerts))
        if change.sources or change.snapshot:
            self._set("sources", SourcesSection(sources=tuple(self._sources[name] for name in sorted(self._sources))))
        self._registrations |= {told.sensor_id: told for told in change.registrations}
        if change.registrations or change.snapshot:
            told = tuple(self._registrations[name] for name in sorted(self._registrations))
            self._set("registrations", RegistrationsSection(registrations=told))
        for event in change.interference:
            self._interference.pop(event.event_id, None)
            if event.state != "ended":
                self._interference[event.event_id] = event
        if change.interference or change.snapshot:
            events = tuple(self._interference[name] for name in sorted(self._interference))
            self._set("gnss_interference", InterferenceSection(interference=events))
        self._permissions |= {permission.permission_id: permission for permission in change.permissions}
        if change.permissions or change.snapshot:
            permissions = tuple(self._permissions[name] for name in sorted(self._permissions))
            self._set("permissions", PermissionsSection(permissions=permissions))
        self._warnings.take(change.warnings)
        if change.warnings or change.snapshot:
            self._set("warnings", WarningsSection(warnings=self._warnings.newest()))
        for sighting in change.sightings:
            self._sightings.pop(sighting.sighting_id, None)
            if sighting.state != "ended":
                self._sightings[sighting.sighting_id] = sighting
        if change.sightings or change.snapshot:
            self._set("sightings", SightingsSection(sightings=tuple(reversed(self._sightings.values()))))
        self._units |= {unit.unit_id: unit for unit in change.units}
        if change.units or change.snapshot:
            units = (self._units[name] for name in sorted(self._units))
            self._set("units", UnitsSection(units=tuple(unit for unit in units if unit.state != "removed")))
        self._take_drift(change)
        for told_lost in change.lost:
            self._lost.pop(told_lost.lost_id, None)
            if told_lost.state != "ended":
                self._lost[told_lost.lost_id] = told_lost
        if change.lost or change.snapshot:
            self._set("lost", LostSection(lost=tuple(self._lost[name] for name in sorted(self._lost))))
        before = self._settings
        if change.configuration is not None:
            self._take_configuration(change.configuration)
        # the same configuration with another zone changes nothing for partners
        known = before.id if before is not None else None
        self._take_network(change, begins=change.configuration is not None and change.configuration.id != known)

    def _take_drift(self, change: PictureChange) -> None:
        """Take winds, what they carry, and the advice that follows."""
        self._winds |= {table.table_id: table for table in change.winds}
        if change.winds or change.snapshot:
            winds = (self._winds[name] for name in sorted(self._winds))
            self._set("winds", WindsSection(winds=tuple(table for table in winds if table.state == "active")))
        for forecast in change.drift:
            self._drift.pop(forecast.track_id, None)
            if forecast.state == "current":
                self._drift[forecast.track_id] = forecast
        for launch in change.launches:
            self._launches.pop(launch.launch_id, None)
            if launch.state != "ended":
                self._launches[launch.launch_id] = launch
        if change.drift or change.launches or change.snapshot:
            forecasts = tuple(self._drift[track_id] for track_id in sorted(self._drift))
            launches = tuple(self._launches[name] for name in sorted(self._launches))
            self._set("drift", DriftSection(forecasts=forecasts, launches=launches))
        self._closures |= {advice.zone_id: advice for advice in change.closures}
        if change.closures or change.snapshot:
            closures = tuple(self._closures[name] for name in sorted(self._closures))
            self._set("closures", ClosuresSection(closures=closures))

    def _take_network(self, change: PictureChange, *, begins: bool) -> None:
        """Take what is known of the network of nations; a node without partners has no such section."""
        if change.snapshot:
            self._network = NetworkShown()
        if begins:
            self._network.begin_anew()
        for told in (told for of_kind in change.network for told in of_kind):
            self._network.apply(told, 0)
        settings = self._settings
        changed = any(change.network) or change.snapshot or begins
        if settings is None or not settings.partners or not changed:
            return
        known = self._network.changes(-1)
        standing = [notice for notice in known.notices[::-1] if not notice.is_over]
        section = NetworkSection(
            nation=settings.nation,
            partners=partners_of(settings, known.take_overs),
            identities=known.identities[::-1][:IDENTITIES_SHOWN],
            handovers=known.handovers[::-1][:NETWORK_SHOWN],
            cues=known.cues[::-1][:NETWORK_SHOWN],
            notices=tuple(sorted(standing, key=lambda notice: not is_urgent(notice))[:NETWORK_SHOWN]),
        )
        self._set("network", section)

    def _take_configuration(self, configuration: Configuration) -> None:
        self._settings = configuration
        self._set("configuration", ConfigurationSection(configuration=configuration))

    def _with_code_changes(self, change: PictureChange) -> Tracks:
        """Return the changed rows and those whose threat or affiliation alone changed."""
        touched = self._take_affiliations(change)
        if change.alerts or change.snapshot:
            before, self._threats = self._threats, standing_threats(self._alerts.values())
            touched += [t for t in before.keys() | self._threats.keys() if before.get(t) != self._threats.get(t)]
        if not touched or change.snapshot:
            return change.tracks
        return self._picture.rows_of(np.union1d(change.tracks.track_id, np.array(touched, np.int64)))

    def _take_affiliations(self, change: PictureChange) -> list[int]:
        """Judge anew the tracks of which something new is said; returns those whose affiliation changed."""
        if change.snapshot:
            self._affiliations = {}
        for track_id in change.deleted.tolist():
            self._affiliations.pop(track_id, None)
        changed = []
        for track_id in change.claimed.tolist():
            judged = affiliation_of(self._picture.claims(track_id), change.valid_time_ns)
            if judged != self._affiliations.get(track_id, Affiliation.UNKNOWN):
                self._affiliations[track_id] = judged
                changed.append(track_id)
        return changed

    def _table(self, sequence: int, base_sequence: int, change: PictureChange, tracks: Tracks) -> TrackFrame:
        flags = FrameFlag.SNAPSHOT if base_sequence == 0 else FrameFlag(0)
        flags |= FrameFlag.REPLAY if self._replay else FrameFlag(0)
        flags |= FrameFlag.EXERCISE if change.exercise else FrameFlag(0)
        if any(health.state in TROUBLED for health in self._sources.values()):
            flags |= FrameFlag.DEGRADED
        return TrackFrame(
            sequence=sequence,
            base_sequence=base_sequence,
            valid_time_ms=change.valid_time_ns / 1e6,
            send_time_ms=self._now_ns() / 1e6,
            flags=flags,
            columns=frame_columns(tracks, change.valid_time_ns, self._threats, self._affiliations),
            deleted=np.zeros(0, np.uint32) if base_sequence == 0 else change.deleted,
        )

    def _set(self, name: str, section: Section) -> None:
        number = self.sections[name][0] + 1 if name in self.sections else 1
        self.sections[name] = (number, section.model_dump_json())


def standing_threats(alerts: Iterable[Alert]) -> dict[int, Threat]:
    """Return, by track, the tier of its worst alert that stands before an operator."""
    threats: dict[int, Threat] = {}
    for alert in alerts:
        if alert.state not in QUIET:
            for track_id in alert.track_ids:
                threats[track_id] = max(threats.get(track_id, Threat.NONE), _TIERS[alert.tier])
    return threats
