"""Where a report says something was: sector, words of distance, notice, time, sound; and that it sums to one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sargas.identification.reports.figures import DISTANCES, SEEN, TOLD_AT_RANDOM, TOLD_RIGHT, told_given_class
from sargas.identification.reports.likelihood import (
    REACH_M,
    SOUND_MPS,
    Offsets,
    observation_times,
    offsets,
    reach_integral,
    report_density,
    report_likelihood,
    time_likelihood,
    word_probability,
)
from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.records import HumanReport
from sargas.model.tracks import CLASSES

TOLD_NS = 1_790_020_800 * NS_PER_S
SEEN_NS = TOLD_NS - 180 * NS_PER_S


def report(**changed: Any) -> HumanReport:
    values = {
        "id": "r/1", "time_ns": TOLD_NS, "origin": "test", "label": Label(), "report_id": "r", "source_id": "112/1",
        "reporter": "citizen", "latitude_deg": 55.0, "longitude_deg": 25.0, "observed_ns": SEEN_NS, "bearing_deg": 90.0,
        "distance": "about_a_kilometre", "seen": "drone",
    }  # fmt: skip
    return HumanReport.model_validate(values | changed)


def place(east_m: float, north_m: float) -> tuple[float, float]:
    return 55.0 + north_m / 111_320.0, 25.0 + east_m / (111_320.0 * np.cos(np.radians(55.0)))


def at(told: HumanReport, east_m: float, north_m: float, time_ns: int = SEEN_NS) -> float:
    return float(report_likelihood(told, *place(east_m, north_m), time_ns))


def test_the_sector_and_the_words_are_where_it_is_likeliest() -> None:
    there = at(report(), 1100.0, 0.0)
    assert there > at(report(), 0.0, 1100.0) > at(report(), -1100.0, 0.0)
    assert there > at(report(), 5000.0, 0.0) > at(report(), 15e3, 0.0)
    assert there > 4.0


def test_no_place_loses_more_than_the_doubt_about_the_person() -> None:
    worst = at(report(), -15e3, 0.0)
    assert worst == pytest.approx(np.log(1.0 - 0.6), abs=1e-6)
    sure = float(report_likelihood(report(), *place(-15e3, 0.0), SEEN_NS, reliability=0.95))
    assert sure == pytest.approx(np.log(0.05), abs=1e-4)


def test_a_call_is_wider_than_an_app_and_near_the_person_the_place_counts() -> None:
    off_30 = (1100.0 * np.cos(np.radians(30.0)), 1100.0 * np.sin(np.radians(30.0)))
    call, app = report(), report(channel="app")
    assert at(call, *off_30) - at(call, 1100.0, 0.0) > at(app, *off_30) - at(app, 1100.0, 0.0)
    near = report(distance="near")
    assert at(near, 0.0, 250.0) - at(near, 250.0, 0.0) > -1.0  # 300 m of doubt about the place: hardly a direction


def test_a_report_without_direction_and_words_is_a_disc() -> None:
    told = report(bearing_deg=None, distance=None)
    around = [at(told, 800.0 * np.sin(a), 800.0 * np.cos(a)) for a in np.linspace(0.0, 6.0, 7)]
    assert np.ptp(around) < 0.05
    assert around[0] > 0.0 > at(told, 12e3, 0.0)


def test_the_integral_over_the_ground_is_that_of_the_density() -> None:
    told = report(sense="seen")
    side = np.linspace(-REACH_M, REACH_M, 401)
    east, north = np.meshgrid(side, side)
    whole = report_density(told, Offsets(east, north)).sum(axis=(0, 1)) * (side[1] - side[0]) ** 2
    large = np.array([name != "clutter" for name in CLASSES])  # noticed within 50 m only: smaller than the grid
    np.testing.assert_allclose(whole[large], reach_integral(told)[large], rtol=0.01)


def test_words_of_distance_are_shared_out_at_every_distance() -> None:
    distance_m = np.geomspace(30.0, 20e3, 50)
    shares = [word_probability(report(distance=word), distance_m) for word in DISTANCES]
    np.testing.assert_allclose(np.sum(shares, axis=0), 1.0, atol=1e-12)


def test_what_is_told_is_shared_out_over_the_words() -> None:
    np.testing.assert_allclose(TOLD_RIGHT.sum(axis=1), 1.0)
    np.testing.assert_allclose(TOLD_AT_RANDOM.sum(), 1.0)
    told = np.array([told_given_class(report(seen=word)) for word in SEEN])
    np.testing.assert_allclose(told.sum(axis=0), 1.0)
    drone = CLASSES.index("one_way_drone")
    assert told[SEEN.index("drone"), drone] == pytest.approx(0.5 * 0.9 + 0.5 * 0.4)


def test_sound_is_taken_back_to_when_it_left_the_object() -> None:
    told = report(sense="heard", channel="app", observed_ns=TOLD_NS, reporter="soldier")
    wave_ns = round(1100.0 / SOUND_MPS * NS_PER_S)
    left, now = at(told, 1100.0, 0.0, TOLD_NS - wave_ns), at(told, 1100.0, 0.0, TOLD_NS)
    assert left > now
    seen = told.model_copy(update={"sense": "seen"})
    assert at(seen, 1100.0, 0.0, TOLD_NS - wave_ns) < at(seen, 1100.0, 0.0, TOLD_NS)


def test_far_from_the_time_of_observation_a_report_says_nothing() -> None:
    assert at(report(), 1100.0, 0.0, SEEN_NS + 900 * NS_PER_S) == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize(("channel", "median_s"), [("call", 180.0), ("app", 15.0)])
def test_an_untold_time_is_the_usual_delay_of_the_channel(channel: str, median_s: float) -> None:
    told = report(observed_ns=None, channel=channel)
    times = observation_times(told)
    assert (np.diff(times) > 0).all()
    assert times[-1] < TOLD_NS
    assert (TOLD_NS - times[3]) / NS_PER_S == pytest.approx(median_s)
    assert float(time_likelihood(told, times[3])) == pytest.approx(0.0)
    assert observation_times(report(channel=channel))[3] == SEEN_NS


def test_places_are_laid_out_across_the_date_line() -> None:
    there = offsets(report(longitude_deg=179.999), 55.0, -179.999)
    assert float(there.east_m) == pytest.approx(0.002 * 111_320.0 * np.cos(np.radians(55.0)))
