"""The figures of the simulated night, read once from the data files: kinds, sensor sites, places, borders."""

from __future__ import annotations

import json
import tomllib
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from sargas.model.label import Nation
from sargas.model.record_base import Latitude, Longitude

Pair = tuple[float, float]
Place = tuple[Longitude, Latitude]
Behaviour = Literal["route", "wander", "drift", "intrude"]


class Figures(BaseModel):
    """Base of every table row: frozen, and closed to misspelt names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Kind(Figures):
    """How one kind of object moves, reflects and answers; ranges are drawn from uniformly."""

    kind: str
    behaviour: Behaviour
    share: float = Field(ge=0, le=1, description="Of all objects")
    speed_mps: Pair
    turn_deg_s: float
    climb_mps: float
    height_m: Pair = Field(description="Above the plain")
    rcs_dbsm: Pair = Field(description="Mean radar cross-section of one object")
    spread_mps: float = Field(description="Sigma of the radial speed within the echo")
    extent_m: float = Field(description="Sigma of the echo's place within the object")
    transponder: float = Field(description="Share that answers Mode S")
    adsb: float = Field(description="Share that sends ADS-B")
    emitter_category: int = Field(description="I021/020")


class Model(Figures):
    """What a kind of sensor sees; simulation values."""

    kind: Literal["radar-3d", "radar-2d", "ads-b"]
    max_range_m: float
    min_range_m: float
    reach_m: float | None = Field(default=None, description="Range of Pd 0.9 at 0 dBsm; none: cooperative objects only")
    detection_probability: float = Field(default=0.0, description="Of a cooperative object in coverage")
    scan_period_s: float
    sectors: int = Field(description="Parts of a turn whose plots are sent together")
    sigma_range_m: float = 70.0
    sigma_azimuth_deg: float = 0.1
    sigma_elevation_deg: float = 0.4
    sigma_range_rate_mps: float = 1.0
    sigma_position_m: float = 12.0
    min_range_rate_mps: float = 0.0
    elevation_deg: Pair
    false_plots: float = Field(description="Mean false plots a turn")
    latency_s: float = Field(description="From the end of a sector to the node")


class Site(Figures):
    """Where an invented sensor stands, and what is wrong with it."""

    id: str
    model: str
    nation: Nation
    latitude_deg: Latitude
    longitude_deg: Longitude
    antenna_m: float = Field(description="Above the plain")
    azimuth_bias_deg: float = 0.0
    clock_offset_s: float = Field(default=0.0, description="Its clock minus true time")
    paths: int = Field(default=1, ge=1, description="How often each datagram arrives")


class Corridor(Figures):
    """A way in: over a place at the border, from outside, to one of the goals."""

    border: Place
    from_bearing_deg: float = Field(description="Bearing, seen from the border, of where they come from")
    goals: tuple[Place, ...]
    across: bool = False
    """Goes on over a border between nations; only nights that ask for it have it."""


class Interference(Figures):
    """Where satellite navigation is jammed, from so many seconds into the night on."""

    centre: Place
    radius_m: float
    from_s: float


class ProtectedPlace(Figures):
    """A cylinder worth guarding."""

    id: str
    name: str
    nation: Nation
    centre: Place
    radius_m: float
    ceiling_m: float
    value: float


class Places(Figures):
    """Everything that has a place and is no sensor."""

    origin: Place
    region_radius_m: float
    gates: tuple[Place, ...]
    airports: tuple[Place, ...]
    fields: tuple[Place, ...]
    corridor: tuple[Corridor, ...]
    interference: Interference
    zone: tuple[ProtectedPlace, ...]


class Border(Figures):
    """A nation's land border, simplified; the ring closes by itself."""

    name: str
    ring: tuple[Place, ...]


def _read(name: str) -> str:
    return resources.files("sargas.exercise").joinpath("figures", name).read_text(encoding="utf-8")


_sensors = tomllib.loads(_read("sensors.toml"))

KINDS = tuple(Kind.model_validate(row) for row in json.loads(_read("kinds.json"))["kinds"])
PLAIN_M: float = _sensors["plain_m"]
"""Height above the ellipsoid of the plain that heights of objects and antennas count from."""
MODELS = {name: Model.model_validate(row) for name, row in _sensors["model"].items()}
SITES = tuple(Site.model_validate(row) for row in _sensors["site"])
PLACES = Places.model_validate(tomllib.loads(_read("places.toml")))
BORDERS: dict[Nation, Border] = {
    code: Border.model_validate(row) for code, row in json.loads(_read("borders.json"))["nations"].items()
}
NATIONS: tuple[Nation, ...] = ("LTU", "LVA", "POL")
