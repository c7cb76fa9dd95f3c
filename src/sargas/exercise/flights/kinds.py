"""The figures of the simulated flights, read once from the data file."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from sargas.model.tracks import CLASSES

Pair = tuple[float, float]


class Figures(BaseModel):
    """Base of every table row: frozen, and closed to misspelt names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Mode(Figures):
    """One way a winged kind flies for a while."""

    weight: float
    seconds: Pair
    bank_deg: Pair
    angle_deg: Pair | None = Field(default=None, description="A turn that ends after so much")
    speed: Pair = Field(description="Factors on the cruise speed")
    climb: Pair


class Phases(Figures):
    """Shares of what a rotary kind does next."""

    hover: float
    dash: float
    vertical: float
    orbit: float
    home: float


class Kind(Figures):
    """How one kind moves; what its motion does not use is left out."""

    kind: str
    flight_class: str = Field(alias="class")
    motion: Literal["winged", "rotary", "drifting", "echo"]
    share: float = Field(description="Of the flights of its class")
    rcs_dbsm: Pair = Field(description="Mean radar cross-section of one object")
    spread_mps: Pair = Field(description="Sigma of the radial speed within the echo, evenly in its logarithm")
    height_m: Pair = Field(description="Above the ground")
    low_share: float = Field(default=0.0, description="Share of flights in the lowest fifth of the heights")
    cruise_mps: Pair = (0.0, 0.0)
    accel_mps2: float | Pair = 1.0
    roll_s: float = 1.0
    pitch_s: float = 1.0
    heading_noise_deg_s: float = 0.0
    speed_noise_mps: float = 0.0
    climb_noise_mps: float = 0.0
    gust_share: float = 1.0
    holds_track: bool = False
    home_m: Pair | None = None
    wander_m: Pair | None = Field(default=None, description="How far the centre of the echo strays within a flock")
    mode: tuple[Mode, ...] = ()
    climb_mps: float | Pair = 0.0
    fall_mps: Pair = (0.0, 0.0)
    fall_share: float = 0.0
    float_share: float = 0.0
    radius_m: float = 0.0
    ground_share: float = 0.0
    phase: Phases | None = None
    speed_mps: Pair = (0.0, 0.0)
    jitter_m: Pair = (0.0, 0.0)
    climb_jitter_m: Pair = (0.0, 0.0)
    slow_s: Pair = (1.0, 1.0)
    hop_share: float = 0.0


def _read() -> tuple[Kind, ...]:
    text = resources.files("sargas.exercise").joinpath("figures", "flights.toml").read_text(encoding="utf-8")
    return tuple(Kind.model_validate(row) for row in tomllib.loads(text)["kind"])


KINDS = _read()


STRAINS = tuple(dict.fromkeys((kind.flight_class, kind.rcs_dbsm, kind.spread_mps) for kind in KINDS))
"""Kinds of a class that echo alike: between strains, motion and echo hang together, within one they do not."""
STRAIN_CLASS = tuple(CLASSES.index(flight_class) for flight_class, _, _ in STRAINS)
"""Class of each strain."""


def strain_of(kind: Kind) -> int:
    """Return the number of the strain of a kind as it is in the data file."""
    return STRAINS.index((kind.flight_class, kind.rcs_dbsm, kind.spread_mps))


def kinds_of(flight_class: str) -> tuple[Kind, ...]:
    """Return the kinds of a class. Raises ValueError for a class that has none."""
    found = tuple(kind for kind in KINDS if kind.flight_class == flight_class)
    if not found:
        raise ValueError(f"expected one of the classes {', '.join(CLASSES)}, was {flight_class!r}")
    return found
