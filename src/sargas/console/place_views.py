"""The towns of the region, for whoever looks for a place by its name."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field

from sargas.assessment.warnings.areas import places
from sargas.console.sessions import LoggedIn
from sargas.model.label import Nation
from sargas.model.record_base import Latitude, Longitude
from sargas.model.records import Value

router = APIRouter(prefix="/api")


class PlaceView(Value):
    """A town."""

    name: str = Field(description="As its people write it")
    nation: Nation = Field(description="Where it lies")
    latitude_deg: Latitude = Field(description="WGS84")
    longitude_deg: Longitude = Field(description="WGS84")
    population: int = Field(ge=0, description="People who live there")


@router.get("/places")
def list_places(session: LoggedIn) -> list[PlaceView]:
    """List the towns of the region from 5,000 people on, larger ones first. Source: GeoNames (CC BY 4.0)."""
    return [
        PlaceView(
            name=place.name,
            nation=place.nation,
            latitude_deg=place.latitude_deg,
            longitude_deg=place.longitude_deg,
            population=place.population,
        )
        for place in sorted(places(), key=lambda place: (-place.population, place.name, place.nation))
    ]
