"""All figures of one picture, whole and kind by kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from sargas.exercise.scoring.columns import Picture, Truth
from sargas.exercise.scoring.consistency import consistency_figures
from sargas.exercise.scoring.continuity import continuity_figures
from sargas.exercise.scoring.field_trial import field_trial_figures
from sargas.exercise.scoring.frames import Frame
from sargas.exercise.scoring.latency import ONE_WAY, latency_figures
from sargas.exercise.scoring.ospa import ospa_figures
from sargas.exercise.scoring.picture_figures import picture_figures, scored
from sargas.exercise.scoring.siap import siap_figures
from sargas.model.columns import Float64

Report: TypeAlias = dict[str, Any]


def score_picture(
    frames: Sequence[Frame], truth: Truth, picture: Picture, warm_up_s: float, range_m: Float64 | None = None
) -> Report:
    """Return the benchmark's figures at the top level, then ``ospa`` ... ``by_kind``: docs/scoring.md.

    ``range_m``: slant range of each row of the truth to its nearest sensor, for the detection range.
    """
    kinds = sorted({str(kind) for frame in frames for kind in frame.kinds})
    apart = {kind: [frame.of_kind(kind) for frame in frames] for kind in kinds}
    latency = {"all": latency_figures(frames)}
    if ONE_WAY in apart:
        latency[ONE_WAY] = latency_figures(apart[ONE_WAY])
    return {
        **picture_figures(frames, warm_up_s),
        "latency": latency,
        **_figures(frames, truth, picture, warm_up_s, range_m),
        "by_kind": {
            kind: {
                **{k: v for k, v in picture_figures(mine, warm_up_s).items() if k not in _OF_NO_KIND},
                "latency": latency_figures(mine),
                **_figures(mine, truth, picture, warm_up_s, range_m),
            }
            for kind, mine in apart.items()
        },
    }


_OF_NO_KIND = ("completeness_by_kind", "false", "spurious")
"""False tracks belong to no kind."""


def _figures(
    frames: Sequence[Frame], truth: Truth, picture: Picture, warm_up_s: float, range_m: Float64 | None
) -> Report:
    counted = scored(frames, warm_up_s)
    return {
        "ospa": ospa_figures(counted),
        "siap": siap_figures(counted, frames),
        "continuity": continuity_figures(frames),
        "field_trial": field_trial_figures(counted, frames, range_m),
        "consistency": consistency_figures(counted, truth, picture),
    }


def plain(value: Any) -> Any:
    """Return a report as JSON can hold it: infinite and not-a-number become null."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, np.generic):  # numpy's float64 is a float too
        return plain(value.item())
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return value
