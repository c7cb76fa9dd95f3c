"""Let every part hear the plots that came, and tell the tracks that they moved; let the network hear partners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sargas.model.columns import NO_CODE
from sargas.model.message import Message
from sargas.model.plots import Plots
from sargas.model.records import SharedRecord
from sargas.picture.state import Picture
from sargas.picture.telling import tell_own

NEVER_SET, ALL_SET = 0x000000, 0xFFFFFF
"""24-bit addresses that no state assigns (ICAO Annex 10, volume III): equipment that was never set sends them."""


def hear_plots(picture: Picture, time_ns: int, messages: list[Message]) -> None:
    """Track the plots received since the last time (UTC ns), and tell each track that moved once."""
    moved = []
    for plots in picture.unheard.take(time_ns):
        messages.append(plots)
        named = _naming(plots)
        picture.tracker.absorb(picture.integrity.take(named, picture.tracker))
        moved.append(picture.tracker.touched())
        picture.cooperation.hear(named, picture.tracker.sites)
        picture.appraisal.hear_plots(named)
        picture.lost.hear(named, picture.tracker.sites)
    if moved:
        slots = moved[0] if len(moved) == 1 else np.unique(np.concatenate(moved))
        tell_own(picture, picture.tracker.read(slots), messages)


def hear_partner(
    picture: Picture, source: str, shared: Sequence[SharedRecord], time_ns: int, messages: list[Message]
) -> None:
    """Take what a partner says beside tracks, and of what waits of it; what is refused is counted among the sources."""
    before = picture.network.refused()
    messages.extend(picture.network.hear(source, shared, time_ns))
    refused = {reason: count - before[reason] for reason, count in picture.network.refused().items()}
    picture.health.refuse(source, [reason for reason, count in refused.items() for _ in range(count)])


def _naming(plots: Plots) -> Plots:
    """Return plots without the names that name nobody: addresses that none has, call signs and serials of blanks."""
    nobodys = (plots.icao_address == NEVER_SET) | (plots.icao_address == ALL_SET)
    no_sign, no_serial = _is_blank(plots.callsign), _is_blank(plots.uas_id)
    if not (nobodys.any() or no_sign.any() or no_serial.any()):
        return plots
    return replace(
        plots,
        icao_address=np.where(nobodys, NO_CODE, plots.icao_address).astype(np.int32),
        callsign=np.where(no_sign, b"", plots.callsign),
        uas_id=np.where(no_serial, b"", plots.uas_id),
    )


def _is_blank(texts: NDArray[np.bytes_]) -> NDArray[np.bool_]:
    letters = np.ascontiguousarray(texts).view(np.uint8).reshape(len(texts), texts.dtype.itemsize)
    found: NDArray[np.bool_] = (letters[:, 0] > 0) & (letters[:, 0] <= ord(" "))
    if found.any():
        found[found] = np.char.strip(texts[found]) == b""
    return found
