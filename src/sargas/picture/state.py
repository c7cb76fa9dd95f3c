"""What the picture knows: built by a configuration, changed by every envelope, owned by nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, runtime_checkable

import numpy as np

from sargas.assessment.zone_entry import ZoneEntry
from sargas.geo.plane import RegionPlane
from sargas.identification.cooperation import Cooperation
from sargas.identification.reports.report_book import ReportBook
from sargas.model.message import Message
from sargas.model.records import Configuration, GnssInterference
from sargas.model.tracks import Tracks, TrackStatus
from sargas.picture.alerting import Alerting
from sargas.picture.appraisal import Appraisal
from sargas.picture.containment import Containment
from sargas.picture.digest import Digest
from sargas.picture.drifting import Drifting
from sargas.picture.evidence_labels import EvidenceLabels
from sargas.picture.fused_tracks import FusedTracks
from sargas.picture.identity import IdentityBook
from sargas.picture.intake import Intake
from sargas.picture.integrity import Integrity
from sargas.picture.lost_tracks import LostTracks
from sargas.picture.network import Network
from sargas.picture.outlook import Outlook
from sargas.picture.touched import TouchedTracks
from sargas.picture.unheard import UnheardPlots
from sargas.sensors.health import SourceHealthBook
from sargas.sensors.registration_book import RegistrationBook
from sargas.tracking.groups import Groups
from sargas.tracking.tracker import Tracker

TRACKING = ("tracker", "groups", "fused")
ALERTS = ("zones", "alerting")
"""Parts that begin anew together: who is told of an alert, and the rules that see its cause."""


@runtime_checkable
class GoesOn(Protocol):
    """A part that goes on with some of what the one before it held."""

    def go_on_from(self, before: Any, time_ns: int, /) -> Iterable[Message]:
        """Take that over at a time (UTC ns); returns what ends with the rest, for it to be told."""


@dataclass(slots=True)
class Picture:
    """Everything that one configuration set up."""

    configuration: Configuration
    intake: Intake
    health: SourceHealthBook
    tracker: Tracker
    groups: Groups
    fused: FusedTracks
    zones: ZoneEntry
    alerting: Alerting
    registrations: RegistrationBook
    integrity: Integrity
    cooperation: Cooperation
    said: EvidenceLabels
    identity: IdentityBook
    appraisal: Appraisal
    outlook: Outlook
    reports: ReportBook
    drifting: Drifting
    lost: LostTracks
    contained: Containment
    network: Network
    touched: TouchedTracks = field(default_factory=TouchedTracks)
    unheard: UnheardPlots = field(default_factory=UnheardPlots)
    _ended: list[Message] = field(default_factory=list)

    @classmethod
    def of(cls, configuration: Configuration, said: EvidenceLabels | None = None) -> Picture:
        """Set up decoders, tracker, zones and health. Raises ValueError when the configuration cannot work.

        ``said``: labels of what was said of tracks, gone on with.
        """
        origin = (configuration.origin_latitude_deg, configuration.origin_longitude_deg)
        said = EvidenceLabels() if said is None else said
        return cls(
            configuration=configuration,
            intake=Intake(configuration),
            health=SourceHealthBook(configuration),
            tracker=Tracker(configuration.sensors, origin, first_number=configuration.first_track_number),
            groups=Groups(first_id=configuration.first_track_number),
            fused=FusedTracks(configuration.node),
            zones=ZoneEntry.of(
                configuration.zones, RegionPlane(*origin), node=configuration.label, exercise=configuration.exercise
            ),
            alerting=Alerting.of(configuration, RegionPlane(*origin)),
            registrations=RegistrationBook(configuration),
            integrity=Integrity(configuration),
            cooperation=Cooperation(configuration, RegionPlane(*origin)),
            outlook=Outlook.of(configuration, RegionPlane(*origin)),
            drifting=Drifting.of(configuration, RegionPlane(*origin)),
            lost=LostTracks.of(configuration, RegionPlane(*origin)),
            contained=Containment(configuration),
            network=Network.of(configuration, RegionPlane(*origin)),
            said=said,
            appraisal=Appraisal.of(configuration, RegionPlane(*origin), said),
            identity=IdentityBook.of(configuration, RegionPlane(*origin), said),
            reports=ReportBook.of(configuration, RegionPlane(*origin)),
        )

    def begin_anew(self, part: str, time_ns: int) -> None:
        """Replace a part that fails again and again by a fresh one; with the tracker what knows of its numbers.

        ``input`` is the way of datagrams through the tracker. Numbers go on; tracks of the old tracker, alerts and
        drafts of warnings end (``take_ended``). What persons approved, permitted or claimed stays. ``numbers`` and
        ``offer``, which only tell, stay.
        """
        first = max(self.tracker.next_number, self.configuration.first_track_number)
        fresh = Picture.of(self.configuration.model_copy(update={"first_track_number": first}), self.said)
        replaced = {"tracker": TRACKING, "input": TRACKING, "alerting": ALERTS}.get(part, (part,))
        if "tracker" in replaced:
            self._end_tracks(self.tracker.report(self.tracker.now_ns))
        for name in replaced:
            if name in Picture.__slots__:
                self._replace(name, getattr(fresh, name), time_ns)
        self.zones.likelihood = self.alerting.likelihood = self.outlook.likelihood

    def _replace(self, name: str, fresh: object, time_ns: int) -> None:
        """Put a fresh part in the place of one; what ended with that is told."""
        if isinstance(fresh, GoesOn):
            for ended in fresh.go_on_from(getattr(self, name), time_ns):
                if isinstance(ended, Tracks):
                    self._end_tracks(ended)
                    continue
                if isinstance(ended, GnssInterference):
                    self.cooperation.hear_interference(ended)
                self._ended.append(ended)
        setattr(self, name, fresh)

    def _end_tracks(self, tracks: Tracks) -> None:
        """Let tracks end, in public and for those that keep something of each."""
        gone = replace(tracks, status=np.full(len(tracks), TrackStatus.DROPPED, np.uint8))
        self._ended.append(gone)
        self.identity.forget_dropped(gone)
        self.appraisal.forget_dropped(gone)
        for batch in gone.split() if self.configuration.zones else ():
            self.touched.add(batch)

    def has_track(self, track_id: int) -> bool:
        """Say whether there is a track of ours or of a partner under this number: of no other a claim is kept."""
        return self.tracker.has(track_id) or track_id in self.fused.partners.standing()[0].track_id

    def take_ended(self) -> list[Message]:
        """Return, and forget, what ended with a part that began anew."""
        ended, self._ended = self._ended, []
        return ended


@dataclass(slots=True)
class State:
    """The state that ``step`` advances: nothing before the first configuration, then one picture."""

    picture: Picture | None = None
    time_ns: int = 0
    digest: Digest = field(default_factory=Digest)
