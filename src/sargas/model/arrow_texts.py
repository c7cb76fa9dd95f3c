"""Columns of short texts and codes as Arrow strings, without a Python object for each row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_DIGITS = np.frombuffer(b"0123456789abcdef", np.uint8)


def texts_to_arrow(values: NDArray[np.bytes_]) -> pa.Array:
    """Write ASCII texts (n,), null where empty; other bytes become the replacement character."""
    letters = np.ascontiguousarray(values).view(np.uint8).reshape(len(values), values.dtype.itemsize)
    has_hole = bool(((letters[:, :-1] == 0) & (letters[:, 1:] != 0)).any())
    if has_hole or (letters > 127).any():
        return pa.array([v.decode("ascii", "replace") if v else None for v in values.tolist()], pa.string())
    return pa.array(values, mask=values == b"").cast(pa.string())


def digits_to_arrow(values: NDArray[np.signedinteger[Any]], width: int, bits: int) -> pa.Array:
    """Write codes (n,) as ``width`` digits of ``bits`` bits each (3: octal, 4: hexadecimal); null where negative.

    A code too large keeps all its digits: whoever reads it must see that it is none.
    """
    if (values >= 1 << width * bits).any():
        form = f"0{width}{'o' if bits == 3 else 'x'}"
        return pa.array([format(value, form) if value >= 0 else None for value in values.tolist()], pa.string())
    shifts = bits * np.arange(width - 1, -1, -1)
    letters = _DIGITS[(values.astype(np.int64)[:, None] >> shifts) & ((1 << bits) - 1)]
    return pa.array(np.ascontiguousarray(letters).view(f"S{width}").ravel(), mask=values < 0).cast(pa.string())
