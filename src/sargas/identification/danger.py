"""Whether an object may carry a warhead: what it is, where it comes from, whether it is known; never one of them alone.

P(armed) = sum over classes of P(class) x P(armed | class), moved in log-odds by origin and by a confirmed cooperation.
The figures are planning values compiled from the public incident record (reference: domain, sections 2 and 3), not
measurements; docs/claims.md says how to read them. A cooperation that no independent sensor confirms changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

import numpy as np

from sargas.identification.claim_weight import Answer
from sargas.identification.saying import name_of, say
from sargas.model.columns import Float32, Float64
from sargas.model.saying import Said
from sargas.model.tracks import CLASSES

ARMED_OF_CLASS = {
    "one_way_drone": 0.6,
    "small_fixed_wing_drone": 0.1,
    "multirotor": 0.05,
    "balloon": 0.005,
    "bird": 0.0,
    "bird_flock": 0.0,
    "light_aircraft": 0.01,
    "glider": 0.001,
    "helicopter": 0.01,
    "airliner": 0.0005,
    "fast_jet": 0.2,
    "clutter": 0.0,
}
ARMED_OF_UNKNOWN = 0.1
"""Of an object that nothing is known of: unknown stays between harmless and dangerous."""
ABROAD_LOG_ODDS = log(2.0)
DOMESTIC_LOG_ODDS = log(0.5)
COOPERATIVE_LOG_ODDS = log(0.05)
"""A place that an independent sensor confirms, of an aircraft that says who it is."""
CONFIRMED = ("confirmed", "friend")
"""A friend is confirmed, and named by a permission of one's own forces."""
MAY_BE_ARMED = 0.3
"""From here on the answer is ``armed_possible``; below a tenth of it ``armed_unlikely``."""
LEAST, MOST = 1e-4, 1.0 - 1e-4
_ARMED: Float64 = np.array([ARMED_OF_CLASS[name] for name in CLASSES])


@dataclass(frozen=True, slots=True)
class Danger:
    """Say whether it may carry a warhead: ``armed_possible``, ``armed_unlikely`` or ``unknown``, and P(armed)."""

    value: str
    armed: float
    reasons: tuple[Said, ...]


def armed_probability(classes: Float32 | None, origin: Answer, cooperation: Answer) -> float:
    """Return P(armed) of one track, arguments as of ``judge_danger``: without the reasons, which take far longer."""
    probability = _armed_of_classes(_shares_of(classes))
    score = log(probability / (1.0 - probability))
    if origin.value == "abroad":
        score += ABROAD_LOG_ODDS * origin.probability
    elif origin.value == "domestic":
        score += DOMESTIC_LOG_ODDS * origin.probability
    if cooperation.value in CONFIRMED:
        score += COOPERATIVE_LOG_ODDS * cooperation.probability
    return 1.0 / (1.0 + exp(-score))


def judge_danger(classes: Float32 | None, origin: Answer, cooperation: Answer) -> Danger:
    """Judge one track; ``classes`` (12,) in the order of ``CLASSES``, none or NaN: not classified."""
    shares = _shares_of(classes)
    reasons = [_class_reason(shares, _armed_of_classes(shares))]
    if origin.value == "abroad":
        reasons.append(say("from_abroad", share=origin.probability))
    elif origin.value == "domestic":
        reasons.append(say("from_inside", share=origin.probability))
    if cooperation.value in CONFIRMED:
        reasons.append(say("cooperates", share=cooperation.probability))
    probability = armed_probability(classes, origin, cooperation)
    unlikely = probability <= MAY_BE_ARMED / 10.0
    value = "armed_possible" if probability >= MAY_BE_ARMED else "armed_unlikely" if unlikely else "unknown"
    return Danger(value, probability, tuple(reasons))


def armed_by_class(classes: Float32) -> Float64:
    """Return P(armed) of tracks by their classes (n, 12) alone; NaN: not classified."""
    known: Float64 = np.where(np.isnan(classes[:, 0]), ARMED_OF_UNKNOWN, classes.astype(np.float64) @ _ARMED)
    return known


def _shares_of(classes: Float32 | None) -> dict[str, float]:
    """Return the probability of each class by name; nothing where it is not classified."""
    if classes is None or np.isnan(classes[0]):
        return {}
    return dict(zip(CLASSES, classes.tolist(), strict=True))


def _armed_of_classes(shares: dict[str, float]) -> float:
    odds = sum(share * ARMED_OF_CLASS[name] for name, share in shares.items()) if shares else ARMED_OF_UNKNOWN
    return min(max(odds, LEAST), MOST)


def _class_reason(shares: dict[str, float], probability: float) -> Said:
    if not shares:
        return say("not_classified", armed=probability)
    likeliest = max(shares, key=lambda name: shares[name])
    return say("armed_by_class", what=name_of("class", likeliest), share=shares[likeliest], armed=probability)
