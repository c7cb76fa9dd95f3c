"""The six-bit alphabet of ICAO (Annex 10, volume IV): A-Z, space, 0-9."""

from __future__ import annotations

import numpy as np

from sargas.model.columns import UInt8
from sargas.model.kernel import inner_kernel

_LETTERS = np.zeros(64, np.uint8)
_LETTERS[1:27] = np.arange(ord("A"), ord("Z") + 1)
_LETTERS[32] = ord(" ")
_LETTERS[48:58] = np.arange(ord("0"), ord("9") + 1)


@inner_kernel
def write_letters(raw: int, letters: UInt8) -> None:
    """Write a 48-bit call sign as 8 ASCII octets, spaces behind it as NUL; all NUL when a letter is not one."""
    last = -1
    for i in range(8):
        code = (raw >> (42 - 6 * i)) & 63
        letters[i] = _LETTERS[code]
        if code not in (0, 32):
            last = i
    for i in range(8):
        if i > last:
            letters[i] = 0
        elif letters[i] == 0:
            letters[:] = 0
            return
