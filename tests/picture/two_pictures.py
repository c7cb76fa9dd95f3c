"""Runs of FusedTracks over the scene of two nodes, with everything a partner can do wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sargas.model.label import Label
from sargas.model.tracks import COLUMN_NAMES, Tracks
from sargas.picture.fused_tracks import FusedTracks
from tests.tracking.two_nodes import Scene, nees

OBJECTS, STEPS, SETTLED = 200, 40, 10
CASES = (
    "apart",
    "shared radar",
    "fuses ours",
    "sends ours back",
    "offset",
    "offset of each",
    "optimist",
    "no covariance",
    "stale",
    "late clock",
)


@dataclass(frozen=True)
class Measured:
    """Means over the settled steps: NEES of six numbers, RMSE of horizontal position (m) and velocity (m/s)."""

    nees: float
    worst_nees: float
    position: float
    velocity: float
    own_nees: float
    own_position: float
    own_velocity: float
    joined: int
    fused: FusedTracks


def run(case: str, seed: int = 1) -> Measured:
    scene, fused = Scene(OBJECTS, seed), FusedTracks("ours")
    each = np.random.default_rng(seed + 100).normal(0.0, 150.0, (OBJECTS, 2))
    rows: list[tuple[float, ...]] = []
    for step in range(STEPS):
        scene.step(shared=case == "shared radar")
        if case == "fuses ours":
            scene.partner.take_in(scene.own.x, scene.own.p)
        if case != "stale" or step % 6 == 0:
            fused.take("riga", partner_tracks(scene, case, each), scene.time_ns)
        own = scene.tracks(scene.own.x, scene.own.p)
        fused.advance(own, scene.time_ns)
        told = whole(fused.read(own))
        if step >= SETTLED:
            rows.append((*errors_of(scene, told), *errors_of(scene, own)))
    found = np.array(rows)
    nees, position, velocity, own_nees, own_position, own_velocity = found.mean(axis=0).tolist()
    joined = int((fused.correlation.pairs.joined == 1).sum())
    worst = float(found[:, 0].max())
    return Measured(nees, worst, position, velocity, own_nees, own_position, own_velocity, joined, fused)


def partner_tracks(scene: Scene, case: str, each: np.ndarray[Any, Any]) -> Tracks:
    x, p = scene.partner.x.copy(), scene.partner.p.copy()
    if case == "sends ours back":
        x, p = scene.own.x.copy(), scene.own.p.copy()
    if case == "offset":
        x[:, :2] += (250.0, -150.0)
    if case == "offset of each":
        x[:, :2] += each
    if case == "optimist":
        p = p / 16.0
    if case == "late clock":
        x[:, :3] -= 1.0 * x[:, 3:]
    tracks = scene.tracks(x, p, label=Label(originator="LVA"))
    if case == "no covariance":
        tracks = replace(tracks, covariance=np.full_like(tracks.covariance, np.nan))
    return tracks


def whole(batches: Sequence[Tracks]) -> Tracks:
    """Join batches of one sky again, by number; labels and sensors aside."""
    names = [name for name in COLUMN_NAMES if name != "contributing"]
    columns: dict[str, Any] = {name: np.concatenate([getattr(b, name) for b in batches]) for name in names}
    joined = Tracks.of(label=Label(), **columns)
    return joined.take(np.argsort(joined.track_id))


def errors_of(scene: Scene, tracks: Tracks) -> tuple[float, float, float]:
    errors = scene.errors(tracks)
    position, velocity = (np.sqrt((errors[:, k : k + 2] ** 2).sum(axis=1).mean()) for k in (0, 3))
    return float(nees(errors, tracks.covariance).mean()), float(position), float(velocity)
