"""What a question to the past is narrowed by: time, area, zone, class, label; all of it bound, nothing pasted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from fastapi import Depends, HTTPException, Query

from sargas.console.context import Console
from sargas.console.sessions import HasConsole, LoggedIn
from sargas.console.sight import sight_of
from sargas.model.label import Classification, Label
from sargas.model.records import Zone
from sargas.model.tracks import CLASSES
from sargas.runtime.accounts import Session
from sargas.runtime.history.area import Area
from sargas.runtime.history.questions import NOT_CLASSIFIED

NS_PER_MS, MS_PER_DAY = 1_000_000, 86_400_000
LONGEST_DAYS = 31
NUMBER = r"-?[0-9]{1,3}(\.[0-9]{1,9})?"
ClassName = Literal[
    "none", "one_way_drone", "small_fixed_wing_drone", "multirotor", "balloon", "bird", "bird_flock", "light_aircraft",
    "glider", "helicopter", "airliner", "fast_jet", "clutter",
]  # fmt: skip
assert get_args(ClassName)[1:] == CLASSES

From = Annotated[float, Query(ge=0, le=8e12, description="From this instant on, epoch ms")]
Until = Annotated[float, Query(ge=0, le=8e12, description="Before this instant, epoch ms")]
Box = Annotated[
    str | None, Query(pattern=rf"^{NUMBER}(,{NUMBER}){{3}}$", description="West, south, east, north, WGS84 degrees")
]
Ring = Annotated[
    str | None,
    Query(
        max_length=8000,
        pattern=rf"^{NUMBER},{NUMBER}(;{NUMBER},{NUMBER}){{2,199}}$",
        description="Corners of an area: lon,lat;lon,lat;..., WGS84 degrees",
    ),
]
ZoneId = Annotated[str | None, Query(max_length=200, description="Inside a zone, by its id")]
OfClass = Annotated[ClassName | None, Query(description="Held for this class at the end; none: for nothing")]
Highest = Annotated[
    Literal["unclassified", "restricted", "confidential", "secret"] | None,
    Query(description="Under labels of exactly this classification"),
]
Originator = Annotated[str | None, Query(max_length=100, description="Under labels of this originator")]


@dataclass(frozen=True, slots=True)
class Span:
    """A time, UTC ns: start <= t < end."""

    start_ns: int
    end_ns: int


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What every question to the past is narrowed to."""

    span: Span
    may_see: Callable[[Label], bool]
    """Labels asked for that the account may see."""
    area: Area | None
    zone_id: str | None
    """Set where the area is that of a zone."""


def narrow(
    console: HasConsole,
    session: LoggedIn,
    from_ms: From,
    until_ms: Until,
    box: Box = None,
    ring: Ring = None,
    zone: ZoneId = None,
    classification: Highest = None,
    originator: Originator = None,
) -> Narrowing:
    """Read what a question is narrowed to. Raises HTTPException 404 for no such zone, 422 for no time or area."""
    may_see = labels_of(console, session, classification, originator)
    return Narrowing(span_of(from_ms, until_ms), may_see, area_of(console, box, ring, zone), zone)


Narrowed = Annotated[Narrowing, Depends(narrow)]


def span_of(from_ms: float, until_ms: float, days: float = LONGEST_DAYS) -> Span:
    """Return the time asked for. Raises HTTPException 422 for one that is none, or longer than so many days."""
    if not 0 < until_ms - from_ms <= days * MS_PER_DAY:
        hours = (until_ms - from_ms) / 3_600_000
        raise HTTPException(422, f"expected a time of more than 0 up to {days * 24:g} h, was {hours:.6g} h")
    return Span(round(from_ms * NS_PER_MS), round(until_ms * NS_PER_MS))


def labels_of(
    console: Console, session: Session, classification: str | None, originator: str | None
) -> Callable[[Label], bool]:
    """Return which labels are asked for and may be seen by the session's account."""
    sight = sight_of(session.account, console.settings.nation)
    level = None if classification is None else Classification[classification.upper()]

    def may_see(label: Label) -> bool:
        if level is not None and label.classification != level:
            return False
        return originator in (None, label.originator) and sight.may_see(label)

    return may_see


def area_of(console: Console, box: str | None, ring: str | None, zone: str | None) -> Area | None:
    """Return the area asked for; none: everywhere. Raises HTTPException 404 for no such zone, 422 for no area."""
    if sum(one is not None for one in (box, ring, zone)) > 1:
        raise HTTPException(422, "expected one of box, ring and zone, was more than one")
    try:
        if box is not None:
            west, south, east, north = map(float, box.split(","))
            return Area((west, south, east, north))
        if ring is not None:
            corners = [corner.split(",") for corner in ring.split(";")]
            return Area.of_ring(tuple((float(lon), float(lat)) for lon, lat in corners))
        return None if zone is None else area_of_zone(find_zone(console, zone))
    except ValueError as fault:
        raise HTTPException(422, str(fault)) from None


def find_zone(console: Console, zone_id: str) -> Zone:
    """Find a zone in force that may be seen. Raises HTTPException 404."""
    configuration = console.picture.configuration()
    zones = () if configuration is None else configuration.zones
    found = next((one for one in zones if one.id == zone_id), None)
    if found is None:
        raise HTTPException(404, f"expected a zone, was {zone_id!r}")
    return found


def area_of_zone(zone: Zone) -> Area:
    """Return the outline of a zone, heights and holes left out."""
    if zone.centre is not None and zone.radius_m is not None:
        return Area.of_circle(zone.centre, zone.radius_m)
    return Area.of_ring(zone.polygon)


def class_index_of(name: ClassName | None) -> int | None:
    """Return the number of a class; none: any."""
    if name is None:
        return None
    return NOT_CLASSIFIED if name == "none" else CLASSES.index(name)
