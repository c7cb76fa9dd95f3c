"""What a call of the tracker needs beside the tracks: scratch that is allocated once and handed to every kernel."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sargas.model.columns import Float64, Int32, Int64
from sargas.sensors.registration import Registration
from sargas.sensors.registration_kernels import Registry
from sargas.tracking.association import COLUMN, LINK, PAIR, ROW, Links, MatchColumns, MatchRows, Pairs
from sargas.tracking.heard import Crossing, allocate_crossing
from sargas.tracking.imm import Work, allocate_work
from sargas.tracking.measurement import MEASUREMENT, Measurements
from sargas.tracking.scan import COUNT_NAMES

TOUCHED = len(COUNT_NAMES)
"""Entry of ``Workspace.counts`` behind the counts by reason: how many slots the call has touched."""


class Workspace(NamedTuple):
    """Hold everything a call needs beside the tracks; allocated by the caller, grown between calls."""

    work: Work
    found: Pairs
    links: Links
    rows: MatchRows
    columns: MatchColumns
    registered: Int32
    """Of registration: entry of each site, then the entries and the equations (``sensors.registration``)."""
    entries: Registry
    information: Float64
    pull: Float64
    candidates: Int32
    """(capacity,) tracks near a plot."""
    crossing: Crossing
    measured: Measurements
    """By place in the order of the scan, then by row of the scan; the last one is scratch."""
    touched: Int32
    """Slots changed in this call, in order of change."""
    counts: Int64
    counts_before: Int64


def allocate_workspace(capacity: int, plots: int, pairs: int, counts: Int64, registration: Registration) -> Workspace:
    """Make scratch for ``capacity`` tracks, scans of ``plots`` plots and ``pairs`` gated pairs a scan."""
    return Workspace(
        work=allocate_work(),
        found=np.zeros(pairs, PAIR),
        links=np.zeros(pairs, LINK),
        rows=np.zeros(capacity + 1, ROW),
        columns=np.zeros(plots, COLUMN),
        registered=registration.index,
        entries=registration.entries,
        information=registration.information,
        pull=registration.pull,
        candidates=np.zeros(capacity, np.int32),
        crossing=allocate_crossing(),
        measured=np.zeros(2 * plots + 1, MEASUREMENT),
        touched=np.zeros(capacity, np.int32),
        counts=counts,
        counts_before=np.zeros_like(counts),
    )
