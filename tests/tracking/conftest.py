"""Kernels compile on first use: beforehand, so that no test's own time limit pays for it."""

import pytest

from sargas.tracking.warm import warm_up


@pytest.fixture(scope="session", autouse=True)
def _warm_kernels() -> None:
    warm_up()
