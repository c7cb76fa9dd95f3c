"""What a client and its stream say to each other about its own playback. Specification: docs/console.md."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from sargas.model.records import Value


class PlaybackSection(Value):
    """Where a client's own playback stands; sent with everything it is given, and each second."""

    type: Literal["playback"] = Field(default="playback", description="Says which section this is")
    active: bool = Field(description="False: the picture is live again, or what was recorded cannot be shown")
    time_ms: float = Field(default=0.0, description="Epoch ms of the instant that is shown")
    speed: float = Field(default=1.0, description="Seconds of the record a second")
    paused: bool = Field(default=True, description="The instant stays")
    loop_from_ms: float | None = Field(default=None, description="Where a loop begins, epoch ms; none: no loop")
    loop_until_ms: float | None = Field(default=None, description="Where it ends")
    gap_from_ms: float | None = Field(
        default=None, description="Nothing was recorded from here, epoch ms; 0: nor ever before; none: it was"
    )
    gap_until_ms: float | None = Field(default=None, description="Until here; 0: nor at any time later")
    fault: str = Field(default="", description="Which file is damaged, or why there is no playback")
    new_alerts: int = Field(default=0, description="Alerts that stand live and were not there when the playback began")
    new_critical: int = Field(default=0, description="Critical ones among them")


class TrailStep(Value):
    """Places of tracks at one moment, as columns."""

    time_ms: float = Field(description="Valid time, epoch ms")
    track_id: tuple[int, ...] = Field(description="Tracks; the other columns are as long")
    longitude_deg: tuple[float, ...] = Field(description="WGS84")
    latitude_deg: tuple[float, ...] = Field(description="WGS84")


class TrailsSection(Value):
    """Where the tracks of a playback's instant were before it: for trails, sent after the frame of the instant."""

    type: Literal["trails"] = Field(default="trails", description="Says which section this is")
    steps: tuple[TrailStep, ...] = Field(description="Six seconds apart, oldest first")


class PlaybackRequest(Value):
    """What a client asks for over the stream: its own playback, as it shall be from now on."""

    type: Literal["playback"] = Field(description="Says which request this is")
    time_ms: float | None = Field(
        default=None, ge=0, le=9e12, description="Go to this epoch ms; none: stay, or begin now"
    )
    speed: float = Field(default=1.0, ge=0.1, le=64.0, description="Seconds of the record a second")
    paused: bool = Field(default=False, description="Let the instant stay")
    trails: bool = Field(default=False, description="With time_ms: say where the tracks were before, too")
    loop_from_ms: float | None = Field(default=None, ge=0, le=9e12, description="Begin of a loop, epoch ms")
    loop_until_ms: float | None = Field(default=None, ge=0, le=9e12, description="End of it")


class LiveRequest(Value):
    """What a client asks for over the stream: the live picture again."""

    type: Literal["live"] = Field(description="Says which request this is")


class TimelineGap(Value):
    """A time of which nothing can be shown."""

    from_ms: float = Field(description="From here, epoch ms")
    until_ms: float = Field(description="Until here")
    fault: str = Field(description="Which file is damaged; empty: nothing was recorded")


class TimelineMark(Value):
    """Something that happened: a place to go to."""

    time_ms: float = Field(description="When, epoch ms")
    kind: Literal["alert", "warning", "source"] = Field(description="An alert raised, a warning drafted, a source lost")
    level: str = Field(description="Tier of the alert, level of the warning, state of the source")
    text: str = Field(description="Zone, areas, or source")
    track_id: int | None = Field(default=None, description="Track it is about; none: no single one")


class TimelineView(Value):
    """What can be shown again of a time, and what happened in it."""

    first_ms: float | None = Field(default=None, description="Where the record begins, epoch ms; none: there is none")
    last_ms: float | None = Field(default=None, description="Where it ends for now")
    gaps: tuple[TimelineGap, ...] = Field(default=(), description="In it, oldest first")
    marks: tuple[TimelineMark, ...] = Field(default=(), description="Oldest first; of more than 2,000 the newest")


StreamRequest: TypeAlias = Annotated[PlaybackRequest | LiveRequest, Field(discriminator="type")]
STREAM_REQUEST: TypeAdapter[PlaybackRequest | LiveRequest] = TypeAdapter(StreamRequest)
"""What a client may ask of its stream beside a snapshot."""
