"""A label in few octets. Layout: spec/release.md, Label."""

from __future__ import annotations

from pydantic import ValidationError

from sargas.formats.release.octets import Octets, ReleaseError, text_octets
from sargas.model.label import Classification, Label

POLICY = "SARGAS"


def pack_label(label: Label, origin: str) -> bytes:
    """Write a label; the usual policy and an originator that is the origin cost one octet each.

    Raises ReleaseError without an originator: nobody could say who may pass the object on.
    """
    if not label.originator or not label.policy:
        raise ReleaseError("expected a label with policy and originator on what is released, was without: name them")
    if len(label.releasable_to) > 255 or len(label.caveats) > 255:
        raise ReleaseError("expected at most 255 nations and 255 caveats in a label")
    return b"".join(
        (
            bytes((int(label.classification), len(label.releasable_to))),
            "".join(label.releasable_to).encode(),
            bytes((len(label.caveats),)),
            *(text_octets(caveat, "caveat") for caveat in label.caveats),
            text_octets("" if label.policy == POLICY else label.policy, "policy"),
            text_octets("" if label.originator == origin else label.originator, "originator"),
        )
    )


def unpack_label(octets: Octets, origin: str) -> Label:
    """Read a label. Raises ReleaseError for one that is none."""
    level = octets.whole(1, "classification")
    nations = [octets.take(3, "nation").decode("ascii", "replace") for _ in range(octets.whole(1, "nations"))]
    caveats = [octets.text("caveat") for _ in range(octets.whole(1, "caveats"))]
    policy, originator = octets.text("policy"), octets.text("originator")
    try:
        return Label(
            policy=policy or POLICY,
            classification=Classification(level),
            releasable_to=tuple(nations),
            caveats=tuple(caveats),
            originator=originator or origin,
        )
    except (ValidationError, ValueError):
        raise ReleaseError(
            f"expected a label of classification 0..3 and nations of three capitals, was {level}, {nations}"
        ) from None
