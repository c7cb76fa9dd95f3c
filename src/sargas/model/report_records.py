"""Records of what people see and hear: a report of one person, and the sighting that reports add up to."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sargas.model.record_base import Latitude, Longitude, Record, Ring

Reporter = Literal["soldier", "border_guard", "police", "trained_observer", "citizen", "hearsay"]
Distance = Literal["overhead", "near", "some_hundred_metres", "about_a_kilometre", "some_kilometres", "far"]
Seen = Literal["drone", "plane", "helicopter", "balloon", "bird", "light", "bang", "unknown"]


class HumanReport(Record):
    """What one person saw or heard, from where and when; a later record of one report_id corrects or withdraws it."""

    kind: Literal["human_report"] = Field(default="human_report", description="Says which record this is")
    report_id: str = Field(min_length=1, max_length=200, description="Identity of the report through its corrections")
    state: Literal["made", "corrected", "withdrawn"] = Field(default="made", description="Where in its life it is")
    source_id: str = Field(
        min_length=1, max_length=200, description="Who saw or heard it: one voice, however many pass it on"
    )
    reporter: Reporter = Field(description="What kind of person; hearsay: somebody else saw it, who is not known")
    channel: Literal["call", "app"] = Field(default="call", description="app: a phone gave place and direction")
    latitude_deg: Latitude = Field(description="Where the person stood, WGS84")
    longitude_deg: Longitude = Field(description="Where the person stood, WGS84")
    place_sigma_m: float | None = Field(default=None, gt=0, description="One sigma of that; none: usual of the channel")
    observed_ns: int | None = Field(default=None, ge=0, description="UTC ns of the observation; none: not said")
    bearing_deg: float | None = Field(
        default=None, ge=0, lt=360, description="Where to, clockwise from true north; none: not said"
    )
    bearing_sigma_deg: float | None = Field(
        default=None, gt=0, le=180, description="One sigma of it; none: usual of the channel"
    )
    distance: Distance | None = Field(default=None, description="How far, as people say it; none: not said")
    seen: Seen = Field(default="unknown", description="What it is said to be")
    sense: Literal["seen", "heard", "both"] = Field(default="seen", description="How it was noticed")
    heading_deg: float | None = Field(default=None, ge=0, lt=360, description="Where it went; none: not said")
    confidence: float = Field(default=0.7, ge=0, le=1, description="How sure the person is of what it was")
    words: str = Field(default="", max_length=1000, description="What was said, as it was said")
    entered_by: str = Field(default="", max_length=200, description="Account that handed it in")

    @model_validator(mode="after")
    def _was_observed_before_it_was_told(self) -> HumanReport:
        if self.observed_ns is not None and self.observed_ns > self.time_ns:
            raise ValueError(f"report {self.report_id}: expected observed_ns up to time_ns, was after it")
        return self


class ReporterHistory(Record):
    """How the reports of one person fared so far; a later record of one source_id takes its place."""

    kind: Literal["reporter_history"] = Field(default="reporter_history", description="Says which record this is")
    source_id: str = Field(min_length=1, max_length=200, description="Who saw or heard, as in human_report")
    state: Literal["kept"] = Field(default="kept", description="A history is kept; there is no other state")
    right: float = Field(ge=0, description="Reports that a firm track or a person bore out")
    wrong: float = Field(ge=0, description="Reports refuted by a person, and parts of those that nothing bore out")


class Sighting(Record):
    """What reports add up to: an object that only people noticed, or a track that they mean; never a track itself."""

    kind: Literal["sighting"] = Field(default="sighting", description="Says which record this is")
    sighting_id: str = Field(min_length=1, description="Identity of the sighting through its life")
    state: Literal["unconfirmed", "supported", "tracked", "ended"] = Field(
        description="Where in its life it is; see spec/records.md"
    )
    probability: float = Field(ge=0, le=1, description="That something flies there that was reported")
    voices: int = Field(ge=0, description="Independent sources behind it: repetition and hearsay count once")
    report_ids: tuple[str, ...] = Field(description="Reports behind it, in the order they came")
    seen: Seen = Field(description="What it is said to be by the weightiest voices")
    observed_ns: int = Field(ge=0, description="UTC ns of the newest observation, as well as it is known")
    expires_ns: int = Field(ge=0, description="UTC ns at which it ends by itself")
    polygon: Ring = Field(default=(), description="Where it is with 80 %, lon, lat; empty: a track tells")
    latitude_deg: Latitude | None = Field(default=None, description="Likeliest place, WGS84; none: a track tells")
    longitude_deg: Longitude | None = Field(default=None, description="Likeliest place, WGS84; none: a track tells")
    track_ids: tuple[int, ...] = Field(default=(), description="System tracks that may be meant, the likeliest first")
    shares: tuple[float, ...] = Field(default=(), description="Probability that it is meant, of each of track_ids")
    reasons: tuple[str, ...] = Field(default=(), description="Why, in words")
    reasons_lt: tuple[str, ...] = Field(default=(), description="The same in Lithuanian")

    @model_validator(mode="after")
    def _every_track_has_its_share(self) -> Sighting:
        if len(self.track_ids) != len(self.shares):
            raise ValueError(f"sighting {self.sighting_id}: expected a share for each of track_ids")
        return self
