"""Let every part hear the plots that came, and tell the tracks that they moved."""

from __future__ import annotations

import numpy as np

from sargas.model.message import Message
from sargas.picture.state import Picture
from sargas.picture.telling import tell_own


def hear_plots(picture: Picture, time_ns: int, messages: list[Message]) -> None:
    """Track the plots received since the last time (UTC ns), and tell each track that moved once."""
    moved = []
    for plots in picture.unheard.take(time_ns):
        messages.append(plots)
        picture.tracker.absorb(picture.integrity.take(plots, picture.tracker))
        moved.append(picture.tracker.touched())
        picture.cooperation.hear(plots, picture.tracker.sites)
        picture.appraisal.hear_plots(plots)
        picture.lost.hear(plots, picture.tracker.sites)
    if moved:
        slots = moved[0] if len(moved) == 1 else np.unique(np.concatenate(moved))
        tell_own(picture, picture.tracker.read(slots), messages)
