"""What stops ingest, and what is wrong beside it, as the screen has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sargas.model.saying import NOTHING, Said

Shown = Literal["ok", "degraded", "failed"]


@dataclass(slots=True)
class Problem:
    """What stops ingest now, and what is wrong beside it; both for the screen, nothing when all is well."""

    reason: Said = NOTHING
    upkeep: Said = NOTHING

    def shown(self) -> tuple[Shown, Said]:
        """Return how the journal is and why: failed while ingest stands still, degraded while only upkeep fails."""
        if self.reason.en:
            return "failed", self.reason
        return ("degraded", self.upkeep) if self.upkeep.en else ("ok", NOTHING)
