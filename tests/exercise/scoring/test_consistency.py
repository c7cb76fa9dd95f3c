"""NEES is 3 for honest covariances, and outside its band for those that promise too much."""

import numpy as np
import pytest

from sargas.exercise.scoring.columns import Picture, States, Truth
from sargas.exercise.scoring.consistency import band, consistency_figures, nees
from sargas.exercise.scoring.frames import build_frames
from sargas.geo.enu import Frame
from tests.exercise.scoring.stage import perfect, stage

UPPER = np.triu_indices(6)


def noisy(truth: Truth, scale: float) -> Picture:
    """Disturb every track as its covariance says, times ``scale``."""
    rng, states = np.random.default_rng(5), truth.states
    root = np.tril(rng.normal(0, 20, (6, 6))) + np.diag([80.0, 60, 90, 8, 9, 7])
    covariance = root @ root.T
    places = np.empty((len(states), 3))
    errors = scale * rng.normal(0, 1, (len(states), 6)) @ root.T
    for row in range(len(states)):
        here = Frame(states.latitude_deg[row], states.longitude_deg[row], states.altitude_m[row])
        places[row] = [float(v) for v in here.geodetic_from_enu(errors[row, :3])]
    velocity = (states.velocity_east_mps, states.velocity_north_mps, states.velocity_up_mps)
    east, north, up = (v + e for v, e in zip(velocity, errors[:, 3:].T, strict=True))
    return Picture(
        states=States(
            time_ns=states.time_ns, latitude_deg=places[:, 0], longitude_deg=places[:, 1], altitude_m=places[:, 2],
            velocity_east_mps=east, velocity_north_mps=north, velocity_up_mps=up,
        ),
        track_id=perfect(truth).track_id,
        covariance=np.tile(covariance[UPPER], (len(states), 1)),
    )  # fmt: skip


def test_honest_covariances_are_inside_the_band() -> None:
    truth = stage(100, 12)
    picture = noisy(truth, 1.0)
    figures = consistency_figures(build_frames(truth, picture), truth, picture)
    assert figures is not None
    for name in ("position_nees", "velocity_nees"):
        nees_figures = figures[name]
        assert isinstance(nees_figures, dict)
        assert nees_figures["mean"] == pytest.approx(3.0, rel=0.06)
        assert nees_figures["inside_band_share"] >= 0.75
    assert figures["inside_95_ellipse_share"] == pytest.approx(0.95, abs=0.02)


def test_a_covariance_that_promises_too_much_is_found_out() -> None:
    truth = stage(100, 12)
    picture = noisy(truth, 1.5)
    figures = consistency_figures(build_frames(truth, picture), truth, picture)
    assert figures is not None
    assert figures["position_nees"]["inside_band_share"] == 0.0  # type: ignore[index]
    assert figures["inside_95_ellipse_share"] < 0.8  # type: ignore[operator]


def test_without_covariance_there_is_nothing_to_say() -> None:
    truth = stage(2, 4)
    picture = perfect(truth)
    assert consistency_figures(build_frames(truth, picture), truth, picture) is None


def test_nees_counts_only_the_axes_asked_for() -> None:
    errors = np.array([[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]])
    assert nees(errors, np.eye(6)[None], (0, 1, 2)) == pytest.approx([14.0])
    assert nees(errors, 4.0 * np.eye(6)[None], (3, 4, 5)) == pytest.approx([77.0 / 4])


def test_the_band_of_many_is_narrow_around_three() -> None:
    low, high = band(1000)
    assert 2.8 < low < 3.0 < high < 3.2
