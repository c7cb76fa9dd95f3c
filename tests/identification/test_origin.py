"""Origin: where a track was first seen, and whether its course leads back over a border."""

from __future__ import annotations

import numpy as np
import pytest

from sargas.geo.plane import RegionPlane
from sargas.identification.origin import TrackOrigins
from sargas.model.label import Label
from sargas.model.records import Zone
from sargas.model.tracks import Tracks

PLANE = RegionPlane(55.0, 24.0)
COUNTRY = Zone(
    id="ltu", name="Lithuania", kind="border", polygon=((23.0, 54.0), (26.0, 54.0), (26.0, 56.0), (23.0, 56.0))
)
TOWN = Zone(id="town", name="Town", kind="protected", centre=(25.0, 55.0), radius_m=5000.0)


def track(track_id: int, longitude_deg: float, east_mps: float) -> Tracks:
    one = {"latitude_deg": 55.0, "longitude_deg": longitude_deg, "altitude_m": 200.0, "velocity_up_mps": 0.0}
    columns = {name: np.array([value]) for name, value in one.items()}
    return Tracks.of(
        time_ns=np.array([1]), track_id=np.array([track_id]), velocity_east_mps=np.array([east_mps]),
        velocity_north_mps=np.array([0.0]), label=Label(), **columns,
    )  # fmt: skip


def judge(longitude_deg: float, east_mps: float) -> tuple[str, float, str]:
    origins = TrackOrigins.of([COUNTRY, TOWN], PLANE)
    [(track_id, origin)] = origins.judge(track(7, longitude_deg, east_mps))
    assert track_id == 7
    return origin.value, origin.probability, origin.reasons[0].en


def test_what_is_first_seen_outside_comes_from_abroad() -> None:
    assert judge(26.2, -45.0) == ("abroad", 0.97, "first seen outside every border")


def test_what_is_first_seen_inside_on_a_course_from_the_border_came_over_it() -> None:
    value, probability, reason = judge(25.9, -45.0)
    assert value == "abroad"
    assert 0.6 < probability < 0.85
    assert "over the border of Lithuania 150 s before" in reason


def test_the_further_back_the_border_lies_the_less_it_says() -> None:
    assert judge(25.98, -45.0)[1] > judge(25.9, -45.0)[1] > judge(25.7, -45.0)[1]


@pytest.mark.parametrize("east_mps", [45.0, 0.0])
def test_what_flies_out_or_hovers_is_domestic(east_mps: float) -> None:
    assert judge(25.7, east_mps)[0] == "domestic"


def test_a_track_is_judged_once_until_it_is_forgotten_also_after_a_snapshot() -> None:
    origins = TrackOrigins.of([COUNTRY], PLANE)
    assert len(origins.judge(track(7, 25.0, 0.0))) == 1
    restored = TrackOrigins.of([COUNTRY], PLANE)
    restored.restore(origins.snapshot())
    assert restored.judge(track(7, 25.0, 0.0)) == []
    restored.forget(np.array([7]))
    assert len(restored.judge(track(7, 25.0, 0.0))) == 1


def test_without_a_border_nothing_is_said() -> None:
    assert TrackOrigins.of([TOWN], PLANE).judge(track(7, 25.0, 0.0)) == []
