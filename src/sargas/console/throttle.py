"""A limit on how often one client may try: to log in, where password checks are dear by design, or to ask the API."""

from __future__ import annotations

import threading
from collections import OrderedDict

ADDRESSES_KEPT = 10_000


class Throttle:
    """Allow ``burst`` tries at once and one more every ``refill_s`` seconds, per address; safe between threads."""

    def __init__(self, burst: int, refill_s: float) -> None:
        self._burst = burst
        self._refill_ns = int(refill_s * 1e9)
        self._spent_until_ns: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    def wait_ns(self, address: str, now_ns: int) -> int:
        """Count one try and return 0, or return how long the address must wait; such a try is not counted."""
        with self._lock:
            spent = max(self._spent_until_ns.get(address, 0), now_ns)
            excess = spent + self._refill_ns - now_ns - self._burst * self._refill_ns
            if excess > 0:
                return excess
            self._spent_until_ns[address] = spent + self._refill_ns
            self._spent_until_ns.move_to_end(address)
            while len(self._spent_until_ns) > ADDRESSES_KEPT:
                self._spent_until_ns.popitem(last=False)
            return 0
