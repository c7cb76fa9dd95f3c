"""One line of reasons of a track, as JSON."""

from __future__ import annotations

from typing import Any

from sargas.identification.class_reasons import WEIGHTY
from sargas.identification.classifier import labels_of
from sargas.identification.saying import say
from sargas.model.columns import Float32, Float64
from sargas.model.saying import Said, in_english, in_lithuanian
from sargas.model.tracks import CLASSES


def reasons_line(track_id: Any, probabilities: Float32, sky_odds: Float64, reasons: tuple[Said, ...]) -> dict[str, Any]:
    """Return label, probabilities and reasons of a track as they stand.

    ``sky_odds`` (classes,): the log-odds that each class has got by what else flew there.
    """
    named = {name: round(float(p), 4) for name, p in zip(CLASSES, probabilities.tolist(), strict=True)}
    weight = float(sky_odds[int(probabilities.argmax())])
    why = (*reasons, say("weighed", words=say("sky"), weight=weight)) if abs(weight) >= WEIGHTY else reasons
    return {
        "track_id": track_id,
        "label": labels_of(probabilities[None])[0],
        "probabilities": named,
        "reasons": list(in_english(why)),
        "reasons_lt": list(in_lithuanian(why)),
    }
