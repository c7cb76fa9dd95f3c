"""The same plots give the same bits in another process, under any hash seed and any number of threads."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from sargas.tracking.tracker import Tracker
from tests.tracking.scene import ORIGIN, Flight, at_ns, clutter, radar, see

SCRIPT = "from tests.tracking.test_determinism import track; print(track())"


def track() -> str:
    """Track eight aircraft in clutter with two radars; return the digest of all that came out."""
    tracker, digest = Tracker([radar(), radar("second", 56.3, 24.9)], ORIGIN), hashlib.sha256()
    flights = [Flight((40e3 + 900 * i, 30e3 - 500 * i, 3000.0)) for i in range(8)]
    rng = np.random.default_rng(1)
    for scan in range(12):
        for name, place in (("radar", (56.0, 24.0)), ("second", (56.3, 24.9))):
            sensor, time_s = radar(name, *place), 4.0 * scan
            digest.update(tracker.update(see(sensor, flights, time_s, 2 * scan, rng)).to_arrow().serialize())
            digest.update(tracker.update(clutter(sensor, 40, time_s + 2, 2 * scan + 1, rng)).to_arrow().serialize())
        digest.update(tracker.advance(at_ns(4.0 * scan + 3.0)).to_arrow().serialize())
    digest.update(tracker.snapshot())
    return digest.hexdigest()


def test_hash_seed_and_thread_count_do_not_change_a_bit() -> None:
    repository = Path(__file__).parents[2]
    path = os.pathsep.join([str(repository / "src"), str(repository)])
    here = track()
    assert len(here) == 64
    for seed, threads in (("1", "2"), ("4242", "1")):
        environment = os.environ | {"PYTHONHASHSEED": seed, "NUMBA_NUM_THREADS": threads, "PYTHONPATH": path}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == here, (seed, threads)
