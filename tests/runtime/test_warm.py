"""After warming a node compiles nothing more: not for a longer night, not for a partner's tracks."""

import subprocess
import sys
import time
from typing import Any

import pytest
from numba.core import event

from sargas.exercise.night import Night
from sargas.model.envelope import Envelope
from sargas.model.records import Configuration
from sargas.picture.state import State
from sargas.picture.step import step
from sargas.runtime import warm
from sargas.runtime.kernel_cache import drop_stale_kernels
from sargas.runtime.warm import warm_inputs, warm_kernels


class Compilations(event.Listener):  # type: ignore[misc]
    def __init__(self) -> None:
        self.names: list[str] = []

    def on_start(self, event: Any) -> None:
        self.names.append(event.data["dispatcher"].py_func.__qualname__)

    def on_end(self, event: Any) -> None:
        pass


@pytest.mark.timeout(900)  # where nothing is cached yet
def test_a_warm_node_compiles_nothing_for_a_busy_night() -> None:
    warm_kernels()
    assert drop_stale_kernels(), "what was compiled is current"
    night = Night.of(4, targets=120, duration_s=40.0)
    configuration = Configuration.model_validate_json(next(warm_inputs()).data)
    state, seen = State(), Compilations()
    with event.install_listener("numba:compile", seen):
        step(state, Envelope(0, configuration.time_ns, "n", "record", configuration.model_dump_json().encode()))
        for sequence, sent in enumerate(night.datagrams(), 1):
            time_ns = configuration.time_ns + sent.offset_ns
            step(state, Envelope(sequence, time_ns, sent.source, "datagram", sent.data))
    assert state.picture is not None
    assert len(state.picture.tracker.report(state.time_ns)) > 50, "the night was busy"
    assert seen.names == []


@pytest.mark.timeout(900)
def test_warming_again_compiles_nothing_and_says_nothing() -> None:
    warm_kernels()
    said: list[int] = []
    assert warm_kernels(lambda compiled, module: said.append(compiled)).compiled == 0
    assert said == []


def test_ctrl_c_ends_both_halves_without_a_traceback_of_the_other(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    first_lines = warm._OTHER_HALF.partition("from ")[0]
    pressed = f"{first_lines}import os\nos.kill(os.getpid(), signal.SIGINT)\nimport time\ntime.sleep(60)\n"
    monkeypatch.setattr(warm, "_OTHER_HALF", pressed)
    monkeypatch.setattr(warm, "_compile_this_half", press_ctrl_c)
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        warm._compile_side_by_side()
    assert time.monotonic() - began < 30
    assert capfd.readouterr().err == ""


def press_ctrl_c() -> None:
    """Press it once the other half has begun."""
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    time.sleep(1)
    raise KeyboardInterrupt
