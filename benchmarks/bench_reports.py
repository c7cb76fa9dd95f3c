"""Measure human reports: which track they mean, how sure that is, what floods and hearsay do, how soon they count.

``python benchmarks/bench_reports.py [--quick] [--seeds 1,2] [--train]``; ``--train`` first learns the calibration on
other seeds and writes it. Calibration is measured on a hundred skies, judged once each; all else on three. A
simulated sky of 40 objects over 60 km, a fifth of them without a track; observers with the errors of the reference
(domain.md section 9: bearing 15 to 30 deg, place 300 m, delay of 3 min in the median, kind right in half, a third
hearsay; phones 12 deg, 15 m, 15 s, 0.6), and reports of what is not there. The kind, the words and the time are drawn
by rules of their own, not by those that judge them. Prints a JSON object a line: figure, value, unit, limit, ok,
command, note. Page: docs/human-reports.md.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.reporting.first import FirstMeaning, Sky, first_meanings
from benchmarks.reporting.learn import case_of, learn, write
from sargas.geo.plane import RegionPlane
from sargas.identification.reports.figures import DISTANCES, SEEN, WORD_M
from sargas.identification.reports.report_book import LEAST_SHARE, ReportBook
from sargas.model.columns import NS_PER_S, Float64
from sargas.model.label import Label
from sargas.model.records import Configuration, HumanReport
from sargas.model.tracks import CLASSES, Tracks

COMMAND = "python benchmarks/bench_reports.py"
QUICK = "--quick" in sys.argv
SEEDS = tuple(map(int, sys.argv[sys.argv.index("--seeds") + 1].split(","))) if "--seeds" in sys.argv else (
    (1,) if QUICK else (1, 2, 3)
)  # fmt: skip
CALIBRATED = range(1, 11) if QUICK else range(1, 101)
"""Skies whose first judgements the calibration error is over."""
TRAINING = range(101, 181)
RESAMPLES = 500
START_NS = 1_790_020_800 * NS_PER_S
ORIGIN = (55.0, 24.0)
SIDE_M = 60e3
SECONDS = 900
FIRST_S = 300
"""Nothing is seen before: late reports need a past."""
REPORTS = 110
UNTRACKED = 0.2
NOTHING = 0.35
HEARSAY = 0.3
PHONES = 0.3
SKY = {
    # class: objects, speed m/s, height m, seen and heard to m, told as
    "one_way_drone": (5, 46.0, 150.0, 2000.0, 2000.0, "drone"),
    "small_fixed_wing_drone": (4, 26.0, 400.0, 1500.0, 1200.0, "drone"),
    "multirotor": (5, 8.0, 80.0, 700.0, 300.0, "drone"),
    "light_aircraft": (8, 55.0, 800.0, 3000.0, 2500.0, "plane"),
    "helicopter": (5, 55.0, 400.0, 4000.0, 4000.0, "helicopter"),
    "airliner": (6, 220.0, 9500.0, 12000.0, 0.0, "plane"),
    "bird_flock": (5, 15.0, 200.0, 900.0, 200.0, "bird"),
    "balloon": (2, 8.0, 2500.0, 4000.0, 0.0, "balloon"),
}
NAMES = [name for name, (count, *_) in SKY.items() for _ in range(count)]


def report(figure: str, value: float | None, unit: str, limit: str | None, ok: bool | None, note: str) -> None:
    """Print one figure."""
    line = {
        "figure": figure, "value": None if value is None else round(value, 4), "unit": unit, "limit": limit,
        "ok": ok if ok is None else bool(ok), "command": COMMAND, "note": note,
    }  # fmt: skip
    print(json.dumps(line), flush=True)


@dataclass
class World:
    """Where every object truly is each second, (seconds, objects) metres; and which of them have tracks."""

    x_m: Float64
    y_m: Float64
    height_m: Float64
    tracked: np.ndarray


def make_world(rng: np.random.Generator) -> World:
    """Fly objects on courses that wander, turned back at the edge."""
    n = len(NAMES)
    speed = np.array([SKY[name][1] for name in NAMES]) * rng.uniform(0.85, 1.15, n)
    place, course = rng.uniform(-SIDE_M / 2, SIDE_M / 2, (2, n)), rng.uniform(0.0, 2.0 * np.pi, n)
    rate = np.zeros(n)
    x_m, y_m = np.empty((SECONDS, n)), np.empty((SECONDS, n))
    for second in range(SECONDS):
        rate = 0.97 * rate + rng.normal(0.0, 0.004, n)
        out = np.abs(place).max(axis=0) > SIDE_M / 2
        course = np.where(out, np.arctan2(-place[0], -place[1]), course + rate)
        place = place + speed * np.vstack([np.sin(course), np.cos(course)])
        x_m[second], y_m[second] = place
    return World(x_m, y_m, np.array([SKY[name][2] for name in NAMES]), rng.random(n) >= UNTRACKED)


def tracks_at(world: World, plane: RegionPlane, second: int, noise: Float64, classes: Float64) -> Tracks:
    """Tell the tracks as a tracker would: 30 m off, slowly changing."""
    rows = np.flatnonzero(world.tracked)
    x_m, y_m = world.x_m[second, rows] + noise[0, rows], world.y_m[second, rows] + noise[1, rows]
    latitude_deg, longitude_deg = plane.geodetic_from_plane(x_m, y_m)
    before = max(second - 1, 0)
    now_ns = np.full(len(rows), START_NS + second * NS_PER_S)
    return Tracks.of(
        time_ns=now_ns, update_time_ns=now_ns, track_id=rows + 1, label=Label(), latitude_deg=latitude_deg,
        longitude_deg=longitude_deg, altitude_m=world.height_m[rows],
        velocity_east_mps=world.x_m[second, rows] - world.x_m[before, rows],
        velocity_north_mps=world.y_m[second, rows] - world.y_m[before, rows], velocity_up_mps=np.zeros(len(rows)),
        class_probabilities=classes[rows].astype(np.float32),
    )  # fmt: skip


def believed_classes(rng: np.random.Generator) -> Float64:
    """Return what the classifier holds: 0.2 to 0.95 on the true class, the rest on a random few."""
    out = rng.dirichlet(np.full(len(CLASSES), 0.3), len(NAMES))
    for row, name in enumerate(NAMES):
        share = rng.uniform(0.2, 0.95)
        out[row] *= (1.0 - share) / out[row].sum()
        out[row, CLASSES.index(name)] += share
    return out


@dataclass(frozen=True)
class Said:
    """A report, and what it is of: an object's number, or -1; hearsay is of its object too."""

    report: HumanReport
    of: int
    is_hearsay: bool
    place: tuple[float, float]
    """Where the object was when it was noticed (m)."""


def observe(world: World, plane: RegionPlane, rng: np.random.Generator, number: int) -> Said | None:
    """Let one person notice something; none where nobody can be found who does."""
    second = int(rng.uniform(FIRST_S, SECONDS - 200))
    is_phone = rng.random() < PHONES
    is_hearsay = rng.random() < (
        0.05 if is_phone else HEARSAY
    )  # of something or of nothing: who passes on has not seen
    of, here = -1, rng.uniform(-SIDE_M / 2, SIDE_M / 2, 2)
    azimuth, distance_m, heard = rng.uniform(0.0, 2.0 * np.pi), float(rng.lognormal(np.log(1000.0), 1.0)), False
    told = str(rng.choice(SEEN[:-1], p=_shares(("drone", 0.45), ("light", 0.35), ("plane", 0.1), ("bang", 0.05))))
    where = (0.0, 0.0)
    if rng.random() >= NOTHING:
        of = int(rng.integers(len(NAMES)))
        _, _, height_m, seen_m, heard_m, right = SKY[NAMES[of]]
        heard = heard_m > 0.0 and rng.random() < 0.4
        reach_m = heard_m if heard else seen_m
        if reach_m <= height_m:
            return None
        # whoever notices stands anywhere within reach on the ground
        ground_m = float(np.sqrt(reach_m**2 - height_m**2) * np.sqrt(rng.random()))
        turn = rng.uniform(0.0, 2.0 * np.pi)
        late = round(np.hypot(ground_m, height_m) / 343.0) if heard else 0
        where = float(world.x_m[second - late, of]), float(world.y_m[second - late, of])
        here = np.array(where) - ground_m * np.array([np.sin(turn), np.cos(turn)])
        azimuth, distance_m = turn, max(ground_m, 30.0)
        kind_right = 0.6 if is_phone else 0.5
        told = (
            right
            if rng.random() < kind_right
            else str(rng.choice(["drone", "plane", "light", "helicopter", "unknown"]))
        )
    sigma_deg = 12.0 if is_phone else rng.uniform(15.0, 30.0)
    stood = here + rng.normal(0.0, 15.0 if is_phone else 300.0, 2)
    if is_hearsay:  # passed on: of about there, the direction lost or garbled
        stood = stood + rng.normal(0.0, 1500.0, 2)
        sigma_deg = 60.0
    bearing_deg = float(np.degrees(azimuth) + rng.normal(0.0, sigma_deg)) % 360.0
    if not is_phone:
        bearing_deg = round(bearing_deg / 45.0) * 45.0 % 360.0  # one of eight words
    said_m = distance_m * float(np.exp(rng.normal(0.0, 0.6)))
    word = DISTANCES[int(np.argmin(np.abs(np.log(WORD_M) - np.log(said_m))))]
    median_s, spread = (15.0, 1.08) if is_phone else (180.0, 1.3)
    delay_s = min(float(rng.lognormal(np.log(median_s), spread)), 900.0)
    told_s = second + delay_s
    remembered_s = None if rng.random() < 0.3 else told_s - delay_s * float(np.exp(rng.normal(0.0, 0.3)))
    latitude_deg, longitude_deg = plane.geodetic_from_plane(*stood)
    values: dict[str, Any] = {
        "id": f"r/{number}", "time_ns": START_NS + round(told_s * NS_PER_S), "origin": "bench", "label": Label(),
        "report_id": f"r/{number}", "source_id": f"person/{number}", "channel": "app" if is_phone else "call",
        "reporter": "hearsay" if is_hearsay else str(rng.choice(["citizen", "citizen", "citizen", "border_guard"])),
        "latitude_deg": float(latitude_deg), "longitude_deg": float(longitude_deg), "bearing_deg": bearing_deg % 360.0,
        "distance": word if rng.random() < 0.8 else None, "seen": told, "sense": "heard" if heard else "seen",
        "observed_ns": None if remembered_s is None else START_NS + round(remembered_s * NS_PER_S),
    }  # fmt: skip
    return Said(HumanReport.model_validate(values), of, is_hearsay, where)


def _shares(*known: tuple[str, float]) -> Float64:
    shares = np.array([dict(known).get(word, 0.0) for word in SEEN[:-1]])
    return shares + (1.0 - shares.sum()) / len(shares)


@dataclass
class Found:
    """What was measured over all seeds."""

    rows: list[tuple[Said, int, float, bool]] = field(default_factory=list)
    """Report, track judged likeliest at first (0: none), its share, whether its object has a track."""
    missed: list[bool] = field(default_factory=list)
    """Of first-hand reports of tracked objects: whether the track had less than 0.05."""
    regions: list[bool] = field(default_factory=list)
    ticks: list[int] = field(default_factory=list)
    late_rows: int = 0
    cpu_s: float = 0.0
    reports: int = 0


def draw(seed: int) -> tuple[np.random.Generator, RegionPlane, World, Float64, list[Said]]:
    """Draw a sky and what is reported of it, in the order in which it comes in."""
    rng = np.random.default_rng(seed)
    plane = RegionPlane(*ORIGIN)
    world, classes = make_world(rng), believed_classes(rng)
    said = [one for number in range(REPORTS) if (one := observe(world, plane, rng, number)) is not None]
    told = [one for one in said if one.report.time_ns < START_NS + SECONDS * NS_PER_S]
    return rng, plane, world, classes, sorted(told, key=lambda one: one.report.time_ns)


def sky_of(seed: int) -> Sky:
    """Return a sky to be judged once, with the same tracks as ``play`` has."""
    rng, plane, world, classes, said = draw(seed)
    noise = rng.normal(0.0, 30.0, (2, len(NAMES)))

    def tracks(second: int) -> Tracks:
        nonlocal noise
        noise = 0.95 * noise + rng.normal(0.0, 9.4, noise.shape)
        return tracks_at(world, plane, second, noise, classes)

    return Sky(seed, plane, START_NS, SECONDS, tuple(said), world.tracked, tracks)


def play(seed: int, found: Found) -> None:
    """Play one sky with its reports."""
    rng, plane, world, classes, said = draw(seed)
    by_id = {one.report.report_id: one for one in said}
    book = new_book(plane)
    noise, waiting = rng.normal(0.0, 30.0, (2, len(NAMES))), list(said)
    taken_at: dict[str, int] = {}
    first: set[str] = set()
    for second in range(SECONDS):
        now_ns = START_NS + second * NS_PER_S
        noise = 0.95 * noise + rng.normal(0.0, 9.4, noise.shape)
        while waiting and waiting[0].report.time_ns <= now_ns:
            one = waiting.pop(0)
            book.take(one.report)
            taken_at[one.report.report_id] = second
        tracks = tracks_at(world, plane, second, noise, classes)
        before = time.process_time()
        outcome = book.tick(tracks, now_ns)
        found.cpu_s += time.process_time() - before
        for name in [name for name in taken_at if name in book.judged and name not in first]:
            first.add(name)
            note_first(by_id[name], book, world, second - taken_at[name] + 1, found)
        for told in outcome.sightings:
            if told.polygon and len(told.report_ids) == 1 and by_id[told.report_ids[0]].of >= 0:
                one = by_id[told.report_ids[0]]
                if told.time_ns == START_NS + (taken_at[one.report.report_id]) * NS_PER_S and not world.tracked[one.of]:
                    place = plane.geodetic_from_plane(world.x_m[second, one.of], world.y_m[second, one.of])
                    inside = shapely.Polygon(told.polygon).contains(shapely.Point(float(place[1]), float(place[0])))
                    found.regions.append(bool(inside))
    found.reports += len(first)


def note_first(one: Said, book: ReportBook, world: World, ticks: int, found: Found) -> None:
    """Note what a report was taken to mean when it was first judged."""
    judged = book.judged[one.report.report_id]
    track_id, share = judged.best()
    is_tracked = one.of >= 0 and bool(world.tracked[one.of])
    found.rows.append((one, track_id if share >= 0.5 else 0, share, is_tracked))
    if is_tracked and not one.is_hearsay:
        found.missed.append(one.of + 1 not in judged.tracks)
    found.ticks.append(ticks)


def new_book(plane: RegionPlane) -> ReportBook:
    """Make the book of a node."""
    configuration = Configuration(
        id="c", time_ns=START_NS, origin="bench", label=Label(), node="bench", nation="LTU",
        origin_latitude_deg=ORIGIN[0], origin_longitude_deg=ORIGIN[1],
    )  # fmt: skip
    return ReportBook.of(configuration, plane)


def expected_error(pairs: list[tuple[float, bool]]) -> float:
    """Return the expected calibration error over ten bins of equal width."""
    share, hit = np.array([p for p, _ in pairs]), np.array([h for _, h in pairs], float)
    bins = np.minimum((share * 10).astype(int), 9)
    parts = [
        abs(share[bins == b].mean() - hit[bins == b].mean()) * (bins == b).mean()
        for b in range(10)
        if (bins == b).any()
    ]
    return float(sum(parts))


def flood(kind: str, count: int) -> tuple[float, float, int]:
    """Return what a track hears (log-odds) of ``count`` reports, a sighting's probability, and the ticks."""
    plane = RegionPlane(*ORIGIN)
    world = World(
        np.tile(46.0 * np.arange(SECONDS)[:, None], (1, 1)), np.zeros((SECONDS, 1)), np.array([150.0]), np.ones(1, bool)
    )
    results, ticks = [], 0
    for is_tracked in (True, False):
        book = new_book(plane)
        heard, probability = 0.0, 0.0
        for second in range(60, 130):
            now_ns = START_NS + second * NS_PER_S
            if second == 100:
                for number in range(count):
                    book.take(_flood_report(plane, number, kind, world))
            tracks = tracks_at(world, plane, second, np.zeros((2, 1)), np.full((1, 12), 1.0 / 12.0))
            outcome = book.tick(tracks if is_tracked else tracks.take(np.zeros(0, np.int64)), now_ns)
            drone = CLASSES.index("one_way_drone")
            heard = max([heard, *(float(e.log_odds[drone] - e.log_odds.mean()) for e in outcome.evidence)])
            probability = outcome.sightings[-1].probability if outcome.sightings else probability
            ticks = max(ticks, second - 99 if book.waiting else 0)
        results.append(heard if is_tracked else probability)
    return results[0], results[1], ticks + 1


def _flood_report(plane: RegionPlane, number: int, kind: str, world: World) -> HumanReport:
    turn = number * 2.399
    x_m, y_m = float(world.x_m[98, 0]) - 900.0 * np.sin(turn), -900.0 * np.cos(turn)
    latitude_deg, longitude_deg = plane.geodetic_from_plane(x_m, y_m)
    return HumanReport.model_validate({
        "id": f"f/{number}", "time_ns": START_NS + 99 * NS_PER_S, "origin": "bench", "label": Label(),
        "report_id": f"f/{number}", "source_id": "one" if kind == "repeated" else f"p/{number}", "channel": "app",
        "reporter": "hearsay" if kind == "hearsay" else "citizen", "latitude_deg": float(latitude_deg),
        "longitude_deg": float(longitude_deg), "bearing_deg": float(np.degrees(turn)) % 360.0, "seen": "drone",
        "distance": "about_a_kilometre", "observed_ns": START_NS + 98 * NS_PER_S,
    })  # fmt: skip


def tell(found: Found) -> None:
    """Print what was found over all seeds."""
    seeds = (
        f"seeds {', '.join(map(str, SEEDS))}: {found.reports} reports, 40 objects over 60 km, a fifth without a track"
    )
    direct = [row for row in found.rows if row[3] and not row[0].is_hearsay]
    right = [track == one.of + 1 for one, track, _, _ in direct]
    wrong = [track not in (0, one.of + 1) for one, track, _, _ in direct]
    report("reports of a tracked object taken for that track", percent(right), "%", None, None,
           f"{seeds}; {len(direct)} first hand, at their first judgement, share at least 0.5")  # fmt: skip
    report("reports of a tracked object taken for another track", percent(wrong), "%", "<= 10 %",
           percent(wrong) <= 10.0, f"{seeds}; the others are left open")  # fmt: skip
    phones = [track == one.of + 1 for one, track, _, _ in direct if one.report.channel == "app"]
    report(
        "the same by phone app",
        percent(phones),
        "%",
        None,
        None,
        f"{len(phones)} reports, taken for that track",
    )
    heard = [track == one.of + 1 for one, track, _, tracked in found.rows if tracked and one.is_hearsay]
    if heard:
        report(
            "hearsay of a tracked object taken for that track",
            percent(heard),
            "%",
            None,
            None,
            f"{len(heard)} reports",
        )
    none = [track != 0 for one, track, _, _ in found.rows if one.of < 0]
    report(
        "reports of nothing taken for a track",
        percent(none),
        "%",
        "<= 10 %",
        percent(none) <= 10.0,
        f"{len(none)} reports",
    )
    unseen = [track != 0 for one, track, _, tracked in found.rows if one.of >= 0 and not tracked]
    report("reports of an untracked object taken for a track", percent(unseen), "%", "<= 20 %",
           percent(unseen) <= 20.0, f"{len(unseen)} reports; another object near by fits as well")  # fmt: skip
    report("first-hand reports whose track has less than 0.05", percent(found.missed), "%", None, None,
           f"{len(found.missed)} reports of tracked objects")  # fmt: skip
    inside = percent(found.regions) if found.regions else None
    report(
        "untracked objects inside the 80 % region of their one report",
        inside,
        "%",
        None,
        None,
        f"{len(found.regions)} sightings, when first told",
    )
    ticks = np.array(found.ticks)
    report(
        "ticks from a report to its effect",
        float(ticks.max()),
        "ticks",
        "<= 5",
        bool(ticks.max() <= 5),
        f"largest of {len(ticks)}; one tick a second",
    )
    report(
        "processor time a report",
        1000.0 * found.cpu_s / max(found.reports, 1),
        "ms",
        None,
        None,
        "judged again every 10 s for 5 min; past places of 40 tracks included",
    )


def percent(hits: list[bool]) -> float:
    """Return the share that is true, %."""
    return 100.0 * float(np.mean(hits))


def tell_calibration(meanings: list[FirstMeaning]) -> None:
    """Print how far the share of the likeliest track is from how often it was meant; interval: skies drawn again."""
    shares = [(one.seed, *one.best()) for one in meanings]
    of_seed: dict[int, list[tuple[float, bool]]] = {}
    for seed, share, hit in shares:
        if share >= LEAST_SHARE:
            of_seed.setdefault(seed, []).append((share, hit))
    pairs = [pair for found in of_seed.values() for pair in found]
    rng, names = np.random.default_rng(5), list(of_seed)
    drawn = [
        expected_error([pair for k in rng.choice(len(names), len(names)).tolist() for pair in of_seed[names[k]]])
        for _ in range(RESAMPLES)
    ]
    error, (low, high) = expected_error(pairs), np.quantile(drawn, (0.025, 0.975))
    groups: dict[str, Callable[[FirstMeaning], bool]] = {
        "first hand by call": lambda one: not one.said.is_hearsay and one.said.report.channel == "call",
        "by app": lambda one: not one.said.is_hearsay and one.said.report.channel == "app",
        "hearsay": lambda one: one.said.is_hearsay,
    }
    apart = ", ".join(
        f"{name} {expected_error([p for one in meanings if is_of(one) and (p := one.best())[0] >= LEAST_SHARE]):.3f}"
        for name, is_of in groups.items()
    )
    report("calibration error of 'this report means track X'", error, "", "<= 0.05", error <= 0.05,
           f"seeds {CALIBRATED[0]} to {CALIBRATED[-1]}, at their first judgement: ten bins over the likeliest track "
           f"of {len(pairs)} reports with one (0.05 and more), 95 % interval {low:.3f} to {high:.3f}; "
           f"{apart}")  # fmt: skip


def tell_floods() -> None:
    """Print what floods do."""
    one, sure, _ = flood("independent", 1)
    for kind, count, limit in (("repeated", 100, 0.05), ("hearsay", 100, 0.5), ("independent", 4, None)):
        more, surer, ticks = flood(kind, count)
        base, base_sure = (one, sure) if kind != "hearsay" else flood("hearsay", 1)[:2]
        note = (
            f"{count} {kind} reports of one drone against one: log-odds {base:.2f} to {more:.2f}; "
            f"a sighting without a track {base_sure:.2f} to {surer:.2f}"
        )
        grown = more - base
        report(f"what a track hears more of {count} {kind} reports than of one", grown, "log-odds",
               None if limit is None else f"<= {limit}", None if limit is None else grown <= limit, note)  # fmt: skip
    _, _, ticks = flood("independent", 500)
    report(
        "ticks until 500 reports of one second are judged",
        float(ticks),
        "ticks",
        "<= 25",
        ticks <= 25,
        "25 a tick, new ones first",
    )


def train() -> None:
    """Learn the calibration of the shares on the training seeds and write it; it holds from the next start on."""
    cases = [
        case_of(one.meaning, one.said.of + 1 if one.is_tracked else None, is_real=one.said.of >= 0)
        for seed in TRAINING
        for one in first_meanings(sky_of(seed))
    ]
    figures = learn(cases)
    print(f"{len(cases)} reports, seeds {TRAINING[0]} to {TRAINING[-1]}: {figures}", file=sys.stderr)
    write(figures)
    os.execv(sys.executable, [sys.executable, *(argument for argument in sys.argv if argument != "--train")])


if __name__ == "__main__":
    if "--train" in sys.argv:
        train()
    everything = Found()
    for one_seed in SEEDS:
        play(one_seed, everything)
    tell(everything)
    tell_calibration([one for seed in CALIBRATED for one in first_meanings(sky_of(seed))])
    tell_floods()
