"""How numbers, lists and arrays of any shape reach the kernels, which take flat columns only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from sargas.model.columns import Float64


def flat_columns(*values: ArrayLike) -> tuple[list[Float64], tuple[int, ...]]:
    """Broadcast values against each other; return them as contiguous float64 columns, and their common shape."""
    arrays = np.broadcast_arrays(*[np.asarray(value, np.float64) for value in values])
    return [np.ascontiguousarray(array).reshape(-1) for array in arrays], arrays[0].shape


def flat_vectors(values: ArrayLike, names: str) -> tuple[Float64, tuple[int, ...]]:
    """Return vectors (..., 3) as contiguous (n, 3), and the shape without the last axis.

    Raises ValueError when the last axis is not of length 3; ``names`` says what the three are.
    """
    array = np.ascontiguousarray(values, np.float64)
    if array.ndim == 0 or array.shape[-1] != 3:
        raise ValueError(f"expected a last axis of 3 ({names}), was the shape {array.shape}")
    return array.reshape(-1, 3), array.shape[:-1]


def shaped(columns: Sequence[Float64], shape: tuple[int, ...]) -> tuple[Float64, ...]:
    """Give flat columns their shape back; like a numpy ufunc, scalars in means scalars out."""
    return tuple(column.reshape(shape)[()] for column in columns)
