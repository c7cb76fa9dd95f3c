"""Why a track is thought to be what it is, in both languages: what was measured, and how much each evidence weighs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sargas.identification.claims import CLAIM_KINDS, ClaimKind
from sargas.identification.motion_features import FEATURES
from sargas.identification.opinion import FORGET, KINEMATICS, RCS, SPREAD, TOLD_FORGET, Tables
from sargas.identification.saying import name_of, say
from sargas.model.columns import Float64
from sargas.model.saying import Said
from sargas.model.tracks import CLASSES

MOST = 4
"""Reasons told."""
WEIGHTY = 0.2
"""Least log-odds, for the winner against the mean of all, that a term must bring to be told."""
_AT = {name: index for index, name in enumerate(FEATURES)}


def reasons_of(
    track: np.void,
    opinion: np.void,
    tables: Tables,
    claims: Float64,
    sources: Sequence[str] = ("",),
    reported: Sequence[Said] = (),
) -> tuple[Said, ...]:
    """Return up to four reasons, the weightiest term first; a last one says when nothing alike was in training.

    ``sources``: names of those that make claims, by number; ``reported``: what persons reported, in words.
    """
    best = int(np.argmax(opinion["probability"]))
    age_s = (int(track["last_ns"]) - int(track["first_ns"])) * 1e-9
    gains = [float(np.interp(np.log1p(age_s), np.log1p(tables.ages_s), tables.gain[:, k])) for k in range(3)]
    told, doubts = list[tuple[float, Said]](), list[Said]()
    strains = len(tables.member)
    terms = opinion["terms"][:, :strains]
    odds = np.where(tables.member == best, opinion["strain"][:strains], 0.0).astype(float)
    share = odds / max(float(odds.sum()), 1e-30)
    for term, words in (
        (KINEMATICS, _motion(opinion, age_s)),
        (RCS, _cross_section(opinion)),
        (SPREAD, _spread(opinion)),
    ):
        weight = gains[term] * float(share @ terms[term] - terms[term].mean())
        if words:
            told.append((weight, _weighed(words, weight)))
    for k, number in enumerate(opinion["claim"].tolist()):
        if number:
            age = max((int(track["last_ns"]) - int(opinion["claim_ns"][k])) * 1e-9, 0.0)
            weight = float(opinion["claim_weight"][k]) * FORGET**age * float(claims[number - 1, best])
            kind, sure = CLAIM_KINDS[number - 1], float(opinion["claim_weight"][k])
            words = _weighed(_claimed(kind, sources[int(opinion["claim_by"][k])], sure), weight)
            if sure != 1.0 and kind.channel == "cooperative":
                doubts.append(words)  # always told, however little it weighs
            else:
                told.append((weight, words))
    if opinion["told_ns"] and reported:
        age = max((int(track["last_ns"]) - int(opinion["told_ns"])) * 1e-9, 0.0)
        weight = TOLD_FORGET**age * float(opinion["told"][best] - opinion["told"].mean())
        words = Said("; ".join(one.en for one in reported), "; ".join(one.lt for one in reported))
        told.append((weight, _weighed(words, weight)))
    chosen = sorted((row for row in told if abs(row[0]) >= WEIGHTY), key=lambda row: (-row[0], row[1]))[:MOST]
    reasons = [words for _, words in chosen] + doubts
    if opinion["outside"]:
        reasons.append(say("unlike", what=name_of("class", CLASSES[best])))
    return tuple(reasons)


def _weighed(words: Said, weight: float) -> Said:
    return say("weighed", words=words, weight=weight)


def _claimed(kind: ClaimKind, by: str, share: float) -> Said:
    """Say what is claimed, by whom, and why it has not its whole weight where it has not."""
    words = Said(kind.words, kind.words_lt)
    if by:
        words = say("by_whom", words=words, who=by)
    if share == 1.0:
        return words
    return say("place_disagrees" if kind.channel == "cooperative" else "sure", words=words, share=share)


def _motion(opinion: np.void, age_s: float) -> Said:
    """Say how it moves: hover, circles or straight; speed; climb; since when."""
    f = opinion["features"]
    speed, climb, turn = (float(f[_AT[name]]) for name in ("speed_60", "climb_60", "turn_net_60"))
    altitude = float(f[_AT["altitude_m"]])
    if np.isnan(speed):
        return say("one_state") if np.isnan(altitude) else say("one_state_at", altitude=altitude)
    seconds = min(age_s, 60.0)
    if f[_AT["hover_share_60"]] > 0.5:
        manner = say("hovers")
    elif f[_AT["straightness_60"]] > 0.97:
        manner = say("straight", speed=speed)
        if f[_AT["straightness_life"]] > 0.97:
            seconds = age_s
    else:
        manner = say("circles" if turn > 0.06 else "turns", speed=speed)
    if abs(climb) > 0.4:
        manner = say("climbs" if climb > 0 else "sinks", manner=manner, rate=abs(climb))
    if not np.isnan(altitude):
        manner = say("at_height", manner=manner, altitude=altitude)
    if seconds >= 90.0:
        return say("for_minutes", manner=manner, minutes=seconds / 60.0)
    return say("for_seconds", manner=manner, seconds=seconds)


def _cross_section(opinion: np.void) -> Said | None:
    return say("cross_section", dbsm=float(opinion["rcs_db"])) if opinion["rcs_looks"] else None


def _spread(opinion: np.void) -> Said | None:
    return say("spread", mps=float(np.exp(opinion["spread_log"]))) if opinion["spread_looks"] else None
