"""Records of what a track is and whose it is: disturbed satellite navigation, permissions to fly, graded claims."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from sargas.model.record_base import Latitude, Longitude, Record, Ring, check_volume

IcaoAddress = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{6}$")]
Mode3A = Annotated[str, StringConstraints(pattern=r"^[0-7]{4}$")]
Purpose = Literal[
    "own_drone",
    "police",
    "border_guard",
    "medical",
    "rescue",
    "model_club",
    "survey",
    "training",
    "plan",
    "other",
]
About = Literal["class", "identity", "origin", "danger", "cooperation", "intent"]
KnownClass = Literal[
    "one_way_drone",
    "small_fixed_wing_drone",
    "multirotor",
    "balloon",
    "bird",
    "bird_flock",
    "light_aircraft",
    "glider",
    "helicopter",
    "airliner",
    "fast_jet",
    "clutter",
]
"""The names of ``CLASSES``; a test keeps both alike."""


class GnssInterference(Record):
    """Satellite navigation not to be trusted, of one aircraft or in one area; begun, changed and ended."""

    kind: Literal["gnss_interference"] = Field(default="gnss_interference", description="Says which record this is")
    event_id: str = Field(
        description="Identity of the event through its life; the messages about it have ids of their own"
    )
    cause: Literal["jamming", "spoofing", "disagreement"] = Field(
        description="jamming: accuracy lost; spoofing: cannot be true; disagreement: radar tells another place"
    )
    state: Literal["begun", "changed", "ended"] = Field(description="Where in its life the event is")
    icao_address: IcaoAddress | None = Field(default=None, description="Aircraft it is about; none: about an area")
    cell: str | None = Field(default=None, description="H3 index of the area; none: about an aircraft")
    is_alarm: bool = Field(
        default=True, description="False: a cell told for the map alone, in order or flown by too few to say"
    )
    polygon: Ring = Field(default=(), description="Outline of the area, lon, lat; closed by itself")
    band: Literal["low", "high"] | None = Field(default=None, description="Of an area: below or above 5,000 m")
    track_ids: tuple[int, ...] = Field(default=(), description="System tracks it touches")
    start_ns: int = Field(ge=0, description="UTC ns of the first report that belongs to it")
    found_ns: int = Field(ge=0, description="UTC ns of the report that told; nothing later was used")
    end_ns: int | None = Field(default=None, description="UTC ns at which it ended; none: it goes on")
    confidence: float = Field(ge=0, le=1, description="Probability that it is what it says")
    aircraft: int | None = Field(default=None, ge=0, description="Of an area: aircraft heard in ten minutes")
    affected: int | None = Field(default=None, ge=0, description="Of an area: those of them that lost their accuracy")
    share: float | None = Field(
        default=None, ge=0, le=1, description="Of an area: share affected, one of them left out: a single faulty set"
    )
    reason: str = Field(default="", description="Why, in words")
    reason_lt: str = Field(default="", description="The same in Lithuanian")

    @model_validator(mode="after")
    def _is_about_one_thing(self) -> GnssInterference:
        if (self.icao_address is None) == (self.cell is None):
            raise ValueError(f"GNSS interference {self.event_id}: expected icao_address or cell, and not both")
        return self


class FlightPermission(Record):
    """Who may fly where and when; a later record of one permission_id replaces it, ``revoked`` ends it."""

    kind: Literal["flight_permission"] = Field(default="flight_permission", description="Says which record this is")
    permission_id: str = Field(min_length=1, description="Identity of the permission through its revisions")
    state: Literal["active", "revoked"] = Field(default="active", description="Whether it still holds")
    holder: str = Field(min_length=1, description="Who flies, for people")
    purpose: Purpose = Field(default="other", description="What for")
    valid_from_ns: int = Field(ge=0, description="UTC ns from which it holds")
    valid_until_ns: int = Field(ge=0, description="UTC ns until which it holds")
    polygon: Ring = Field(default=(), description="Ring of lon, lat; closed by itself")
    holes: tuple[Ring, ...] = Field(default=(), description="Rings that are outside")
    centre: tuple[Longitude, Latitude] | None = Field(default=None, description="Of a cylinder: lon, lat")
    radius_m: float | None = Field(default=None, gt=0, description="Of a cylinder")
    floor_m: float = Field(default=-1000.0, description="Lowest height, above the ellipsoid")
    ceiling_m: float = Field(default=100_000.0, description="Highest height, above the ellipsoid")
    icao_address: IcaoAddress | None = Field(default=None, description="24-bit address it is known by")
    mode_3a: Mode3A | None = Field(default=None, description="Squawk it is known by")
    callsign: str | None = Field(default=None, min_length=1, max_length=8, description="Call sign it is known by")
    uas_id: str | None = Field(default=None, min_length=1, max_length=20, description="Remote ID serial it is known by")
    classes: tuple[KnownClass, ...] = Field(default=(), description="What it may be; empty: anything")
    count: int = Field(default=1, ge=1, description="Objects it covers at one time")
    entered_by: str = Field(default="", description="Account that entered it last; empty: from the configuration")

    @model_validator(mode="after")
    def _is_whole(self) -> FlightPermission:
        owner = f"flight permission {self.permission_id}"
        check_volume(owner, self.polygon, self.centre, self.radius_m, self.floor_m, self.ceiling_m)
        if self.valid_until_ns <= self.valid_from_ns:
            raise ValueError(f"{owner}: expected valid_until_ns after valid_from_ns")
        return self


class Claim(Record):
    """What one source says about a track, graded after Admiralty: kept beside other claims, never in their place."""

    kind: Literal["claim"] = Field(default="claim", description="Says which record this is")
    claim_id: str = Field(min_length=1, description="Identity of the claim through its corrections")
    state: Literal["made", "corrected", "withdrawn"] = Field(default="made", description="Where in its life it is")
    track_id: int = Field(ge=0, description="System track it is about")
    about: About = Field(description="Which question it answers")
    value: str = Field(min_length=1, max_length=200, description="The answer; see spec/records.md for those used here")
    probability: float | None = Field(default=None, ge=0, le=1, description="That it is so; none: not said")
    reliability: Literal["A", "B", "C", "D", "E", "F"] = Field(description="Of the source, A reliable to F unknown")
    credibility: int = Field(ge=1, le=6, description="Of what it says, 1 confirmed to 6 unknown")
    source: str = Field(min_length=1, description="Sensor, system or person that says it; one voice counts once")
    is_override: bool = Field(default=False, description="A person's word that masks other answers, which stay kept")
    evidence: tuple[str, ...] = Field(default=(), description="What speaks for it, in words, the strongest first")
    evidence_lt: tuple[str, ...] = Field(default=(), description="The same in Lithuanian; empty: not said so")
    based_on: tuple[str, ...] = Field(default=(), description="Claims it was derived from; it is corrected with them")
    until_ns: int | None = Field(default=None, ge=0, description="UTC ns after which it says nothing; none: it stays")
