"""Lost tracks: where an object may be that no sensor shows any more."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sargas.model.record_base import Latitude, Longitude, Record, Ring, Value

LostCause = Literal["landed_or_crashed", "hidden", "left", "unwatched"]
Place = tuple[Longitude, Latitude]


class LostHypothesis(Value):
    """What may have become of it, and where it would be then."""

    name: LostCause = Field(
        description="hidden: flies where no sensor that looks there can see it; left: beyond the reach of all; "
        "unwatched: where sensors are silent, or missed it"
    )
    probability: float = Field(ge=0, le=1, description="That it is so")
    place: Place | None = Field(default=None, description="Likeliest place if it is so: lon, lat; none: too unlikely")
    area_km2: float | None = Field(default=None, ge=0, description="Of the region for it alone; none: too unlikely")


class LostRegion(Value):
    """One part of a search region."""

    polygon: Ring = Field(min_length=3, description="Ring of lon, lat; closed by itself")
    holes: tuple[Ring, ...] = Field(default=(), description="Rings that are outside")


class MayBe(Value):
    """A newer track that may be the lost object; nothing is merged."""

    track_id: int = Field(ge=0, description="The newer track")
    probability: float = Field(ge=0, le=1, description="That it is the same object")


class LostTrack(Record):
    """A search region for a lost track; told anew while it changes, and once more as it ends."""

    kind: Literal["lost_track"] = Field(default="lost_track", description="Says which record this is")
    lost_id: str = Field(min_length=1, description="Identity of the case through its messages")
    track_id: int = Field(ge=0, description="System track that was lost")
    state: Literal["lost", "ended"] = Field(description="Where in its life the case is")
    last_seen_ns: int = Field(ge=0, description="UTC ns of its last plot")
    last_seen: Place = Field(description="Where it was then: lon, lat")
    last_altitude_m: float | None = Field(default=None, description="Above the ellipsoid; none: no height known")
    course_deg: float = Field(ge=0, le=360, description="Clockwise from true north, as last seen")
    speed_mps: float = Field(ge=0, description="Over ground, as last seen")
    armed: float | None = Field(default=None, ge=0, le=1, description="Probability of a warhead, as last judged")
    level: float = Field(gt=0, lt=1, description="Probability that it is in the region")
    hypotheses: tuple[LostHypothesis, ...] = Field(description="What may have become of it, the likeliest first")
    regions: tuple[LostRegion, ...] = Field(
        description="The smallest region of that probability, the largest part first"
    )
    area_km2: float = Field(ge=0, description="Of the region")
    dead_reckoning_km2: float = Field(
        ge=0, description="Of the sector of 20 degrees to either side that last course and speed alone give"
    )
    most_probable: Place = Field(description="Likeliest place: lon, lat")
    looked: tuple[str, ...] = Field(default=(), description="Sensors that looked since; what they covered is taken off")
    reports: int = Field(default=0, ge=0, description="Reports of persons weighed in")
    may_be: tuple[MayBe, ...] = Field(default=(), description="Newer tracks that may be it, the likeliest first")
    limits: tuple[str, ...] = Field(default=(), description="What could not be taken into account, in words")
    limits_lt: tuple[str, ...] = Field(default=(), description="The same in Lithuanian")
    end: Literal["", "seen_again", "is_newer_track", "too_long_ago", "too_many", "begun_anew"] = Field(
        default="", description="Why it ended; empty: it goes on"
    )
    ended_ns: int | None = Field(default=None, description="UTC ns at which it ended; none: it goes on")

    @model_validator(mode="after")
    def _end_is_whole(self) -> LostTrack:
        if (self.state == "ended") != (self.ended_ns is not None) or (self.state == "ended") != bool(self.end):
            raise ValueError(f"lost track {self.lost_id}: expected end and ended_ns with state ended, and only then")
        return self
