"""Two nodes with Kalman filters of their own over the same objects, in many runs at once: each run is one object.

Truth is nearly constant velocity; both filters know its noise, so that both are consistent by themselves and everything
that is not comes from the fusion. Objects stand 20 km apart, so that the right correlation is never in doubt.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.tracks import Tracks
from sargas.tracking.fusion import intersect_inverse_covariances, pack, unpack
from sargas.tracking.remote import metres_per_degree

Array = np.ndarray[Any, Any]
NOISE = (5.0, 5.0, 0.5)
"""White acceleration of the truth, m²/s³."""


def transition(dt: float) -> tuple[Array, Array]:
    f, q = np.eye(6), np.zeros((6, 6))
    f[:3, 3:] = dt * np.eye(3)
    for axis, strength in enumerate(NOISE):
        block = strength * np.array([[dt**3 / 3, dt**2 / 2], [dt**2 / 2, dt]])
        q[np.ix_([axis, axis + 3], [axis, axis + 3])] = block
    return f, q


@dataclass
class Filter:
    """A Kalman filter over n objects; positions in metres about each object's place."""

    x: Array
    p: Array
    noise: Array
    """(3, 3) of a position measurement."""
    heard: list[Array] = field(default_factory=list)

    @classmethod
    def of(cls, truth: Array, sigma_m: tuple[float, float, float], turn_deg: float, random: Any) -> Filter:
        angle = np.radians(turn_deg)
        axes = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
        noise = axes @ np.diag(np.square(sigma_m)) @ axes.T
        p = np.zeros((6, 6))
        p[:3, :3], p[3:, 3:] = noise, np.diag([400.0, 400.0, 25.0])
        errors = random.multivariate_normal(np.zeros(6), p, len(truth))
        return cls(truth + errors, np.broadcast_to(p, (len(truth), 6, 6)).copy(), noise)

    def predict(self, dt: float) -> None:
        f, q = transition(dt)
        self.x, self.p = self.x @ f.T, f @ self.p @ f.T + q

    def measure(self, truth: Array, random: Any) -> Array:
        return truth[:, :3] + random.multivariate_normal(np.zeros(3), self.noise, len(truth))

    def update(self, z: Array, noise: Array | None = None) -> None:
        s = self.p[:, :3, :3] + (self.noise if noise is None else noise)
        gain = self.p[:, :, :3] @ np.linalg.inv(s)
        self.x = self.x + np.einsum("nij,nj->ni", gain, z - self.x[:, :3])
        self.p = self.p - gain @ self.p[:, :3, :]
        self.p = (self.p + self.p.transpose(0, 2, 1)) / 2.0

    def take_in(self, x: Array, p: Array) -> None:
        """Fuse somebody else's track into this filter, as a partner may do with ours."""
        fused = intersect_inverse_covariances(x - self.x, pack(self.p), pack(p))
        self.x, self.p = self.x + fused.shift, unpack(fused.covariance)


class Scene:
    """Objects and two filters; ``tracks`` makes batches of states for the product."""

    def __init__(self, objects: int = 200, seed: int = 1, label: Label | None = None) -> None:
        self.random = np.random.default_rng(seed)
        side = int(np.ceil(np.sqrt(objects)))
        grid = np.arange(objects)
        self.latitude = 52.0 + (grid // side) * 0.2
        self.longitude = 20.0 + (grid % side) * 0.35
        self.truth = np.zeros((objects, 6))
        self.truth[:, 2] = 3000.0
        self.truth[:, 3:5] = self.random.uniform(-80.0, 80.0, (objects, 2))
        self.own = Filter.of(self.truth, (60.0, 60.0, 120.0), 0.0, self.random)
        self.partner = Filter.of(self.truth, (30.0, 200.0, 100.0), 35.0, self.random)
        self.time_ns = 1_790_000_000 * NS_PER_S

    def step(self, dt: float = 2.0, *, shared: bool = False, partner_looks: bool = True) -> None:
        """Let time pass and both look; ``shared``: our plots reach the partner too."""
        f, q = transition(dt)
        noise = self.random.multivariate_normal(np.zeros(6), q, len(self.truth))
        self.truth = self.truth @ f.T + noise
        self.time_ns += int(dt * NS_PER_S)
        self.own.predict(dt)
        self.partner.predict(dt)
        z = self.own.measure(self.truth, self.random)
        self.own.update(z)
        if shared:
            self.partner.update(z, self.own.noise)
        if partner_looks:
            self.partner.update(self.partner.measure(self.truth, self.random))

    def tracks(self, x: Array, p: Array, *, time_ns: int | None = None, **columns: Any) -> Tracks:
        n = len(x)
        north_m, east_m = metres_per_degree(self.latitude + x[:, 1] / 2.0 / 111_200.0)
        times = np.full(n, self.time_ns if time_ns is None else time_ns)
        given: dict[str, Any] = {"label": Label(originator="LTU"), "covariance": pack(p)} | columns
        return Tracks.of(
            time_ns=times, track_id=np.arange(1, n + 1), latitude_deg=self.latitude + x[:, 1] / north_m,
            longitude_deg=self.longitude + x[:, 0] / east_m, altitude_m=x[:, 2].copy(),
            velocity_east_mps=x[:, 3].copy(), velocity_north_mps=x[:, 4].copy(), velocity_up_mps=x[:, 5].copy(),
            **given,
        )  # fmt: skip

    def errors(self, tracks: Tracks) -> Array:
        """Return estimate less truth (n, 6) of tracks numbered 1 to n, in that order."""
        north_m, east_m = metres_per_degree((self.latitude + tracks.latitude_deg) / 2.0)
        found = np.column_stack(
            [
                (tracks.longitude_deg - self.longitude) * east_m,
                (tracks.latitude_deg - self.latitude) * north_m,
                tracks.altitude_m,
                tracks.velocity_east_mps,
                tracks.velocity_north_mps,
                tracks.velocity_up_mps,
            ]
        )
        return found - self.truth


def nees(errors: Array, covariance: Array) -> Array:
    """Return the normalised estimation error squared of each run; its mean is 6 for a consistent estimate."""
    solved = np.linalg.solve(unpack(covariance), errors[:, :, None])[:, :, 0]
    return np.einsum("ni,ni->n", errors, solved)
