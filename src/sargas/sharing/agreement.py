"""What was agreed with one nation: kinds, region, link, shared sensors, how exact. File: docs/policy.md, Agreement."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationError, model_validator

from sargas.model.label import Classification, Nation
from sargas.model.record_base import Ring, Value
from sargas.sharing.policy.words import Kind, Recipient

Clearance = Literal["unclassified", "restricted", "confidential", "secret"]
ReleasedName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,32}$")]
SLOW_BUCKETS = ((16_000, 4), (64_000, 8), (256_000, 16))
"""Links up to so many bits per second, and into how many buckets their tracks are dealt: each message has its cost."""
FAST_BUCKETS = 32


class SharedSensor(Value):
    """A sensor whose plots the partner gets, not only tracks."""

    sensor_id: str = Field(min_length=1, description="Our sensor")
    name: ReleasedName = Field(description="Name it is released under")
    per_second: float = Field(default=50.0, gt=0, le=5_000, description="Plots a second at most, evenly thinned")
    region: Ring = Field(default=(), description="Ring of lon, lat: only plots inside; none: everywhere")

    @model_validator(mode="after")
    def _region_is_a_ring(self) -> SharedSensor:
        _check_ring(self.region)
        return self


class Agreement(Value):
    """What one nation gets at most; the rules say what of it goes. Without a kind named here nothing of it goes."""

    nation: Nation = Field(description="Whom it is with")
    kinds: tuple[Kind, ...] = Field(default=(), description="What was agreed; empty: nothing")
    clearance: Clearance = Field(default="unclassified", description="Highest classification it may have")
    groups: tuple[str, ...] = Field(default=(), description="Groups that rules name: NATO, neighbours ...")
    caveats: tuple[str, ...] = Field(default=(), description="Handling marks it keeps to; others never go")
    exercise: bool = Field(default=False, description="It is with us in an exercise: exercise data only, both ways")
    region: Ring = Field(default=(), description="Ring of lon, lat: only what is inside; none: everywhere")
    link_bps: int = Field(default=1_000_000, ge=1_200, description="Bits per second of the link")
    state_period_s: float = Field(default=1.0, gt=0, le=60, description="Least time between two states of a track")
    accuracy_floor_m: float = Field(
        default=0.0, ge=0, description="Position errors are never told below this, one sigma"
    )
    position_grid_m: float = Field(default=0.0, ge=0, le=50_000, description="Positions are rounded to it; 0: not")
    sensors: tuple[SharedSensor, ...] = Field(default=(), description="Sensors whose plots it gets")

    @model_validator(mode="after")
    def _is_whole(self) -> Agreement:
        _check_ring(self.region)
        names = [sensor.name for sensor in self.sensors]
        if len(set(names)) != len(names):
            raise ValueError(f"expected different names of shared sensors, was {names}")
        return self

    @property
    def buckets(self) -> int:
        """Return into how many buckets tracks are dealt: few on a slow link, where each message has its cost."""
        return next((buckets for bps, buckets in SLOW_BUCKETS if self.link_bps <= bps), FAST_BUCKETS)

    def to_recipient(self) -> Recipient:
        """Return the nation as rules see it."""
        return Recipient(
            nation=self.nation,
            clearance=Classification[self.clearance.upper()],
            groups=self.groups,
            caveats=self.caveats,
            exercise=self.exercise,
        )


def read_agreement(text: str, name: str = "agreement") -> Agreement:
    """Read an agreement file (JSON). Raises ValueError that names the file, the field and what is wrong with it."""
    try:
        return Agreement.model_validate_json(text)
    except ValidationError as error:
        first, more = error.errors()[0], error.error_count() - 1
        place = ".".join(map(str, first["loc"])) or "file"
        rest = f" (and {more} more)" if more else ""
        raise ValueError(f"{name}: {place}: {first['msg']}{rest}: fields in docs/policy.md") from None


def _check_ring(ring: Ring) -> None:
    if ring and len(ring) < 3:
        raise ValueError(f"expected a region of 3 or more corners lon, lat or none, was {len(ring)}")
