"""What all tests share."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.clock import Clock

# how long one example takes says how busy the machine is, and kernels compile on first use: times are for benchmarks
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


gc.disable()  # until all modules are read: none of what they make is garbage, and to look for some takes a sixth longer


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take long: begun at the end, one of them would leave all other workers idle."""
    long = {item.path for item in items if item.get_closest_marker("slow") or item.get_closest_marker("browser")}
    items.sort(key=lambda item: item.path not in long)


def pytest_collection_finish() -> None:
    """Keep the collector of garbage from looking through modules and tests again and again: they stay to the end."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_sessionfinish() -> None:
    """Let go of what was kept: libraries complain at the end about what they never got back."""
    gc.unfreeze()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Find the folder of recorded samples beside the repository; skip where it is not there."""
    named = os.environ.get("SARGAS_SHARED")
    places = [Path(named) / "data"] if named else []
    places += [parent / "shared" / "data" for parent in Path(__file__).resolve().parents]
    for place in places:
        if place.is_dir():
            return place
    pytest.skip("shared/data with the recorded samples is not beside the repository")


@pytest.fixture(scope="session")
def shared_bench() -> Path:
    """Find the folder of the benchmark's own tools beside the repository; skip where it is not there."""
    named = os.environ.get("SARGAS_SHARED")
    places = [Path(named) / "bench"] if named else []
    places += [parent / "shared" / "bench" for parent in Path(__file__).resolve().parents]
    for place in places:
        if (place / "score.py").is_file():
            return place
    pytest.skip("shared/bench with the shared scorer is not beside the repository")


@pytest.fixture
def clock() -> Clock:
    """A clock of the test's own."""
    return Clock()
