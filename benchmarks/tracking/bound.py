"""The least error any filter can have: posterior Cramér-Rao bound of one target that a radar sees every scan."""

from __future__ import annotations

import numpy as np

from sargas.model.columns import Float64


def transition(step_s: float) -> Float64:
    """Return the (6, 6) constant-velocity transition of east, north, up and their rates."""
    return np.kron(np.array([[1.0, step_s], [0.0, 1.0]]), np.eye(3))


def process_noise(step_s: float, density: Float64) -> Float64:
    """Return the (6, 6) covariance of white acceleration of spectral density (3,) m²/s³ over a step."""
    t = step_s
    return np.kron(np.array([[t**3 / 3, t**2 / 2], [t**2 / 2, t]]), np.diag(density))


def polar_jacobian(enu: Float64) -> Float64:
    """Return (n, 3, 6): derivatives of range, azimuth, elevation by position and velocity at positions (n, 3)."""
    x, y, z = enu.T
    h, r = np.hypot(x, y), np.linalg.norm(enu, axis=1)
    jacobian = np.zeros((len(enu), 3, 6))
    jacobian[:, 0, :3] = enu / r[:, None]
    jacobian[:, 1, 0], jacobian[:, 1, 1] = y / h**2, -x / h**2
    jacobian[:, 2, 0], jacobian[:, 2, 1], jacobian[:, 2, 2] = -x * z / (r**2 * h), -y * z / (r**2 * h), h / r**2
    return jacobian


def bound_after_scans(
    positions: Float64, noise: Float64, step_s: float, density: Float64, prior_speed_mps: Float64
) -> Float64:
    """Return the bounds (scans, n, 6, 6) after each scan, of positions (scans, n, 3) in the radar's frame.

    J' = (F J^-1 F' + Q)^-1 + H' R^-1 H, started from the first plot and a prior of the velocity alone (sigmas (3,)).
    The information is taken along the true flight of each target. Source: Tichavsky, Muravchik, Nehorai, IEEE TSP 46
    (1998), equation 21, which for linear motion is this recursion.
    """
    f, q, weight = transition(step_s), process_noise(step_s, density), np.linalg.inv(noise)
    prior = np.diag([0.0, 0.0, 0.0, *(1.0 / np.square(prior_speed_mps))])
    bounds = []
    information = np.broadcast_to(prior, (positions.shape[1], 6, 6))
    for scan, enu in enumerate(positions):
        if scan:
            information = np.linalg.inv(f @ np.linalg.inv(information) @ f.T + q)
        h = polar_jacobian(enu)
        information = information + np.swapaxes(h, 1, 2) @ weight @ h
        bounds.append(np.linalg.inv(information))
    return np.array(bounds)
