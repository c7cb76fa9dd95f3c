"""The benchmark's own arithmetic: the bound is what the best filter reaches, ratios and limits are what they say."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.tracking.bound import bound_after_scans, polar_jacobian, process_noise, transition
from benchmarks.tracking.figure import Limit, tell
from benchmarks.tracking.hard import tell_registration
from benchmarks.tracking.order import DELAY_S, SPAN_S, late_arrival_ns
from benchmarks.tracking.own_scenarios import polar
from benchmarks.tracking.paired import ratio_interval, sign_test
from benchmarks.tracking.peer_environment import find_peer


@pytest.mark.parametrize("density", [0.0, 5.0])
def test_a_kalman_filter_that_knows_the_motion_reaches_the_bound(density: float) -> None:
    rng, n, scans = np.random.default_rng(4), 2_000, 12
    noise = np.diag(np.square([50.0, 0.0026, 0.006]))
    densities, prior = density * np.array([1.0, 1.0, 0.1]), np.array([70.0, 70.0, 20.0])
    f, q = transition(4.0), process_noise(4.0, densities)
    root = np.linalg.cholesky(q + 1e-9 * np.eye(6))
    state = np.c_[rng.uniform(30e3, 60e3, (n, 2)), rng.uniform(5e3, 9e3, n), rng.normal(0, 1, (n, 3)) * prior]
    truth = [state]
    for _ in range(scans - 1):
        truth.append(truth[-1] @ f.T + (rng.normal(0, 1, (n, 6)) @ root.T if density else 0.0))
    bounds = bound_after_scans(np.array(truth)[:, :, :3], noise, 4.0, densities, prior)
    for scan, true in enumerate(truth):
        h = polar_jacobian(true[:, :3])
        innovation = rng.normal(0, 1, (n, 3)) * np.sqrt(np.diag(noise))  # linear about the truth: the bound's own model
        if scan == 0:
            start = np.zeros((n, 6))
            start[:, 3:] = rng.normal(0, 1, (n, 3)) * prior
            wide = np.diag([1e9, 1e9, 1e9, *prior**2])
            error, p = start, np.broadcast_to(wide, (n, 6, 6))
        else:
            error, p = error @ f.T - (true - truth[scan - 1] @ f.T), f @ p @ f.T + q
        gain = p @ np.swapaxes(h, 1, 2) @ np.linalg.inv(h @ p @ np.swapaxes(h, 1, 2) + noise)
        error = error + np.einsum("nij,nj->ni", gain, innovation - np.einsum("nij,nj->ni", h, error))
        p = p - gain @ h @ p
    found, least = (error[:, :3] ** 2).sum(), np.trace(bounds[-1][:, :3, :3], axis1=1, axis2=2).sum()
    assert np.sqrt(found / least) == pytest.approx(1.0, abs=0.03)
    assert polar(np.array([[3.0, 4.0, 0.0]]))[0] == pytest.approx([5.0, np.arctan2(3, 4), 0.0])


def test_the_ratio_of_paired_seeds_has_an_interval_around_it() -> None:
    ours, theirs = [80.0, 90.0, 100.0, 70.0], [100.0, 110.0, 120.0, 60.0]
    ratio, low, high = ratio_interval(ours, theirs)
    assert ratio == pytest.approx(340 / 390)
    assert low <= ratio <= high
    assert sign_test(ours, theirs) == (3, 4, pytest.approx(0.625))


@pytest.mark.parametrize(("value", "kept"), [(0.95, False), (0.97, True), (1.03, True), (1.04, False), (np.nan, False)])
def test_a_limit_has_two_ends(value: float, kept: bool, capsys: pytest.CaptureFixture[str]) -> None:
    tell("ratio", value, "", Limit(at_least=0.97, at_most=1.03))
    line = json.loads(capsys.readouterr().out)
    assert (line["ok"], line["limit"]) == (kept, "0.97 to 1.03")


@given(seed=st.integers(0, 2**20))
@settings(max_examples=20)
def test_late_plots_come_in_disorder_but_by_the_end_of_their_span(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scan = np.repeat(np.arange(60), rng.integers(1, 9, 60))
    time_ns = 1_760_000_004_000_000_000 + scan * 1_300_000_000
    sensor = np.array(["a", "b", "c"])[scan % 3]
    plots = pa.table({"time_ns": time_ns, "sensor_id": pa.array(sensor).dictionary_encode(), "scan": scan})
    arrival = late_arrival_ns(plots, rng)
    span_ns = SPAN_S * 1_000_000_000
    assert (arrival >= time_ns).all()
    assert (arrival - time_ns <= DELAY_S * 1e9).all()
    assert (-(-arrival // span_ns) == -(-time_ns // span_ns)).all()
    assert all(len(set(arrival[scan == one].tolist())) == 1 for one in range(60))
    assert (np.diff(arrival) < 0).any()


def test_registration_tells_what_all_radars_share(capsys: pytest.CaptureFixture[str]) -> None:
    true = {f"r{i}": {"azimuth_deg": 0.3 * i, "range_m": 10.0 * i} for i in range(4)}
    found = {s: {"azimuth_deg": b["azimuth_deg"] + 0.02, "range_m": b["range_m"] + 20.0} for s, b in true.items()}
    tell_registration(true, found)
    azimuth, distance = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (azimuth["value"], azimuth["ok"]) == (pytest.approx(0.02), True)
    assert (distance["value"], distance["ok"]) == (pytest.approx(20.0), False)
    assert "all share 20" in distance["note"]


def test_a_radar_without_registration_keeps_its_whole_bias(capsys: pytest.CaptureFixture[str]) -> None:
    tell_registration({"r": {"azimuth_deg": -0.4, "range_m": 90.0}}, {})
    azimuth, distance = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (azimuth["value"], azimuth["ok"]) == (pytest.approx(0.4), False)
    assert (distance["value"], distance["ok"]) == (pytest.approx(90.0), False)
    assert "not estimated: r" in distance["note"]


def test_an_interpreter_without_the_peer_is_no_peer_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SARGAS_PEER_PYTHON", "/bin/false")
    assert find_peer() == (None, "SARGAS_PEER_PYTHON=/bin/false cannot import stonesoup")
