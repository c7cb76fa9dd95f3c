"""The grid finds the same pairs as looking at every track."""

import numpy as np
import pytest

from sargas.tracking.candidates import collect, find_pairs
from sargas.tracking.gating import link, unlink
from sargas.tracking.state import GRID_NS, HIGH_WATER, LEVELS, WIDE
from sargas.tracking.tracker import Tracker
from tests.tracking.scene import ORIGIN, clutter, radar


def find(tracker: Tracker, rows: np.ndarray) -> set[tuple[int, int, float]]:
    """Return the gated pairs of a scan without taking it."""
    site, space = tracker.sites.table[0], tracker._space
    n = collect(tracker._state, rows, tracker.sites.table, site, tracker.region, tracker._par, space)
    found = find_pairs(tracker._state, rows, n, tracker.sites.table, site, tracker.region, tracker._par, space)
    assert found >= 0
    return {(int(p["slot"]), int(p["plot"]), float(p["gain"])) for p in space.found[:found]}


@pytest.mark.parametrize("seed", range(4))
def test_the_grid_finds_the_pairs_of_an_exhaustive_search(seed: int) -> None:
    rng = np.random.default_rng(seed)
    tracker = Tracker([radar(sigma_azimuth_deg=0.3, max_range_m=120e3)], ORIGIN)
    for scan in range(3):
        tracker.update(clutter(radar(max_range_m=120e3), 300, 4.0 * scan, scan, rng))
    state = tracker._state
    cells = state.near["cell"][: state.registers[HIGH_WATER]]
    assert (cells < 128 * 128).any()
    assert (cells >= 128 * 128).any()
    rows = tracker.rows_for(clutter(radar(max_range_m=120e3), 250, 12.5, 3, rng))
    by_grid = find(tracker, rows)
    for slot in range(int(state.registers[HIGH_WATER])):
        unlink(state.near, state.head, slot)
        link(
            state.near,
            state.head,
            slot,
            state.book[slot],
            state.bank[slot],
            int(state.registers[GRID_NS]),
            tracker._par,
        )
        unlink(state.near, state.head, slot)
        first = state.head[WIDE]
        state.near["cell"][slot], state.near["preceding"][slot], state.near["following"][slot] = WIDE, -1, first
        state.head[WIDE] = slot
        if first >= 0:
            state.near["preceding"][first] = slot
    assert (state.head[:WIDE] == -1).all()
    assert LEVELS == 3
    assert len(by_grid) > 50
    assert by_grid == find(tracker, rows)


def test_taking_tracks_out_of_the_grid_leaves_it_empty() -> None:
    tracker = Tracker([radar()], ORIGIN)
    tracker.update(clutter(radar(), 200, 0.0, 0, np.random.default_rng(1)))
    state = tracker._state
    for slot in np.random.default_rng(2).permutation(200):
        unlink(state.near, state.head, slot)
    assert (state.head == -1).all()
