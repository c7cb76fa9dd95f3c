"""Rows by 24-bit address: found and given in a kernel, so that no report costs a step of Python."""

from __future__ import annotations

import numpy as np

from sargas.model.columns import Int32, Int64
from sargas.model.kernel import kernel
from sargas.model.parts import pack, unpack

MARK = b"SARGAS-ADDRESSES-1\n"
NONE = -1
_FIRST_PLACES = 1024
_SPREAD = 0x9E3779B1
"""Multiplier of Fibonacci hashing: addresses of one operator lie side by side."""


class AddressTable:
    """Number addresses in order of their first report; a number holds until ``keep`` numbers anew."""

    def __init__(self) -> None:
        self._keys = np.full(_FIRST_PLACES, NONE, np.int32)
        self._rows = np.zeros(_FIRST_PLACES, np.int32)
        self._addresses = np.zeros(_FIRST_PLACES // 2, np.int32)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def addresses(self) -> Int32:
        """The address of each row, in order."""
        return self._addresses[: self._count]

    def rows(self, addresses: Int32) -> Int64:
        """Return the row of each address (n,); those not heard before get one."""
        need = self._count + len(addresses)
        if 2 * need > len(self._keys):
            self._rebuild(self.addresses.copy(), need)
        rows = np.empty(len(addresses), np.int64)
        self._count = int(_find(addresses, self._keys, self._rows, self._addresses, self._count, True, rows))
        return rows

    def find(self, addresses: Int32) -> Int64:
        """Return the row of each address (n,), -1 for one that was never given any."""
        rows = np.empty(len(addresses), np.int64)
        _find(addresses, self._keys, self._rows, self._addresses, self._count, False, rows)
        return rows

    def keep(self, rows: Int64) -> None:
        """Forget all other rows; those kept are numbered anew, in the order given."""
        self._rebuild(self.addresses[rows].copy(), len(rows))

    def snapshot(self) -> bytes:
        """Return the addresses in order; equal tables give equal bytes."""
        return pack(MARK, {}, [self.addresses])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        self._rebuild(unpack(MARK, data, 1)[1][0], 0)

    def _rebuild(self, addresses: Int32, need: int) -> None:
        places = _FIRST_PLACES
        while places < 4 * max(need, len(addresses)):
            places *= 2
        self._keys, self._rows = np.full(places, NONE, np.int32), np.zeros(places, np.int32)
        self._addresses, self._count = np.zeros(places // 2, np.int32), 0
        rows = np.empty(len(addresses), np.int64)
        self._count = int(_find(addresses, self._keys, self._rows, self._addresses, 0, True, rows))


@kernel
def _find(
    addresses: Int32, keys: Int32, places: Int32, known: Int32, count: int, may_add: bool, rows: Int64
) -> np.int64 | int:
    """Look each address up by open addressing; returns how many rows there are now."""
    mask = len(keys) - 1
    for k in range(len(addresses)):
        address = addresses[k]
        at = (np.int64(address) * _SPREAD >> 12) & mask
        while keys[at] != NONE and keys[at] != address:
            at = (at + 1) & mask
        if keys[at] == address:
            rows[k] = places[at]
        elif may_add:
            keys[at], places[at], known[count], rows[k] = address, count, address, count
            count += 1
        else:
            rows[k] = NONE
    return count
