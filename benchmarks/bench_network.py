"""Two nations with a radar each, objects that cross the border: identities, hand-over, double counting, as measured.

    python benchmarks/bench_network.py --seeds 11 12 13 --objects 8 --seconds 300

Each nation runs the whole core; what they offer goes across with 0.2 to 2 s of delay, without a bus. Prints a JSON
object a line: figure, value, unit, limit, ok, command, note; times are of the scene, not of the machine.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sargas.model.records import Handover
from sargas.model.tracks import Tracks, TrackStatus

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.picture.two_nations import Nation, Night
from tests.tracking.scene import EPOCH_NS, Flight

COMMAND = "python benchmarks/bench_network.py"
FIRM = (TrackStatus.CONFIRMED, TrackStatus.COASTING)


@dataclass(frozen=True)
class Crossed:
    """What came of one night; times in seconds: of rows told twice, to the other screen, to accepted hand-overs."""

    identities: int
    changes: int
    doubled_s: float
    both_s: list[float]
    accepted_s: list[float]
    timed_out: int
    agree: bool


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


def measure(seed: int, objects: int, seconds: int) -> Crossed:
    """Run one night and return what came of it."""
    night = Night(flights(seed, objects), seed)
    night.run(seconds)
    first: dict[str, dict[str, float]] = {}
    doubled, changes = 0.0, 0
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
    both = [max(times.values()) - min(times.values()) for times in first.values() if len(times) == 2]
    waits = [
        (told.time_ns - told.offered_ns) / 1e9
        for told in night["LTU"].told(Handover)
        if told.state == "accepted" and told.origin == "node-LTU"
    ]
    states = [told.state for told in night["LTU"].told(Handover) if told.origin == "node-LTU"]
    agree = night["LTU"].identities() == night["LVA"].identities()
    return Crossed(len(first), changes, doubled, both, waits, states.count("timed_out"), agree)


def tell_all(found: Sequence[Crossed], objects: int, where: str) -> None:
    """Tell the figures of all nights together."""
    count = len(found) * objects
    tell("network: identities of objects that cross", sum(one.identities for one in found), "", f"of {count}; {where}")
    tell("network: identities that changed once told", sum(one.changes for one in found), "", where)
    agree = sum(one.agree for one in found)
    tell("network: nights at whose end both screens show the same", agree, "", f"of {len(found)}; {where}")
    tell_waits("network: from one screen to the other", [s for one in found for s in one.both_s], where)
    doubled_s = sum(one.doubled_s for one in found) / count
    tell("network: told twice, own row and partner's, an object", doubled_s, "s", where)
    tell_waits("network: hand-over accepted after", [s for one in found for s in one.accepted_s], where)
    tell("network: hand-overs timed out", sum(one.timed_out for one in found), "", where)


def tell_waits(figure: str, waits_s: list[float], where: str) -> None:
    """Tell the median of times and their worst; null where there is none."""
    middle, worst = (float(np.median(waits_s)), f"{max(waits_s):.1f} s") if waits_s else (None, "none")
    tell(f"{figure}, median", middle, "s", f"of {len(waits_s)}, worst {worst}; {where}")


def tell(figure: str, value: float | None, unit: str, note: str) -> None:
    """Print one figure."""
    line = {"figure": figure, "value": value, "unit": unit, "limit": None, "ok": None, "command": COMMAND, "note": note}
    print(json.dumps(line), flush=True)


def main() -> None:
    """Measure as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[11, 12, 13])
    parser.add_argument("--objects", type=int, default=8)
    parser.add_argument("--seconds", type=int, default=300)
    given = parser.parse_args()
    found = [measure(seed, given.objects, given.seconds) for seed in given.seeds]
    where = f"seeds {', '.join(map(str, given.seeds))}: {given.objects} objects, {given.seconds} s"
    tell_all(found, given.objects, where)


if __name__ == "__main__":
    main()
