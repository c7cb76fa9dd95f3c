"""The model that comes along is of the code and figures that come along: `sargas train` makes it bit for bit."""

from __future__ import annotations

from pathlib import Path

import pytest

import sargas.exercise.flights
from sargas.exercise.training.fingerprint import FLIGHTS, MODULES, code_digest, made_with, small, sources
from sargas.identification.model_file import ClassifierModel, shipped_model

ANEW = "sargas train --seed 1 --out src/sargas/identification/figures/classifier.model"


def test_the_shipped_model_is_of_this_code_and_these_figures() -> None:
    header = ClassifierModel.from_bytes(shipped_model()).header
    assert header["sources"] == sources(), f"what trains the classifier has changed: train it anew with {ANEW}"


@pytest.mark.slow
def test_a_small_training_gives_the_bytes_it_gave_when_the_shipped_model_was_made() -> None:
    header = ClassifierModel.from_bytes(shipped_model()).header
    if header["made_with"] != made_with():
        pytest.skip(f"made with {header['made_with']}, here is {made_with()}: other versions may round otherwise")
    assert header["small"] == small(), f"training no longer gives the model that comes along: {ANEW}"


def test_what_is_only_said_does_not_count_and_what_is_done_does() -> None:
    plain = "X = 1.0\n\n\ndef f(x: float) -> float:\n    return x * X\n"
    told = '"""A page."""\nX = 1.0  # why\n"""What."""\n\ndef f(x: float) -> float:\n    """Say."""\n    return (x*X)\n'
    assert code_digest(told) == code_digest(plain)
    assert code_digest(plain.replace("1.0", "1.5")) != code_digest(plain)
    assert code_digest(plain.replace("x * X", "x + X")) != code_digest(plain)


def test_every_module_of_the_flights_counts() -> None:
    folder = Path(str(sargas.exercise.flights.__file__)).parent
    there = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert there == {name for package, name in MODULES if package == FLIGHTS}
