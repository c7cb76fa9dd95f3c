"""Security labels: carried by every message from birth, combined whenever messages are combined.

Shaped after STANAG 4774 (policy, classification, releasable-to category, caveats); not a conformance claim.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Nation = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Classification(IntEnum):
    """Classification levels, ordered: the larger is the more restrictive."""

    UNCLASSIFIED = 0
    RESTRICTED = 1
    CONFIDENTIAL = 2
    SECRET = 3


class Label(BaseModel):
    """Say who may receive an object.

    ``releasable_to`` holds ISO 3166-1 alpha-3 nation codes, sorted; empty means the originator's own node only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    policy: str = Field(default="SARGAS", description="Name of the policy that gives the other fields their meaning")
    classification: Classification = Field(
        default=Classification.UNCLASSIFIED, description="0 unclassified, 1 restricted, 2 confidential, 3 secret"
    )
    releasable_to: tuple[Nation, ...] = Field(
        default=(), description="Nations that may receive it, sorted; empty: none"
    )
    caveats: tuple[str, ...] = Field(default=(), description="Further handling marks, sorted, for example EXERCISE")
    originator: str = Field(default="", description="Node, nation or sensor owner that made the object")


def most_restrictive(labels: Iterable[Label]) -> Label:
    """Combine the labels of everything an object was derived from (high-water mark).

    Highest classification, intersection of ``releasable_to``, union of ``caveats``; originators and policies are joined
    with ``+`` in sorted order, each once, so that the order of combining changes nothing. Raises ValueError for no
    labels at all.
    """
    found = tuple(dict.fromkeys(labels))
    if not found:
        raise ValueError("expected at least one label, was none: derived objects inherit from what they come from")
    return found[0] if len(found) == 1 else _combine(found)


@lru_cache(maxsize=1024)
def _combine(found: tuple[Label, ...]) -> Label:
    shared = set(found[0].releasable_to).intersection(*(label.releasable_to for label in found[1:]))
    return Label(
        policy=_join(label.policy for label in found),
        classification=max(label.classification for label in found),
        releasable_to=tuple(sorted(shared)),
        caveats=tuple(sorted({caveat for label in found for caveat in label.caveats})),
        originator=_join(label.originator for label in found),
    )


def _join(names: Iterable[str]) -> str:
    """Join names, some of them already joined: each once, sorted."""
    return "+".join(sorted({part for name in names for part in name.split("+")} - {""}))


def is_wider(label: Label, bound: Label) -> bool:
    """Say whether a label lets anybody have what another one keeps from them."""
    return (
        label.classification < bound.classification
        or not set(label.releasable_to) <= set(bound.releasable_to)
        or not set(bound.caveats) <= set(label.caveats)
        or (label.policy, label.originator) != (bound.policy, bound.originator)
    )


def narrowed(label: Label, bound: Label) -> Label:
    """Return a label with what is wider than a bound taken away; policy and originator are the bound's."""
    return Label(
        policy=bound.policy,
        classification=max(label.classification, bound.classification),
        releasable_to=tuple(sorted(set(label.releasable_to) & set(bound.releasable_to))),
        caveats=tuple(sorted({*label.caveats, *bound.caveats})),
        originator=bound.originator,
    )
