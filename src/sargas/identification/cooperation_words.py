"""What is told of a track's own word, in words and in grades. Rules: docs/cooperation.md."""

from __future__ import annotations

from typing import Literal, NamedTuple

from sargas.identification.permissions import Explanation
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

Reliability = Literal["A", "B", "C", "D", "E", "F"]
STATES = ("", "confirmed", "unsupported", "doubtful", "friend")
NONE, CONFIRMED, UNSUPPORTED, DOUBTFUL, FRIEND = range(5)
"""What a track's own word may be; a friend is confirmed, and named by a permission of one's own forces."""

_TELLS = {
    JUMP: "its position jumped farther than it can fly",
    TWO_PLACES: "one name is heard at two places at once",
    MOTION: "the speed it reports is not the speed it makes",
    CLIMB: "its height changes by more than 50 m/s",
    STALE: "its stamps are more than 5 s old on arrival, or ahead",
    HEIGHTS: "its geometric and pressure heights differ as nobody else's here",
    SERIAL: "its serial is not written as CTA-2063-A demands",
    BURST: "it came with more than ten new serials in 10 s at one receiver",
    FAR: "it says to be where its receiver cannot hear it",
}
_IDENTITIES = {
    "icao_address": "24-bit address",
    "mode_3a": "transponder code",
    "callsign": "call sign",
    "uas_id": "Remote ID serial",
}


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


def explain_finding(found: Finding) -> tuple[str, ...]:
    """Say what speaks for a state, the strongest first."""
    words = list[str]()
    if found.elsewhere_m == found.elsewhere_m:
        where = f"track {found.other_track} has the same name" if found.other_track >= 0 else "the same name is told"
        words.append(f"{where} {found.elsewhere_m / 1000.0:.1f} km from here")
    if found.is_spoofed:
        words.append("its satellite navigation is known to be disturbed")
    if found.offset < 0.0 and found.offset_m == found.offset_m:
        words.append(f"radars see it {found.offset_m:.0f} m from where it says it is")
    if found.witness < 0.0:
        words.append("sensors that cover the place have looked for 10 s and see nothing there")
    words += [_TELLS[tell] for tell in found.tells]
    if found.is_poor:
        codes = [f"{name} {code}" for name, code in (("NIC", found.nic), ("NACp", found.nac_p)) if code >= 0]
        words.append(f"its receiver says its position is poor: {', '.join(codes)}")
    if found.former_address >= 0:
        words.append(f"the track has carried another address: {found.former_address:06x}")
    return (*words, *_support(found))


def _support(found: Finding) -> tuple[str, ...]:
    if found.is_seen and found.witness > 0.0:
        who = f"{found.witnesses} independent sensors see" if found.witnesses > 1 else "an independent sensor sees"
        words: tuple[str, ...] = (f"{who} it there",)
        if found.offset >= 0.0 and found.offset_m == found.offset_m:
            words = (*words, f"{found.offset_m:.0f} m from where it says it is, within what both may be off")
        return (*words, "a radar was answered with its address") if found.is_named else words
    if not found.is_watched:
        return ("no independent sensor looks there",)
    return () if found.witness < 0.0 else ("independent sensors look there, none has seen it yet",)


def grade_cooperation(found: Finding) -> tuple[Reliability, int]:
    """Grade what is said of cooperation after Admiralty."""
    if found.state == CONFIRMED:
        return ("A" if found.witnesses > 1 else "B"), (1 if found.probability >= 0.99 else 2)
    if found.state == UNSUPPORTED:
        return ("D" if found.is_drone else "C"), 6
    return "E", (4 if found.probability >= 0.2 else 5)


def grade_identity(found: Finding) -> tuple[Reliability, int]:
    """Grade what is said of a track's identity after Admiralty."""
    reliability, credibility = grade_cooperation(found)
    if found.state == CONFIRMED:
        return reliability, 1 if found.is_named else 2
    return reliability, 3 if found.state == UNSUPPORTED else credibility


def grade_permission(explanation: Explanation, state: int) -> tuple[Reliability, int]:
    """Grade an explanation by a permission after Admiralty: entered by people, so usually reliable."""
    if state == DOUBTFUL or explanation.probability < 0.5:
        return "B", 4
    return "B", 2 if explanation.equal else 3


def explain_permission(explanation: Explanation, state: int) -> tuple[str, ...]:
    """Say why a permission explains a track."""
    permission = explanation.permission
    words = [f"explained by permission {permission.permission_id}: {permission.purpose}, {permission.holder}"]
    if explanation.equal:
        words.append("its " + " and ".join(_IDENTITIES[name] for name in explanation.equal) + " is the permission's")
    words.append("inside its area, heights and hours")
    if state == DOUBTFUL:
        words.append("its own word is doubtful: the permission explains a place, not who is there")
    if state == UNSUPPORTED:
        words.append("no independent sensor confirms that it is there")
    return tuple(words)
