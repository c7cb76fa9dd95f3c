"""What persons and the console say of units that could respond."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sargas.model.label import Label
from sargas.model.record_base import Latitude, Longitude, Value
from sargas.model.unit_records import UnitRole


class UnitDraft(Value):
    """A unit as a person enters it; who entered it, and when, is added."""

    unit_id: str = Field(min_length=1, max_length=100, description="Identity of the unit")
    name: str = Field(min_length=1, max_length=200, description="Name for people")
    role: UnitRole = Field(description="What it is, see Unit")
    state: Literal["ready", "busy", "unavailable"] = Field(default="ready", description="Whether it can be asked")
    latitude_deg: Latitude = Field(description="Where it is, WGS84")
    longitude_deg: Longitude = Field(description="Where it is, WGS84")
    position_ns: int | None = Field(
        default=None, ge=0, le=2**63 - 1, description="UTC ns at which it was there; none: now"
    )
    ready_in_s: int | None = Field(
        default=None, ge=0, le=86_400, description="Seconds from an order to moving; none: not said"
    )
    contact: str = Field(default="", max_length=200, description="Radio call sign or telephone, for people")
    label: Label | None = Field(default=None, description="Who may see it; none: whom the node's own label allows")


class EnteredUnit(Value):
    """A unit is journaled and will be shown."""

    unit_id: str = Field(description="Identity of the unit")
    record_id: str = Field(description="Id of the journaled record")
