"""Looking numbers up in a column that rises: of some hundred ten times as fast as the set routines of numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.integer[Any]]


def places_in(rising: Numbers, values: Numbers) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return where values (n,) stand in a column, and which do; of the others the place says nothing."""
    if not len(rising):
        return np.zeros(len(values), np.intp), np.zeros(len(values), np.bool_)
    places = np.minimum(rising.searchsorted(values), len(rising) - 1)
    return places, rising[places] == values


def are_among(values: Numbers, rising: Numbers) -> NDArray[np.bool_]:
    """Mark the values (n,) that stand in a column."""
    return places_in(rising, values)[1]


def missing_from(rising: Numbers, values: Numbers) -> Numbers:
    """Return the values that do not stand in a column, rising, each once."""
    missing = values[~are_among(values, rising)]
    return np.unique(missing) if len(missing) else missing
