"""What is written down of every decision before anything is published."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from sargas.model.label import Label


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One decision: what goes to whom, under which label and rules, with which fields; or what does not, and why."""

    time_ns: int
    decision: Literal["released", "refused"]
    partner: str
    kind: str
    message_id: str
    """Message that goes under it, of state the first one; "" for a refusal."""
    objects: tuple[str, ...]
    """What it is about: identities of tracks, or the id of our record."""
    label: Label
    rules: tuple[str, ...]
    fields: tuple[str, ...]
    """Fields that go."""
    withheld: tuple[str, ...]
    """Fields that a rule could grant and none does."""
    policy_hash: str
    body_sha256: str
    reason: str = ""

    def to_json(self) -> str:
        """Return it as canonical JSON: keys sorted, no blanks, the same bytes for the same decision."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "label"}
        fields["label"] = self.label.model_dump(mode="json")
        return json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
