"""What the console is told when an administrator changes a source, and what it answers."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import Field

from sargas.model.label import Label, Nation
from sargas.model.record_base import Value
from sargas.model.records import SourceLabel

Level: TypeAlias = Literal["unclassified", "restricted", "confidential", "secret"]


class PauseDraft(Value):
    """Why a source is paused."""

    reason: str = Field(
        min_length=1, max_length=500, pattern=r"\S", description="Why, in the person's words; everybody is told"
    )


class EnteredPause(Value):
    """A source is paused or goes on: journaled, and in effect from the next datagram on."""

    source: str = Field(description="Name of the source")
    record_id: str = Field(description="Id of the journaled record")


class LabelDraft(Value):
    """Another label for what a source reports; no wider than what the configuration says of it."""

    classification: Level = Field(description="How high")
    releasable_to: tuple[Nation, ...] = Field(default=(), max_length=100, description="Nations that may have it")
    from_ns: int | None = Field(default=None, ge=0, le=2**63 - 1, description="UTC ns from which on; none: at once")
    reason: str = Field(min_length=1, max_length=500, pattern=r"\S", description="Why, in the person's words")


class EnteredLabel(Value):
    """Another label of a source is journaled; it holds from the moment said."""

    source: str = Field(description="Name of the source")
    record_id: str = Field(description="Id of the journaled record")
    from_ns: int = Field(description="UTC ns from which on it holds")


class LabelReader(Value):
    """Who gets what a source reports, before and after."""

    name: str = Field(description="Nation of a partner, or an account")
    kind: Literal["plots", "track", "account"] = Field(
        description="What a partner is told by the rules of release; account: what a person sees here"
    )
    before: bool = Field(description="Gets it now")
    after: bool = Field(description="Gets it under the other label")
    rules: tuple[str, ...] = Field(default=(), description="By which rules, or why not, afterwards; none of accounts")


class LabelPreview(Value):
    """What another label of a source would change."""

    source: str = Field(description="Name of the source")
    configured: Label = Field(description="As the configuration has it: the widest there may be")
    before: Label = Field(description="In force")
    after: Label = Field(description="As asked for, without what is wider than the configuration")
    is_wider: bool = Field(description="Something of what was asked for is wider: it would be refused")
    waiting: SourceLabel | None = Field(description="A label that waits for its moment; none: none does")
    readers: tuple[LabelReader, ...] = Field(description="Partners, then accounts")
