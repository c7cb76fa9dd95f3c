"""Local time is right on either side of a change of the clocks."""

import pytest

from sargas.model.columns import NS_PER_S
from sargas.model.local_time import LocalTime
from sargas.runtime.local_time import clock_changes, time_zone_of, utc_offset_s
from tests.picture.test_step import configuration

SUMMER_ENDS_S = 1_792_890_000
"""25 October 2026, 01:00 UTC."""


@pytest.mark.parametrize(("after_s", "clock"), [(-60, "03:59"), (0, "03:00"), (60, "03:01"), (155 * 86400, "04:00")])
def test_a_node_that_runs_on_tells_the_hour_after_the_clocks_have_changed(after_s: int, clock: str) -> None:
    vilnius, start_ns = time_zone_of("LTU", ""), (SUMMER_ENDS_S - 30 * 86400) * NS_PER_S
    told = {"utc_offset_s": utc_offset_s(vilnius, start_ns), "clock_changes": clock_changes(vilnius, start_ns)}
    local = configuration().model_copy(update=told).local_time
    assert local.clock((SUMMER_ENDS_S + after_s) * NS_PER_S) == clock


def test_without_changes_the_offset_stands() -> None:
    assert LocalTime(3600).clock(SUMMER_ENDS_S * NS_PER_S) == "02:00"
