"""Search for what one trial lost: the node's book of lost tracks against the truth, second by second."""

from __future__ import annotations

import copy
import time
from dataclasses import dataclass, field

import numpy as np

from benchmarks.lost.judge import AGES_S, Verdict, judge
from benchmarks.lost.layouts import ORIGIN
from benchmarks.lost.trial import PLANE, START_NS, Second, Trial
from sargas.assessment.lost.book import LostBook
from sargas.assessment.lost.case import LostCase
from sargas.assessment.lost.region import densest_region
from sargas.assessment.lost.sightings import SectorReport
from sargas.assessment.lost.telling import codes_of, density_of, mass_at
from sargas.geo.enu import Frame
from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.sensors.site import Sites

NEAR_M = 2_500.0
REPORT_AT_S = 300
ABOUT_ELSE = 0.3
"""Share of reports that point elsewhere: about something else."""


@dataclass
class ReportEffect:
    """What one citizen's report did to one case, five minutes after its last plot."""

    is_about_it: bool
    before_m2: float
    after_m2: float
    was_inside: bool
    is_inside: bool
    ticks: int


@dataclass
class Found:
    """What a trial showed."""

    verdicts: list[Verdict] = field(default_factory=list)
    reports: list[ReportEffect] = field(default_factory=list)
    cpu_s: float = 0.0
    worst_s: float = 0.0
    ticks: int = 0
    case_ticks: int = 0
    idle_s: float = 0.0
    idle_ticks: int = 0
    cases: int = 0
    came_back: int = 0
    offered: int = 0
    wrong_offers: int = 0
    skipped: int = 0
    """Cases of no flight: tracks that strayed from every truth."""


def search(trial: Trial) -> Found:
    """Run one trial."""
    found, sites = Found(), Sites(trial.sensors(), Frame(*ORIGIN, 0.0))
    book, owner = LostBook.of("bench", Label(), PLANE), dict[int, int]()
    seen: set[int] = set()
    rng = np.random.default_rng([trial.seed, 73])
    for now in trial.run():
        sites.table["heard_ns"][:] = now.heard_ns
        time_ns = START_NS + now.second * NS_PER_S
        had = bool(book.cases)
        began = time.process_time()
        book.tick(now.tracks, now.tracks.track_id, np.full(len(now.tracks), 0.5), sites, now.renamed, time_ns)
        spent = time.process_time() - began
        if had or book.cases:
            found.cpu_s, found.worst_s = found.cpu_s + spent, max(found.worst_s, spent)
            found.ticks, found.case_ticks = found.ticks + 1, found.case_ticks + len(book.cases)
        else:
            found.idle_s, found.idle_ticks = found.idle_s + spent, found.idle_ticks + 1
        _count_offers(found, trial, book, now, owner, seen)
        for track_id, case in list(book.cases.items()):
            if track_id not in owner:
                owner[track_id] = _flight_of(trial, case)
                found.cases += 1
                found.skipped += owner[track_id] < 0
            _judge(found, trial, book, case, owner[track_id], now, sites, time_ns, rng)
    return found


def _judge(
    found: Found, trial: Trial, book: LostBook, case: LostCase, number: int, now: Second, sites: Sites, time_ns: int,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    last_s = (case.last_plot_ns - START_NS) / NS_PER_S
    age_s = now.second - int(last_s)
    if number < 0 or age_s not in AGES_S or now.detections.get(number, 0.0) > last_s + 2.0:
        return  # what a radar has shown since is not lost any more
    flight = trial.flights[number]
    found.verdicts.append(judge(book, case, flight, trial.radars, trial.seed, trial.layout, now.second, age_s, time_ns))
    if age_s == REPORT_AT_S and flight.position_m[now.second, 2] < 2_000.0:
        found.reports.append(_report(book, case, flight.position_m[now.second], now, sites, time_ns, rng))


def _report(
    book: LostBook, case: LostCase, truth: np.ndarray, now: Second, sites: Sites, time_ns: int, rng: np.random.Generator
) -> ReportEffect:
    """Let somebody 0.5 to 3 km away point at it, 20 degrees and half the distance off at one sigma, or elsewhere."""
    before = _region(book, case, time_ns)
    is_about_it = rng.random() >= ABOUT_ELSE
    away, bearing = rng.uniform(500.0, 3_000.0), rng.uniform(0.0, 2.0 * np.pi)
    stand = truth[:2] - away * np.array([np.sin(bearing), np.cos(bearing)])
    if not is_about_it:  # somebody anywhere in the region sees something else
        pick = case.particles[int(rng.integers(len(case.particles)))]
        stand = np.array([pick["x_m"], pick["y_m"]]) + rng.normal(0.0, 3_000.0, 2)
        bearing = rng.uniform(0.0, 2.0 * np.pi)
    told = stand + rng.normal(0.0, 100.0, 2)
    latitude, longitude = PLANE.geodetic_from_plane(*told)
    report = SectorReport(
        float(latitude), float(longitude), time_ns, float(np.degrees(bearing) + rng.normal(0.0, 20.0)) % 360.0, 20.0,
        float(max(away * (1.0 + rng.normal(0.0, 0.5)), 100.0)),
    )  # fmt: skip
    changed = copy.deepcopy(case)
    changed.weigh_in(report.log_likelihood, book.plane, np.array([time_ns]), Label())
    after = _region(book, changed, time_ns)
    x, y = float(truth[0]), float(truth[1])
    ticks = _ticks_until_told(book, case, report, now, sites, time_ns)
    return ReportEffect(is_about_it, before.area_m2, after.area_m2, before.contains(x, y), after.contains(x, y), ticks)


def _ticks_until_told(
    book: LostBook, case: LostCase, report: SectorReport, now: Second, sites: Sites, time_ns: int
) -> int:
    """Return after how many ticks a copy of the book tells what a report changed."""
    clone = copy.deepcopy(book)
    clone.report(report.log_likelihood, np.array([report.time_ns]), Label())
    for ticks in range(1, 11):
        armed = np.full(len(now.tracks), 0.5)
        told = clone.tick(now.tracks, now.tracks.track_id, armed, sites, {}, time_ns + ticks * NS_PER_S)
        if any(one.track_id == case.track_id and one.reports > case.reports for one in told):
            return ticks
    return 99


def _region(book: LostBook, case: LostCase, time_ns: int):  # type: ignore[no-untyped-def]
    density = density_of(case, case.weights(), codes_of(case, book.lookers.rows))
    return densest_region(density.grid, density.cells, mass_at(case.elapsed_s(time_ns)))


def _count_offers(
    found: Found, trial: Trial, book: LostBook, now: Second, owner: dict[int, int], seen: set[int]
) -> None:
    """Count the tracks that begin as a lost object comes back, and whether they were offered under its case."""
    known = set(seen)
    seen.update(now.tracks.track_id.tolist())
    lost = {owner[track_id]: case for track_id, case in book.cases.items() if owner.get(track_id, -1) >= 0}
    for row, track_id in enumerate(now.tracks.track_id.tolist()):
        if track_id in known or not lost:
            continue
        x, y = PLANE.plane_from_geodetic(now.tracks.latitude_deg[row], now.tracks.longitude_deg[row])
        number = _nearest(trial, float(x), float(y), now.second)
        offers = {n for n, case in lost.items() if any(one.track_id == track_id for one in case.may_be)}
        if number in lost:
            found.came_back += 1
            found.offered += number in offers
        found.wrong_offers += len(offers - {number})


def _flight_of(trial: Trial, case: LostCase) -> int:
    x, y = PLANE.plane_from_geodetic(case.state[0], case.state[1])
    return _nearest(trial, float(x), float(y), int((case.seen_ns - START_NS) // NS_PER_S))


def _nearest(trial: Trial, x_m: float, y_m: float, second: int) -> int:
    away = [float(np.hypot(f.position_m[second, 0] - x_m, f.position_m[second, 1] - y_m)) for f in trial.flights]
    number = int(np.argmin(away))
    return number if away[number] < NEAR_M else -1
