"""A balloon night gives one digest, whatever the hash seed and the number of threads of the linear algebra."""

import os
import subprocess
import sys

from sargas.model.records import ClosureAdvice, DriftForecast
from sargas.picture.state import State
from sargas.picture.step import step
from tests.docs.tables import ROOT
from tests.picture.balloon_night import inputs, wind_table

PROGRAM = "from tests.parity.test_drift_is_the_same_everywhere import fly; print(fly())"


def fly() -> str:
    """Step through a night with drifters and advice; return the digest."""
    state, kinds = State(), set[type]()
    for envelope in inputs(420, winds=(wind_table(),)):
        kinds |= {type(message) for message in step(state, envelope).messages}
    assert kinds >= {ClosureAdvice, DriftForecast}, kinds
    return state.digest.hex()


def digest(hash_seed: str, threads: str) -> str:
    """Fly in a process of its own."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed} | dict.fromkeys(names, threads)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=170,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_drift_is_the_same_with_other_hash_seeds_and_threads() -> None:
    here = fly()
    assert len(here) == 64
    assert digest("4242", "2") == here
