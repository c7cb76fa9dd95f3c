"""What the console says of a shift."""

from __future__ import annotations

from pydantic import Field

from sargas.model.record_base import Value


class Spread(Value):
    """How long something took, over several times."""

    count: int = Field(description="How often")
    median: float = Field(description="Seconds")
    p90: float = Field(description="Seconds; nine of ten took no longer")


class ShiftPerson(Value):
    """What one person decided."""

    name: str = Field(description="Account")
    decisions: int = Field(description="How many")
    last_ns: int = Field(description="UTC ns of the last one")


class ShiftView(Value):
    """How a shift goes."""

    since_ns: int = Field(description="From here, UTC ns")
    until_ns: int = Field(description="To here: the picture's time")
    critical: int = Field(description="Critical alerts raised and shown")
    advisories: int = Field(description="Advisories raised and shown")
    held_back: int = Field(description="Advisories beyond the budget, listed and not shown")
    advisories_last_hour: int = Field(description="Of them in the last hour")
    advisories_per_hour: int | None = Field(description="The budget; none: no configuration yet")
    waiting: int = Field(description="Alerts that nobody answered yet")
    oldest_waiting_ns: int | None = Field(description="UTC ns at which the oldest of them was raised; none: none waits")
    standing_over_hour: int = Field(description="Alerts that stand for more than an hour")
    answered_after_s: Spread | None = Field(description="From raised to acknowledged or shelved; none: none was")
    people: tuple[ShiftPerson, ...] = Field(description="Who decided, the most loaded first")
    drafted: int = Field(description="Messages of public warnings drafted or changed")
    undecided: int = Field(description="Of them those that wait for a person")
    firm_to_draft_s: Spread | None = Field(description="From the firm track to a warning's first draft; none: none was")
    draft_to_decision_s: Spread | None = Field(description="From the draft to a person's decision")
    decision_to_sent_s: Spread | None = Field(description="From the decision until the first channel took it")
