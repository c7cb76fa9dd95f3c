"""What the tracker is tuned by: one immutable set of numbers, documented in docs/tracking.md."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from math import isfinite
from typing import Any, NamedTuple, TypeAlias

import numpy as np


class Parameters(NamedTuple):
    """Hold the tuning: a plain tuple of numbers."""

    quiet_horizontal: float = 0.03
    """Spectral density of white horizontal acceleration (m^2/s^3) of the quiet constant-velocity model."""
    quiet_vertical: float = 0.05
    """The same along local up."""
    lively_horizontal: float = 2.0
    """Lively constant velocity: birds, multirotors, what hovers and drifts."""
    lively_vertical: float = 0.2
    turn_horizontal: float = 2.0
    """Coordinated turns, left and right: what the turn itself does not explain."""
    turn_vertical: float = 0.1
    turn_acceleration_mps2: float = 4.2
    """Centripetal acceleration of a coordinated turn: 23 degrees of bank, whatever flies."""
    turn_rate_most_rad: float = 0.35
    """Fastest turn rate (rad/s); what is slow does not turn in no time at all."""
    agile_horizontal: float = 150.0
    """Constant velocity of what manoeuvres hard; its filter runs only while the others do not fit."""
    agile_vertical: float = 10.0
    asleep: float = 0.02
    """A model less probable than this keeps the mixed state instead of filtering, until the others stop fitting."""
    rouse: float = 9.0
    """Squared statistical distance of the best model, beyond its components, at which all models are filtered."""
    gate_turn_horizontal: float = 12.0
    """Spectral density that stands for a turn where one Gaussian must: gates, predictions of the combined state."""
    gate: float = 25.0
    """Largest squared statistical distance of a pair with up to 3 measured components (5 sigma)."""
    gate_wide: float = 28.0
    """The same with 4 or more components."""
    gate_line: float = 11.0
    """The same of a line of position: a wider gate would take the bearings of everything around."""
    gate_address: float = 64.0
    """The same when the plot carries the track's own 24-bit address."""
    acceleration_turn: float = 2000.0
    """Horizontal density where a report with the track's own address fits no straight flight: it has turned hard."""
    acceleration_climb: float = 50.0
    """The same along local up."""
    speed_cap_mps: float = 350.0
    """No aircraft is faster: a second plot that implies more is refused, a track above it is not confirmed."""
    start_speed_low_mps: float = 50.0
    """One sigma of each horizontal velocity component after one plot, of what flies low."""
    start_speed_high_mps: float = 160.0
    """The same above ``start_height_m``: airliners and jets."""
    start_height_m: float = 7_000.0
    start_climb_mps: float = 5.0
    start_altitude_m: float = 1500.0
    """Altitude of a 2D plot that says nothing of height."""
    start_altitude_sigma_m: float = 2000.0
    low_m: float = 300.0
    """Height above the hearing sensor of what is heard or received without elevation: drones fly low."""
    low_sigma_m: float = 500.0
    any_height_m: float = 5_000.0
    """The same of what is seen with elevation: it is measured, so this says next to nothing."""
    any_height_sigma_m: float = 5_000.0
    line_speed_mps: float = 100.0
    """One sigma of each horizontal velocity component before lines cross; of sound ``start_speed_low_mps``."""
    line_score: float = 4.0
    """Least log-likelihood ratio, against clutter, of lines that together start a track."""
    line_margin: float = 4.0
    """By how much it must exceed that of any other place that explains the newest line: else it may be a ghost."""
    line_spread: float = 0.15
    """Largest horizontal sigma of a track that lines start, as part of its mean distance from the sensors."""
    line_sigma_m: float = 3_000.0
    """The same in metres."""
    mode_3a_weight: float = 3.0
    """Log-odds for an equal discrete Mode 3/A code, against a different one."""
    birth: float = -2.3
    """Logarithm of how many new objects a scan shows for each false plot: existence starts there."""
    false_tracks_per_hour: float = 1.0
    """Tracks from clutter alone that one radar may confirm in an hour."""
    score_cap: float = 16.0
    """Most log-likelihood a track can save up for looks without a plot."""
    drop_score: float = 3.0
    """A confirmed track is dropped when its log-likelihood ratio falls to this."""
    drop_tentative: float = -3.0
    """The same for a tentative track."""
    coast_looks: float = 2.2
    """A confirmed track coasts after so many looks of its slowest sensor without a plot."""
    tentative_s: float = 16.0
    """A tentative track is dropped after so long without a plot."""
    drop_s: float = 60.0
    """A confirmed track is dropped after so long without a plot, wherever anybody looks."""
    drop_sigma_m: float = 1500.0
    """A coasting track is dropped when its horizontal sigma has grown by this much."""
    late_s: float = 10.0
    """How old a plot may be and still update a track."""
    late_start_s: float = 10.0
    """How much older than the newest a plot may be and still start a track."""
    least_weight: float = 0.3
    """Least probability that any plot of a scan is a track's for it to be updated."""
    ahead_s: float = 30.0
    """How far a stamp may lie after its own time of arrival before the plot is refused."""
    pressure_sigma_m: float = 150.0
    """One sigma of flight level as ellipsoidal height: pressure and geoid unknown."""


DEFAULT = Parameters()


def read_parameters(text: str) -> Parameters:
    """Read parameters from a TOML text, a name and a number a line; what it does not name keeps its default.

    Raises ValueError that names the parameter and how to mend it.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"expected TOML, was not: {error}") from None
    for name, value in values.items():
        if name not in Parameters._fields:
            known = ", ".join(get_close_matches(name, Parameters._fields, 3)) or "those of docs/tracking.md"
            raise ValueError(f"{name}: expected a tracking parameter, was none: did you mean {known}?")
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            raise ValueError(f"{name}: expected a finite number, was {value!r}")
    return DEFAULT._replace(**{name: float(value) for name, value in values.items()})


PARAMETERS = np.dtype([(name, "f8") for name in Parameters._fields])
"""The same as one record, which kernels take by its address."""
Tuning: TypeAlias = Any
"""A record of ``PARAMETERS``."""


def as_record(parameters: Parameters) -> Tuning:
    """Return the parameters as kernels take them."""
    return np.array([tuple(parameters)], PARAMETERS)[0]
