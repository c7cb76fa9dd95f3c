"""Plots that came and were not yet tracked: tracked with each datagram, in a crowd ten times a second.

By receive time, so that a replay tracks at the same envelopes. Every part that hears plots costs some tenths of a
millisecond a time, and telling the tracks that moved some milliseconds, whether for one plot or for hundreds; a night
of 10,000 targets brings 400 datagrams a second, and all of them would be told late. A crowd's next datagram is a few
milliseconds away: nothing waits for long.
"""

from __future__ import annotations

from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.parts import pack, unpack
from sargas.model.plots import Plots, concatenate
from sargas.model.plots_parts import pack_plots, unpack_plots
from sargas.picture.crowd import CROWD

MARK = b"SARGAS-UNHEARD-1\n"
HEAR_EVERY_NS = NS_PER_S // 10


class UnheardPlots:
    """Collect batches of plots, those of one label together, in order of arrival."""

    def __init__(self) -> None:
        self._batches: dict[Label, list[Plots]] = {}
        self._since_ns = 0
        self._heard_ns = -HEAR_EVERY_NS
        self.waited_ns = 0
        """How long the first of the plots last taken has waited."""

    def add(self, plots: Plots, time_ns: int) -> None:
        """Note a batch received at ``time_ns`` (UTC ns)."""
        self._since_ns = self._since_ns if self._batches else time_ns
        self._batches.setdefault(plots.label, []).append(plots)

    def is_due(self, time_ns: int, tracks: int) -> bool:
        """Say whether there are any to be tracked now, ``tracks`` in all being kept."""
        return bool(self._batches) and (tracks <= CROWD or time_ns - self._heard_ns >= HEAR_EVERY_NS)

    def take(self, time_ns: int) -> tuple[Plots, ...]:
        """Return what was collected, a batch for each label in order of appearance, and begin anew (UTC ns)."""
        batches, self._batches = self._batches, {}
        self.waited_ns, self._heard_ns = time_ns - self._since_ns if batches else 0, time_ns
        return tuple(alike[0] if len(alike) == 1 else concatenate(alike) for alike in batches.values())

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        batches = [batch for alike in self._batches.values() for batch in alike]
        header = {"since_ns": self._since_ns, "heard_ns": self._heard_ns}
        return pack(MARK, header, [pack_plots(batch) for batch in batches])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, parts = unpack(MARK, data)
        self._since_ns, self._heard_ns, self._batches = header["since_ns"], header["heard_ns"], {}
        for part in parts:
            self.add(unpack_plots(part.tobytes()), self._since_ns)
