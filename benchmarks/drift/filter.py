"""A plain tracker for the balloon nights: a Kalman filter of constant velocity; tracks that drop and begin anew.

It stands for the product's tracker, whose full run over a hundred nights would take days; a few nights go through the
whole product in tests/picture.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sargas.model.columns import Float64

from .nights import STEP_S, Night

CONFIRM, DROP_S = 3, 60.0
ACCELERATION = np.array([0.05, 0.05, 0.05])
"""m/s2, one sigma of white noise an axis."""


class Row:
    """One track of one balloon."""

    def __init__(self, number: int, balloon: int, seen: Float64) -> None:
        self.number, self.balloon, self.hits, self.missed_s = number, balloon, 1, 0.0
        self.x: Float64 = np.concatenate([seen[:3], np.zeros(3)])
        self.p: Float64 = np.diag(np.concatenate([seen[3:] ** 2, [20.0**2, 20.0**2, 6.0**2]]))
        self.age_s = 0.0

    def predict(self, dt: float) -> None:
        f = np.eye(6)
        f[0, 3] = f[1, 4] = f[2, 5] = dt
        q = np.zeros((6, 6))
        for k in range(3):
            s = ACCELERATION[k] ** 2
            q[k, k], q[k, k + 3], q[k + 3, k], q[k + 3, k + 3] = s * dt**4 / 4, s * dt**3 / 2, s * dt**3 / 2, s * dt**2
        self.x, self.p = f @ self.x, f @ self.p @ f.T + q
        self.age_s += dt

    def update(self, seen: Float64) -> None:
        gain = self.p[:, :3] @ np.linalg.inv(self.p[:3, :3] + np.diag(seen[3:] ** 2))
        self.x = self.x + gain @ (seen[:3] - self.x[:3])
        self.p = self.p - gain @ self.p[:3]
        self.hits, self.missed_s = self.hits + 1, 0.0


def track(night: Night) -> Iterator[tuple[float, list[Row]]]:
    """Yield, step by step, the confirmed tracks: (time s, rows)."""
    rows, number = dict[int, Row](), 1
    for step, time_s in enumerate(night.times_s):
        for balloon in range(night.seen.shape[1]):
            seen = night.seen[step, balloon]
            row = rows.get(balloon)
            if row is not None:
                row.predict(STEP_S)
                row.missed_s += STEP_S
            if np.isfinite(seen[0]):
                if row is None:
                    rows[balloon] = Row(number, balloon, seen)
                    number += 1
                else:
                    row.update(seen)
            elif row is not None and row.missed_s > DROP_S:
                del rows[balloon]
        yield time_s, [row for row in rows.values() if row.hits >= CONFIRM]
