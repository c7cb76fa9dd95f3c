"""The region is the smallest that holds the share, and its outline is its cells."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from sargas.assessment.lost.outline import outline
from sargas.assessment.lost.region import (
    Grid,
    Region,
    blur,
    densest_region,
    join_corners,
    least_taken,
    spread_density,
)


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


def test_a_group_that_is_as_good_as_excluded_has_a_bell_all_the_same() -> None:
    rng = np.random.default_rng(5)
    weight = np.r_[np.full(500, 1 / 500), np.full(500, 1e-200), np.zeros(500)]
    group = np.repeat([0, 1, 2], 500).astype(np.int8)
    density = spread_density(rng.normal(0.0, 500.0, 1_500), rng.normal(0.0, 500.0, 1_500), weight, group)
    assert set(density.groups) == {0, 1}
    assert density.groups[1].sum() == pytest.approx(5e-198)


@pytest.mark.parametrize("seed", range(8))
def test_the_densest_cells_are_those_that_sorting_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = np.round(rng.exponential(1.0, int(rng.integers(1, 400))), 1 + seed % 3) + 1e-3
    ordered = np.sort(values)[::-1]
    held = np.cumsum(ordered)
    share = float(rng.uniform(0.05, 0.999))
    assert least_taken(values.copy(), share) == ordered[np.searchsorted(held, share * held[-1])]


def test_a_bell_keeps_the_weight_and_has_its_width() -> None:
    for sigma in (0.4, 1.0, 3.3, 7.0):
        cells = np.zeros((64, 64))
        cells[32, 32] = 1.0
        blur(cells, sigma)
        offsets = np.arange(64) - 32
        assert cells.sum() == pytest.approx(1.0)
        assert np.sqrt((cells.sum(axis=0) * offsets**2).sum()) == pytest.approx(sigma, rel=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_the_outline_encloses_exactly_the_cells(seed: int) -> None:
    rng = np.random.default_rng(seed)
    inside = rng.random((12, 15)) < 0.45
    join_corners(inside)
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
