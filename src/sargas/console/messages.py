"""What the console says in JSON: answers of the API and text frames of the stream. Specification: docs/console.md."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints, TypeAdapter

from sargas.console.playback_messages import PlaybackSection, TrailsSection
from sargas.model.identity_records import IcaoAddress, KnownClass, Mode3A, Purpose
from sargas.model.label import Nation
from sargas.model.record_base import Latitude, Longitude, Ring
from sargas.model.records import (
    About,
    Alert,
    Claim,
    ClosureAdvice,
    Configuration,
    Cue,
    DriftForecast,
    FlightPermission,
    GnssInterference,
    Handover,
    LaunchEstimate,
    LostTrack,
    NetworkIdentity,
    PartnerNotice,
    PublicWarning,
    SensorRegistration,
    Sighting,
    SourceHealth,
    Unit,
    Value,
    WindTable,
)
from sargas.model.report_records import Reporter
from sargas.model.sharing_records import NetworkId


class Reason(Value):
    """Why a decision was taken; free text, may be empty."""

    reason: str = Field(default="", max_length=1000, description="Why, in the person's words")


class Shelving(Value):
    """Why an alert is laid aside, and for how long."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)] = Field(
        description="Why, in the person's words; not empty"
    )
    minutes: float = Field(gt=0, le=1440, description="For how long; it comes back then")


class Accepted(Value):
    """A decision is journaled and will take effect."""

    decision_id: str = Field(description="Id of the journaled decision")


class PermissionDraft(Value):
    """A flight permission as a person enters it; who entered it, and when, is added."""

    permission_id: str = Field(min_length=1, max_length=100, description="Identity of the permission")
    holder: str = Field(min_length=1, max_length=200, description="Who flies, for people")
    purpose: Purpose = Field(default="other", description="What for")
    valid_from_ns: int = Field(ge=0, le=2**63 - 1, description="UTC ns from which it holds")
    valid_until_ns: int = Field(ge=0, le=2**63 - 1, description="UTC ns until which it holds")
    polygon: Ring = Field(default=(), max_length=1000, description="Ring of lon, lat; closed by itself")
    holes: tuple[Ring, ...] = Field(default=(), max_length=100, description="Rings that are outside")
    centre: tuple[Longitude, Latitude] | None = Field(default=None, description="Of a cylinder: lon, lat")
    radius_m: float | None = Field(default=None, gt=0, le=1e6, description="Of a cylinder")
    floor_m: float = Field(default=-1000.0, description="Lowest height, above the ellipsoid")
    ceiling_m: float = Field(default=100_000.0, description="Highest height, above the ellipsoid")
    icao_address: IcaoAddress | None = Field(default=None, description="24-bit address it is known by")
    mode_3a: Mode3A | None = Field(default=None, description="Squawk it is known by")
    callsign: str | None = Field(default=None, min_length=1, max_length=8, description="Call sign it is known by")
    uas_id: str | None = Field(default=None, min_length=1, max_length=20, description="Remote ID serial it is known by")
    classes: tuple[KnownClass, ...] = Field(default=(), description="What it may be; empty: anything")
    count: int = Field(default=1, ge=1, le=1000, description="Objects it covers at one time")


class EnteredPermission(Value):
    """A flight permission is journaled and will take effect."""

    permission_id: str = Field(description="Identity of the permission")
    record_id: str = Field(description="Id of the journaled record")


class FileProblem(Value):
    """What is wrong with one row of a file."""

    line: int = Field(description="Line of a CSV file, number of a GeoJSON feature from 1; 0: of the file as a whole")
    problem: str = Field(description="What, and how to mend it")


class ImportedFile(Value):
    """What became of a file of permissions, units, winds or zones: all of it was taken, or none."""

    entered: int = Field(description="What is new or changed")
    unchanged: int = Field(description="What stood as it is in the file")
    problems: tuple[FileProblem, ...] = Field(description="Every bad row; empty: all was taken")


class NewClaim(Value):
    """What a person says about a track, with grades after Admiralty."""

    about: About = Field(description="Which question it answers")
    value: str = Field(min_length=1, max_length=200, description="The answer, for example a class")
    probability: float | None = Field(default=None, ge=0, le=1, description="That it is so; none: by its credibility")
    reliability: Literal["A", "B", "C", "D", "E", "F"] = Field(default="B", description="Of the source, A to F")
    credibility: int = Field(default=2, ge=1, le=6, description="Of what it says, 1 confirmed to 6 unknown")
    is_override: bool = Field(default=False, description="Masks what others say, which stays on record")
    evidence: tuple[Annotated[str, StringConstraints(max_length=500)], ...] = Field(
        default=(), max_length=10, description="What speaks for it, in words"
    )
    minutes: float | None = Field(default=None, gt=0, le=10_000, description="For how long it holds; none: it stays")


class EnteredWind(Value):
    """A change of a wind table is journaled and will take effect."""

    table_id: str = Field(description="Identity of the table")
    record_id: str = Field(description="Id of the journaled record")


class ClaimAccepted(Value):
    """A claim is journaled and will take effect."""

    claim_id: str = Field(description="Identity of the claim")


class ReportDraft(Value):
    """What a person saw or heard, as it is handed in; who handed it in, and when, is added."""

    report_id: str | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        description="Made by the sender, so that sent again it counts once; of a report handed in before: corrects it",
    )
    source_id: str | None = Field(
        default=None, min_length=1, max_length=200, description="Who saw or heard it, one voice; none: the account"
    )
    reporter: Reporter = Field(default="citizen", description="What kind of person")
    channel: Literal["call", "app"] = Field(default="call", description="app: a phone gave place and direction")
    latitude_deg: Latitude = Field(description="Where the person stood, WGS84")
    longitude_deg: Longitude = Field(description="Where the person stood, WGS84")
    place_sigma_m: float | None = Field(default=None, gt=0, le=50_000, description="One sigma of that; none: usual")
    minutes_ago: float | None = Field(default=None, ge=0, le=1440, description="When it was noticed; none: not said")
    bearing: str | None = Field(default=None, max_length=50, description="Degrees or a compass word; none: not said")
    bearing_sigma_deg: float | None = Field(default=None, gt=0, le=180, description="One sigma of it; none: usual")
    distance: str | None = Field(default=None, max_length=50, description="Words of distance; none: not said")
    seen: str = Field(default="unknown", max_length=50, description="What it is said to be, in words")
    sense: Literal["seen", "heard", "both"] = Field(default="seen", description="How it was noticed")
    heading: str | None = Field(default=None, max_length=50, description="Where it went, as bearing; none: not said")
    confidence: float = Field(default=0.7, ge=0, le=1, description="How sure the person is of what it was")
    words: str = Field(default="", max_length=1000, description="What was said, as it was said")


class ReportAccepted(Value):
    """A report is journaled and will take effect."""

    report_id: str = Field(description="Identity of the report")
    counts: bool = Field(description="False: noticed too long ago to change the picture; it stays on record")


class AnswerView(Value):
    """What is held of one question about a track."""

    about: About = Field(description="The question")
    value: str = Field(description="The answer; unknown: nothing speaks enough for any")
    probability: float = Field(ge=0, le=1, description="That it is so, as all voices together have it")
    is_override: bool = Field(description="A person put it in the place of the others")
    claims: tuple[Claim, ...] = Field(description="What it rests on, oldest first; one a source")
    masked: tuple[Claim, ...] = Field(description="What a person's override keeps from counting")


class Health(Value):
    """Whether the node answers; open to everybody, so it says no more."""

    status: Literal["ok", "starting"] = Field(description="starting: no configuration has reached the picture yet")
    ui_built: bool = Field(description="False: installed without the console's pages")


class TrackView(Value):
    """One system track, for small consumers; large ones take the binary stream."""

    track_id: int = Field(description="Number of the track")
    time_ns: int = Field(description="UTC ns the state holds at")
    update_time_ns: int = Field(description="UTC ns of the last plot behind it")
    latitude_deg: float = Field(description="WGS84")
    longitude_deg: float = Field(description="WGS84")
    altitude_m: float | None = Field(description="Above the WGS84 ellipsoid; none: unknown")
    velocity_east_mps: float = Field(description="Over ground")
    velocity_north_mps: float = Field(description="Over ground")
    velocity_up_mps: float | None = Field(description="Positive up; none: unknown")
    status: Literal["confirmed", "coasting"] = Field(description="coasting: predicted without new plots")
    icao_address: str | None = Field(description="Six hexadecimal digits")
    mode_3a: str | None = Field(description="Squawk, four octal digits")
    callsign: str | None = Field(description="As broadcast")
    sensors: tuple[str, ...] = Field(description="Sensors whose plots are in the track")
    threat: Literal["none", "advisory", "critical"] = Field(description="Tier of the worst standing alert")
    existence: float | None = Field(description="Probability that the object exists; none: not estimated")
    position_95_m: float | None = Field(description="Horizontal radius that holds the true position with 95 %")
    velocity_95_mps: float | None = Field(description="The same of the velocity; none: no covariance")
    consistency: float | None = Field(description="Mean normalised innovation squared, 1 as expected; none: unknown")
    group_id: int | None = Field(description="Group the track flies in; none: in none")


class ClockSection(Value):
    """Sent every second, so that silence can be told from a quiet sky."""

    type: Literal["clock"] = Field(default="clock", description="Says which section this is")
    server_time_ms: float = Field(description="Epoch ms of sending")
    valid_time_ms: float = Field(description="Epoch ms of the newest input in the picture; 0: none yet")
    exercise: bool = Field(description="Simulated data is in this picture")
    replay: bool = Field(description="This is a recording")
    frame_version: int = Field(description="Version of the track frames (spec/track-feed.md)")
    tracks: int = Field(ge=0, description="Tracks in the picture, whatever part of it this reader looks at")


class AlertsSection(Value):
    """All alerts an operator must know: standing ones, and shown ones that ended before anybody acknowledged them."""

    type: Literal["alerts"] = Field(default="alerts", description="Says which section this is")
    alerts: tuple[Alert, ...] = Field(description="Oldest first")


class SourcesSection(Value):
    """Health of every source."""

    type: Literal["sources"] = Field(default="sources", description="Says which section this is")
    sources: tuple[SourceHealth, ...] = Field(description="By name")


class RegistrationsSection(Value):
    """How far every radar is off."""

    type: Literal["registrations"] = Field(default="registrations", description="Says which section this is")
    registrations: tuple[SensorRegistration, ...] = Field(description="By sensor id")


class InterferenceSection(Value):
    """Where and of whom satellite navigation is not to be trusted now."""

    type: Literal["gnss_interference"] = Field(default="gnss_interference", description="Says which section this is")
    interference: tuple[GnssInterference, ...] = Field(description="By event id")


class PermissionsSection(Value):
    """Who may fly where and when; also what was revoked."""

    type: Literal["permissions"] = Field(default="permissions", description="Says which section this is")
    permissions: tuple[FlightPermission, ...] = Field(description="By permission id")


class WarningsSection(Value):
    """Warnings that wait for a person's decision, and those decided lately."""

    type: Literal["warnings"] = Field(default="warnings", description="Says which section this is")
    warnings: tuple[PublicWarning, ...] = Field(
        description="Of each warning what waits and what was approved and refused last, the latest change first"
    )


class SightingsSection(Value):
    """What people reported: objects that only they noticed, and tracks that they mean."""

    type: Literal["sightings"] = Field(default="sightings", description="Says which section this is")
    sightings: tuple[Sighting, ...] = Field(description="Those that go on, the latest change first")


class WindsSection(Value):
    """Wind by height, as entered; without any, drift is told by the tracks' own motion only."""

    type: Literal["winds"] = Field(default="winds", description="Says which section this is")
    winds: tuple[WindTable, ...] = Field(description="In force, by table id")


class DriftSection(Value):
    """Where the wind will carry drifters, and where they were let go."""

    type: Literal["drift"] = Field(default="drift", description="Says which section this is")
    forecasts: tuple[DriftForecast, ...] = Field(description="By track")
    launches: tuple[LaunchEstimate, ...] = Field(description="By launch id")


class ClosuresSection(Value):
    """Advice on airports: what stands, and how the last closure of each ended."""

    type: Literal["closures"] = Field(default="closures", description="Says which section this is")
    closures: tuple[ClosureAdvice, ...] = Field(description="Newest of each airport, by zone id")


class LostSection(Value):
    """Where lost tracks may be now."""

    type: Literal["lost"] = Field(default="lost", description="Says which section this is")
    lost: tuple[LostTrack, ...] = Field(description="Newest message of each case that goes on, by its id")


class PartnerView(Value):
    """A nation this node shares with."""

    nation: Nation = Field(description="ISO 3166-1 alpha-3 code")
    node: str = Field(description="Name of its node")
    has_area: bool = Field(description="It says what area it answers for, so hand-overs to it can be offered by rule")
    sources: tuple[str, ...] = Field(description="Sources that bring its releases; their health is the link's")
    standby: tuple[str, ...] = Field(description="Sources that stand by for it, or are taken over")
    taken_over: tuple[str, ...] = Field(description="Those of them that are taken over")


class TakenView(Value):
    """A source that is taken over from a partner, and how fast it came; times are UTC ns."""

    source: str = Field(description="Its name")
    nation: Nation = Field(description="Partner whose feed it is")
    taken_by: str = Field(description="Account of the person who decided")
    taken_ns: int = Field(description="When that was")
    first_datagram_ns: int | None = Field(description="Its first datagram since then; none: nothing yet")
    first_track_ns: int | None = Field(description="The picture showed a track with a plot of it; none: not yet")


class NetworkView(Value):
    """What the node knows of the network of nations, the latest change first."""

    nation: str | None = Field(description="Our own; none: no configuration yet")
    partners: tuple[PartnerView, ...] = Field(description="In the order of the configuration")
    identities: tuple[NetworkIdentity, ...] = Field(description="Of own tracks that are not only ours")
    handovers: tuple[Handover, ...] = Field(description="Newest word of each")
    cues: tuple[Cue, ...] = Field(description="Newest word of each")
    notices: tuple[PartnerNotice, ...] = Field(description="What partners told; nothing of it is ours")
    taken_over: tuple[TakenView, ...] = Field(description="Sources taken over from partners; of a recording none")


class TakeOverDraft(Value):
    """Which standby feeds of a partner shall run, or stop."""

    source: str | None = Field(default=None, description="Name of the source; none: all that stand by for the partner")
    reason: str = Field(default="", max_length=1000, description="Why, in the person's words")


class HandoverDraft(Value):
    """An object to be offered to a partner."""

    network_id: NetworkId = Field(description="Object; a track of ours has it")
    nation: Nation = Field(description="Partner that shall answer for it")
    reason: str = Field(default="", max_length=1000, description="Why, in the person's words")


class CueDraft(Value):
    """Where a partner shall look: for an object of ours, or at a place."""

    nation: Nation = Field(description="Partner that shall look")
    network_id: NetworkId | None = Field(default=None, description="Object; none: a place is given")
    latitude_deg: Latitude | None = Field(default=None, description="Of a place, WGS84")
    longitude_deg: Longitude | None = Field(default=None, description="Of a place, WGS84")
    radius_m: float = Field(default=3000.0, gt=0, le=100_000, description="Around the place")
    reason: str = Field(default="", max_length=1000, description="Why, in the person's words")


class NetworkSection(Value):
    """The network of nations as the side panel shows it, the latest change first."""

    type: Literal["network"] = Field(default="network", description="Says which section this is")
    nation: str = Field(description="Our own")
    partners: tuple[PartnerView, ...] = Field(description="In the order of the configuration")
    identities: tuple[NetworkIdentity, ...] = Field(description="The 100 that changed last")
    handovers: tuple[Handover, ...] = Field(description="The 50 told last")
    cues: tuple[Cue, ...] = Field(description="The 50 told last")
    notices: tuple[PartnerNotice, ...] = Field(description="50 that are not over: alarms first, then those told last")


class UnitsSection(Value):
    """Own units that could respond, where they were last told to be."""

    type: Literal["units"] = Field(default="units", description="Says which section this is")
    units: tuple[Unit, ...] = Field(description="By unit id, without those that were removed")


class ConfigurationSection(Value):
    """Zones, sensors, sources and the name of the node."""

    type: Literal["configuration"] = Field(default="configuration", description="Says which section this is")
    configuration: Configuration = Field(description="As the picture runs with it")


class ViewRequest(Value):
    """What a reader of the stream looks at; sent by it as a text message, any time."""

    type: Literal["view"] = Field(description="Says which message this is")
    box: tuple[Longitude, Latitude, Longitude, Latitude] | None = Field(
        default=None, description="West, south, east, north, WGS84; west over east: across 180°; none: everything"
    )
    selected: tuple[Annotated[int, Field(ge=0, le=2**32 - 1)], ...] = Field(
        default=(), max_length=32, description="Tracks that are wanted wherever they are"
    )


class NamesSection(Value):
    """What tracks call themselves, as columns; belongs to one track frame and is sent before it."""

    type: Literal["names"] = Field(default="names", description="Says which section this is")
    snapshot: bool = Field(description="Forget all names known before")
    sensor_ids: tuple[str, ...] = Field(description="Names the indices in ``sensors`` stand for; only ever grows")
    track_id: tuple[int, ...] = Field(description="Tracks named here; the other columns are as long")
    callsign: tuple[str, ...] = Field(description="Empty: unknown")
    icao_address: tuple[str, ...] = Field(description="Six hexadecimal digits; empty: unknown")
    mode_3a: tuple[str, ...] = Field(description="Four octal digits; empty: unknown")
    sensors: tuple[tuple[int, ...], ...] = Field(description="Contributing sensors by index into ``sensor_ids``")
    network_id: tuple[str, ...] = Field(description="Identity in the network of nations; empty: none")


Section: TypeAlias = (
    PlaybackSection
    | TrailsSection
    | ClockSection
    | AlertsSection
    | SourcesSection
    | RegistrationsSection
    | InterferenceSection
    | PermissionsSection
    | WarningsSection
    | SightingsSection
    | WindsSection
    | DriftSection
    | ClosuresSection
    | LostSection
    | NetworkSection
    | UnitsSection
    | ConfigurationSection
    | NamesSection
)
StreamMessage = Annotated[Section, Field(discriminator="type")]
VIEW_REQUEST: TypeAdapter[ViewRequest] = TypeAdapter(ViewRequest)
STREAM_MESSAGE: TypeAdapter[Section] = TypeAdapter(StreamMessage)
"""Any text frame of the stream."""
