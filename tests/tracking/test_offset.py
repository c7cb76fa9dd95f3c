"""Who says where a track is: claims and witnesses are counted apart, what is shifted shows, a claim takes no number."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sargas.geo.wgs84 import geodetic_from_ecef
from sargas.model.plots import Plots
from sargas.model.records import Sensor
from sargas.tracking.offset import compare_offset
from sargas.tracking.support import Support
from sargas.tracking.tracker import Tracker
from tests.tracking.scene import EPOCH_NS, FRAME, LABEL, ORIGIN, Flight, radar, see

ADDRESS = 0x4CA123
ADSB = Sensor(id="ads-b", kind="ads-b", latitude_deg=56.0, longitude_deg=24.0, max_range_m=400e3, clutter_per_scan=0.01)
WAM = Sensor(id="wam", kind="wam", max_range_m=400e3)
RADAR = radar(aligned=True)


def claim(flight: Flight, time_s: float, shift_m: float = 0.0, sensor: Sensor = ADSB, **columns: Any) -> Plots:
    """Return what an aircraft says of its place, shifted to the north."""
    place = FRAME.ecef_from_enu(flight.at(time_s)[:3])
    latitude, longitude, altitude = geodetic_from_ecef(place)
    time_ns = np.array([EPOCH_NS + round(time_s * 1e9)])
    given: dict[str, Any] = {"icao_address": np.array([ADDRESS]), "nic": [8], "nac_p": [9], "sil": [3]}
    return Plots.of(
        time_ns=time_ns, receive_time_ns=time_ns + 100_000_000, sensor_ids=(sensor.id,), label=LABEL,
        latitude_deg=np.array([float(latitude) + shift_m / 111_195.0]), longitude_deg=np.array([float(longitude)]),
        altitude_m=np.array([float(altitude)]), **(given | columns),
    )  # fmt: skip


def fly(
    seconds: int, *, shift_m: float = 0.0, from_s: float = 0.0, radars: bool = True, claims: bool = True, **columns: Any
) -> tuple[Tracker, Support]:
    """Let one aircraft fly past: the radar looks every 4 s, the aircraft tells its place each second."""
    tracker, flight = Tracker([RADAR, ADSB, WAM], ORIGIN), Flight()
    rng = np.random.default_rng(4)
    for second in range(seconds):
        if radars and second % 4 == 0:
            tracker.update(see(RADAR, [flight], float(second), second // 4, rng, **columns))
        else:
            tracker.hear(RADAR.id, EPOCH_NS + second * 10**9)
        if claims:
            tracker.update(claim(flight, second + 0.5, shift_m if second >= from_s else 0.0))
        tracker.advance(EPOCH_NS + second * 10**9 + 900_000_000)
    return tracker, tracker.support(EPOCH_NS + seconds * 10**9)


def test_an_honest_aircraft_is_seen_where_it_says_it_is() -> None:
    _, support = fly(40)
    assert len(support.track_id) == 1
    assert support.witness_score[0] > 2.0
    assert support.offset_score[0] > 1.0
    assert np.hypot(*support.offset_m[0]) < 60.0
    assert (support.witnesses[0], support.watchers[0]) == (1, 1)
    assert support.named_ns[0] == 0
    assert support.claim_ns[0] == EPOCH_NS + 39_500_000_000
    assert support.witness_ns[0] == EPOCH_NS + 36 * 10**9


def test_a_radar_that_is_answered_names_it() -> None:
    _, support = fly(20, icao_address=np.array([ADDRESS]))
    assert support.named_ns[0] == EPOCH_NS + 16 * 10**9


def test_a_claim_that_no_radar_sees_loses_its_witness() -> None:
    _, support = fly(40, radars=False)
    assert support.watchers[0] == 1
    assert support.witness_ns[0] == 0
    assert support.witness_score[0] < -5.0


def test_a_track_without_claims_has_nothing_compared() -> None:
    _, support = fly(40, claims=False)
    assert support.claim_ns[0] == 0
    assert np.isnan(support.offset_m).all()
    assert support.offset_score[0] == 0.0
    assert support.witness_score[0] > 2.0


def test_a_place_shifted_within_the_gate_shows_as_an_offset() -> None:
    # 120 m: the radar's plots still fall to the track that the claims lead
    _, support = fly(60, shift_m=120.0)
    assert len(support.track_id) == 1
    assert support.offset_m[0, 1] == pytest.approx(-120.0, abs=40.0)
    _, honest = fly(60)
    assert support.offset_score[0] < honest.offset_score[0]


@pytest.mark.parametrize("shift_m", [2_000.0, 20_000.0])
def test_a_claim_that_leaves_takes_no_number_from_what_the_radar_holds(shift_m: float) -> None:
    tracker, support = fly(60, shift_m=shift_m, from_s=24.0)
    assert 1 in support.track_id
    held = support.track_id.tolist().index(1)
    assert support.witness_ns[held] == EPOCH_NS + 56 * 10**9
    assert EPOCH_NS + 60 * 10**9 - support.claim_ns[held] > 30 * 10**9
    tracks = tracker.report(EPOCH_NS + 60 * 10**9)
    at = FRAME.ecef_from_enu(Flight().at(60.0)[:3])
    assert tracks.latitude_deg[held] == pytest.approx(float(geodetic_from_ecef(at)[0]), abs=300.0 / 111_195.0)
    led = [number for number in support.track_id.tolist() if number != 1]
    assert led, "what it says goes on as a track of its own"
    assert support.witness_score[support.track_id.tolist().index(led[0])] < -4.0


def test_multilateration_is_neither_claim_nor_witness() -> None:
    tracker, flight = Tracker([WAM], ORIGIN), Flight()
    for second in range(10):
        tracker.update(claim(flight, float(second), sensor=WAM))
        tracker.advance(EPOCH_NS + second * 10**9)
    support = tracker.support(EPOCH_NS + 10 * 10**9)
    assert (support.claim_ns[0], support.witness_ns[0]) == (0, 0)


def test_a_sensor_that_nobody_configured_bears_no_witness() -> None:
    tracker, flight = Tracker([RADAR], ORIGIN), Flight()
    for second in range(10):
        tracker.update(claim(flight, float(second), sensor=Sensor(id="who", kind="ads-b")))
        tracker.advance(EPOCH_NS + second * 10**9)
    support = tracker.support(EPOCH_NS + 10 * 10**9)
    assert (support.claim_ns[0], support.witness_ns[0]) == (EPOCH_NS + 9 * 10**9, 0)


def test_offsets_are_weighed_by_what_both_may_be_off() -> None:
    def score(offset_m: float, sigma_m: float, claim_sigma_m: float = 50.0) -> float:
        weight = sigma_m**-2.0
        information, pull = np.array([weight, 0.0, weight]), np.array([offset_m * weight, 0.0])
        return float(compare_offset(information, pull, claim_sigma_m**2))

    assert score(20.0, 30.0) > 2.0
    assert score(500.0, 30.0) < -10.0
    assert abs(score(500.0, 5_000.0)) < 1.0, "nothing is known"
    assert score(500.0, 30.0, claim_sigma_m=600.0) > 0.0, "it says itself that it may be so far off"
    assert float(compare_offset(np.zeros(3), np.zeros(2), 0.0)) == 0.0


def test_a_snapshot_keeps_the_accounts() -> None:
    tracker, support = fly(30)
    again = Tracker([], ORIGIN)
    again.restore(tracker.snapshot())
    for before, after in zip(support, again.support(EPOCH_NS + 30 * 10**9), strict=True):
        np.testing.assert_array_equal(before, after)


def test_what_another_says_of_its_place_is_no_look_at_a_track_beside_it() -> None:
    tracker, flight = Tracker([RADAR, ADSB], ORIGIN), Flight()
    for second in range(24):
        if second % 4 == 0:
            tracker.update(see(RADAR, [flight], float(second), second // 4))
        tracker.update(claim(flight, second + 0.5, 600.0))
        tracker.advance(EPOCH_NS + second * 10**9 + 900_000_000)
    support = tracker.support(EPOCH_NS + 24 * 10**9)
    assert sorted(np.minimum(support.claim_ns, 1).tolist()) == [0, 1], "one told by itself, one by the radar"
