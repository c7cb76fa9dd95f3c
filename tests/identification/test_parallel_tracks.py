"""A claim beside a radar's track: told when the radar would see the claimed place, and only of two that fly alike."""

from __future__ import annotations

import numpy as np
import pytest

from sargas.geo.enu import Frame
from sargas.identification.parallel_tracks import Parallel, ParallelTracks
from sargas.model.columns import NO_CODE, NS_PER_S
from sargas.model.tracks import Tracks, TrackStatus
from sargas.sensors.site import Sites
from tests.tracking.scene import EPOCH_NS, LABEL, ORIGIN, radar

SITES = Sites([radar("kaunas", 56.0, 24.0)], Frame(*ORIGIN, 0.0))


def look(
    claim_km: tuple[float, float], *, speed_mps: float = 200.0, differs_mps: float = 0.0, altitude_m: float = 3000.0
) -> list[Parallel]:
    """Look ten times at a claim (km east, north of a radar) and at the radar's track 60 km east of it."""
    pairs, told = ParallelTracks(), list[Parallel]()
    for k in range(10):
        time_ns = EPOCH_NS + 10 * k * NS_PER_S
        north_km = np.array([0.0, claim_km[1]]) + 1e-2 * k * np.array([speed_mps, speed_mps + differs_mps])
        east_km = np.array([60.0, claim_km[0]])
        tracks = Tracks.of(
            time_ns=np.full(2, time_ns), track_id=np.array([1, 2]), update_time_ns=np.full(2, time_ns),
            latitude_deg=56.0 + north_km / 111.195, longitude_deg=24.0 + east_km / 62.18,
            altitude_m=np.full(2, altitude_m), velocity_east_mps=np.zeros(2), velocity_up_mps=np.zeros(2),
            velocity_north_mps=np.array([speed_mps, speed_mps + differs_mps]),
            status=np.full(2, int(TrackStatus.CONFIRMED)), icao_address=np.array([NO_CODE, 77]),
            contributing=np.array([[1], [2]], np.uint64), sensor_ids=("kaunas", "adsb"), label=LABEL,
        )  # fmt: skip
        told += pairs.advance(tracks, SITES, time_ns)
        again = ParallelTracks()
        again.restore(pairs.snapshot())
        assert again.snapshot() == pairs.snapshot()
    return told


def test_a_claim_nearer_the_radar_than_what_it_sees_is_told_at_the_sixth_look() -> None:
    (found,) = look((52.0, 0.0))
    assert (found.icao_address, found.claim_track, found.radar_track, found.end_ns) == (77, 2, 1, None)
    assert found.found_ns - found.start_ns == 50 * NS_PER_S


@pytest.mark.parametrize(
    ("claim_km", "fields"),
    [
        ((72.0, 0.0), {}),  # farther than the radar may see
        ((52.0, 0.0), {"differs_mps": 30.0}),  # flies otherwise
        ((20.0, 0.0), {}),  # too far off to be one
        ((59.5, 0.0), {}),  # too near: the tracker's matter
        ((52.0, 0.0), {"speed_mps": 20.0}),  # slow ones are often alike
    ],
)
def test_what_may_be_two_is_not(claim_km: tuple[float, float], fields: dict[str, float]) -> None:
    assert look(claim_km, **fields) == []


def test_a_claim_farther_out_is_told_when_it_flies_high_within_the_radars_range() -> None:
    assert len(look((72.0, 0.0), altitude_m=9000.0)) == 1
