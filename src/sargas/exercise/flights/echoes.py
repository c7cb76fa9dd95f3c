"""Clutter that was tracked: weather, false tracks, wind turbines, the sea. Its place wanders and hops."""

from __future__ import annotations

import numpy as np

from sargas.exercise.flights.air import wander
from sargas.exercise.flights.kinds import Kind
from sargas.exercise.flights.path import Paths


def fly_echoes(kind: Kind, n: int, seconds: int, rng: np.random.Generator) -> Paths:
    """Let n echoes of one kind drift, wander and hop for whole seconds."""
    paths = Paths.empty(n, seconds)
    speed, angle = rng.uniform(*kind.speed_mps, n), rng.uniform(-np.pi, np.pi, n)
    drift = np.stack([speed * np.sin(angle), speed * np.cos(angle), np.zeros(n)], axis=1)
    base = np.stack([np.zeros(n), np.zeros(n), rng.uniform(*kind.height_m, n)], axis=1)
    sigma = np.exp(rng.uniform(np.log(kind.jitter_m[0]), np.log(kind.jitter_m[1]), n))
    up = np.exp(rng.uniform(np.log(kind.climb_jitter_m[0]), np.log(kind.climb_jitter_m[1]), n))
    spread = np.stack([sigma, sigma, up], axis=1)
    slow = np.exp(rng.uniform(np.log(kind.slow_s[0]), np.log(kind.slow_s[1]), n))[:, None]
    hops = rng.random(n) < kind.hop_share
    jitter = spread * rng.standard_normal((n, 3))
    last = base + jitter
    for second in range(seconds):
        jitter = wander(jitter, spread, slow, 1.0, rng.standard_normal((n, 3)))
        hop = hops & (rng.random(n) < 0.04)
        base = base + drift + np.where(hop[:, None], spread * rng.standard_normal((n, 3)), 0.0)
        place = base + jitter
        place[:, 2] = np.maximum(place[:, 2], 0.0)
        paths.put(second, place, place - last)
        last = place
    return paths
