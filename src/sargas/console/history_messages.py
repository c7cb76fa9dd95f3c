"""What the console says of tracks and records of the past. Specification: docs/console.md."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sargas.model.label import Label
from sargas.model.record_base import Value

HistoryKind = Literal["alert", "warning", "report", "sighting", "interference", "closure", "lost"]


class HistoryTrack(Value):
    """One track of the time asked for, as far as its rows may be seen."""

    track_id: int = Field(description="Number of the track")
    first_ns: int = Field(description="UTC ns of its first state in that time")
    last_ns: int = Field(description="UTC ns of its last")
    states: int = Field(description="How many states are on record")
    latitude_deg: float = Field(description="Of its last state there, WGS84")
    longitude_deg: float = Field(description="Of its last state there")
    lowest_m: float | None = Field(description="Above the ellipsoid; none: unknown")
    highest_m: float | None = Field(description="Above the ellipsoid; none: unknown")
    fastest_mps: float = Field(description="Over ground")
    callsign: str | None = Field(description="As broadcast")
    icao_address: str | None = Field(description="Six hexadecimal digits")
    class_name: str | None = Field(description="What it was held for at the end; none: for nothing")
    probability: float | None = Field(description="Of that class")
    tier: Literal["advisory", "critical"] | None = Field(description="Worst alert about it in that time; none: none")
    danger: float | None = Field(description="Highest danger that an alert about it gave")
    label: Label = Field(description="The strictest of its rows")


class HistoryTracks(Value):
    """A page of tracks."""

    total: int = Field(description="How many there are in all; 0 beyond the last page")
    offset: int = Field(description="How many come before the first one here")
    rows: tuple[HistoryTrack, ...] = Field(description="In the order asked for")
    previous: str | None = Field(description="Asks for the page before it, as `before`; none: this is the first")
    next: str | None = Field(description="Asks for the page after it, as `after`; none: this is the last")


class ClassSeries(Value):
    """How probable one class was over time."""

    class_name: str = Field(description="One of those of spec/tracks.md")
    probability: tuple[float | None, ...] = Field(description="As long as the times; none: not classified")


class DangerPoint(Value):
    """What an alert said of a track at one moment."""

    time_ms: float = Field(description="Epoch ms")
    danger: float | None = Field(description="Chance that it is dangerous; none: not estimated")
    tier: Literal["advisory", "critical"] = Field(description="Of the alert")
    state: str = Field(description="Of the alert then")


class TrackSeries(Value):
    """How one track flew, as columns of one length."""

    track_id: int = Field(description="Number of the track")
    time_ms: tuple[float, ...] = Field(description="Epoch ms, rising")
    latitude_deg: tuple[float, ...] = Field(description="WGS84")
    longitude_deg: tuple[float, ...] = Field(description="WGS84")
    altitude_m: tuple[float | None, ...] = Field(description="Above the ellipsoid; none: unknown")
    speed_mps: tuple[float, ...] = Field(description="Over ground")
    climb_mps: tuple[float | None, ...] = Field(description="Positive up; none: unknown")
    existence: tuple[float | None, ...] = Field(description="Probability that the object exists; none: not estimated")
    classes: tuple[ClassSeries, ...] = Field(description="Classes that ever had a tenth, the likeliest first")
    danger: tuple[DangerPoint, ...] = Field(description="What its alerts said, the first first")
    label: Label | None = Field(description="The strictest of its rows; none: there are none")


class HistoryCount(Value):
    """How many tracks were held for one class in one step of time."""

    from_ns: int = Field(description="UTC ns where the step begins")
    class_name: str | None = Field(description="None: held for nothing")
    tracks: int = Field(description="Tracks")


class HistoryCounts(Value):
    """Tracks by class in equal steps of time."""

    step_s: int = Field(description="Length of a step")
    counts: tuple[HistoryCount, ...] = Field(description="By time, then class; steps without tracks are left out")


class HistoryRecord(Value):
    """One alert, warning, report, sighting, disturbance, closure or lost track of the past, in its newest state."""

    what: HistoryKind = Field(description="Kind of record")
    record_id: str = Field(description="What it is known by")
    time_ns: int = Field(description="UTC ns of its newest state")
    began_ns: int = Field(description="UTC ns of its beginning")
    state: str = Field(description="Its newest state")
    level: str = Field(description="Tier, level, cause or what most likely became of it")
    text: str = Field(description="Zone, areas, words or reason")
    text_lt: str = Field(description="The same in Lithuanian where the node says it so; empty: as text")
    track_ids: tuple[int, ...] = Field(description="Tracks it is about")
    latitude_deg: float | None = Field(description="Where; none: at no single place")
    longitude_deg: float | None = Field(description="Where")
    label: Label = Field(description="Who may receive it")


class HistoryRecords(Value):
    """A page of records."""

    rows: tuple[HistoryRecord, ...] = Field(description="Those that fit, in the order asked for")
    previous: str | None = Field(description="Asks for the page before it, as `before`; none: this is the first")
    next: str | None = Field(description="Asks for the page after it, as `after`; none: this is the last")
