"""Zone queries answer as shapely does, for points, segments and polygons, with holes, heights and hard places."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from sargas.geo.plane import RegionPlane
from sargas.geo.zones import ZoneIndex
from sargas.model.records import Zone
from tests.geo.zone_oracle import PLANE, cylinder_zone, footprint, polygon_zone, star

SQUARE = polygon_zone("square", [(0, 0), (10e3, 0), (10e3, 10e3), (0, 10e3)], floor_m=100.0, ceiling_m=1000.0)
DISC = cylinder_zone("disc", 50e3, 0.0, 5e3)
FRAME = polygon_zone("frame", [(0, 20e3), (30e3, 20e3), (30e3, 50e3), (0, 50e3)]).model_copy(
    update={"holes": (polygon_zone("hole", [(10e3, 30e3), (20e3, 30e3), (20e3, 40e3), (10e3, 40e3)]).polygon,)}
)
INDEX = ZoneIndex.of([SQUARE, DISC, FRAME], PLANE)


EDGE_M = 2.0
"""shapely's circles have 400 sides, which at 60 km is 1.9 m off; nearer to an edge than this nothing is compared."""


def at(x_m: object, y_m: object) -> tuple[np.ndarray, np.ndarray]:
    return PLANE.geodetic_from_plane(x_m, y_m)


def random_zones(seed: int, n: int = 40) -> list[Zone]:
    random = np.random.default_rng(seed)
    zones = [polygon_zone(f"p{i}", star(random, int(random.integers(3, 300)), 60e3)) for i in range(n // 2)]
    circles = zip(*random.uniform(-200e3, 200e3, (2, n // 2)), random.uniform(1e3, 60e3, n // 2), strict=True)
    return zones + [cylinder_zone(f"c{i}", *circle) for i, circle in enumerate(circles)]


@pytest.mark.parametrize("seed", range(3))
def test_points_are_where_shapely_says(seed: int) -> None:
    zones, random = random_zones(seed), np.random.default_rng(seed)
    x_m, y_m = random.uniform(-280e3, 280e3, (2, 4000))
    found = ZoneIndex.of(zones, PLANE).contains(*at(x_m, y_m), 500.0)
    points = shapely.points(x_m, y_m)
    for column, zone in enumerate(zones):
        shape = footprint(zone)
        shapely.prepare(shape)
        certain = shapely.contains(shape.buffer(-EDGE_M), points) == shapely.contains(shape.buffer(EDGE_M), points)
        np.testing.assert_array_equal(found[certain, column], shapely.contains(shape, points)[certain], zone.id)
        assert certain.mean() > 0.99
    assert found.any()


@pytest.mark.parametrize(("seed", "length_m"), [(0, 500.0), (1, 10e3), (2, 200e3)])
def test_segments_cross_where_shapely_says(seed: int, length_m: float) -> None:
    zones, random = random_zones(seed), np.random.default_rng(seed)
    begin = random.uniform(-280e3, 280e3, (2, 3000))
    end = begin + random.normal(0, length_m, (2, 3000))
    found = ZoneIndex.of(zones, PLANE).crossed(*at(*begin), 500.0, *at(*end), 500.0)
    lines = shapely.linestrings(np.stack([begin.T, end.T], axis=1))
    for column, zone in enumerate(zones):
        shape = footprint(zone)
        shapely.prepare(shape)
        certain = shapely.intersects(shape.buffer(-EDGE_M), lines) == shapely.intersects(shape.buffer(EDGE_M), lines)
        np.testing.assert_array_equal(found[certain, column], shapely.intersects(shape, lines)[certain], zone.id)
        assert certain.mean() > 0.99
    assert found.any()


@pytest.mark.parametrize("seed", range(3))
def test_polygons_overlap_where_shapely_says(seed: int) -> None:
    zones, random = random_zones(seed), np.random.default_rng(seed + 10)
    index = ZoneIndex.of(zones, PLANE)
    shapes = [footprint(zone) for zone in zones]
    answers = []
    for corners in (3, 5, 50):
        ring = polygon_zone("ring", star(random, corners, 80e3))
        expected = [shapely.intersects(shape, footprint(ring)) for shape in shapes]
        np.testing.assert_array_equal(index.overlaps(ring.polygon), expected)
        answers += expected
    assert any(answers)
    assert not all(answers)


@given(
    st.lists(
        st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=3, max_size=9, unique=True
    ),
    st.tuples(st.floats(-6, 6), st.floats(-6, 6)),
    st.tuples(st.floats(-6, 6), st.floats(-6, 6)),
)  # fmt: skip
def test_small_crooked_polygons_agree_with_shapely(
    corners: list[tuple[int, int]], begin: tuple[float, float], end: tuple[float, float]
) -> None:
    zone = polygon_zone("crooked", [(x * 1e3, y * 1e3) for x, y in corners])
    shape, line = footprint(zone), shapely.LineString(np.array([begin, end]) * 1e3)
    if not shape.is_valid or shape.boundary.distance(shapely.Point(line.coords[0])) < 0.01:
        return
    index = ZoneIndex.of([zone], PLANE)
    one, other = at(*np.array(begin) * 1e3), at(*np.array(end) * 1e3)
    assert index.contains(*one, 0.0)[0, 0] == shape.contains(shapely.Point(line.coords[0]))
    if shape.buffer(-0.01).intersects(line) == shape.buffer(0.01).intersects(line):
        assert index.crossed(*one, 0.0, *other, 0.0)[0, 0] == shape.intersects(line)


def test_neighbours_with_a_common_edge_never_share_a_point() -> None:
    shared = [(0.0, 0.0), (3e3, 7e3), (1e3, 12e3)]
    west = polygon_zone("west", [*shared, (-9e3, 5e3)])
    east = polygon_zone("east", [*reversed(shared), (9e3, 5e3)])
    fraction = np.linspace(0.0, 1.0, 1001)[1:-1]
    x_m, y_m = fraction * 3e3, fraction * 7e3
    inside = ZoneIndex.of([west, east], PLANE).contains(*at(x_m, y_m), 0.0)
    assert (inside.sum(axis=1) == 1).all()


def test_floor_and_ceiling_bound_a_zone() -> None:
    inside = INDEX.contains(*at(5e3, 5e3), [99.0, 100.0, 500.0, 1000.0, 1001.0])[:, 0]
    np.testing.assert_array_equal(inside, [False, True, True, True, False])


@pytest.mark.parametrize("floor_m", [0.0, -1_000.0])
def test_what_flies_low_is_not_below_a_floor_that_is_the_ground(floor_m: float) -> None:
    zones = [cylinder_zone("drawn", 0.0, 0.0, 5_000.0).model_copy(update={"floor_m": floor_m, "ceiling_m": 3_000.0})]
    inside = ZoneIndex.of(zones, PLANE).contains(
        *at(np.zeros(4), np.zeros(4)), np.array([-7_235.0, -50.0, 0.0, 3_001.0])
    )
    assert inside[:, 0].tolist() == [True, True, True, False]


def test_an_unknown_altitude_counts_as_inside() -> None:
    here, outside = at(5e3, 5e3), at(-5e3, 5e3)
    assert INDEX.contains(*here, np.nan)[0, 0]
    assert INDEX.crossed(*outside, np.nan, *here, 5000.0)[0, 0]
    assert not INDEX.contains(*outside, np.nan).any()


def test_a_climbing_segment_enters_only_where_its_height_is_within() -> None:
    # The square is 0 to 10 km of a way from -10 to 20 km, so its western edge is met at a third of the climb.
    assert INDEX.crossed(*at(-10e3, 5e3), 0.0, *at(20e3, 5e3), 2900.0)[0, 0]
    assert not INDEX.crossed(*at(-10e3, 5e3), 100.0, *at(20e3, 5e3), 3100.0)[0, 0]
    assert INDEX.crossed(*at(5e3, 5e3), 2000.0, *at(5e3, 5e3), 50.0)[0, 0]


def test_entered_pairs_give_the_first_fraction_inside() -> None:
    x_m, y_m, height_m = np.array([-10e3, 5e3, 40e3]), np.array([5e3, 5e3, 0.0]), np.full(3, 500.0)
    begins, ends = (x_m, y_m, height_m), (x_m + 20e3, y_m, height_m)
    rows, zones, fractions = INDEX.entered_pairs(begins, ends)
    assert [(row, INDEX.zones[zone].id) for row, zone in zip(rows, zones, strict=True)] == [
        (0, "square"),
        (1, "square"),
        (2, "disc"),
    ]
    np.testing.assert_allclose(fractions, [0.5, 0.0, 0.25], atol=1e-4)


def test_holes_are_outside_for_points_segments_and_polygons() -> None:
    hole = at(15e3, 35e3)
    assert not INDEX.contains(*hole, 0.0)[0, 2]
    assert INDEX.contains(*at(5e3, 35e3), 0.0)[0, 2]
    assert not INDEX.crossed(*at(12e3, 32e3), 0.0, *at(18e3, 38e3), 0.0)[0, 2]
    assert INDEX.crossed(*at(12e3, 32e3), 0.0, *at(22e3, 38e3), 0.0)[0, 2]

    def ring(low: float, high: float) -> tuple[tuple[float, float], ...]:
        return polygon_zone(
            "r", [(low, low + 20e3), (high, low + 20e3), (high, high + 20e3), (low, high + 20e3)]
        ).polygon

    assert not INDEX.overlaps(ring(12e3, 18e3))[2]
    assert INDEX.overlaps(ring(8e3, 22e3))[2]
    assert INDEX.overlaps(ring(-10e3, 40e3))[2]


def test_zones_across_the_antimeridian_are_whole() -> None:
    plane = RegionPlane(64.0, 180.0)
    zone = Zone(
        id="strait", name="s", kind="border", polygon=((179.0, 63.0), (-179.0, 63.0), (-179.0, 65.0), (179.0, 65.0))
    )
    index = ZoneIndex.of([zone], plane)
    inside = index.contains([64.0, 64.0, 64.0, 64.0], [179.9, -179.9, 178.5, 0.0], 0.0)[:, 0]
    np.testing.assert_array_equal(inside, [True, True, False, False])
    assert index.crossed(64.0, 178.0, 0.0, 64.0, -178.0, 0.0).all()


def test_a_zone_outside_the_plane_is_refused_by_name() -> None:
    far = Zone(id="far", name="far", kind="border", polygon=((24.0, 1.0), (100.0, 1.0), (100.0, 2.0)))
    with pytest.raises(ValueError, match=r"zone far: the polygon: expected points within .* was \(100.0, 1.0\)"):
        ZoneIndex.of([far], PLANE)
    away = Zone(id="away", name="away", kind="protected", centre=(-60.0, 0.0), radius_m=10.0)
    with pytest.raises(ValueError, match="zone away: the centre"):
        ZoneIndex.of([away], PLANE)


def test_two_zones_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="expected zone ids to be unique, was twice: square"):
        ZoneIndex.of([SQUARE, DISC, SQUARE], PLANE)


def test_positions_outside_the_plane_are_in_no_zone() -> None:
    assert not INDEX.contains([0.0, np.nan], [110.0, 24.0], 0.0).any()
    assert not INDEX.crossed(0.0, 110.0, 0.0, *at(5e3, 5e3), 500.0).any()


def test_no_zones_and_no_points_give_empty_answers() -> None:
    nothing = ZoneIndex.of([], PLANE)
    assert nothing.contains([55.0, 56.0], 24.0, 0.0).shape == (2, 0)
    assert nothing.crossed([55.0], 24.0, 0.0, 56.0, 25.0, 0.0).shape == (1, 0)
    assert nothing.overlaps([(24, 55), (25, 55), (25, 56)]).shape == (0,)
    assert INDEX.contains([], [], []).shape == (0, 3)


def test_more_hits_than_expected_are_all_given() -> None:
    zones = [cylinder_zone(f"c{i}", 0.0, 0.0, 10e3 + i) for i in range(30)]
    assert ZoneIndex.of(zones, PLANE).contains(*at([0.0, 1.0], [0.0, 1.0]), 0.0).all()


def test_a_ring_of_two_points_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected a ring of 3 or more \(lon, lat\) points, was 2"):
        INDEX.overlaps([(24.0, 55.0), (25.0, 55.0)])
