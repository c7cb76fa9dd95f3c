"""What the tracker is tuned by: one immutable set of numbers, documented in docs/tracking.md."""

from __future__ import annotations

from typing import NamedTuple


class Parameters(NamedTuple):
    """Hold the tuning; a plain tuple of numbers, so that a compiled kernel takes it as it is."""

    acceleration_horizontal: float = 20.0
    """Spectral density of white horizontal acceleration, m^2/s^3."""
    acceleration_turn: float = 2000.0
    """The same where a report with the track's own address fits no straight flight: the aircraft has turned hard."""
    acceleration_climb: float = 50.0
    """The same along local up."""
    acceleration_vertical: float = 0.5
    """The same along local up."""
    gate: float = 25.0
    """Largest squared statistical distance of a pair with up to 3 measured components (5 sigma)."""
    gate_wide: float = 28.0
    """The same with 4 or more components."""
    gate_address: float = 64.0
    """The same when the plot carries the track's own 24-bit address."""
    registration_range_m: float = 80.0
    """One sigma of a radar's unknown range bias: where the ordinary gate fails a confirmed track, it is allowed for."""
    registration_azimuth_rad: float = 0.0052
    """The same of azimuth (0.3 deg)."""
    speed_cap_mps: float = 350.0
    """No aircraft is faster: a second plot that implies more is refused, a track above it is not confirmed."""
    start_speed_mps: float = 70.0
    """One sigma of each horizontal velocity component after one plot."""
    start_climb_mps: float = 20.0
    start_altitude_m: float = 1500.0
    """Altitude of a 2D plot that says nothing of height."""
    start_altitude_sigma_m: float = 2000.0
    tentative_prior: float = 4.0
    """Log-odds by which a confirmed track is preferred to a tentative one for the same plot."""
    mode_3a_weight: float = 3.0
    """Log-odds for an equal discrete Mode 3/A code, against a different one."""
    confirm_hits: int = 3
    """M: plots a tentative track needs."""
    confirm_looks: float = 5.0
    """N: looks (scan periods of its slowest contributing sensor) within which it needs them."""
    confirm_score: float = 8.0
    """Log-likelihood ratio against clutter that the plots after the first must reach together."""
    tentative_looks: float = 4.2
    """A tentative track is dropped after so many looks without a plot."""
    coast_looks: float = 2.2
    """A confirmed track coasts after so many looks without a plot."""
    drop_looks: float = 3.6
    """A coasting track is dropped after so many looks without a plot, but not before ``drop_s``."""
    drop_s: float = 18.0
    drop_address_s: float = 60.0
    """The same for a track with a 24-bit address: its next report says for certain whose it is."""
    drop_sigma_m: float = 1500.0
    """A coasting track is dropped when its horizontal sigma has grown by this much."""
    late_s: float = 3.0
    """How much older a plot may be than a track's state and still update it, or than the newest and still start one."""
    ahead_s: float = 30.0
    """How far a stamp may lie after its own time of arrival before the plot is refused."""
    pressure_sigma_m: float = 150.0
    """One sigma of flight level as ellipsoidal height: pressure and geoid unknown."""


DEFAULT = Parameters()
