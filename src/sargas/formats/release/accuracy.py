"""How good a told track is, as steps of a scale: sixteen bits a track. Scale: spec/release.md, Accuracy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sargas.model.columns import Float64, UInt8, UInt16

POSITION_UNIT_M, POSITION_STEPS_PER_OCTAVE, POSITION_UNKNOWN = 1.0, 4, 63
HEIGHT_UNIT_M, HEIGHT_STEPS_PER_OCTAVE, HEIGHT_UNKNOWN = 1.0, 2, 31
VELOCITY_UNIT_MPS, VELOCITY_STEPS_PER_OCTAVE, VELOCITY_UNKNOWN = 0.125, 2, 31
BEARING_STEPS = 256
"""Of half a turn."""


@dataclass(frozen=True, slots=True)
class Ellipse:
    """Position error of n tracks: one sigma along the major and the minor axis (m), bearing of the major one (deg)."""

    major_m: Float64
    minor_m: Float64
    bearing_deg: Float64


def step_up(sigma: Float64, unit: float, per_octave: int, unknown: int) -> UInt8:
    """Round sigmas up to steps of ``unit * 2**(k / per_octave)``; NaN and what is beyond the scale is ``unknown``."""
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.ceil(np.log2(np.maximum(sigma, unit) / unit) * per_octave - 1e-9)
        known = np.isfinite(sigma) & (sigma >= 0) & (steps < unknown)
    out: UInt8 = np.where(known, np.where(known, steps, 0), unknown).astype(np.uint8)
    return out


def sigma_of(steps: UInt8, unit: float, per_octave: int, unknown: int) -> Float64:
    """Return the sigmas of steps; NaN where unknown."""
    found: Float64 = np.where(steps >= unknown, np.nan, unit * 2.0 ** (steps.astype(np.float64) / per_octave))
    return found


def pack_accuracy(position: UInt8, height: UInt8, velocity: UInt8) -> UInt16:
    """Put three steps into sixteen bits: position 0-5, height 6-10, velocity 11-15."""
    packed: UInt16 = (
        position.astype(np.uint16)
        | height.astype(np.uint16) << np.uint16(6)
        | velocity.astype(np.uint16) << np.uint16(11)
    )
    return packed


def unpack_accuracy(packed: UInt16) -> tuple[UInt8, UInt8, UInt8]:
    """Return the steps of position, height and velocity."""
    return tuple(((packed >> s) & m).astype(np.uint8) for s, m in ((0, 63), (6, 31), (11, 31)))  # type: ignore[return-value]


def ellipse_of(covariance: Float64) -> Ellipse:
    """Return the position ellipse of covariances (n, 21) in the order of ``Tracks``; NaN where none is known."""
    east, both, north = covariance[:, 0], covariance[:, 1], covariance[:, 6]
    with np.errstate(invalid="ignore"):
        middle, half = (east + north) / 2, np.hypot((east - north) / 2, both)
        bearing = np.degrees(np.arctan2(2 * both, north - east)) / 2 % 180.0
        return Ellipse(np.sqrt(middle + half), np.sqrt(np.maximum(middle - half, 0.0)), bearing)


def covariance_of(ellipse: Ellipse, height_m: Float64, velocity_mps: Float64) -> Float64:
    """Build covariances (n, 21): the ellipse, and sigmas of height and of each velocity; else uncorrelated.

    A row of unknown position is NaN whole; unknown variances of height or velocity are NaN by themselves.
    """
    bearing = np.radians(ellipse.bearing_deg)
    major, minor = ellipse.major_m**2, ellipse.minor_m**2
    sine, cosine = np.sin(bearing), np.cos(bearing)
    found = np.zeros((len(major), 21))
    found[:, 0] = major * sine**2 + minor * cosine**2
    found[:, 1] = (major - minor) * sine * cosine
    found[:, 6] = major * cosine**2 + minor * sine**2
    found[:, 11] = height_m**2
    for place in (15, 18, 20):
        found[:, place] = velocity_mps**2
    found[np.isnan(major)] = np.nan
    return found
