"""Learn the calibration of what reports mean: power and log-odds of a track, by maximum likelihood."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from sargas.identification.reports.figures import FIGURES, CalibrationFigures
from sargas.identification.reports.meaning import Meaning, calibrate
from sargas.model.columns import Float64

TRACKED, UNTRACKED, NOTHING = 0, -2, -1
"""What a report was of: a track (or its number), an object that no track shows, nothing; places of the last two."""
LEAST = 1e-6


@dataclass(frozen=True)
class Case:
    """Shares of one report before calibration: of tracks, of an untracked object, of nothing; and which came true."""

    tracks: Float64
    untracked: float
    nothing: float
    came: int
    """Row of the track that was meant; -2: an untracked object; -1: nothing; a track that is not among them: -2."""


def case_of(meaning: Meaning, track_id: int | None, *, is_real: bool) -> Case:
    """Lay a meaning beside the truth: the track meant (none: no track shows it), and whether there was anything."""
    figures = FIGURES.calibration
    tracks = (meaning.share * np.exp(-figures.track)) ** (1.0 / figures.power)
    untracked, nothing = meaning.untracked ** (1.0 / figures.power), meaning.nothing ** (1.0 / figures.power)
    rows = np.flatnonzero(meaning.track_id == track_id) if track_id is not None else np.zeros(0, np.int64)
    came = int(rows[0]) if len(rows) else UNTRACKED if is_real else NOTHING
    return Case(tracks, untracked, nothing, came)


def learn(cases: Sequence[Case]) -> CalibrationFigures:
    """Return the figures under which what came was likeliest."""

    def loss(values: Float64) -> float:
        figures = CalibrationFigures(power=float(np.exp(values[0])), track=float(values[1]))
        told = []
        for case in cases:
            tracks, untracked, nothing = calibrate(case.tracks, case.untracked, case.nothing, figures)
            told.append({UNTRACKED: untracked, NOTHING: nothing}.get(case.came) if case.came < 0 else tracks[case.came])
        return -float(np.log(np.maximum(np.array(told, float), LEAST)).mean())

    found = minimize(loss, np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-6})
    return CalibrationFigures(power=round(float(np.exp(found.x[0])), 3), track=round(float(found.x[1]), 3))


def write(figures: CalibrationFigures) -> None:
    """Put the figures into reports.toml."""
    path = Path(str(resources.files("sargas.identification").joinpath("figures", "reports.toml")))
    text = re.sub(r"(?m)^power = .*$", f"power = {figures.power}", path.read_text(encoding="utf-8"))
    path.write_text(re.sub(r"(?m)^track = .*$", f"track = {figures.track}", text), encoding="utf-8")
