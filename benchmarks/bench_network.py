"""Two nations with a radar each, objects that cross the border: identities, hand-over, double counting, as measured.

    python benchmarks/bench_network.py --seeds 11 12 13 --objects 8 --seconds 300

Each nation runs the whole core; what they offer goes across with 0.2 to 2 s of delay, without a bus. Prints one line a
seed; times are of the scene, not of the machine.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

from sargas.model.records import Handover
from sargas.model.tracks import Tracks, TrackStatus

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.picture.two_nations import Nation, Night
from tests.tracking.scene import EPOCH_NS, Flight

FIRM = (TrackStatus.CONFIRMED, TrackStatus.COASTING)


def flights(seed: int, objects: int) -> list[Flight]:
    """Make objects 3 km or more apart that fly north or south across the border, some slowly."""
    rng = np.random.default_rng(seed)
    made = []
    for k in range(objects):
        way, speed = 1.0 if k % 2 else -1.0, float(rng.uniform(60.0, 250.0))
        east = -20e3 + 40e3 * k / objects + float(rng.uniform(-1e3, 1e3))
        start = (east, -way * float(rng.uniform(20e3, 45e3)), float(rng.uniform(500.0, 5000.0)))
        made.append(Flight(start, (float(rng.uniform(-10.0, 10.0)), way * speed, 0.0)))
    return made


def rows(nation: Nation) -> list[tuple[float, int, str, bool]]:
    """Return time told, number, identity and whether it is shown, of every row."""
    found = []
    for time_ns, batch in nation.messages:
        if isinstance(batch, Tracks):
            columns = batch.track_id.tolist(), batch.network_id.tolist(), batch.status.tolist()
            for number, name, status in zip(*columns, strict=True):
                found.append(((time_ns - EPOCH_NS) / 1e9, number, name.decode(), status in FIRM))
    return found


def measure(seed: int, objects: int, seconds: int) -> str:
    """Run one night and say what came of it."""
    night = Night(flights(seed, objects), seed)
    night.run(seconds)
    first: dict[str, dict[str, float]] = {}
    doubled, changes, numbers = 0.0, 0, 0
    for name, nation in night.nations.items():
        shown: dict[int, str] = {}
        last_s = 0.0
        named: dict[int, str] = {}
        for at_s, number, text, is_shown in rows(nation):
            counts = list(shown.values())
            doubled += (at_s - last_s) * sum(counts.count(one) - 1 for one in set(counts) if one)
            last_s = at_s
            if not is_shown:
                shown.pop(number, None)
                continue
            shown[number] = text
            if text:
                first.setdefault(text, {}).setdefault(name, at_s)
                changes += number in named and named[number] != text
                named[number] = text
        numbers += len(named)
    both = [max(times.values()) - min(times.values()) for times in first.values() if len(times) == 2]
    waits = [
        (told.time_ns - told.offered_ns) / 1e9
        for told in night["LTU"].told(Handover)
        if told.state == "accepted" and told.origin == "node-LTU"
    ]
    states = [told.state for told in night["LTU"].told(Handover) if told.origin == "node-LTU"]
    agree = night["LTU"].identities() == night["LVA"].identities()
    return (
        f"seed {seed}: {objects} objects, {len(first)} identities, {changes} changed once told, on the other screen "
        f"after {np.median(both):.1f} s (worst {max(both):.1f}), told twice for {doubled / objects:.2f} s an object, "
        f"hand-overs {states.count('accepted')} accepted after {np.median(waits):.1f} s "
        f"(worst {max(waits):.1f}), {states.count('timed_out')} timed out; at the end the screens "
        f"{'agree' if agree else 'differ'}"
    )


def main() -> None:
    """Measure as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[11, 12, 13])
    parser.add_argument("--objects", type=int, default=8)
    parser.add_argument("--seconds", type=int, default=300)
    given = parser.parse_args()
    for seed in given.seeds:
        print(measure(seed, given.objects, given.seconds), flush=True)


if __name__ == "__main__":
    main()
