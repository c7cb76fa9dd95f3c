"""Who could respond: own units as persons enter them. Nothing here commands anything; a unit is told by people."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sargas.model.record_base import Latitude, Longitude, Record

UnitRole = Literal["patrol", "mobile_team", "helicopter", "quick_reaction", "rescue", "observer"]
UnitState = Literal["ready", "busy", "unavailable", "removed"]


class Unit(Record):
    """A unit that could respond, where it was last told to be; a later record of one unit_id replaces it."""

    kind: Literal["unit"] = Field(default="unit", description="Says which record this is")
    unit_id: str = Field(min_length=1, max_length=100, description="Identity of the unit through its revisions")
    name: str = Field(min_length=1, max_length=200, description="Name for people")
    role: UnitRole = Field(
        description="patrol: on the road; mobile_team: with means against drones; quick_reaction: fighters on alert"
    )
    state: UnitState = Field(default="ready", description="Whether it can be asked; removed: it is no more")
    latitude_deg: Latitude = Field(description="Where it was, WGS84")
    longitude_deg: Longitude = Field(description="Where it was, WGS84")
    position_ns: int = Field(ge=0, le=2**63 - 1, description="UTC ns at which it was there")
    ready_in_s: int | None = Field(
        default=None, ge=0, le=86_400, description="Seconds from an order to moving; none: not said"
    )
    contact: str = Field(default="", max_length=200, description="Radio call sign or telephone, for people")
    entered_by: str = Field(default="", description="Account that entered it last")
