"""The shipped rules again, in plain Python and by another hand: what Cedar decides must be this."""

from __future__ import annotations

from collections.abc import Callable

from sargas.model.label import Classification, Label
from sargas.sharing.policy.words import FIELDS, Owner, Recipient

Grant = Callable[[Recipient, Label, str], bool]
PICTURE = ("track", "alert", "interference")


def ltu(to: Recipient, label: Label, kind: str, asked: str) -> bool:
    """Say what Lithuania's rules permit."""
    near, nato, open_ = "neighbours" in to.groups, "NATO" in to.groups, label.classification == 0
    return {
        "track": near or (nato and open_),
        "alert": near,
        "interference": near,
        "warning": nato and open_,
        "approval": near and label.classification <= Classification.RESTRICTED,
        "handover": near,
        "cue": near,
        "plots": to.nation == "LVA" and kind == "plots" and open_,
        "free_text": near and kind in ("handover", "cue") and open_,
        "full_accuracy": "BALTNET" in to.groups and kind == "track",
        "sensor_place": to.nation == "LVA" and kind == "plots" and open_,
    }.get(asked, False)


def lva(to: Recipient, label: Label, kind: str, asked: str) -> bool:
    """Say what Latvia's rules permit."""
    near, baltnet, open_ = "neighbours" in to.groups, "BALTNET" in to.groups, label.classification == 0
    if asked in ("warning", "approval", "handover", "cue"):
        return near
    if asked in ("alert", "interference"):
        return baltnet
    if asked in ("plots", "sensor_place"):
        return to.nation in ("LTU", "EST") and kind == "plots"
    if asked in ("full_accuracy", "performance"):
        return baltnet and kind == "track" and open_
    return {
        "track": baltnet or (near and label.classification <= Classification.RESTRICTED),
        "free_text": near and kind == "cue",
        "sensor_identity": to.nation == "LTU" and kind == "track" and open_,
    }.get(asked, False)


def pol(to: Recipient, label: Label, kind: str, asked: str) -> bool:
    """Say what Poland's rules permit."""
    if "neighbours" not in to.groups:
        return False
    if asked in (*PICTURE, "warning"):
        return label.classification == 0
    return asked in ("handover", "cue") and label.classification <= Classification.RESTRICTED


MODELS: dict[str, Callable[[Recipient, Label, str, str], bool]] = {"LTU": ltu, "LVA": lva, "POL": pol}


def may_know(owner: Owner, to: Recipient, label: Label) -> bool:
    """Say whether a label lets a nation know anything at all."""
    exercise = "EXERCISE" in label.caveats
    return (
        to.nation != owner.nation
        and to.nation in label.releasable_to
        and label.originator == owner.nation
        and label.policy == "SARGAS"
        and int(label.classification) <= int(to.clearance)
        and all(caveat in to.caveats for caveat in label.caveats if caveat != "EXERCISE")
        and exercise == owner.exercise == to.exercise
    )


def decide(rules: str, owner: Owner, to: Recipient, label: Label, kind: str) -> tuple[bool, set[str]]:
    """Say whether a thing goes, and with which fields."""
    model = MODELS[rules]
    if not may_know(owner, to, label) or not model(to, label, kind, kind):
        return False, set()
    return True, {field for field in FIELDS if model(to, label, kind, field)}
