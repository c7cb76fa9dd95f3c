"""The benchmark of the network tells figures that the runner takes, of nights without a hand-over too."""

from __future__ import annotations

import json

import pytest

from benchmarks.bench_network import Crossed, tell_all
from benchmarks.run import KEYS


@pytest.mark.parametrize(("accepted_s", "middle"), [([], None), ([1.0, 3.0], 2.0)])
def test_every_figure_is_a_line_of_json(
    accepted_s: list[float], middle: float | None, capsys: pytest.CaptureFixture[str]
) -> None:
    night = Crossed(7, 1, 4.0, [0.5, 1.5], accepted_s, 2, agree=True)
    tell_all([night, night], 8, "seeds 1, 2")
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(set(figure) == KEYS for figure in told)
    assert [figure["value"] for figure in told] == [14, 2, 2, 1.0, 0.5, middle, 4]
