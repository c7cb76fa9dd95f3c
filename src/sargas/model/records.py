"""Records: the small messages, as frozen pydantic models. Specification: spec/records.md."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, TypeAdapter, model_validator

from sargas.model.drift_records import ClosureAdvice as ClosureAdvice
from sargas.model.drift_records import ClosureRule as ClosureRule
from sargas.model.drift_records import DriftForecast as DriftForecast
from sargas.model.drift_records import LaunchEstimate as LaunchEstimate
from sargas.model.drift_records import WindTable as WindTable
from sargas.model.identity_records import About as About
from sargas.model.identity_records import Claim as Claim
from sargas.model.identity_records import FlightPermission as FlightPermission
from sargas.model.identity_records import GnssInterference as GnssInterference
from sargas.model.label import Label
from sargas.model.local_time import ClockChange, LocalTime
from sargas.model.lost_records import LostTrack as LostTrack
from sargas.model.policy_records import AlertPolicy as AlertPolicy
from sargas.model.policy_records import PolicyChange as PolicyChange
from sargas.model.record_base import Latitude, Longitude, Ring, check_volume
from sargas.model.record_base import Record as Record
from sargas.model.record_base import Value as Value
from sargas.model.report_records import HumanReport as HumanReport
from sargas.model.report_records import ReporterHistory as ReporterHistory
from sargas.model.report_records import Sighting as Sighting
from sargas.model.sharing_records import Cue as Cue
from sargas.model.sharing_records import Handover as Handover
from sargas.model.sharing_records import NetworkIdentity as NetworkIdentity
from sargas.model.sharing_records import Partner as Partner
from sargas.model.sharing_records import PartnerNotice as PartnerNotice
from sargas.model.sharing_records import SharedRecord as SharedRecord
from sargas.model.source_records import SourceLabel as SourceLabel
from sargas.model.source_records import SourcePause as SourcePause
from sargas.model.unit_records import Unit as Unit
from sargas.model.warning_records import PublicWarning as PublicWarning
from sargas.model.warning_records import WarningArea
from sargas.model.warning_records import WarningDelivery as WarningDelivery
from sargas.model.warning_records import WarningPolicy as WarningPolicy

SensorType = Literal["radar-3d", "radar-2d", "ads-b", "remote-id", "wam", "acoustic", "rf", "camera", "human", "system"]


class Tick(Record):
    """The picture's clock: one a second, journaled, so that replay hears the same seconds."""

    kind: Literal["tick"] = Field(default="tick", description="Says which record this is")


class Sensor(Value):
    """A sensor's site and what to expect of it; accuracies are one sigma.

    The fields are those of a ``[[sensor]]`` table of the benchmark's sensors.toml, and how ASTERIX names the sensor.
    """

    id: str = Field(description="Name used in plots (sensor_id)")
    kind: SensorType = Field(description="What it measures")
    latitude_deg: Latitude | None = Field(default=None, description="WGS84; none: place unknown")
    longitude_deg: Longitude | None = Field(default=None, description="WGS84; none: place unknown")
    height_m: float = Field(default=0.0, description="Antenna, above the ellipsoid")
    sac: int | None = Field(default=None, ge=0, le=255, description="ASTERIX system area code of its reports")
    sic: int | None = Field(default=None, ge=0, le=255, description="ASTERIX system identification code")
    scan_period_s: float = Field(default=4.0, gt=0, description="Time between two looks")
    max_range_m: float = Field(default=400e3, gt=0, description="Instrumented slant range")
    sigma_range_m: float = Field(default=70.0, gt=0, description="Of slant range")
    sigma_azimuth_deg: float = Field(default=0.1, gt=0, description="Of azimuth")
    sigma_elevation_deg: float = Field(default=0.4, gt=0, description="Of elevation")
    sigma_range_rate_mps: float = Field(default=1.0, gt=0, description="Of range rate")
    sigma_position_m: float = Field(default=30.0, gt=0, description="Of cooperative reports without quality codes")
    sigma_tdoa_s: float = Field(default=1e-7, gt=0, description="Of a time difference of arrival")
    clutter_per_scan: float = Field(default=5.0, ge=0, description="Expected false plots a scan")
    aligned: bool = Field(default=False, description="Has no biases, and keeps so: other radars are registered to it")
    reach_m: float | None = Field(
        default=None, gt=0, description="Range at which 1 m² is detected with 0.9; none: not told"
    )
    lowest_elevation_deg: float = Field(default=-90.0, ge=-90, le=90, description="Lowest it looks")
    highest_elevation_deg: float = Field(default=90.0, ge=-90, le=90, description="Highest it looks")
    min_range_rate_mps: float = Field(default=0.0, ge=0, description="What is slower towards or from it is not seen")
    ground_m: float | None = Field(
        default=None, description="Ground about it, above the ellipsoid; none: 20 m below the antenna"
    )

    @model_validator(mode="after")
    def _place_is_whole(self) -> Sensor:
        if (self.latitude_deg is None) != (self.longitude_deg is None):
            raise ValueError(f"sensor {self.id}: expected both latitude_deg and longitude_deg or neither")
        return self


class Zone(Value):
    """A volume that matters: a polygon or a cylinder with floor and ceiling (metres, ellipsoidal)."""

    id: str = Field(description="Unique id; alerts name it")
    name: str = Field(description="Name for people")
    kind: Literal["protected", "restricted", "border"] = Field(description="What entering it means")
    value: float = Field(default=1.0, ge=0, description="Worth of what it protects; 1 is ordinary")
    closes: bool = Field(default=False, description="An airport's volume: balloons in it close the airport")
    floor_m: float = Field(default=-1000.0, description="Lowest height inside, above the ellipsoid")
    ceiling_m: float = Field(default=100_000.0, description="Highest height inside, above the ellipsoid")
    polygon: Ring = Field(default=(), description="Ring of lon, lat; closed by itself")
    holes: tuple[Ring, ...] = Field(default=(), description="Rings that are outside")
    centre: tuple[Longitude, Latitude] | None = Field(default=None, description="Of a cylinder: lon, lat")
    radius_m: float | None = Field(default=None, gt=0, description="Of a cylinder")

    @model_validator(mode="after")
    def _has_one_shape(self) -> Zone:
        check_volume(f"zone {self.id}", self.polygon, self.centre, self.radius_m, self.floor_m, self.ceiling_m)
        return self


class ZoneChange(Record):
    """What a person made of one zone: drew it, changed it as a whole, or deleted it."""

    kind: Literal["zone_change"] = Field(default="zone_change", description="Says which record this is")
    zone_id: str = Field(min_length=1, description="Zone it is about")
    state: Literal["active", "deleted"] = Field(
        default="active", description="Whether there is such a zone from now on"
    )
    zone: Zone | None = Field(default=None, description="The zone as it is from now on; none: it is deleted")
    entered_by: str = Field(default="", description="Account that entered it")

    @model_validator(mode="after")
    def _is_whole(self) -> ZoneChange:
        if (self.zone is None) != (self.state == "deleted"):
            raise ValueError(f"zone change {self.zone_id}: expected a zone when active and none when deleted")
        if self.zone is not None and self.zone.id != self.zone_id:
            raise ValueError(f"zone change {self.zone_id}: expected a zone of that id, was {self.zone.id!r}")
        return self


class Route(Value):
    """A way that is flown again and again: an airway, a river, a valley; a line of some width."""

    id: str = Field(description="Unique id among the routes")
    name: str = Field(description="Name for people")
    line: Ring = Field(description="Corners of the line: lon, lat, in order; it is flown either way")
    width_m: float = Field(default=2000.0, gt=0, description="Full width of the corridor around the line")

    @model_validator(mode="after")
    def _has_a_line(self) -> Route:
        if len(self.line) < 2 or any(a == b for a, b in pairwise(self.line)):
            raise ValueError(f"route {self.id}: expected two or more corners, each another than the one before")
        return self


class Source(Value):
    """How one feed's bytes are to be read: the format and what the wire does not say."""

    name: str = Field(description="Unique name; journaled with each datagram")
    format: str = Field(description="Name of a format: asterix, readsb, plots ...")
    editions: dict[str, str] = Field(default_factory=dict, description="ASTERIX category to edition, '048': '1.32'")
    framing: Literal["none", "final"] = Field(default="none", description="Framing of ASTERIX datagrams")
    sensor_id: str | None = Field(default=None, description="Sensor of reports that do not name one themselves")
    doppler_positive: Literal["away", "towards"] = Field(default="away", description="Sign of I048/120")
    clock_correction_s: float = Field(default=0.0, description="Added to the source's stamps, by explicit decision")
    label: Label = Field(default_factory=Label, description="Label from birth of everything this source reports")
    partner: str = Field(default="", description="Nation whose releases it brings; empty: none")
    standby_for: str = Field(
        default="", description="Partner whose feed it is: it brings nothing until a person takes over; empty: none"
    )


class Configuration(Record):
    """What the picture runs with; the first record of every journal, and again at each change."""

    kind: Literal["configuration"] = Field(default="configuration", description="Says which record this is")
    node: str = Field(description="Name of this node")
    nation: str = Field(description="ISO 3166-1 alpha-3 code of its nation")
    exercise: bool = Field(default=False, description="Simulated reports alert, and everything is marked EXERCISE")
    origin_latitude_deg: Latitude = Field(description="Centre of the region plane")
    origin_longitude_deg: Longitude = Field(description="Centre of the region plane")
    first_track_number: int = Field(default=1, ge=1, description="Own tracks are numbered from here: never reused")
    sources: tuple[Source, ...] = Field(default=(), description="How each feed's bytes are to be read")
    sensors: tuple[Sensor, ...] = Field(default=(), description="Sensors behind the feeds")
    zones: tuple[Zone, ...] = Field(default=(), description="Volumes that matter")
    routes: tuple[Route, ...] = Field(default=(), description="Ways that are flown again and again, for forecasts")
    municipalities: tuple[WarningArea, ...] = Field(default=(), description="Areas that warnings are for; none: cells")
    utc_offset_s: int = Field(default=0, description="Of local time in what the public is told, east positive")
    clock_changes: tuple[ClockChange, ...] = Field(default=(), description="Later changes of that, in order")
    closure: ClosureRule = Field(default=ClosureRule(), description="When airports close for balloons, and reopen")
    alerting: AlertPolicy = Field(default_factory=AlertPolicy, description="Budget of advisories, and escalation")
    warnings: WarningPolicy = Field(default_factory=WarningPolicy, description="Who approves what the public is told")
    partners: tuple[Partner, ...] = Field(default=(), description="Nations it shares with")
    area: Ring = Field(default=(), description="Ring of lon, lat that it answers for; none: everywhere")

    @property
    def local_time(self) -> LocalTime:
        """Return the local time that the public is told."""
        return LocalTime(self.utc_offset_s, self.clock_changes)


class SensorStatus(Record):
    """What a sensor says of itself: north mark, sector crossing, status (I034, I063, I065)."""

    kind: Literal["sensor_status"] = Field(default="sensor_status", description="Says which record this is")
    sensor_id: str = Field(description="Sensor that says it")
    report: Literal["north", "sector", "status", "end_of_batch"] = Field(description="Kind of service message")
    azimuth_deg: float | None = Field(default=None, description="Of a sector message: where the beam is now")
    rotation_period_s: float | None = Field(default=None, description="Time of one antenna turn (I034/041)")
    operational: bool | None = Field(default=None, description="False: NOGO, data must not be used")
    latitude_deg: Latitude | None = Field(default=None, description="Where the sensor says it stands (I034/120)")
    longitude_deg: Longitude | None = Field(default=None, description="As latitude_deg, WGS84")
    height_m: float | None = Field(default=None, description="As latitude_deg, above the ellipsoid")


class SourceHealth(Record):
    """State and counters of one source since start."""

    kind: Literal["source_health"] = Field(default="source_health", description="Says which record this is")
    source: str = Field(description="Name of the source")
    state: Literal["waiting", "ok", "degraded", "silent", "quarantined", "failed", "paused"] = Field(
        description="Whether it may be believed now; see spec/records.md"
    )
    reason: str = Field(default="", description="Why it is not ok, in words")
    reason_lt: str = Field(default="", description="The same in Lithuanian; empty where it is said in English only")
    received: int = Field(default=0, description="Datagrams")
    decoded: int = Field(default=0, description="Records decoded")
    rejected: int = Field(default=0, description="Records or blocks refused, with a reason")
    duplicates: int = Field(default=0, description="Records that another path had brought already")
    lost: int = Field(default=0, description="Datagrams dropped by a full queue")
    trailing_bytes: int = Field(default=0, description="Octets behind the last block")
    clock_offset_s: float | None = Field(default=None, description="Receive time minus stamp, robust; none: too few")
    last_receive_ns: int | None = Field(default=None, description="UTC ns of its last datagram; none: nothing yet")
    reject_reasons: dict[str, int] = Field(default_factory=dict, description="Reason to count")


class SensorRegistration(Record):
    """How far a radar is off, as other sensors show it: measured = true + bias. Each bias with its one sigma."""

    kind: Literal["sensor_registration"] = Field(default="sensor_registration", description="Says which record this is")
    sensor_id: str = Field(description="Radar it is about")
    state: Literal["uncertain", "registered", "walked_off"] = Field(
        description="Whether its bias is known; see spec/records.md"
    )
    since_ns: int = Field(ge=0, description="UTC ns since when it is in this state")
    reason: str = Field(default="", description="Why it is not registered, in words")
    reason_lt: str = Field(default="", description="The same in Lithuanian")
    pairs: int = Field(ge=0, description="Pairs of plots with other sensors behind it so far")
    range_bias_m: float = Field(description="Of slant range")
    range_bias_sigma_m: float = Field(ge=0, description="One sigma of it")
    azimuth_bias_deg: float = Field(description="Of azimuth")
    azimuth_bias_sigma_deg: float = Field(ge=0, description="One sigma of it")
    elevation_bias_deg: float = Field(description="Of elevation")
    elevation_bias_sigma_deg: float = Field(ge=0, description="One sigma of it")
    time_bias_s: float = Field(description="Of its stamps: positive, they are late")
    time_bias_sigma_s: float = Field(ge=0, description="One sigma of it")


class Alert(Record):
    """A notice to the operator: raised, updated, ended under one alert_id."""

    kind: Literal["alert"] = Field(default="alert", description="Says which record this is")
    alert_id: str = Field(
        description="Identity of the alert through its life; the messages about it have ids of their own"
    )
    tier: Literal["advisory", "critical"] = Field(description="advisory: quiet notice; critical: demands action")
    state: Literal["held_back", "raised", "escalated", "acknowledged", "shelved", "ended"] = Field(
        description="Where in its life the alert is; held_back: an advisory beyond the hour's budget, listed, not shown"
    )
    rule: Literal["zone_entry", "zone_predicted"] = Field(description="zone_entry: is inside; zone_predicted: will be")
    track_ids: tuple[int, ...] = Field(description="System tracks it is about")
    zone_id: str = Field(description="Zone it is about")
    zone_name: str = Field(description="Name of that zone, for people")
    raised_ns: int = Field(description="UTC ns at which it was first raised")
    probability: float | None = Field(default=None, ge=0, le=1, description="Of entry; 1 once inside; none: unknown")
    eta_ns: int | None = Field(default=None, description="Expected entry; none once inside")
    ended_ns: int | None = Field(default=None, description="UTC ns at which it ended; none: not yet")
    reasons: tuple[str, ...] = Field(default=(), description="Why, in words, the strongest first")
    acknowledged_by: str | None = Field(default=None, description="Account that acknowledged it; none: nobody yet")
    danger: float | None = Field(default=None, ge=0, le=1, description="Probability of harm by its worst member")
    reasons_lt: tuple[str, ...] = Field(default=(), description="The same in Lithuanian")
    group_id: int | None = Field(default=None, ge=0, description="Group that its members fly in; none: no one group")
    was_shown: bool = Field(default=True, description="False: an advisory that was only held back so far")
    merged_into: str | None = Field(default=None, description="alert_id it became part of: one raid; none: of none")
    critical_ns: int | None = Field(default=None, description="UTC ns at which it last became critical; none: never")
    escalated_ns: int | None = Field(default=None, description="UTC ns at which nobody had answered for too long")
    escalated_to: str | None = Field(default=None, description="Whom it was escalated to")
    shelved_by: str | None = Field(default=None, description="Account that shelved it; none: it is not shelved")
    shelved_until_ns: int | None = Field(default=None, description="UTC ns at which it comes back by itself")
    shelved_reason: str | None = Field(default=None, description="Why it was shelved, in the person's words")


class LastSeen(Value):
    """Where a track was last seen, and how it flew."""

    track_id: int = Field(ge=0, description="System track")
    time_ns: int = Field(description="UTC ns at which it was there")
    latitude_deg: float = Field(ge=-90, le=90, description="Latitude, WGS84")
    longitude_deg: float = Field(ge=-180, le=180, description="Longitude, WGS84")
    velocity_east_mps: float = Field(default=0.0, description="Velocity to the east; 0: not known")
    velocity_north_mps: float = Field(default=0.0, description="Velocity to the north; 0: not known")


class StandingAlert(Record):
    """An alert of an earlier run that had not ended; the node hands it in when it starts."""

    kind: Literal["standing_alert"] = Field(default="standing_alert", description="Says which record this is")
    alert: Alert = Field(description="The alert as it was last told")
    members: tuple[LastSeen, ...] = Field(default=(), description="Those of its tracks that were seen lately")


DecisionAction = Literal[
    "acknowledge",
    "shelve",
    "unshelve",
    "approve",
    "refuse",
    "resend",
    "hand_over",
    "accept",
    "decline",
    "cue",
    "take_over",
    "give_back",
]


class Decision(Record):
    """What a named person decided; journaled before it takes effect."""

    kind: Literal["decision"] = Field(default="decision", description="Says which record this is")
    actor: str = Field(min_length=1, description="The person's account")
    action: DecisionAction = Field(description="What was decided")
    subject: str = Field(
        description="Id of what was decided on: an alert_id, or a message_id of a warning; resend: message_id@channel; "
        "accept, decline: a handover_id; hand_over, cue: network_id@nation; cue: latitude,longitude,radius_m@nation; "
        "take_over, give_back: a nation, or nation/source"
    )
    reason: str = Field(default="", description="Why, in the person's words; may be empty, but not of what is shelved")
    until_ns: int | None = Field(default=None, description="UTC ns until which an alert is shelved; else none")

    @model_validator(mode="after")
    def _shelving_is_whole(self) -> Decision:
        if self.action == "shelve" and (not self.reason.strip() or self.until_ns is None):
            raise ValueError(f"decision {self.id}: expected a reason and until_ns of what is shelved, was none")
        return self


class TrackEvent(Record):
    """What happened between system tracks: a gap closed, two found one, one found two, a group, a match abroad."""

    kind: Literal["track_event"] = Field(default="track_event", description="Says which record this is")
    event: Literal[
        "stitched",
        "merged",
        "split",
        "correlated",
        "decorrelated",
        "group_formed",
        "group_changed",
        "group_ended",
    ] = Field(description="What happened; see spec/records.md")
    track_ids: tuple[int, ...] = Field(description="Tracks it is about, the surviving or older first; of a group all")
    group_id: int | None = Field(default=None, ge=0, description="Group it is about; none: about no group")
    count_low: int | None = Field(default=None, ge=0, description="Objects the group holds at least; none: no group")
    count_high: int | None = Field(default=None, ge=0, description="Objects the group may hold; none: no group")
    gap_s: float | None = Field(default=None, ge=0, description="Of a stitched track: time without plots; else none")
    reason: str = Field(default="", description="Why, in words")
    reason_lt: str = Field(default="", description="The same in Lithuanian")

    @model_validator(mode="after")
    def _counts_are_an_interval(self) -> TrackEvent:
        if (self.count_low is None) != (self.count_high is None):
            raise ValueError(f"track event {self.id}: expected both count_low and count_high or neither")
        if self.count_low is not None and self.count_high is not None and self.count_low > self.count_high:
            raise ValueError(
                f"track event {self.id}: expected count_low up to count_high, was {self.count_low} > {self.count_high}"
            )
        return self


OneRecord: TypeAlias = (
    Tick
    | Configuration
    | SensorStatus
    | SourceHealth
    | SensorRegistration
    | GnssInterference
    | FlightPermission
    | Claim
    | PublicWarning
    | WarningDelivery
    | HumanReport
    | ReporterHistory
    | Sighting
    | WindTable
    | ZoneChange
    | Unit
    | SourcePause
    | SourceLabel
    | PolicyChange
    | DriftForecast
    | LaunchEstimate
    | ClosureAdvice
    | Alert
    | StandingAlert
    | Decision
    | TrackEvent
    | LostTrack
    | NetworkIdentity
    | Handover
    | Cue
    | PartnerNotice
)
EnteredRecord: TypeAlias = (
    Decision
    | FlightPermission
    | Claim
    | HumanReport
    | WindTable
    | ZoneChange
    | Unit
    | SourcePause
    | SourceLabel
    | PolicyChange
)
"""What a named person hands in; journaled before it takes effect."""
AnyRecord = Annotated[OneRecord, Field(discriminator="kind")]
RECORD: TypeAdapter[OneRecord] = TypeAdapter(AnyRecord)
"""Parse or dump any record: ``RECORD.validate_json(data)``, ``RECORD.dump_json(record)``."""
