"""Into whose area an object flies, and whether our sensors will still see it there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sargas.geo.plane import RegionPlane
from sargas.model.label import Label
from sargas.model.records import Configuration, Partner, Sensor
from sargas.model.tracks import Tracks
from sargas.picture.network_areas import NetworkAreas

BORDER = tuple((20.0 + 0.25 * k, 56.0) for k in range(33))
"""Sides of an area are straight on the plane, parallels are not: a border along one needs many corners."""
SOUTH = (*BORDER, (28.0, 53.0), (20.0, 53.0))
NORTH = (*BORDER, (28.0, 59.0), (20.0, 59.0))
EAST = ((26.0, 55.0), (28.0, 55.0), (28.0, 57.0), (26.0, 57.0))
RADAR = Sensor(id="r", kind="radar-3d", latitude_deg=55.5, longitude_deg=24.0, height_m=20.0, max_range_m=60e3)


def areas(**settings: Any) -> NetworkAreas:
    partners = (
        Partner(nation="LVA", node="a", verify_key="0" * 64, area=NORTH),
        Partner(nation="POL", node="b", verify_key="0" * 64),
        Partner(nation="BLR", node="c", verify_key="0" * 64, area=EAST),
    )
    given = {"area": SOUTH, "partners": partners, "sensors": (RADAR,), **settings}
    configuration = Configuration(
        id="c", time_ns=1, origin="n", label=Label(), node="n", nation="LTU", origin_latitude_deg=56.0,
        origin_longitude_deg=24.0, **given,
    )  # fmt: skip
    return NetworkAreas.of(configuration, RegionPlane(56.0, 24.0))


def track(north_m: float, north_mps: float, *, longitude: float = 24.0, altitude_m: float = 3000.0) -> Tracks:
    one = np.ones(1)
    return Tracks.of(
        time_ns=np.zeros(1, np.int64), track_id=np.ones(1, np.int64), latitude_deg=(56.0 + north_m / 111_400.0) * one,
        longitude_deg=longitude * one, altitude_m=altitude_m * one, velocity_east_mps=0.0 * one,
        velocity_north_mps=north_mps * one, velocity_up_mps=0.0 * one, label=Label(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("north_m", "north_mps", "enters"),
    [
        (-2_000.0, 100.0, True),
        (-4_000.0, 100.0, False),
        (-8_000.0, 100.0, False),
        (2_000.0, 0.0, True),
        (2_000.0, -100.0, False),
        (2_000.0, np.nan, True),
    ],
)
def test_an_object_enters_when_it_is_there_from_half_a_minute_on(
    north_m: float, north_mps: float, enters: bool
) -> None:
    found = areas()
    assert found.nations == ("LVA", "BLR"), "a partner without an area is offered nothing"
    assert found.entering(track(north_m, north_mps)).tolist() == [[enters, False]]


def test_where_both_areas_lie_it_is_ours_and_without_an_own_one_it_is_the_partners() -> None:
    both = track(-50_000.0, 0.0, longitude=27.0)
    assert areas().entering(both).tolist() == [[False, False]]
    assert areas(area=()).entering(both).tolist() == [[False, True]]
    assert areas().is_ours(55.5, 27.0)
    assert not areas(area=()).is_ours(55.5, 27.0)
    assert areas(area=()).is_ours(54.0, 22.0)
    assert not areas().is_ours(57.0, 24.0)
    alone = areas(partners=())
    assert alone.entering(both).shape == (1, 0)


def test_an_object_leaves_by_range_or_below_the_horizon() -> None:
    found = areas()
    assert found.leaving(track(0.0, 0.0)).tolist() == [False]
    assert found.leaving(track(0.0, 200.0)).tolist() == [True], "67 km away in a minute"
    assert found.leaving(track(-15_000.0, 0.0, altitude_m=30.0)).tolist() == [False], "40 km, horizon 41 km"
    assert found.leaving(track(-10_000.0, 0.0, altitude_m=30.0)).tolist() == [True], "45 km away, below it"
    system = Sensor(id="s", kind="system", latitude_deg=56.0, longitude_deg=24.0)
    assert areas(sensors=(system,)).leaving(track(0.0, 900.0)).tolist() == [False], "no sensor of ours has a place"
