"""What every record and every small value is made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from sargas.model.label import Label

Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Ring = tuple[tuple[Longitude, Latitude], ...]
"""Points lon, lat of a ring; closed by itself."""


class Value(BaseModel):
    """Base of everything small: frozen, closed to misspelt fields and to numbers that JSON cannot write."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Record(Value):
    """Base of every record: what it is, when, from whom, and who may have it."""

    id: str = Field(description="Identity of this message; equal ids are the same message")
    time_ns: int = Field(ge=0, description="UTC ns at which it holds")
    origin: str = Field(description="Node, source or person that made it")
    label: Label = Field(description="Who may receive it")


def check_volume(
    owner: str,
    polygon: Ring,
    centre: tuple[float, float] | None,
    radius_m: float | None,
    floor_m: float,
    ceiling_m: float,
) -> None:
    """Raise ValueError unless a volume is one polygon or one cylinder, and has its ceiling above its floor."""
    cylinder = centre is not None and radius_m is not None
    if cylinder == bool(polygon) or (polygon and len(polygon) < 3):
        raise ValueError(f"{owner}: expected a polygon of 3 or more points, or centre and radius_m")
    if ceiling_m <= floor_m:
        raise ValueError(f"{owner}: expected ceiling_m above floor_m, was {ceiling_m} <= {floor_m}")
