"""What administrators make of a source while the node runs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sargas.model.label import Label
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


class SourceLabel(Record):
    """A person has given what a source reports another label, from a moment on; of a source the later record holds.

    It is never wider than what the node's configuration says of the source: where the two differ the stricter holds.
    """

    kind: Literal["source_label"] = Field(default="source_label", description="Says which record this is")
    source: str = Field(min_length=1, description="Source it is about")
    state: Literal["announced", "in_force"] = Field(
        description="announced: it waits for from_ns; the core says the rest"
    )
    marking: Label = Field(description="Label from birth of everything this source reports from then on")
    from_ns: int = Field(ge=0, description="UTC ns of receiving from which on it holds")
    as_configured: bool = Field(default=False, description="The configuration's own label, also after that has changed")
    reason: str = Field(min_length=1, max_length=500, description="Why, in the person's words")
    entered_by: str = Field(min_length=1, description="Account that entered it")
