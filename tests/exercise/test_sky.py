"""The sky moves smoothly, within each kind's envelope, and is the same for the same seed."""

import numpy as np
import pytest

from sargas.exercise.adsb import motion_at
from sargas.exercise.fleet import KNOT_S
from sargas.exercise.routes import PLANE, draw_over_land, find_ways_in
from sargas.exercise.sky import KNOTS_KEPT, Sky
from sargas.exercise.tables import KINDS, NATIONS, PLAIN_M
from sargas.exercise.wind import LAYER_HEIGHTS_M, Wind
from sargas.geo.wgs84 import ecef_from_geodetic, geodetic_from_ecef


@pytest.fixture(scope="module")
def sky() -> Sky:
    made = Sky.of(5, 600, NATIONS)
    made.reach(0.0, 50.0)
    return made


def at(sky: Sky, time_s: float) -> tuple[np.ndarray, np.ndarray]:
    slots = np.arange(len(sky.kind))
    return motion_at(sky, slots, np.full(len(slots), time_s))


def test_paths_have_no_jumps_at_knots(sky: Sky) -> None:
    for knot in range(1, 8):
        same = sky.object_id[knot % KNOTS_KEPT] == sky.object_id[(knot - 1) % KNOTS_KEPT]
        before, _ = at(sky, knot * KNOT_S - 1e-6)
        after, velocity = at(sky, knot * KNOT_S)
        there = same & (sky.starts[(knot - 1) % KNOTS_KEPT] <= (knot - 1) * KNOT_S)
        gap_m = np.linalg.norm(after - before, axis=1)[there]
        assert gap_m.max() < 1e-6 * 400 + 1e-3
        assert np.linalg.norm(velocity, axis=1)[there].max() < 400


def test_velocity_is_the_derivative_of_position(sky: Sky) -> None:
    ahead, _ = at(sky, 12.401)
    behind, _ = at(sky, 12.399)
    _, velocity = at(sky, 12.4)
    np.testing.assert_allclose((ahead - behind) / 0.002, velocity, atol=1e-3)


def test_speeds_and_heights_stay_in_the_envelope(sky: Sky) -> None:
    position, velocity = at(sky, 47.0)
    speed_mps = np.linalg.norm(velocity, axis=1)
    height_m = geodetic_from_ecef(position)[2] - PLAIN_M
    for index, kind in enumerate(KINDS):
        mine = sky.kind == index
        if not mine.any() or kind.behaviour == "drift":
            continue
        moving = speed_mps[mine] > 0
        assert speed_mps[mine][moving].max() < 1.25 * kind.speed_mps[1] + 3, kind.kind
        # Airliners and small aircraft may be on the way up or down; nobody is above the kind's ceiling.
        assert height_m[mine].max() < kind.height_m[1] + 40, kind.kind
        assert height_m[mine].min() > 0, kind.kind


def test_heights_kept_for_the_horizon_agree_with_the_paths(sky: Sky) -> None:
    position, _ = at(sky, 40.0)
    row = int(40.0 // KNOT_S) % KNOTS_KEPT
    np.testing.assert_allclose(sky.heights[row, :, 0], geodetic_from_ecef(position)[2] - PLAIN_M, atol=0.01)


def test_the_same_seed_flies_the_same_sky_and_another_another() -> None:
    skies = [Sky.of(seed, 100, NATIONS) for seed in (7, 7, 8)]
    for one in skies:
        one.reach(0.0, 30.0)
    assert skies[0].cubics.tobytes() == skies[1].cubics.tobytes()
    assert skies[0].cubics.tobytes() != skies[2].cubics.tobytes()


def test_intruders_fly_the_same_without_the_traffic() -> None:
    alone, together = Sky.of(7, 100, NATIONS, intruders_only=True), Sky.of(7, 100, NATIONS)
    for one in (alone, together):
        one.reach(600.0, 600.0)
    n = len(alone.kind)
    np.testing.assert_array_equal(alone.cubics[5], together.cubics[5][:n])


def test_a_forgotten_time_is_refused() -> None:
    made = Sky.of(5, 10, NATIONS)
    made.reach(200.0, 200.0)
    with pytest.raises(ValueError, match="within the last 60 s"):
        made.reach(100.0, 100.0)


def test_objects_that_leave_are_replaced_under_new_identities() -> None:
    made = Sky.of(3, 200, NATIONS)
    made.reach(0.0, 0.0)
    first, addresses = made.object_id[0].copy(), made.icao_address[0].copy()
    for minute in range(1, 16):
        made.reach(minute * 60.0, minute * 60.0)
    row = int(900 // KNOT_S) % KNOTS_KEPT
    renewed = made.object_id[row] != first
    assert 5 < renewed.sum() < 150
    assert len(set(made.object_id[row].tolist())) == len(first)
    known = made.icao_address[row] >= 0
    assert (made.icao_address[row][renewed & known] != addresses[renewed & known]).all()
    assert len(set(made.icao_address[row][known].tolist())) == known.sum()


def test_wind_blows_from_the_south_east_and_freshens_with_height() -> None:
    for seed in range(20):
        wind = Wind.draw(np.random.default_rng(seed))
        east, north = wind.at(LAYER_HEIGHTS_M)
        assert (east < 5).all()
        assert north[0] > 0
        speed = np.hypot(east, north)
        assert speed[-1] > 2 * speed[0]
        middle = wind.at(np.array([250.0]))
        assert middle[0][0] == pytest.approx((east[0] + east[1]) / 2)


def test_balloons_go_with_the_wind(sky: Sky) -> None:
    balloons = np.flatnonzero(np.array([KINDS[kind].kind == "smuggler_balloon" for kind in sky.kind]))
    start, _ = at(sky, 5.0)
    end, _ = at(sky, 45.0)
    height_m = geodetic_from_ecef(start)[2][balloons] - PLAIN_M
    east_mps, north_mps = sky.wind.at(height_m)
    x, y = (np.array(v) for v in zip(*(plane(p[balloons]) for p in (start, end)), strict=True))
    np.testing.assert_allclose(np.diff(x, axis=0)[0] / 40, east_mps, atol=2.5)
    np.testing.assert_allclose(np.diff(y, axis=0)[0] / 40, north_mps, atol=2.5)


def plane(position: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    latitude_deg, longitude_deg, _ = geodetic_from_ecef(position)
    return PLANE.plane_from_geodetic(latitude_deg, longitude_deg)


def test_ways_in_start_outside_and_end_inside() -> None:
    ways = find_ways_in(NATIONS)
    assert len(ways) == 19
    for way in ways:
        assert way.crossing_m == pytest.approx(120e3, abs=11e3)
        np.testing.assert_allclose(way.points_at(np.array([0.0, 120e3, 1e9])), [way.start, way.border, way.goal])
    assert 0 < len(find_ways_in(("LVA",))) < len(ways)


def test_objects_over_land_are_over_land() -> None:
    points = draw_over_land(np.random.default_rng(1), ("LVA",), 50)
    latitude_deg, longitude_deg = PLANE.geodetic_from_plane(points[:, 0], points[:, 1])
    assert points.shape == (50, 2)
    assert ((latitude_deg > 55.6) & (latitude_deg < 58.2) & (longitude_deg > 20.9) & (longitude_deg < 28.3)).all()


def test_the_plane_of_the_routes_is_the_region_of_the_night() -> None:
    x, y = PLANE.plane_from_geodetic(55.2, 24.1)
    assert (float(x), float(y)) == (pytest.approx(0, abs=1e-6), pytest.approx(0, abs=1e-6))
    assert ecef_from_geodetic(55.2, 24.1, 0.0).shape == (3,)
