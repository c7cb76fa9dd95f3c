"""Kernels compile on first use, which may take longer than hypothesis allows one example: compile them beforehand."""

import pytest
from hypothesis import settings

from sargas.tracking.warm import warm_up

settings.register_profile("compiled", deadline=None)
settings.load_profile("compiled")


@pytest.fixture(scope="session", autouse=True)
def _warm_kernels() -> None:
    warm_up()
