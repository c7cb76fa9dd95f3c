"""What the console is told and tells of the rules of alerts and warnings."""

from __future__ import annotations

from pydantic import Field

from sargas.model.record_base import Value
from sargas.model.records import AlertPolicy, PolicyChange, WarningPolicy

WHY = "Why, in the person's words"


class AlertingDraft(Value):
    """The rules of alerts as they are to be from now on."""

    advisories_per_hour: int = Field(ge=0, le=1000, description="Advisories shown within any hour at most")
    escalate_after_s: float = Field(gt=0, le=86_400, description="A critical alert nobody answered is escalated then")
    escalate_to: str = Field(min_length=1, max_length=100, pattern=r"\S", description="Whom to")
    reason: str = Field(min_length=1, max_length=500, pattern=r"\S", description=WHY)


class WarningsDraft(WarningPolicy):
    """The rules of public warnings as they are to be from now on; no laxer than the configuration's."""

    reason: str = Field(min_length=1, max_length=500, pattern=r"\S", description=WHY)


class PoliciesView(Value):
    """The rules of alerts and warnings: in force, as configured, and who changed them last."""

    alerting: AlertPolicy = Field(description="In force")
    warnings: WarningPolicy = Field(description="In force")
    configured_alerting: AlertPolicy = Field(description="As the configuration has them")
    configured_warnings: WarningPolicy = Field(description="As the configuration has them; a change is no laxer")
    changes: tuple[PolicyChange, ...] = Field(description="Newest change of each, the latest first")


class EnteredPolicy(Value):
    """A change of rules is journaled and takes effect with it."""

    record_id: str = Field(description="Id of the journaled record")
