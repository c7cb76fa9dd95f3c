"""Tracks, keys and releases that the tests of releases are made of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from sargas.formats.release.envelope import Release, Traffic, seal, verify_key_of
from sargas.formats.release.track_wire import ToldTracks, pack_tracks
from sargas.model.label import Label
from sargas.model.tracks import CLASSES, Tracks

SEED = bytes(range(32))
KEY = verify_key_of(SEED)
T0_NS = 1_760_000_000_000_000_000
LABEL = Label(releasable_to=("LTU", "POL"), originator="LVA")
MS = 1_000_000


def tracks(n: int = 3, seed: int = 1, buckets: int = 1, label: Label = LABEL, **columns: Any) -> Tracks:
    """Make n tracks over the Baltic, numbered 7, 7 + buckets and so on."""
    random = np.random.default_rng(seed)
    chances = random.dirichlet(np.ones(len(CLASSES)), n).astype(np.float32)
    covariance = np.zeros((n, 21))
    covariance[:, [0, 6, 11]] = random.uniform(10, 300, (n, 3)) ** 2
    covariance[:, 1] = random.uniform(-0.9, 0.9, n) * np.sqrt(covariance[:, 0] * covariance[:, 6])
    covariance[:, [15, 18, 20]] = random.uniform(0.5, 10, (n, 3)) ** 2
    return Tracks.of(
        **{
            "time_ns": np.full(n, T0_NS),
            "track_id": 7 + buckets * np.arange(n, dtype=np.int64),
            "latitude_deg": random.uniform(53.9, 58.1, n),
            "longitude_deg": random.uniform(20.6, 28.2, n),
            "altitude_m": random.uniform(50, 9000, n),
            "velocity_east_mps": random.uniform(-250, 250, n),
            "velocity_north_mps": random.uniform(-250, 250, n),
            "velocity_up_mps": random.uniform(-20, 20, n),
            "covariance": covariance,
            "status": random.integers(1, 3, n).astype(np.uint8),
            "update_time_ns": T0_NS - random.integers(0, 30_000, n) * MS,
            "class_probabilities": chances,
            "label": label,
        }
        | columns
    )


def told(batch: Tracks, since_ns: int = -1, danger: int = 0) -> ToldTracks:
    """Say the same of every track of a batch."""
    n = len(batch)
    return ToldTracks(replace(batch, network_since_ns=np.full(n, since_ns, np.int64)), np.full(n, danger, np.uint8))


def release(
    body: bytes,
    *,
    traffic: Traffic = "state",
    token: str = "b00",
    sequence: int = 0,
    epoch: int = 1,
    origin: str = "LVA",
    destination: str = "LTU",
    label: Label = LABEL,
    created_ns: int = T0_NS,
) -> Release:
    """Make a release of LVA to LTU."""
    return Release(origin, destination, traffic, token, epoch, sequence, created_ns, bytes(8), label, body)


def sealed(body: bytes, seed: bytes = SEED, **fields: Any) -> bytes:
    """Seal a release of LVA to LTU."""
    return seal(release(body, **fields), seed)


def state(batch: Tracks, **fields: Any) -> bytes:
    """Seal one bucket that is all there is."""
    return sealed(pack_tracks(told(batch), "LVA", 0, 1), **fields)
