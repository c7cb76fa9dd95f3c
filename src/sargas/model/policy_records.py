"""How much an operator is told, and what administrators make of the node's rules while it runs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sargas.model.record_base import Record, Value
from sargas.model.warning_records import WarningPolicy


class AlertPolicy(Value):
    """How much an operator is told, and who is told when nobody answers."""

    advisories_per_hour: int = Field(default=6, ge=0, le=1000, description="Advisories shown within any hour at most")
    escalate_after_s: float = Field(
        default=60.0, gt=0, description="A critical alert nobody answered is escalated then"
    )
    escalate_to: str = Field(default="shift lead", min_length=1, description="Whom to")


class PolicyChange(Record):
    """A person has changed the rules of alerts or of public warnings; of each the later record holds, as a whole."""

    kind: Literal["policy_change"] = Field(default="policy_change", description="Says which record this is")
    policy: Literal["alerting", "warnings"] = Field(description="Which rules")
    state: Literal["changed", "as_configured"] = Field(
        description="as_configured: those of the node's configuration again, also after that has changed"
    )
    alerting: AlertPolicy | None = Field(default=None, description="Rules of alerts from now on; none: not of these")
    warnings: WarningPolicy | None = Field(default=None, description="Rules of warnings from now on; as above")
    reason: str = Field(min_length=1, max_length=500, description="Why, in the person's words")
    entered_by: str = Field(min_length=1, description="Account that entered it")

    @model_validator(mode="after")
    def _is_of_one(self) -> PolicyChange:
        if (self.alerting is not None, self.warnings is not None) != (
            self.policy == "alerting",
            self.policy == "warnings",
        ):
            raise ValueError(f"policy change {self.id}: expected the rules of {self.policy}, and no others")
        return self
