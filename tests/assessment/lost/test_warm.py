"""After warming, a lost track compiles nothing more."""

from __future__ import annotations

from typing import Any

import pytest
from numba.core import event

from sargas.assessment.lost.warm import warm_up
from tests.assessment.lost.scene import LABEL, PLANE, Scene


class Compilations(event.Listener):  # type: ignore[misc]
    def __init__(self) -> None:
        self.names: list[str] = []

    def on_start(self, event: Any) -> None:
        self.names.append(event.data["dispatcher"].py_func.__qualname__)

    def on_end(self, event: Any) -> None:
        pass


@pytest.mark.timeout(300)
def test_a_lost_track_compiles_nothing_after_warming() -> None:
    warm_up()
    seen = Compilations()
    with event.install_listener("numba:compile", seen):
        scene = Scene()
        scene.follow(40, 7)
        scene.wait(30)
        data = scene.book.snapshot()
        scene.book = type(scene.book).of("n", LABEL, PLANE)
        scene.book.restore(data)
        scene.wait(30)
    assert scene.told
    assert seen.names == []
