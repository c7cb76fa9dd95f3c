"""Registration: injected biases are found, with honest sigmas, blind and by reference, and a walker is named."""

from dataclasses import dataclass

import numpy as np
import pytest

from sargas.model.plots import Plots
from sargas.model.records import Sensor
from sargas.sensors.registration import Registration
from sargas.sensors.registration_kernels import solve_with_prior
from sargas.tracking.tracker import Tracker
from tests.tracking.scene import FRAME, LABEL, ORIGIN, Flight, at_ns, radar, see, states

RADARS = [
    radar("a", 55.6, 23.2, scan_period_s=2.0, clutter_per_scan=0.1),
    radar("b", 56.4, 23.3, scan_period_s=2.0, clutter_per_scan=0.1),
    radar("c", 56.0, 24.9, scan_period_s=2.0, clutter_per_scan=0.1),
]
BIAS = {"a": (60.0, 0.25), "b": (-90.0, -0.30), "c": (20.0, 0.10)}


def crowd(rng: np.random.Generator, count: int = 40) -> list[Flight]:
    """Return aircraft all over the region."""
    places, headings = rng.uniform(-60e3, 60e3, (count, 2)), rng.uniform(0, 2 * np.pi, count)
    return [
        Flight((float(x), float(y), float(rng.uniform(2e3, 9e3))), (120 * np.cos(h), 120 * np.sin(h), 0.0))
        for (x, y), h in zip(places, headings, strict=True)
    ]


def biased(
    sensor: Sensor, flights: list[Flight], time_s: float, scan: int, rng: np.random.Generator, scale: float
) -> Plots:
    plots = see(sensor, flights, time_s, scan, rng)
    plots.range_m[:] += scale * BIAS[sensor.id][0]
    plots.azimuth_deg[:] += scale * BIAS[sensor.id][1]
    return plots


def positions(flights: list[Flight], time_s: float, rng: np.random.Generator) -> Plots:
    """Return cooperative positions of the first ten aircraft."""
    points = np.array([flight.at(time_s)[:3] for flight in flights[:10]])
    latitude, longitude, height = FRAME.geodetic_from_enu(points + rng.normal(0, [20, 20, 5], points.shape))
    time_ns = np.full(len(points), at_ns(time_s))
    return Plots.of(
        time_ns=time_ns,
        receive_time_ns=time_ns,
        sensor_ids=("ads-b",),
        label=LABEL,
        latitude_deg=latitude,
        longitude_deg=longitude,
        altitude_m=height,
        icao_address=0x500000 + np.arange(len(points)),
    )


@dataclass(frozen=True)
class Walk:
    """What happens to one radar's azimuth from second 50 on: a jump (deg), then a drift (deg/s) until ``most_deg``."""

    name: str
    jump_deg: float = 0.0
    drift_deg_s: float = 0.0
    most_deg: float = 1.0

    def at(self, step: int) -> float:
        """Return what the azimuth is off (deg)."""
        return self.jump_deg + min(self.drift_deg_s * (step - WALK_FROM), self.most_deg) if step >= WALK_FROM else 0.0


WALK_FROM = 50


def run(
    seconds: int, *, scale: float = 1.0, reference: bool = False, walk: Walk | None = None
) -> tuple[Tracker, dict[str, int]]:
    """Return the tracker and the second at which each radar was first named."""
    rng = np.random.default_rng(6)
    sensors = [*RADARS, Sensor(id="ads-b", kind="ads-b", sigma_position_m=25.0, clutter_per_scan=0.0)]
    tracker, flights, walked = Tracker(sensors, ORIGIN), crowd(rng), dict[str, int]()
    for step in range(seconds):
        for k, sensor in enumerate(RADARS):
            if step % 2 == k % 2:
                plots = biased(sensor, flights, float(step) + 0.1 * k, step, rng, scale)
                if walk is not None and sensor.id == walk.name:
                    plots.azimuth_deg[:] += walk.at(step)
                tracker.update(plots)
        if reference:
            tracker.update(positions(flights, float(step) + 0.5, rng))
        tracker.advance(at_ns(step + 0.9))
        for name, bias in tracker.biases().items():
            if bias["walking"]:
                walked.setdefault(name, step)
    return tracker, walked


def test_an_aligned_radar_anchors_the_others_and_is_not_registered() -> None:
    rng, flights = np.random.default_rng(8), crowd(np.random.default_rng(6))
    aligned = RADARS[0].model_copy(update={"aligned": True})
    tracker = Tracker([aligned, RADARS[1]], ORIGIN)
    for step in range(60):
        tracker.update(see(aligned, flights, float(step), step, rng))
        tracker.update(biased(RADARS[1], flights, step + 0.1, step, rng, 1.0))
        tracker.advance(at_ns(step + 0.9))
    found = tracker.biases()
    assert list(found) == ["b"]
    assert abs(found["b"]["azimuth_deg"] - BIAS["b"][1]) < 3.0 * found["b"]["sigma_azimuth_deg"]
    assert found["b"]["sigma_azimuth_deg"] < 0.02
    assert not tracker.sites.table["bias_variance"][0].any()


@pytest.mark.parametrize("reference", [False, True])
def test_injected_biases_are_found_with_honest_sigmas(reference: bool) -> None:
    tracker, walked = run(60, reference=reference)
    found = tracker.biases()
    assert walked == {}
    for name, (range_m, azimuth_deg) in BIAS.items():
        told = found[name]
        assert abs(told["range_m"] - range_m) < max(4 * told["sigma_range_m"], 3.0)
        assert abs(told["azimuth_deg"] - azimuth_deg) < max(4 * told["sigma_azimuth_deg"], 0.005)
        assert told["sigma_azimuth_deg"] < 0.05
    assert tracker.sites.table["registered"][:3].all()


def test_a_well_aligned_network_is_left_alone() -> None:
    tracker, _ = run(40, scale=0.0)
    for told in tracker.biases().values():
        assert abs(told["azimuth_deg"]) < 0.01
        assert abs(told["range_m"]) < 5.0


@pytest.mark.parametrize(
    "walk",
    [
        Walk("c", drift_deg_s=0.02),
        Walk("a", drift_deg_s=0.02),
        Walk("b", drift_deg_s=0.1),
        Walk("a", drift_deg_s=0.005),
        Walk("c", jump_deg=0.3),
        Walk("a", jump_deg=0.5),
        Walk("b", jump_deg=-0.8),
        Walk("a", jump_deg=1.0),
    ],
    ids=lambda walk: f"{walk.name}{walk.jump_deg:+}{walk.drift_deg_s:+}",
)
def test_a_radar_that_walks_off_is_named_and_no_other_and_no_aircraft_is_doubled(walk: Walk) -> None:
    tracker, walked = run(110, walk=walk)
    assert list(walked) == [walk.name]
    assert walked[walk.name] - WALK_FROM <= 60
    assert len(tracker.report(at_ns(110.0))) == 40
    told = tracker.biases()[walk.name]
    assert abs(told["azimuth_deg"] - BIAS[walk.name][1] - walk.at(109)) < 0.05, "the new bias is found"


def test_the_plots_of_a_radar_that_walks_off_count_half_for_a_minute() -> None:
    sigma_rad = np.radians(RADARS[2].sigma_azimuth_deg)
    before, _ = run(WALK_FROM)
    assert before.sites.table["bias_variance"][2, 1] < 0.01 * sigma_rad**2
    walking, _ = run(100, walk=Walk("c", jump_deg=0.5))
    assert walking.sites.table["bias_variance"][2, 1] >= sigma_rad**2
    assert (walking.sites.table["bias_variance"][:2, 1] < 0.01 * sigma_rad**2).all(), "the others as ever"
    after, _ = run(130, walk=Walk("c", jump_deg=0.5))
    assert after.sites.table["bias_variance"][2, 1] < 0.01 * sigma_rad**2


def test_tracks_stay_where_the_aircraft_are_when_a_radar_walks_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def error_m(seconds: int, walk: Walk | None) -> float:
        """Return how far tracks are from the nearest aircraft, root of the mean square."""
        tracker, _ = run(seconds, walk=walk)
        truth = np.array([flight.at(seconds - 0.1)[:2] for flight in crowd(np.random.default_rng(6))])
        found = states(tracker.report(at_ns(seconds - 0.1)))[:, :2]
        return float(np.sqrt((np.linalg.norm(found[:, None] - truth, axis=2).min(axis=1) ** 2).mean()))

    walk = Walk("a", drift_deg_s=0.02)
    calm, named = error_m(90, None), error_m(90, walk)
    monkeypatch.setattr(Registration, "_find_walkers", lambda *_: [])
    blind = error_m(90, walk)
    assert named < 1.5 * calm
    assert blind > 3.0 * named


def test_one_radar_alone_learns_nothing_and_claims_nothing() -> None:
    rng = np.random.default_rng(1)
    tracker, flights = Tracker(RADARS[:1], ORIGIN), crowd(rng)
    for step in range(20):
        tracker.update(biased(RADARS[0], flights, 2.0 * step, step, rng, 1.0))
        tracker.advance(at_ns(2.0 * step + 1.0))
    told = tracker.biases()["a"]
    assert told["pairs"] == 0
    assert told["azimuth_deg"] == 0.0
    assert told["sigma_azimuth_deg"] > 0.1


def test_the_solution_is_that_of_the_library() -> None:
    rng = np.random.default_rng(3)
    root, pull = rng.normal(size=(24, 24)), rng.normal(size=24) * 5.0
    information, prior = root @ root.T, 7.0
    bias, variance = np.zeros(24), np.zeros(24)
    evidence = solve_with_prior(information, pull, prior, bias, variance)
    covariance = np.linalg.inv(information + prior * np.eye(24))
    np.testing.assert_allclose(bias, covariance @ pull, rtol=1e-9)
    np.testing.assert_allclose(variance, np.diag(covariance), rtol=1e-9)
    expected = 0.5 * (pull @ covariance @ pull + np.linalg.slogdet(covariance)[1] + 24 * np.log(prior))
    assert evidence == pytest.approx(expected, rel=1e-9)
