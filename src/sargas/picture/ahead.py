"""Where a track will be, for whoever asks between two envelopes: the node's own forecast, without a trace."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sargas.picture.appraisal import HORIZONS_S
from sargas.picture.state import Picture


class AheadPlace(NamedTuple):
    """Where a track will be after so many seconds."""

    ahead_s: float
    latitude_deg: float
    longitude_deg: float
    altitude_m: float | None
    radius_90_m: float | None
    """Of the circle that holds the true place with 90 %; none: not calibrated."""


class Ahead(NamedTuple):
    """A forecast of one track from its last state that was judged."""

    time_ns: int
    """Of that state, UTC."""
    places: tuple[AheadPlace, ...]


def look_ahead(picture: Picture, track_id: int) -> Ahead | None:
    """Forecast a track at the horizons of alerts, 30 s to 600 s; none: the predictor does not know it.

    The state stays as if nobody had asked: live and replay go on alike.
    """
    wanted = np.array([track_id], np.int64)
    try:
        time_ns, found = picture.appraisal.predictor.peek(wanted, HORIZONS_S)
    except KeyError:
        return None
    places = tuple(
        AheadPlace(
            float(HORIZONS_S[k]),
            float(found.latitude_deg[0, k]),
            float(found.longitude_deg[0, k]),
            _known(found.altitude_m[0, k]),
            _known(found.radius_90_m[0, k]),
        )
        for k in range(len(HORIZONS_S))
    )
    return Ahead(int(time_ns[0]), places)


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
