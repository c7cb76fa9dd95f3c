"""Why a track is thought to be what it is, in words: what was measured, and how much each kind of evidence weighs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sargas.identification.claims import CLAIM_KINDS
from sargas.identification.motion_features import FEATURES
from sargas.identification.opinion import FORGET, KINEMATICS, RCS, SPREAD, TOLD_FORGET, Tables
from sargas.model.columns import Float64
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
    reported: Sequence[str] = (),
) -> tuple[str, ...]:
    """Return up to four reasons, the weightiest term first; a last one says when nothing alike was in training.

    ``sources``: names of those that make claims, by number; ``reported``: what persons reported, in words.
    """
    best = int(np.argmax(opinion["probability"]))
    age_s = (int(track["last_ns"]) - int(track["first_ns"])) * 1e-9
    gains = [float(np.interp(np.log1p(age_s), np.log1p(tables.ages_s), tables.gain[:, k])) for k in range(3)]
    told, doubts = list[tuple[float, str]](), list[str]()
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
            told.append((weight, f"{words} ({weight:+.1f})"))
    for k, number in enumerate(opinion["claim"].tolist()):
        if number:
            age = max((int(track["last_ns"]) - int(opinion["claim_ns"][k])) * 1e-9, 0.0)
            weight = float(opinion["claim_weight"][k]) * FORGET**age * float(claims[number - 1, best])
            doubt = _doubt(CLAIM_KINDS[number - 1].channel, float(opinion["claim_weight"][k]))
            by = sources[int(opinion["claim_by"][k])]
            words = f"{CLAIM_KINDS[number - 1].words}{f' by {by}' if by else ''}{doubt} ({weight:+.1f})"
            if doubt and CLAIM_KINDS[number - 1].channel == "cooperative":
                doubts.append(words)  # always told, however little it weighs
            else:
                told.append((weight, words))
    if opinion["told_ns"] and reported:
        age = max((int(track["last_ns"]) - int(opinion["told_ns"])) * 1e-9, 0.0)
        weight = TOLD_FORGET**age * float(opinion["told"][best] - opinion["told"].mean())
        told.append((weight, f"{'; '.join(reported)} ({weight:+.1f})"))
    chosen = sorted((row for row in told if abs(row[0]) >= WEIGHTY), key=lambda row: (-row[0], row[1]))[:MOST]
    reasons = [words for _, words in chosen] + doubts
    if opinion["outside"]:
        reasons.append(f"moves like no {CLASSES[best].replace('_', ' ')} in training")
    return tuple(reasons)


def _doubt(channel: str, weight: float) -> str:
    """Say why a claim has not its whole weight."""
    if weight == 1.0:
        return ""
    return (
        ", but its place does not agree with the sensors"
        if channel == "cooperative"
        else f" ({weight:.0%} sure it is this)"
    )


def _motion(opinion: np.void, age_s: float) -> str:
    """Say how it moves: hover, circles or straight; speed; climb; since when."""
    f = opinion["features"]
    speed, climb, turn = (float(f[_AT[name]]) for name in ("speed_60", "climb_60", "turn_net_60"))
    if np.isnan(speed):
        return "one state yet" if np.isnan(f[_AT["altitude_m"]]) else f"one state yet, at {f[_AT['altitude_m']]:.0f} m"
    seconds = min(age_s, 60.0)
    if f[_AT["hover_share_60"]] > 0.5:
        manner = "hovers or stands"
    elif f[_AT["straightness_60"]] > 0.97:
        manner = f"straight at {speed:.0f} m/s"
        if f[_AT["straightness_life"]] > 0.97:
            seconds = age_s
    elif turn > 0.06:
        manner = f"circles at {speed:.0f} m/s"
    else:
        manner = f"turns to and fro at {speed:.0f} m/s"
    rise = f", {'climbs' if climb > 0 else 'sinks'} {abs(climb):.1f} m/s" if abs(climb) > 0.4 else ""
    altitude = float(f[_AT["altitude_m"]])
    height = "" if np.isnan(altitude) else f", at {altitude:.0f} m"
    return f"{manner}{rise}{height}, for {_duration(seconds)}"


def _duration(seconds: float) -> str:
    return f"{seconds / 60.0:.0f} min" if seconds >= 90.0 else f"{seconds:.0f} s"


def _cross_section(opinion: np.void) -> str:
    return f"radar cross-section {opinion['rcs_db']:.0f} dBsm" if opinion["rcs_looks"] else ""


def _spread(opinion: np.void) -> str:
    return f"radial speed spread {np.exp(opinion['spread_log']):.1f} m/s" if opinion["spread_looks"] else ""
