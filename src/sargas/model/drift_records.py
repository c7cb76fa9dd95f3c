"""Records of what the wind carries: wind by height, where drifters will be, where they rose, when to close an airport.

All of it is told to people, who decide. Specification: spec/records.md; pages: docs/drifters.md, docs/closures.md.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

from pydantic import Field, model_validator

from sargas.model.record_base import Latitude, Longitude, Record, Ring, Value
from sargas.model.warning_records import WarningText

MOST_LEVELS = 200


class WindLevel(Value):
    """The wind at one height: where it blows to, and one sigma of each component's error."""

    altitude_m: float = Field(
        ge=-500, le=40_000, description="Above the ellipsoid; from a pressure by the ICAO standard"
    )
    east_mps: float = Field(ge=-150, le=150, description="Towards east")
    north_mps: float = Field(ge=-150, le=150, description="Towards north")
    sigma_mps: float = Field(default=2.5, gt=0, le=50, description="One sigma of the error of either component")


class WindTable(Record):
    """The wind by height at one time, in one place or for the whole region: a forecast's or a sounding's column."""

    kind: Literal["wind_table"] = Field(default="wind_table", description="Says which record this is")
    table_id: str = Field(min_length=1, description="Identity of the table through its revisions")
    state: Literal["active", "withdrawn"] = Field(default="active", description="Whether it still counts")
    source: str = Field(min_length=1, description="Model run or sounding it is from, for people")
    valid_ns: int = Field(ge=0, description="UTC ns at which the wind blows so")
    latitude_deg: Latitude | None = Field(default=None, description="WGS84; none: for the whole region")
    longitude_deg: Longitude | None = Field(default=None, description="WGS84; none: for the whole region")
    levels: tuple[WindLevel, ...] = Field(min_length=1, max_length=MOST_LEVELS, description="Heights rising")
    entered_by: str = Field(default="", description="Account that entered it; empty: from the configuration")

    @model_validator(mode="after")
    def _is_whole(self) -> WindTable:
        heights = [level.altitude_m for level in self.levels]
        if any(low >= high for low, high in pairwise(heights)):
            raise ValueError(f"wind table {self.table_id}: expected heights that rise, was {heights}")
        if (self.latitude_deg is None) != (self.longitude_deg is None):
            raise ValueError(f"wind table {self.table_id}: expected both latitude_deg and longitude_deg or neither")
        return self


class DriftPlace(Value):
    """Where a drifter will be at one horizon: the middle of its ensemble and the region that holds 90 % of it."""

    ahead_s: float = Field(ge=0, description="From the record's time")
    latitude_deg: Latitude = Field(description="Of the ensemble's middle, WGS84")
    longitude_deg: Longitude = Field(description="Of the ensemble's middle, WGS84")
    altitude_low_m: float = Field(description="5 % of those in the air are below; above the ellipsoid")
    altitude_high_m: float = Field(description="5 % of those in the air are above")
    aloft: float = Field(ge=0, le=1, description="Share that is still in the air")
    region_90: Ring = Field(description="Ring of lon, lat that holds the place with 90 %")
    area_km2: float = Field(ge=0, description="Of the region")


class DriftEntry(Value):
    """The chance that a drifter enters a zone within the hour, and when."""

    zone_id: str = Field(description="Zone it is about")
    probability: float = Field(ge=0, le=1, description="Of entry within 60 minutes, the object taken to exist")
    earliest_ns: int = Field(description="5 % of the entries have happened by then")
    median_ns: int = Field(description="Half of them")
    latest_ns: int = Field(description="95 %")


class DriftForecast(Record):
    """Where the wind will carry one track: replaced by the next of its track."""

    kind: Literal["drift_forecast"] = Field(default="drift_forecast", description="Says which record this is")
    track_id: int = Field(ge=0, description="System track it is about")
    state: Literal["current", "ended"] = Field(default="current", description="ended: the track is gone or no drifter")
    drifts: float = Field(ge=0, le=1, description="Probability that the wind carries it")
    rising: float = Field(ge=0, le=1, description="Probability that it rises now")
    floating: float = Field(ge=0, le=1, description="That it keeps its height")
    falling: float = Field(ge=0, le=1, description="That it comes down")
    wind: str = Field(description="What the wind was taken from, in words")
    places: tuple[DriftPlace, ...] = Field(default=(), description="By horizon, rising")
    entries: tuple[DriftEntry, ...] = Field(default=(), description="Zones that it may enter, the likeliest first")


class LaunchEstimate(Record):
    """Where and when balloons were let go, by drifting them back from where they were first seen."""

    kind: Literal["launch_estimate"] = Field(default="launch_estimate", description="Says which record this is")
    launch_id: str = Field(min_length=1, description="Identity of the site of the night through its revisions")
    state: Literal["estimated", "revised", "ended"] = Field(
        description="revised: more balloons, or other winds, tell more; ended: its balloons are of other sites now"
    )
    track_ids: tuple[int, ...] = Field(min_length=1, description="Balloons held to come from there, by number")
    latitude_deg: Latitude = Field(description="Middle, WGS84")
    longitude_deg: Longitude = Field(description="Middle, WGS84")
    region_50: Ring = Field(description="Ring of lon, lat that holds the site with 50 %")
    region_90: Ring = Field(description="The same with 90 %")
    earliest_ns: int = Field(description="First balloon let go: 5 %")
    latest_ns: int = Field(description="Last balloon let go: 95 %")
    reasons: tuple[str, ...] = Field(default=(), description="What it rests on, in words")


class ClosureRule(Value):
    """What closing an airport costs and asks for; see docs/closures.md for how the figures become thresholds."""

    closure_cost_per_hour: float = Field(default=12_500.0, gt=0, description="Of an hour closed, any currency")
    closure_hours: float = Field(default=1.0, gt=0, description="Hours that one closure is reckoned with")
    event_cost: float = Field(default=625_000.0, gt=0, description="Of one entry into the volume while open")
    open_share: float = Field(default=0.5, gt=0, lt=1, description="Reopen below this share of the closing probability")
    hold_s: float = Field(default=120.0, ge=0, description="So long must it have been below before reopening")
    clearing_s: float = Field(default=600.0, ge=0, le=3600, description="To clear runway and approach: the lead time")
    reopen_ahead_s: float = Field(default=600.0, ge=0, le=3600, description="So far ahead it must be below to reopen")
    buffer_m: float = Field(default=1500.0, ge=0, le=50_000, description="Added to the volume sideways")
    buffer_vertical_m: float = Field(default=300.0, ge=0, le=5000, description="Added above and below")

    @property
    def close_probability(self) -> float:
        """Return C_closure / C_event: from this probability on an entry costs more than the closure."""
        return min(0.5, self.closure_cost_per_hour * self.closure_hours / self.event_cost)

    @property
    def open_probability(self) -> float:
        """Return what the probability must stay below to reopen."""
        return self.close_probability * self.open_share


class ClosureAdvice(Record):
    """Advice on one airport: close from when to when, and what would reopen it. A person decides."""

    kind: Literal["closure_advice"] = Field(default="closure_advice", description="Says which record this is")
    advice_id: str = Field(min_length=1, description="Identity of the closure through its changes")
    state: Literal["expected", "close", "closed", "reopen", "called_off"] = Field(
        description="expected: later than the lead time; close: clear now; closed: as advised; reopen: all clear"
    )
    zone_id: str = Field(description="Airport's zone")
    zone_name: str = Field(description="Its name, for people")
    from_ns: int = Field(ge=0, description="Close from, UTC ns")
    until_ns: int | None = Field(default=None, ge=0, description="Expected to reopen; none: not within the look-ahead")
    probability: float = Field(ge=0, le=1, description="Highest of any balloon in the volume, over the look-ahead")
    probability_now: float = Field(ge=0, le=1, description="Of any balloon in the volume now")
    close_probability: float = Field(ge=0, le=1, description="Threshold: cost of closing over cost of an entry")
    open_probability: float = Field(ge=0, le=1, description="Threshold of reopening")
    entry_ns: tuple[int, int] | None = Field(default=None, description="First entry: 5 % and 95 %; none: no entry left")
    exit_ns: tuple[int, int] | None = Field(default=None, description="Last exit: 5 % and 95 %")
    track_ids: tuple[int, ...] = Field(default=(), description="Balloons behind it, the weightiest first")
    existence: float = Field(ge=0, le=1, description="Probability that any of these plots is a balloon at all")
    texts: tuple[WarningText, ...] = Field(default=(), description="The advice in words, one a language")
    is_exercise: bool = Field(default=False, description="Exercise or simulated data is behind it")
