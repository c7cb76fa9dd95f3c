"""What must not change danger does not: place and turn of the scene, order of inputs, a second telling; doubt tames."""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np
import pytest

from sargas.assessment.alert_worth import danger_of
from sargas.assessment.entry_probability import PATHS, Reach, entry_probability
from sargas.assessment.threat import calibrate_entry
from sargas.assessment.zone_distance import ZonePlans
from sargas.geo.plane import RegionPlane
from sargas.geo.zones import ZoneIndex
from sargas.model.columns import Float64
from sargas.model.records import Zone

HORIZONS_S = np.array([0.0, 30.0, 60.0, 120.0, 180.0, 300.0, 420.0, 600.0])
FEW_PATHS = 4.0 / PATHS
"""The paths lie on a spiral that does not turn with the scene: so much may differ."""
HOME = RegionPlane(55.0, 24.0)


def scene(seed: int = 3, n: int = 40) -> tuple[Float64, Float64, Float64]:
    """Return places and velocities (n, 2) of tracks and three zones (3, 3: x, y, radius)."""
    rng = np.random.default_rng(seed)
    zones = np.column_stack([rng.uniform(-20e3, 20e3, (3, 2)), rng.uniform(2e3, 6e3, 3)])
    return rng.uniform(-40e3, 40e3, (n, 2)), rng.normal(0.0, 45.0, (n, 2)), zones


def judge(
    places: Float64, velocity: Float64, zones: Float64, *, plane: RegionPlane = HOME, wide: float = 1.0
) -> tuple[Float64, Float64, Float64, Float64]:
    """Return share, distance, heading and calibrated entry (n, z) as a node has them."""

    def zone(k: int) -> Zone:
        latitude, longitude = plane.geodetic_from_plane(zones[k : k + 1, 0], zones[k : k + 1, 1])
        centre = (float(longitude[0]), float(latitude[0]))
        return Zone(id=f"z{k}", name=f"Z{k}", kind="protected", centre=centre, radius_m=float(zones[k, 2]))

    drawn = [zone(k) for k in range(len(zones))]
    ahead = places[:, None] + velocity[:, None] * HORIZONS_S[None, :, None]
    latitude, longitude = plane.geodetic_from_plane(ahead[..., 0], ahead[..., 1])
    radius = np.broadcast_to(wide * (150.0 + 12.0 * HORIZONS_S), latitude.shape)
    reach = Reach(HORIZONS_S, latitude, longitude, np.full(latitude.shape, 300.0), radius)
    share = entry_probability(ZoneIndex.of(drawn, plane), reach).probability
    distance, heading = ZonePlans.of(drawn, plane).approach(*places.T, *velocity.T)
    speed = np.hypot(*velocity.T)
    armed, unseen = np.full(len(places), 0.3), np.zeros_like(distance)
    return (
        share,
        distance,
        heading,
        calibrate_entry(share, distance, heading, speed, armed, unseen, unseen, np.ones(len(drawn), np.bool_)),
    )


@pytest.mark.parametrize("turn_rad", [0.7, pi / 2, 2.5])
def test_a_turned_scene_is_judged_alike(turn_rad: float) -> None:
    places, velocity, zones = scene()
    turn = np.array([[cos(turn_rad), sin(turn_rad)], [-sin(turn_rad), cos(turn_rad)]])
    share, distance, heading, entry = judge(places, velocity, zones)
    turned = judge(places @ turn, velocity @ turn, np.column_stack([zones[:, :2] @ turn, zones[:, 2]]))
    assert np.abs(turned[0] - share).max() <= FEW_PATHS
    np.testing.assert_allclose(turned[1], distance, atol=20.0)
    np.testing.assert_allclose(turned[2], heading, atol=1e-2)
    assert np.quantile(np.abs(turned[3] - entry), 0.95) <= 0.03


@pytest.mark.parametrize("plane", [RegionPlane(57.5, 21.0), RegionPlane(48.0, 35.0)])
def test_a_scene_elsewhere_is_judged_alike(plane: RegionPlane) -> None:
    places, velocity, zones = scene()
    here, there = judge(places, velocity, zones), judge(places, velocity, zones, plane=plane)
    for one, other, most in zip(here, there, (FEW_PATHS, 20.0, 1e-3, 0.05), strict=True):
        assert np.abs(one - other).max() <= most


def test_the_order_of_tracks_and_zones_changes_nothing() -> None:
    places, velocity, zones = scene()
    rng = np.random.default_rng(1)
    rows, columns = rng.permutation(len(places)), rng.permutation(len(zones))
    straight = judge(places, velocity, zones)
    mixed = judge(places[rows], velocity[rows], zones[columns])
    for one, other in zip(straight, mixed, strict=True):
        np.testing.assert_array_equal(one[rows][:, columns], other)


def test_a_track_told_twice_is_judged_as_once() -> None:
    places, velocity, zones = scene()
    once, twice = judge(places, velocity, zones), judge(np.tile(places, (2, 1)), np.tile(velocity, (2, 1)), zones)
    for one, other in zip(once, twice, strict=True):
        np.testing.assert_array_equal(np.tile(one, (2, 1)), other)


def test_a_worse_covariance_makes_no_entry_surer() -> None:
    """Aimed at the middle it never becomes likelier; what passes far by never becomes surer not to enter."""
    bearings = np.linspace(0.0, 2.0 * pi, 12, endpoint=False)
    out = np.stack([np.sin(bearings), np.cos(bearings)], axis=1)
    zones = np.array([[0.0, 0.0, 3e3]])
    for wide in (1.0, 1.5, 2.0, 4.0):
        inbound = [judge(15e3 * out, -45.0 * out, zones, wide=w)[0] for w in (wide, 1.5 * wide)]
        assert (inbound[1] <= inbound[0]).all()
        outbound = [judge(15e3 * out, 45.0 * out, zones, wide=w)[0] for w in (wide, 1.5 * wide)]
        assert (outbound[1] >= outbound[0]).all()


def test_nearer_and_heading_in_are_never_less_likely_to_enter() -> None:
    zones = np.array([[0.0, 0.0, 3e3]])
    away_m = np.linspace(60e3, 500.0, 60)
    places = np.column_stack([np.zeros(60), away_m])
    entry = judge(places, np.tile([0.0, -45.0], (60, 1)), zones)[3][:, 0]
    assert (np.diff(entry) >= -0.02).all()
    turns = np.linspace(pi, 0.0, 40)
    velocity = 45.0 * np.column_stack([np.sin(turns), -np.cos(turns)])
    turned = judge(np.tile([0.0, 12e3], (40, 1)), velocity, zones)[3][:, 0]
    assert (np.diff(turned) >= -0.02).all()
    assert turned[0] < 0.1 < 0.8 < turned[-1]


def test_the_danger_of_an_alert_never_falls_with_what_makes_it_worse() -> None:
    rng = np.random.default_rng(2)
    for entry, armed, exists, speed, more in rng.uniform(0.0, 1.0, (500, 5)).tolist():
        for known in (False, True):
            before = danger_of(entry, armed, exists, 300.0 * speed, counts_speed=known)
            assert 0.0 <= before <= 1.0
            worse = (
                danger_of(entry + more * (1 - entry), armed, exists, 300.0 * speed, counts_speed=known),
                danger_of(entry, armed + more * (1 - armed), exists, 300.0 * speed, counts_speed=known),
                danger_of(entry, armed, exists + more * (1 - exists), 300.0 * speed, counts_speed=known),
                danger_of(entry, armed, exists, 300.0 * (speed + more), counts_speed=known),
            )
            assert min(worse) >= before
