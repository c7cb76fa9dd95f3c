"""Radars see what their model says, as often as it says, with the errors it says."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from sargas.exercise.adsb import hear, jamming_at, motion_at
from sargas.exercise.detection import (
    GEOID_M,
    METRES_PER_FOOT,
    NO_OBJECT,
    Reports,
    detect,
    detection_probability,
    pressure_offset_ft,
)
from sargas.exercise.sight import HORIZON_M_PER_ROOT_M, SimulatedSensor, look
from sargas.exercise.sky import Sky
from sargas.exercise.tables import KINDS, NATIONS, PLACES, PLAIN_M, SITES
from sargas.geo.polar import elevation_from_height, polar_from_enu
from sargas.geo.wgs84 import curvature_radius_m, ecef_from_geodetic, geodetic_from_ecef

TURNS = 6
JAMMED_TURN = 70
"""A second in which navigation is jammed."""


def sensor(name: str) -> SimulatedSensor:
    return next(SimulatedSensor.at(site, number) for number, site in enumerate(SITES) if site.id == name)


def a_sky(seed: int = 11, targets: int = 3000) -> Sky:
    return Sky.of(seed, targets, NATIONS)


def turns(name: str, sky: Sky) -> Iterator[tuple[Reports, np.ndarray]]:
    """Return the reports of some turns of a radar, each with the true ENU of what it saw (NaN for false plots)."""
    for turn in range(TURNS):
        reports = detect(sensor(name), sky, turn)
        enu = np.full((len(reports), 3), np.nan)
        real = reports.slot != NO_OBJECT
        position, _ = motion_at(sky, reports.slot[real], reports.beam_s[real])
        enu[real] = sensor(name).frame.enu_from_ecef(position)
        yield reports, enu


def residuals(name: str, of: Callable[[Reports, np.ndarray], np.ndarray], sharp: bool = True) -> np.ndarray:
    sky = a_sky()
    found = []
    for reports, enu in turns(name, sky):
        real = reports.slot != NO_OBJECT
        if sharp:
            extent_m = np.array([KINDS[kind].extent_m for kind in sky.kind])
            real &= extent_m[np.where(real, reports.slot, 0)] <= 3
        found.append(of(reports, enu)[real])
    return np.concatenate(found)


def azimuth_error(reports: Reports, enu: np.ndarray) -> np.ndarray:
    return (reports.azimuth_deg - np.degrees(np.arctan2(enu[:, 0], enu[:, 1])) + 180.0) % 360.0 - 180.0


@pytest.mark.parametrize("name", ["lt-gap-1", "lt-lr-2", "lt-ssr"])
def test_noise_is_what_the_model_says(name: str) -> None:
    model = sensor(name).model
    range_m = residuals(name, lambda reports, enu: reports.range_m - np.linalg.norm(enu, axis=1))
    assert len(range_m) > 250
    assert range_m.std() == pytest.approx(model.sigma_range_m, rel=0.12)
    assert abs(range_m.mean()) < 4 * model.sigma_range_m / np.sqrt(len(range_m))
    azimuth_deg = residuals(name, azimuth_error)
    assert azimuth_deg.std() == pytest.approx(model.sigma_azimuth_deg, rel=0.15)


def test_the_misaligned_radar_is_off_by_its_bias() -> None:
    assert residuals("pl-gap-3", azimuth_error).mean() == pytest.approx(0.5, abs=0.05)
    assert residuals("pl-gap-1", azimuth_error).mean() == pytest.approx(0.0, abs=0.05)


def test_the_height_reported_is_the_elevation_measured() -> None:
    def error(reports: Reports, enu: np.ndarray) -> np.ndarray:
        radar = sensor("lt-gap-1")
        radius_m = curvature_radius_m(radar.site.latitude_deg, reports.azimuth_deg)
        height_m = reports.height_ft * METRES_PER_FOOT + GEOID_M
        measured = elevation_from_height(reports.range_m, radar.height_m, height_m, radius_m)
        return measured - polar_from_enu(np.nan_to_num(enu))[2]

    elevation_deg = residuals("lt-gap-1", error)
    assert elevation_deg.std() == pytest.approx(sensor("lt-gap-1").model.sigma_elevation_deg, rel=0.12)
    assert abs(elevation_deg.mean()) < 0.08


def test_pressure_height_is_one_offset_from_the_true_height() -> None:
    sky = a_sky()
    errors = []
    for reports, _ in turns("lt-ssr", sky):
        position, _ = motion_at(sky, reports.slot, reports.beam_s)
        true_ft = (geodetic_from_ecef(position)[2] - GEOID_M) / METRES_PER_FOOT
        errors.append(reports.flight_level_ft - true_ft)
    error_ft = np.concatenate(errors)
    without = np.isnan(error_ft)
    assert without.mean() == pytest.approx(0.02, abs=0.015)
    np.testing.assert_allclose(error_ft[~without], pressure_offset_ft(sky.seed), atol=40)


def test_only_what_answers_is_in_a_secondary_radar() -> None:
    sky = a_sky()
    for reports, _ in turns("lt-ssr", sky):
        assert (reports.icao_address >= 0xF00000).all()
        assert {KINDS[sky.kind[slot]].transponder > 0 for slot in reports.slot} == {True}


def test_detections_follow_swerling_1() -> None:
    """Against the formula, in bins of probability: the observed share lies within four standard errors."""
    sky = a_sky(targets=6000)
    radar = sensor("lt-gap-5")
    predicted, observed = [], []
    for turn in range(12):
        seen = look(radar, sky, turn)
        clear = np.abs(seen.range_rate_mps) > radar.model.min_range_rate_mps + 8
        p = detection_probability(radar, seen.range_m, sky.rcs_dbsm[seen.row, seen.slot])
        reports = detect(radar, sky, turn)
        hit = np.isin(seen.slot, reports.slot[reports.slot != NO_OBJECT])
        predicted.append(p[clear])
        observed.append(hit[clear])
    p, hit = np.concatenate(predicted), np.concatenate(observed)
    for low, high in ((0.0, 0.1), (0.1, 0.4), (0.4, 0.7), (0.7, 0.9), (0.9, 1.0)):
        rows = (p > low) & (p <= high)
        error = np.sqrt((p[rows] * (1 - p[rows])).sum()) / rows.sum()
        assert rows.sum() > 50
        assert hit[rows].mean() == pytest.approx(p[rows].mean(), abs=4 * error + 1e-3), (low, high)


def test_reach_is_the_range_of_nine_in_ten() -> None:
    radar = sensor("lt-gap-1")
    reach_m = radar.model.reach_m
    assert reach_m is not None
    ranges = np.array([reach_m, reach_m * 10 ** (-10 / 40)])
    np.testing.assert_allclose(detection_probability(radar, ranges, np.array([0.0, -10.0])), [0.9, 0.9])


@pytest.mark.parametrize("name", ["lt-gap-1", "lt-lr-1", "lt-adsb-1"])
def test_nothing_is_seen_below_the_horizon_or_out_of_range(name: str) -> None:
    sky, one = a_sky(), sensor(name)
    seen = look(one, sky, 0)
    position, _ = motion_at(sky, seen.slot, seen.time_s)
    height_m = geodetic_from_ecef(position)[2] - PLAIN_M
    horizon_m = HORIZON_M_PER_ROOT_M * (np.sqrt(one.site.antenna_m) + np.sqrt(np.maximum(height_m, 0)))
    assert len(seen) > 20
    assert (seen.range_m <= horizon_m * 1.001).all()
    assert (seen.range_m <= one.model.max_range_m).all()
    # All that are left out are so for a reason.
    slots = np.setdiff1d(np.arange(len(sky.kind)), seen.slot)
    hidden, _ = motion_at(sky, slots, np.full(len(slots), one.turn_start_s(0)))
    enu = one.frame.enu_from_ecef(hidden)
    near = (np.linalg.norm(enu, axis=1) < 10e3) & (sky.starts[0][slots] <= 0) & (enu[:, 2] < 10e3)
    overhead = polar_from_enu(enu)[2] > one.model.elevation_deg[1] - 1
    too_near = np.linalg.norm(enu, axis=1) < one.model.min_range_m + 300
    assert (overhead | too_near)[near].all()


def test_slow_movers_fall_through_the_doppler_gate() -> None:
    for name in ("lt-lr-1", "lt-gap-1"):
        radar = sensor(name)
        for reports, _ in turns(name, a_sky()):
            real = reports.slot != NO_OBJECT
            gate = radar.model.min_range_rate_mps - 5 * radar.model.sigma_range_rate_mps
            assert (np.abs(reports.range_rate_mps[real]) > gate).all()


def test_false_plots_come_as_often_as_the_model_says() -> None:
    sky = Sky.of(2, 0, NATIONS)
    counts = [int((detect(sensor("lt-gap-2"), sky, turn).slot == NO_OBJECT).sum()) for turn in range(200)]
    assert np.mean(counts) == pytest.approx(4.0, abs=0.5)
    assert np.var(counts) == pytest.approx(4.0, abs=1.5)


def test_two_radars_see_the_same_shower() -> None:
    for name in ("lt-lr-1", "lt-gap-6"):
        sky = a_sky(targets=0)
        shower = np.flatnonzero([KINDS[kind].kind == "weather_echo" for kind in sky.kind])
        seen = np.concatenate([reports.slot for reports, _ in turns(name, sky)])
        assert np.isin(seen, shower).sum() >= 3, name


def test_beam_times_are_when_the_beam_points_there() -> None:
    radar = sensor("lt-lr-1")
    for turn, (reports, enu) in enumerate(turns("lt-lr-1", a_sky())):
        assert (np.diff(reports.beam_s) >= 0).all()
        beam_deg = (reports.beam_s - radar.turn_start_s(turn)) / radar.model.scan_period_s * 360.0
        real = reports.slot != NO_OBJECT
        error = (beam_deg - np.degrees(np.arctan2(enu[:, 0], enu[:, 1])) + 180) % 360 - 180
        # Within a turn of passing north a few near objects are met one degree early or late.
        assert (np.abs(error[real]) < 0.1).mean() > 0.97
        assert np.abs(error[real]).max() < 5.0


def test_nobody_is_jammed_before_it_begins() -> None:
    heard = hear(sensor("lt-adsb-2"), a_sky(), 3)
    assert set(heard.nic.tolist()) == {8}


def test_adsb_positions_and_codes_are_healthy_away_from_interference() -> None:
    sky = a_sky()
    heard = hear(sensor("lv-adsb"), sky, JAMMED_TURN)
    healthy = heard.sil == 3
    assert 20 < healthy.sum() < len(heard)
    assert set(zip(heard.nic[healthy].tolist(), heard.nac_p[healthy].tolist(), strict=True)) == {(8, 9)}
    slot_of = {int(object_id): slot for slot, object_id in enumerate(sky.object_id[sky.rows_at(heard.time_s)[0]])}
    slots = np.array([slot_of[int(object_id)] for object_id in heard.object_id])
    position, _ = motion_at(sky, slots, heard.time_s)
    claimed = ecef_from_geodetic(heard.latitude_deg, heard.longitude_deg, heard.altitude_m)
    error_m = np.linalg.norm(claimed - position, axis=1)
    assert np.sqrt((error_m[healthy] ** 2).mean()) == pytest.approx(np.sqrt(2 * 12**2 + 8**2), rel=0.2)
    assert np.median(error_m[heard.nic <= 5]) > 3 * np.median(error_m[healthy])


def test_interference_lowers_quality_towards_its_middle_and_silences_it() -> None:
    longitude_deg, latitude_deg = PLACES.interference.centre
    steps_deg = np.array([0.0, 0.4, 0.8, 1.2, 2.0])
    places = ecef_from_geodetic(latitude_deg + steps_deg, longitude_deg, 10_000.0)
    level = jamming_at(places, np.full(5, 9_880.0))
    assert (np.diff(level) < 0).all()
    assert level[-1] == 0.0
    low = jamming_at(ecef_from_geodetic(latitude_deg + 1.0, longitude_deg, 170.0)[None], np.array([50.0]))
    assert low[0] == 0.0  # below the horizon of the jammer


def test_in_the_middle_of_the_interference_few_are_heard() -> None:
    sky, station = a_sky(targets=8000), sensor("lt-adsb-2")
    heard = {True: 0, False: 0}
    there = {True: 0, False: 0}
    for turn in range(JAMMED_TURN, JAMMED_TURN + 3):
        seen = look(station, sky, turn)
        seen_slots = seen.slot[sky.sends_adsb[seen.row, seen.slot]]
        position, _ = motion_at(sky, seen_slots, np.full(len(seen_slots), station.turn_start_s(turn)))
        level = jamming_at(position, geodetic_from_ecef(position)[2] - PLAIN_M)
        spoke = np.isin(
            sky.object_id[seen.row[sky.sends_adsb[seen.row, seen.slot]], seen_slots], hear(station, sky, turn).object_id
        )
        for middle, rows in ((True, level > 0.85), (False, level == 0.0)):
            heard[middle] += int(spoke[rows].sum())
            there[middle] += int(rows.sum())
    assert there[True] >= 10
    assert heard[True] / there[True] < 0.45
    assert heard[False] / there[False] == pytest.approx(station.model.detection_probability, abs=0.03)


def test_noise_of_a_turn_does_not_depend_on_who_asked_before() -> None:
    one, two = a_sky(targets=200), a_sky(targets=200)
    detect(sensor("lt-lr-1"), one, 0)
    first, second = (detect(sensor("lt-gap-1"), sky, 2) for sky in (one, two))
    assert first.range_m.tobytes() == second.range_m.tobytes()
    moved = replace(sensor("lt-gap-1"), number=99)
    assert detect(moved, two, 2).range_m.tobytes() != second.range_m.tobytes()
