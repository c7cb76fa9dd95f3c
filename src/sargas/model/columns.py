"""Column types shared by the batches of the hot path, and the null of each."""

from __future__ import annotations

from enum import IntFlag
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Float64: TypeAlias = NDArray[np.float64]
Float32: TypeAlias = NDArray[np.float32]
Int64: TypeAlias = NDArray[np.int64]
Int32: TypeAlias = NDArray[np.int32]
Int16: TypeAlias = NDArray[np.int16]
Int8: TypeAlias = NDArray[np.int8]
UInt64: TypeAlias = NDArray[np.uint64]
UInt16: TypeAlias = NDArray[np.uint16]
UInt8: TypeAlias = NDArray[np.uint8]
Complex128: TypeAlias = NDArray[np.complex128]
Bytes8: TypeAlias = NDArray[np.bytes_]
Bytes16: TypeAlias = NDArray[np.bytes_]
Bytes20: TypeAlias = NDArray[np.bytes_]
Real = TypeVar("Real", np.float32, np.float64)

NS_PER_S = 1_000_000_000

NO_CODE = -1
"""Null of every integer code column (ICAO address, Mode 3/A, NIC, NACp, SIL). Floats use NaN, call signs b''."""


def known_or(values: NDArray[Real], instead: float) -> NDArray[Real]:
    """Return a column with another value where it is not known (NaN)."""
    found = values.copy()
    found[np.isnan(found)] = instead
    return found


class PlotFlag(IntFlag):
    """Marks of a plot; SIMULATED, TEST and FIELD_MONITOR never reach alerting in live mode (design, rail 4)."""

    SIMULATED = 1
    TEST = 2
    FIELD_MONITOR = 4
    SPI = 8
    ON_GROUND = 16
    SENSOR_DOUBTS = 32
    """The sensor itself calls the report clutter, reflection, angel or bird (for example I048/030)."""
    NOT_ICAO = 64
    """Its address is no 24-bit ICAO address (readsb ``~``, anonymous or track-file address); the column is null."""
    SENSOR_TENTATIVE = 128
    """The sensor's own tracker does not yet believe in the track behind it (I048/170 CNF)."""
