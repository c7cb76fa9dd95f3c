"""The region is the smallest that holds the share, and its outline is its cells."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from sargas.assessment.lost.outline import outline
from sargas.assessment.lost.region import Grid, Region, blur, densest_region, join_corners, spread_density


def test_of_a_normal_distribution_it_is_the_ellipse() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.normal(0.0, 2_000.0, 4_000), rng.normal(500.0, 600.0, 4_000)
    density = spread_density(x, y, np.full(4_000, 1 / 4_000), np.zeros(4_000, np.int8))
    region = densest_region(density.grid, density.cells, 0.8)
    least = 2.0 * np.pi * 2_000.0 * 600.0 * np.log(5.0)
    assert 1.0 < region.area_m2 / least < 1.45  # bells of few points make it a little wider
    fresh = rng.normal((0.0, 500.0), (2_000.0, 600.0), (2_000, 2))
    assert 0.79 < np.mean([region.contains(*point) for point in fresh]) < 0.92
    assert abs(region.peak_m[0]) < 1_000.0


def test_two_clusters_are_two_parts_each_with_a_bell_of_its_own() -> None:
    rng = np.random.default_rng(4)
    x = np.r_[rng.normal(0.0, 100.0, 1_000), rng.normal(20e3, 2_000.0, 1_000)]
    density = spread_density(
        x, rng.normal(0.0, 100.0, 2_000), np.full(2_000, 5e-4), np.repeat([0, 1], 1_000).astype(np.int8)
    )
    region = densest_region(density.grid, density.cells, 0.8)
    assert region.contains(0.0, 0.0)
    assert region.contains(20e3, 0.0)
    assert not region.contains(10e3, 0.0)
    assert set(density.groups) == {0, 1}


def test_a_bell_keeps_the_weight_and_has_its_width() -> None:
    for sigma in (0.4, 1.0, 3.3, 7.0):
        cells = np.zeros((64, 64))
        cells[32, 32] = 1.0
        blur(cells, sigma, np.empty_like(cells))
        offsets = np.arange(64) - 32
        assert cells.sum() == pytest.approx(1.0)
        assert np.sqrt((cells.sum(axis=0) * offsets**2).sum()) == pytest.approx(sigma, rel=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_the_outline_encloses_exactly_the_cells(seed: int) -> None:
    rng = np.random.default_rng(seed)
    inside = join_corners(rng.random((12, 15)) < 0.45)
    region = Region(Grid((100.0, -50.0), 10.0, 12, 15), inside, float(inside.sum()) * 100.0, (0.0, 0.0))
    parts = [shapely.Polygon(ring, holes) for ring, holes in outline(region)]
    assert all(part.is_valid for part in parts)
    assert sum(part.area for part in parts) == pytest.approx(region.area_m2)
    for row, column in np.argwhere(inside).tolist():
        middle = shapely.Point(105.0 + 10.0 * column, -45.0 + 10.0 * row)
        assert sum(part.contains(middle) for part in parts) == 1
    assert [part.area for part in parts] == sorted((part.area for part in parts), reverse=True)


def test_a_ring_of_cells_has_a_hole() -> None:
    inside = np.ones((3, 3), np.bool_)
    inside[1, 1] = False
    [(ring, holes)] = outline(Region(Grid((0.0, 0.0), 1.0, 3, 3), inside, 8.0, (0.0, 0.0)))
    assert len(ring) == 4
    assert len(holes) == 1
    assert shapely.Polygon(ring, holes).area == 8.0
