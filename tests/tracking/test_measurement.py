"""Measurement rows have the right derivatives, and applying them one by one is the joint Kalman update."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sargas.geo.enu import Frame
from sargas.model.columns import Float64
from sargas.sensors.site import SOUND_MPS, SiteTable, tabulate
from sargas.tracking.ellipsoid import altitude_at, fill_local_axes, region_of, up_at
from sargas.tracking.measurement import (
    BEARING,
    COMPONENTS,
    DIFFERENCE,
    INNOVATION,
    MEASUREMENT,
    POLAR,
    POSITION,
    VARIANCE,
    Measurement,
    add_height_row,
    allocate_rows,
    apply_mixture,
    apply_rows,
    fill_rows,
    shift_rows,
    wrap_rad,
)
from sargas.tracking.motion import unpack
from tests.tracking.scene import FRAME, radar
from tests.tracking.test_motion import random_covariance

REGION = region_of(FRAME)
SITES = tabulate([radar(latitude_deg=56.7, longitude_deg=22.1)], FRAME)
SITE = SITES[0]
METRES = st.floats(-250e3, 250e3)
STATE = st.builds(
    lambda x, y, z, vx, vy, vz: np.array([x, y, z, vx, vy, vz]),
    METRES,
    METRES,
    st.floats(-1e3, 12e3),
    st.floats(-300, 300),
    st.floats(-300, 300),
    st.floats(-20, 20),
)


def measurement(kind: int, **fields: object) -> Measurement:
    """Return a measurement of which only the named fields are measured."""
    z = np.zeros(1, MEASUREMENT)
    for name in ("azimuth_rad", "elevation_rad", "range_rate_mps", "height_m", "velocity"):
        z[name] = np.nan
    z["kind"], z["weight"] = kind, 1.0
    for name, value in fields.items():
        z[name] = value
    return z[0]


def polar_rows(x: Float64, azimuth: float = 1.0) -> Float64:
    """Return the four rows of a plot with range 0 m, elevation 0 and range rate 0."""
    rows = allocate_rows()
    plot = measurement(POLAR, azimuth_rad=azimuth, elevation_rad=0.0, range_rate_mps=0.0)
    assert fill_rows(rows, plot, SITES, REGION, x, np.zeros((3, 3))) == 4
    return rows


@given(STATE)
def test_radar_jacobians_agree_with_differences(x: Float64) -> None:
    local = SITE["rotation"] @ (x[:3] - SITE["position_enu"])
    assume(np.hypot(local[0], local[1]) > 2_000.0)
    rows = polar_rows(x)
    for k in range(6):
        step = np.zeros(6)
        step[k] = 1.0 if k < 3 else 0.1
        ahead, behind = polar_rows(x + step), polar_rows(x - step)
        change = behind[:4, INNOVATION] - ahead[:4, INNOVATION]
        change[1] = wrap_rad(change[1])
        slope = change / (2 * step[k])
        scale = np.array([1.0, 1.0 / np.linalg.norm(local), 1.0 / np.linalg.norm(local), 1.0])
        np.testing.assert_allclose(rows[:4, k] / scale, slope / scale, atol=2e-5)


@pytest.mark.parametrize("bearing_deg", [-179.999, 0.0, 90.0, 179.999])
def test_azimuth_innovations_take_the_short_way_round(bearing_deg: float) -> None:
    a = np.radians(bearing_deg)
    x = np.r_[SITE["position_enu"] + SITE["rotation"].T @ (20e3 * np.array([np.sin(a), np.cos(a), 0.0])), np.zeros(3)]
    for offset in (-0.01, 0.01):
        assert abs(polar_rows(x, a + offset + 2 * np.pi)[1, INNOVATION] - offset) < 1e-9


@pytest.mark.parametrize("latitude_deg", [-90.0, 0.0, 56.0, 89.999, 90.0])
def test_height_is_altitude_and_its_slope_is_up_even_at_the_pole(latitude_deg: float) -> None:
    frame = Frame(latitude_deg, 24.0, 0.0)
    region = region_of(frame)
    x = np.array([120e3, -80e3, 5e3, 0.0, 0.0, 0.0])
    rows = allocate_rows()
    assert add_height_row(rows, 0, region, x, 9_000.0, 150.0) == 1
    assert abs(9_000.0 - rows[0, INNOVATION] - frame.geodetic_from_enu(x[:3])[2]) < 1e-6
    for k in range(3):
        step = np.eye(3)[k] * 10.0
        slope = (altitude_at(region, *(x[:3] + step)) - altitude_at(region, *(x[:3] - step))) / 20.0
        assert abs(rows[0, k] - slope) < 1e-5


@given(STATE)
def test_up_is_a_unit_vector_normal_to_the_ellipsoid(x: Float64) -> None:
    up, axes = np.array(up_at(REGION, *x[:3])), np.zeros((3, 3))
    latitude, longitude, height = FRAME.geodetic_from_enu(x[:3])
    assume(height < 20_000.0)
    fill_local_axes(REGION, float(latitude), float(longitude), axes)
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-12)
    assert np.linalg.norm(up - axes[2]) < 1e-5


def random_rows(seed: int, m: int) -> Float64:
    rng = np.random.default_rng(seed)
    rows = allocate_rows()
    rows[:m] = rng.normal(size=(m, 9))
    rows[:m, VARIANCE] = rng.uniform(1.0, 1e4, m)
    rows[:m, INNOVATION] *= 100.0
    return rows


@given(st.integers(0, 1000), st.integers(1, 6))
def test_rows_one_by_one_equal_the_joint_update(seed: int, m: int) -> None:
    rows, p = random_rows(seed, m), random_covariance(seed)
    h, prior = rows[:m, :6], unpack(p)
    s = h @ prior @ h.T + np.diag(rows[:m, VARIANCE])
    gain = prior @ h.T @ np.linalg.inv(s)
    shift = np.zeros(6)
    distance, log_determinant = apply_rows(rows, m, p, shift, np.inf)
    innovation = rows[:m, INNOVATION]
    np.testing.assert_allclose(shift, gain @ innovation, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(unpack(p), prior - gain @ h @ prior, rtol=1e-6, atol=1e-4)
    assert distance == pytest.approx(innovation @ np.linalg.solve(s, innovation), rel=1e-8)
    assert log_determinant == pytest.approx(np.linalg.slogdet(s)[1], rel=1e-9)


def test_the_update_stops_early_outside_the_gate() -> None:
    rows, p = random_rows(1, 4), random_covariance(1)
    rows[:4, INNOVATION] = 1e6
    distance, _ = apply_rows(rows, 4, p, np.zeros(6), 25.0)
    assert distance > 25.0


def test_a_position_gives_east_north_and_velocity_rows() -> None:
    axes, rows, x = np.zeros((3, 3)), allocate_rows(), np.array([30e3, 40e3, 1e3, 100.0, 50.0, 0.0])
    latitude, longitude, _ = FRAME.geodetic_from_enu(x[:3])
    fill_local_axes(REGION, float(latitude), float(longitude), axes)
    place = x[:3] + 30.0 * axes[0] - 20.0 * axes[1]
    velocity = [float(axes[0] @ x[3:]) + 3.0, np.nan, 0.0]
    z = measurement(POSITION, place=place, sigma_m=30.0, velocity=velocity, velocity_sigma_mps=5.0)
    m = fill_rows(rows, z, SITES, REGION, x, np.zeros((3, 3)))
    assert m == 4
    np.testing.assert_allclose(rows[:3, INNOVATION], [30.0, -20.0, 3.0], atol=1e-3)
    np.testing.assert_allclose(rows[:2, :3], axes[:2], atol=1e-5)
    np.testing.assert_allclose(rows[2, 3:6], axes[0], atol=1e-5)


HEARERS = tabulate(
    [
        radar(kind="acoustic", latitude_deg=56.2, longitude_deg=24.3, max_range_m=5e3),
        radar("other", kind="acoustic", latitude_deg=56.21, longitude_deg=24.33, max_range_m=5e3),
    ],
    FRAME,
)
HEARER, OTHER = HEARERS
NEARBY = st.builds(
    lambda e, n, z, vx, vy: np.r_[HEARER["position_enu"] + [e, n, z], vx, vy, 0.0],
    st.floats(-5e3, 5e3),
    st.floats(-5e3, 5e3),
    st.floats(50, 400),
    st.floats(-60, 60),
    st.floats(-60, 60),
)


def bearing_rows(x: Float64) -> Float64:
    rows = allocate_rows()
    z = measurement(BEARING, azimuth_rad=0.0, elevation_rad=0.0)
    assert fill_rows(rows, z, HEARERS, REGION, x, np.zeros((3, 3))) == 2
    return rows


@given(NEARBY)
def test_a_sound_points_to_where_its_source_was_when_it_left(x: Float64) -> None:
    offset = x[:3] - HEARER["position_enu"]
    assume(np.hypot(offset[0], offset[1]) > 300.0)
    travel_s = 0.0
    for _ in range(200):  # |p - v tau - s| = c tau, by iteration
        travel_s = float(np.linalg.norm(offset - travel_s * x[3:])) / SOUND_MPS
    then = HEARER["rotation"] @ (offset - travel_s * x[3:])
    assert abs(wrap_rad(bearing_rows(x)[0, INNOVATION] + np.arctan2(then[0], then[1]))) < 1e-9


@given(NEARBY)
def test_jacobians_of_heard_bearings_agree_with_differences(x: Float64) -> None:
    offset = x[:3] - HEARER["position_enu"]
    assume(np.hypot(offset[0], offset[1]) > 600.0)
    rows = bearing_rows(x)
    for k in range(6):
        step = np.eye(6)[k] * (0.5 if k < 3 else 0.05)
        change = bearing_rows(x - step)[:2, INNOVATION] - bearing_rows(x + step)[:2, INNOVATION]
        change[0] = wrap_rad(change[0])
        np.testing.assert_allclose(rows[:2, k], change / (2 * step[k]), atol=2e-6 if k < 3 else 3e-5)


def difference_rows(x: Float64, sites: SiteTable) -> Float64:
    rows = allocate_rows()
    z = measurement(DIFFERENCE, range_m=0.0, reference=1)
    assert fill_rows(rows, z, sites, REGION, x, np.zeros((3, 3))) == 1
    return rows


def silent(sites: SiteTable) -> SiteTable:
    """Return the same receivers for waves that arrive at once."""
    others = sites.copy()
    others["wave_mps"] = 0.0
    return others


@given(NEARBY)
def test_a_range_difference_is_that_to_where_the_wave_left(x: Float64) -> None:
    at_once = np.linalg.norm(x[:3] - HEARER["position_enu"]) - np.linalg.norm(x[:3] - OTHER["position_enu"])
    assert abs(difference_rows(x, silent(HEARERS))[0, INNOVATION] + at_once) < 1e-6
    offset, travel_s = x[:3] - HEARER["position_enu"], 0.0
    for _ in range(200):
        travel_s = float(np.linalg.norm(offset - travel_s * x[3:])) / SOUND_MPS
    left = x[:3] - travel_s * x[3:]
    expected = np.linalg.norm(left - HEARER["position_enu"]) - np.linalg.norm(left - OTHER["position_enu"])
    assert abs(difference_rows(x, HEARERS)[0, INNOVATION] + expected) < 1e-6


@pytest.mark.parametrize("sites", [HEARERS, silent(HEARERS)])
@given(x=NEARBY)
def test_jacobians_of_range_differences_agree_with_differences(sites: SiteTable, x: Float64) -> None:
    assume(min(np.linalg.norm(x[:3] - site["position_enu"]) for site in sites) > 200.0)
    row = difference_rows(x, sites)[0]
    for k in range(6):
        step = np.eye(6)[k] * (0.5 if k < 3 else 0.05)
        change = difference_rows(x - step, sites)[0, INNOVATION] - difference_rows(x + step, sites)[0, INNOVATION]
        np.testing.assert_allclose(row[k], change / (2 * step[k]), atol=1e-4 if k < 3 else 2e-3)


@given(st.integers(0, 1000), st.integers(1, 4), st.floats(0.2, 0.999))
def test_the_mean_of_plots_updates_as_the_formula_of_pda(seed: int, m: int, weight: float) -> None:
    rng = np.random.default_rng(seed)
    rows, p = random_rows(seed, m), random_covariance(seed)
    z = measurement(POLAR, weight=weight)
    spread = np.tril(rng.normal(size=(m, m))) * 30.0
    z["spread"][:m, :m] = spread
    h, prior, innovation = rows[:m, :6], unpack(p), rows[:m, INNOVATION].copy()
    s = h @ prior @ h.T + np.diag(rows[:m, VARIANCE])
    gain = prior @ h.T @ np.linalg.inv(s)
    between = weight * (spread @ spread.T + np.outer(innovation, innovation))
    mean = weight * innovation
    expected = prior - weight * gain @ s @ gain.T + gain @ (between - np.outer(mean, mean)) @ gain.T
    shift = np.zeros(6)
    apply_mixture(rows, m, p, shift, z, np.zeros((4 + COMPONENTS, 21)))
    np.testing.assert_allclose(shift, gain @ mean, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(unpack(p), expected, rtol=1e-5, atol=1e-2)


@given(STATE, st.floats(-3.0, -0.1))
def test_shifted_rows_look_back_along_the_motion(x: Float64, dt_s: float) -> None:
    back = x + dt_s * np.r_[x[3:], np.zeros(3)]
    local = SITE["rotation"] @ (back[:3] - SITE["position_enu"])
    assume(np.hypot(local[0], local[1]) > 2_000.0)
    rows = polar_rows(back)
    before = rows[:4].copy()
    shift_rows(rows, 4, dt_s, 20.0)
    change = np.array([1.0, -2.0, 3.0, 0.5, -0.4, 0.1])
    moved_back = change + dt_s * np.r_[change[3:], np.zeros(3)]
    np.testing.assert_allclose(rows[:4, :6] @ change, before[:, :6] @ moved_back, rtol=1e-6, atol=1e-9)
    assert (rows[:4, VARIANCE] > before[:, VARIANCE]).all()
