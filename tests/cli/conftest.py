"""Run the command line inside the test process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pytest

from sargas.cli.main import main
from sargas.runtime import kernel_cache

_drop_kernels_once = cache(kernel_cache.drop_kernels_of_other_code)


@pytest.fixture(autouse=True)
def look_for_other_code_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read all modules for their kernels once: code does not change here, and small commands do little else."""
    monkeypatch.setattr(kernel_cache, "drop_kernels_of_other_code", _drop_kernels_once)


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def sargas(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    """Call ``sargas`` with arguments, as a shell would, and return its exit code and what it printed."""

    def run(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["sargas", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        printed = capsys.readouterr()
        return Ended(int(end.value.code or 0), printed.out, printed.err)

    return run
