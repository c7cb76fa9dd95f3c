"""What is told of a track's own word, in words and in grades. Rules: docs/cooperation.md."""

from __future__ import annotations

from typing import Literal, NamedTuple

from sargas.identification.permissions import Explanation
from sargas.identification.saying import joined, name_of, say
from sargas.identification.sender_kernels import (
    BURST,
    CLIMB,
    FAR,
    HEIGHTS,
    JUMP,
    MOTION,
    SERIAL,
    STALE,
    TWO_PLACES,
)
from sargas.model.saying import Said

Reliability = Literal["A", "B", "C", "D", "E", "F"]
STATES = ("", "confirmed", "unsupported", "doubtful", "friend")
NONE, CONFIRMED, UNSUPPORTED, DOUBTFUL, FRIEND = range(5)
"""What a track's own word may be; a friend is confirmed, and named by a permission of one's own forces."""
LEAST_DOUBT = 0.6
"""Of a doubt while it lasts: where its receiver calls its place poor, and until its word is trusted again."""

_TELLS = {
    JUMP: "jump", TWO_PLACES: "two_places", MOTION: "motion", CLIMB: "climb", STALE: "stale", HEIGHTS: "heights",
    SERIAL: "serial", BURST: "burst", FAR: "far",
}  # fmt: skip
"""Sentences of the tells."""


class Finding(NamedTuple):
    """What was found of one track's own word."""

    state: int
    probability: float
    is_drone: bool
    is_named: bool
    is_seen: bool
    is_watched: bool
    witnesses: int
    witness: float
    offset: float
    offset_m: float
    """NaN where no radar's plot was held against a claim."""
    is_poor: bool
    nic: int
    nac_p: int
    tells: tuple[int, ...]
    elsewhere_m: float
    """NaN: nowhere else."""
    other_track: int
    is_spoofed: bool
    former_address: int
    """Another address that the track has carried; -1: none."""


def explain_finding(found: Finding) -> tuple[Said, ...]:
    """Say what speaks for a state, the strongest first."""
    words = list[Said]()
    if found.elsewhere_m == found.elsewhere_m:
        name = "same_name" if found.other_track >= 0 else "same_name_told"
        words.append(say(name, track=found.other_track, distance=found.elsewhere_m / 1000.0))
    if found.is_spoofed:
        words.append(say("navigation_disturbed"))
    if found.offset < 0.0 and found.offset_m == found.offset_m:
        words.append(say("seen_off", distance=found.offset_m))
    if found.witness < 0.0:
        words.append(say("not_seen"))
    words += [say(_TELLS[tell]) for tell in found.tells]
    if found.is_poor:
        codes = [f"{name} {code}" for name, code in (("NIC", found.nic), ("NACp", found.nac_p)) if code >= 0]
        words.append(say("poor", codes=", ".join(codes)))
    if found.former_address >= 0:
        words.append(say("former_address", address=found.former_address))
    return (*words, *_support(found))


def _support(found: Finding) -> tuple[Said, ...]:
    if found.is_seen and found.witness > 0.0:
        words: tuple[Said, ...] = (
            say("seen_by_many", witnesses=found.witnesses) if found.witnesses > 1 else say("seen_by_one"),
        )
        if found.offset >= 0.0 and found.offset_m == found.offset_m:
            words = (*words, say("seen_near", distance=found.offset_m))
        return (*words, say("answered")) if found.is_named else words
    if not found.is_watched:
        return (say("nobody_looks"),)
    return () if found.witness < 0.0 else (say("none_yet"),)


def sureness_of(found: Finding) -> float:
    """Return the probability of what is said of cooperation; of a doubt that its word is not true."""
    return max(1.0 - found.probability, LEAST_DOUBT) if found.state == DOUBTFUL else found.probability


def grade_cooperation(found: Finding) -> tuple[Reliability, int]:
    """Grade what is said of cooperation after Admiralty; a doubt is the node's own, not the word of who is doubted."""
    if found.state == UNSUPPORTED:
        return ("D" if found.is_drone else "C"), 6
    sureness = sureness_of(found)
    credibility = 1 if sureness >= 0.99 else 2 if found.state == CONFIRMED or sureness >= 0.85 else 3
    return ("A" if found.witnesses > 1 else "B"), credibility


def grade_identity(found: Finding) -> tuple[Reliability, int]:
    """Grade what is said of a track's identity after Admiralty."""
    if found.state == DOUBTFUL:
        return "E", 4 if found.probability >= 0.2 else 5
    return grade_cooperation(found)[0], 3 if found.state == UNSUPPORTED else 1 if found.is_named else 2


def grade_permission(explanation: Explanation, state: int) -> tuple[Reliability, int]:
    """Grade an explanation by a permission after Admiralty: entered by people, so usually reliable."""
    if state == DOUBTFUL or explanation.probability < 0.5:
        return "B", 4
    return "B", 2 if explanation.equal else 3


def explain_permission(explanation: Explanation, state: int) -> tuple[Said, ...]:
    """Say why a permission explains a track."""
    permission = explanation.permission
    purpose = name_of("purpose", permission.purpose)
    words = [say("explained", permission=permission.permission_id, purpose=purpose, holder=permission.holder)]
    if explanation.equal:
        words.append(say("equal", names=joined([name_of("identity", name) for name in explanation.equal])))
    words.append(say("inside_permitted"))
    if state == DOUBTFUL:
        words.append(say("place_only"))
    if state == UNSUPPORTED:
        words.append(say("not_confirmed"))
    return tuple(words)
