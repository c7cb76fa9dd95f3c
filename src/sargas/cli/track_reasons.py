"""One line of reasons of a track, as JSON."""

from __future__ import annotations

from typing import Any

from sargas.identification.classifier import Classifier, labels_of
from sargas.model.columns import Float32
from sargas.model.tracks import CLASSES


def reasons_line(track_id: int, probabilities: Float32, classifier: Classifier) -> dict[str, Any]:
    """Return label, probabilities and reasons of a track as they stand."""
    named = {name: round(float(p), 4) for name, p in zip(CLASSES, probabilities.tolist(), strict=True)}
    return {
        "track_id": track_id,
        "label": labels_of(probabilities[None])[0],
        "probabilities": named,
        "reasons": list(classifier.reasons(track_id)),
    }
