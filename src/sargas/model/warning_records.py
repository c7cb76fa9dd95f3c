"""Public warnings: drafted by the node, approved by a person, sent once."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from sargas.model.record_base import Record, Ring, Value

WarningLanguage = Literal["lt", "en", "lv", "pl"]


class WarningArea(Value):
    """One area that is warned: a municipality, or the cell of a place where no municipalities are known."""

    area_id: str = Field(description="Identity of the area")
    name: str = Field(description="Name for people")
    polygon: Ring = Field(min_length=3, description="Ring of lon, lat; closed by itself")


class WarningText(Value):
    """What the public is told, in one language."""

    language: WarningLanguage = Field(description="ISO 639-1 code")
    headline: str = Field(min_length=1, max_length=160, description="One line, fits a phone")
    description: str = Field(min_length=1, description="What is known")
    instruction: str = Field(min_length=1, description="What to do")


WarningLevel = Literal["yellow", "red"]


class WarningPolicy(Value):
    """Who must approve what the public is told, and how they show that it is they."""

    two_persons: tuple[WarningLevel, ...] = Field(
        default=(), description="Levels that two different persons must approve; `true`: both, `false`: none"
    )
    first_approval_s: float = Field(
        default=600.0, gt=0, le=86_400, description="So long the first of two approvals stands; then it counts no more"
    )
    proof_lasts_s: float = Field(
        default=900.0,
        ge=0,
        le=86_400,
        description="Who decides gives password or code again so long after the last; 0: never",
    )

    @field_validator("two_persons", mode="before")
    @classmethod
    def _all_or_none(cls, value: Any) -> Any:
        return (("yellow", "red") if value else ()) if isinstance(value, bool) else value


class FirstApproval(Value):
    """The first of two persons' approvals of a message."""

    approved_by: str = Field(min_length=1, description="Account of that person")
    approved_ns: int = Field(description="UTC ns at which that person approved")
    until_ns: int = Field(description="UTC ns at which it counts no more, unless a second person has approved")
    reason: str = Field(default="", description="Why, in the person's words; may be empty")


DeliveryState = Literal["sent", "failing", "refused", "unclear", "expired"]


class Delivery(Value):
    """What became of a message at one channel."""

    channel: str = Field(description="Name of the channel")
    state: DeliveryState = Field(
        description="sent: taken; failing: tried again; refused: never taken; unclear: nobody knows; expired: too late"
    )
    time_ns: int = Field(description="UTC ns at which that was known")
    attempts: int = Field(ge=0, description="Tries so far")
    reference: str = Field(default="", description="What the taker answered, or where the message lies")
    reason: str = Field(default="", description="Why it was not taken, in words")
    reason_lt: str = Field(default="", description="The same in Lithuanian; empty: the taker's or system's own words")


class WarningDelivery(Record):
    """What the node's sender learnt of one message at one channel; journaled, shown beside the warning."""

    kind: Literal["warning_delivery"] = Field(default="warning_delivery", description="Says which record this is")
    message_id: str = Field(min_length=1, description="Message that was to be sent")
    channel: str = Field(min_length=1, description="Name of the channel")
    state: DeliveryState = Field(description="As in a delivery of public_warning")
    attempts: int = Field(ge=0, description="Tries so far")
    reference: str = Field(default="", description="What the taker answered, or where the message lies")
    reason: str = Field(default="", description="Why it was not taken, in words")
    reason_lt: str = Field(default="", description="The same in Lithuanian; empty: the taker's or system's own words")

    def to_delivery(self) -> Delivery:
        """Return what stands beside the warning."""
        return Delivery(
            channel=self.channel,
            state=self.state,
            time_ns=self.time_ns,
            attempts=self.attempts,
            reference=self.reference,
            reason=self.reason,
            reason_lt=self.reason_lt,
        )


class PublicWarning(Record):
    """One message of a warning: drafted, then approved or refused by a person; later ones update or end it."""

    kind: Literal["public_warning"] = Field(default="public_warning", description="Says which record this is")
    warning_id: str = Field(min_length=1, description="Identity of the warning through its messages")
    message_id: str = Field(min_length=1, description="Identity of the message; decisions name it")
    number: int = Field(ge=1, description="Of the message in its warning")
    state: Literal["drafted", "approved", "refused", "withdrawn"] = Field(
        description="Where in its life the message is"
    )
    message: Literal["alert", "update", "all_clear"] = Field(description="What the message does")
    level: WarningLevel = Field(description="red: may carry explosives; yellow: may enter, or harmless")
    areas: tuple[WarningArea, ...] = Field(description="Whom it is for")
    areas_are: Literal["municipalities", "cells"] = Field(description="cells: around places, no boundary of anything")
    eta_from_ns: int | None = Field(default=None, description="UTC ns from which it may be there; none: it is")
    eta_until_ns: int | None = Field(default=None, description="UTC ns until which it may come; none: not known")
    expires_ns: int = Field(description="UTC ns at which the message ends by itself")
    texts: tuple[WarningText, ...] = Field(min_length=1, description="One a language")
    track_ids: tuple[int, ...] = Field(default=(), description="System tracks it is about")
    alert_ids: tuple[str, ...] = Field(default=(), description="Alerts that led to it")
    reasons: tuple[str, ...] = Field(default=(), description="Why this level, why here, in words")
    reasons_lt: tuple[str, ...] = Field(default=(), description="The same in Lithuanian")
    first_plot_ns: int | None = Field(default=None, description="UTC ns of the first plot behind it")
    firm_ns: int | None = Field(default=None, description="UTC ns at which its first track was firm")
    threatening_ns: int | None = Field(
        default=None, description="UTC ns from which it was held to threaten a place; before settling"
    )
    drafted_ns: int = Field(description="UTC ns at which this message was drafted")
    approvals_needed: int = Field(default=1, ge=1, le=2, description="Different persons that must approve it")
    first_approval: FirstApproval | None = Field(
        default=None, description="Of two persons the first; none: one is enough, or nobody yet"
    )
    decided_ns: int | None = Field(default=None, description="UTC ns at which a person decided; none: not yet")
    decided_by: str | None = Field(default=None, description="Account of that person; none: nobody yet")
    decision_reason: str = Field(default="", description="Why, in the person's words; may be empty")
    deliveries: tuple[Delivery, ...] = Field(default=(), description="What became of it, one a channel")
    sent_ns: int | None = Field(default=None, description="UTC ns at which the first channel took it; none: not yet")
    is_exercise: bool = Field(default=False, description="Of simulated data: never sent to the public")

    @model_validator(mode="after")
    def _decision_is_whole(self) -> PublicWarning:
        if (self.decided_by is None) != (self.decided_ns is None):
            raise ValueError(f"warning {self.warning_id}: expected decided_by and decided_ns together")
        if self.state in ("approved", "refused") and self.decided_by is None:
            raise ValueError(f"warning {self.warning_id}: expected who decided, was none")
        first = None if self.first_approval is None else self.first_approval.approved_by
        if self.state == "approved" and self.approvals_needed == 2 and first in (None, self.decided_by):
            raise ValueError(f"warning {self.warning_id}: expected two persons, was {first} and {self.decided_by}")
        return self
