"""What the picture knows: built by a configuration, changed by every envelope, owned by nobody else."""

from __future__ import annotations

from dataclasses import dataclass, field

from sargas.assessment.zone_entry import ZoneEntry
from sargas.geo.plane import RegionPlane
from sargas.identification.cooperation import Cooperation
from sargas.identification.reports.report_book import ReportBook
from sargas.model.records import Configuration
from sargas.picture.alerting import Alerting
from sargas.picture.appraisal import Appraisal
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
from sargas.sensors.health import SourceHealthBook
from sargas.sensors.registration_book import RegistrationBook
from sargas.tracking.groups import Groups
from sargas.tracking.tracker import Tracker


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
    network: Network
    touched: TouchedTracks = field(default_factory=TouchedTracks)

    @classmethod
    def of(cls, configuration: Configuration) -> Picture:
        """Set up decoders, tracker, zones and health. Raises ValueError when the configuration cannot work."""
        origin = (configuration.origin_latitude_deg, configuration.origin_longitude_deg)
        said = EvidenceLabels()
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
            network=Network.of(configuration, RegionPlane(*origin)),
            said=said,
            appraisal=Appraisal.of(configuration, RegionPlane(*origin), said),
            identity=IdentityBook.of(configuration, RegionPlane(*origin), said),
            reports=ReportBook.of(configuration, RegionPlane(*origin)),
        )


@dataclass(slots=True)
class State:
    """The state that ``step`` advances: nothing before the first configuration, then one picture."""

    picture: Picture | None = None
    time_ns: int = 0
    digest: Digest = field(default_factory=Digest)
