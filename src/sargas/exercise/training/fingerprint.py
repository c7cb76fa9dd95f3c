"""What a model was made of: a digest of the code and figures of its training, and of a small training's bytes.

Both stand in the header of the model that comes along, so that a test finds a model older than the code that makes it.
"""

from __future__ import annotations

import ast
import hashlib
import json
import platform
import tomllib
from dataclasses import replace
from importlib import metadata, resources

from sargas.exercise.training.train import train
from sargas.identification.model_file import ClassifierModel

FLIGHTS, TRAINING, IDENTIFICATION = "sargas.exercise.flights", "sargas.exercise.training", "sargas.identification"
MODULES = (
    *((FLIGHTS, name) for name in (
        "air", "drifting", "echo_strength", "echoes", "fly", "kinds", "path", "rotary", "sensing", "winged",
    )),
    *((TRAINING, name) for name in ("calibrate", "echo_tables", "rows", "train")),
    *((IDENTIFICATION, name) for name in (
        "forest", "model_file", "motion_features", "motion_history", "opinion", "smoothing", "trace",
    )),
)  # fmt: skip
"""Modules, by package, that training runs through."""
FIGURES = ("sargas.exercise", "figures/flights.toml")
SMALL_SEED, SMALL_TRACKS, SMALL_ROUNDS, SMALL_SECONDS = 1, 12, 2, 150
"""The training whose bytes are compared: seconds instead of minutes, through all the same code."""


def stamped(model: ClassifierModel) -> ClassifierModel:
    """Return a model whose header says what it was made of: ``sources``, ``small`` and what it was ``made_with``."""
    return replace(model, header={**model.header, "sources": sources(), "small": small(), "made_with": made_with()})


def sources() -> str:
    """Return the digest (SHA-256, hex) of what training runs: code without comments and docstrings, and its figures."""
    digest = hashlib.sha256()
    for package, name in MODULES:
        text = resources.files(package).joinpath(f"{name}.py").read_text(encoding="utf-8")
        digest.update(code_digest(text))
    figures = tomllib.loads(resources.files(FIGURES[0]).joinpath(FIGURES[1]).read_text(encoding="utf-8"))
    digest.update(json.dumps(figures, sort_keys=True).encode())
    return digest.hexdigest()


def code_digest(text: str) -> bytes:
    """Return the digest of what code does: layout, comments and docstrings do not count."""
    return hashlib.sha256(repr(_shape(ast.parse(text))).encode()).digest()


def small() -> str:
    """Return the digest (SHA-256, hex) of a small model, trained now."""
    model = train(SMALL_SEED, SMALL_TRACKS, SMALL_ROUNDS, seconds=SMALL_SECONDS)
    return hashlib.sha256(model.to_bytes()).hexdigest()


def made_with() -> dict[str, str]:
    """Return the versions on which equal seeds give equal bytes; others may round otherwise."""
    versions = {name: metadata.version(name) for name in ("numpy", "scipy", "scikit-learn", "numba")}
    return {**versions, "machine": platform.machine(), "system": platform.system()}


def _shape(node: object) -> object:
    """Return a tree of code as nested tuples without places in the text, docstrings and what is empty."""
    if isinstance(node, ast.Constant):
        return repr(node.value)
    if isinstance(node, list):
        return tuple(_shape(one) for one in node if not _is_said_only(one))
    if not isinstance(node, ast.AST):
        return repr(node)
    parts = ((name, _shape(value)) for name, value in ast.iter_fields(node))
    return (type(node).__name__, *((name, part) for name, part in parts if part not in ((), "None")))


def _is_said_only(node: object) -> bool:
    """Say whether a statement is a string and nothing else: it tells readers, and does nothing."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
