"""The planning values of human reports (figures/reports.toml), as arrays in the order of the classes and words."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Literal, get_args

import numpy as np
from pydantic import BaseModel, ConfigDict

from sargas.model.columns import Float64
from sargas.model.report_records import Distance, HumanReport, Reporter, Seen
from sargas.model.tracks import CLASSES

SEEN: tuple[Seen, ...] = get_args(Seen)
DISTANCES: tuple[Distance, ...] = get_args(Distance)
MOST_KIND_RIGHT = 0.9
"""Nobody is believed more often than that about what it was."""
USUAL_CONFIDENCE = 0.7
"""With it a person is as often right as its kind of person is."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ChannelFigures(_Value):
    """Errors and delays of a way to tell."""

    bearing_sigma_deg: float
    place_sigma_m: float
    delay_median_s: float
    delay_spread: float
    told_delay_part: float
    told_delay_least_s: float
    kind_right: float


class ReporterFigures(_Value):
    """How far a kind of person is believed."""

    right: float
    wrong: float
    kind_right: float
    least_bearing_sigma_deg: float = 0.0
    least_place_sigma_m: float = 0.0
    grade: Literal["A", "B", "C", "D", "E"]


class ClassFigures(_Value):
    """How far off a class is noticed, and as what it is told."""

    seen_m: float
    heard_m: float
    told: dict[Seen, float]


class CalibrationFigures(_Value):
    """What makes the shares of a report come true: a power of each, and log-odds of any track against none."""

    power: float
    track: float


class ReportFigures(_Value):
    """Everything of reports.toml."""

    calibration: CalibrationFigures

    channel: dict[Literal["call", "app"], ChannelFigures]
    reporter: dict[Reporter, ReporterFigures]
    told_at_random: dict[Seen, float]
    distance: dict[Distance, float]
    distance_spread: dict[Literal["of_all"], float]
    # "class" is a word of Python
    classes: dict[str, ClassFigures]


def _read() -> ReportFigures:
    text = resources.files("sargas.identification").joinpath("figures", "reports.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    return ReportFigures.model_validate({**{k: v for k, v in table.items() if k != "class"}, "classes": table["class"]})


FIGURES = _read()
SEEN_M: Float64 = np.array([FIGURES.classes[name].seen_m for name in CLASSES])
HEARD_M: Float64 = np.array([FIGURES.classes[name].heard_m for name in CLASSES])
TOLD_RIGHT: Float64 = np.array([[FIGURES.classes[name].told.get(word, 0.0) for word in SEEN] for name in CLASSES])
"""(classes, words) As what each class is told by who is right."""
TOLD_AT_RANDOM: Float64 = np.array([FIGURES.told_at_random[word] for word in SEEN])
WORD_M: Float64 = np.array([FIGURES.distance[word] for word in DISTANCES])
WORD_SPREAD = FIGURES.distance_spread["of_all"]


def bearing_sigma_deg(report: HumanReport) -> float:
    """Return one sigma of the direction, as said or as usual; of hearsay at least as usual of that."""
    said = report.bearing_sigma_deg or FIGURES.channel[report.channel].bearing_sigma_deg
    return max(said, FIGURES.reporter[report.reporter].least_bearing_sigma_deg)


def place_sigma_m(report: HumanReport) -> float:
    """Return one sigma of where the person stood; of hearsay at least what is usual of it."""
    said = report.place_sigma_m or FIGURES.channel[report.channel].place_sigma_m
    return max(said, FIGURES.reporter[report.reporter].least_place_sigma_m)


def reliability_prior(reporter: Reporter) -> tuple[float, float]:
    """Return the Beta of a kind of person before anything is known of this one: times right, times wrong."""
    figures = FIGURES.reporter[reporter]
    return figures.right, figures.wrong


def told_given_class(report: HumanReport) -> Float64:
    """Return (classes,): how likely each class would be told as what this report says."""
    right = FIGURES.reporter[report.reporter].kind_right * FIGURES.channel[report.channel].kind_right
    right *= (0.5 + 0.5 * report.confidence) / (0.5 + 0.5 * USUAL_CONFIDENCE)
    right = min(right, MOST_KIND_RIGHT)
    word = SEEN.index(report.seen)
    told: Float64 = right * TOLD_RIGHT[:, word] + (1.0 - right) * TOLD_AT_RANDOM[word]
    return told
