"""Fusion of two estimates: the closed forms agree with the textbook ones, and nothing is ever promised too much."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from sargas.tracking.fusion import (
    intersect_covariances,
    intersect_inverse_covariances,
    pack,
    unpack,
)
from sargas.tracking.quality import VELOCITY, radius_95
from tests.tracking.two_nodes import NOISE, transition

SCALES = np.array([300.0, 200.0, 100.0, 15.0, 10.0, 5.0])
SEEDS = st.integers(0, 2**32 - 1)


def covariances(random: Any, n: int) -> Any:
    roots = random.normal(size=(n, 6, 6)) * SCALES[:, None]
    return roots @ roots.transpose(0, 2, 1) + np.diag(np.square(SCALES)) / 100.0


@pytest.mark.parametrize("inverse", [False, True])
def test_the_result_is_that_of_the_published_formula_at_the_weight_returned(inverse: bool) -> None:
    random = np.random.default_rng(5)
    a, b, difference = covariances(random, 50), covariances(random, 50), random.normal(size=(50, 6)) * SCALES
    fuse = intersect_inverse_covariances if inverse else intersect_covariances
    fused = fuse(difference, pack(a), pack(b))
    w = fused.weight[:, None, None]
    inverse_a, inverse_b = np.linalg.inv(a), np.linalg.inv(b)
    if inverse:
        joint = np.linalg.inv(w * a + (1 - w) * b)
        expected = np.linalg.inv(inverse_a + inverse_b - joint)
        gain = expected @ (inverse_b - (1 - w) * joint)
    else:
        expected = np.linalg.inv(w * inverse_a + (1 - w) * inverse_b)
        gain = expected @ ((1 - w) * inverse_b)
    np.testing.assert_allclose(unpack(fused.covariance), expected, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(fused.shift, np.einsum("nij,nj->ni", gain, difference), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("inverse", [False, True])
def test_no_other_weight_gives_a_smaller_determinant(inverse: bool) -> None:
    random = np.random.default_rng(6)
    a, b = covariances(random, 30), covariances(random, 30)
    fuse = intersect_inverse_covariances if inverse else intersect_covariances
    best = np.linalg.slogdet(unpack(fuse(np.zeros((30, 6)), pack(a), pack(b)).covariance))[1]
    for w in np.linspace(0.001, 0.999, 97):
        if inverse:
            other = np.linalg.inv(a) + np.linalg.inv(b) - np.linalg.inv(w * a + (1 - w) * b)
        else:
            other = w * np.linalg.inv(a) + (1 - w) * np.linalg.inv(b)
        assert (best <= -np.linalg.slogdet(other)[1] + 1e-6).all()


@settings(max_examples=50)
@given(seed=SEEDS)
def test_neither_fusion_promises_less_or_more_than_its_inputs_allow(seed: int) -> None:
    """P is positive definite, not above A in determinant, and not below independent fusion in any direction."""
    random = np.random.default_rng(seed)
    a, b = covariances(random, 4), covariances(random, 4)
    least = np.linalg.inv(np.linalg.inv(a) + np.linalg.inv(b))
    for fuse in (intersect_covariances, intersect_inverse_covariances):
        p = unpack(fuse(np.zeros((4, 6)), pack(a), pack(b)).covariance)
        root = np.linalg.inv(np.linalg.cholesky(p))
        assert (np.linalg.eigvalsh(root @ least @ root.transpose(0, 2, 1)) <= 1.0 + 1e-6).all()
        volume = np.linalg.slogdet(p)[1]
        assert (volume <= np.minimum(np.linalg.slogdet(a)[1], np.linalg.slogdet(b)[1]) + 1e-6).all()


@settings(max_examples=50)
@given(seed=SEEDS)
def test_covariance_intersection_holds_for_any_correlation(seed: int) -> None:
    random = np.random.default_rng(seed)
    (a,), (b,) = covariances(random, 1), covariances(random, 1)
    fused = intersect_covariances(np.zeros((1, 6)), pack(a[None]), pack(b[None]))
    w, p = float(fused.weight[0]), unpack(fused.covariance)[0]
    gain_a, gain_b = p @ (w * np.linalg.inv(a)), p @ ((1 - w) * np.linalg.inv(b))
    turn = np.linalg.qr(random.normal(size=(6, 6)))[0]
    cross = np.linalg.cholesky(a) @ turn @ np.linalg.cholesky(b).T  # fully correlated, some way or other
    true = gain_a @ a @ gain_a.T + gain_b @ b @ gain_b.T + gain_a @ cross @ gain_b.T + gain_b @ cross.T @ gain_a.T
    root = np.linalg.inv(np.linalg.cholesky(p))
    assert np.linalg.eigvalsh(root @ true @ root.T).max() <= 1.0 + 1e-6


def test_inverse_covariance_intersection_counts_shared_information_once() -> None:
    """Three sources; both sides have the third: A = S1 + S3, B = S2 + S3 as information."""
    random = np.random.default_rng(8)
    one, two, three = (np.linalg.inv(covariances(random, 1)[0]) for _ in range(3))
    a, b = np.linalg.inv(one + three), np.linalg.inv(two + three)
    fused = intersect_inverse_covariances(np.zeros((1, 6)), pack(a[None]), pack(b[None]))
    wider = intersect_covariances(np.zeros((1, 6)), pack(a[None]), pack(b[None]))
    p, w = unpack(fused.covariance)[0], float(fused.weight[0])
    joint = np.linalg.inv(w * a + (1 - w) * b)
    gain_a, gain_b = p @ (np.linalg.inv(a) - w * joint), p @ (np.linalg.inv(b) - (1 - w) * joint)
    cross = a @ three @ b
    true = gain_a @ a @ gain_a.T + gain_b @ b @ gain_b.T + gain_a @ cross @ gain_b.T + gain_b @ cross.T @ gain_a.T
    root = np.linalg.inv(np.linalg.cholesky(p))
    assert np.linalg.eigvalsh(root @ true @ root.T).max() <= 1.0 + 1e-6
    assert np.linalg.slogdet(p)[1] < np.linalg.slogdet(unpack(wider.covariance)[0])[1]


def test_what_is_no_covariance_changes_nothing() -> None:
    good = covariances(np.random.default_rng(9), 1)
    bad = np.full((3, 21), np.nan)
    bad[1], bad[2] = 0.0, -pack(good)[0]
    three = np.repeat(pack(good), 3, axis=0)
    for first, second in ((three, bad), (bad, three)):
        fused = intersect_inverse_covariances(np.ones((3, 6)), first, second)
        assert np.isnan(fused.weight).all()
        assert (fused.shift == 0.0).all()
        np.testing.assert_array_equal(fused.covariance, first)


@pytest.mark.parametrize("c", np.linspace(0.001, 1.0, 12).tolist())
def test_the_radius_holds_ninety_five_per_cent(c: float) -> None:
    covariance = np.zeros((1, 21))
    angle, major = 0.7, 40.0
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    plane = turn @ np.diag([major**2, (c * major) ** 2]) @ turn.T
    covariance[0, [0, 1, 6]] = covariance[0, [15, 16, 18]] = plane[0, 0], plane[0, 1], plane[1, 1]
    radius = float(radius_95(covariance)[0]) / major
    assert radius_95(covariance, VELOCITY)[0] == radius_95(covariance)[0]

    def inside(angle: float) -> float:
        shape = np.cos(angle) ** 2 + np.sin(angle) ** 2 / c**2
        return float((1.0 - np.exp(-(radius**2) * shape / 2.0)) / (2.0 * np.pi * c * shape))

    found = quad(inside, 0.0, 2.0 * np.pi, limit=400, points=[0.0, np.pi])[0]
    assert found == pytest.approx(0.95, abs=1e-3)


def test_the_scene_of_the_other_tests_has_the_noise_it_says() -> None:
    _, q = transition(2.0)
    assert q[3, 3] == NOISE[0] * 2.0
    assert np.linalg.eigvalsh(q).min() > 0.0
