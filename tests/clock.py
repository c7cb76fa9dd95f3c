"""A clock that moves only when a test says so."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Clock:
    """The node's time, UTC ns; called as the node calls its clock."""

    ns: int = 1_790_000_000_000_000_000

    def __call__(self) -> int:
        return self.ns
