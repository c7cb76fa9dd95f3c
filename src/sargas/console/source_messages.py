"""What the console is told when an administrator changes a source, and what it answers."""

from __future__ import annotations

from pydantic import Field

from sargas.model.record_base import Value


class PauseDraft(Value):
    """Why a source is paused."""

    reason: str = Field(
        min_length=1, max_length=500, pattern=r"\S", description="Why, in the person's words; everybody is told"
    )


class EnteredPause(Value):
    """A source is paused or goes on: journaled, and in effect from the next datagram on."""

    source: str = Field(description="Name of the source")
    record_id: str = Field(description="Id of the journaled record")
