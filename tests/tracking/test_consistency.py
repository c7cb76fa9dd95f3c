"""The tracker's own claims of accuracy are honest, clutter alone makes no picture, and covariances stay proper."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaincinv  # scipy.stats takes a second to import

from sargas.model.plots import Plots
from sargas.tracking.motion import unpack
from sargas.tracking.parameters import DEFAULT
from sargas.tracking.tracker import Tracker
from tests.tracking.scene import LABEL, ORIGIN, Flight, at_ns, clutter, radar, see

HORIZONTAL, VERTICAL = 0.5, 0.05
ONE_MODEL = {
    f"{model}_{axis}": density
    for model in ("quiet", "lively", "turn", "agile")
    for axis, density in (("horizontal", HORIZONTAL), ("vertical", VERTICAL))
}
QUIET = DEFAULT._replace(**ONE_MODEL, gate_turn_horizontal=HORIZONTAL, turn_acceleration_mps2=0.0)
QUIET = QUIET._replace(start_speed_low_mps=60.0, start_speed_high_mps=60.0)
"""All models alike: the filter of the very motion that the test flies."""


def accelerate(rng: np.random.Generator, steps: int, dt_s: float) -> list[np.ndarray]:
    """Return a path of white-noise acceleration, exactly the filter's model (up is z near the origin)."""
    q = np.diag([HORIZONTAL, HORIZONTAL, VERTICAL])
    noise = np.kron([[dt_s**3 / 3, dt_s**2 / 2], [dt_s**2 / 2, dt_s]], q)
    root = np.linalg.cholesky(noise)
    x = np.r_[rng.uniform(10e3, 30e3, 2), 3000.0, rng.normal(0, 60, 2), rng.normal(0, QUIET.start_climb_mps)]
    path = [x]
    for _ in range(steps):
        x = np.r_[x[:3] + dt_s * x[3:], x[3:]] + root @ rng.normal(size=6)
        path.append(x)
    return path


def test_errors_of_a_single_target_match_the_covariance() -> None:
    sensor, runs = radar(sigma_range_m=40.0), 100
    distances = []
    for run in range(runs):
        rng = np.random.default_rng([11, run])
        tracker = Tracker([sensor], ORIGIN, QUIET)
        tracker.sites.table["bias_variance"] = 0.0
        path = accelerate(rng, 10, 4.0)
        for scan, x in enumerate(path):
            tracker.update(see(sensor, [Flight(tuple(x[:3]), (0.0, 0.0, 0.0))], 4.0 * scan, scan, rng, label=LABEL))
        assert len(tracker) == 1, "association must not fail, else this does not test the filter"
        error = tracker._state.bank["mean"][0] - path[-1]
        distances.append(error @ np.linalg.solve(unpack(tracker._state.bank["cov"][0]), error))
    low, high = 2.0 * gammaincinv(3 * runs, [0.025, 0.975]) / runs  # chi-square of 6 a run
    assert low < np.mean(distances) < high


def test_ten_minutes_of_clutter_confirm_no_track() -> None:
    sensors = [
        radar(f"long-{i}", 55.0 + i % 2 * 2.4, 22.0 + i // 2 * 4.6, scan_period_s=5.0, max_range_m=220e3)
        for i in range(4)
    ]
    rng = np.random.default_rng(5)
    tracker, false = Tracker(sensors, ORIGIN), set[int]()
    for second in range(600):
        for i, sensor in enumerate(sensors):
            if second % 5 == i:
                tracker.update(clutter(sensor, int(rng.poisson(10)), float(second), second // 5, rng))
        tracker.advance(at_ns(float(second)))
        false.update(tracker.report(at_ns(float(second))).track_id.tolist())
    assert tracker.counts["started"] > 4000
    assert len(false) <= 2


PLOT = st.tuples(
    st.floats(0.0, 3.0),
    st.floats(1_500.0, 200e3),
    st.floats(0.0, 360.0),
    st.one_of(st.just(np.nan), st.floats(-1.0, 60.0)),
    st.one_of(st.just(np.nan), st.floats(-300.0, 300.0)),
    st.one_of(st.just(np.nan), st.floats(0.0, 40_000.0)),
)


@settings(max_examples=60)
@given(st.lists(PLOT, min_size=1, max_size=25), st.integers(0, 2))
def test_covariances_stay_positive_definite_under_any_plots(values: list[tuple[float, ...]], jitter: int) -> None:
    tracker = Tracker([radar(), radar("second", 56.2, 24.3)], ORIGIN)
    time_s = 0.0
    for scan, (step, r, azimuth, elevation, rate, level) in enumerate(values):
        time_s += step
        near = values[0] if scan % 2 else (0.0, r, azimuth, elevation, rate, level)
        time_ns = np.array([at_ns(max(time_s - jitter * (scan % 3), 0.0))])
        tracker.update(
            Plots.of(
                time_ns=time_ns,
                receive_time_ns=np.array([at_ns(time_s)]),
                scan=np.array([scan]),
                sensor_ids=("radar" if scan % 2 else "second",),
                label=LABEL,
                range_m=np.array([near[1] + step]),
                azimuth_deg=np.array([near[2]]),
                elevation_deg=np.array([near[3]]),
                range_rate_mps=np.array([near[4]]),
                flight_level_ft=np.array([near[5]]),
            )
        )
    live = tracker._state.book["live"] == 1
    full = unpack(tracker._state.bank["cov"][live])
    assert np.isfinite(full).all()
    assert (np.linalg.eigvalsh(full)[:, 0] > 0).all()
    report = tracker.report(at_ns(time_s + 10.0))
    assert (report.covariance[:, [0, 6, 11, 15, 18, 20]] > 0).all()
