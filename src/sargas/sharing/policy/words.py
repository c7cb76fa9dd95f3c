"""The words of release rules: kinds of things, what is decided of them, and who is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from sargas.model.label import Classification, Label

Kind = Literal["track", "plots", "alert", "warning", "approval", "interference", "handover", "cue"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Field = Literal["sensor_identity", "sensor_place", "performance", "full_accuracy", "free_text"]
FIELDS: tuple[Field, ...] = get_args(Field)
EXERCISE = "EXERCISE"
"""Caveat of exercise data."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A nation as rules see it."""

    nation: str
    clearance: Classification = Classification.UNCLASSIFIED
    groups: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    """Handling marks that were agreed with it."""
    exercise: bool = False
    """It takes part in an exercise."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The nation whose node decides, and whether that node is in an exercise."""

    nation: str
    exercise: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided of one kind of thing under one label for one nation."""

    is_released: bool
    rules: tuple[str, ...]
    """Ids of the rules that decided, sorted; ``default-deny`` where none spoke."""
    fields: tuple[tuple[Field, tuple[str, ...]], ...] = ()
    """Fields granted beyond the least, each with the rules that granted it."""

    def grants(self, field: Field) -> bool:
        """Say whether a field may go."""
        return any(name == field for name, _ in self.fields)


def is_exercise(label: Label) -> bool:
    """Say whether a label marks exercise data."""
    return EXERCISE in label.caveats
