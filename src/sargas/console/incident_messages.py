"""What the console says of incidents: where something happened, when, and whether it goes on."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sargas.model.record_base import Latitude, Longitude, Value

IncidentKind = Literal["sighting", "lost", "crash", "warning", "finding"]


class IncidentView(Value):
    """One incident on the map; made of what is on record, never a record itself."""

    incident_id: str = Field(
        description="Its record: sighting/…, lost/…, warning/… or finding/… and the identity there"
    )
    incident: IncidentKind = Field(
        description="sighting: people noticed it; lost: a track was lost; crash: it most likely came down; "
        "warning: people were or are to be warned; finding: navigation was disturbed"
    )
    state: Literal["open", "closed"] = Field(description="Whether it goes on")
    detail: str = Field(description="Word of its record: what was seen, level of the warning, cause; may be empty")
    opened_ns: int = Field(description="UTC ns at which it began, as well as it is known")
    changed_ns: int = Field(description="UTC ns of the newest word on it; of a closed one that which closed it")
    latitude_deg: Latitude = Field(description="Where, WGS84")
    longitude_deg: Longitude = Field(description="Where, WGS84")
    track_ids: tuple[int, ...] = Field(description="Tracks it is about, the likeliest first; may be empty")
    reasons: tuple[str, ...] = Field(description="Why, in words")
    reasons_lt: tuple[str, ...] = Field(description="The same in Lithuanian, where the node says it so")
