"""Local time, which the public is told: what clocks are ahead of UTC, and when they change."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from sargas.model.columns import NS_PER_S
from sargas.model.record_base import Value


class ClockChange(Value):
    """A change of the clocks, to summer time or back."""

    time_ns: int = Field(description="UTC ns")
    utc_offset_s: int = Field(description="Of local time from then on, east positive")


@dataclass(frozen=True, slots=True)
class LocalTime:
    """What clocks are ahead of UTC: ``utc_offset_s`` until the first of their ``changes``, which rise in time."""

    utc_offset_s: int = 0
    changes: tuple[ClockChange, ...] = ()

    def clock(self, time_ns: int) -> str:
        """Write a time (UTC ns) as hours and minutes."""
        past = [change.utc_offset_s for change in self.changes if change.time_ns <= time_ns]
        minutes = (time_ns // NS_PER_S + (past[-1] if past else self.utc_offset_s)) // 60
        return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"
