"""The same plots give the same bits in another process, under any hash seed and any number of threads."""

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import hashlib
import numpy as np
from sargas.tracking.tracker import Tracker
from tests.tracking.scene import ORIGIN, Flight, at_ns, clutter, radar, see

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
print(digest.hexdigest())
"""


def test_hash_seed_and_thread_count_do_not_change_a_bit() -> None:
    repository = Path(__file__).parents[2]
    path = os.pathsep.join([str(repository / "src"), str(repository)])
    digests = []
    for seed, threads in (("0", "1"), ("1", "2"), ("4242", "1")):
        environment = os.environ | {"PYTHONHASHSEED": seed, "NUMBA_NUM_THREADS": threads, "PYTHONPATH": path}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True
        )
        digests.append(done.stdout.strip())
    assert len(digests[0]) == 64
    assert digests == [digests[0]] * 3
