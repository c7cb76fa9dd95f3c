"""Run scenes through the core and keep what it held of every track and asset, with what came of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from benchmarks.danger.scenes import HARM, Scene, make_scene
from benchmarks.danger.sensing import START_NS, Run
from sargas.geo.wgs84 import ecef_from_geodetic
from sargas.model.columns import NS_PER_S
from sargas.model.tracks import Tracks, TrackStatus

DECIDED_S = (60, 105)
NEAR_M = 1_000.0


class Case(NamedTuple):
    """One firm track and one asset at one time."""

    seed: int
    second: int
    track_id: int
    intent: str
    """``nothing``: a track that is of no object."""
    asset: int
    share: float
    """Of the paths that enter, before it is calibrated."""
    entry_s: float
    """Median; NaN: no path enters."""
    distance_m: float
    heading: float
    speed_mps: float
    armed: float
    identity: str
    identity_probability: float
    exists: float
    value: float
    goal: float
    """How far its way speaks for the asset, log-odds, not negative."""
    elsewhere: float
    """By how much more it speaks for another asset, log-odds."""
    enters_s: float
    """What came: first inside after so long; infinite: not within ten minutes."""
    harm: float
    """What its entry does, of the asset's worth."""


def watch(seed: int) -> list[Case]:
    """Run one scene."""
    scene = make_scene(seed)
    run, found = Run(scene), list[Case]()
    for second in run.play():
        if second in DECIDED_S:
            found += _cases(scene, run, second)
    return found


def _cases(scene: Scene, run: Run, second: int) -> list[Case]:
    picture, time_ns = run.state.picture, START_NS + second * NS_PER_S
    assert picture is not None
    tracks = picture.identity.mask(picture.appraisal.show(picture.tracker.report(time_ns)))
    tracks = tracks.take(tracks.status == TrackStatus.CONFIRMED)
    if not len(tracks):
        return []
    numbers = enumerate(tracks.track_id.tolist())
    likely = [picture.identity.danger(n, tracks.class_probabilities[row], time_ns).armed for row, n in numbers]
    goals = picture.appraisal.goals.evidence(picture.appraisal.make_for(tracks))
    reach, entries, distance_m, heading = picture.outlook.judge(
        tracks, np.array(likely), picture.appraisal.forecast(tracks), goals
    )
    shares = _raw(picture, reach)
    elsewhere = picture.outlook.plans.elsewhere(np.column_stack([goals, np.zeros(len(goals))]))  # last the border
    objects, found = _objects(run, tracks, second), list[Case]()
    speed = np.nan_to_num(np.hypot(tracks.velocity_east_mps, tracks.velocity_north_mps))
    for row, track_id in enumerate(tracks.track_id.tolist()):
        held = picture.identity.book.answer(track_id, "cooperation", time_ns)
        flyer = scene.flyers[objects[row]] if objects[row] >= 0 else None
        exists = float(tracks.existence[row])
        for asset in range(len(scene.assets)):
            found.append(
                Case(
                    scene.seed, second, track_id, flyer.intent if flyer else "nothing", asset,
                    float(shares[row, asset]), float(entries.median_s[row, asset]), float(distance_m[row, asset]),
                    float(heading[row, asset]), float(speed[row]), likely[row], held.value, held.probability,
                    1.0 if np.isnan(exists) else exists, scene.assets[asset].value,
                    float(goals[row, asset]), float(elsewhere[row, asset]),
                    scene.first_entry_s(flyer, asset, second) if flyer else float("inf"),
                    HARM.get(flyer.intent, 0.0) if flyer else 0.0,
                )
            )  # fmt: skip
    return found


def _raw(picture: object, reach: object) -> np.ndarray:
    from sargas.assessment.entry_probability import entry_probability

    return entry_probability(picture.outlook.zones, reach).probability  # type: ignore[attr-defined, arg-type]


def _objects(run: Run, tracks: Tracks, second: int) -> list[int]:
    """Say which object each track is of, each object's nearest track only; -1: of none."""
    there = ecef_from_geodetic(tracks.latitude_deg, tracks.longitude_deg, tracks.altitude_m)
    gaps = np.linalg.norm(there[:, None] - run.ecef(second)[None], axis=2)
    found = []
    for row in range(len(tracks)):
        nearest = int(gaps[row].argmin())
        found.append(nearest if gaps[row, nearest] <= NEAR_M and gaps[:, nearest].argmin() == row else -1)
    return found
