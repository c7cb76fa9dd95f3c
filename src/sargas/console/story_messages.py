"""What the console says of what became of a track."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sargas.model.lost_records import LostCause
from sargas.model.record_base import Value


class StoryShare(Value):
    """What may have become of a lost track, and how probable that is."""

    name: LostCause = Field(description="What may be")
    probability: float = Field(ge=0, le=1, description="That it is so")


class StoryLine(Value):
    """One thing that happened to a track or was said of it."""

    time_ns: int = Field(description="UTC ns")
    what: Literal["sensor", "class", "status", "alert", "warning", "claim", "decision", "event", "lost"] = Field(
        description="What it is about"
    )
    state: str = Field(
        description="What it became: a class, a status, a state of the alert or warning, an action, what is known of "
        "its loss"
    )
    who: str = Field(default="", description="Sensor, system or person; empty: the node itself")
    subject: str = Field(
        default="", description="What it was about besides the track: a zone, a question, a message, a track"
    )
    value: str = Field(default="", description="The answer of a claim, the tier of an alert; else empty")
    probability: float | None = Field(default=None, description="That it is so; none: not said")
    reasons: tuple[str, ...] = Field(default=(), description="Why, in words, the strongest first, at most three")
    reasons_lt: tuple[str, ...] = Field(default=(), description="The same in Lithuanian, where the node says it so")
    shares: tuple[StoryShare, ...] = Field(
        default=(), description="Of a lost track: what may have become of it, the likeliest first"
    )


class SensorSpanView(Value):
    """How long a sensor contributed to a track."""

    sensor: str = Field(description="Its id")
    first_ns: int = Field(description="UTC ns of the first state it contributed to")
    last_ns: int = Field(description="UTC ns of the last one")
    states: int = Field(description="How many states of the track it contributed to")


class StoryView(Value):
    """What became of a track."""

    track_id: int = Field(description="System track number")
    lines: tuple[StoryLine, ...] = Field(description="What happened, the first first")
    left_out: int = Field(description="Earlier lines that were too many to be sent")
    sensors: tuple[SensorSpanView, ...] = Field(description="Who saw it, the first first; empty: no history is kept")


class TrackReport(Value):
    """A drafted report of a track, for a person to read, change and sign."""

    track_id: int = Field(description="System track number")
    language: Literal["en", "lt"] = Field(description="Language of its headings")
    text: str = Field(description="The draft, plain text")
