"""What administrators make of a source while the node runs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sargas.model.record_base import Record


class SourcePause(Record):
    """A person has paused a source, or lets it go on; of a source the later record holds.

    While it is paused its datagrams are received and journaled, and nothing reads them: neither then nor afterwards.
    """

    kind: Literal["source_pause"] = Field(default="source_pause", description="Says which record this is")
    source: str = Field(min_length=1, description="Source it is about")
    state: Literal["paused", "resumed"] = Field(description="Whether what it reports is left unread from now on")
    reason: str = Field(default="", max_length=500, description="Why, in the person's words; never empty of a pause")
    entered_by: str = Field(min_length=1, description="Account that entered it")

    @model_validator(mode="after")
    def _has_a_reason(self) -> SourcePause:
        if self.state == "paused" and not self.reason.strip():
            raise ValueError(f"source pause {self.id}: expected a reason, was none")
        return self
