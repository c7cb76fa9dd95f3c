"""Late plots: a track ends where it would have been in order."""

import numpy as np
import pytest

from sargas.model.plots import Plots
from sargas.tracking.tracker import Tracker
from tests.tracking.scene import ORIGIN, Flight, at_ns, radar, same, see, states

SENSORS = [radar("a", 56.0, 24.0, scan_period_s=2.0), radar("b", 56.5, 24.8, scan_period_s=3.0)]
FLIGHT = Flight((40e3, 30e3, 3000.0), (90.0, 60.0, 0.0))


def scans(seconds: float) -> list[tuple[float, Plots]]:
    """Return the scans of both radars by time of validity."""
    rng, made = np.random.default_rng(8), []
    for sensor, first in zip(SENSORS, (0.0, 0.7), strict=True):
        for k in range(int(seconds / sensor.scan_period_s)):
            time_s = first + k * sensor.scan_period_s
            made.append((time_s, see(sensor, [FLIGHT], time_s, k, rng, delay_s=10.0)))
    return sorted(made, key=lambda scan: scan[0])


def track(order: list[tuple[float, Plots]]) -> Tracker:
    tracker = Tracker(SENSORS, ORIGIN)
    for _, plots in order:
        tracker.update(plots)
    return tracker


@pytest.mark.parametrize("seed", range(5))
def test_a_shuffle_within_the_memory_changes_nothing(seed: int) -> None:
    made = scans(30.0)
    start, rest = made[:6], made[6:]
    rng = np.random.default_rng(seed)
    shuffled = sorted(rest, key=lambda scan: scan[0] + rng.uniform(0.0, 6.0))
    assert shuffled != rest
    ordered, late = track(start + rest), track(start + shuffled)
    assert late.counts["late"] == 0
    assert len(late) == len(ordered) == 1
    a, b = ordered.report(at_ns(31.0)), late.report(at_ns(31.0))
    np.testing.assert_allclose(states(b), states(a), atol=1e-6)
    np.testing.assert_allclose(b.covariance, a.covariance, rtol=1e-9)


def test_a_plot_older_than_the_memory_is_counted_and_disturbs_nothing() -> None:
    made = scans(60.0)
    tracker = track(made)
    before = tracker.report(at_ns(60.0))
    tracker.update(see(SENSORS[0], [FLIGHT], 31.0, 900, delay_s=29.0))
    assert tracker.counts["late"] == 1
    assert same(before, tracker.report(at_ns(60.0)))
